//! The XML of an event.
//!
//! The elements, their order and their form are those of WeCom's own samples. An occurrence renders in two forms:
//! for a company's own app, and for a third-party suite (with `SuiteId`, `AuthCorpId`, `InfoType` and `TimeStamp` in
//! place of the usual first elements; page 97402).

use crate::{
    occurrence::{ChatUpdate, Contact, Envelope, Occurrence},
    post::xml::{self, Element},
};

impl Occurrence {
    /// The XML that WeCom would seal and post.
    pub fn render(&self, envelope: &Envelope<'_>) -> String {
        let mut elements = match envelope.suite_id {
            None => vec![
                Element::Text("ToUserName", envelope.corp_id),
                Element::Text("FromUserName", "sys"),
                Element::Number("CreateTime", envelope.at_s),
                Element::Text("MsgType", "event"),
                Element::Text("Event", self.event()),
            ],
            // A ticket is for the suite itself, so no company is named.
            Some(suite_id) if self.event() == "suite_ticket" => vec![
                Element::Text("SuiteId", suite_id),
                Element::Text("InfoType", self.event()),
                Element::Number("TimeStamp", envelope.at_s),
            ],
            Some(suite_id) => vec![
                Element::Text("SuiteId", suite_id),
                Element::Text("AuthCorpId", envelope.corp_id),
                Element::Text("InfoType", self.event()),
                Element::Number("TimeStamp", envelope.at_s),
            ],
        };
        self.fields(&mut elements);
        xml::write(&elements)
    }

    /// What stands below the envelope, `ChangeType` included, in the order of WeCom's samples.
    fn fields<'a>(&'a self, elements: &mut Vec<Element<'a>>) {
        let change = self.change().map(|change| Element::Text("ChangeType", change));
        match self {
            Self::ChatCreate { chat_id } | Self::ChatDismiss { chat_id } => {
                elements.push(Element::Text("ChatId", chat_id));
                elements.extend(change);
            }
            Self::ChatUpdate(update) => {
                elements.push(Element::Text("ChatId", &update.chat_id));
                elements.extend(change);
                update.fields(elements);
            }
            Self::TagCreate(tag) | Self::TagUpdate(tag) | Self::TagDelete(tag) => {
                elements.push(Element::Text("Id", &tag.id));
                elements.push(Element::Text("TagType", if tag.group { "tag_group" } else { "tag" }));
                elements.extend(change);
                elements.extend(tag.strategy_id.map(|id| Element::Number("StrategyId", id)));
            }
            Self::TagShuffle { id, strategy_id } => {
                elements.push(Element::Text("Id", id));
                elements.extend(change);
                elements.extend(strategy_id.map(|id| Element::Number("StrategyId", id)));
            }
            _ => {
                elements.extend(change);
                self.fields_after_change(elements);
            }
        }
    }

    fn fields_after_change<'a>(&'a self, elements: &mut Vec<Element<'a>>) {
        match self {
            Self::AddExternalContact(contact)
            | Self::AddHalfExternalContact(contact)
            | Self::EditExternalContact(contact)
            | Self::DelFollowUser(contact)
            | Self::MsgAuditApproved(contact) => contact.fields(elements),
            Self::DelExternalContact { contact, by_transfer } => {
                contact.fields(elements);
                elements.extend(by_transfer.then_some(Element::Text("Source", "DELETE_BY_TRANSFER")));
            }
            Self::TransferFail { contact, reason } => {
                elements.push(Element::Text("FailReason", reason));
                contact.fields(elements);
            }
            Self::QuotaExpireSoon { expire_time_s, quota } => {
                elements.push(Element::Number("ExpireTime", *expire_time_s));
                elements.push(Element::Number("ExpireQuotaNum", *quota));
            }
            Self::LinkUnavailable { link_id } | Self::DeleteLink { link_id } => {
                elements.push(Element::Text("LinkId", link_id));
            }
            Self::OpenProfile { link_id, state } | Self::FriendRequest { link_id, state } => {
                elements.push(Element::Text("LinkId", link_id));
                elements.push(Element::Text("State", state));
            }
            Self::CustomerStartChat { contact, link_id }
            | Self::AcquisitionDelFollowUser { contact, link_id } => {
                contact.fields(elements);
                elements.extend(link_id.as_deref().map(|id| Element::Text("LinkId", id)));
            }
            Self::MessageFromCustomer { chat_key, link_id } => {
                elements.push(Element::Text("ChatKey", chat_key));
                elements.push(Element::Text("LinkId", link_id));
            }
            Self::Other { fields, .. } => {
                elements.extend(fields.iter().map(|(name, text)| Element::Text(name, text)));
            }
            Self::BalanceLow
            | Self::BalanceExhausted
            | Self::BalanceIncreased
            | Self::ChatCreate { .. }
            | Self::ChatUpdate(_)
            | Self::ChatDismiss { .. }
            | Self::TagCreate(_)
            | Self::TagUpdate(_)
            | Self::TagDelete(_)
            | Self::TagShuffle { .. } => {}
        }
    }
}

impl Contact {
    fn fields<'a>(&'a self, elements: &mut Vec<Element<'a>>) {
        elements.push(Element::Text("UserID", &self.employee));
        elements.push(Element::Text("ExternalUserID", &self.customer));
        elements.extend(self.state.as_deref().map(|state| Element::Text("State", state)));
        elements.extend(self.welcome_code.as_deref().map(|code| Element::Text("WelcomeCode", code)));
    }
}

impl ChatUpdate {
    fn fields<'a>(&'a self, elements: &mut Vec<Element<'a>>) {
        elements.extend(self.detail.as_deref().map(|detail| Element::Text("UpdateDetail", detail)));
        elements.extend(self.join_scene.map(|scene| Element::Number("JoinScene", scene)));
        elements.extend(self.quit_scene.map(|scene| Element::Number("QuitScene", scene)));
        if !self.members.is_empty() {
            let count = i64::try_from(self.members.len()).unwrap_or(i64::MAX);
            elements.push(Element::Number("MemChangeCnt", count));
            elements.push(Element::Items("MemChangeList", &self.members));
        }
        elements.extend(self.last_version.as_deref().map(|version| Element::Text("LastMemVer", version)));
        elements.extend(self.version.as_deref().map(|version| Element::Text("CurMemVer", version)));
    }
}
