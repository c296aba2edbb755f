//! The parts of what comes of an event, which are compared one by one.

use crate::action::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Welcome,
    Tags,
    Remark,
    Notify,
    Forward,
}

pub(super) const PARTS: [Part; 5] = [Part::Welcome, Part::Tags, Part::Remark, Part::Notify, Part::Forward];

impl Part {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Tags => "tags",
            Self::Remark => "remark",
            Self::Notify => "notify",
            Self::Forward => "forward",
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Welcome => Kind::Welcome,
            Self::Tags => Kind::Tag,
            Self::Remark => Kind::Remark,
            Self::Notify => Kind::Notify,
            Self::Forward => Kind::Forward,
        }
    }

    pub(super) fn index(self) -> usize {
        PARTS.iter().position(|part| *part == self).unwrap_or_default()
    }
}
