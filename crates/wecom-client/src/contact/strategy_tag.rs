//! The tags of a rule group (规则组, see [`CustomerStrategy`](super::CustomerStrategy)), which only employees inside its
//! range can put on customers (page 94882). They count towards the corp's 3,000.

use serde::{Deserialize, Serialize};

use super::{
    CorpTagGroup, External, NewCorpTag,
    corp_tag::{NewTags, TagGroups, check_edit, check_new},
};
use crate::client::{Call, CallOptions, Effect, Endpoint, Error, limits::Check};

const GET_STRATEGY_TAG_LIST: Endpoint =
    Endpoint::post("externalcontact/get_strategy_tag_list", Effect::Read).page(94882);
const ADD_STRATEGY_TAG: Endpoint =
    Endpoint::post("externalcontact/add_strategy_tag", Effect::Once).page(94882);
const EDIT_STRATEGY_TAG: Endpoint =
    Endpoint::post("externalcontact/edit_strategy_tag", Effect::Idempotent).page(94882);
const DEL_STRATEGY_TAG: Endpoint =
    Endpoint::post("externalcontact/del_strategy_tag", Effect::Idempotent).page(94882);

impl External {
    /// Tags of rule groups (`get_strategy_tag_list`; page 94882): all of a group, or those asked for.
    ///
    /// # Errors
    ///
    /// 40068 when an id is unknown.
    pub async fn get_strategy_tag_list(
        &self,
        request: &GetStrategyTagList,
        options: CallOptions,
    ) -> Result<Vec<CorpTagGroup>, Error> {
        let answer: TagGroups =
            self.client.call(Call::new(GET_STRATEGY_TAG_LIST, options).json(request)).await?;
        Ok(answer.tag_group)
    }

    /// Makes tags for a rule group (`add_strategy_tag`; page 94882), and gives the group with the tags that were
    /// made.
    ///
    /// # Errors
    ///
    /// As [`External::add_corp_tag`].
    pub async fn add_strategy_tag(
        &self,
        request: &AddStrategyTag,
        options: CallOptions,
    ) -> Result<CorpTagGroup, Error> {
        let AddStrategyTag { strategy_id, group_id, group_name, order: _, tag } = request;
        let check = Check::of(ADD_STRATEGY_TAG).given("strategy_id", strategy_id.is_some());
        check_new(check, group_id.as_deref(), group_name.as_deref(), tag).end()?;
        let answer: NewTags = self.client.call(Call::new(ADD_STRATEGY_TAG, options).json(request)).await?;
        Ok(answer.tag_group)
    }

    /// Renames or moves a tag or a group (`edit_strategy_tag`; page 94882): what is `None` stays.
    ///
    /// # Errors
    ///
    /// As [`External::edit_corp_tag`].
    pub async fn edit_strategy_tag(
        &self,
        request: &EditStrategyTag,
        options: CallOptions,
    ) -> Result<(), Error> {
        let EditStrategyTag { id, name, order } = request;
        check_edit(Check::of(EDIT_STRATEGY_TAG), id, name.as_deref(), *order).end()?;
        self.done(Call::new(EDIT_STRATEGY_TAG, options).json(request)).await
    }

    /// Deletes tags and groups, with their tags (`del_strategy_tag`; page 94882). What is gone already is as in
    /// [`External::del_corp_tag`].
    ///
    /// # Errors
    ///
    /// As [`External::del_corp_tag`].
    pub async fn del_strategy_tag(
        &self,
        request: &DelStrategyTag,
        options: CallOptions,
    ) -> Result<(), Error> {
        let DelStrategyTag { tag_id, group_id } = request;
        let look = async |options| {
            let (tag_id, group_id) = (tag_id.clone(), group_id.clone());
            let request = GetStrategyTagList { strategy_id: None, tag_id, group_id };
            self.get_strategy_tag_list(&request, options).await
        };
        let call = Call::new(DEL_STRATEGY_TAG, options).json(request);
        self.delete_tags((DEL_STRATEGY_TAG, options), tag_id.len() + group_id.len(), call, look).await
    }
}

/// Which tags to get; see [`External::get_strategy_tag_list`]. All of the rule group's if both lists are empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GetStrategyTagList {
    /// The rule group; all of them if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_id: Option<i64>,
    /// These tags; ignored where groups are given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag_id: Vec<String>,
    /// These groups of tags, with all of their tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_id: Vec<String>,
}

/// Tags to be made; see [`External::add_strategy_tag`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct AddStrategyTag {
    /// The rule group; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_id: Option<i64>,
    /// The group of tags, if it exists. Then `group_name` and `order` are ignored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// The name of the group of tags, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// The place of a new group of tags: the larger, the further ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The tags, at least one.
    pub tag: Vec<NewCorpTag>,
}

/// What to change of a tag or group of tags; see [`External::edit_strategy_tag`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct EditStrategyTag {
    /// The tag's or the group's id; required.
    pub id: String,
    /// The new name, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new place: the larger, the further ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
}

/// What to delete; see [`External::del_strategy_tag`]. Not both are empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct DelStrategyTag {
    /// Ids of tags to delete.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag_id: Vec<String>,
    /// These groups, with all of their tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_id: Vec<String>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{ADD_STRATEGY_TAG, DEL_STRATEGY_TAG, EDIT_STRATEGY_TAG, GET_STRATEGY_TAG_LIST};
    use crate::contact::corp_tag::NAME_CHARS_MAX;
    use crate::method::{Method, formatcp, ids, integer, json, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(GET_STRATEGY_TAG_LIST, rust!(external.get_strategy_tag_list, |given| &given.whole()?))
            .is("List the tags of a rule group")
            .takes(&[
                integer("strategy_id", "The rule group; all of them if not given"),
                ids("tag_id", "These tags; of no account with --group-id"),
                ids("group_id", "These groups of tags, with all of their tags"),
            ])
            .lists_nested("tag_group", "tag")
            .like("--strategy-id 1"),
        Method::of(ADD_STRATEGY_TAG, rust!(external.add_strategy_tag, |given| &given.whole()?))
            .is("Make tags for a rule group")
            .takes(&[
                integer("strategy_id", "The rule group").required(),
                text("group_id", "The group of tags, if it exists"),
                text(
                    "group_name",
                    formatcp!("The name of the group of tags, at most {NAME_CHARS_MAX} characters"),
                ),
                integer("order", "The place of a new group of tags: the larger, the further ahead"),
                json(
                    "tag",
                    formatcp!(
                        "The tags: [{{\"name\": …, \"order\": …}}], names of 1 to {NAME_CHARS_MAX} characters"
                    ),
                )
                .required(),
            ])
            .like("--strategy-id 1 --group-name 等级 --tag '[{\"name\": \"重点\"}]'"),
        Method::of(EDIT_STRATEGY_TAG, rust!(external.edit_strategy_tag, |given| &given.whole()?))
            .is("Rename or move a rule group's tag or group of tags")
            .takes(&[
                text("id", "The tag's or the group's id").required(),
                text("name", formatcp!("The new name, at most {NAME_CHARS_MAX} characters")),
                integer("order", "The new place: the larger, the further ahead"),
            ])
            .like("--id stQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g --name 重点"),
        Method::of(DEL_STRATEGY_TAG, rust!(external.del_strategy_tag, |given| &given.whole()?))
            .is("Delete a rule group's tags, and groups with their tags")
            .takes(&[ids("tag_id", "These tags"), ids("group_id", "These groups, with all of their tags")])
            .like("--tag-id stQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g"),
    ];
}
