//! What the form of a rule shows, and a file in which that was changed.

use super::{OnlyByHand, To, place::Source, set, tree::Tree};

/// The usual of a rule, as it stands in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleFields {
    pub enabled: bool,
    /// As it is written; empty where it is not.
    pub priority: String,
    /// The text of the welcome; empty: none.
    pub welcome: String,
    pub add: Vec<String>,
    pub remove: Vec<String>,
    /// The name of the remark; empty: none.
    pub remark: String,
}

impl RuleFields {
    /// Those of a rule; `None` where the document has none of that name, or cannot be read.
    pub fn of(document: &str, rule: &str) -> Option<Self> {
        let mut tree = Tree::of(&Source::of(document)?.root)?;
        let rule = tree.rule(rule)?;
        let text = |path: &[&str]| rule.get(path).and_then(Tree::text).unwrap_or_default();
        Some(Self {
            enabled: text(&["enabled"]) != "false",
            priority: text(&["priority"]),
            welcome: text(&["welcome", "text"]),
            add: rule.items(&["tag", "add"]).unwrap_or_default(),
            remove: rule.items(&["tag", "remove"]).unwrap_or_default(),
            remark: text(&["remark", "name"]),
        })
    }

    /// The lines of the file in which a rule stands.
    pub fn source<'d>(document: &'d str, rule: &str) -> Option<&'d str> {
        Source::of(document)?.lines_of(rule)
    }

    /// The document in which this rule has what differs between `was` and this, and all else is as it stood. A priority
    /// that is no number is left as it is: whoever reads the form says so.
    pub fn write(&self, document: &str, rule: &str, was: &Self) -> Result<String, OnlyByHand> {
        let mut text = document.to_owned();
        let mut change = |path: &[&str], to: To| -> Result<(), OnlyByHand> {
            text = set(&text, rule, path, &to)?;
            Ok(())
        };
        if self.enabled != was.enabled {
            change(&["enabled"], To::Flag(self.enabled))?;
        }
        if self.priority != was.priority {
            match self.priority.parse() {
                Ok(number) => change(&["priority"], To::Number(number))?,
                Err(_) if self.priority.is_empty() => change(&["priority"], To::Gone)?,
                Err(_) => {}
            }
        }
        if self.welcome != was.welcome {
            let to = if self.welcome.is_empty() { To::Gone } else { To::Text(self.welcome.clone()) };
            change(&["welcome", "text"], to)?;
        }
        if self.add.is_empty() && self.remove.is_empty() && (self.add != was.add || self.remove != was.remove)
        {
            change(&["tag"], To::Gone)?;
        } else {
            if self.add != was.add {
                change(&["tag", "add"], To::List(self.add.clone()))?;
            }
            if self.remove != was.remove {
                change(&["tag", "remove"], To::List(self.remove.clone()))?;
            }
        }
        if self.remark != was.remark {
            let to = if self.remark.is_empty() { To::Gone } else { To::Text(self.remark.clone()) };
            change(&["remark", "name"], to)?;
        }
        Ok(text)
    }
}
