//! Filling texts in, and cutting them to what WeCom takes.
//!
//! A lesser message is better than none. A value that is not known is left out or defaulted; a text that asks for
//! somebody who could not be looked up gives way to its fallback; an attachment without its title, or without its file,
//! is left out. Remarks and notices that ask for what is not known yet stay templates and are filled in when they are
//! performed ([`render_remark`], [`render_notice`]), so that nothing but its own text ever delays a welcome.

use std::{cell::OnceCell, fmt};

use minijinja::Value;

use crate::rules::{
    document::wrong::Wrong as _,
    facts::{Facts, Known, Needs},
    file::{
        limits::{
            NOTICE_BYTES_MAX, REMARK_COMPANY_CHARACTERS_MAX, REMARK_DESCRIPTION_CHARACTERS_MAX,
            REMARK_NAME_CHARACTERS_MAX,
        },
        model::{self, Medium},
    },
    text::{
        cut::{cut_at, shortened},
        names::{self, Why},
        template::{Form, Template, Templates},
        unseen::is_blank,
    },
};
use crate::{
    action::{MediaKind, Notify, Remark, Welcome},
    language::{Language, Sentence as _},
};
use wecom_core::message::{
    Attachment, Image, LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, Link,
    MINIPROGRAM_TITLE_BYTES_MAX, Media, Miniprogram, SendWelcomeMsg, TEXT_BYTES_MAX, Text,
};

/// Why a remark could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemarkError {
    /// Every field came out empty, and an empty field would wipe out what the employee has written.
    Nothing,
    /// The text is no template. It was checked when the rules were imported, so somebody has changed the record by hand.
    Text {
        /// As it stands in the record.
        text: String,
        /// In English.
        why: String,
    },
}

impl std::error::Error for RemarkError {}

/// In English, which is what the record and logs have.
impl fmt::Display for RemarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Language::En, f)
    }
}

/// Fills in the texts of one event.
pub(crate) struct Fill<'a> {
    templates: &'a Templates,
    facts: &'a Facts<'a>,
    why: Option<Why<'a>>,
    /// Made only when a text has a placeholder; most events have none.
    values: OnceCell<Value>,
}

impl<'a> Fill<'a> {
    /// `why` is what went wrong, in notices about it.
    pub(crate) fn new(templates: &'a Templates, facts: &'a Facts<'a>, why: Option<Why<'a>>) -> Self {
        Self { templates, facts, why, values: OnceCell::new() }
    }

    /// The welcome filled in; without text and attachments where nothing is left that WeCom would take.
    pub(crate) fn welcome(&self, welcome: &model::Welcome) -> Welcome {
        let mut left_out = Vec::new();
        let attachments: Vec<Attachment> = welcome
            .attachments
            .iter()
            .filter_map(|attachment| self.attachment(attachment, &mut left_out))
            .collect();
        let fallback = welcome.fallback.as_ref().and_then(|fallback| self.greeting(fallback));
        let text = welcome
            .text
            .as_ref()
            .and_then(|text| {
                let gives_way =
                    fallback.is_some() && names::unknown(text.needs(), self.facts).next().is_some();
                (!gives_way).then(|| self.greeting(text)).flatten()
            })
            // In a welcome without a text, the fallback is for the case that no attachment can be sent.
            .or_else(|| fallback.clone().filter(|_| welcome.text.is_some() || attachments.is_empty()))
            .or_else(|| welcome.text.as_ref().map(Template::literal).and_then(sendable))
            .map(|content| Text { content });
        let fallback =
            fallback.map(|content| Text { content }).filter(|fallback| Some(fallback) != text.as_ref());
        Welcome {
            message: SendWelcomeMsg::content(text, attachments),
            fallback,
            left_out,
            lesser: Vec::new(),
            lesser_code: None,
        }
    }

    /// A text as it can be sent; `None` where it came out blank.
    fn greeting(&self, text: &Template) -> Option<String> {
        self.try_text(text).as_deref().and_then(sendable)
    }

