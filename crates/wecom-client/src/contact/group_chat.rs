//! Customer groups: chats of employees and customers.
//!
//! WeCom answers paging by offset for its old callers only; [`External::groupchat_list`] pages by
//! cursor.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::External;
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{Page, all_pages, cursor, paged},
    read, values,
};

const LIST: Endpoint = Endpoint::post("externalcontact/groupchat/list", Effect::Read).page(92120);
const GET: Endpoint = Endpoint::post("externalcontact/groupchat/get", Effect::Read).page(92122);
const TRANSFER: Endpoint = Endpoint::post("externalcontact/groupchat/transfer", Effect::Once).page(92127);
const ONJOB_TRANSFER: Endpoint =
    Endpoint::post("externalcontact/groupchat/onjob_transfer", Effect::Once).page(95703);

/// At most so many groups on one page.
const PAGE_MAX: u32 = 1_000;
/// At most so many owners in a filter.
const OWNERS_MAX: usize = 100;
/// At most so many groups change hands in one call.
const TRANSFERRED_MAX: usize = 100;
/// At most so many groups a day go to one new owner; WeCom counts, not the client.
#[cfg(feature = "catalogue")]
const TRANSFERRED_A_DAY_MAX: usize = 300;

impl External {
    /// The ids of the customer groups, a page of them (`groupchat/list`; page 92120).
    ///
    /// # Errors
    ///
    /// 81017 when the app sees more than 1,000 owners: filter by owner. 50100 when the cursor no longer works.
    /// [`Error::Argument`] when `limit` is not 1 to 1,000 or the filter has more than 100 owners.
    pub async fn groupchat_list(
        &self,
        request: &GroupChatList,
        options: CallOptions,
    ) -> Result<GroupChatPage, Error> {
        let owners = request.owner_filter.as_ref().map_or(&[][..], |filter| &filter.userid_list);
        Check::of(LIST)
            .given("limit", request.limit.is_some())
            .page_size("limit", request.limit, PAGE_MAX)
            .number("status_filter", request.status_filter.map(|status| status.0), 0..=3)
            .count("owner_filter.userid_list", owners, 0..=OWNERS_MAX)
            .end()?;
        self.client.call(Call::new(LIST, options).json(request)).await
    }

    /// The customer groups of all pages.
    pub fn groupchat_list_all(
        &self,
        request: &GroupChatList,
        options: CallOptions,
    ) -> Listing<ListedGroupChat> {
        all_pages!(self.groupchat_list, LIST, request, PAGE_MAX, options)
    }

    /// A customer group and those in it (`groupchat/get`; page 92122); `need_name` asks for the members' names as
    /// well. May lag behind the callback by a little.
    ///
    /// # Errors
    ///
    /// 86001 when the id is malformed, 86003 when there is no such group, 90501 and 90509 when it is no customer group.
    pub async fn groupchat_get(
        &self,
        chat_id: &str,
        need_name: bool,
        options: CallOptions,
    ) -> Result<GroupChat, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "read::needed")]
            group_chat: GroupChat,
        }
        Check::of(GET).required("chat_id", chat_id).end()?;
        let body = json!({"chat_id": chat_id, "need_name": i32::from(need_name)});
        let Answer { group_chat } = self.client.call(Call::new(GET, options).json(&body)).await?;
        Ok(group_chat)
    }

    /// Gives the groups of an employee who has left to another (`groupchat/transfer`; page 92127): at most 100 a
    /// call, and 300 a day for one new owner. Brings back those that were not given.
    ///
    /// # Errors
    ///
    /// 90500 to 90511 for all groups, 90507 while they are being inherited already; [`Error::Argument`] when there are
    /// none or more than 100.
    pub async fn groupchat_transfer(
        &self,
        request: &GroupChatTransfer,
        options: CallOptions,
    ) -> Result<Vec<FailedGroupChat>, Error> {
        self.transfer_groups(TRANSFER, request, options).await
    }

    /// Gives the groups of an employee who is still there to another (`groupchat/onjob_transfer`; page 95703); as
    /// [`groupchat_transfer`](Self::groupchat_transfer) otherwise.
    ///
    /// # Errors
    ///
    /// As of [`groupchat_transfer`](Self::groupchat_transfer).
    pub async fn groupchat_onjob_transfer(
        &self,
        request: &GroupChatTransfer,
        options: CallOptions,
    ) -> Result<Vec<FailedGroupChat>, Error> {
        self.transfer_groups(ONJOB_TRANSFER, request, options).await
    }

    async fn transfer_groups(
        &self,
        endpoint: Endpoint,
        request: &GroupChatTransfer,
        options: CallOptions,
    ) -> Result<Vec<FailedGroupChat>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            failed_chat_list: Vec<FailedGroupChat>,
        }
        Check::of(endpoint)
            .count("chat_id_list", &request.chat_id_list, 1..=TRANSFERRED_MAX)
            .required("new_owner", &request.new_owner)
            .end()?;
        let answer: Answer = self.client.call(Call::new(endpoint, options).json(request)).await?;
        Ok(answer.failed_chat_list)
    }
}

