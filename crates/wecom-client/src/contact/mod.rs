//! The customer-contact methods (`/cgi-bin/externalcontact/…`), one file a family.
//!
//! A method is a function on [`External`] that builds one [`Call`] of its [`Endpoint`](crate::Endpoint) and names the
//! type of its answer; it knows nothing of HTTP, tokens or retries. Its limits, its row of the catalogue and its types
//! stand in the same file; types that would make the file too long stand in one called `…_types` beside it. Names are
//! the platform's own. Answers are read leniently: what is not required to go on is optional, numbers that stand for a
//! set are open, unknown fields are passed over.
//!
//! What all families share: limits are checked before anything is sent (`client::limits`); a listing of pages is a
//! stream of its items, under the method's name with `_all` ([`Listing`]); a day of the statistics is a [`Day`].

// What several families share.
pub(crate) mod content;
pub(crate) mod scope;

// Contact ways, customers and their tags.
pub(crate) mod contact_way;
mod contact_way_types;
pub(crate) mod follow_user;
#[expect(
    clippy::module_inception,
    reason = "the family has this name in the simulator and in the tests as well"
)]
pub(crate) mod contact;
mod contact_detail;
pub(crate) mod contact_list;
pub(crate) mod corp_tag;
pub(crate) mod tag;
pub(crate) mod strategy_tag;

// What is sent to customers.
pub(crate) mod welcome;
pub(crate) mod group_welcome_template;
pub(crate) mod mass_message;
pub(crate) mod mass_message_record;
mod mass_message_record_types;
pub(crate) mod moment;
pub(crate) mod moment_record;
mod moment_record_types;

// Groups.
pub(crate) mod group_chat;
pub(crate) mod join_way;

// Handing over customers and groups, statistics, and the rule groups that limit who may do what.
pub(crate) mod transfer;
mod transfer_types;
pub(crate) mod statistics;
pub(crate) mod group_statistic;
pub(crate) mod customer_strategy;
pub(crate) mod moment_strategy;

// Acquisition links, products, words that are intercepted.
pub(crate) mod acquisition;
pub(crate) mod acquisition_record;
pub(crate) mod product_album;
pub(crate) mod intercept_rule;

// Ids of WeCom's in the forms that other apps and suites use.
pub(crate) mod id_conversion;
mod id_conversion_types;
pub(crate) mod idconvert;

use serde::Deserialize;

use crate::client::{Call, Client, Error};

