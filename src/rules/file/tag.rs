//! The `tag` of a rule: tags by id, or by name as `Group/Tag`.

use crate::rules::{
    document::{
        fault::quoted,
        reader::{Place, Reader},
        resources::TagRole,
    },
    file::model::{Tag, is_tag_name},
};

/// At most so many tags in one list. WeCom names no limit for a call; vendors stop at 50 to 100.
const TAGS_MAX: usize = 100;
/// WeCom's ids have at most so many bytes.
const ID_BYTES_MAX: usize = 64;
/// At most so many characters in the name of a group, and of a tag, by WeCom (page 92117).
const NAME_CHARACTERS_MAX: usize = 30;

impl Reader {
    pub(crate) fn tag(&mut self, place: &Place<'_>) -> Tag {
        let Some(fields) = self.fields(place, &["add", "remove", "create"]) else {
            return Tag::default();
        };
        if !fields.is_partial() && fields.keys().all(|key| key == "create") {
            self.fault(place, "names no tags", "give it `add` or `remove`, or remove it");
        }
        let create =
            fields.get("create").and_then(|place| self.boolean(&place).map(|create| (place, create)));
        let wanted = create.as_ref().is_some_and(|(_, create)| *create);
        let add =
            fields.get("add").map(|place| self.tags(&place, TagRole::Add, &[], wanted)).unwrap_or_default();
        let remove = fields
            .get("remove")
            .map(|place| self.tags(&place, TagRole::Remove, &add, false))
            .unwrap_or_default();
        if let Some((place, true)) = create
            && !add.is_empty()
            && !add.iter().any(|tag| is_tag_name(tag))
        {
            let mend = "write the tags under `add` by name, as 渠道/春季, or remove it";
            self.fault(&place, "makes nothing: a tag that has an id is there already", mend);
        }
        Tag { add, remove, create: wanted }
    }

    fn tags(&mut self, place: &Place<'_>, role: TagRole, against: &[String], create: bool) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for item in self.one_or_more(place, TAGS_MAX) {
            let Some(tag) = self.tag_named(&item) else { continue };
            if against.iter().any(|other| other == tag) {
                self.fault(
                    &item,
                    format!("the tag {} is to be added and removed", quoted(tag)),
                    "keep one of the two",
                );
            } else if !tags.iter().any(|other| other == tag) {
                self.uses_tag(&item, tag, role, create && is_tag_name(tag));
                tags.push(tag.to_owned());
            }
        }
        tags
    }

    /// One tag, by name or by id.
    pub(crate) fn tag_named<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        let tag = self.verbatim(place)?;
        let wrong = if let Some((group, name)) = tag.split_once('/') {
            wrong_name(group, name)
        } else {
            let shaped = (tag.starts_with("et") || tag.starts_with("st"))
                && tag.len() <= ID_BYTES_MAX
                && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            let mend = "write Group/Tag, as in 渠道/春季, or an id, which begins with `et`";
            (!shaped).then_some(("is neither the name nor the id of a tag", mend))
        };
        if let Some((what, mend)) = wrong {
            self.fault(place, format!("{} {what}", quoted(tag)), mend);
        }
        wrong.is_none().then_some(tag)
    }
}

fn wrong_name(group: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let either = |is: &dyn Fn(&str) -> bool| is(group) || is(name);
    if name.contains('/') {
        let mend =
            "write Group/Tag; what has a slash in its name is named by its id, which get_corp_tag_list tells";
        Some(("has more than one slash", mend))
    } else if group.trim().is_empty() {
        Some(("names no group", "write Group/Tag, as in 渠道/春季"))
    } else if name.trim().is_empty() {
        Some(("names no tag", "write Group/Tag, as in 渠道/春季; tags are named one by one, not by group"))
    } else if either(&|part| part.trim() != part || part.chars().any(char::is_control)) {
        Some(("has a blank before or behind a name", "remove the blank"))
    } else if either(&|part| part.chars().count() > NAME_CHARACTERS_MAX) {
        Some((
            "has a name of more than 30 characters, and WeCom takes no such",
            "name the tag as in the console",
        ))
    } else {
        None
    }
}
