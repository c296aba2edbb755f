//! What a caller may do.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::action::UnknownName;

/// What a caller may do; each may what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Has things tried again and changes rules.
    Operator,
    /// Gives out tokens, calls what writes at WeCom, reads the audit.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// The name in the record, the API and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// Whether it may do what asks for `other`.
    pub fn may(self, other: Self) -> bool {
        self >= other
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == name)
            .ok_or(UnknownName::new("role", "viewer, operator or admin"))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Role::Viewer, [true, false, false])]
    #[case(Role::Operator, [true, true, false])]
    #[case(Role::Admin, [true, true, true])]
    fn each_role_may_what_those_before_it_may(#[case] role: Role, #[case] may: [bool; 3]) {
        assert_eq!(Role::ALL.map(|other| role.may(other)), may);
        assert_eq!(role.as_str().parse(), Ok(role));
        assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
    }

    #[test]
    fn nothing_else_is_a_role() {
        for name in ["", "Admin", "root", "viewer "] {
            assert!(name.parse::<Role>().is_err(), "{name}");
        }
    }
}
