//! Why an action is not plainly done, in Chinese, and what came of a try.
//!
//! The record keeps a reason as a code and as English words with the details; JSON shows both as they stand there. A person who
//! reads Chinese is shown the code's own sentence, and of the details those that can be acted on: WeCom's code with its
//! meaning, the address that it saw, the tags, files and people that were left out. What WeCom itself wrote is quoted only
//! where its meaning is not known here, or where it names the argument that is wrong.

use serde_json::Value;

use super::super::{
    super::output::brief,
    contact::{is_quoted, meaning_in_chinese},
};
use crate::{
    action::{
        ReasonCode,
        recorded::{self, Unanswered, Unreached},
    },
    language::Language,
    store::{ActionRecord, AttemptRecord},
};
use wecom_core::cause::{Cause, cause};

/// At most so many names of what was left out.
const NAMED_MAX: usize = 10;

/// Why the action is where it is; `None` where there is nothing to say.
pub(in crate::cli) fn reason_in_chinese(action: &ActionRecord) -> Option<String> {
    let code = action.code?;
    let text = action.reason.as_deref().unwrap_or_default();
    let request = action.request.as_ref();
    let mut details = left_out(code, text, request);
    let refused = action.attempts.iter().rev().find(|attempt| attempt.errcode != Some(0));
    details.extend(refused.filter(|_| is_of_an_answer(code)).and_then(of_the_answer));
    details.extend(of_a_tag_that_was_not_made(code, text));
    let sentence = code.sentence(Language::Zh);
    Some(if details.is_empty() {
        sentence.to_owned()
    } else {
        format!("{sentence}（{}）", details.join("；"))
    })
}

/// Whether the last answer belongs to the reason: others say all that there is, or are not about a call.
fn is_of_an_answer(code: ReasonCode) -> bool {
    use ReasonCode as Code;
    match code {
        Code::Waiting
        | Code::UnderWay
        | Code::ExpiredUntried
        | Code::NoWelcomeCode
        | Code::NoRule
        | Code::AlreadySent
        | Code::AlreadyReported
        | Code::BlankText
        | Code::FilesMissing
        | Code::NobodyNamed
        | Code::LookupFailed
        | Code::NoAgentId
        | Code::NoSigningKey
        | Code::NotAllReached
        | Code::NoticesPaced
        | Code::TagLimit
        | Code::TagNotMade
        | Code::DatabaseAway
        | Code::OtherVersion => false,
        Code::ExpiredTrying
        | Code::CodeExpired
        | Code::UnknownEnd
        | Code::ByAnother
        | Code::UntrustedIp
        | Code::NoPermission
        | Code::CorpNotVerified
        | Code::WrongSecret
        | Code::TokenRefused
        | Code::NotInScope
        | Code::WrongAgentId
        | Code::NotExternalContact
        | Code::UnknownEmployee
        | Code::NoConsent
        | Code::AttachmentRefused
        | Code::MediaRefused
        | Code::TextRefused
        | Code::ContentRefused
        | Code::UnknownTag
        | Code::ReceiverAway
        | Code::ReceiverRefused
        | Code::WecomBusy
        | Code::Throttled
        | Code::TooManyAtOnce
        | Code::AnotherSending
        | Code::BusyTooLong
        | Code::Refused
        | Code::Other => true,
    }
}

/// What a try was answered with, for a reason: the code with the first sentence of its meaning, or why there is none.
fn of_the_answer(attempt: &AttemptRecord) -> Option<String> {
    match attempt.errcode {
        Some(errcode) => Some(answered(errcode, &attempt.errmsg, true)),
        None => no_answer_in_chinese(&attempt.errmsg).filter(|said| !said.is_empty()),
    }
}

/// WeCom's answer to a try, for the story of an event.
pub(in crate::cli) fn answer_in_chinese(errcode: i64, errmsg: &str) -> String {
    answered(errcode, errmsg, false)
}

fn answered(errcode: i64, errmsg: &str, in_short: bool) -> String {
    let meaning = meaning_in_chinese("", errcode);
    let quoted = format!("企业微信原话「{}」", brief(errmsg));
    let said = match meaning {
        None => quoted,
        Some(meaning) => {
            let meaning = if in_short { meaning.split('。').next().unwrap_or(meaning) } else { meaning };
            let meaning = meaning.trim_end_matches('。');
            if is_quoted("", errcode) { format!("{meaning}；{quoted}") } else { meaning.to_owned() }
        }
    };
    // WeCom names it in every refusal; it matters where that is what was refused.
    let address = address_seen(errmsg).filter(|_| cause(errcode) == Some(Cause::UntrustedAddress));
    let address = address.map_or_else(String::new, |address| format!("；企业微信看到的地址是 {address}"));
    if in_short { format!("错误码 {errcode}：{said}{address}") } else { format!("{said}{address}") }
}

