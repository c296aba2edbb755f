//! The `remark` of a rule, with what WeCom would refuse (page 92115) refused here.

use crate::rules::{
    document::{
        fault::quoted,
        reader::{Fields, Place, Reader},
    },
    file::model::Remark,
    text::template::{Form, Template},
};

/// At most so many characters in a remark's name, by WeCom (page 92115).
pub(crate) const REMARK_NAME_CHARACTERS_MAX: usize = 20;
/// At most so many characters in a description, by WeCom (page 92115).
pub(crate) const REMARK_DESCRIPTION_CHARACTERS_MAX: usize = 150;
/// At most so many characters in a remark's company, by WeCom (page 92115).
pub(crate) const REMARK_COMPANY_CHARACTERS_MAX: usize = 20;

/// At most so many phone numbers in a remark.
const PHONES_MAX: usize = 20;
/// A phone number with country code and blanks.
const PHONE_CHARACTERS_MAX: usize = 32;

impl Reader {
    pub(crate) fn remark(&mut self, place: &Place<'_>) -> Remark {
        let Some(fields) = self.fields(place, &["name", "description", "company", "phones"]) else {
            return Remark::default();
        };
        if fields.is_empty() {
            self.fault(place, "sets nothing", "give it a name, description, company or phones, or remove it");
        }
        Remark {
            name: self.remark_text(&fields, "name", REMARK_NAME_CHARACTERS_MAX),
            description: self.remark_text(&fields, "description", REMARK_DESCRIPTION_CHARACTERS_MAX),
            company: self.remark_text(&fields, "company", REMARK_COMPANY_CHARACTERS_MAX),
            phones: fields.get("phones").map(|place| self.phones(&place)),
        }
    }

    fn remark_text(&mut self, fields: &Fields<'_>, key: &str, max: usize) -> Option<Template> {
        let place = fields.get(key)?;
        let text = self.template(&place, Form::Text)?;
        self.within_characters(&place, &text, max);
        Some(text)
    }

    fn phones(&mut self, place: &Place<'_>) -> Vec<String> {
        let items = self.one_or_more(place, PHONES_MAX);
        items
            .iter()
            .filter_map(|item| {
                let phone = self.verbatim(item)?;
                // A single empty text clears the list, by WeCom's convention.
                let clears = phone.is_empty() && items.len() == 1;
                let shaped = phone.chars().count() <= PHONE_CHARACTERS_MAX
                    && phone.bytes().any(|b| b.is_ascii_digit())
                    && phone.bytes().all(|b| b.is_ascii_digit() || b"+- ()".contains(&b));
                if !clears && !shaped {
                    self.fault(
                        item,
                        format!("{} is no phone number", quoted(phone)),
                        "write digits, as in \"13800000001\"",
                    );
                }
                Some(phone.to_owned())
            })
            .collect()
    }
}
