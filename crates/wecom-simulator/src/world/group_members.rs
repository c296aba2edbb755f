//! How groups come to be, who comes into them and leaves, and who owns them.

use rand::RngExt as _;

use super::{
    World,
    groups::{Chat, JoinedBy, MemberChange},
};
use crate::error::Error;

impl World {
    /// A version of a member list, as WeCom writes it: 32 hexadecimal digits.
    fn member_version(&mut self) -> String {
        format!("{:032x}", self.dice.random::<u128>())
    }

    /// Makes a group with nobody in it but its owner. Without an id it gets one.
    pub(crate) fn make_chat(
        &mut self,
        chat_id: Option<String>,
        (owner, name): (String, String),
        now_ms: i64,
    ) -> Result<String, Error> {
        self.groups.check_room()?;
        let chat_id = chat_id.unwrap_or_else(|| format!("wrQ7fEDwAA{}", self.random_text(22)));
        let opengid = format!("o{}", self.random_text(27));
        let version = self.member_version();
        self.groups.add(Chat::new((chat_id.clone(), opengid), (owner, name), version, now_ms));
        Ok(chat_id)
    }

    /// Lets people into a group, as far as they are known, are not in it yet, and find room. `None` if nobody came in.
    pub(crate) fn join_chat(
        &mut self,
        chat_id: &str,
        userids: &[String],
        by: &JoinedBy,
        state: Option<&str>,
        now_ms: i64,
    ) -> Option<MemberChange> {
        let version = self.member_version();
        let known: Vec<(String, bool)> = userids
            .iter()
            .filter_map(|userid| match self.employee(userid) {
                Some(employee) => Some((employee.userid.clone(), false)),
                None => self.customer(userid).map(|customer| (customer.external_userid.clone(), true)),
            })
            .collect();
        let chat = self.groups.chat_mut(chat_id)?;
        let came = known.into_iter().filter_map(|(userid, external)| {
            chat.join(&userid, external, (by, state), now_ms).then_some(userid)
        });
        let came = came.collect();
        chat.change_members(came, version)
    }

    /// Lets people leave a group. `None` if none of them was in it.
    pub(crate) fn leave_chat(
        &mut self,
        chat_id: &str,
        userids: &[String],
        now_ms: i64,
    ) -> Option<MemberChange> {
        let version = self.member_version();
        let chat = self.groups.chat_mut(chat_id)?;
        let left = userids.iter().filter(|userid| chat.leave(userid, now_ms)).cloned().collect();
        chat.change_members(left, version)
    }

    /// Gives a group to another member, who joins it if not in it yet.
    pub(crate) fn give_chat(&mut self, chat_id: &str, owner: &str, now_ms: i64) {
        let by = JoinedBy::Invitation(owner.to_owned());
        self.join_chat(chat_id, &[owner.to_owned()], &by, None, now_ms);
        if let Some(chat) = self.groups.chat_mut(chat_id) {
            chat.owners.push((now_ms, owner.to_owned()));
        }
    }

    /// Ends the handovers of leavers' groups whose time has come. Whatever reads or changes groups begins with it, so
    /// that no timer is needed for something of which WeCom sends no callback.
    pub(crate) fn settle_chats(&mut self, now_ms: i64) {
        for (chat_id, owner, at_ms) in self.groups.take_inherited(now_ms) {
            self.give_chat(&chat_id, &owner, at_ms);
        }
    }
}
