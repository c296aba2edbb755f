//! What people do with group chats by hand: the state follows, and an event is told (document 92130).

use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    occurrence::{ChatUpdate, Occurrence},
    texts,
    world::World,
    world::groups::{Chat, JoinedBy, MEMBERS_MAX},
};

/// A group's name has at most so many characters.
const NAME_CHARS_MAX: usize = 100;

/// A group has at most so many administrators beside its owner.
const ADMINS_MAX: usize = 3;

/// At most so many people in one act: as many as fit into a group.
const PEOPLE_MAX: usize = MEMBERS_MAX;

/// `JoinScene` of the event: invited, by link; by code.
const SCENE_INVITED: i64 = 0;
const SCENE_CODE: i64 = 3;

/// `QuitScene` of the event.
const SCENE_LEFT: i64 = 0;
const SCENE_REMOVED: i64 = 1;

/// Something that somebody does with a group. In JSON the field `act` holds the name in snake case,
/// `{"act": "scan", "config_id": …}`. Members and customers are told by their ids.
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
        /// Who.
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
        /// Who.
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
    /// The owner names its administrators, members who are in it; whoever was one and is not named is none any more. No
    /// event.
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
        /// Who.
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
    /// The group.
    pub chat_id: String,
    /// Who came or left, of those who were named.
    pub members: Vec<String>,
    /// The numbers of the events' deliveries.
    pub deliveries: Vec<u64>,
}

impl World {
    /// Lets somebody do something with a group; gives what is to be told.
    pub(crate) fn act_on_group(
        &mut self,
        act: GroupAct,
        now_ms: i64,
    ) -> Result<(GroupActed, Vec<Occurrence>), Error> {
        self.settle_chats(now_ms);
        match act {
            GroupAct::Create { owner, name, members, internal } => {
                let owner = self.employee_known(&owner)?;
                check_name(&name)?;
                self.check_people(&members)?;
                let chat_id = self.make_chat(None, (owner.clone(), name), now_ms)?;
                let came = self.join_chat(&chat_id, &members, &JoinedBy::Invitation(owner), None, now_ms);
                if internal && let Some(chat) = self.groups.chat_mut(&chat_id) {
                    chat.internal = true;
                }
                let members = came.map(|(came, _, _)| came).unwrap_or_default();
                let told =
                    if internal { None } else { Some(Occurrence::ChatCreate { chat_id: chat_id.clone() }) };
                Ok((acted(chat_id, members), told.into_iter().collect()))
            }
            GroupAct::Join { chat_id, members, invited_by } => {
                self.check_people(&members)?;
                let by = match invited_by {
                    Some(inviter) => JoinedBy::Invitation(self.employee_known(&inviter)?),
                    None => JoinedBy::Link,
                };
                self.customer_chat(&chat_id)?;
                let joined = self.join_chat(&chat_id, &members, &by, None, now_ms);
                told_joined(chat_id, joined, SCENE_INVITED)
            }
            GroupAct::Scan { config_id, customer } => self.scan_join_way(&config_id, customer, now_ms),
            GroupAct::Leave { chat_id, members, removed } => {
                let chat = self.customer_chat(&chat_id)?;
                if members.iter().any(|userid| userid == chat.owner()) {
                    return Err(Error::impossible(
                        "the owner cannot leave: give the group away, or dismiss it",
                    ));
                }
                let left = self.leave_chat(&chat_id, &members, now_ms);
                let (members, before, after) =
                    left.ok_or_else(|| Error::impossible("none of them is in this group"))?;
                let update = ChatUpdate {
                    chat_id: chat_id.clone(),
                    detail: Some("del_member".into()),
                    quit_scene: Some(if removed { SCENE_REMOVED } else { SCENE_LEFT }),
                    members: members.clone(),
                    last_version: Some(before),
                    version: Some(after),
                    ..ChatUpdate::default()
                };
                Ok((acted(chat_id, members), vec![Occurrence::ChatUpdate(update)]))
            }
            GroupAct::Name { chat_id, name } => {
                check_name(&name)?;
                self.customer_chat(&chat_id)?.name = name;
                Ok(told_change(chat_id, "change_name"))
            }
            GroupAct::Notice { chat_id, notice } => {
                texts::check("notice", &notice, texts::WRITTEN_CHARS_MAX)?;
                self.customer_chat(&chat_id)?.notice = notice;
                Ok(told_change(chat_id, "change_notice"))
            }
            GroupAct::Give { chat_id, owner } => {
                let owner = self.employee_known(&owner)?;
                if self.customer_chat(&chat_id)?.owner() == owner {
                    return Err(Error::impossible("this member owns the group already"));
                }
                self.give_chat(&chat_id, &owner, now_ms);
                Ok(told_change(chat_id, "change_owner"))
            }
            GroupAct::Admins { chat_id, admins } => {
                if admins.len() > ADMINS_MAX {
                    return Err(Error::Full { most: ADMINS_MAX });
                }
                let admins: Vec<String> =
                    admins.iter().map(|userid| self.employee_known(userid)).collect::<Result<_, _>>()?;
                let chat = self.customer_chat(&chat_id)?;
                if let Some(absent) = admins.iter().find(|userid| !chat.has(userid)) {
                    return Err(Error::impossible(format!(
                        "{absent} is not in this group: let `join` happen first"
                    )));
                }
                chat.admins = admins;
                Ok((acted(chat_id, Vec::new()), Vec::new()))
            }
            GroupAct::Say { chat_id, member, count } => {
                let chat = self.customer_chat(&chat_id)?;
                if !chat.has(&member) {
                    return Err(Error::impossible(
                        "only somebody in the group can write there: let `join` happen first",
                    ));
                }
                chat.say(&member, count, now_ms);
                Ok((acted(chat_id, Vec::new()), Vec::new()))
            }
            GroupAct::Dismiss { chat_id } => {
                self.customer_chat(&chat_id)?.dismissed_ms = Some(now_ms);
                let told = Occurrence::ChatDismiss { chat_id: chat_id.clone() };
                Ok((acted(chat_id, Vec::new()), vec![told]))
            }
        }
    }

