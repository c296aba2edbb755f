//! Group chats of members and customers, the ways into them, and what has happened in them.
//!
//! Nothing of a group is forgotten that its statistics count: who was in it from when to when, who owned it, how much
//! was said on which day. What happens to groups by people's hands is in `group_acts`.

use std::collections::{BTreeMap, HashMap};

use rand::RngExt as _;
use serde::Serialize;

use crate::{error::Error, world::World, world::calendar::day_of};

/// How many groups fit. The largest corps have some tens of thousands.
const CHATS_MAX: usize = 100_000;

/// How many members a customer group has at most.
pub(crate) const MEMBERS_MAX: usize = 500;

/// So many memberships of a group that are over are remembered; the oldest are forgotten.
const PAST_KEPT: usize = 10_000;

/// How long it takes until a leaver's group has its new owner: WeCom says no more than that it is not at once.
const INHERITING_MS: i64 = 60_000;

/// The groups and the ways into them.
#[derive(Default)]
pub(crate) struct Groups {
    pub(crate) chats: Vec<Chat>,
    places: HashMap<String, usize>,
    /// By their numbers, which count up and are never used twice.
    pub(crate) ways: BTreeMap<u64, JoinWay>,
    pub(crate) ways_made: u64,
    /// When each member got a group from another: the new owner's userid and the time.
    pub(crate) handed: Vec<(String, i64)>,
}

/// A group.
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(crate) struct Chat {
    pub(crate) chat_id: String,
    pub(crate) opengid: String,
    pub(crate) name: String,
    pub(crate) notice: String,
    /// Members only: no customer group.
    pub(crate) internal: bool,
    pub(crate) created_ms: i64,
    pub(crate) dismissed_ms: Option<i64>,
    /// Who owned it from when on, oldest first; never empty.
    pub(crate) owners: Vec<(i64, String)>,
    /// Whom the owner has made administrators.
    pub(crate) admins: Vec<String>,
    pub(crate) version: String,
    /// Those in it, in the order in which they came.
    pub(crate) members: Vec<Membership>,
    /// How many ever came.
    came: u64,
    /// Those who were: from when to when.
    past: Vec<(i64, i64)>,
    /// When each first wrote, by userid.
    first_words: HashMap<String, i64>,
    /// How many messages, by the midnight of their day.
    messages: BTreeMap<i64, u64>,
    /// A leaver's group on its way to its new owner, who has it from then on.
    inheriting: Option<(String, i64)>,
    pub(crate) inherited: bool,
    /// When it was given away while its owner was there.
    pub(crate) handed_ms: Vec<i64>,
}

/// Somebody in a group.
#[derive(Clone)]
pub(crate) struct Membership {
    /// Counts up over all who ever came into the group: pages go by it.
    pub(crate) number: u64,
    /// A userid, or an external_userid.
    pub(crate) userid: String,
    pub(crate) external: bool,
    pub(crate) joined_ms: i64,
    pub(crate) by: JoinedBy,
    /// The channel of the join way.
    pub(crate) state: Option<String>,
}

/// How somebody came into a group.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum JoinedBy {
    /// A member invited.
    Invitation(String),
    /// A link.
    Link,
    /// A code.
    Code,
}

/// A way into groups.
pub(crate) struct JoinWay {
    pub(crate) config_id: String,
    pub(crate) qr_code: String,
    pub(crate) content: JoinWayContent,
}

/// What can be changed about a join way.
pub(crate) struct JoinWayContent {
    pub(crate) scene: i64,
    pub(crate) remark: String,
    pub(crate) auto_create_room: bool,
    pub(crate) room_base_name: String,
    pub(crate) room_base_id: i64,
    pub(crate) chat_ids: Vec<String>,
    pub(crate) state: String,
    pub(crate) mark_source: bool,
}

/// A group as it stands, for whoever runs the simulator.
#[derive(Clone, Serialize)]
pub struct GroupView {
    /// Its id, `wr…`.
    pub chat_id: String,
    /// The id by which mini-programs know it.
    pub opengid: String,
    /// Its name; empty for a group that nobody has named.
    pub name: String,
    /// The notice at its top.
    pub notice: String,
    /// The owner's userid.
    pub owner: String,
    /// Userids and external_userids of those in it, in the order in which they came.
    pub members: Vec<String>,
    /// The member list's version.
    pub version: String,
    /// Whether it has been dissolved.
    pub dismissed: bool,
}

impl Chat {
    pub(crate) fn owner(&self) -> &str {
        self.owners.last().map_or("", |(_, owner)| owner.as_str())
    }

