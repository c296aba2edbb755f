//! What a rule has several of, in an order: the attachments of its welcome, and its notices.

use std::collections::BTreeMap;

use crate::rules::document::edit::{
    OnlyByHand, Step, To, Tree, append, keys, move_item, remove_item, replace, set,
};

/// One of them. An entry of the form that says where it comes from keeps what is written there; others are new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Which item of the file's list it is, counted from 0.
    pub at: Option<usize>,
    /// Of an attachment what it is, of a notice whom it goes to; empty where the form cannot show it.
    pub kind: String,
    /// Its fields, without those that are empty.
    pub values: BTreeMap<&'static str, String>,
}

impl Entry {
    /// A field; empty where it has none.
    pub fn get(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }
}

/// A kind of attachment: its fields, the keys below the kind that lead to each, and whether there must be one.
pub(super) type EntryFields = &'static [(&'static str, &'static [&'static str], bool)];

/// The kinds of attachments and their fields.
pub const ATTACHMENTS: [(&str, EntryFields); 5] = [
    (
        "image",
        &[("file", &["file"], false), ("media_id", &["media_id"], false), ("pic_url", &["pic_url"], false)],
    ),
    (
        "link",
        &[
            ("title", &["title"], true),
            ("url", &["url"], true),
            ("description", &["description"], false),
            ("picture_url", &["picture_url"], false),
        ],
    ),
    (
        "miniprogram",
        &[
            ("title", &["title"], true),
            ("app_id", &["app_id"], true),
            ("page", &["page"], true),
            ("file", &["cover", "file"], false),
            ("media_id", &["cover", "media_id"], false),
        ],
    ),
    ("video", &[("file", &["file"], false), ("media_id", &["media_id"], false)]),
    ("file", &[("file", &["file"], false), ("media_id", &["media_id"], false)]),
];

/// Whom a notice may go to.
pub const RECEIVERS: [&str; 4] = ["employee", "users", "department", "tag"];

/// The employee whom an event names, as rules write it.
const EMPLOYEE: &str = "employee";

/// A list of entries in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entries {
    Attachments,
    Notices,
}

impl Entries {
    pub(super) fn path(self) -> Vec<Step<'static>> {
        match self {
            Self::Attachments => keys(&["welcome", "attachments"]),
            Self::Notices => keys(&["notify"]),
        }
    }

    /// Those of a rule; `None` where there is something else in their place.
    pub(super) fn read(self, rule: &Tree) -> Option<Vec<Entry>> {
        let items = match rule.get(&self.path()) {
            None => Vec::new(),
            Some(empty) if empty.is_empty() => Vec::new(),
            Some(Tree::List(items)) => items.iter().collect(),
            Some(one @ Tree::Map(_)) if self == Self::Notices => vec![one],
            Some(_) => return None,
        };
        let read = |item: &Tree| match self {
            Self::Attachments => attachment(item),
            Self::Notices => notice(item),
        };
        let entries = items.into_iter().enumerate();
        Some(entries.map(|(at, item)| Entry { at: Some(at), ..read(item).unwrap_or_default() }).collect())
    }

    fn to(self, entry: &Entry) -> To {
        match self {
            Self::Attachments => attachment_to(entry),
            Self::Notices => notice_to(entry),
        }
    }

    /// The document in which the rule has these; `was`: those that it has.
    pub(super) fn write(
        self,
        document: &str,
        rule: &str,
        was: &[Entry],
        is: &[Entry],
    ) -> Result<String, OnlyByHand> {
        let path = self.path();
        let mut text = document.to_owned();
        let mut order: Vec<Option<usize>> = Vec::new();
        for entry in is {
            // Nobody can have the same item twice.
            let at = entry.at.filter(|at| !order.contains(&Some(*at)));
            let old = at
                .and_then(|at| was.get(at))
                .filter(|old| old.kind == entry.kind || entry.kind.is_empty() || self == Self::Notices);
            order.push(old.and(at));
            if let (Some(old), Some(at)) = (old, at)
                && !entry.kind.is_empty()
            {
                let item = [path.as_slice(), &[Step::Item(at)]].concat();
                text = self.change(&text, rule, &item, old, entry)?;
            }
        }
        // New ones first, so that the list is there all the while.
        let mut now: Vec<Option<usize>> = (0..was.len()).map(Some).collect();
        for (entry, _) in is.iter().zip(&order).filter(|(_, at)| at.is_none()) {
            text = append(&text, rule, &path, &self.to(entry))?;
            now.push(None);
        }
        for at in (0..was.len()).rev().filter(|at| !order.contains(&Some(*at))) {
            text = remove_item(&text, rule, &path, at)?;
            now.remove(at);
        }
        for (to, wanted) in order.iter().enumerate() {
            let Some(ahead) = now[to..].iter().position(|at| at == wanted) else { continue };
            if ahead > 0 {
                text = move_item(&text, rule, &path, (to + ahead, to))?;
                let moved = now.remove(to + ahead);
                now.insert(to, moved);
            }
        }
        Ok(text)
    }

    /// What differs in an item that stays.
    fn change(
        self,
        document: &str,
        rule: &str,
        item: &[Step<'_>],
        was: &Entry,
        is: &Entry,
    ) -> Result<String, OnlyByHand> {
        match self {
            Self::Attachments => change_attachment(document, rule, item, was, is),
            Self::Notices => change_notice(document, rule, item, was, is),
        }
    }
}

fn fields_of(kind: &str) -> EntryFields {
    ATTACHMENTS.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, fields)| fields)
}

