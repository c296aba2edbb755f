//! Group chats of members and customers, the ways into them, and what has happened in them.
//!
//! Nothing of a group is forgotten that its statistics count: who was in it from when to when, who owned it, how much
//! was said on which day. What people do with groups is in `acts::group`.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::calendar::day_of;
use crate::error::Error;

/// How many groups fit. The largest corps have some tens of thousands.
const CHATS_MAX: usize = 100_000;

/// How many members a customer group has at most.
pub(crate) const MEMBERS_MAX: usize = 500;

/// So many memberships of a group that are over are remembered; the oldest are forgotten.
const PAST_KEPT: usize = 10_000;

/// How long it takes until a leaver's group has its new owner. WeCom only says that it is not at once.
const INHERITING_MS: i64 = 60_000;

/// The groups and the join ways that lead into them.
#[derive(Default)]
pub(crate) struct Groups {
    pub(crate) chats: Vec<Chat>,
    places: HashMap<String, usize>,
    /// By their numbers, which count up and are never used twice.
    pub(crate) ways: BTreeMap<u64, JoinWay>,
    pub(crate) ways_made: u64,
    /// Today's handovers: the new owner's userid and the time.
    pub(crate) handed: Vec<(String, i64)>,
}

/// A group chat, with all of its past that the statistics count.
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(crate) struct Chat {
    pub(crate) chat_id: String,
    pub(crate) opengid: String,
    pub(crate) name: String,
    pub(crate) notice: String,
    /// Whether only members of the company are in it, which makes it no customer group.
    pub(crate) internal: bool,
    pub(crate) created_ms: i64,
    pub(crate) dismissed_ms: Option<i64>,
    /// Who owned it from when on, oldest first; never empty.
    pub(crate) owners: Vec<(i64, String)>,
    /// Whom the owner has made administrators.
    pub(crate) admins: Vec<String>,
    pub(crate) version: String,
    /// Who is in it, in the order in which they came.
    pub(crate) members: Vec<Membership>,
    /// How many memberships there ever were.
    came: u64,
    /// Memberships that are over: from when to when.
    past: Vec<(i64, i64)>,
    /// When each first wrote, by userid.
    first_words: HashMap<String, i64>,
    /// How many messages, by the midnight of their day.
    messages: BTreeMap<i64, u64>,
    /// The next owner of a leaver's group, and from when on.
    inheriting: Option<(String, i64)>,
    /// Whether the owner got it from a member who left the company.
    pub(crate) inherited: bool,
    /// When the API gave it away while its owner still worked here.
    pub(crate) handed_ms: Vec<i64>,
}

/// Somebody in a group.
#[derive(Clone)]
pub(crate) struct Membership {
    /// Counts up over all who ever came into the group: the cursor of a page is made of it.
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
    /// Invited by this member.
    Invitation(String),
    /// By an invitation link.
    Link,
    /// By scanning the code of a join way.
    Code,
}

/// A change of a group's member list.
pub(crate) struct MemberChange {
    /// Who came, or who left.
    pub(crate) members: Vec<String>,
    /// The member list's version before the change.
    pub(crate) last_version: String,
    /// The member list's version since then.
    pub(crate) version: String,
}

/// A code or a button that leads into groups.
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
    /// A group of its owner alone.
    pub(crate) fn new(
        (chat_id, opengid): (String, String),
        (owner, name): (String, String),
        version: String,
        now_ms: i64,
    ) -> Self {
        let founder = Membership {
            number: 1,
            userid: owner.clone(),
            external: false,
            joined_ms: now_ms,
            by: JoinedBy::Invitation(owner.clone()),
            state: None,
        };
        Self {
            chat_id,
            opengid,
            name,
            notice: String::new(),
            internal: false,
            created_ms: now_ms,
            dismissed_ms: None,
            owners: vec![(now_ms, owner)],
            admins: Vec::new(),
            version,
            members: vec![founder],
            came: 1,
            past: Vec::new(),
            first_words: HashMap::new(),
            messages: BTreeMap::new(),
            inheriting: None,
            inherited: false,
            handed_ms: Vec::new(),
        }
    }

    pub(crate) fn owner(&self) -> &str {
        self.owners.last().map_or("", |(_, owner)| owner.as_str())
    }

    /// Who owned it at that time. Of a time before it was made: its first owner.
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

    /// Whether its owner has left the company and it is on its way to another.
    pub(crate) fn is_inheriting(&self) -> bool {
        self.inheriting.is_some()
    }

    /// Notes that somebody is in it from now on. Gives false where there is no room, or the person is in it already.
    pub(crate) fn join(
        &mut self,
        userid: &str,
        external: bool,
        (by, state): (&JoinedBy, Option<&str>),
        now_ms: i64,
    ) -> bool {
        if self.is_full() || self.has(userid) {
            return false;
        }
        self.came += 1;
        self.members.push(Membership {
            number: self.came,
            userid: userid.to_owned(),
            external,
            joined_ms: now_ms,
            by: by.clone(),
            state: state.map(str::to_owned),
        });
        true
    }

    /// Notes that somebody is not in it any more. Gives false where the person was not in it.
    pub(crate) fn leave(&mut self, userid: &str, now_ms: i64) -> bool {
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

    /// Gives the member list a new version, unless nobody came or left.
    pub(crate) fn change_members(&mut self, members: Vec<String>, version: String) -> Option<MemberChange> {
        if members.is_empty() {
            return None;
        }
        let last_version = std::mem::replace(&mut self.version, version.clone());
        Some(MemberChange { members, last_version, version })
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
    /// Refuses one more group where no more fit.
    pub(crate) fn check_room(&self) -> Result<(), Error> {
        if self.chats.len() >= CHATS_MAX { Err(Error::Full { most: CHATS_MAX }) } else { Ok(()) }
    }

    pub(crate) fn add(&mut self, chat: Chat) {
        self.places.insert(chat.chat_id.clone(), self.chats.len());
        self.chats.push(chat);
    }

    /// Starts the handover of a leaver's group.
    pub(crate) fn inherit(&mut self, chat_id: &str, owner: &str, now_ms: i64) {
        if let Some(chat) = self.chat_mut(chat_id) {
            chat.inheriting = Some((owner.to_owned(), now_ms + INHERITING_MS));
        }
    }

    /// The handovers whose time has come: the group, its new owner, and when. They are over with that.
    pub(crate) fn take_inherited(&mut self, now_ms: i64) -> Vec<(String, String, i64)> {
        let due = |chat: &mut Chat| {
            let (owner, at_ms) = chat.inheriting.take_if(|(_, at_ms)| *at_ms <= now_ms)?;
            chat.inherited = true;
            Some((chat.chat_id.clone(), owner, at_ms))
        };
        self.chats.iter_mut().filter_map(due).collect()
    }

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

    /// The join way of that id, with its number.
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
