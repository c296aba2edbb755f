//! What people do with group chats (page 92130).

use serde::{Deserialize, Serialize};

use super::{Act, Happened, Outcome};
use crate::{
    error::Error,
    occurrence::{ChatUpdate, Occurrence},
    texts,
    world::{
        World,
        groups::{Chat, JoinWay, JoinedBy, MEMBERS_MAX, MemberChange},
    },
};

/// A group's name has at most so many characters.
const NAME_CHARS_MAX: usize = 100;

/// A group has at most so many administrators beside its owner.
const ADMINS_MAX: usize = 3;

/// The most people in one act: as many as fit into a group.
const PEOPLE_MAX: usize = MEMBERS_MAX;

/// `JoinScene` of the event: invited, by link; by code.
const SCENE_INVITED: i64 = 0;
pub(super) const SCENE_CODE: i64 = 3;

/// `QuitScene` of the event.
const SCENE_LEFT: i64 = 0;
const SCENE_REMOVED: i64 = 1;

/// Something that somebody does with a group. In JSON the field `act` holds the name in snake case,
/// `{"act": "scan", "config_id": …}`. Members and customers are named by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum GroupAct {
    /// A member makes a group. Event: `create`.
    Create {
        /// Who owns it.
        owner: String,
        /// What it is called; at most 100 characters.
        #[serde(default)]
        name: String,
        /// Who else is in it from the start.
        #[serde(default)]
        members: Vec<String>,
        /// Members only: no customer group, for which the API has no answer and WeCom no event.
        #[serde(default)]
        internal: bool,
    },
    /// People are invited, or come by an invitation link. Event: `add_member`.
    Join {
        /// Into which group.
        chat_id: String,
        /// The userids and external_userids of those who come.
        members: Vec<String>,
        /// The member who invites; absent: a link did.
        #[serde(default)]
        invited_by: Option<String>,
    },
    /// A customer scans the code of a join way, or presses its button. Event: `add_member`, and `create` before it
    /// where all groups of the way were full.
    Scan {
        /// The join way.
        config_id: String,
        /// An external_userid; absent: somebody new.
        #[serde(default)]
        customer: Option<String>,
    },
    /// People leave. Event: `del_member`.
    Leave {
        /// Which group.
        chat_id: String,
        /// The userids and external_userids of those who leave.
        members: Vec<String>,
        /// Whether the owner removed them.
        #[serde(default)]
        removed: bool,
    },
    /// The owner names it. Event: `change_name`.
    Name {
        /// Which group.
        chat_id: String,
        /// What it is called; at most 100 characters.
        name: String,
    },
    /// The owner puts up a notice. Event: `change_notice`.
    Notice {
        /// Which group.
        chat_id: String,
        /// What it says.
        notice: String,
    },
    /// The owner gives it to another member. Event: `change_owner`.
    Give {
        /// Which group.
        chat_id: String,
        /// To whom.
        owner: String,
    },
    /// The owner names its administrators, who must be members in it. The list replaces the one before. No event.
    Admins {
        /// Which group.
        chat_id: String,
        /// Who; three at most.
        admins: Vec<String>,
    },
    /// Somebody in it writes. No event; the statistics count it.
    Say {
        /// Where.
        chat_id: String,
        /// The userid or external_userid of the one who writes.
        member: String,
        /// How many messages.
        #[serde(default = "one")]
        count: u32,
    },
    /// The owner dissolves it. Event: `dismiss`.
    Dismiss {
        /// Which group.
        chat_id: String,
    },
}

fn one() -> u32 {
    1
}

/// What came of a [`GroupAct`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GroupActed {
    /// The group's id.
    pub chat_id: String,
    /// Who came or left, of those who were named.
    pub members: Vec<String>,
    /// The numbers of the events' deliveries.
    pub deliveries: Vec<u64>,
}

impl Outcome for GroupActed {
    fn set_deliveries(&mut self, deliveries: Vec<u64>) {
        self.deliveries = deliveries;
    }
}

