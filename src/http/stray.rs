//! Requests for what is not served. The URL in WeCom's console that leads past the app, and the proxy that takes a part
//! of the path away, are found by these lines and by nothing else; but the address is public, and whoever scans it must
//! not fill the disk.

use actix_web::HttpRequest;
use tracing::warn;

use super::Public;
use crate::{flow::intake, known::apps::Apps};

/// So much of a path is shown: more than any path here has.
const PATH_CHARS_MAX: usize = 100;

/// So much of a verb is shown; HTTP bounds it nowhere.
const VERB_CHARS_MAX: usize = 16;

/// So many paths of our own are named at once.
const PATHS_SHOWN_MAX: usize = 10;

/// What a request asked for that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stray {
    /// The path of an app, and no app has that name.
    App,
    /// A path under which nothing is served.
    Path,
    /// A path of ours by a verb that it does not take.
    Verb,
}

impl Stray {
    /// The class in the metrics.
    fn class(self) -> &'static str {
        match self {
            Self::App => "no_such_app",
            Self::Path => "no_such_path",
            Self::Verb => "no_such_verb",
        }
    }

    /// Counts it, and logs one a second of each kind. What WeCom sends has a signature, so that is a kind apart.
    pub(super) fn log(self, public: &Public, request: &HttpRequest) {
        let context = &public.context;
        context.metrics.stray(self.class());
        let signed = if intake::is_signed(request.query_string()) { "with" } else { "without" };
        let kind = match self {
            Self::App => format!("Requests {signed} a signature for an app that is not in the settings"),
            Self::Path => format!("Requests {signed} a signature for a path under which nothing is served"),
            Self::Verb => format!("Requests {signed} a signature by a verb that is not served"),
        };
        let Some(left_out) = context.seldom.admit(&kind, context.clock.now_ms()) else { return };
        let verb = shown(request.method().as_str(), VERB_CHARS_MAX);
        let path = shown(request.path(), PATH_CHARS_MAX);
        let came = format!("{verb} {path} ({signed} a msg_signature)");
        let paths = callback_paths(&context.apps);
        match self {
            Self::App => warn!(
                "A request for an app that is not in the settings: {came}; callbacks are taken in at {paths}{left_out}"
            ),
            Self::Path => {
                warn!("Nothing is served at {came}; callbacks are taken in at {paths}{left_out}");
            }
            Self::Verb => warn!("A request that is neither GET nor POST: {came}{left_out}"),
        }
    }
}

/// The paths at which callbacks are taken in, in the order of the alphabet.
pub fn callback_paths(apps: &Apps) -> String {
    let mut names: Vec<&str> = apps.iter().map(|app| app.name.as_str()).collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(PATHS_SHOWN_MAX);
    names.truncate(PATHS_SHOWN_MAX);
    let paths: Vec<String> = names.iter().map(|name| format!("/callback/{name}")).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", paths.join(", "))
}

/// What came from outside, bounded, and with nothing in it that a terminal or another line of the log could be made of.
fn shown(text: &str, chars_max: usize) -> String {
    let mut chars = text.chars();
    let mut shown: String =
        chars.by_ref().take(chars_max).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_bounded_and_steers_nothing() {
        assert_eq!(shown("/wecom/callback", 100), "/wecom/callback");
        assert_eq!(shown("/a\u{1b}[2J\n/b\u{202e}春", 100), "/a?[2J?/b??");
        assert_eq!(shown(&"/x".repeat(100), 10), "/x/x/x/x/x…");
    }
}