/// The address that WeCom saw, where it refused it.
fn address_seen(errmsg: &str) -> Option<&str> {
    let (_, after) = errmsg.split_once("from ip:")?;
    let address = after.trim_start().split([',', ' ', ']', ')']).next()?;
    address.parse::<std::net::IpAddr>().ok().map(|_| address)
}

/// A tag that was to be made stands in the text with WeCom's code: no call of the action itself was refused for it.
fn of_a_tag_that_was_not_made(code: ReasonCode, text: &str) -> Option<String> {
    if !matches!(code, ReasonCode::TagLimit | ReasonCode::TagNotMade) {
        return None;
    }
    let (_, said) = text.split_once("add_corp_tag: ")?;
    let (errcode, errmsg) = said.split_once(' ')?;
    let errmsg = errmsg.split(" (").next().unwrap_or(errmsg);
    Some(answered(errcode.parse().ok()?, errmsg, true))
}

/// What was left out, or what is not set, by name.
fn left_out(code: ReasonCode, text: &str, request: Option<&Value>) -> Vec<String> {
    let field = |name: &str| request.and_then(|request| request.get(name));
    let named = |name: &str| texts(field(name));
    match code {
        ReasonCode::UnknownTag | ReasonCode::TagLimit | ReasonCode::TagNotMade => {
            // A tag that is still a name was not there when the others were set.
            let unmade =
                ["add_tag", "remove_tag"].into_iter().flat_map(named).filter(|tag| tag.contains('/'));
            listed("没有处理的标签", &named("refused").into_iter().chain(unmade).collect::<Vec<_>>())
        }
        ReasonCode::FilesMissing => listed("缺少的文件", &named("left_out")),
        ReasonCode::LookupFailed => {
            let failed = recorded::read_without(text);
            listed("没有查到", &failed.iter().map(|lookup| lookup.zh().to_owned()).collect::<Vec<_>>())
        }
        ReasonCode::NoSigningKey => {
            let variable = field("secret_env").and_then(Value::as_str);
            variable.map(|variable| format!("环境变量 {variable}")).into_iter().collect()
        }
        ReasonCode::NotAllReached => {
            let of_kind =
                |(kind, who): (Unreached, &str)| format!("{} {}", kind.zh(), brief(who).replace(", ", "、"));
            recorded::read_not_reached(text).into_iter().map(of_kind).collect()
        }
        _ => Vec::new(),
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|text| text.as_str().map(brief)).collect()
}

fn listed(what: &str, names: &[String]) -> Vec<String> {
    if names.is_empty() {
        return Vec::new();
    }
    let shown = names.iter().take(NAMED_MAX).map(String::as_str).collect::<Vec<_>>().join("、");
    let more = names.len().saturating_sub(NAMED_MAX);
    let more = if more == 0 { String::new() } else { format!(" 等 {} 项", names.len()) };
    vec![format!("{what}：{shown}{more}")]
}

/// What the record says of a try that WeCom did not answer. `None` of words that are not known; they stand in the JSON.
pub(in crate::cli) fn no_answer_in_chinese(text: &str) -> Option<String> {
    let Some(unanswered) = Unanswered::read(text) else { return of_the_client(text) };
    Some(match unanswered {
        Unanswered::LookingUp(what, why) => {
            let why = no_answer_in_chinese(why).map_or_else(String::new, |why| format!("：{why}"));
            format!("没有查到{}{why}", what.zh())
        }
        Unanswered::NoAgentId(_) => "设置里没有 AgentId".to_owned(),
        Unanswered::NoSigningKey(_) => "签名用的环境变量没有设置".to_owned(),
        Unanswered::EventUnreadable(_) => "记录读不出来".to_owned(),
        Unanswered::NoWelcomeCode(_) => "事件里没有 WelcomeCode".to_owned(),
        Unanswered::NoSuchTags(_) => "企业微信里没有这些标签".to_owned(),
        Unanswered::LookupLate(_) | Unanswered::DepartmentsLate(_) => "没有及时得到答复".to_owned(),
        Unanswered::NobodyNamed(_) => "事件里没有写是谁".to_owned(),
        Unanswered::NotListed(_) => "企业微信还没有把这位员工列为客户的联系人".to_owned(),
        Unanswered::ReceiverStatus(status) => format!("接收方的答复状态码是 {status}"),
        Unanswered::ReceiverSilent(_) => "接收方没有及时答复".to_owned(),
        Unanswered::ReceiverAway(_) => "连不上接收方".to_owned(),
        Unanswered::ReceiverPrivate(_) => {
            "地址在内网，设置 forward.allow_private_networks 没有允许".to_owned()
        }
        Unanswered::ReceiverAddress(_) => "转发地址不能用，请修改规则的 forward.url".to_owned(),
    })
}

