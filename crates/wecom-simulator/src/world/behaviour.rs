//! What members did with customers, counted by day (page 92132).

use std::collections::{BTreeMap, HashMap};

use super::calendar::{DAY_MS, STATISTIC_DAYS_KEPT, day_of};

/// What the statistics count one by one; messages are counted by `talk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// A member asked a customer to be added (`new_apply_cnt`).
    Apply,
    /// A member has a new customer (`new_contact_cnt`).
    Contact,
    /// A customer deleted a member (`negative_feedback_cnt`).
    NegativeFeedback,
}

/// The counts, by the midnight of the day and by member.
#[derive(Default)]
pub(crate) struct Behaviour {
    days: BTreeMap<i64, HashMap<String, OfMember>>,
}

/// What one member did on one day.
#[derive(Default)]
struct OfMember {
    applies: u64,
    contacts: u64,
    negative_feedbacks: u64,
    /// The day's chats, by the customer's place among the customers.
    chats: HashMap<usize, Chat>,
}

/// A chat of two on one day.
#[derive(Default)]
struct Chat {
    messages: u64,
    /// When the customer wrote first; none: the member did.
    asked_ms: Option<i64>,
    replied_ms: Option<i64>,
}

/// One day, summed over members.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Day {
    pub(crate) chats: u64,
    pub(crate) messages: u64,
    /// Chats that customers began, and how many of them were answered the same day, after how many milliseconds in all.
    pub(crate) asked: u64,
    pub(crate) replied: u64,
    pub(crate) reply_ms: i64,
    pub(crate) negative_feedbacks: u64,
    pub(crate) applies: u64,
    pub(crate) contacts: u64,
}

impl Behaviour {
    /// A member's counts of today. Days too old for WeCom's statistics are forgotten.
    fn of(&mut self, userid: &str, now_ms: i64) -> &mut OfMember {
        let today = day_of(now_ms);
        while let Some(first) =
            self.days.first_entry().filter(|first| *first.key() < today - STATISTIC_DAYS_KEPT * DAY_MS)
        {
            first.remove();
        }
        self.days.entry(today).or_default().entry(userid.to_lowercase()).or_default()
    }

    pub(crate) fn count(&mut self, userid: &str, now_ms: i64, what: Count) {
        let of = self.of(userid, now_ms);
        let count = match what {
            Count::Apply => &mut of.applies,
            Count::Contact => &mut of.contacts,
            Count::NegativeFeedback => &mut of.negative_feedbacks,
        };
        *count += 1;
    }

    /// Counts messages between a member and a customer. A welcome is not counted, as the app sends it and not the
    /// member.
    pub(crate) fn talk(&mut self, userid: &str, place: usize, by_employee: bool, messages: u64, now_ms: i64) {
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

    /// What these members did on the day that begins at `midnight_ms`. The userids are in lower case.
    pub(crate) fn sum<'a>(&self, midnight_ms: i64, userids: impl Iterator<Item = &'a str>) -> Day {
        let mut sum = Day::default();
        let Some(members) = self.days.get(&midnight_ms) else { return sum };
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
    fn chats_are_counted_by_who_began_and_who_answered() {
        let mut behaviour = Behaviour::default();
        behaviour.talk("a", 1, false, 1, MORNING_MS);
        behaviour.talk("A", 1, true, 2, MORNING_MS + 60_000);
        behaviour.talk("a", 1, true, 1, MORNING_MS + 90_000);
        behaviour.talk("a", 2, false, 1, MORNING_MS);
        behaviour.talk("a", 3, true, 1, MORNING_MS);
        behaviour.talk("a", 3, false, 1, MORNING_MS + 1);
        let day = behaviour.sum(day_of(MORNING_MS), ["a", "b"].into_iter());
        let expected =
            Day { chats: 2, messages: 4, asked: 2, replied: 1, reply_ms: 60_000, ..Day::default() };
        assert_eq!(day, expected);
        behaviour.count("b", MORNING_MS + DAY_MS * (STATISTIC_DAYS_KEPT + 1), Count::Contact);
        assert_eq!(behaviour.sum(day_of(MORNING_MS), ["a"].into_iter()), Day::default(), "forgotten");
    }
}
