//! What the console's check of the callback URL came to, in the language of the page.

use serde::Serialize;

use crate::{
    page_language::PageLanguage,
    post::url_check::{ANSWER_WITHIN, Checked, Verdict},
};

/// How the callback URL answered the console's check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UrlCheck {
    /// Whether the console would take the URL.
    pub ok: bool,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// What is wrong, and what to do; `ok` if nothing is.
    pub detail: String,
}

impl UrlCheck {
    pub(crate) fn of(checked: Checked, language: PageLanguage) -> Self {
        let Checked { verdict, status, took_us } = checked;
        let detail = match language {
            PageLanguage::English => english(&verdict),
            PageLanguage::Chinese => chinese(&verdict),
        };
        Self { ok: matches!(verdict, Verdict::Taken), status, took_us, detail }
    }
}

fn english(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Taken => "ok".to_owned(),
        Verdict::Silent(fault) => {
            let fault = fault.say(PageLanguage::English);
            format!("{fault}: the URL must answer within {} ms", ANSWER_WITHIN.as_millis())
        }
        Verdict::Blanks => {
            "the echo came back with blanks or a line break around it: answer its bytes and nothing else"
                .to_owned()
        }
        Verdict::Another => "something else than the echo came back: answer the decrypted echostr".to_owned(),
        Verdict::Status(status, body) => format!(
            "status {status} instead of 200 ({body}): compare Token, EncodingAESKey and corp id on both sides"
        ),
    }
}

fn chinese(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Taken => "ok".to_owned(),
        Verdict::Silent(fault) => {
            let fault = fault.say(PageLanguage::Chinese);
            format!("没有得到答复（{fault}）：这个 URL 必须在 {} 毫秒内作答", ANSWER_WITHIN.as_millis())
        }
        Verdict::Blanks => {
            "返回的明文前后多了空格或换行：请原样返回解密后的 echostr，不要加任何内容".to_owned()
        }
        Verdict::Another => "返回的不是 echostr 的明文：请返回解密后的 echostr".to_owned(),
        Verdict::Status(status, body) => {
            format!("状态码是 {status}，不是 200（`{body}`）：请核对两边的 Token、EncodingAESKey 和企业ID")
        }
    }
}
