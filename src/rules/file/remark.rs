//! The `remark` of a rule. What WeCom would refuse (page 92115) is a fault already when the rules are read.

use super::{
    limits::{REMARK_COMPANY_CHARACTERS_MAX, REMARK_DESCRIPTION_CHARACTERS_MAX, REMARK_NAME_CHARACTERS_MAX},
    model::Remark,
    reader::RulesReader,
    words::FileFault,
};
use crate::rules::{
    document::{
        reader::{Fields, Position},
        wrong::Quoted,
    },
    text::template::{Form, Template},
};

/// At most so many phone numbers in a remark.
const PHONES_MAX: usize = 20;
/// A phone number with country code and blanks.
const PHONE_CHARACTERS_MAX: usize = 32;

impl RulesReader {
    pub(super) fn remark(&mut self, at: &Position<'_>) -> Remark {
        let Some(fields) = self.reader.fields(at, &["name", "description", "company", "phones"]) else {
            return Remark::default();
        };
        if fields.is_empty() {
            self.reader.fault(at, FileFault::RemarkEmpty);
        }
        Remark {
            name: self.remark_text(&fields, "name", REMARK_NAME_CHARACTERS_MAX),
            description: self.remark_text(&fields, "description", REMARK_DESCRIPTION_CHARACTERS_MAX),
            company: self.remark_text(&fields, "company", REMARK_COMPANY_CHARACTERS_MAX),
            phones: fields.get("phones").map(|at| self.phones(&at)),
        }
    }

    fn remark_text(&mut self, fields: &Fields<'_>, key: &str, max: usize) -> Option<Template> {
        let at = fields.get(key)?;
        let text = self.texts().template(&at, Form::Text)?;
        self.texts().within_characters(&at, &text, max);
        Some(text)
    }

    fn phones(&mut self, at: &Position<'_>) -> Vec<String> {
        let items = self.reader.one_or_more(at, PHONES_MAX);
        items
            .iter()
            .filter_map(|item| {
                let phone = self.reader.verbatim(item)?;
                // WeCom clears the list for a single empty text.
                let clears = phone.is_empty() && items.len() == 1;
                let shaped = phone.chars().count() <= PHONE_CHARACTERS_MAX
                    && phone.bytes().any(|b| b.is_ascii_digit())
                    && phone.bytes().all(|b| b.is_ascii_digit() || b"+- ()".contains(&b));
                if !clears && !shaped {
                    self.reader.malformed(item, FileFault::NoPhone { phone: Quoted::of(phone) });
                }
                Some(phone.to_owned())
            })
            .collect()
    }
}
