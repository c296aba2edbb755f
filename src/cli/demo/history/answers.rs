//! What WeCom answered in the demo's month: its words and how long they took. What follows from an answer is not made up; the
//! program judges it as it judges every other.

use super::month::Trouble;
use crate::action::{Kind, outcome::End};
use wecom_core::codes;

/// What came of one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) errcode: i64,
    pub(super) errmsg: &'static str,
}

const OK: Answer = Answer { errcode: 0, errmsg: "ok" };
const BUSY: Answer = Answer { errcode: -1, errmsg: "system busy" };
const ADDRESS: Answer = Answer {
    errcode: 60_020,
    errmsg: "not allow to access from your ip, from ip: 203.0.113.7 (an address made up for the demo)",
};
const TAG: Answer = Answer { errcode: 40_068, errmsg: "invalid tagid" };
const CHATTING: Answer = Answer { errcode: 41_051, errmsg: "externaluser has started chatting" };
const CODE: Answer = Answer { errcode: 41_050, errmsg: "invalid welcome code" };
const SPAM: Answer = Answer { errcode: 40_201, errmsg: "content is refused by spam control" };

/// For how many tries WeCom is busy for a moment.
const MOMENT: u32 = 2;

impl Answer {
    /// The answer to that try of an action of this kind, at a time when the trouble lasts or is over.
    pub(super) fn to(kind: Kind, number: u32, trouble: Option<Trouble>, lasts: bool) -> Self {
        match (trouble, kind) {
            (_, Kind::Notify | Kind::Forward | Kind::Decide) => OK,
            (Some(Trouble::Address), _) if lasts => ADDRESS,
            (Some(Trouble::Busy), _) if lasts => BUSY,
            (Some(Trouble::Moment), _) if number <= MOMENT => BUSY,
            (Some(Trouble::TagGone | Trouble::BeijingTagGone), Kind::Tag) if lasts => TAG,
            (Some(Trouble::ByAnother), Kind::Welcome) => CHATTING,
            (Some(Trouble::Code), Kind::Welcome) => CODE,
            (Some(Trouble::Remark), Kind::Remark) => SPAM,
            _ => OK,
        }
    }

    /// What kind of end that is.
    pub(super) fn end(self) -> End {
        if self.errcode == 0 { End::Done } else { codes::class(self.errcode).into() }
    }
}
