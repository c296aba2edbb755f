//! Tags and groups of tags made, renamed and deleted. WeCom has no callback for that, so the copy of the tree is read again
//! afterwards.

use super::{CHANGED_WITHIN, NotChanged, note};
use crate::{
    access::By,
    flow::context::Context,
    known::{apps::WecomApp, tags::TagGroup},
};
use wecom_client::contact::{AddCorpTag, DelCorpTag, EditCorpTag, NewCorpTag, TAG_NAME_CHARS_MAX};

/// The most characters in the name of a tag or of a group.
pub const NAME_CHARS_MAX: usize = TAG_NAME_CHARS_MAX;

/// Where tags are made.
#[derive(Clone, Copy, Debug)]
pub enum IntoGroup<'a> {
    /// In a group that is there.
    There(&'a TagGroup),
    /// In a new one of this name.
    New(&'a str),
}

/// A tag or a group, with the name that it has.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    /// A group with all its tags.
    Group {
        /// WeCom's id.
        id: &'a str,
        /// Its name.
        name: &'a str,
    },
    /// A tag.
    Tag {
        /// WeCom's id.
        id: &'a str,
        /// `Group/Tag`.
        name: &'a str,
    },
}

impl<'a> Of<'a> {
    fn id(self) -> &'a str {
        match self {
            Self::Group { id, .. } | Self::Tag { id, .. } => id,
        }
    }

    fn name(self) -> &'a str {
        match self {
            Self::Group { name, .. } | Self::Tag { name, .. } => name,
        }
    }
}

/// Makes tags.
///
/// # Errors
///
/// When WeCom did not make them, or did not say so.
pub async fn make(
    context: &Context,
    app: &WecomApp,
    into: IntoGroup<'_>,
    names: &[String],
    by: &By,
) -> Result<(), NotChanged> {
    let group = match into {
        IntoGroup::There(group) => &group.name,
        IntoGroup::New(name) => name,
    };
    let after = format!("{}: {group}/{}", app.name, names.join(","));
    note(context, by, "add-corp-tag", None, Some(&after)).await?;
    let tag = names.iter().map(|name| NewCorpTag { name: name.clone(), order: None }).collect();
    // By its id or by its name, never both (page 92117).
    let (group_id, group_name) = match into {
        IntoGroup::There(group) if !group.id.is_empty() => (Some(group.id.clone()), None),
        IntoGroup::There(group) => (None, Some(group.name.clone())),
        IntoGroup::New(name) => (None, Some(name.to_owned())),
    };
    let request = AddCorpTag { group_id, group_name, tag, ..AddCorpTag::default() };
    let made = app.client.external().add_corp_tag(&request, CHANGED_WITHIN).await;
    app.tags.invalidate();
    made?;
    Ok(())
}

/// Gives one another name.
///
/// # Errors
///
/// When WeCom did not do it, or did not say so.
pub async fn rename(
    context: &Context,
    app: &WecomApp,
    of: Of<'_>,
    name: &str,
    by: &By,
) -> Result<(), NotChanged> {
    let before = format!("{}: {}", app.name, of.name());
    note(context, by, "edit-corp-tag", Some(&before), Some(name)).await?;
    let request =
        EditCorpTag { id: of.id().to_owned(), name: Some(name.to_owned()), ..EditCorpTag::default() };
    let renamed = app.client.external().edit_corp_tag(&request, CHANGED_WITHIN).await;
    app.tags.invalidate();
    Ok(renamed?)
}

/// Deletes one, with all of its tags where it is a group. Customers who have it lose it.
///
/// # Errors
///
/// When WeCom did not do it, or did not say so.
pub async fn delete(context: &Context, app: &WecomApp, of: Of<'_>, by: &By) -> Result<(), NotChanged> {
    let before = format!("{}: {}", app.name, of.name());
    note(context, by, "del-corp-tag", Some(&before), None).await?;
    let (tag_id, group_id) = match of {
        Of::Group { id, .. } => (Vec::new(), vec![id.to_owned()]),
        Of::Tag { id, .. } => (vec![id.to_owned()], Vec::new()),
    };
    let request = DelCorpTag { tag_id, group_id, ..DelCorpTag::default() };
    let deleted = app.client.external().del_corp_tag(&request, CHANGED_WITHIN).await;
    app.tags.invalidate();
    Ok(deleted?)
}
