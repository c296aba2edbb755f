//! The conditions that ask who somebody is: `department`, `add_way`, `customer`, `tagged`, `returning`, `share`.

use crate::rules::{
    document::{
        fault::quoted,
        reader::{Place, Reader},
        resources::TagRole,
        yaml::Value,
    },
    facts::{
        add_way::{self, ADD_WAYS},
        customer::TagName,
    },
    when::{
        condition::{Condition, CustomerType, Gender, Whose},
        read::ITEMS_MAX,
        share::Share,
    },
};

impl Reader {
    /// `department: 3` or a list.
    pub(crate) fn departments(&mut self, place: &Place<'_>) -> Condition {
        let items = self.one_or_more(place, ITEMS_MAX);
        Condition::Department(items.iter().filter_map(|item| self.department(item)).collect())
    }

    /// `add_way: scan_qr_code`, a number, or a list.
    pub(crate) fn add_way(&mut self, place: &Place<'_>) -> Condition {
        let mut ways = Vec::new();
        for item in self.one_or_more(place, ITEMS_MAX) {
            let Some(text) = self.text(&item) else { continue };
            if let Some(way) = add_way::number(text) {
                ways.push(way);
            } else {
                let names: Vec<&str> = ADD_WAYS.iter().map(|(name, _)| *name).collect();
                let mend = format!("{}; WeCom's number does as well", self.log.did_you_mean(text, &names));
                self.fault(&item, format!("there is no way {}", quoted(text)), mend);
            }
        }
        Condition::AddWay(ways)
    }

    /// `customer: { type: …, gender: …, name: …, corp_name: … }`.
    pub(crate) fn customer(&mut self, place: &Place<'_>) -> Option<Condition> {
        let fields = self.fields(place, &["type", "gender", "name", "corp_name"])?;
        if fields.is_empty() {
            self.fault(place, "asks for nothing", "give it a type, gender, name or corp_name, or remove it");
        }
        let mut all = Vec::new();
        if let Some(place) = fields.get("type") {
            all.push(Condition::Type(self.words(&place, &CustomerType::NAMES)));
        }
        if let Some(place) = fields.get("gender") {
            all.push(Condition::Gender(self.words(&place, &Gender::NAMES)));
        }
        if let Some(place) = fields.get("name") {
            all.push(Condition::Name(self.globs(&place)));
        }
        if let Some(place) = fields.get("corp_name") {
            all.push(Condition::CorpName(self.globs(&place)));
        }
        Some(Condition::all(all))
    }

    fn words<T: Copy>(&mut self, place: &Place<'_>, names: &[(&'static str, T)]) -> Vec<T> {
        let mut found = Vec::new();
        for item in self.one_or_more(place, names.len()) {
            let Some(text) = self.text(&item) else { continue };
            if let Some((_, value)) = names.iter().find(|(name, _)| *name == text) {
                found.push(*value);
            } else {
                let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
                let mend = self.log.did_you_mean(text, &names);
                self.fault(&item, format!("{} is none of them", quoted(text)), mend);
            }
        }
        found
    }

    /// `tagged: 渠道/春季`, an id, or a list.
    pub(crate) fn tagged(&mut self, place: &Place<'_>) -> Condition {
        let mut tags = Vec::new();
        for item in self.one_or_more(place, ITEMS_MAX) {
            if let Some(tag) = self.tag_named(&item) {
                self.uses_tag(&item, tag, TagRole::Condition, false);
                tags.push(TagName::new(tag));
            }
        }
        Condition::Tagged(tags)
    }

    /// `returning: true`, or `{ to: company, is: true }`.
    pub(crate) fn returning(&mut self, place: &Place<'_>) -> Option<Condition> {
        if !matches!(place.node.value, Value::Map(_)) {
            return self.boolean(place).map(|is| Condition::Returning { to: Whose::Employee, is });
        }
        let fields = self.fields(place, &["to", "is"])?;
        if fields.is_empty() {
            self.fault(place, "asks for nothing", "write true or false, or { to: company, is: true }");
        }
        let is = fields.get("is").map_or(Some(true), |place| self.boolean(&place));
        let to = match fields.get("to").map(|place| (self.text(&place), place)) {
            None | Some((Some("employee"), _)) => Some(Whose::Employee),
            Some((Some("company"), _)) => Some(Whose::Company),
            Some((None, _)) => None,
            Some((Some(other), place)) => {
                let mend = self.log.did_you_mean(other, &["employee", "company"]);
                self.fault(&place, format!("{} is nobody to return to", quoted(other)), mend);
                None
            }
        };
        Some(Condition::Returning { to: to?, is: is? })
    }

    /// `share: "0-50"`, or a list.
    pub(crate) fn share(&mut self, place: &Place<'_>, experiment: &str) -> Condition {
        let mut shares = Vec::new();
        for item in self.one_or_more(place, ITEMS_MAX) {
            let Some(text) = self.text(&item) else { continue };
            match Share::parse(text) {
                Ok(share) => shares.push(share),
                Err((what, mend)) => self.fault(&item, what, mend),
            }
        }
        Condition::Share { experiment: self.experiments.intern(experiment), shares }
    }
}
