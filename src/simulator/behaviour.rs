//! What members did with customers, by day: what `get_user_behavior_data` tells (document 92132).

use std::collections::{BTreeMap, HashMap};

/// So many days are kept; WeCom tells of no more.
pub(super) const DAYS_KEPT: i64 = 180;

/// A day of the statistics is one in China.
const OFFSET_S: i64 = 8 * 3_600;

pub(super) const DAY_S: i64 = 86_400;

/// The day in which an instant lies, counted from 1970.
pub(super) fn day_of(at_s: i64) -> i64 {
    (at_s.saturating_add(OFFSET_S)).div_euclid(DAY_S)
}

/// The second at which a day begins.
pub(super) fn begin_of(day: i64) -> i64 {
    day.saturating_mul(DAY_S).saturating_sub(OFFSET_S)
}

/// Something to be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// A member asked a customer (`new_apply_cnt`).
    Apply,
    /// A member has a new customer (`new_contact_cnt`).
    Contact,
    /// A customer deleted a member (`negative_feedback_cnt`).
    NegativeFeedback,
}

/// The counts, by day and member.
#[derive(Default)]
pub(super) struct Behaviour {
    days: BTreeMap<i64, HashMap<String, OfMember>>,
}

/// A member's day.
#[derive(Default)]
struct OfMember {
    applies: u64,
    contacts: u64,
    negative_feedbacks: u64,
    /// By the customer's place.
    chats: HashMap<usize, Chat>,
}

/// A chat of two on one day.
#[derive(Default)]
struct Chat {
    messages: u64,
    /// When the customer began it; none: the member did.
    asked_ms: Option<i64>,
    replied_ms: Option<i64>,
}

/// The sum over members for one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Day {
    pub(super) chats: u64,
    pub(super) messages: u64,
    /// Chats that customers began, and how many of them were answered the same day, after how many milliseconds in all.
    pub(super) asked: u64,
    pub(super) replied: u64,
    pub(super) reply_ms: i64,
    pub(super) negative_feedbacks: u64,
    pub(super) applies: u64,
    pub(super) contacts: u64,
}

impl Behaviour {
    /// The member's day. Days that WeCom would not tell any more are forgotten.
    fn of(&mut self, userid: &str, now_ms: i64) -> &mut OfMember {
        let today = day_of(now_ms.div_euclid(1_000));
        while let Some(first) = self.days.first_entry().filter(|first| *first.key() < today - DAYS_KEPT) {
            first.remove();
        }
        self.days.entry(today).or_default().entry(userid.to_lowercase()).or_default()
    }

    pub(super) fn count(&mut self, userid: &str, now_ms: i64, what: Count) {
        let of = self.of(userid, now_ms);
        let count = match what {
            Count::Apply => &mut of.applies,
            Count::Contact => &mut of.contacts,
            Count::NegativeFeedback => &mut of.negative_feedbacks,
        };
        *count += 1;
    }

    /// Notes messages of a member to a customer, or of a customer to a member. The welcome is none of them: nobody
    /// wrote it.
    pub(super) fn talk(&mut self, userid: &str, place: usize, by_employee: bool, messages: u64, now_ms: i64) {
        let chats = &mut self.of(userid, now_ms).chats;
        let begins = !chats.contains_key(&place);
        let chat = chats.entry(place).or_default();
        if by_employee {
            chat.messages += messages;
            chat.replied_ms = chat.replied_ms.or(chat.asked_ms.map(|_| now_ms));
        } else if begins {
            chat.asked_ms = Some(now_ms);
        }
    }

    /// What these members did on a day, summed up. Userids in lower case.
    pub(super) fn sum<'a>(&self, day: i64, userids: impl Iterator<Item = &'a str>) -> Day {
        let mut sum = Day::default();
        let Some(members) = self.days.get(&day) else { return sum };
        for of in userids.filter_map(|userid| members.get(userid)) {
            sum.applies += of.applies;
            sum.contacts += of.contacts;
            sum.negative_feedbacks += of.negative_feedbacks;
            for chat in of.chats.values() {
                sum.messages += chat.messages;
                sum.chats += u64::from(chat.messages > 0);
                sum.asked += u64::from(chat.asked_ms.is_some());
                if let (Some(asked_ms), Some(replied_ms)) = (chat.asked_ms, chat.replied_ms) {
                    sum.replied += 1;
                    sum.reply_ms += replied_ms - asked_ms;
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING_MS: i64 = 1_733_875_200_000;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        assert_eq!(begin_of(day_of(1_554_296_400)), 1_554_220_800, "the example of the platform's page");
        assert_eq!(day_of(begin_of(20_000)), 20_000);
        assert_eq!(day_of(begin_of(20_000) - 1), 19_999);
    }

    #[test]
    fn chats_are_counted_by_who_began_and_who_answered() {
        let mut behaviour = Behaviour::default();
        behaviour.talk("a", 1, false, 1, MORNING_MS);
        behaviour.talk("A", 1, true, 2, MORNING_MS + 60_000);
        behaviour.talk("a", 1, true, 1, MORNING_MS + 90_000);
        behaviour.talk("a", 2, false, 1, MORNING_MS);
        behaviour.talk("a", 3, true, 1, MORNING_MS);
        behaviour.talk("a", 3, false, 1, MORNING_MS + 1);
        let day = behaviour.sum(day_of(MORNING_MS / 1_000), ["a", "b"].into_iter());
        let expected =
            Day { chats: 2, messages: 4, asked: 2, replied: 1, reply_ms: 60_000, ..Day::default() };
        assert_eq!(day, expected);
        behaviour.count("b", MORNING_MS + 1_000 * DAY_S * (DAYS_KEPT + 1), Count::Contact);
        assert_eq!(behaviour.sum(day_of(MORNING_MS / 1_000), ["a"].into_iter()), Day::default(), "forgotten");
    }
}
