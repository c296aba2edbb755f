//! The `tag` of a rule: tags by id, or by name as `Group/Tag`.

use super::{model::Tag, reader::RulesReader, words::FileFault};
use crate::rules::{
    document::{reader::Position, resources::TagRole, wrong::Quoted},
    facts::customer::is_tag_name,
};

/// At most so many tags in one list. WeCom names no limit for a call; vendors stop at 50 to 100.
const TAGS_MAX: usize = 100;

impl RulesReader {
    pub(super) fn tag(&mut self, at: &Position<'_>) -> Tag {
        let Some(fields) = self.reader.fields(at, &["add", "remove", "create"]) else {
            return Tag::default();
        };
        if !fields.is_partial() && fields.keys().all(|key| key == "create") {
            self.reader.fault(at, FileFault::NoTags);
        }
        let create = fields.get("create").and_then(|at| self.reader.boolean(&at).map(|create| (at, create)));
        let wanted = create.as_ref().is_some_and(|(_, create)| *create);
        let add = fields.get("add").map(|at| self.tags(&at, TagRole::Add, &[], wanted)).unwrap_or_default();
        let remove =
            fields.get("remove").map(|at| self.tags(&at, TagRole::Remove, &add, false)).unwrap_or_default();
        if let Some((at, true)) = create
            && !add.is_empty()
            && !add.iter().any(|tag| is_tag_name(tag))
        {
            self.reader.fault(&at, FileFault::MakesNothing);
        }
        Tag { add, remove, create: wanted }
    }

    fn tags(&mut self, at: &Position<'_>, role: TagRole, against: &[String], create: bool) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for item in self.reader.one_or_more(at, TAGS_MAX) {
            let Some(tag) = self.reader.customer_tag(&item) else { continue };
            if against.iter().any(|other| other == tag) {
                self.reader.fault(&item, FileFault::TagBothWays { tag: Quoted::of(tag) });
            } else if !tags.iter().any(|other| other == tag) {
                self.reader.uses_tag(&item, tag, role, create && is_tag_name(tag));
                tags.push(tag.to_owned());
            }
        }
        tags
    }
}