/// What the client says of a call without an answer. Its errors are put into words in another crate, for every program that
/// uses it; a test here holds each of them.
fn of_the_client(text: &str) -> Option<String> {
    let number = |after: &str| -> Option<String> {
        let (_, rest) = text.split_once(after)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some(digits).filter(|digits| !digits.is_empty())
    };
    if let Some(rest) = text.strip_prefix("gettoken: ") {
        return Some(format!("没有拿到 access_token，{}", of_the_client(rest)?));
    }
    if let Some(status) = number("was answered by HTTP ") {
        return Some(format!("得到的是 HTTP {status}，不是企业微信的答复"));
    }
    if let Some(ms) = number("was not answered within ") {
        let token = if text.contains("no access token") { "，没有拿到 access_token" } else { "" };
        return Some(format!("企业微信在 {ms} 毫秒内没有答复{token}"));
    }
    let said = [
        ("WeCom cannot be reached", "连不上企业微信"),
        ("there is no access token", "没有拿到 access_token"),
        ("the connection to WeCom broke", "到企业微信的连接中断了"),
        ("broken off because the program is stopping", "程序正在停止，中断了"),
        ("is larger than", "企业微信的答复太大"),
        ("WeCom's answer to", "企业微信的答复里缺少内容"),
        ("cannot be read", "企业微信的答复读不懂"),
    ];
    said.into_iter().find(|(english, _)| text.contains(english)).map(|(_, chinese)| chinese.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::action::{Kind, Status};

    fn action(code: ReasonCode, reason: &str, request: Value, attempts: Vec<AttemptRecord>) -> ActionRecord {
        ActionRecord {
            id: 1,
            event_id: 1,
            app: "default".into(),
            user_id: None,
            external_user_id: None,
            kind: Kind::Tag,
            status: Status::Failed,
            deadline_ms: None,
            reason: Some(reason.into()),
            code: Some(code),
            request: Some(request),
            run: 0,
            due_ms: None,
            created_at_ms: 0,
            settled_at_ms: Some(1),
            attempts,
        }
    }

    fn attempt(errcode: Option<i64>, errmsg: &str) -> AttemptRecord {
        AttemptRecord { at_ms: 0, took_ms: 1, errcode, errmsg: errmsg.into(), lost: false }
    }

    #[rstest]
    #[case::address(
        action(
            ReasonCode::UntrustedIp,
            "WeCom does not let this app do it: not allow to access from your ip",
            json!({}),
            vec![attempt(Some(60020), "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at https://x (the address to add under 企业可信IP is 203.0.113.7)")],
        ),
        "服务器地址没有加入企业微信的可信名单（错误码 60020：这台机器的地址不在应用的可信名单里；企业微信看到的地址是 203.0.113.7）"
    )]
    #[case::an_answer_before_one_that_was_right(
        action(
            ReasonCode::TextRefused,
            "with its fallback: WeCom refused the text: too long",
            json!({}),
            vec![attempt(Some(45002), "content size out of limit"), attempt(Some(0), "ok")],
        ),
        "企业微信没有接受欢迎语的文字（错误码 45002：文件太大或文字太长）"
    )]
    #[case::an_address_that_was_not_refused(
        action(
            ReasonCode::AttachmentRefused,
            "without its attachments, which WeCom refused: no",
            json!({}),
            vec![attempt(Some(40007), "invalid media_id, hint: [1], from ip: 203.0.113.7, more info at https://x"), attempt(Some(0), "ok")],
        ),
        "企业微信没有接受欢迎语里的附件（错误码 40007：media_id 无效，或者已过三天有效期，或者是为别的用途（例如朋友圈）上传的）"
    )]
    #[case::an_argument_is_quoted(
        action(ReasonCode::ContentRefused, "…", json!({}), vec![attempt(Some(40058), "invalid Request Parameter: remark, hint: [1], more info at https://open.work.weixin.qq.com/devtool/query?e=40058")]),
        "企业微信没有接受要发送的内容（错误码 40058：参数不对：文字太长，列表太长或是空的，或者类型不对；企业微信原话「invalid Request Parameter: remark」）"
    )]
    #[case::a_code_that_nobody_knows(
        action(ReasonCode::Refused, "WeCom refused it: odd", json!({}), vec![attempt(Some(99_999), "odd")]),
        "企业微信没有接受（错误码 99999：企业微信原话「odd」）"
    )]
    #[case::tags(
        action(
            ReasonCode::TagLimit,
            "WeCom would not make the tag 渠道/春: it was left out; add_corp_tag: 40126 tag full (The corp …); then",
            json!({"refused": ["etBad"], "add_tag": ["渠道/春", "etGood"]}),
            vec![attempt(Some(0), "ok")],
        ),
        "企业的标签数量已经到上限（没有处理的标签：etBad、渠道/春；错误码 40126：企业的标签数量已到上限（3000 个））"
    )]
    #[case::files(
        action(ReasonCode::FilesMissing, "without a.png", json!({"left_out": ["a.png", "b.mp4"]}), vec![attempt(Some(0), "ok")]),
        "图片或文件还没有上传到企业微信（缺少的文件：a.png、b.mp4）"
    )]
    #[case::look_ups(
        action(ReasonCode::LookupFailed, "decided without the customer (busy) and the departments (x)", json!({}), vec![]),
        "有些信息当时没有查到（没有查到：客户资料、部门）"
    )]
    #[case::people(
        action(ReasonCode::NotAllReached, &recorded::not_reached("employees lisi, wangwu; departments 7"), json!({}), vec![]),
        "有些人没有收到通知（员工 lisi、wangwu；部门 7）"
    )]
    #[case::variable(
        action(ReasonCode::NoSigningKey, "the environment variable X", json!({"secret_env": "CRM_SECRET"}), vec![]),
        "转发要用的签名密钥还没有设置（环境变量 CRM_SECRET）"
    )]
    #[case::a_receiver(
        action(ReasonCode::ReceiverRefused, "…", json!({}), vec![attempt(None, "the receiver answered with the status 410")]),
        "接收方的系统没有接受（接收方的答复状态码是 410）"
    )]
    #[case::words_that_nobody_knows(
        action(ReasonCode::Other, "words of an older version", json!({}), vec![attempt(None, "words of an older version")]),
        "没有完成，详情见记录"
    )]
    fn a_reason_is_the_sentence_of_its_code_with_what_matters(
        #[case] action: ActionRecord,
        #[case] said: &str,
    ) {
        assert_eq!(reason_in_chinese(&action).as_deref(), Some(said));
    }

    /// The client's words of a call without an answer are known here, whatever they are.
    #[test]
    fn what_the_client_says_of_no_answer_is_known() {
        use wecom_client::Error;
        let after = std::time::Duration::from_secs(10);
        let not_an_answer = Error::NotAnAnswer {
            path: "p",
            status: 502,
            content_type: Some("text/html".into()),
            length: 3,
            readable: 0,
        };
        for (error, said) in [
            (Error::TimedOut { path: "p", after, sent: true }, "企业微信在 10000 毫秒内没有答复"),
            (
                Error::TimedOut { path: "p", after, sent: false },
                "企业微信在 10000 毫秒内没有答复，没有拿到 access_token",
            ),
            (not_an_answer, "得到的是 HTTP 502，不是企业微信的答复"),
            (Error::Stopping { path: "p" }, "程序正在停止，中断了"),
            (Error::TooLarge { path: "p", limit: 1 }, "企业微信的答复太大"),
            (Error::Incomplete { path: "p", what: "x" }, "企业微信的答复里缺少内容"),
            (Error::Unreadable { path: "p", fault: "x", column: 1, done: false }, "企业微信的答复读不懂"),
        ] {
            assert_eq!(no_answer_in_chinese(&error.message()).as_deref(), Some(said), "{error}");
            let looked_up = Unanswered::LookingUp(recorded::Lookup::Customer, &error.message()).to_string();
            assert_eq!(no_answer_in_chinese(&looked_up), Some(format!("没有查到客户资料：{said}")));
        }
    }
}
