//! How a customer and an employee came together: the names that rules have for WeCom's numbers (page 92114).
//!
//! WeCom adds numbers from time to time. One that has no name yet is written as the number, in rules and in reasons.

/// Each name with its number.
pub(crate) const ADD_WAYS: [(&str, i64); 20] = [
    ("unknown", 0),
    ("scan_qr_code", 1),
    ("search_phone", 2),
    ("name_card", 3),
    ("group_chat", 4),
    ("phone_contacts", 5),
    ("wechat_contact", 6),
    ("third_party", 8),
    ("search_email", 9),
    ("wechat_channels", 10),
    ("calendar", 11),
    ("meeting", 12),
    ("wechat_friend", 13),
    ("smart_hardware", 14),
    ("onsite_service", 15),
    ("acquisition_link", 16),
    ("custom_development", 17),
    ("demand_reply", 18),
    ("internal_share", 201),
    ("assigned", 202),
];

/// The number that is meant by a name, or by the number itself.
pub(crate) fn number(written: &str) -> Option<i64> {
    let named = ADD_WAYS.iter().find(|(name, _)| *name == written).map(|(_, number)| *number);
    let digits = || written.bytes().all(|b| b.is_ascii_digit()).then(|| written.parse().ok()).flatten();
    named.or_else(digits)
}

/// The name of a number, or the number itself.
pub(crate) fn name(number: i64) -> String {
    let named = ADD_WAYS.iter().find(|(_, known)| *known == number).map(|(name, _)| (*name).to_owned());
    named.unwrap_or_else(|| number.to_string())
}
