//! Texts that were kept as templates until somebody asks what they ask for: what that is, and filling them in.
//!
//! A remark is filled in when it is set and a notice when it is sent, so that nothing but the welcome's own text ever
//! delays a welcome.

use super::{
    Facts, Needs, RemarkError, names,
    template::{Form, Template, Templates},
};
use crate::action::{Action, Notify};

/// At most so many bytes of a notice: WeCom cuts what is longer, in the middle of a character.
const NOTICE_BYTES_MAX: usize = 2_048;

/// What has to be looked up before the texts of an action can be filled in that were kept as templates.
pub fn needs_of_texts(action: &Action) -> Needs {
    let texts: Vec<&String> = match action {
        Action::Remark(remark) if remark.unrendered => {
            [&remark.remark, &remark.description, &remark.remark_company].into_iter().flatten().collect()
        }
        Action::Notify(notify) if notify.unrendered => vec![&notify.text],
        _ => Vec::new(),
    };
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

/// Fills a notice's text in, which was kept as a template until more was known, and cuts it to what WeCom takes. One
/// that is filled in already comes back as it is.
pub fn render_notify(notify: &Notify, facts: &Facts<'_>) -> Result<Notify, RemarkError> {
    let wrong = |why: String| RemarkError::Text { text: notify.text.clone(), why };
    let text = if notify.unrendered {
        let mut templates = Templates::new();
        // Checked at import, so that only a record changed by hand can be wrong here.
        let template = templates
            .add(&notify.text, Form::Text)
            .map_err(|wrongs| wrong(wrongs.into_iter().next().map(|first| first.what).unwrap_or_default()))?;
        let values = names::values(facts);
        let text = templates.render(&template, &values).map_err(|error| wrong(error.kind().to_string()))?;
        text.into_owned()
    } else {
        notify.text.clone()
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(RemarkError::Nothing);
    }
    let text = text[..text.floor_char_boundary(NOTICE_BYTES_MAX)].to_owned();
    Ok(Notify { text, unrendered: false, ..notify.clone() })
}
