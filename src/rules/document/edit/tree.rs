//! The values of a document, without their form: two documents with the same tree mean the same.

use std::collections::BTreeMap;

use super::To;
use crate::rules::document::yaml::{Kind, Node, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    Leaf(Leaf),
    List(Vec<Self>),
    Map(BTreeMap<String, Self>),
}

/// A single value: what kind it is, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    Nothing,
    Flag(bool),
    Number(i64),
    Text(String),
}

impl Tree {
    /// `None` where a map has a key twice, or one that is no text.
    pub(super) fn of(node: &Node) -> Option<Self> {
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

    /// The rule of that name.
    pub(super) fn rule(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Map(file) = self else { return None };
        let Self::List(rules) = file.get_mut("rules")? else { return None };
        rules.iter_mut().find(|rule| rule.get(&["name"]).and_then(Self::text).as_deref() == Some(name))
    }

    /// The value at a path of keys.
    pub(super) fn get(&self, path: &[&str]) -> Option<&Self> {
        let Some((key, rest)) = path.split_first() else { return Some(self) };
        let Self::Map(map) = self else { return None };
        map.get(*key)?.get(rest)
    }

    /// A single value as it is written.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Leaf(Leaf::Text(text)) => Some(text.clone()),
            Self::Leaf(Leaf::Number(number)) => Some(number.to_string()),
            Self::Leaf(Leaf::Flag(flag)) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// The texts of a list, or of the one value that stands for a list of one; none where nothing is there.
    pub(super) fn items(&self, path: &[&str]) -> Option<Vec<String>> {
        match self.get(path) {
            None | Some(Self::Leaf(Leaf::Nothing)) => Some(Vec::new()),
            Some(Self::List(items)) => items.iter().map(Self::text).collect(),
            Some(one @ Self::Leaf(_)) => Some(vec![one.text()?]),
            Some(Self::Map(_)) => None,
        }
    }

    /// Changes the value at a path of keys; maps on the way to it are made. `None` where something else is in the way.
    pub(super) fn set(&mut self, path: &[&str], to: &To) -> Option<()> {
        let (key, rest) = path.split_first()?;
        if *self == Self::Leaf(Leaf::Nothing) {
            *self = Self::Map(BTreeMap::new());
        }
        let Self::Map(map) = self else { return None };
        if !rest.is_empty() {
            if *to == To::Gone && !map.contains_key(*key) {
                return Some(());
            }
            return map.entry((*key).to_owned()).or_insert(Self::Leaf(Leaf::Nothing)).set(rest, to);
        }
        let value = match to {
            To::Gone => {
                map.remove(*key);
                return Some(());
            }
            To::Text(text) => Self::Leaf(Leaf::Text(text.clone())),
            To::Flag(flag) => Self::Leaf(Leaf::Flag(*flag)),
            To::Number(number) => Self::Leaf(Leaf::Number(*number)),
            // Items keep the kind that they have: an id of digits without quotes stays what it is.
            To::List(items) => {
                let was = match map.get(*key) {
                    Some(Self::List(was)) => was.clone(),
                    Some(one @ Self::Leaf(_)) => vec![one.clone()],
                    _ => Vec::new(),
                };
                Self::List(items.iter().map(|item| kept(&was, item)).collect())
            }
        };
        map.insert((*key).to_owned(), value);
        Some(())
    }
}

fn kept(was: &[Tree], item: &str) -> Tree {
    let known = was.iter().find(|known| known.text().as_deref() == Some(item));
    known.cloned().unwrap_or_else(|| Tree::Leaf(Leaf::Text(item.to_owned())))
}
