//! Parameters and filters that cannot be meant, each with what can.

use std::fmt;

use crate::{
    action::UnknownName,
    language::{Language, Sentence},
};

/// Why a parameter or a filter is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Events have no kind of action.
    KindOfEvents,
    /// Actions have no outcome of a welcome, and no rule of one.
    OutcomeOfActions,
    /// A period ends before it begins.
    NothingBetween,
    /// It is no instant.
    NoInstant {
        /// The parameter.
        name: &'static str,
    },
    /// It is not within its bounds.
    Limit {
        /// The most.
        most: u32,
    },
    /// It is no name of a closed list.
    UnknownName {
        /// The parameter.
        name: &'static str,
        /// The names that there are.
        error: UnknownName,
    },
    /// A filter finds more than can be acted on at once.
    TooMany {
        /// How many can.
        most: usize,
    },
}

impl Sentence for Misfit {
    fn write(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (language, *self) {
            (Language::En, Self::KindOfEvents) => f.write_str("kind: it is of actions, not of events"),
            (Language::Zh, Self::KindOfEvents) => f.write_str("kind 是动作的筛选条件，事件没有"),
            (Language::En, Self::OutcomeOfActions) => {
                f.write_str("rule, outcome: they are of events, not of actions")
            }
            (Language::Zh, Self::OutcomeOfActions) => {
                f.write_str("rule 和 outcome 是事件的筛选条件，动作没有")
            }
            (Language::En, Self::NothingBetween) => f.write_str("since, until: nothing is between them"),
            (Language::Zh, Self::NothingBetween) => f.write_str("since 应早于 until"),
            (Language::En, Self::NoInstant { name }) => write!(
                f,
                "{name}: Unix milliseconds, 2026-03-01T09:00:00+08:00, 2026-03-01, or a time ago (2h, 7d)"
            ),
            (Language::Zh, Self::NoInstant { name }) => write!(
                f,
                "{name} 应为 Unix 毫秒、2026-03-01T09:00:00+08:00、2026-03-01，或者多久以前（2h、7d）"
            ),
            (Language::En, Self::Limit { most }) => write!(f, "limit: 1 to {most}"),
            (Language::Zh, Self::Limit { most }) => write!(f, "limit 应在 1 到 {most} 之间"),
            (Language::En, Self::UnknownName { name, error }) => write!(f, "{name}: {error}"),
            (Language::Zh, Self::UnknownName { name, error }) => {
                write!(f, "{name} 的值不对，可用的值：{}", in_a_row(error.expected()))
            }
            (Language::En, Self::TooMany { most }) => {
                write!(f, "filter: it finds more than {most}; narrow it, by a shorter period for one")
            }
            (Language::Zh, Self::TooMany { most }) => {
                write!(f, "filter 找到的超过 {most} 条：请缩小范围，例如缩短时间")
            }
        }
    }
}

/// Names as a row of Chinese has them.
fn in_a_row(expected: &str) -> String {
    if let Some(page) = expected.split_whitespace().find(|word| word.starts_with("docs/")) {
        return format!("请看 {page}");
    }
    let names = expected.trim_start_matches("one of ").replace(" or ", " ").replace(',', " ");
    names.split_whitespace().collect::<Vec<_>>().join("、")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Kind;

    #[test]
    fn the_names_of_a_closed_list_stand_in_a_row() {
        let error = "x".parse::<Kind>().unwrap_err();
        let misfit = Misfit::UnknownName { name: "kind", error };
        assert_eq!(
            misfit.to(Language::Zh),
            "kind 的值不对，可用的值：welcome、decide、tag、remark、notify、forward"
        );
        assert_eq!(
            misfit.to(Language::En),
            "kind: not a kind of action: expected welcome, decide, tag, remark, notify or forward"
        );
        assert_eq!(in_a_row("one of retry replay"), "retry、replay");
        assert_eq!(in_a_row("one of those in docs/REASONS.md"), "请看 docs/REASONS.md");
    }
}
