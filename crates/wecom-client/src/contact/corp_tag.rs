//! The corp's tags (企业标签) and their groups: the tree of which [`External::mark_tag`] puts leaves on customers.
//!
//! A corp has at most 3,000 tags, those of rule groups included (40126). An app can change and delete only what it
//! made itself. What is done here by API is followed by no callback.

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::External;
use crate::client::{
    Call, CallOptions, Effect, Element, Endpoint, Error, Fault, Lack, Timestamp, Unit, limits::Check, read,
    values,
};

const GET_CORP_TAG_LIST: Endpoint =
    Endpoint::post("externalcontact/get_corp_tag_list", Effect::Read).page(92117);
const ADD_CORP_TAG: Endpoint = Endpoint::post("externalcontact/add_corp_tag", Effect::Once).page(92117);
const EDIT_CORP_TAG: Endpoint =
    Endpoint::post("externalcontact/edit_corp_tag", Effect::Idempotent).page(92117);
const DEL_CORP_TAG: Endpoint = Endpoint::post("externalcontact/del_corp_tag", Effect::Idempotent).page(92117);

/// At most so many characters in the name of a tag or group.
pub const NAME_CHARS_MAX: usize = 30;

/// WeCom knows no tag and no group of this id.
const NO_SUCH_TAG: i64 = 40_068;

impl External {
    /// How [`External::add_corp_tag`] asks, for whoever names the call without making it.
    pub const ADD_CORP_TAG: Endpoint = ADD_CORP_TAG;

    /// Tags and their groups (`get_corp_tag_list`; page 92117): all of them, or those asked for. They come in no
    /// order; see [`CorpTagGroup::order`].
    ///
    /// # Errors
    ///
    /// 40068 when an id is unknown.
    pub async fn get_corp_tag_list(
        &self,
        request: &GetCorpTagList,
        options: CallOptions,
    ) -> Result<Vec<CorpTagGroup>, Error> {
        let answer: TagGroups = self.client.call(Call::new(GET_CORP_TAG_LIST, options).json(request)).await?;
        Ok(answer.tag_group)
    }

    /// Makes tags, in a new group or an old one (`add_corp_tag`; page 92117), and gives the group with the tags
    /// that were made. A group cannot be without tags, and a `group_name` that exists stands for that group.
    ///
    /// # Errors
    ///
    /// 40071 when the group has a tag of this name, 40072 for a name's length, 40068 for an unknown `group_id`, 40126
    /// when there are too many tags. Where [`Error::lost`] is true they may have been made: look before repeating.
    pub async fn add_corp_tag(
        &self,
        request: &AddCorpTag,
        options: CallOptions,
    ) -> Result<CorpTagGroup, Error> {
        let AddCorpTag { group_id, group_name, order: _, tag, agentid: _ } = request;
        check_new(Check::of(ADD_CORP_TAG), group_id.as_deref(), group_name.as_deref(), tag).end()?;
        let answer: NewTags = self.client.call(Call::new(ADD_CORP_TAG, options).json(request)).await?;
        Ok(answer.tag_group)
    }

    /// Renames or moves a tag or a group (`edit_corp_tag`; page 92117): what is `None` stays.
    ///
    /// # Errors
    ///
    /// 40068 when the id is unknown, 40071 when the name is taken, 60011 when another app made it.
    pub async fn edit_corp_tag(&self, request: &EditCorpTag, options: CallOptions) -> Result<(), Error> {
        let EditCorpTag { id, name, order, agentid: _ } = request;
        check_edit(Check::of(EDIT_CORP_TAG), id, name.as_deref(), *order).end()?;
        self.done(Call::new(EDIT_CORP_TAG, options).json(request)).await
    }

    /// Deletes tags and groups, with their tags (`del_corp_tag`; page 92117); a group goes with its last tag. A
    /// single one that is gone already counts as deleted. WeCom refuses both that and the tag of another app with 40068, so it
    /// is looked for then, in what is left of the call's time. Of several WeCom does not say which is gone and whether the
    /// others were deleted, so that remains an error.
    ///
    /// # Errors
    ///
    /// 60011 when another app made it, or 40068 where it is there all the same.
    pub async fn del_corp_tag(&self, request: &DelCorpTag, options: CallOptions) -> Result<(), Error> {
        let DelCorpTag { tag_id, group_id, agentid: _ } = request;
        let look = async |options| {
            let (tag_id, group_id) = (tag_id.clone(), group_id.clone());
            self.get_corp_tag_list(&GetCorpTagList { tag_id, group_id }, options).await
        };
        let call = Call::new(DEL_CORP_TAG, options).json(request);
        self.delete_tags((DEL_CORP_TAG, options), tag_id.len() + group_id.len(), call, look).await
    }

