//! Acquisition links (获客助手), who came by them, and the quota that each of them costs.

use std::collections::{BTreeMap, HashMap};

use super::{
    calendar::{DAY_MS, day_of},
    scope::Scope,
};
use crate::occurrence::Occurrence;

/// The quota that a company begins with, and for how many days it works.
const QUOTA_AT_FIRST: u64 = 1_000;
const QUOTA_DAYS: i64 = 365;

/// When fewer than so many are left, WeCom sends `balance_low`, once.
const LOW_BELOW: u64 = 20;

/// For so long a conversation can be read by its key (page 97299: thirty minutes).
const CHAT_KEY_WORKS_MS: i64 = 30 * 60_000;

/// How many openings of one link are remembered; the oldest are forgotten.
const CLICKS_KEPT: usize = 100_000;

/// The links, by numbers that count up, and the quota.
pub(crate) struct Links {
    pub(crate) all: BTreeMap<u64, Link>,
    pub(crate) made: u64,
    pub(crate) quota: Quota,
    /// Conversations that can be asked for, by their keys.
    chats: HashMap<String, ChatInfo>,
}

/// A link.
#[expect(clippy::struct_field_names, reason = "WeCom's names")]
pub(crate) struct Link {
    pub(crate) link_id: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) created_ms: i64,
    pub(crate) skip_verify: bool,
    pub(crate) mark_source: bool,
    pub(crate) range: Scope,
    pub(crate) priority: Option<Priority>,
    /// It became unusable, and WeCom has sent `link_unavailable`.
    pub(crate) unavailable: bool,
    /// Who came by it, in the order of their adds.
    pub(crate) customers: Vec<Acquired>,
    /// Who opened it, and when.
    clicks: Vec<(i64, String)>,
}

/// A customer who opens the link again gets a member who has this customer already: of all members (1), or of those
/// listed (2).
#[derive(Clone)]
pub(crate) struct Priority {
    pub(crate) kind: i64,
    pub(crate) userids: Vec<String>,
}

/// A customer who came by a link.
pub(crate) struct Acquired {
    pub(crate) customer: String,
    pub(crate) employee: String,
    pub(crate) state: String,
    pub(crate) at_ms: i64,
    /// How many messages the customer has written.
    pub(crate) messages: u32,
}

/// A conversation that can be read by its key.
#[derive(Clone)]
pub(crate) struct ChatInfo {
    at_ms: i64,
    pub(crate) link_id: String,
    pub(crate) employee: String,
    pub(crate) customer: String,
    pub(crate) state: String,
    pub(crate) messages: u32,
}

impl Links {
    pub(crate) fn new(now_ms: i64) -> Self {
        let quota = Quota::new(QUOTA_AT_FIRST, QUOTA_DAYS, now_ms);
        Self { all: BTreeMap::new(), made: 0, quota, chats: HashMap::new() }
    }

    pub(crate) fn get(&self, link_id: &str) -> Option<(u64, &Link)> {
        let found = self.all.iter().find(|(_, link)| link.link_id == link_id);
        found.map(|(number, link)| (*number, link))
    }

    pub(crate) fn get_mut(&mut self, link_id: &str) -> Option<&mut Link> {
        self.all.values_mut().find(|link| link.link_id == link_id)
    }

    pub(crate) fn remove(&mut self, link_id: &str) {
        self.all.retain(|_, link| link.link_id != link_id);
    }

    /// Notes a conversation under its key, and forgets those whose keys do not work any more.
    pub(crate) fn note_chat(&mut self, key: String, link_id: &str, acquired: &AcquiredChat, now_ms: i64) {
        self.chats.retain(|_, chat| now_ms - chat.at_ms < CHAT_KEY_WORKS_MS);
        let AcquiredChat { employee, customer, state, messages } = acquired.clone();
        let link_id = link_id.to_owned();
        self.chats.insert(key, ChatInfo { at_ms: now_ms, link_id, employee, customer, state, messages });
    }

    pub(crate) fn chat(&self, key: &str, now_ms: i64) -> Option<&ChatInfo> {
        self.chats.get(key).filter(|chat| now_ms - chat.at_ms < CHAT_KEY_WORKS_MS)
    }

    /// Follows a change of the customers' ids.
    pub(crate) fn rename(&mut self, rename: impl Fn(&mut String)) {
        for link in self.all.values_mut() {
            link.customers.iter_mut().for_each(|came| rename(&mut came.customer));
            link.clicks.iter_mut().for_each(|(_, customer)| rename(customer));
        }
        self.chats.values_mut().for_each(|chat| rename(&mut chat.customer));
    }

    /// Follows an event that somebody has made WeCom send.
    pub(crate) fn follow(&mut self, occurrence: &Occurrence) {
        match occurrence {
            Occurrence::DeleteLink { link_id } => self.remove(link_id),
            Occurrence::LinkUnavailable { link_id } => {
                if let Some(link) = self.get_mut(link_id) {
                    link.unavailable = true;
                }
            }
            _ => {}
        }
    }
}

