//! The `forward` of a rule: where the record is posted to, and by which secret it is signed.

use url::Url;

use crate::rules::{
    document::{
        fault::quoted,
        reader::{Place, Reader},
    },
    file::model::Forward,
};

/// One event goes to at most so many addresses by one rule.
const FORWARDS_MAX: usize = 10;
/// What servers and proxies take of an address.
const URL_BYTES_MAX: usize = 2_048;
/// Longer names of variables are values pasted by mistake.
const SECRET_ENV_BYTES_MAX: usize = 128;

impl Reader {
    /// One address or a list of them.
    pub(crate) fn forwards(&mut self, place: &Place<'_>) -> Vec<Forward> {
        let mut forwards: Vec<Forward> = Vec::new();
        for item in self.one_or_more(place, FORWARDS_MAX) {
            let Some(forward) = self.forward(&item) else { continue };
            if forwards.iter().any(|other| other.url == forward.url) {
                self.fault(&item, "goes to the same address as one above it", "keep one of the two");
            }
            forwards.push(forward);
        }
        forwards
    }

    fn forward(&mut self, place: &Place<'_>) -> Option<Forward> {
        let fields = self.fields(place, &["url", "secret_env"])?;
        let url = self.required(&fields, "url").and_then(|place| self.hook(&place));
        let secret_env = match fields.get("secret_env") {
            Some(place) => Some(self.variable(&place)?),
            None => None,
        };
        Some(Forward { url: url?, secret_env })
    }

    fn hook(&mut self, place: &Place<'_>) -> Option<String> {
        const WHOLE: &str = "write the whole address, as in https://crm.example.com/hooks/wecom";
        let written = self.verbatim(place)?;
        // The parser mends what is not quite an address; what is posted to is what stands in the file.
        let odd = written.chars().any(|c| c.is_whitespace() || c.is_control());
        let wrong = match Url::parse(written) {
            _ if written.len() > URL_BYTES_MAX => Some(("has more than 2048 bytes", "shorten it")),
            _ if odd => Some(("has a blank in it", "remove it, or write %20")),
            Ok(url) if !matches!(url.scheme(), "https" | "http") => {
                Some(("does not begin with https:// or http://", WHOLE))
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => Some((
                "has a name or password in it, which everybody would read who sees the rules",
                "remove it; sign the posts by a `secret_env` and let the receiver check that",
            )),
            Ok(url) if url.fragment().is_some() => {
                Some(("has a `#`, and what follows is never sent", "remove it"))
            }
            Ok(url) if url.has_host() => None,
            Ok(_) | Err(_) => Some(("is no address", WHOLE)),
        };
        if let Some((what, mend)) = wrong {
            self.fault(place, format!("{} {what}", without_credentials(written)), mend);
            return None;
        }
        self.resources.forwards.push(self.used(place, written.to_owned()));
        Some(written.to_owned())
    }

    fn variable(&mut self, place: &Place<'_>) -> Option<String> {
        let name = self.verbatim(place)?;
        let shaped = name.len() <= SECRET_ENV_BYTES_MAX
            && name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !shaped {
            // It may be the secret itself: it is not repeated.
            let mend = "write the variable's name, as CRM_HOOK_SECRET, and keep the secret out of the rules";
            self.fault(place, "is no name of an environment variable", mend);
            return None;
        }
        self.resources.secrets.push(self.used(place, name.to_owned()));
        Some(name.to_owned())
    }
}

/// The address for a message, without what stands before its `@`.
fn without_credentials(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            quoted(&format!("{}…{}", &url[..scheme + 3], &url[at..]))
        }
        _ => quoted(url),
    }
}