    /// An attachment filled in. Without a title, or with an address that became too long, it is left out: WeCom would refuse
    /// the whole welcome for it.
    fn attachment(&self, attachment: &model::Attachment, left_out: &mut Vec<String>) -> Option<Attachment> {
        let mut medium = |kind, medium: &Medium| match medium {
            Medium::Id(id) => Some(id.clone()),
            Medium::File(path) => {
                let id = self.facts.media.id_of(kind, path);
                if id.is_none() && !left_out.contains(path) {
                    left_out.push(path.clone());
                }
                id.map(std::borrow::Cow::into_owned)
            }
        };
        Some(match attachment {
            model::Attachment::Image(image) => {
                let media_id = Some(medium(MediaKind::Image, image)?);
                Attachment::Image { image: Image { media_id, pic_url: None } }
            }
            model::Attachment::ImageUrl(url) => {
                Attachment::Image { image: Image { media_id: None, pic_url: Some(url.clone()) } }
            }
            model::Attachment::Link { title, url, description, picture_url } => {
                let link = Link {
                    title: self.line(title, LINK_TITLE_BYTES_MAX)?,
                    picurl: picture_url.as_ref().and_then(|url| self.address(url)),
                    desc: description.as_ref().and_then(|text| self.line(text, LINK_DESC_BYTES_MAX)),
                    url: self.address(url)?,
                };
                Attachment::Link { link }
            }
            model::Attachment::Miniprogram { title, app_id, page, cover } => {
                let miniprogram = Miniprogram {
                    title: self.line(title, MINIPROGRAM_TITLE_BYTES_MAX)?,
                    pic_media_id: medium(MediaKind::Image, cover)?,
                    appid: app_id.clone(),
                    page: self.address(page)?,
                };
                Attachment::Miniprogram { miniprogram }
            }
            model::Attachment::Video(video) => {
                Attachment::Video { video: Media { media_id: medium(MediaKind::Video, video)? } }
            }
            model::Attachment::File(file) => {
                Attachment::File { file: Media { media_id: medium(MediaKind::File, file)? } }
            }
        })
    }

    /// A title or description; `None` where it comes out blank.
    fn line(&self, template: &Template, bytes: usize) -> Option<String> {
        let filled = on_one_line(self.try_text(template)?, template);
        let filled = filled.trim();
        (!is_blank(filled)).then(|| shortened(filled.into(), bytes))
    }

    /// An address; `None` where it comes out blank or too long. A cut one would lead elsewhere.
    fn address(&self, template: &Template) -> Option<String> {
        let filled = self.try_text(template)?;
        let filled = filled.trim();
        (!filled.is_empty() && filled.len() <= LINK_URL_BYTES_MAX).then(|| filled.to_owned())
    }

    /// The remark for `to`: filled in, or as templates where it asks for what is not known yet.
    pub(crate) fn remark(&self, to: Remark, texts: &model::Remark) -> Result<Remark, RemarkError> {
        let source = |text: &Option<Template>| text.as_ref().map(|text| text.source().to_owned());
        let remark = Remark {
            remark: source(&texts.name),
            description: source(&texts.description),
            remark_company: source(&texts.company),
            remark_mobiles: texts.phones.clone(),
            unrendered: true,
            ..to
        };
        if unknown(self.facts, texts.asks()) { Ok(remark) } else { render_remark(&remark, self.facts) }
    }

    /// The notice with its text: filled in, or as a template where it asks for what is not known yet.
    pub(crate) fn notice(&self, notice: Notify, text: &Template) -> Notify {
        let unrendered = unknown(self.facts, text.asks());
        let text = if unrendered {
            text.source().to_owned()
        } else {
            notice_text(self.try_text(text), text.literal(), &notice.rule)
        };
        Notify { text, unrendered, ..notice }
    }

    /// A text filled in; `None` if that fails, which it cannot after the check of the rules.
    fn try_text(&self, template: &Template) -> Option<String> {
        let values = self.values.get_or_init(|| names::values(self.facts, self.why));
        self.templates.render(template, values).ok().map(std::borrow::Cow::into_owned)
    }
}

/// Whether a field of WeCom's has room for line breaks.
#[derive(Clone, Copy)]
enum Lines {
    One,
    Many,
}

/// `filled` with blanks for the line feeds and tabs that came with a value. What its rule says of itself stays.
fn on_one_line(filled: String, template: &Template) -> String {
    if template.is_literal() { filled } else { filled.replace(['\n', '\t'], " ") }
}

/// Whether the answer of one of these look-ups is missing.
fn unknown(facts: &Facts<'_>, of: Needs) -> bool {
    (of.customer && !matches!(facts.customer, Known::Is(_)))
        || (of.employee && !matches!(facts.employee, Known::Is(_)))
}

/// The text within WeCom's limit; `None` where it is blank.
fn sendable(text: &str) -> Option<String> {
    (!is_blank(text)).then(|| shortened(text.trim_end_matches('\n').into(), TEXT_BYTES_MAX))
}

