//! What was just done, as the address of the page after it says: a closed list, so that no link can put words into our mouth.

use super::{
    views::{Notice, Tone},
    words::say::Say,
};
use crate::language::{Language, Sentence as _};

/// Something that was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// So many actions are tried again.
    Retried(i64),
    /// None could be.
    NotRetried,
    /// No row was chosen.
    NothingChosen,
    /// An event was planned again.
    Replayed,
    /// It was being planned already.
    ReplayUnderWay,
    /// A token was ended.
    Revoked,
    /// A session was ended.
    SessionEnded,
    /// Rules were put in force, as this version.
    Published(i64),
    /// Those of an earlier version were, as this one.
    RolledBack(i64),
    /// They were in force already.
    InForceAlready,
    /// A contact way was made.
    WayMade,
    /// One was changed.
    WayChanged,
    /// Nothing of it was to be changed.
    WayAsItWas,
    /// One was deleted.
    WayDeleted,
    /// Tags were made.
    TagsMade,
    /// A tag or a group has another name.
    TagRenamed,
    /// One was deleted.
    TagDeleted,
    /// A customer was forgotten.
    Forgotten,
    /// One was, of whom traces may be left in the file of the database.
    ForgottenWithTraces,
}

/// Those that have nothing in them, with the word of the address.
const PLAIN: [(Done, &str); 16] = [
    (Done::NotRetried, "not-retried"),
    (Done::NothingChosen, "nothing-chosen"),
    (Done::SessionEnded, "session-ended"),
    (Done::Replayed, "replayed"),
    (Done::ReplayUnderWay, "replay-under-way"),
    (Done::Revoked, "revoked"),
    (Done::InForceAlready, "in-force-already"),
    (Done::WayMade, "way-made"),
    (Done::WayChanged, "way-changed"),
    (Done::WayAsItWas, "way-as-it-was"),
    (Done::WayDeleted, "way-deleted"),
    (Done::TagsMade, "tags-made"),
    (Done::TagRenamed, "tag-renamed"),
    (Done::TagDeleted, "tag-deleted"),
    (Done::Forgotten, "forgotten"),
    (Done::ForgottenWithTraces, "forgotten-with-traces"),
];

impl Done {
    /// The page that says it.
    pub(super) fn on(self, page: &str) -> String {
        let (path, anchor) = page.split_once('#').map_or((page, ""), |(path, anchor)| (path, anchor));
        let kept = path.split_once('?').map_or("", |(_, query)| query);
        let kept: Vec<&str> =
            kept.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("done=")).collect();
        let path = path.split('?').next().unwrap_or("/");
        let between = if kept.is_empty() { "" } else { "&" };
        let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
        format!("{path}?{}{between}done={}{anchor}", kept.join("&"), self.to_text())
    }

    fn to_text(self) -> String {
        match self {
            Self::Retried(count) => format!("retried-{count}"),
            Self::Published(version) => format!("published-{version}"),
            Self::RolledBack(version) => format!("rolled-back-{version}"),
            plain => PLAIN.iter().find(|(of, _)| *of == plain).map_or("", |(_, word)| *word).to_owned(),
        }
    }

    /// What the address says was done.
    pub(super) fn of_query(query: &str) -> Option<Self> {
        let text = query.split('&').find_map(|pair| pair.strip_prefix("done="))?;
        let number =
            |prefix: &str| text.strip_prefix(prefix)?.parse().ok().filter(|number: &i64| *number > 0);
        let plain = PLAIN.iter().find(|(_, word)| *word == text).map(|(done, _)| *done);
        plain
            .or_else(|| number("retried-").map(Self::Retried))
            .or_else(|| number("published-").map(Self::Published))
            .or_else(|| number("rolled-back-").map(Self::RolledBack))
    }

    pub(super) fn notice(self, language: Language) -> Notice {
        let (tone, say) = match self {
            Self::Retried(count) => (Tone::Good, Say::Retried { count }),
            Self::NotRetried => (Tone::Wait, Say::NotRetried),
            Self::NothingChosen => (Tone::Wait, Say::NothingChosen),
            Self::Replayed => (Tone::Good, Say::Replayed),
            Self::ReplayUnderWay => (Tone::Wait, Say::ReplayUnderWay),
            Self::Revoked => (Tone::Good, Say::Revoked),
            Self::SessionEnded => (Tone::Good, Say::SessionEnded),
            Self::Published(version) => (Tone::Good, Say::Published { version }),
            Self::RolledBack(version) => (Tone::Good, Say::RolledBack { version }),
            Self::InForceAlready => (Tone::Quiet, Say::InForceAlready),
            Self::WayMade => (Tone::Good, Say::WayMade),
            Self::WayChanged => (Tone::Good, Say::WayChanged),
            Self::WayAsItWas => (Tone::Quiet, Say::WayAsItWas),
            Self::WayDeleted => (Tone::Good, Say::WayDeleted),
            Self::TagsMade => (Tone::Good, Say::TagsMade),
            Self::TagRenamed => (Tone::Good, Say::TagRenamed),
            Self::TagDeleted => (Tone::Good, Say::TagDeleted),
            Self::Forgotten => (Tone::Good, Say::Forgotten),
            Self::ForgottenWithTraces => (Tone::Wait, Say::ForgottenWithTraces),
        };
        Notice { tone, text: say.to(language) }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Done::Retried(3), "/failures?code=x", "/failures?code=x&done=retried-3")]
    #[case(Done::NotRetried, "/events/7", "/events/7?done=not-retried")]
    #[case(Done::NothingChosen, "/failures", "/failures?done=nothing-chosen")]
    #[case(Done::Published(7), "/rules", "/rules?done=published-7")]
    #[case(Done::RolledBack(8), "/rules/versions", "/rules/versions?done=rolled-back-8")]
    #[case(Done::InForceAlready, "/rules", "/rules?done=in-force-already")]
    #[case(Done::Replayed, "/events/7?done=retried-1#line", "/events/7?done=replayed#line")]
    fn the_address_says_what_was_done(#[case] done: Done, #[case] page: &str, #[case] expected: &str) {
        let to = done.on(page);
        assert_eq!(to, expected);
        let query = to.split_once('?').unwrap().1.split('#').next().unwrap();
        assert_eq!(Done::of_query(query), Some(done));
    }

    #[rstest]
    #[case("")]
    #[case("done=")]
    #[case("done=retried-0")]
    #[case("done=retried--5")]
    #[case("done=<b>x</b>")]
    #[case("done=published-")]
    #[case("done=published-0")]
    fn nothing_else_is_said(#[case] query: &str) {
        assert_eq!(Done::of_query(query), None);
    }
}