    fn scan_join_way(
        &mut self,
        config_id: &str,
        customer: Option<String>,
        now_ms: i64,
    ) -> Result<(GroupActed, Vec<Occurrence>), Error> {
        if let Some(customer) = &customer {
            self.customer_known(customer)?;
        }
        let (number, way) = self.groups.way(config_id).ok_or_else(|| {
            Error::impossible("no join way has this config_id: make one with groupchat/add_join_way")
        })?;
        let state = Some(way.content.state.clone()).filter(|state| !state.is_empty());
        let open: Vec<&Chat> =
            way.content.chat_ids.iter().filter_map(|chat_id| self.groups.chat(chat_id)).collect();
        if let Some(customer) = &customer
            && open.iter().any(|chat| chat.has(customer))
        {
            return Err(Error::impossible("the customer is in a group of this join way already"));
        }
        let room = open.iter().find(|chat| !chat.is_full()).map(|chat| chat.chat_id.clone());
        let mut told = Vec::new();
        let chat_id = match room {
            Some(chat_id) => chat_id,
            None if way.content.auto_create_room => {
                let owner = open.last().map(|chat| chat.owner().to_owned());
                let owner = owner
                    .ok_or_else(|| Error::impossible("every group of this join way has been dismissed"))?;
                let name = match way.content.room_base_name.as_str() {
                    "" => String::new(),
                    base => format!("{base}{}", way.content.room_base_id),
                };
                let chat_id = self.make_chat(None, (owner, name), now_ms)?;
                if let Some(way) = self.groups.ways.get_mut(&number) {
                    way.content.room_base_id = way.content.room_base_id.saturating_add(1);
                    // The full ones lead nowhere any more; five is what a way holds.
                    way.content.chat_ids = vec![chat_id.clone()];
                }
                told.push(Occurrence::ChatCreate { chat_id: chat_id.clone() });
                chat_id
            }
            None => return Err(Error::impossible("every group of this join way is full or dismissed")),
        };
        let customer = match customer {
            Some(customer) => customer,
            None => self.newcomer(None)?,
        };
        let joined = self.join_chat(&chat_id, &[customer], &JoinedBy::Code, state.as_deref(), now_ms);
        let (acted, joined) = told_joined(chat_id, joined, SCENE_CODE)?;
        told.extend(joined);
        Ok((acted, told))
    }

