//! The labels of the figures: closed sets and names of the settings, never anything out of a request.

use prometheus_client::encoding::EncodeLabelSet;

use crate::action::outcome::{Class, End};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct OfApp {
    pub(super) app: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Callbacks {
    pub(super) app: String,
    pub(super) answer: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Refused {
    pub(super) app: String,
    pub(super) class: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Strays {
    pub(super) class: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct OfKind {
    pub(super) app: String,
    pub(super) kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Actions {
    pub(super) app: String,
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Calls {
    pub(super) app: String,
    pub(super) kind: &'static str,
    pub(super) class: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct OfCorp {
    pub(super) corp: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Limited {
    pub(super) corp: String,
    pub(super) kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct Uploads {
    pub(super) corp: String,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub(super) struct OfQueue {
    pub(super) queue: &'static str,
}

/// The end of a call, as the label `class` has it.
pub(super) fn end_name(end: End) -> &'static str {
    match end {
        End::Done => "done",
        End::NotDone(class) => class_name(class),
        End::Unset => "unset",
        End::DatabaseAway => "database_away",
    }
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::Token => "token",
        Class::Busy => "busy",
        Class::Underway => "underway",
        Class::Contended => "contended",
        Class::Throttled => "throttled",
        Class::Crowded => "crowded",
        Class::CodeSpent => "code_spent",
        Class::AlreadySent => "already_sent",
        Class::NoConsent => "no_consent",
        Class::Media => "media",
        Class::Content => "content",
        Class::UnknownTag => "unknown_tag",
        Class::NoRelation => "no_relation",
        Class::Configuration => "configuration",
        Class::Refused => "refused",
    }
}
