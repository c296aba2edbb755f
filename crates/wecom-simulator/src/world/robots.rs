//! Group robots (page 91770): what each of them has posted into its group.
//!
//! The console makes a robot and shows its key. Here every key of that form is a robot of its own, made by its first message.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

/// A robot posts so many messages within a minute (45009 beyond).
const A_MINUTE: usize = 20;
const MINUTE_MS: i64 = 60_000;

/// So many robots there are at most; those beyond do not exist.
const ROBOTS_MAX: usize = 1_000;

/// So many messages are kept. The oldest are forgotten.
const MESSAGES_KEPT: usize = 1_000;

/// A message of a robot in its group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RobotMessage {
    /// When it was posted, in Unix milliseconds.
    pub at_ms: i64,
    /// The key of the robot's webhook.
    pub key: String,
    /// `text`, `markdown` and so on.
    pub msgtype: String,
    /// The object of that name: `{"content": …}` of a text.
    pub message: Value,
}

impl RobotMessage {
    /// Its text; empty where it is none.
    pub fn text(&self) -> &str {
        self.message["content"].as_str().unwrap_or_default()
    }
}

/// Why a robot posts nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RobotFault {
    /// There is none of this key.
    Unknown,
    /// It has posted too much within a minute.
    TooOften,
}

/// The robots of the company's groups.
#[derive(Default)]
pub(crate) struct Robots {
    /// By key: when each of the last minute's messages was posted.
    posted: BTreeMap<String, VecDeque<i64>>,
    kept: VecDeque<RobotMessage>,
}

impl Robots {
    /// Whether the robot of this key may post now. Nothing is changed, but that it exists from now on.
    pub(crate) fn check(&mut self, key: &str, now_ms: i64) -> Result<(), RobotFault> {
        if !is_key(key) || (!self.posted.contains_key(key) && self.posted.len() >= ROBOTS_MAX) {
            return Err(RobotFault::Unknown);
        }
        let posted = self.posted.entry(key.to_owned()).or_default();
        while posted.front().is_some_and(|at_ms| now_ms - at_ms >= MINUTE_MS) {
            posted.pop_front();
        }
        if posted.len() < A_MINUTE { Ok(()) } else { Err(RobotFault::TooOften) }
    }

    pub(crate) fn put(&mut self, message: RobotMessage) {
        self.posted.entry(message.key.clone()).or_default().push_back(message.at_ms);
        self.kept.push_back(message);
        if self.kept.len() > MESSAGES_KEPT {
            self.kept.pop_front();
        }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &RobotMessage> {
        self.kept.iter()
    }
}

/// Whether a key has the form of the console's: a UUID, `693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa` in WeCom's own example.
fn is_key(key: &str) -> bool {
    let parts: Vec<&str> = key.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