    /// What deleting corp tags and strategy tags have in common. `count` of them are deleted by `call`, and listed by
    /// `look`.
    pub(super) async fn delete_tags(
        &self,
        (endpoint, options): (Endpoint, CallOptions),
        count: usize,
        call: Call<'_>,
        look: impl AsyncFnOnce(CallOptions) -> Result<Vec<CorpTagGroup>, Error>,
    ) -> Result<(), Error> {
        Check::of(endpoint)
            .rule(count > 0, "tag_id", || Fault::NoneGiven {
                others: &["group_id"],
                so: Lack::AtLeastOneWanted,
            })
            .end()?;
        #[expect(clippy::disallowed_methods, reason = "measures how much of the time is left to look")]
        let started = Instant::now();
        let refused = match self.done(call).await {
            Err(refused @ Error::Refused { errcode: NO_SUCH_TAG, .. }) if count == 1 => refused,
            deleted => return deleted,
        };
        let left = options.timeout.saturating_sub(started.elapsed());
        match look(CallOptions { timeout: left, ..options }).await {
            Ok(groups) if groups.iter().all(CorpTagGroup::is_gone) => Ok(()),
            Err(Error::Refused { errcode: NO_SUCH_TAG, .. }) => Ok(()),
            // It is there, or nobody knows: then WeCom's word stands.
            _ => Err(refused),
        }
    }
}

impl CorpTagGroup {
    /// Whether neither the group nor one of its tags is there, as far as an answer to a request for ids says.
    fn is_gone(&self) -> bool {
        let is_deleted = |deleted: Option<bool>| deleted == Some(true);
        is_deleted(self.deleted)
            || (!self.tag.is_empty() && self.tag.iter().all(|tag| is_deleted(tag.deleted)))
    }
}

/// The limits of a tag or group that is to be changed.
pub(super) fn check_edit(check: Check, id: &str, name: Option<&str>, order: Option<u32>) -> Check {
    check
        .required("id", id)
        .rule(name.is_some() || order.is_some(), "name", || Fault::NoneGiven {
            others: &["order"],
            so: Lack::NothingToChange,
        })
        .rule(name != Some(""), "name", || Fault::EmptyGiven { most: NAME_CHARS_MAX })
        .chars("name", name, NAME_CHARS_MAX)
}

/// The limits of tags to be made.
pub(super) fn check_new(
    check: Check,
    group_id: Option<&str>,
    group_name: Option<&str>,
    tags: &[NewCorpTag],
) -> Check {
    let sizes = tags.iter().map(|tag| tag.name.chars().count());
    let wrong = sizes.enumerate().find(|(_, count)| !(1..=NAME_CHARS_MAX).contains(count));
    let is_empty = |text: Option<&str>| text.is_none_or(str::is_empty);
    check
        .rule(!(is_empty(group_id) && is_empty(group_name)), "group_id", || Fault::NoneGiven {
            others: &["group_name"],
            so: Lack::OneWanted,
        })
        .rule(group_id != Some(""), "group_id", || Fault::EmptyBeside { other: "group_name" })
        .rule(group_name != Some(""), "group_name", || Fault::EmptyBeside { other: "group_id" })
        .chars("group_name", group_name, NAME_CHARS_MAX)
        .count("tag", tags, 1..=usize::MAX)
        .rule(wrong.is_none(), "tag.name", || {
            let (index, count) = wrong.unwrap_or_default();
            Fault::Size {
                count,
                unit: Unit::Characters,
                within: Some(Element::Tag(index + 1)),
                least: Some(1),
                most: NAME_CHARS_MAX,
            }
        })
}

/// The answer that lists groups of tags.
#[derive(Deserialize)]
pub(super) struct TagGroups {
    #[serde(default, deserialize_with = "values::list")]
    pub(super) tag_group: Vec<CorpTagGroup>,
}

/// The answer with the tags that were made.
#[derive(Deserialize)]
pub(super) struct NewTags {
    #[serde(deserialize_with = "read::needed")]
    pub(super) tag_group: CorpTagGroup,
}

/// Which tags to get; see [`External::get_corp_tag_list`]. All of them if both are empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GetCorpTagList {
    /// These tags; ignored where groups are given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag_id: Vec<String>,
    /// These groups, with all of their tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_id: Vec<String>,
}

/// Tags to be made; see [`External::add_corp_tag`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AddCorpTag {
    /// The group, if it exists. Then `group_name` and `order` are ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// The group's name, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// The place of a new group: the larger, the further ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The tags, at least one.
    pub tag: Vec<NewCorpTag>,
    /// The app's agentid; needed only in old suites that have several apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agentid: Option<i64>,
}

