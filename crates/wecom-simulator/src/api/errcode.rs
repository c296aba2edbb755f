//! How WeCom refuses a call: `errcode`, and an `errmsg` whose text may change at any time.

use std::borrow::Cow;

use crate::world::relations::PairFault;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) text: Cow<'static, str>,
}

impl Refusal {
    pub(crate) fn new(code: i64, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, text: text.into() }
    }

    /// A refusal with this code, and the text that WeCom's own table has for it where none is given (page 90313).
    pub(crate) fn by_code(code: i64, text: Option<String>) -> Self {
        let known = match code {
            -1 => "system error",
            0 => "ok",
            6000 => "data version conflict",
            40001 => "invalid credential",
            40003 => "invalid userid",
            40007 => "invalid media_id",
            40014 => "invalid access_token",
            40029 => "invalid code",
            40033 => "invalid charset. please check your request, if include \\uxxxx will create fail!",
            40056 => "invalid agentid",
            40058 => "invalid Request Parameter",
            40068 => "invalid tagid",
            40096 => "invalid external userid",
            40129 => "customer is being transferred",
            41044 => "invalid contact way config_id",
            41050 => "invalid welcome_code",
            41051 => "externaluser has started chatting",
            41053 => "external user does not agree to chat archiving",
            41096 => "welcome msg is being distributed",
            42001 => "access_token expired",
            45009 => "api freq out of limit",
            45033 => "api concurrent out of limit",
            48002 => "api forbidden",
            60011 => "no privilege to access/modify contact/party/agent",
            50100 => "invalid cursor",
            60020 => "not allow to access from your ip",
            60111 => "userid not found",
            84061 => "not external contact",
            84074 => "no external contact permission",
            _ => "refused by the simulator, as asked",
        };
        Self { code, text: text.map_or(Cow::Borrowed(known), Cow::Owned) }
    }
}

impl From<PairFault> for Refusal {
    fn from(fault: PairFault) -> Self {
        match fault {
            PairFault::UnknownEmployee => Self::new(60111, "userid not found"),
            PairFault::UnknownCustomer => Self::new(40096, "invalid external userid"),
            PairFault::Unrelated => Self::new(84061, "not external contact"),
        }
    }
}

/// `errmsg` as WeCom writes it, with the hint by which its support finds the call.
pub(crate) fn errmsg(refusal: &Refusal, at_ms: i64, number: u64, from: &str) -> String {
    let Refusal { code, text } = refusal;
    format!(
        "{text}, hint: [{at_ms}{number:010}], from ip: {from}, more info at \
         https://open.work.weixin.qq.com/devtool/query?e={code}"
    )
}
