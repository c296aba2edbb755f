//! Events as WeCom writes them: the recorded forms in `crates/wecom-core/tests/fixtures/callbacks`.

use super::*;
use Occurrence as O;

/// Every kind of event against WeCom's form of it.
#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn occurrences_render_as_wecom_writes_them() {
    let (customer, chat) = ("wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A", "wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w");
    let (tag, group) = ("etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g", "etQ7fEDwAAd0Wj7yFu4Ge6SaIoPzCx8t");
    let other = "wmQ7fEDwAAp1Us6dNe8Fx2KwOiMbTy7C";
    let pair = || Contact::of("lisi.01", customer);
    let coded = || Contact {
        welcome_code: Some("hX3cPq7Vd2mN8sK1tR5yB9wJ4fG6aL0zEoUiQxTvCnM".into()),
        state: Some("1866127734050410496".into()),
        ..pair()
    };
    let (link, state) = (|| "cawcd41a7be0c52f98".to_owned(), || "ch-weixin-07".to_owned());
    let update = |detail: &str| ChatUpdate {
        chat_id: chat.into(),
        detail: Some(detail.into()),
        ..ChatUpdate::default()
    };
    let versions = |last: &str, now: &str| (Some(last.to_owned()), Some(now.to_owned()));
    let joined = || {
        let (last_version, version) = versions("9c3445b25fb296240e7e", "86e11fe1a1bd3c0d4d44");
        let members = vec![customer.to_owned(), other.to_owned()];
        ChatUpdate { join_scene: Some(3), members, last_version, version, ..update("add_member") }
    };
    let left = || {
        let (last_version, version) = versions("86e11fe1a1bd3c0d4d44", "13bb0e9f7ac2d1f05588");
        ChatUpdate {
            quit_scene: Some(1),
            members: vec![customer.into()],
            last_version,
            version,
            ..update("del_member")
        }
    };
    let change = |id: &str, group| TagChange { id: id.into(), group, strategy_id: None };
    let special = |event: &str| Occurrence::Other {
        event: event.into(),
        change: None,
        fields: vec![("AuthType".into(), "customer_acquisition".into())],
    };

    let both = [
        ("contact-add_external_contact", O::AddExternalContact(coded())),
        ("contact-add_half_external_contact", O::AddHalfExternalContact(coded())),
        ("contact-edit_external_contact", O::EditExternalContact(pair())),
        ("contact-del_external_contact", O::DelExternalContact { contact: pair(), by_transfer: true }),
        ("contact-del_follow_user", O::DelFollowUser(pair())),
        ("contact-transfer_fail", O::TransferFail { contact: pair(), reason: "customer_refused".into() }),
        ("chat-create", O::ChatCreate { chat_id: chat.into() }),
        ("chat-update-add_member", O::ChatUpdate(joined())),
        ("chat-update-del_member", O::ChatUpdate(left())),
        ("chat-dismiss", O::ChatDismiss { chat_id: chat.into() }),
        ("tag-create", O::TagCreate(change(tag, false))),
        ("tag-update-tag_group", O::TagUpdate(change(group, true))),
        ("tag-delete", O::TagDelete(change(tag, false))),
        ("tag-shuffle", O::TagShuffle { id: group.into(), strategy_id: None }),
        ("acq-balance_low", O::BalanceLow),
        ("acq-balance_exhausted", O::BalanceExhausted),
        ("acq-balance_increased", O::BalanceIncreased),
        ("acq-quota_expire_soon", O::QuotaExpireSoon { expire_time_s: 1_734_505_261, quota: 300 }),
        ("acq-link_unavailable", O::LinkUnavailable { link_id: link() }),
        ("acq-delete_link", O::DeleteLink { link_id: link() }),
        ("acq-open_profile", O::OpenProfile { link_id: link(), state: state() }),
        ("acq-friend_request", O::FriendRequest { link_id: link(), state: state() }),
        ("acq-customer_start_chat", O::CustomerStartChat { contact: pair(), link_id: Some(link()) }),
        (
            "acq-message_from_customer",
            O::MessageFromCustomer { chat_key: "CAKJ8mZ3qTr5vXw7yB1dF4hL6nP0sU2".into(), link_id: link() },
        ),
    ];
    let in_house = [
        ("contact-add_external_contact-bare", O::AddExternalContact(pair())),
        ("contact-del_external_contact-bare", O::DelExternalContact { contact: pair(), by_transfer: false }),
        ("contact-msg_audit_approved", O::MsgAuditApproved(Contact { state: None, ..coded() })),
        ("chat-update-legacy-no-detail", O::ChatUpdate(ChatUpdate { detail: None, ..update("") })),
        ("chat-update-change_owner", O::ChatUpdate(update("change_owner"))),
        ("chat-update-change_name", O::ChatUpdate(update("change_name"))),
        ("chat-update-change_notice", O::ChatUpdate(update("change_notice"))),
        (
            "tag-create-strategy",
            O::TagCreate(TagChange {
                strategy_id: Some(17),
                ..change("stQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g", false)
            }),
        ),
    ];
    let suites = [
        (
            "suite-ticket",
            O::Other {
                event: "suite_ticket".into(),
                change: None,
                fields: vec![(
                    "SuiteTicket".into(),
                    "tK3mQ8wR1zX5vB7nL2pD9sF4gH6jC0aYeUiOoTtEeRrWwQq".into(),
                )],
            },
        ),
        ("suite-approve_special_auth", special("approve_special_auth")),
        ("suite-cancel_special_auth", special("cancel_special_auth")),
        (
            "suite-customer_acquisition_permit_change",
            O::Other { event: "customer_acquisition_permit_change".into(), change: None, fields: Vec::new() },
        ),
    ];
    let envelope = |suite_id| Envelope { corp_id: "ww9f3c1d7be20a4455", suite_id, at_s: 1_733_900_461 };
    let suite = Some("ww4asdf7f3c1d7be2a");
    for (name, occurrence) in both.iter().chain(&in_house) {
        assert_eq!(occurrence.render(&envelope(None)), fixture(name), "{name}");
    }
    for (name, occurrence) in &both {
        assert_eq!(occurrence.render(&envelope(suite)), fixture(&format!("suite-{name}")), "suite-{name}");
    }
    for (name, occurrence) in &suites {
        assert_eq!(occurrence.render(&envelope(suite)), fixture(name), "{name}");
    }
    // And what can be rendered can be asked for in JSON.
    for (name, occurrence) in both.iter().chain(&in_house).chain(&suites) {
        let json = serde_json::to_string(occurrence).unwrap();
        assert!(serde_json::from_str::<Occurrence>(&json).unwrap() == *occurrence, "{name}: {json}");
    }
}

/// A recorded form on one line: the recordings are laid out an element a line.
fn fixture(name: &str) -> String {
    let path = format!("{}/../wecom-core/tests/fixtures/callbacks/{name}.xml", env!("CARGO_MANIFEST_DIR"));
    let laid_out = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    laid_out.lines().map(str::trim).collect()
}