impl Act for GroupAct {
    type Outcome = GroupActed;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<GroupActed>, Error> {
        world.settle_chats(now_ms);
        match self {
            Self::Create { owner, name, members, internal } => {
                world.create_group(&owner, name, &members, internal, now_ms)
            }
            Self::Join { chat_id, members, invited_by } => {
                world.join_group(chat_id, &members, invited_by.as_deref(), now_ms)
            }
            Self::Scan { config_id, customer } => world.scan_join_way(&config_id, customer, now_ms),
            Self::Leave { chat_id, members, removed } => {
                world.leave_group(chat_id, &members, removed, now_ms)
            }
            Self::Name { chat_id, name } => {
                check_name(&name)?;
                world.customer_chat(&chat_id)?.name = name;
                Ok(changed(chat_id, "change_name"))
            }
            Self::Notice { chat_id, notice } => {
                texts::check("notice", &notice, texts::WRITTEN_CHARS_MAX)?;
                world.customer_chat(&chat_id)?.notice = notice;
                Ok(changed(chat_id, "change_notice"))
            }
            Self::Give { chat_id, owner } => {
                let owner = world.known_employee(&owner)?;
                if world.customer_chat(&chat_id)?.owner() == owner {
                    return Err(Error::impossible("this member owns the group already"));
                }
                world.give_chat(&chat_id, &owner, now_ms);
                Ok(changed(chat_id, "change_owner"))
            }
            Self::Admins { chat_id, admins } => world.name_admins(chat_id, &admins),
            Self::Say { chat_id, member, count } => {
                let chat = world.customer_chat(&chat_id)?;
                if !chat.has(&member) {
                    return Err(Error::impossible(
                        "only somebody in the group can write there: let `join` happen first",
                    ));
                }
                chat.say(&member, count, now_ms);
                Ok(Happened::silent(acted(chat_id, Vec::new())))
            }
            Self::Dismiss { chat_id } => {
                world.customer_chat(&chat_id)?.dismissed_ms = Some(now_ms);
                let notice = Occurrence::ChatDismiss { chat_id: chat_id.clone() };
                Ok(Happened::new(acted(chat_id, Vec::new()), vec![notice]))
            }
        }
    }
}

impl World {
    fn create_group(
        &mut self,
        owner: &str,
        name: String,
        members: &[String],
        internal: bool,
        now_ms: i64,
    ) -> Result<Happened<GroupActed>, Error> {
        let owner = self.known_employee(owner)?;
        check_name(&name)?;
        self.check_people(members)?;
        let chat_id = self.make_chat(None, (owner.clone(), name), now_ms)?;
        let came = self.join_chat(&chat_id, members, &JoinedBy::Invitation(owner), None, now_ms);
        let acted = acted(chat_id.clone(), came.map(|came| came.members).unwrap_or_default());
        if !internal {
            return Ok(Happened::new(acted, vec![Occurrence::ChatCreate { chat_id }]));
        }
        if let Some(chat) = self.groups.chat_mut(&chat_id) {
            chat.internal = true;
        }
        Ok(Happened::silent(acted))
    }

    fn join_group(
        &mut self,
        chat_id: String,
        members: &[String],
        invited_by: Option<&str>,
        now_ms: i64,
    ) -> Result<Happened<GroupActed>, Error> {
        self.check_people(members)?;
        let by = match invited_by {
            Some(inviter) => JoinedBy::Invitation(self.known_employee(inviter)?),
            None => JoinedBy::Link,
        };
        self.customer_chat(&chat_id)?;
        let came = self.join_chat(&chat_id, members, &by, None, now_ms);
        joined(chat_id, came, SCENE_INVITED)
    }

    fn leave_group(
        &mut self,
        chat_id: String,
        members: &[String],
        removed: bool,
        now_ms: i64,
    ) -> Result<Happened<GroupActed>, Error> {
        let chat = self.customer_chat(&chat_id)?;
        if members.iter().any(|userid| userid == chat.owner()) {
            return Err(Error::impossible("the owner cannot leave: give the group away, or dismiss it"));
        }
        let left = self.leave_chat(&chat_id, members, now_ms);
        let MemberChange { members, last_version, version } =
            left.ok_or_else(|| Error::impossible("none of them is in this group"))?;
        let update = ChatUpdate {
            chat_id: chat_id.clone(),
            detail: Some("del_member".into()),
            quit_scene: Some(if removed { SCENE_REMOVED } else { SCENE_LEFT }),
            members: members.clone(),
            last_version: Some(last_version),
            version: Some(version),
            ..ChatUpdate::default()
        };
        Ok(Happened::new(acted(chat_id, members), vec![Occurrence::ChatUpdate(update)]))
    }

    fn name_admins(&mut self, chat_id: String, admins: &[String]) -> Result<Happened<GroupActed>, Error> {
        if admins.len() > ADMINS_MAX {
            return Err(Error::Full { most: ADMINS_MAX });
        }
        let admins: Vec<String> =
            admins.iter().map(|userid| self.known_employee(userid)).collect::<Result<_, _>>()?;
        let chat = self.customer_chat(&chat_id)?;
        if let Some(absent) = admins.iter().find(|userid| !chat.has(userid)) {
            return Err(Error::impossible(format!("{absent} is not in this group: let `join` happen first")));
        }
        chat.admins = admins;
        Ok(Happened::silent(acted(chat_id, Vec::new())))
    }

