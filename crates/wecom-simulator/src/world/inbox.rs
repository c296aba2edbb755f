//! The messages that the app has sent to employees (page 90236).

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// So many messages are kept, and so many bytes of them, as a message of articles may have half a megabyte. The oldest
/// are forgotten.
const MESSAGES_KEPT: usize = 10_000;
const BYTES_KEPT: usize = 64 * 1_024 * 1_024;

/// A message of the app to employees.
#[derive(Clone, PartialEq, Serialize)]
pub struct AppMessage {
    /// The message's id.
    pub msgid: String,
    /// When it was sent, in Unix milliseconds.
    pub at_ms: i64,
    /// The userids of those who got it.
    pub to: Vec<String>,
    /// `text`, `markdown` and so on.
    pub msgtype: String,
    /// The object of that name: `{"content": …}` of a text.
    pub message: Value,
}

impl AppMessage {
    /// Its text; empty where it is none.
    pub fn text(&self) -> &str {
        self.message["content"].as_str().unwrap_or_default()
    }
}

/// The messages, oldest first.
#[derive(Default)]
pub(crate) struct Inbox {
    kept: VecDeque<AppMessage>,
    /// How many bytes each of them has, in the same order, and all of them.
    sizes: VecDeque<usize>,
    bytes: usize,
}

impl Inbox {
    pub(crate) fn put(&mut self, message: AppMessage) {
        let size = message.message.to_string().len() + message.to.iter().map(String::len).sum::<usize>();
        self.kept.push_back(message);
        self.sizes.push_back(size);
        self.bytes += size;
        while self.kept.len() > MESSAGES_KEPT || (self.bytes > BYTES_KEPT && self.kept.len() > 1) {
            self.kept.pop_front();
            self.bytes -= self.sizes.pop_front().unwrap_or_default();
        }
    }

    /// Whether the same message has gone to the same people since then.
    pub(crate) fn has(&self, to: &[String], msgtype: &str, message: &Value, since_ms: i64) -> bool {
        let same = |kept: &AppMessage| kept.to == to && kept.msgtype == msgtype && kept.message == *message;
        self.kept.iter().rev().take_while(|kept| kept.at_ms >= since_ms).any(same)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &AppMessage> {
        self.kept.iter()
    }
}