/// Which groups; the request of [`External::groupchat_list`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GroupChatList {
    /// Only groups in this state; absent for all. Here [`GroupChatStatus::NORMAL`] (0) stands for all as well.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub status_filter: Option<GroupChatStatus>,
    /// Only groups of these owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_filter: Option<OwnersOf>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many a page, 1 to 1,000; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A filter by owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct OwnersOf {
    /// The owners' userids, at most 100.
    pub userid_list: Vec<String>,
}

values::open_number! {
    /// Whether a group's owner is still there.
    GroupChatStatus {
        /// The owner is there.
        NORMAL = 0, "normal";
        /// The owner has left.
        OWNER_LEFT = 1, "owner_left";
        /// It is being given to another.
        TRANSFERRING = 2, "transferring";
        /// It was given to another.
        TRANSFERRED = 3, "transferred";
    }
}

/// The answer of [`External::groupchat_list`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupChatPage {
    /// The groups on this page.
    #[serde(deserialize_with = "values::list")]
    pub group_chat_list: Vec<ListedGroupChat>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

paged!(GroupChatList, limit);

impl Page for GroupChatPage {
    type Item = ListedGroupChat;
    type Next = String;

    fn into_parts(self) -> (Vec<ListedGroupChat>, Option<String>) {
        (self.group_chat_list, cursor(self.next_cursor))
    }
}

/// A group in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ListedGroupChat {
    /// The group's id, `wr…`.
    #[serde(deserialize_with = "values::text")]
    pub chat_id: Option<String>,
    /// Whether its owner is still there.
    #[serde(deserialize_with = "values::number")]
    pub status: Option<GroupChatStatus>,
}

/// A customer group. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupChat {
    /// The group's id, `wr…`.
    #[serde(deserialize_with = "values::text")]
    pub chat_id: Option<String>,
    /// The group's name; empty for a group that nobody has named.
    #[serde(deserialize_with = "values::text")]
    pub name: Option<String>,
    /// The owner's userid.
    #[serde(deserialize_with = "values::text")]
    pub owner: Option<String>,
    /// When the group was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// The announcement pinned in it (群公告).
    #[serde(deserialize_with = "values::text")]
    pub notice: Option<String>,
    /// Who is in the group: employees, customers and other outsiders.
    #[serde(deserialize_with = "values::list")]
    pub member_list: Vec<GroupMember>,
    /// The group's administrators.
    #[serde(deserialize_with = "values::list")]
    pub admin_list: Vec<GroupAdmin>,
    /// Which state of the members this is; the same as `CurMemVer` of the callback about it.
    #[serde(deserialize_with = "values::text")]
    pub member_version: Option<String>,
}

impl fmt::Debug for GroupChat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupChat")
            .field("chat_id", &self.chat_id)
            .field("owner", &self.owner)
            .field("create_time", &self.create_time)
            .field("members", &self.member_list.len())
            .finish_non_exhaustive()
    }
}

/// Somebody who is in a group. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupMember {
    /// An employee's userid or an outsider's external_userid, who need be nobody's customer.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// Employee or outsider.
    #[serde(rename = "type", deserialize_with = "values::number")]
    pub member_type: Option<GroupMemberType>,
    /// The id shared by the apps of one WeChat open-platform account; only where one is bound.
    #[serde(deserialize_with = "values::text")]
    pub unionid: Option<String>,
    /// Since when this is a member.
    #[serde(deserialize_with = "values::number")]
    pub join_time: Option<Timestamp>,
    /// How this member came in.
    #[serde(deserialize_with = "values::number")]
    pub join_scene: Option<JoinScene>,
    /// Who invited; only where it was an employee.
    #[serde(deserialize_with = "values::object")]
    pub invitor: Option<GroupAdmin>,
    /// The name in this group.
    #[serde(deserialize_with = "values::text")]
    pub group_nickname: Option<String>,
    /// The name; only where it was asked for.
    #[serde(deserialize_with = "values::text")]
    pub name: Option<String>,
    /// The channel of the join way.
    #[serde(deserialize_with = "values::text")]
    pub state: Option<String>,
}