    /// Lets a customer into the first group of a join way that has room. Where none has, the way may make a new one.
    fn scan_join_way(
        &mut self,
        config_id: &str,
        customer: Option<String>,
        now_ms: i64,
    ) -> Result<Happened<GroupActed>, Error> {
        if let Some(customer) = &customer {
            self.check_customer(customer)?;
        }
        let (number, way) = self.groups.way(config_id).ok_or_else(|| {
            Error::impossible("no join way has this config_id: make one with groupchat/add_join_way")
        })?;
        let state = Some(way.content.state.clone()).filter(|state| !state.is_empty());
        let open = self.open_chats(way);
        if let Some(customer) = &customer
            && open.iter().any(|chat| chat.has(customer))
        {
            return Err(Error::impossible("the customer is in a group of this join way already"));
        }
        let with_room = open.iter().find(|chat| !chat.is_full()).map(|chat| chat.chat_id.clone());
        let mut notices = Vec::new();
        let chat_id = if let Some(chat_id) = with_room {
            chat_id
        } else {
            let chat_id = self.overflow(number, now_ms)?;
            notices.push(Occurrence::ChatCreate { chat_id: chat_id.clone() });
            chat_id
        };
        let customer = match customer {
            Some(customer) => customer,
            None => self.newcomer()?,
        };
        let came = self.join_chat(&chat_id, &[customer], &JoinedBy::Code, state.as_deref(), now_ms);
        let Happened { outcome, notices: joined, .. } = joined(chat_id, came, SCENE_CODE)?;
        notices.extend(joined);
        Ok(Happened::new(outcome, notices))
    }

    /// The groups of a join way that have not been dissolved.
    fn open_chats(&self, way: &JoinWay) -> Vec<&Chat> {
        way.content.chat_ids.iter().filter_map(|chat_id| self.groups.chat(chat_id)).collect()
    }

    /// Makes a new group for a join way whose groups are full, if the way says so.
    fn overflow(&mut self, number: u64, now_ms: i64) -> Result<String, Error> {
        let way = &self.groups.ways[&number];
        if !way.content.auto_create_room {
            return Err(Error::impossible("every group of this join way is full or dismissed"));
        }
        let owner = self.open_chats(way).last().map(|chat| chat.owner().to_owned());
        let owner =
            owner.ok_or_else(|| Error::impossible("every group of this join way has been dismissed"))?;
        let name = match way.content.room_base_name.as_str() {
            "" => String::new(),
            base => format!("{base}{}", way.content.room_base_id),
        };
        let chat_id = self.make_chat(None, (owner, name), now_ms)?;
        if let Some(way) = self.groups.ways.get_mut(&number) {
            way.content.room_base_id = way.content.room_base_id.saturating_add(1);
            // The full groups make room in the list, which holds five: nobody gets into them any more.
            way.content.chat_ids = vec![chat_id.clone()];
        }
        Ok(chat_id)
    }

    fn customer_chat(&mut self, chat_id: &str) -> Result<&mut Chat, Error> {
        let chat = self.groups.chat_mut(chat_id).filter(|chat| !chat.internal);
        chat.ok_or_else(|| {
            Error::impossible(
                "no customer group has this chat_id: GET /_simulator/groups tells which there are",
            )
        })
    }

    /// Checks that everybody who is named is a member or a customer.
    fn check_people(&self, userids: &[String]) -> Result<(), Error> {
        if userids.len() > PEOPLE_MAX {
            return Err(Error::Full { most: PEOPLE_MAX });
        }
        let is_unknown =
            |userid: &&String| self.employee(userid).is_none() && self.customer(userid).is_none();
        match userids.iter().find(is_unknown) {
            Some(unknown) => Err(Error::NoCustomer(unknown.clone())),
            None => Ok(()),
        }
    }
}

/// The outcome and the callback of an act by which people have come into a group.
fn joined(chat_id: String, came: Option<MemberChange>, scene: i64) -> Result<Happened<GroupActed>, Error> {
    let MemberChange { members, last_version, version } =
        came.ok_or_else(|| Error::impossible("the group is full, or they are all in it already"))?;
    let update = ChatUpdate {
        chat_id: chat_id.clone(),
        detail: Some("add_member".into()),
        join_scene: Some(scene),
        members: members.clone(),
        last_version: Some(last_version),
        version: Some(version),
        ..ChatUpdate::default()
    };
    Ok(Happened::new(acted(chat_id, members), vec![Occurrence::ChatUpdate(update)]))
}

/// The outcome and the callback of an act that has changed something about the group itself.
fn changed(chat_id: String, detail: &str) -> Happened<GroupActed> {
    let update =
        ChatUpdate { chat_id: chat_id.clone(), detail: Some(detail.to_owned()), ..ChatUpdate::default() };
    Happened::new(acted(chat_id, Vec::new()), vec![Occurrence::ChatUpdate(update)])
}

fn acted(chat_id: String, members: Vec<String>) -> GroupActed {
    GroupActed { chat_id, members, deliveries: Vec::new() }
}

fn check_name(name: &str) -> Result<(), Error> {
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Error::impossible(format!("a group's name has at most {NAME_CHARS_MAX} characters")));
    }
    Ok(())
}