/// A conversation that is to be noted.
#[derive(Clone)]
pub(crate) struct AcquiredChat {
    pub(crate) employee: String,
    pub(crate) customer: String,
    pub(crate) state: String,
    pub(crate) messages: u32,
}

impl Link {
    pub(crate) fn new(link_id: String, name: String, range: Scope, now_ms: i64) -> Self {
        Self {
            url: format!("https://work.weixin.qq.com/ca/{link_id}"),
            link_id,
            name,
            created_ms: now_ms,
            skip_verify: true,
            mark_source: true,
            range,
            priority: None,
            unavailable: false,
            customers: Vec::new(),
            clicks: Vec::new(),
        }
    }

    /// The latest add of this customer to this member by the link.
    pub(crate) fn acquired_mut(&mut self, employee: &str, customer: &str) -> Option<&mut Acquired> {
        let both = |came: &&mut Acquired| came.customer == customer && came.employee == employee;
        self.customers.iter_mut().rev().find(both)
    }

    pub(crate) fn click(&mut self, customer: String, now_ms: i64) {
        if self.clicks.len() == CLICKS_KEPT {
            self.clicks.remove(0);
        }
        self.clicks.push((now_ms, customer));
    }

    /// How many customers opened it between two times, and how many became contacts.
    pub(crate) fn figures(&self, from_ms: i64, to_ms: i64) -> (usize, usize) {
        let clicks = self.clicks.iter().filter(|(at_ms, _)| (from_ms..to_ms).contains(at_ms));
        let mut who: Vec<&str> = clicks.map(|(_, customer)| customer.as_str()).collect();
        who.sort_unstable();
        who.dedup();
        let came = self.customers.iter().filter(|came| (from_ms..to_ms).contains(&came.at_ms));
        (who.len(), came.count())
    }
}

/// How many customers can still come, in parts that expire.
pub(crate) struct Quota {
    /// When it expires, and how much of it is left; the next to expire first.
    parts: BTreeMap<i64, u64>,
    /// How much of it was ever used up (`total`, 历史累计使用量).
    pub(crate) used: u64,
    low_notified: bool,
}

impl Quota {
    fn new(balance: u64, days: i64, now_ms: i64) -> Self {
        let mut quota = Self { parts: BTreeMap::new(), used: 0, low_notified: false };
        quota.grant(balance, days, now_ms);
        quota
    }

    fn grant(&mut self, amount: u64, days: i64, now_ms: i64) {
        if amount > 0 {
            let expires = day_of(now_ms).saturating_add(days.saturating_mul(DAY_MS));
            *self.parts.entry(expires).or_default() += amount;
        }
    }

    /// The parts that have not expired: when each does, and how much of it is left.
    pub(crate) fn parts(&self, now_ms: i64) -> impl Iterator<Item = (i64, u64)> {
        self.parts.range(now_ms.saturating_add(1)..).map(|(at_ms, left)| (*at_ms, *left))
    }

    pub(crate) fn balance(&self, now_ms: i64) -> u64 {
        self.parts(now_ms).map(|(_, left)| left).sum()
    }

    /// Sets what is left, as by buying or by use elsewhere; gives the callbacks that WeCom sends about it.
    pub(crate) fn set(&mut self, balance: u64, days: i64, now_ms: i64) -> Vec<Occurrence> {
        let before = self.balance(now_ms);
        if balance > before {
            self.grant(balance - before, days, now_ms);
        } else {
            (balance..before).for_each(|_| self.use_one(now_ms));
        }
        if balance >= LOW_BELOW {
            self.low_notified = false;
        }
        let mut notices = Vec::new();
        if before == 0 && balance > 0 {
            notices.push(Occurrence::BalanceIncreased);
        }
        if balance < before {
            notices.extend(self.notify_low(now_ms));
        }
        notices
    }

    /// Uses one up; gives the callback that WeCom sends about it, if any.
    pub(crate) fn spend(&mut self, now_ms: i64) -> Option<Occurrence> {
        self.use_one(now_ms);
        self.notify_low(now_ms)
    }

    fn use_one(&mut self, now_ms: i64) {
        self.parts.retain(|at_ms, left| *at_ms > now_ms && *left > 0);
        if let Some(mut part) = self.parts.first_entry() {
            *part.get_mut() -= 1;
            self.used += 1;
        }
    }

    /// The callback about a balance that has become low, which WeCom sends once, or exhausted.
    fn notify_low(&mut self, now_ms: i64) -> Option<Occurrence> {
        match self.balance(now_ms) {
            0 => Some(Occurrence::BalanceExhausted),
            ..LOW_BELOW if !self.low_notified => {
                self.low_notified = true;
                Some(Occurrence::BalanceLow)
            }
            _ => None,
        }
    }
}
