//! Some of the kinds of action, to which a replay may be limited.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Kind, UnknownName};

/// Some kinds of action. Where none is named it is all of them, as wherever somebody may leave the choice out.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    /// Whether all kinds are meant, as none is named.
    pub fn is_all(&self) -> bool {
        self.0 == 0
    }

    /// Whether it is one of them.
    pub fn has(self, kind: Kind) -> bool {
        self.is_all() || self.names(kind)
    }

    /// Whether it is named.
    pub fn names(self, kind: Kind) -> bool {
        self.0 & Self::from(kind).0 != 0
    }

    /// Those that are named besides this one. Where it was the only one all are meant again.
    #[must_use]
    pub fn besides(self, kind: Kind) -> Self {
        Self(self.0 & !Self::from(kind).0)
    }

    /// Those that are named, in the order in which the actions of one event are performed.
    pub fn named(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| self.names(*kind))
    }

    /// Their names with blanks between them; `None` where all are meant.
    pub fn to_text(self) -> Option<String> {
        let names: Vec<&str> = self.named().map(Kind::as_str).collect();
        (!names.is_empty()).then(|| names.join(" "))
    }

    /// The kinds of such a text.
    pub fn from_text(text: &str) -> Result<Self, UnknownName> {
        text.split_ascii_whitespace().map(str::parse).collect()
    }
}

impl From<Kind> for Kinds {
    fn from(kind: Kind) -> Self {
        let place = Kind::ALL.iter().position(|of| *of == kind).unwrap_or_default();
        Self(1 << place)
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<T: IntoIterator<Item = Kind>>(kinds: T) -> Self {
        Self(kinds.into_iter().fold(0, |named, kind| named | Self::from(kind).0))
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_text().as_deref().unwrap_or("all"))
    }
}

/// One kind is written as its name, as versions before wrote and read it; several as a list.
impl Serialize for Kinds {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let named: Vec<Kind> = self.named().collect();
        match named.as_slice() {
            [one] => one.serialize(to),
            several => several.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            One(Kind),
            Several(Vec<Kind>),
            None,
        }
        Ok(match Written::deserialize(from)? {
            Written::One(kind) => kind.into(),
            Written::Several(kinds) => kinds.into_iter().collect(),
            Written::None => Self::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::all(&[], None, "[]")]
    #[case::one(&[Kind::Tag], Some("tag"), "\"tag\"")]
    #[case::in_their_order(&[Kind::Remark, Kind::Tag, Kind::Tag], Some("tag remark"), "[\"tag\",\"remark\"]")]
    fn kinds_are_read_as_they_are_written(
        #[case] of: &[Kind],
        #[case] text: Option<&str>,
        #[case] json: &str,
    ) {
        let kinds: Kinds = of.iter().copied().collect();
        assert_eq!(kinds.to_text().as_deref(), text);
        assert_eq!(Kinds::from_text(text.unwrap_or_default()), Ok(kinds));
        assert_eq!(serde_json::to_string(&kinds).unwrap(), json);
        assert_eq!(serde_json::from_str::<Kinds>(json).unwrap(), kinds);
        for kind in Kind::ALL {
            assert_eq!(kinds.has(kind), of.is_empty() || of.contains(&kind), "{kind}");
            assert_eq!(kinds.names(kind), of.contains(&kind), "{kind}");
        }
    }

    #[test]
    fn whoever_is_left_alone_means_all() {
        let both: Kinds = [Kind::Tag, Kind::Decide].into_iter().collect();
        assert_eq!(both.besides(Kind::Decide), Kind::Tag.into());
        assert!(both.besides(Kind::Decide).besides(Kind::Tag).is_all());
        assert_eq!(serde_json::from_str::<Kinds>("null").unwrap(), Kinds::default());
        assert!(Kinds::from_text("tag nonsense").is_err());
        assert!(serde_json::from_str::<Kinds>("\"nonsense\"").is_err());
    }
}