/// A tag to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct NewCorpTag {
    /// Its name, 1 to 30 characters, unique in its group.
    pub name: String,
    /// Its place: the larger, the further ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
}

/// What to change of a tag or group; see [`External::edit_corp_tag`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct EditCorpTag {
    /// The tag's or the group's id; required.
    pub id: String,
    /// The new name, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new place: the larger, the further ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The app's agentid; needed only in old suites that have several apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agentid: Option<i64>,
}

/// What to delete; see [`External::del_corp_tag`]. Not both are empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct DelCorpTag {
    /// Ids of tags to delete.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag_id: Vec<String>,
    /// Ids of groups to delete, each with all of its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_id: Vec<String>,
    /// The app's agentid; needed only in old suites that have several apps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agentid: Option<i64>,
}

/// A group of tags as WeCom answers with it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CorpTagGroup {
    /// The group's id.
    #[serde(deserialize_with = "values::text")]
    pub group_id: Option<String>,
    /// The group's name.
    #[serde(deserialize_with = "values::text")]
    pub group_name: Option<String>,
    /// When the group was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// The group's place among the groups, 0 to 2³²−1: the larger, the further ahead.
    #[serde(deserialize_with = "values::integer")]
    pub order: Option<i64>,
    /// Whether it has been deleted; only in answers to requests for ids.
    #[serde(deserialize_with = "read::flag")]
    pub deleted: Option<bool>,
    /// The rule group to which it belongs; absent for the whole corp's.
    #[serde(deserialize_with = "values::integer")]
    pub strategy_id: Option<i64>,
    /// The tags of the group.
    #[serde(deserialize_with = "values::list")]
    pub tag: Vec<CorpTag>,
}

/// A tag as WeCom answers with it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CorpTag {
    /// The tag's id, by which it is put on customers.
    #[serde(deserialize_with = "values::text")]
    pub id: Option<String>,
    /// The tag's name, unique in its group.
    #[serde(deserialize_with = "values::text")]
    pub name: Option<String>,
    /// When the tag was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// Its place in the group, 0 to 2³²−1: the larger, the further ahead.
    #[serde(deserialize_with = "values::integer")]
    pub order: Option<i64>,
    /// Whether it has been deleted; only in answers to requests for ids.
    #[serde(deserialize_with = "read::flag")]
    pub deleted: Option<bool>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{ADD_CORP_TAG, DEL_CORP_TAG, EDIT_CORP_TAG, GET_CORP_TAG_LIST, NAME_CHARS_MAX};
    use crate::method::{Method, formatcp, ids, integer, json, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(GET_CORP_TAG_LIST, rust!(external.get_corp_tag_list, |given| &given.whole()?))
            .is("List the corp's tags by group: all of them, or those asked for")
            .wxjava(&["getCorpTagList"])
            .takes(&[
                ids("tag_id", "These tags; of no account with --group-id"),
                ids("group_id", "These groups, with all of their tags"),
            ])
            .lists_nested("tag_group", "tag"),
        Method::of(ADD_CORP_TAG, rust!(external.add_corp_tag, |given| &given.whole()?))
            .is("Make tags, in a new group or an old one")
            .wxjava(&["addCorpTag"])
            .takes(&[
                text("group_id", "The group, if it exists"),
                text(
                    "group_name",
                    formatcp!("The group's name, at most {NAME_CHARS_MAX} characters; one that exists stands for that group"),
                ),
                integer("order", "The place of a new group: the larger, the further ahead"),
                json("tag", formatcp!("The tags: [{{\"name\": …, \"order\": …}}], names of 1 to {NAME_CHARS_MAX} characters"))
                    .required(),
                integer("agentid", "The app, in suites of several apps of old"),
            ])
            .like("--group-name 渠道 --tag '[{\"name\": \"春季\"}]'"),
        Method::of(EDIT_CORP_TAG, rust!(external.edit_corp_tag, |given| &given.whole()?))
            .is("Rename or move a tag or a group of tags")
            .wxjava(&["editCorpTag"])
            .takes(&[
                text("id", "The tag's or the group's id").required(),
                text("name", formatcp!("The new name, at most {NAME_CHARS_MAX} characters")),
                integer("order", "The new place: the larger, the further ahead"),
                integer("agentid", "The app, in suites of several apps of old"),
            ])
            .like("--id etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g --name 贵宾"),
        Method::of(DEL_CORP_TAG, rust!(external.del_corp_tag, |given| &given.whole()?))
            .is("Delete tags, and groups with their tags")
            .wxjava(&["delCorpTag"])
            .takes(&[
                ids("tag_id", "These tags"),
                ids("group_id", "These groups, with all of their tags"),
                integer("agentid", "The app, in suites of several apps of old"),
            ])
            .like("--tag-id etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g"),
    ];
}