fn attachment(item: &Tree) -> Option<Entry> {
    let Tree::Map(map) = item else { return None };
    let (kind, Tree::Map(inner)) = map.iter().next().filter(|_| map.len() == 1)? else { return None };
    let fields = fields_of(kind);
    let mut values = BTreeMap::new();
    let mut leaves = 0;
    for (name, path, _) in fields {
        if let Some(value) = item.get(&[&[Step::Key(kind)], keys(path).as_slice()].concat()) {
            values.insert(*name, value.text().unwrap_or_default());
            // What is there without a value, or with a list for one, is for people to look at.
            value.text()?;
            leaves += 1;
        }
    }
    let written: usize =
        inner.values().map(|value| if let Tree::Map(map) = value { map.len() } else { 1 }).sum();
    (leaves == written && !fields.is_empty()).then(|| Entry { at: None, kind: kind.clone(), values })
}

fn attachment_to(entry: &Entry) -> To {
    let mut inner: Vec<(&'static str, To)> = Vec::new();
    let mut kind = "image";
    for (of, fields) in &ATTACHMENTS {
        if *of != entry.kind {
            continue;
        }
        kind = of;
        for (name, path, required) in *fields {
            let value = entry.get(name);
            if value.is_empty() && !required {
                continue;
            }
            match path {
                [outer, key] => inner.push((outer, To::Map(vec![(*key, To::Text(value.to_owned()))]))),
                [key] => inner.push((key, To::Text(value.to_owned()))),
                _ => {}
            }
        }
    }
    To::Map(vec![(kind, To::Map(inner))])
}

fn change_attachment(
    document: &str,
    rule: &str,
    item: &[Step<'_>],
    was: &Entry,
    is: &Entry,
) -> Result<String, OnlyByHand> {
    let mut text = document.to_owned();
    let differs = fields_of(&is.kind).iter().filter(|(name, ..)| was.get(name) != is.get(name));
    // What is there first: a map must not be without any key on the way.
    let (gone, there): (Vec<_>, Vec<_>) =
        differs.partition(|(name, _, required)| is.get(name).is_empty() && !required);
    for (name, path, _) in there {
        let path = [item, &[Step::Key(&is.kind)], &keys(path)].concat();
        text = set(&text, rule, &path, &To::Text(is.get(name).to_owned()))?;
    }
    for (_, path, _) in gone {
        text = set(&text, rule, &[item, &[Step::Key(&is.kind)], &keys(path)].concat(), &To::Gone)?;
    }
    Ok(text)
}

fn notice(item: &Tree) -> Option<Entry> {
    let Tree::Map(map) = item else { return None };
    if map.keys().any(|key| !["to", "on", "text"].contains(&key.as_str())) {
        return None;
    }
    let mut values = BTreeMap::new();
    for name in ["on", "text"] {
        if let Some(value) = map.get(name) {
            values.insert(name, value.text()?);
        }
    }
    let (kind, who) = match map.get("to") {
        None => (EMPLOYEE, String::new()),
        Some(Tree::Map(to)) => {
            let (kind, id) = to.iter().next().filter(|_| to.len() == 1)?;
            (RECEIVERS.into_iter().skip(2).find(|known| known == kind)?, id.text()?)
        }
        Some(to) => {
            let who = to.items(&[])?;
            if who.iter().any(|who| who.trim() != who || who.is_empty() || who.contains('\n')) {
                return None;
            }
            if who == [EMPLOYEE] { (EMPLOYEE, String::new()) } else { ("users", who.join("\n")) }
        }
    };
    if !who.is_empty() {
        values.insert("who", who);
    }
    Some(Entry { at: None, kind: kind.to_owned(), values })
}

/// `to` of a notice.
fn receiver(entry: &Entry) -> To {
    let who = entry.get("who");
    let id = || who.trim().parse().map_or_else(|_| To::Text(who.trim().to_owned()), To::Number);
    match entry.kind.as_str() {
        "users" => {
            let users: Vec<String> =
                who.lines().map(str::trim).filter(|who| !who.is_empty()).map(str::to_owned).collect();
            if users.is_empty() { To::Text(String::new()) } else { To::List(users) }
        }
        "department" => To::Map(vec![("department", id())]),
        "tag" => To::Map(vec![("tag", id())]),
        _ => To::Text(EMPLOYEE.to_owned()),
    }
}

fn notice_to(entry: &Entry) -> To {
    let mut map = vec![("to", receiver(entry))];
    if !entry.get("on").is_empty() {
        map.push(("on", To::Text(entry.get("on").to_owned())));
    }
    map.push(("text", To::Text(entry.get("text").to_owned())));
    To::Map(map)
}

fn change_notice(
    document: &str,
    rule: &str,
    item: &[Step<'_>],
    was: &Entry,
    is: &Entry,
) -> Result<String, OnlyByHand> {
    let mut text = document.to_owned();
    let at = |key: &'static str| [item, &[Step::Key(key)]].concat();
    if (&was.kind, was.get("who")) != (&is.kind, is.get("who")) {
        let to = receiver(is);
        let by_item = was.kind == "users" && matches!(to, To::List(_));
        text =
            if by_item { set(&text, rule, &at("to"), &to)? } else { replace(&text, rule, &at("to"), &to)? };
    }
    if was.get("on") != is.get("on") {
        let on = is.get("on");
        let to = if on.is_empty() { To::Gone } else { To::Text(on.to_owned()) };
        text = set(&text, rule, &at("on"), &to)?;
    }
    if was.get("text") != is.get("text") {
        text = set(&text, rule, &at("text"), &To::Text(is.get("text").to_owned()))?;
    }
    Ok(text)
}
