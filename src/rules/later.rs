//! Texts that were kept as templates until somebody asks what they ask for: what that is, and filling them in.
//!
//! A remark is filled in when it is set and a notice when it is sent, so that nothing but the welcome's own text ever
//! delays a welcome.

use super::{
    Facts, Needs, names,
    template::{Form, Template, Templates},
};
use crate::action::{Notify, Remark};

/// At most so many bytes of a notice: WeCom cuts what is longer, in the middle of a character.
const NOTICE_BYTES_MAX: usize = 2_048;

/// What must be looked up before a remark can be filled in; nothing where it is already.
pub fn needs_of_remark(remark: &Remark) -> Needs {
    let texts = [&remark.remark, &remark.description, &remark.remark_company].into_iter().flatten();
    if remark.unrendered { needs_of(texts) } else { Needs::default() }
}

/// What must be looked up before a notice can be filled in; nothing where it is already.
pub fn needs_of_notice(notice: &Notify) -> Needs {
    if notice.unrendered { needs_of([&notice.text]) } else { Needs::default() }
}

fn needs_of<'a>(texts: impl IntoIterator<Item = &'a String>) -> Needs {
    let mut templates = Templates::new();
    let mut needs = Needs::default();
    for text in texts {
        // One that is no template asks for nothing; filling it in says what is wrong with it.
        if let Ok(template) = templates.add(text, Form::Text) {
            needs.customer |= Template::asks_for_customer(&template);
        }
    }
    needs
}

/// Fills a notice's text in, which was kept as a template until what it asks for was known, and cuts it to what WeCom
/// takes (2048 bytes). A notice that is filled in already comes back as it is.
///
/// What is not known is left out; a notice of which nothing remains says its rule's name.
pub fn render_notice(notice: &Notify, facts: &Facts<'_>) -> Notify {
    if !notice.unrendered {
        return notice.clone();
    }
    let mut templates = Templates::new();
    let text = templates.add(&notice.text, Form::Text).ok().and_then(|template| {
        let values = names::values(facts);
        templates.render(&template, &values).ok().map(|text| text.trim().to_owned())
    });
    let mut text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| notice.rule.clone());
    text.truncate(text.floor_char_boundary(NOTICE_BYTES_MAX));
    Notify { text, unrendered: false, ..notice.clone() }
}