/// What a notice says: its text; where that came out blank the fixed part of it; at the least its rule's name.
fn notice_text(filled: Option<String>, literal: &str, rule: &str) -> String {
    let filled = filled.unwrap_or_else(|| literal.to_owned());
    let text = [filled.trim(), literal.trim()].into_iter().find(|text| !is_blank(text)).unwrap_or(rule);
    shortened(text.into(), NOTICE_BYTES_MAX)
}

/// Fills in a remark's texts, which were kept as templates until the customer was known, and cuts them to what WeCom takes
/// (20, 150 and 20 characters). A remark that is filled in already comes back as it is.
///
/// Values of a customer who is not known are left out; a field that comes out empty is not set.
pub fn render_remark(remark: &Remark, facts: &Facts<'_>) -> Result<Remark, RemarkError> {
    if !remark.unrendered {
        return Ok(remark.clone());
    }
    let mut templates = Templates::of_stored();
    let values = names::values(facts, None);
    let mut render =
        |source: &Option<String>, characters: usize, lines: Lines| -> Result<Option<String>, RemarkError> {
            let Some(source) = source else { return Ok(None) };
            // It was checked at import, so that only a record changed by hand fails here.
            let template = templates.add(source, Form::Text).map_err(|faults| RemarkError::Text {
                text: source.clone(),
                why: faults.first().map(|first| first.fault.say(Language::En).what).unwrap_or_default(),
            })?;
            let filled = templates
                .render(&template, &values)
                .map_err(|error| RemarkError::Text { text: source.clone(), why: error.kind().to_string() })?;
            let filled = match lines {
                Lines::One => on_one_line(filled.into_owned(), &template),
                Lines::Many => filled.into_owned(),
            };
            let filled = if is_blank(&filled) { "" } else { cut_at(filled.trim(), characters).trim_end() };
            // An empty text clears the field at WeCom, which only a text that is written empty is meant to do.
            Ok((!filled.is_empty() || template.is_literal()).then(|| filled.to_owned()))
        };
    let rendered = Remark {
        userid: remark.userid.clone(),
        external_userid: remark.external_userid.clone(),
        remark: render(&remark.remark, REMARK_NAME_CHARACTERS_MAX, Lines::One)?,
        description: render(&remark.description, REMARK_DESCRIPTION_CHARACTERS_MAX, Lines::Many)?,
        remark_company: render(&remark.remark_company, REMARK_COMPANY_CHARACTERS_MAX, Lines::One)?,
        remark_mobiles: remark.remark_mobiles.clone(),
        unrendered: false,
    };
    let nothing = rendered.remark.is_none()
        && rendered.description.is_none()
        && rendered.remark_company.is_none()
        && rendered.remark_mobiles.is_none();
    if nothing { Err(RemarkError::Nothing) } else { Ok(rendered) }
}

/// Fills in a notice's text, which was kept as a template until what it asks for was known, and cuts it to what WeCom takes
/// (2048 bytes). A notice that is filled in already comes back as it is.
///
/// Values that are not known are left out; a notice that comes out blank says its rule's name.
pub fn render_notice(notice: &Notify, facts: &Facts<'_>) -> Notify {
    if !notice.unrendered {
        return notice.clone();
    }
    let mut templates = Templates::of_stored();
    let text = match templates.add(&notice.text, Form::Reason) {
        Ok(template) => {
            let why = notice.reason.as_deref().map(|reason| Why { reason, code: notice.code });
            let values = names::values(facts, why);
            let filled = templates.render(&template, &values).ok().map(std::borrow::Cow::into_owned);
            notice_text(filled, template.literal(), &notice.rule)
        }
        // It was checked at import, so that only a record changed by hand fails here. Sent as it stands it still says more
        // than no notice.
        Err(_) => notice_text(None, &notice.text, &notice.rule),
    };
    Notify { text, unrendered: false, ..notice.clone() }
}

/// What must be looked up before a remark can be filled in; nothing where it is already.
pub fn needs_of_remark(remark: &Remark) -> Needs {
    let texts = [&remark.remark, &remark.description, &remark.remark_company].into_iter().flatten();
    if remark.unrendered { asked(texts, Form::Text) } else { Needs::default() }
}

/// What must be looked up before a notice can be filled in; nothing where it is already.
pub fn needs_of_notice(notice: &Notify) -> Needs {
    if notice.unrendered { asked([&notice.text], Form::Reason) } else { Needs::default() }
}

/// What texts of the record ask for. One that is no template asks for nothing.
fn asked<'t>(texts: impl IntoIterator<Item = &'t String>, form: Form) -> Needs {
    let mut templates = Templates::of_stored();
    Needs::of_all(texts.into_iter().filter_map(|text| Some(templates.add(text, form).ok()?.asks())))
}
