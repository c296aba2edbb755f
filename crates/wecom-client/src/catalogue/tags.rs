//! Tags: those of the corp, those of rule groups, and the marking of customers.

use super::Family;
use crate::Effect::{Idempotent, Once, Read};
use crate::method::{Method, ids, integer, json, rust, text};

const PAGE: u32 = 92117;
const STRATEGY_PAGE: u32 = 94882;

pub(super) static FAMILY: Family = Family {
    title: "Tags",
    methods: &[
        Method::post(
            "externalcontact/get_corp_tag_list",
            Read,
            rust!(external.get_corp_tag_list, |given| &given.whole()?),
        )
        .is("List the corp's tags by group: all of them, or those asked for")
        .seed(&["getCorpTagList"])
        .page(PAGE)
        .takes(&[
            ids("tag_id", "These tags; of no account with --group-id"),
            ids("group_id", "These groups, with all of their tags"),
        ])
        .lists_nested("tag_group", "tag"),
        Method::post(
            "externalcontact/add_corp_tag",
            Once,
            rust!(external.add_corp_tag, |given| &given.whole()?),
        )
        .is("Make tags, in a new group or an old one")
        .seed(&["addCorpTag"])
        .page(PAGE)
        .takes(&[
            text("group_id", "The group, if it exists"),
            text(
                "group_name",
                "The group's name, at most 30 characters; one that exists stands for that group",
            ),
            integer("order", "The place of a new group: the larger, the further ahead"),
            json("tag", "The tags: [{\"name\": …, \"order\": …}], names of 1 to 30 characters").required(),
            integer("agentid", "The app, in suites of several apps of old"),
        ])
        .like("--group-name 渠道 --tag '[{\"name\": \"春季\"}]'"),
        Method::post(
            "externalcontact/edit_corp_tag",
            Idempotent,
            rust!(external.edit_corp_tag, |given| &given.whole()?),
        )
        .is("Rename or move a tag or a group of tags")
        .seed(&["editCorpTag"])
        .page(PAGE)
        .takes(&[
            text("id", "The tag's or the group's id").required(),
            text("name", "The new name, at most 30 characters"),
            integer("order", "The new place: the larger, the further ahead"),
            integer("agentid", "The app, in suites of several apps of old"),
        ])
        .like("--id etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g --name 贵宾"),
        Method::post(
            "externalcontact/del_corp_tag",
            Idempotent,
            rust!(external.del_corp_tag, |given| &given.whole()?),
        )
        .is("Delete tags, and groups with their tags")
        .seed(&["delCorpTag"])
        .page(PAGE)
        .takes(&[
            ids("tag_id", "These tags"),
            ids("group_id", "These groups, with all of their tags"),
            integer("agentid", "The app, in suites of several apps of old"),
        ])
        .like("--tag-id etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g"),
        Method::post(
            "externalcontact/mark_tag",
            Idempotent,
            rust!(external.mark_tag, |given| &given.whole()?),
        )
        .is("Put tags on a customer of an employee, and take tags off")
        .seed(&["markTag"])
        .page(92118)
        .takes(&[
            text("userid", "The employee").required(),
            text("external_userid", "The customer").required(),
            ids("add_tag", "Tag ids to put on"),
            ids("remove_tag", "Tag ids to take off"),
        ])
        .like(
            "--userid zhangsan --external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A --add-tag \
             etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g",
        ),
        Method::post(
            "externalcontact/get_strategy_tag_list",
            Read,
            rust!(external.get_strategy_tag_list, |given| &given.whole()?),
        )
        .is("List the tags of a rule group")
        .page(STRATEGY_PAGE)
        .takes(&[
            integer("strategy_id", "The rule group; all of them if not given"),
            ids("tag_id", "These tags; of no account with --group-id"),
            ids("group_id", "These groups of tags, with all of their tags"),
        ])
        .lists_nested("tag_group", "tag")
        .like("--strategy-id 1"),
        Method::post(
            "externalcontact/add_strategy_tag",
            Once,
            rust!(external.add_strategy_tag, |given| &given.whole()?),
        )
        .is("Make tags for a rule group")
        .page(STRATEGY_PAGE)
        .takes(&[
            integer("strategy_id", "The rule group").required(),
            text("group_id", "The group of tags, if it exists"),
            text("group_name", "The name of the group of tags, at most 30 characters"),
            integer("order", "The place of a new group of tags: the larger, the further ahead"),
            json("tag", "The tags: [{\"name\": …, \"order\": …}], names of 1 to 30 characters").required(),
        ])
        .like("--strategy-id 1 --group-name 等级 --tag '[{\"name\": \"重点\"}]'"),
        Method::post(
            "externalcontact/edit_strategy_tag",
            Idempotent,
            rust!(external.edit_strategy_tag, |given| &given.whole()?),
        )
        .is("Rename or move a rule group's tag or group of tags")
        .page(STRATEGY_PAGE)
        .takes(&[
            text("id", "The tag's or the group's id").required(),
            text("name", "The new name, at most 30 characters"),
            integer("order", "The new place: the larger, the further ahead"),
        ])
        .like("--id stQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g --name 重点"),
        Method::post(
            "externalcontact/del_strategy_tag",
            Idempotent,
            rust!(external.del_strategy_tag, |given| &given.whole()?),
        )
        .is("Delete a rule group's tags, and groups with their tags")
        .page(STRATEGY_PAGE)
        .takes(&[ids("tag_id", "These tags"), ids("group_id", "These groups, with all of their tags")])
        .like("--tag-id stQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g"),
    ],
};
