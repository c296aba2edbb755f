//! The conditions that ask who somebody is: `department`, `add_way`, `customer`, `tagged`, `returning`, `share`.

use super::{
    super::{
        add_way::{self, ADD_WAYS},
        condition::{Condition, CustomerType, Gender, Whose},
        fault::{did_you_mean, quoted},
        share::Share,
        yaml::Value,
    },
    TAG_BYTES_MAX,
    reader::{Place, Reader},
    when::ITEMS_MAX,
};

/// WeCom's numbers of departments are below 2^32.
const DEPARTMENT_MAX: i64 = u32::MAX as i64;

impl Reader {
    /// `department: 3` or a list.
    pub(super) fn department(&mut self, place: &Place<'_>) -> Condition {
        let mut ids = Vec::new();
        for item in self.one_or_more(place, ITEMS_MAX) {
            let Some(text) = self.text(&item) else { continue };
            if let Some(id) = text.parse::<i64>().ok().filter(|id| (1..=DEPARTMENT_MAX).contains(id)) {
                self.mentions.departments.push((id, item.at().line));
                ids.push(id);
            } else {
                let mend = "write its number, as the console's contacts show it; 1 is the company";
                self.fault(&item, format!("{} is no department's id", quoted(text)), mend);
            }
        }
        Condition::Department(ids)
    }

    /// `add_way: scan_qr_code`, a number, or a list.
    pub(super) fn add_way(&mut self, place: &Place<'_>) -> Condition {
        let mut ways = Vec::new();
        for item in self.one_or_more(place, ITEMS_MAX) {
            let Some(text) = self.text(&item) else { continue };
            if let Some(way) = add_way::number(text) {
                ways.push(way);
            } else {
                let names: Vec<&str> = ADD_WAYS.iter().map(|(name, _)| *name).collect();
                let mend = format!("{}; WeCom's number does as well", did_you_mean(text, &names));
                self.fault(&item, format!("there is no way {}", quoted(text)), mend);
            }
        }
        Condition::AddWay(ways)
    }

    /// `customer: { type: …, gender: …, name: …, corp_name: … }`.
    pub(super) fn customer(&mut self, place: &Place<'_>) -> Option<Condition> {
        let fields = self.fields(place, &["type", "gender", "name", "corp_name"], &[])?;
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
                self.fault(&item, format!("{} is none of them", quoted(text)), did_you_mean(text, &names));
            }
        }
        found
    }

    /// `tagged: 渠道/春季`, an id, or a list.
    pub(super) fn tagged(&mut self, place: &Place<'_>) -> Condition {
        let mut tags: Vec<String> = Vec::new();
        for item in self.one_or_more(place, ITEMS_MAX) {
            let Some(tag) = self.verbatim(&item) else { continue };
            let is_id = (tag.starts_with("et") || tag.starts_with("st"))
                && tag.len() <= TAG_BYTES_MAX
                && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            let is_name = tag.split_once('/').is_some_and(|(group, name)| {
                [group, name].iter().all(|part| !part.is_empty() && part.trim() == *part)
            });
            if is_id || is_name {
                self.mentions.tags.push((tag.to_owned(), item.at().line));
                tags.push(tag.to_owned());
            } else {
                let mend = "write Group/Tag, as 渠道/春季, or an id that begins with `et`";
                self.fault(&item, format!("{} is neither a tag's name nor its id", quoted(tag)), mend);
            }
        }
        Condition::Tagged(tags)
    }

    /// `returning: true`, or `{ to: company, is: true }`.
    pub(super) fn returning(&mut self, place: &Place<'_>) -> Option<Condition> {
        if !matches!(place.node.value, Value::Map(_)) {
            return self.boolean(place).map(|is| Condition::Returning { to: Whose::Employee, is });
        }
        let fields = self.fields(place, &["to", "is"], &[])?;
        if fields.is_empty() {
            self.fault(place, "asks for nothing", "write true or false, or { to: company, is: true }");
        }
        let is = fields.get("is").map_or(Some(true), |place| self.boolean(&place));
        let to = match fields.get("to").map(|place| (self.text(&place), place)) {
            None | Some((Some("employee"), _)) => Some(Whose::Employee),
            Some((Some("company"), _)) => Some(Whose::Company),
            Some((None, _)) => None,
            Some((Some(other), place)) => {
                let mend = did_you_mean(other, &["employee", "company"]);
                self.fault(&place, format!("{} is nobody to return to", quoted(other)), mend);
                None
            }
        };
        Some(Condition::Returning { to: to?, is: is? })
    }

    /// `share: "0-50"`, or a list.
    pub(super) fn share(&mut self, place: &Place<'_>, experiment: &str) -> Condition {
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
