//! The values of a document, without their form: two documents with the same tree mean the same.

use std::collections::BTreeMap;

use super::{Step, To};
use crate::rules::document::yaml::{Kind, Node, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    Leaf(Leaf),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

/// A single value: what kind it is, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    Nothing,
    Flag(bool),
    Number(i64),
    Text(String),
}

impl From<&To> for Tree {
    fn from(to: &To) -> Self {
        let text = |text: &String| Self::Leaf(Leaf::Text(text.clone()));
        let number = |written: &String| {
            written.parse().map_or_else(|_| text(written), |number| Self::Leaf(Leaf::Number(number)))
        };
        match to {
            To::Text(written) => text(written),
            To::Flag(flag) => Self::Leaf(Leaf::Flag(*flag)),
            To::Number(number) => Self::Leaf(Leaf::Number(*number)),
            To::List(items) => Self::List(items.iter().map(text).collect()),
            To::Numbers(items) => Self::List(items.iter().map(number).collect()),
            To::Map(entries) => {
                Self::Map(entries.iter().map(|(key, to)| ((*key).to_owned(), Self::from(to))).collect())
            }
            To::Maps(items) => Self::List(items.iter().map(Self::from).collect()),
            To::Gone => Self::Leaf(Leaf::Nothing),
        }
    }
}

impl Tree {
    /// `None` where a map has a key twice, or one that is no text.
    pub(crate) fn of(node: &Node) -> Option<Self> {
        Some(match &node.value {
            Value::Scalar(scalar) => Self::Leaf(match node.kind() {
                Kind::Nothing => Leaf::Nothing,
                Kind::Boolean => Leaf::Flag(scalar.as_bool()?),
                Kind::Number => Leaf::Number(scalar.as_integer()?),
                _ => Leaf::Text(scalar.text.clone()),
            }),
            Value::List(items) => Self::List(items.iter().map(|item| Self::of(item)).collect::<Option<_>>()?),
            Value::Map(entries) => {
                let mut map = BTreeMap::new();
                for (key, value) in entries {
                    let Value::Scalar(key) = &key.value else { return None };
                    if map.insert(key.text.clone(), Self::of(value)?).is_some() {
                        return None;
                    }
                }
                Self::Map(map)
            }
        })
    }

    /// The rules of a file.
    pub(crate) fn rules(&mut self) -> Option<&mut Vec<Self>> {
        let Self::Map(file) = self else { return None };
        let Self::List(rules) = file.get_mut("rules")? else { return None };
        Some(rules)
    }

    /// The rule of that name.
    pub(crate) fn rule(&mut self, name: &str) -> Option<&mut Self> {
        self.rules()?.iter_mut().find(|rule| rule.name().as_deref() == Some(name))
    }

    /// What a rule is called.
    pub(crate) fn name(&self) -> Option<String> {
        self.get(&[Step::Key("name")]).and_then(Self::text)
    }

    /// The value at the end of a way.
    pub(crate) fn get(&self, path: &[Step<'_>]) -> Option<&Self> {
        let Some((step, rest)) = path.split_first() else { return Some(self) };
        match (step, self) {
            (Step::Key(key), Self::Map(map)) => map.get(*key)?.get(rest),
            (Step::Item(at), Self::List(list)) => list.get(*at)?.get(rest),
            // One value stands for a list of it.
            (Step::Item(0), one) => one.get(rest),
            _ => None,
        }
    }

    pub(super) fn get_mut(&mut self, path: &[Step<'_>]) -> Option<&mut Self> {
        let Some((step, rest)) = path.split_first() else { return Some(self) };
        match (step, self) {
            (Step::Key(key), Self::Map(map)) => map.get_mut(*key)?.get_mut(rest),
            (Step::Item(at), Self::List(list)) => list.get_mut(*at)?.get_mut(rest),
            (Step::Item(0), one @ Self::Map(_)) => one.get_mut(rest),
            _ => None,
        }
    }

    /// The list that it is; one value becomes the list for which it stands.
    pub(super) fn as_list(&mut self) -> Option<&mut Vec<Self>> {
        if !matches!(self, Self::List(_)) {
            *self = Self::List(vec![self.clone()]);
        }
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// Whether nothing is there: no value, or none in it.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Leaf(leaf) => *leaf == Leaf::Nothing,
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.is_empty(),
        }
    }

    /// A single value as it is written.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Leaf(Leaf::Text(text)) => Some(text.clone()),
            Self::Leaf(Leaf::Number(number)) => Some(number.to_string()),
            Self::Leaf(Leaf::Flag(flag)) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// The texts of a list, or of the one value that stands for a list of one; none where nothing is there.
    pub(crate) fn items(&self, path: &[Step<'_>]) -> Option<Vec<String>> {
        match self.get(path) {
            None | Some(Self::Leaf(Leaf::Nothing)) => Some(Vec::new()),
            Some(Self::List(items)) => items.iter().map(Self::text).collect(),
            Some(one @ Self::Leaf(_)) => Some(vec![one.text()?]),
            Some(Self::Map(_)) => None,
        }
    }

    /// Changes the value at the end of a way; maps on the way to it are made. `None` where something else is in the way.
    pub(super) fn set(&mut self, path: &[Step<'_>], to: &To) -> Option<()> {
        let (step, rest) = path.split_first()?;
        let key = match (step, &mut *self) {
            (Step::Key(key), _) => *key,
            (Step::Item(at), Self::List(list)) if !rest.is_empty() => {
                return list.get_mut(*at)?.set(rest, to);
            }
            (Step::Item(0), Self::Map(_)) if !rest.is_empty() => return self.set(rest, to),
            (Step::Item(_), _) => return None,
        };
        if *self == Self::Leaf(Leaf::Nothing) {
            *self = Self::Map(BTreeMap::new());
        }
        let Self::Map(map) = self else { return None };
        if *to == To::Gone {
            match map.get_mut(key) {
                Some(inner) if !rest.is_empty() => inner.set(rest, to)?,
                _ => drop(map.remove(key)),
            }
        } else if rest.is_empty() {
            map.insert(key.to_owned(), Self::from(to));
        } else {
            map.entry(key.to_owned()).or_insert(Self::Leaf(Leaf::Nothing)).set(rest, to)?;
        }
        Some(())
    }
}