impl fmt::Debug for GroupMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupMember")
            .field("userid", &self.userid)
            .field("member_type", &self.member_type)
            .field("join_time", &self.join_time)
            .field("join_scene", &self.join_scene)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

values::open_number! {
    /// Whether a member of a group is an employee or from outside.
    GroupMemberType {
        /// An employee of this corp.
        EMPLOYEE = 1, "employee";
        /// Somebody from outside.
        EXTERNAL = 2, "external";
    }
}

values::open_number! {
    /// How somebody came into a group.
    JoinScene {
        /// Invited by somebody in it.
        INVITED = 1, "invited";
        /// By an invitation link.
        LINK = 2, "link";
        /// By scanning the group's code.
        QR_CODE = 3, "qr_code";
    }
}

/// An employee, of whom WeCom gives only the userid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupAdmin {
    /// The employee's userid.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
}

/// Which groups go to whom; the request of [`External::groupchat_transfer`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GroupChatTransfer {
    /// The groups' ids, 1 to 100.
    #[serde(deserialize_with = "read::texts")]
    pub chat_id_list: Vec<String>,
    /// The userid of the employee who gets them.
    pub new_owner: String,
}

/// A group that was not given to its new owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FailedGroupChat {
    /// The group's id, `wr…`.
    #[serde(deserialize_with = "values::text")]
    pub chat_id: Option<String>,
    /// Why; see [`explain`](crate::explain).
    #[serde(deserialize_with = "values::integer")]
    pub errcode: Option<i64>,
    /// WeCom's text with the code.
    #[serde(deserialize_with = "values::text")]
    pub errmsg: Option<String>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{
        GET, LIST, ONJOB_TRANSFER, OWNERS_MAX, PAGE_MAX, TRANSFER, TRANSFERRED_A_DAY_MAX, TRANSFERRED_MAX,
    };
    use crate::method::{CURSOR, Method, formatcp, ids, integer, owners, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(LIST, rust!(external.groupchat_list, |given| &given.whole()?))
            .is("List customer groups by id")
            .wxjava(&["listGroupChat"])
            .takes(&[
                integer("status_filter", "0 all, 1 the owner has left, 2 being handed over, 3 handed over"),
                owners(formatcp!("Only groups of these owners, at most {OWNERS_MAX} userids")),
                CURSOR,
                integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}")).required(),
            ])
            .paged("group_chat_list", "limit", PAGE_MAX)
            .like("--owner-filter zhangsan,lisi --limit 100"),
        Method::of(
            GET,
            rust!(external.groupchat_get, |given| given.text("chat_id"), given.zero_or_one("need_name")?),
        )
        .is("Show a customer group and those in it")
        .wxjava(&["getGroupChat"])
        .takes(&[
            text("chat_id", "The group").required(),
            integer("need_name", "1 to have the members' names as well; WeCom's default is 0"),
        ])
        .like("--chat-id wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --need-name 1"),
        Method::of(TRANSFER, rust!(external.groupchat_transfer, |given| &given.whole()?))
            .is("Give the groups of an employee who has left to another")
            .wxjava(&["transferGroupChat"])
            .takes(&[
                ids("chat_id_list", formatcp!("The groups, 1 to {TRANSFERRED_MAX}")).required(),
                text(
                    "new_owner",
                    formatcp!("The employee who gets them; at most {TRANSFERRED_A_DAY_MAX} a day"),
                )
                .required(),
            ])
            .lists("failed_chat_list")
            .like("--chat-id-list wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --new-owner lisi"),
        Method::of(ONJOB_TRANSFER, rust!(external.groupchat_onjob_transfer, |given| &given.whole()?))
            .is("Give the groups of an employee who is still there to another")
            .wxjava(&["onjobTransferGroupChat"])
            .takes(&[
                ids("chat_id_list", formatcp!("The groups, 1 to {TRANSFERRED_MAX}")).required(),
                text(
                    "new_owner",
                    formatcp!("The employee who gets them; at most {TRANSFERRED_A_DAY_MAX} a day"),
                )
                .required(),
            ])
            .lists("failed_chat_list")
            .like("--chat-id-list wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --new-owner lisi"),
    ];
}