    /// Lets the state follow an event that was told by hand, as far as the event says what happened. Groups that the
    /// company does not know stay unknown, except by their `create`.
    pub(crate) fn follow_group(&mut self, occurrence: &mut Occurrence, now_ms: i64) {
        self.settle_chats(now_ms);
        match occurrence {
            Occurrence::ChatCreate { chat_id } if !self.groups.knows(chat_id) => {
                let owner = self.employees().next().map(|employee| employee.userid.clone());
                if let Some(owner) = owner {
                    // A company that is full has no room for it; the event is told all the same.
                    let _ = self.make_chat(Some(chat_id.clone()), (owner, String::new()), now_ms);
                }
            }
            Occurrence::ChatUpdate(update) => {
                let changed = match update.detail.as_deref() {
                    Some("add_member") => {
                        let by = if update.join_scene == Some(SCENE_CODE) {
                            JoinedBy::Code
                        } else {
                            JoinedBy::Link
                        };
                        self.join_chat(&update.chat_id, &update.members, &by, None, now_ms)
                    }
                    Some("del_member") => self.leave_chat(&update.chat_id, &update.members, now_ms),
                    _ => None,
                };
                if let Some((_, before, after)) = changed
                    && update.last_version.is_none()
                    && update.version.is_none()
                {
                    (update.last_version, update.version) = (Some(before), Some(after));
                }
            }
            Occurrence::ChatDismiss { chat_id } => {
                if let Some(chat) = self.groups.chat_mut(chat_id) {
                    chat.dismissed_ms = Some(now_ms);
                }
            }
            _ => {}
        }
    }

    fn customer_chat(&mut self, chat_id: &str) -> Result<&mut Chat, Error> {
        let chat = self.groups.chat_mut(chat_id).filter(|chat| !chat.internal);
        chat.ok_or_else(|| {
            Error::impossible(
                "no customer group has this chat_id: GET /_simulator/groups tells which there are",
            )
        })
    }

    /// Everybody named is a member or a customer.
    fn check_people(&self, userids: &[String]) -> Result<(), Error> {
        if userids.len() > PEOPLE_MAX {
            return Err(Error::Full { most: PEOPLE_MAX });
        }
        match userids.iter().find(|userid| self.employee(userid).is_none() && self.customer(userid).is_none())
        {
            Some(unknown) => Err(Error::NoCustomer(unknown.clone())),
            None => Ok(()),
        }
    }
}

fn told_joined(
    chat_id: String,
    joined: Option<(Vec<String>, String, String)>,
    scene: i64,
) -> Result<(GroupActed, Vec<Occurrence>), Error> {
    let (members, before, after) =
        joined.ok_or_else(|| Error::impossible("the group is full, or they are all in it already"))?;
    let update = ChatUpdate {
        chat_id: chat_id.clone(),
        detail: Some("add_member".into()),
        join_scene: Some(scene),
        members: members.clone(),
        last_version: Some(before),
        version: Some(after),
        ..ChatUpdate::default()
    };
    Ok((acted(chat_id, members), vec![Occurrence::ChatUpdate(update)]))
}

fn told_change(chat_id: String, detail: &str) -> (GroupActed, Vec<Occurrence>) {
    let update =
        ChatUpdate { chat_id: chat_id.clone(), detail: Some(detail.to_owned()), ..ChatUpdate::default() };
    (acted(chat_id, Vec::new()), vec![Occurrence::ChatUpdate(update)])
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
