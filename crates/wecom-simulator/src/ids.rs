//! The ids that a customer has elsewhere: with WeChat, with a provider, in a meeting.
//!
//! The ids of one person share a core, which stands reversed behind a different beginning. So one can be made from the
//! other, and nothing has to be stored for it. WeCom does it in another way; to an app an id is opaque.

use serde::{Deserialize, Serialize};

/// What follows `wm` or `wo` in a customer's id, before and after a migration; then how ids elsewhere begin.
const CORP: &str = "Q7fEDwAA";
const MIGRATED: &str = "Q8gFExBB";
const UNIONID: &str = "ozynqs";
const OPENID: &str = "oX5Gk6";
const SERVICE: &str = "wmSvcPrv01";
const SERVICE_OF_WECOM: &str = "woSvcPrv01";
const TEMPORARY: &str = "ouMeetTm01";
const PENDING: &str = "pndUser01";

/// The characters that a person's ids share.
const CORE: usize = 22;

/// Where a customer is from: WeCom's `type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CustomerKind {
    /// 1: uses WeChat.
    #[default]
    Wechat,
    /// 2: uses WeCom.
    Wecom,
}

/// A customer's ids beside the external_userid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherIds {
    /// The id with the open-platform account that the simulated company has bound; WeChat users only.
    pub unionid: Option<String>,
    /// The id in the mini-program of that account; WeChat users only.
    pub openid: Option<String>,
    /// The id with the provider (`to_service_external_userid`).
    pub service_external_userid: String,
    /// The id in meetings, forms and documents (`convert_tmp_external_userid`).
    pub tmp_external_userid: String,
}

/// The id of somebody new.
pub(crate) fn new(kind: CustomerKind, core: &str) -> String {
    format!("{}{CORP}{core}", prefix(kind))
}

fn prefix(kind: CustomerKind) -> &'static str {
    match kind {
        CustomerKind::Wechat => "wm",
        CustomerKind::Wecom => "wo",
    }
}

/// The ids that belong to an external_userid.
pub(crate) fn elsewhere(external_userid: &str, kind: CustomerKind) -> OtherIds {
    let core = core(external_userid);
    let of_wechat = |beginning: &str| (kind == CustomerKind::Wechat).then(|| format!("{beginning}{core}"));
    let service = if kind == CustomerKind::Wechat { SERVICE } else { SERVICE_OF_WECOM };
    OtherIds {
        unionid: of_wechat(UNIONID),
        openid: of_wechat(OPENID),
        service_external_userid: format!("{service}{core}"),
        tmp_external_userid: format!("{TEMPORARY}{core}"),
    }
}

/// The new id, once a company's ids have been migrated.
pub(crate) fn migrated(external_userid: &str, kind: CustomerKind) -> String {
    format!("{}{MIGRATED}{}", prefix(kind), reversed(&core(external_userid)))
}

/// The last [`CORE`] characters, reversed.
fn core(id: &str) -> String {
    id.chars().rev().take(CORE).collect()
}

fn reversed(core: &str) -> String {
    core.chars().rev().collect()
}

/// The external_userids that an id with this beginning can stand for: of customers of these kinds, before and after a
/// migration. Empty if it is no such id.
fn candidates(id: &str, beginning: &str, kinds: &[CustomerKind]) -> Vec<String> {
    let Some(core) = id.strip_prefix(beginning).filter(|core| core.len() == CORE) else { return Vec::new() };
    let core = reversed(core);
    let both = |kind: &CustomerKind| [CORP, MIGRATED].map(|corp| format!("{}{corp}{core}", prefix(*kind)));
    kinds.iter().flat_map(both).collect()
}

/// Who can be behind a unionid and an openid; `None` if they are not the same person's. An empty openid counts as not
/// given.
pub(crate) fn of_wechat(unionid: &str, openid: &str) -> Option<Vec<String>> {
    let person = unionid.strip_prefix(UNIONID)?;
    (openid.is_empty() || openid.strip_prefix(OPENID) == Some(person))
        .then(|| candidates(unionid, UNIONID, &[CustomerKind::Wechat]))
}

/// The id of a WeChat user who is no customer yet (`pending_id`).
pub(crate) fn pending(unionid: &str) -> String {
    format!("{PENDING}{}", core(unionid))
}

/// A tag's id as an app has it.
pub(crate) fn of_app(tag_id: &str) -> String {
    format!("{}App{}", &tag_id[..tag_id.floor_char_boundary(2)], core(tag_id))
}

/// Who can be behind a provider's id.
pub(crate) fn of_service(id: &str) -> Vec<String> {
    let mut found = candidates(id, SERVICE, &[CustomerKind::Wechat]);
    found.extend(candidates(id, SERVICE_OF_WECOM, &[CustomerKind::Wecom]));
    found
}

/// Who can be behind a temporary id.
pub(crate) fn of_temporary(id: &str) -> Vec<String> {
    candidates(id, TEMPORARY, &[CustomerKind::Wechat, CustomerKind::Wecom])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_conversion_leads_back() {
        for kind in [CustomerKind::Wechat, CustomerKind::Wecom] {
            let id = new(kind, "abcdefghijklmnopqrstuv");
            let ids = elsewhere(&id, kind);
            assert!(of_service(&ids.service_external_userid).contains(&id));
            assert!(of_temporary(&ids.tmp_external_userid).contains(&id));
            let after = migrated(&id, kind);
            assert!(after != id && after.len() == id.len() && elsewhere(&after, kind) == ids);
            assert!(of_service(&ids.service_external_userid).contains(&after));
            match (ids.unionid, ids.openid) {
                (Some(unionid), Some(openid)) => {
                    assert!(of_wechat(&unionid, &openid).unwrap().contains(&id));
                    assert_eq!(of_wechat(&unionid, "oX5Gk6another"), None);
                }
                (None, None) => assert_eq!(kind, CustomerKind::Wecom),
                _ => panic!("both or none"),
            }
        }
        assert!(of_service("wm").is_empty() && of_temporary("ouMeetTm01界").is_empty());
    }
}
