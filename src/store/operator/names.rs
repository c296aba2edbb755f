//! Closed lists of names that stand in the record, and in the API under the same names.

/// Declares one: each variant with its name.
macro_rules! names {
    ($(#[$doc:meta])* $type:ident, $what:literal: $($(#[$of:meta])* $variant:ident = $name:literal,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type {
            $($(#[$of])* $variant,)*
        }

        impl $type {
            /// Its name in the record and in the API.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::action::UnknownName;

            fn from_str(name: &str) -> std::result::Result<Self, $crate::action::UnknownName> {
                [$(Self::$variant,)*]
                    .into_iter()
                    .find(|of| of.as_str() == name)
                    .ok_or($crate::action::UnknownName::new($what, concat!("one of", $(" ", $name,)*)))
            }
        }
    };
}

pub(super) use names;
