//! What kinds and statuses are called in Chinese. In English they are called by their names in the record.

use crate::{
    action::{Kind, Status},
    store::{EventOutcome, EventStatus},
};

/// A kind of action, as a word of a sentence.
pub(in crate::cli) fn kind_in_chinese(kind: Kind) -> &'static str {
    match kind {
        Kind::Welcome => "欢迎语",
        Kind::Decide => "补查资料",
        Kind::Tag => "标签",
        Kind::Remark => "备注",
        Kind::Notify => "通知",
        Kind::Forward => "转发",
    }
}

/// Where an action stands, as a word of a sentence.
pub(in crate::cli) fn status_in_chinese(status: Status) -> &'static str {
    match status {
        Status::Pending => "等待中",
        Status::Running => "进行中",
        Status::Done => "已完成",
        Status::Expired => "已过期",
        Status::Failed => "失败",
        Status::Skipped => "已跳过",
    }
}

/// Where an event stands, as a word of a sentence.
pub(in crate::cli) fn event_status_in_chinese(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Received => "已收到",
        EventStatus::Planned => "处理中",
        EventStatus::Settled => "已有结果",
    }
}

/// What became of an event's welcome, as a word of a sentence.
pub(in crate::cli) fn outcome_in_chinese(outcome: EventOutcome) -> &'static str {
    match outcome {
        EventOutcome::Welcomed => "已欢迎",
        EventOutcome::Missed => "未送达",
        EventOutcome::Failed => "失败",
        EventOutcome::Skipped => "不用发",
    }
}
