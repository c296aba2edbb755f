//! What kinds, statuses, outcomes, roles and changes are called on the pages.

use crate::{
    access::{Act, Role},
    action::{Kind, Kinds, Status},
    http::pages::views::{Mark, Tone},
    language::Language,
    store::{EventOutcome, EventStatus, EventSummary, Fate},
};

/// Picks one of two texts.
fn pick(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// A kind of action.
pub(crate) fn kind(kind: Kind, language: Language) -> &'static str {
    match kind {
        Kind::Welcome => pick(language, "欢迎语", "welcome"),
        Kind::Decide => pick(language, "补查资料", "look-up"),
        Kind::Tag => pick(language, "标签", "tags"),
        Kind::Remark => pick(language, "备注", "remark"),
        Kind::Notify => pick(language, "通知", "notice"),
        Kind::Forward => pick(language, "转发", "forward"),
    }
}

/// Several kinds of action, in a row.
pub(crate) fn kinds(kinds: Kinds, language: Language) -> String {
    let named: Vec<&str> = kinds.named().map(|of| kind(of, language)).collect();
    named.join(pick(language, "、", ", "))
}

/// What a caller may do.
pub(crate) fn role(role: Role, language: Language) -> &'static str {
    match role {
        Role::Viewer => pick(language, "只能查看", "viewer"),
        Role::Operator => pick(language, "运营", "operator"),
        Role::Admin => pick(language, "管理员", "admin"),
    }
}

/// Where an action stands.
pub(crate) fn status(status: Status, language: Language) -> Mark {
    let (tone, zh, en) = match status {
        Status::Pending => (Tone::Wait, "等待", "waiting"),
        Status::Running => (Tone::Wait, "进行中", "under way"),
        Status::Done => (Tone::Good, "已完成", "done"),
        Status::Expired => (Tone::Bad, "已过期", "expired"),
        Status::Failed => (Tone::Bad, "失败", "failed"),
        Status::Skipped => (Tone::Quiet, "不用做", "skipped"),
    };
    Mark { tone, word: pick(language, zh, en) }
}

/// Where an event stands, as a choice of the filter.
pub(crate) fn event_status(status: EventStatus, language: Language) -> &'static str {
    match status {
        EventStatus::Received => pick(language, "已收到，等待处理", "received"),
        EventStatus::Planned => pick(language, "处理中", "under way"),
        EventStatus::Settled => pick(language, "已有结果", "settled"),
    }
}

/// How a welcome ended.
pub(crate) fn outcome(outcome: EventOutcome, language: Language) -> Mark {
    let (tone, zh, en) = match outcome {
        EventOutcome::Welcomed => (Tone::Good, "已欢迎", "welcomed"),
        EventOutcome::Missed => (Tone::Bad, "未送达", "not delivered"),
        EventOutcome::Failed => (Tone::Bad, "发送失败", "failed"),
        EventOutcome::Skipped => (Tone::Quiet, "不用发", "not sent"),
    };
    Mark { tone, word: pick(language, zh, en) }
}

/// The changes by which a customer is greeted.
const GREETED: [&str; 3] = ["add_external_contact", "add_half_external_contact", "msg_audit_approved"];

/// Whether these are all the changes by which a customer is greeted, and no others.
pub(crate) fn greets_everybody<T: AsRef<str>>(changes: &[T]) -> bool {
    changes.len() == GREETED.len() && changes.iter().all(|change| GREETED.contains(&change.as_ref()))
}

/// What became of an event, in a word.
pub(crate) fn fate(event: &EventSummary, fate: &Fate, language: Language) -> Mark {
    let (tone, zh, en) = match (fate.outcome, event.status) {
        (Some(of), _) => return outcome(of, language),
        (None, EventStatus::Received | EventStatus::Planned) => (Tone::Wait, "等待", "waiting"),
        (None, EventStatus::Settled) if event.imported_at_ms.is_some() && event.run == 0 => {
            (Tone::Quiet, "仅导入", "imported")
        }
        (None, EventStatus::Settled) if event.change.as_deref().is_some_and(|of| GREETED.contains(&of)) => {
            (Tone::Unsure, "不确定", "not known")
        }
        (None, EventStatus::Settled) => (Tone::Quiet, "已记录", "recorded"),
    };
    Mark { tone, word: pick(language, zh, en) }
}

/// The changes that people know by a name, by WeCom's.
const CHANGES: &[(&str, &str, &str)] = &[
    ("add_external_contact", "添加客户", "customer added"),
    ("add_half_external_contact", "免验证添加", "added unconfirmed"),
    ("edit_external_contact", "修改客户", "customer edited"),
    ("del_external_contact", "员工删除客户", "deleted by employee"),
    ("del_follow_user", "客户删除员工", "customer left"),
    ("transfer_fail", "客户接替失败", "transfer failed"),
    ("msg_audit_approved", "同意会话存档", "archiving agreed"),
];

/// The changes of the filter: WeCom's names with ours.
pub(crate) fn changes(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    CHANGES.iter().map(move |(name, zh, en)| (*name, pick(language, zh, en)))
}

/// What happened: in our words where there are some, else in WeCom's.
pub(crate) fn change(event: &EventSummary, fate: &Fate, language: Language) -> String {
    let change = event.change.as_deref().filter(|change| !change.is_empty());
    if let Some(name) = change
        && let Some((_, called)) = changes(language).find(|(of, _)| *of == name)
    {
        return called.to_owned();
    }
    match (event.event.as_str(), change) {
        ("", None) => match fate.msg_type.as_deref() {
            Some(of) => format!("{} {of}", pick(language, "消息", "message")),
            None => "-".to_owned(),
        },
        ("", Some(change)) => change.to_owned(),
        (name, None) => name.to_owned(),
        (name, Some(change)) => format!("{name}/{change}"),
    }
}

/// What was done, for the audit.
pub(crate) fn act(act: Act, language: Language) -> &'static str {
    match act {
        Act::TokenCreated => pick(language, "新建令牌", "created a token"),
        Act::TokenRevoked => pick(language, "吊销令牌", "revoked a token"),
        Act::SignedIn => pick(language, "登录", "logged in"),
        Act::SessionEnded => pick(language, "结束登录会话", "ended a session"),
        Act::SignedOut => pick(language, "退出", "logged out"),
        Act::RulesPublished => pick(language, "发布规则", "published rules"),
        Act::RulesRolledBack => pick(language, "规则退回旧版本", "rolled rules back"),
        Act::RecordRestored => pick(language, "恢复备份", "restored a backup"),
        Act::FileBrought => pick(language, "上传文件", "brought a file"),
        Act::Retried => pick(language, "重试", "retried"),
        Act::Replayed => pick(language, "重放", "replayed"),
        Act::BulkPrepared => pick(language, "准备批量操作", "prepared a bulk act"),
        Act::BulkStarted => pick(language, "开始批量操作", "started a bulk act"),
        Act::BulkCancelled => pick(language, "取消批量操作", "cancelled a bulk act"),
        Act::ContactCalled => pick(language, "调用企业微信接口", "called a method of WeCom's"),
        Act::Pruned => pick(language, "清理旧事件", "pruned old events"),
        Act::Forgotten => pick(language, "删除客户数据", "forgot a customer"),
    }
}
