//! The customer-contact methods (`/cgi-bin/externalcontact/…`), one file a family.
//!
//! A method is a function on [`External`] that builds one [`Call`] and names the type of its answer; it
//! knows its path, its arguments and what asking twice would do, and nothing of HTTP, tokens or retries. Names are the
//! platform's own. Answers are read leniently: what is not required to go on is optional, numbers that stand for a set
//! are open, unknown fields are passed over.
//!
//! What all families share: limits are checked before anything is sent (`limits`); a listing of pages is a stream of
//! its items, under the method's name with `_all` ([`Listing`]); a day of the statistics is a [`Day`].

mod content;
mod scope;

mod contact;
mod contact_detail;
mod contact_list;
mod contact_way;
mod contact_way_types;
mod corp_tag;
mod customer_strategy;
mod follow_user;
mod id_conversion;
mod idconvert;
mod statistics;
mod strategy_tag;
mod tag;
mod transfer;
mod welcome;

mod group_chat;
mod join_way;
mod mass_message;
mod mass_message_result;
mod group_welcome_template;
mod moment;
mod moment_record;
mod moment_strategy;
mod acquisition;
mod acquisition_types;
mod product_album;
mod intercept_rule;

use serde::Deserialize;

use crate::client::{Call, Client, Error, limits, paging, read};

pub use crate::client::{Day, Listing};
pub use acquisition_types::{
    AcquiredCustomer, AcquiredPage, AcquisitionChat, AcquisitionChatInfo, AcquisitionLink,
    AcquisitionLinkDetail, AcquisitionLinkPage, AcquisitionQuota, AcquisitionStatistic, ChatStatus,
    CreateAcquisitionLink, ExpiringQuota, ListAcquiredCustomers, ListAcquisitionLinks, PriorityOption,
    PriorityType, UpdateAcquisitionLink,
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
pub use contact_way::{
    AddContactWay, CloseTempChat, ContactWayIds, ListContactWay, NewContactWay, UpdateContactWay,
};
pub use contact_way_types::{
    Conclusions, ConclusionsImage, ConclusionsLink, ConclusionsMiniprogram, ConclusionsText, ContactWay,
    ContactWayScene, ContactWayType,
};
pub use content::SentAttachment;
pub use corp_tag::{AddCorpTag, CorpTag, CorpTagGroup, DelCorpTag, EditCorpTag, GetCorpTagList, NewCorpTag};
pub use customer_strategy::{
    CreateCustomerStrategy, CustomerStrategies, CustomerStrategy, EditCustomerStrategy, Privileges,
    StrategyRanges,
};
pub use group_chat::{
    FailedGroupChat, GroupAdmin, GroupChat, GroupChatList, GroupChatPage, GroupChatStatus, GroupChatTransfer,
    GroupMember, GroupMemberType, JoinScene, ListedGroupChat, OwnersOf,
};
pub use group_welcome_template::{
    EditGroupWelcomeTemplate, GroupWelcomeTemplate, GroupWelcomeTemplateDetail,
};
pub use id_conversion::{
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
pub use mass_message::{
    AddMsgTemplate, CreateType, CreatorFilter, GetGroupmsgList, Groupmsg, GroupmsgPage, MsgTemplateAdded,
    TagFilter, TagFilterGroup,
};
pub use mass_message_result::{
    GetGroupmsgSendResult, GetGroupmsgTask, GroupmsgResultPage, GroupmsgSend, GroupmsgSendPage,
    GroupmsgSendStatus, GroupmsgTask, GroupmsgTaskPage, GroupmsgTaskStatus,
};
pub use moment::{AddMomentTask, MomentAttachment, MomentLink, MomentRange, TaggedCustomers};
pub use moment_record::{
    GetMomentCustomers, GetMomentList, GetMomentTask, Moment, MomentComments, MomentCustomer,
    MomentCustomerPage, MomentLocation, MomentMedia, MomentPage, MomentReaction, MomentTask,
    MomentTaskOutcome, MomentTaskPage, MomentTaskResult, MomentTaskStatus, MomentVisibility, PublishStatus,
    PublishedLink,
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
pub use statistics::{
    BehaviorData, GetUserBehaviorData, GroupChatDay, GroupChatFigures, GroupChatOwner, GroupChatOwners,
    GroupChatStatistic, GroupChatStatisticByDay, GroupChatStatisticOrder,
};
pub use strategy_tag::{AddStrategyTag, DelStrategyTag, EditStrategyTag, GetStrategyTagList};
pub use tag::MarkTag;
pub use transfer::{
    GetUnassignedList, TransferCustomer, TransferResult, TransferResults, TransferStatus,
    TransferredCustomer, TransferringCustomer, UnassignedCustomer, UnassignedCustomers,
};
pub use welcome::SendWelcomeMsg;

impl Client {
    /// The customer-contact methods. What is given holds the client, so that it can go into a task; a call under way
    /// borrows it in turn, so give it a name where the call is not awaited at once.
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
