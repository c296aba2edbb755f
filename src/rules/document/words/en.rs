//! The faults of documents in English.

use super::{
    super::{
        typed::{Odd, Of, Typed},
        wrong::Said,
    },
    DocumentFault,
};

pub(super) fn say(fault: &DocumentFault) -> Said {
    match fault {
        DocumentFault::Odd(odd) => Said::note(self::odd(odd)),
    }
}

/// How to mend what an input method has typed.
pub(in super::super) fn typed(typed: &Typed) -> String {
    match typed {
        Typed::Unseen(c) => {
            format!("there is a character in it that nobody sees (U+{:04X}): type it anew", u32::from(*c))
        }
        Typed::List(parts) => format!("for several write a list, as [{}]", parts.join(", ")),
        Typed::Sign { typed, meant, whole } => {
            format!("`{typed}` is not `{meant}`: switch the input method to English and write `{whole}`")
        }
    }
}

fn of(of: Of) -> &'static str {
    match of {
        Of::State => "state",
        Of::App => "app",
        Of::Tag => "tag",
    }
}

fn odd(odd: &Odd) -> String {
    match odd {
        Odd::InQuotes { value, of, inside } => format!(
            "the quotes of {} are no quotes to YAML and a part of the {}: write `{inside}`",
            value.en(),
            self::of(*of)
        ),
        Odd::Several { value, of, parts } => format!(
            "{} is one {}, commas and all; for several write a list, as [{}]",
            value.en(),
            self::of(*of),
            parts.join(", ")
        ),
        Odd::FullWidth { value, typed, meant, whole } => format!(
            "{} has a full-width `{typed}` in it, which is another character than `{meant}`: write `{whole}` if that is meant",
            value.en()
        ),
        Odd::Blank { value, of } => {
            format!(
                "{} begins or ends with a blank, which is a part of the {}: remove it",
                value.en(),
                self::of(*of)
            )
        }
    }
}
