//! The macro behind every enumeration that WeCom may add to.

/// Declares an enumeration of WeCom's words with `Other` for those that it adds later.
///
/// WeCom extends its lists without notice, and an event that is refused for a new word is lost: it is delivered a few
/// times more, the same bytes, and then never again. So a word that is not in the list is kept as it came.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A word that WeCom has added since, as it came; empty where none came.
            Other(String),
        }

        impl $name {
            /// WeCom's word for it.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
