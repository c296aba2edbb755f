//! The rules of a file as a list: asked earlier or later, copied, taken away, begun anew. Each is a change of the file's text
//! that leaves everything else as it stood.

use super::super::document::edit::{
    OnlyByHand, Source, Step, To, Tree, copy_rule, insert_rule, keys, move_rule, read, remove_rule, set,
};

/// What a new rule begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Whoever came by one channel.
    Channel,
    /// Whoever comes outside of the opening hours.
    Hours,
    /// Everybody whom no other rule greets.
    Default,
}

impl Pattern {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Channel, Self::Hours, Self::Default];

    /// Its name in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Hours => "hours",
            Self::Default => "default",
        }
    }

    /// The one of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pattern| pattern.as_str() == name)
    }
}

/// Which way a rule goes in the order of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Asked earlier.
    Up,
    /// Asked later.
    Down,
}

/// The rules in the order in which they are asked, by their places in the file.
fn asked(tree: &mut Tree) -> Option<Vec<(usize, String, i64)>> {
    let rules = tree.rules()?.iter().enumerate();
    let mut all: Vec<(usize, String, i64)> = rules
        .map(|(at, rule)| {
            let priority = rule.get(&[Step::Key("priority")]).and_then(Tree::text);
            let priority = priority.and_then(|text| text.parse().ok()).unwrap_or(0);
            Some((at, rule.name()?, priority))
        })
        .collect::<Option<_>>()?;
    all.sort_by_key(|(.., priority)| std::cmp::Reverse(*priority));
    Some(all)
}

/// The document in which a rule is asked right before the one that is asked before it now, or right after the one after it. It
/// takes that one's priority, if it has another, and stands beside it. `None`: there is nothing to pass.
pub fn moved(document: &str, name: &str, way: Way) -> Result<Option<String>, OnlyByHand> {
    let order = asked(&mut read(document)?.1).ok_or(OnlyByHand)?;
    let place = order.iter().position(|(_, of, _)| of == name).ok_or(OnlyByHand)?;
    let passed = match way {
        Way::Up => place.checked_sub(1),
        Way::Down => Some(place + 1),
    };
    let Some((there, _, priority)) = passed.and_then(|at| order.get(at)) else { return Ok(None) };
    let (here, _, own) = &order[place];
    let mut text = document.to_owned();
    if own != priority {
        text = set(&text, name, &keys(&["priority"]), &To::Number(*priority))?;
    }
    // Taken out of its place, all behind it move up by one.
    let to = match way {
        Way::Up if here > there => *there,
        Way::Up => there - 1,
        Way::Down if here < there => *there,
        Way::Down => there + 1,
    };
    if *here != to {
        text = move_rule(&text, (*here, to))?;
    }
    Ok(Some(text))
}

/// The document without a rule.
pub fn without(document: &str, name: &str) -> Result<String, OnlyByHand> {
    remove_rule(document, name)
}

/// The document with a rule once more, right behind itself; the copy has another name.
pub fn copied(document: &str, name: &str, new: &str) -> Result<String, OnlyByHand> {
    copy_rule(document, name, new)
}

/// The document with a new rule: before all others of its priority, and the default behind all others.
pub fn begun(document: &str, name: &str, pattern: Pattern, text: &str) -> Result<String, OnlyByHand> {
    let mut rule = vec![("name", To::Text(name.to_owned()))];
    match pattern {
        Pattern::Channel => {
            rule.push(("when", To::Map(vec![("state", To::List(vec!["channel-*".to_owned()]))])));
        }
        Pattern::Hours => {
            let hours = To::Text("20:00-09:00".to_owned());
            rule.push(("when", To::Map(vec![("schedule", To::Map(vec![("hours", hours)]))])));
        }
        Pattern::Default => {}
    }
    rule.push(("welcome", To::Map(vec![("text", To::Text(text.to_owned()))])));
    if Source::of(document).is_none() && document.trim().is_empty() {
        return insert_rule("rules: []\n", 0, &rule);
    }
    let at = if pattern == Pattern::Default { usize::MAX } else { 0 };
    insert_rule(document, at, &rule)
}

/// What the rules of a document are called; none where it cannot be read.
pub fn names(document: &str) -> Vec<String> {
    let Ok((_, mut tree)) = read(document) else { return Vec::new() };
    tree.rules().map_or_else(Vec::new, |rules| rules.iter().filter_map(Tree::name).collect())
}

/// A name that no rule of the document has: this one, or with a number behind it.
pub fn free_name(document: &str, wanted: &str) -> String {
    let taken = names(document);
    let mut name = wanted.to_owned();
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{wanted}-{number}");
        number += 1;
    }
    name
}