    /// Who owned it at that time; before its making, who made it.
    pub(crate) fn owner_at(&self, at_ms: i64) -> &str {
        let then = self.owners.iter().rev().find(|(since_ms, _)| *since_ms <= at_ms);
        then.or(self.owners.first()).map_or("", |(_, owner)| owner.as_str())
    }

    pub(crate) fn has(&self, userid: &str) -> bool {
        self.members.iter().any(|member| member.userid == userid)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.members.len() >= MEMBERS_MAX
    }

    /// Whether the owner's leaving has been followed by a handover that is not over yet.
    pub(crate) fn is_inheriting(&self) -> bool {
        self.inheriting.is_some()
    }

    /// Notes that somebody is not in it any more; whether it was so.
    fn leave(&mut self, userid: &str, now_ms: i64) -> bool {
        let Some(place) = self.members.iter().position(|member| member.userid == userid) else {
            return false;
        };
        let gone = self.members.remove(place);
        self.admins.retain(|admin| *admin != gone.userid);
        if self.past.len() == PAST_KEPT {
            self.past.remove(0);
        }
        self.past.push((gone.joined_ms, now_ms));
        true
    }

    pub(crate) fn say(&mut self, userid: &str, count: u32, now_ms: i64) {
        self.first_words.entry(userid.to_owned()).or_insert(now_ms);
        *self.messages.entry(day_of(now_ms)).or_default() += u64::from(count);
    }

    /// How many were in it just before that time.
    pub(crate) fn size_at(&self, at_ms: i64) -> u64 {
        let now = self.members.iter().filter(|member| member.joined_ms < at_ms).count();
        let then = self.past.iter().filter(|(joined, left)| *joined < at_ms && *left >= at_ms).count();
        (now + then) as u64
    }

    /// How many came between two times.
    pub(crate) fn joined_between(&self, from_ms: i64, to_ms: i64) -> u64 {
        let joined = self.members.iter().map(|member| member.joined_ms);
        let all = joined.chain(self.past.iter().map(|(joined, _)| *joined));
        all.filter(|at| (from_ms..to_ms).contains(at)).count() as u64
    }

    /// How many have written before that time, and how many messages.
    pub(crate) fn said_before(&self, at_ms: i64) -> (u64, u64) {
        let members = self.first_words.values().filter(|first| **first < at_ms).count() as u64;
        (members, self.messages.range(..at_ms).map(|(_, count)| count).sum())
    }

    fn view(&self) -> GroupView {
        GroupView {
            chat_id: self.chat_id.clone(),
            opengid: self.opengid.clone(),
            name: self.name.clone(),
            notice: self.notice.clone(),
            owner: self.owner().to_owned(),
            members: self.members.iter().map(|member| member.userid.clone()).collect(),
            version: self.version.clone(),
            dismissed: self.dismissed_ms.is_some(),
        }
    }
}

impl Groups {
    /// The group of that id, unless it has been dissolved.
    pub(crate) fn chat(&self, chat_id: &str) -> Option<&Chat> {
        let chat = &self.chats[*self.places.get(chat_id)?];
        chat.dismissed_ms.is_none().then_some(chat)
    }

    pub(crate) fn chat_mut(&mut self, chat_id: &str) -> Option<&mut Chat> {
        let chat = &mut self.chats[*self.places.get(chat_id)?];
        chat.dismissed_ms.is_none().then_some(chat)
    }

    /// Whether there is or was a group of that id.
    pub(crate) fn knows(&self, chat_id: &str) -> bool {
        self.places.contains_key(chat_id)
    }

    pub(crate) fn way(&self, config_id: &str) -> Option<(u64, &JoinWay)> {
        self.ways.iter().find(|(_, way)| way.config_id == config_id).map(|(number, way)| (*number, way))
    }

    /// Follows a change of the customers' ids.
    pub(crate) fn rename(&mut self, rename: impl Fn(&mut String)) {
        for chat in &mut self.chats {
            chat.members.iter_mut().for_each(|member| rename(&mut member.userid));
            let said = chat.first_words.drain().map(|(mut userid, at_ms)| {
                rename(&mut userid);
                (userid, at_ms)
            });
            chat.first_words = said.collect();
        }
    }

    pub(crate) fn views(&self) -> impl DoubleEndedIterator<Item = GroupView> {
        self.chats.iter().map(Chat::view)
    }
}

impl World {
    /// A version of a member list, as WeCom writes it: twenty hexadecimal digits.
    fn member_version(&mut self) -> String {
        let (high, low): (u16, u64) = (self.dice.random(), self.dice.random());
        format!("{high:04x}{low:016x}")
    }

