//! What the client's errors say, in Chinese. In English they say it themselves, which is what logs have as well.

mod fault;

use fault::fault_in_chinese;
use wecom_client::Error;

/// An error of the client's in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Told {
    /// What an error says. What has no Chinese yet is said as a fact without details, which the English has.
    pub fn of(error: &Error) -> Self {
        let zh = error_in_chinese(error).unwrap_or_else(|| "没有完成".to_owned());
        Self { en: error.to_string(), zh }
    }
}

/// What an error says, without its causes; `None` where its own words are all there is.
pub fn error_in_chinese(error: &Error) -> Option<String> {
    Some(match error {
        Error::Refused { path, errcode, errmsg, .. } => {
            format!("企业微信拒绝了 {path}：{errcode} {}", without_hint(errmsg))
        }
        Error::Token { path, .. } => format!("没有拿到 {path} 所需的 access_token"),
        Error::Argument { path, field, fault, .. } => format!("{path}：{}", fault_in_chinese(field, fault)),
        Error::Unwritable { path, .. } => format!("{path} 的请求写不成 JSON"),
        Error::File { path, .. } => format!("{path} 的文件读不了或写不了"),
        Error::Unreachable { path, .. } => format!("连不上企业微信，{path} 没有发出"),
        Error::Interrupted { path, .. } => format!("{path} 还没有答复，到企业微信的连接就断了"),
        Error::TimedOut { path, after, sent, .. } => format!(
            "{path} 在 {} 毫秒内没有答复{}",
            after.as_millis(),
            if *sent { "" } else { "：这段时间里没有拿到 access_token" }
        ),
        Error::Stopping { path } => format!("程序正在停止，{path} 中断了"),
        Error::NotAnAnswer { path, status, .. } => format!(
            "{path} 得到的是 HTTP {status}，不是企业微信的 JSON：请检查 wecom.api_base，以及中间有没有代理或防火墙"
        ),
        Error::TooLarge { path, limit, .. } => format!("{path} 的答复超过 {limit} 字节"),
        Error::Incomplete { path, what, .. } => format!("企业微信对 {path} 的答复里没有 {what}"),
        Error::Unreadable { path, .. } => format!("{path} 的答复读不懂"),
        // The crate may learn of others; until they are said here they say it themselves.
        _ => return None,
    })
}

/// WeCom's message without the tail of every refusal (`, hint: [17…], from ip: …, more info at https://…`), which is for
/// WeCom's support.
pub fn without_hint(message: &str) -> String {
    let Some((before, tail)) = message.split_once(", hint: [") else { return message.to_owned() };
    let after = tail
        .split_once("query?e=")
        .map_or("", |(_, rest)| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-'));
    format!("{before}{after}")
}
