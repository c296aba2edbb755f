//! What can be done about a call that did not end well.

/// What can be done about a call that did not end with errcode 0. [`codes`](crate::codes) has the class of each
/// errcode; a client gives one to a call that was never answered.
///
/// Closed on purpose: a new class is a decision for everybody who matches on it, and so it breaks their build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The access token was refused, and again after it was renewed (40014, 42001, 40001).
    Token,
    /// The platform is busy or was not reached: -1, 6000, HTTP 5xx, time-out, reset, an answer that is not JSON.
    Busy,
    /// WeCom is still at work on what the call is about, for minutes as a rule: 41063, 41078, 41079, 90507.
    Underway,
    /// Another app is sending this very welcome and may yet fail (41096).
    Contended,
    /// Frequency limit (45009).
    Throttled,
    /// Too many calls of this kind at once (45033).
    Crowded,
    /// The welcome code is invalid or expired, or was not given (41050, 41049).
    CodeSpent,
    /// The welcome was sent already, by us or by another, or they are chatting already (41051).
    AlreadySent,
    /// The customer has not agreed to message archiving; a new code comes with `msg_audit_approved` (41053).
    NoConsent,
    /// A media id that has expired or is none, or media of a wrong kind or size (40007, 40004–40006 …).
    Media,
    /// Something else in the request's content is refused: length, count, text (40058, 41065, 45002 …).
    Content,
    /// A tag id that WeCom does not know (40068).
    UnknownTag,
    /// Employee and customer are no contacts, or not yet (84061).
    NoRelation,
    /// The app, its rights, its secret or its trusted addresses are not set up (48002, 60011, 60020 …).
    Configuration,
    /// Any other refusal; the same call would be refused again.
    Refused,
}

impl Class {
    /// Every class, in the order in which they are declared.
    pub const ALL: [Self; 15] = [
        Self::Token,
        Self::Busy,
        Self::Underway,
        Self::Contended,
        Self::Throttled,
        Self::Crowded,
        Self::CodeSpent,
        Self::AlreadySent,
        Self::NoConsent,
        Self::Media,
        Self::Content,
        Self::UnknownTag,
        Self::NoRelation,
        Self::Configuration,
        Self::Refused,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_has_every_class_in_its_place() {
        // The match is exhaustive, so a new class is missed here first.
        let place = |class| match class {
            Class::Token => 0,
            Class::Busy => 1,
            Class::Underway => 2,
            Class::Contended => 3,
            Class::Throttled => 4,
            Class::Crowded => 5,
            Class::CodeSpent => 6,
            Class::AlreadySent => 7,
            Class::NoConsent => 8,
            Class::Media => 9,
            Class::Content => 10,
            Class::UnknownTag => 11,
            Class::NoRelation => 12,
            Class::Configuration => 13,
            Class::Refused => 14,
        };
        for (index, class) in Class::ALL.into_iter().enumerate() {
            assert_eq!(place(class), index, "{class:?}");
        }
    }
}
