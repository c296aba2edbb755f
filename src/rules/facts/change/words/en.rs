//! Which change was meant, in English.

use std::fmt::{Formatter, Result};

use super::ChangeMeant;

pub(super) fn write(meant: &ChangeMeant, f: &mut Formatter<'_>) -> Result {
    match meant {
        ChangeMeant::OneOf(names) => match names.as_slice() {
            [name] => write!(f, "did you mean `{name}`?"),
            names => write!(f, "did you mean {}?", names.join(" or ")),
        },
        ChangeMeant::OfFamily { family, changes } => {
            write!(f, "the changes of {family} are {}", changes.join(", "))
        }
        ChangeMeant::Unknown { of_customers } => write!(
            f,
            "customers' changes are {}; of other events write the event, as change_contact, or one of its changes",
            of_customers.join(", ")
        ),
    }
}
