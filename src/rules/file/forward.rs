//! The `forward` of a rule: addresses to which the event's record is posted, and the secrets that sign the posts.

use std::borrow::Cow;

use url::Url;

use super::{
    model::Forward,
    reader::RulesReader,
    words::{FileFault, WrongHook},
};
use crate::rules::document::{reader::Position, wrong::Quoted};

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
                self.reader.fault(&item, FileFault::SameAddress);
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
        let written = self.reader.verbatim(at)?;
        // The parser would quietly mend an address with blanks, while the post goes to the address as it is written.
        let odd = written.chars().any(|c| c.is_whitespace() || c.is_control());
        let wrong = match Url::parse(written) {
            _ if written.len() > URL_BYTES_MAX => Some(WrongHook::TooLong),
            _ if odd => Some(WrongHook::Blank),
            Ok(url) if !matches!(url.scheme(), "https" | "http") => Some(WrongHook::Scheme),
            Ok(url) if !url.username().is_empty() || url.password().is_some() => Some(WrongHook::Credentials),
            Ok(url) if url.fragment().is_some() => Some(WrongHook::Fragment),
            Ok(url) if url.has_host() => None,
            Ok(_) | Err(_) => Some(WrongHook::None),
        };
        if let Some(wrong) = wrong {
            let shown = without_credentials(written);
            let fault = FileFault::Hook { url: Quoted::of(&shown), wrong };
            // How an input method's signs are mended repeats the whole value, which may have a password in it.
            if shown == written {
                self.reader.malformed(at, fault);
            } else {
                self.reader.fault(at, fault);
            }
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
            self.reader.fault(at, FileFault::NoVariable);
            return None;
        }
        let used = self.reader.used(at, name.to_owned());
        self.reader.resources.secrets.push(used);
        Some(name.to_owned())
    }
}

/// The address for a message, without what stands before its `@`: a name and password, whatever is wrong with the rest.
fn without_credentials(url: &str) -> Cow<'_, str> {
    let Some(at) = url.rfind('@') else { return url.into() };
    let scheme = url[..at].find("://").map_or("", |scheme| &url[..scheme + 3]);
    format!("{scheme}…{}", &url[at..]).into()
}
