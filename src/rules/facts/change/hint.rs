//! How to mend a name in `on:` that stands for no change.

use super::{CHANGES, Changes, FAMILIES, words::ChangeMeant};
use wecom_core::event::customer;

/// Two names of which a quarter of the letters differ may be one and a slip of it.
const ALIKE: f64 = 0.75;
/// Shorter parts of names are in too many of them.
const PART_BYTES_MIN: usize = 3;

impl Changes {
    /// Which change was meant by a name that stands for none.
    pub(crate) fn mend(wrong: &str) -> ChangeMeant {
        let plain = wrong.trim().to_lowercase().replace(['-', ' '], "_").replace(['.', ':', '\\'], "/");
        let plain = plain.trim_matches('/');
        let all = Self::all_names();
        let did_you_mean = |name: &str| ChangeMeant::OneOf(vec![name.to_owned()]);
        if let Some(name) = all.iter().find(|name| name.eq_ignore_ascii_case(plain)) {
            return did_you_mean(name);
        }
        let (family, change) = plain.split_once('/').unwrap_or(("", plain));
        // A change with the wrong event before it: the change is what was meant.
        if !family.is_empty()
            && let Some(known) =
                CHANGES.iter().find(|known| known.name == change || known.detail == Some(change))
        {
            return did_you_mean(known.detailed);
        }
        let near = |of: &str, candidates: &[&'static str]| {
            let alike =
                candidates.iter().map(|name| (strsim::normalized_damerau_levenshtein(of, name), *name));
            alike
                .filter(|(alike, _)| *alike >= ALIKE)
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, name)| name)
        };
        // All events begin alike, so that what is the same in their first letters says nothing about which was meant.
        let meant = if family.is_empty() { plain } else { family };
        if let Some(family) = near(meant, &FAMILIES) {
            let of_family = Self::of_family(family);
            let within = if plain.contains('/') { near(change, &of_family) } else { None };
            return match within {
                Some(name) => did_you_mean(&format!("{family}/{name}")),
                None if plain.contains('/') => ChangeMeant::OfFamily { family, changes: of_family },
                None => did_you_mean(family),
            };
        }
        if let Some(name) = near(plain, &all) {
            return did_you_mean(name);
        }
        let parts: Vec<&str> = if change.len() < PART_BYTES_MIN {
            Vec::new()
        } else {
            all.iter().copied().filter(|name| !name.contains('/') && name.contains(change)).collect()
        };
        if !parts.is_empty() {
            return ChangeMeant::OneOf(parts.into_iter().map(str::to_owned).collect());
        }
        ChangeMeant::Unknown { of_customers: Self::of_family(customer::EVENT) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, Sentence as _};

    #[test]
    fn a_wrong_name_is_led_to_the_one_that_was_meant() {
        for (wrong, mend) in [
            ("change_external_contacts", "did you mean `change_external_contact`?"),
            (
                "change_external_contact/add",
                "the changes of change_external_contact are add_external_contact, add_half_external_contact, msg_audit_approved, edit_external_contact, del_external_contact, del_follow_user, transfer_fail",
            ),
            (
                "change_external_contact/add_external_contcat",
                "did you mean `change_external_contact/add_external_contact`?",
            ),
            (
                "change_external_tag/add_external_contact",
                "did you mean `change_external_contact/add_external_contact`?",
            ),
            ("change_external_contact/add_member", "did you mean `change_external_chat/update/add_member`?"),
            ("change_external_chat/updat", "did you mean `change_external_chat/update`?"),
            ("Add-External-Contact", "did you mean `add_external_contact`?"),
            ("change_contact.create_user", "did you mean `change_contact/create_user`?"),
            ("change_external_chats", "did you mean `change_external_chat`?"),
            ("change_external_tags", "did you mean `change_external_tag`?"),
            ("customer_aquisition", "did you mean `customer_acquisition`?"),
            ("add_external_contacts", "did you mean `add_external_contact`?"),
            ("add", "did you mean add_external_contact or add_half_external_contact?"),
            ("messages", "did you mean `message`?"),
        ] {
            assert_eq!(Changes::mend(wrong).to(Language::En), mend, "{wrong}");
        }
        let unknown = Changes::mend("xyz").to(Language::En);
        assert!(unknown.starts_with("customers' changes are add_external_contact, "), "{unknown}");
    }
}