    /// Makes a group of its owner; the others join it. Without an id it gets one.
    pub(crate) fn make_chat(
        &mut self,
        chat_id: Option<String>,
        (owner, name): (String, String),
        now_ms: i64,
    ) -> Result<String, Error> {
        if self.groups.chats.len() >= CHATS_MAX {
            return Err(Error::Full { most: CHATS_MAX });
        }
        let chat_id = chat_id.unwrap_or_else(|| format!("wrQ7fEDwAA{}", self.random_text(22)));
        let founder = Membership {
            number: 1,
            userid: owner.clone(),
            external: false,
            joined_ms: now_ms,
            by: JoinedBy::Invitation(owner.clone()),
            state: None,
        };
        let chat = Chat {
            chat_id: chat_id.clone(),
            opengid: format!("o{}", self.random_text(27)),
            name,
            notice: String::new(),
            internal: false,
            created_ms: now_ms,
            dismissed_ms: None,
            owners: vec![(now_ms, owner)],
            admins: Vec::new(),
            version: self.member_version(),
            members: vec![founder],
            came: 1,
            past: Vec::new(),
            first_words: HashMap::new(),
            messages: BTreeMap::new(),
            inheriting: None,
            inherited: false,
            handed_ms: Vec::new(),
        };
        self.groups.places.insert(chat_id.clone(), self.groups.chats.len());
        self.groups.chats.push(chat);
        Ok(chat_id)
    }

    /// Lets people into a group who are not in it, as far as there is room; gives those who came in, and the member
    /// list's version before and after.
    pub(crate) fn join_chat(
        &mut self,
        chat_id: &str,
        userids: &[String],
        by: &JoinedBy,
        state: Option<&str>,
        now_ms: i64,
    ) -> Option<(Vec<String>, String, String)> {
        let version = self.member_version();
        let known: Vec<(String, bool)> = userids
            .iter()
            .filter_map(|userid| match self.employee(userid) {
                Some(employee) => Some((employee.userid.clone(), false)),
                None => self.customer(userid).map(|customer| (customer.external_userid.clone(), true)),
            })
            .collect();
        let chat = self.groups.chat_mut(chat_id)?;
        let mut came = Vec::new();
        for (userid, external) in known {
            if chat.is_full() || chat.has(&userid) {
                continue;
            }
            let (by, state) = (by.clone(), state.map(str::to_owned));
            chat.came += 1;
            let (number, member) = (chat.came, userid.clone());
            chat.members.push(Membership { number, userid: member, external, joined_ms: now_ms, by, state });
            came.push(userid);
        }
        if came.is_empty() {
            return None;
        }
        let before = std::mem::replace(&mut chat.version, version.clone());
        Some((came, before, version))
    }

    /// Lets people leave a group; gives those who left, and the member list's version before and after.
    pub(crate) fn leave_chat(
        &mut self,
        chat_id: &str,
        userids: &[String],
        now_ms: i64,
    ) -> Option<(Vec<String>, String, String)> {
        let version = self.member_version();
        let chat = self.groups.chat_mut(chat_id)?;
        let left: Vec<String> = userids.iter().filter(|userid| chat.leave(userid, now_ms)).cloned().collect();
        if left.is_empty() {
            return None;
        }
        let before = std::mem::replace(&mut chat.version, version.clone());
        Some((left, before, version))
    }

    /// Gives a group to another member, who comes into it where that is needed.
    pub(crate) fn give_chat(&mut self, chat_id: &str, owner: &str, now_ms: i64) {
        let by = JoinedBy::Invitation(owner.to_owned());
        self.join_chat(chat_id, &[owner.to_owned()], &by, None, now_ms);
        if let Some(chat) = self.groups.chat_mut(chat_id) {
            chat.owners.push((now_ms, owner.to_owned()));
        }
    }

    /// Starts the handover of a leaver's group.
    pub(crate) fn inherit_chat(&mut self, chat_id: &str, owner: &str, now_ms: i64) {
        if let Some(chat) = self.groups.chat_mut(chat_id) {
            chat.inheriting = Some((owner.to_owned(), now_ms + INHERITING_MS));
        }
    }

    /// Ends the handovers whose time has come. Every method that reads or changes groups begins with it.
    pub(crate) fn settle_chats(&mut self, now_ms: i64) {
        let due: Vec<(String, String, i64)> = self
            .groups
            .chats
            .iter_mut()
            .filter_map(|chat| {
                let (owner, at_ms) = chat.inheriting.take_if(|(_, at_ms)| *at_ms <= now_ms)?;
                chat.inherited = true;
                Some((chat.chat_id.clone(), owner, at_ms))
            })
            .collect();
        for (chat_id, owner, at_ms) in due {
            self.give_chat(&chat_id, &owner, at_ms);
        }
    }
}
