//! The `forward` of a rule: addresses to which the event's record is posted, and the secrets that sign the posts.

use url::Url;

use super::{model::Forward, reader::RulesReader};
use crate::rules::document::{fault::quoted, reader::Position};

/// One event goes to at most so many addresses by one rule.
const FORWARDS_MAX: usize = 10;
/// The longest address that all servers and proxies take.
const URL_BYTES_MAX: usize = 2_048;
/// Longer names of variables are values pasted by mistake.
const SECRET_ENV_BYTES_MAX: usize = 128;

impl RulesReader {
    /// One address or a list of them.
    pub(super) fn forwards(&mut self, at: &Position<'_>) -> Vec<Forward> {
        let mut forwards: Vec<Forward> = Vec::new();
        for item in self.reader.one_or_more(at, FORWARDS_MAX) {
            let Some(forward) = self.forward(&item) else { continue };
            if forwards.iter().any(|other| other.url == forward.url) {
                self.reader.fault(&item, "goes to the same address as one above it", "keep one of the two");
            }
            forwards.push(forward);
        }
        forwards
    }

    fn forward(&mut self, at: &Position<'_>) -> Option<Forward> {
        let fields = self.reader.fields(at, &["url", "secret_env"])?;
        let url = self.reader.required(&fields, "url").and_then(|at| self.hook(&at));
        let secret_env = match fields.get("secret_env") {
            Some(at) => Some(self.variable(&at)?),
            None => None,
        };
        Some(Forward { url: url?, secret_env })
    }

    fn hook(&mut self, at: &Position<'_>) -> Option<String> {
        const WHOLE: &str = "write the whole address, as in https://crm.example.com/hooks/wecom";
        let written = self.reader.verbatim(at)?;
        // The parser would quietly mend an address with blanks, while the post goes to the address as it is written.
        let odd = written.chars().any(|c| c.is_whitespace() || c.is_control());
        let fault = match Url::parse(written) {
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
        if let Some((what, mend)) = fault {
            self.reader.fault(at, format!("{} {what}", without_credentials(written)), mend);
            return None;
        }
        let used = self.reader.used(at, written.to_owned());
        self.reader.resources.forwards.push(used);
        Some(written.to_owned())
    }

    fn variable(&mut self, at: &Position<'_>) -> Option<String> {
        let name = self.reader.verbatim(at)?;
        let shaped = name.len() <= SECRET_ENV_BYTES_MAX
            && name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !shaped {
            // It may be the secret itself, pasted by mistake, so the fault does not repeat it.
            let mend = "write the variable's name, as CRM_HOOK_SECRET, and keep the secret out of the rules";
            self.reader.fault(at, "is no name of an environment variable", mend);
            return None;
        }
        let used = self.reader.used(at, name.to_owned());
        self.reader.resources.secrets.push(used);
        Some(name.to_owned())
    }
}

/// The address for a message, without the name and password before its `@`.
fn without_credentials(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 <= at => {
            quoted(&format!("{}…{}", &url[..scheme + 3], &url[at..]))
        }
        _ => quoted(url),
    }
}