pub use crate::client::{Day, Listing};
pub use acquisition::{
    AcquisitionLink, AcquisitionLinkDetail, AcquisitionLinkPage, CreateAcquisitionLink, ListAcquisitionLinks,
    PriorityOption, PriorityType, UpdateAcquisitionLink,
};
pub use acquisition_record::{
    AcquiredCustomer, AcquiredPage, AcquisitionChat, AcquisitionChatInfo, AcquisitionPermit,
    AcquisitionQuota, AcquisitionStatistic, ChatStatus, ExpiringQuota, ListAcquiredCustomers,
};
pub use contact::{Contact, Remark};
pub use contact_detail::{
    AddWay, ChannelsSource, ChannelsStatus, ContactType, ExternalAttr, ExternalAttrType, ExternalContact,
    ExternalProfile, FollowTag, FollowUser, Gender, MiniprogramAttr, TagType, TextAttr, WebAttr,
    WechatChannels,
};
pub use contact_list::{
    BatchContact, BatchContacts, BatchGetByUser, ContactList, FailInfo, FollowInfo, ListContacts,
    ServedContact,
};
pub use contact_way_types::{
    AddContactWay, CloseTempChat, Conclusions, ConclusionsImage, ConclusionsLink, ConclusionsMiniprogram,
    ConclusionsText, ContactWay, ContactWayIds, ContactWayScene, ContactWayType, ListContactWay,
    NewContactWay, TEXT_CHARS_MAX as CONTACT_WAY_TEXT_CHARS_MAX, USERS_MAX as CONTACT_WAY_USERS_MAX,
    UpdateContactWay,
};
pub use content::SentAttachment;
pub use corp_tag::{
    AddCorpTag, CorpTag, CorpTagGroup, DelCorpTag, EditCorpTag, GetCorpTagList,
    NAME_CHARS_MAX as TAG_NAME_CHARS_MAX, NewCorpTag,
};
pub use customer_strategy::{
    CreateCustomerStrategy, CustomerStrategies, CustomerStrategy, EditCustomerStrategy, Privileges,
    StrategyRanges,
};
pub use follow_user::{CheckFollowUser, CheckedFollowUsers};
pub use group_chat::{
    FailedGroupChat, GroupAdmin, GroupChat, GroupChatList, GroupChatPage, GroupChatStatus, GroupChatTransfer,
    GroupMember, GroupMemberType, JoinScene, ListedGroupChat, OwnersOf,
};
pub use group_statistic::{
    GroupChatDay, GroupChatFigures, GroupChatOwner, GroupChatOwners, GroupChatStatistic,
    GroupChatStatisticByDay, GroupChatStatisticOrder,
};
pub use group_welcome_template::{
    EditGroupWelcomeTemplate, GroupWelcomeTemplate, GroupWelcomeTemplateDetail,
};
pub use id_conversion_types::{
    BusinessType, ConvertTmpExternalUserid, ConvertedExternalUserids, CorpExternalUserid,
    MigratedExternalUserid, TmpExternalUserid, UnionidToExternalUserid, UnionidToExternalUserid3rd,
};
pub use idconvert::{
    ConvertUnionid, ConvertedUnionid, ExternalUseridToPendingId, NewOpenKfid, NewOpenKfids,
    OpenExternalTagid, OpenExternalTagids, PendingId, SubjectType,
};
pub use intercept_rule::{
    AddInterceptRule, ExtraRule, InterceptRule, InterceptType, ListedInterceptRule, UpdateInterceptRule,
};
pub use join_way::{JoinWay, JoinWayDetail, JoinWayScene, UpdateJoinWay};
pub use mass_message::{AddMsgTemplate, MsgTemplateAdded, TagFilter, TagFilterGroup};
pub use mass_message_record::{CreatorFilter, GetGroupmsgList, GetGroupmsgSendResult, GetGroupmsgTask};
pub use mass_message_record_types::{
    CreateType, Groupmsg, GroupmsgPage, GroupmsgResultPage, GroupmsgSend, GroupmsgSendPage,
    GroupmsgSendStatus, GroupmsgTask, GroupmsgTaskPage, GroupmsgTaskStatus,
};
pub use moment::{
    AddMomentTask, MomentAttachment, MomentLink, MomentRange, MomentTaskOutcome, MomentTaskResult,
    MomentTaskStatus, TaggedCustomers,
};
pub use moment_record::{GetMomentCustomers, GetMomentList, GetMomentTask};
pub use moment_record_types::{
    Moment, MomentComments, MomentCustomer, MomentCustomerPage, MomentLocation, MomentMedia, MomentPage,
    MomentReaction, MomentTask, MomentTaskPage, MomentVisibility, PublishStatus, PublishedLink,
};
pub use moment_strategy::{
    CreateMomentStrategy, EditMomentStrategy, ListedMomentStrategy, MomentPrivilege, MomentStrategy,
    MomentStrategyPage,
};
pub use product_album::{
    GetProductAlbumList, Product, ProductAttachment, ProductDetail, ProductPage, ProductPicture,
    UpdateProduct,
};
pub use scope::{GetStrategyRange, ListStrategies, Scope, StrategyNode, StrategyNodeType};
pub use statistics::{BehaviorData, GetUserBehaviorData};
pub use strategy_tag::{AddStrategyTag, DelStrategyTag, EditStrategyTag, GetStrategyTagList};
pub use tag::MarkTag;
pub use transfer_types::{
    GetUnassignedList, TransferCustomer, TransferResult, TransferResults, TransferStatus,
    TransferredCustomer, TransferringCustomer, UnassignedCustomer, UnassignedCustomers,
};
pub use welcome::SendWelcomeMsg;

impl Client {
    /// The customer-contact methods. The value owns a clone of the client, so it can move into a task. A call borrows
    /// the value while it runs: bind it to a variable where the call is not awaited at once.
    pub fn external(&self) -> External {
        External { client: self.clone() }
    }
}

/// The customer-contact methods of one app's client; see [`Client::external`]. Cheap to clone, as the client is.
#[derive(Clone, Debug)]
pub struct External {
    client: Client,
}

impl External {
    /// A call whose answer says nothing but that it was done.
    async fn done(&self, call: Call<'_>) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Base {}
        let Base {} = self.client.call(call).await?;
        Ok(())
    }
}

/// `absent` where WeCom refused with one of `errcodes`, which say that there is nothing: an empty list, a thing deleted
/// before.
fn absent_is<T>(errcodes: &[i64], absent: T, answer: Result<T, Error>) -> Result<T, Error> {
    match answer {
        Err(Error::Refused { errcode, .. }) if errcodes.contains(&errcode) => Ok(absent),
        answer => answer,
    }
}
