//! Texts with their values in them, cut to what WeCom takes.
//!
//! A lesser message is better than none: a value that is not known is left out or defaulted, a text that asks for
//! somebody who could not be looked up gives way to its fallback, an attachment that lost its title or whose file has
//! not been uploaded is left out. Remarks and notices that ask for what is not known yet stay templates, to be filled
//! in when they are performed ([`remark`], [`notice`]), so that nothing but its own text ever delays a welcome.

use std::cell::OnceCell;

use minijinja::Value;

use crate::action::{
    Notify, Remark, Welcome,
    message::{
        Attachment, Image, LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, Link,
        MINIPROGRAM_TITLE_BYTES_MAX, Media, Miniprogram, TEXT_BYTES_MAX, Text,
    },
};
use crate::rules::{
    Facts, Known, Needs, RemarkError,
    document::resources::FileKind,
    file::{
        NOTICE_BYTES_MAX, REMARK_COMPANY_CHARACTERS_MAX, REMARK_DESCRIPTION_CHARACTERS_MAX,
        REMARK_NAME_CHARACTERS_MAX,
        model::{self, Medium},
    },
    text::{
        cut::{cut_at, shortened},
        names,
        template::{Form, Template, Templates},
    },
};

/// One event's values, and the texts to put them into.
pub(crate) struct Fill<'a> {
    templates: &'a Templates,
    facts: &'a Facts<'a>,
    reason: &'a str,
    /// Most events need none.
    values: OnceCell<Value>,
}

impl<'a> Fill<'a> {
    /// `reason` is what went wrong, for notices of it.
    pub(crate) fn new(templates: &'a Templates, facts: &'a Facts<'a>, reason: &'a str) -> Self {
        Self { templates, facts, reason, values: OnceCell::new() }
    }

    /// A welcome with its values; without text and attachments where nothing is left that WeCom would take.
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
                    fallback.is_some() && names::untold(text.needs(), self.facts).next().is_some();
                (!gives_way).then(|| self.greeting(text)).flatten()
            })
            // A welcome of attachments has its fallback for the case that none of them can be sent.
            .or_else(|| fallback.clone().filter(|_| welcome.text.is_some() || attachments.is_empty()))
            .or_else(|| welcome.text.as_ref().map(Template::literal).and_then(sendable))
            .map(|content| Text { content });
        let fallback =
            fallback.map(|content| Text { content }).filter(|fallback| Some(fallback) != text.as_ref());
        Welcome { text, attachments, fallback, left_out, lesser: Vec::new() }
    }

    /// A text as it can be sent; `None` where it came out blank.
    fn greeting(&self, text: &Template) -> Option<String> {
        self.try_text(text).as_deref().and_then(sendable)
    }

    /// An attachment with its values. One that lost its title, or whose address became too long, is left out: WeCom
    /// would refuse the whole welcome for it.
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
                let media_id = Some(medium(FileKind::Image, image)?);
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
                    pic_media_id: medium(FileKind::Image, cover)?,
                    appid: app_id.clone(),
                    page: self.address(page)?,
                };
                Attachment::Miniprogram { miniprogram }
            }
            model::Attachment::Video(video) => {
                Attachment::Video { video: Media { media_id: medium(FileKind::Video, video)? } }
            }
            model::Attachment::File(file) => {
                Attachment::File { file: Media { media_id: medium(FileKind::File, file)? } }
            }
        })
    }

    /// A title or description; one that comes out blank is none.
    fn line(&self, template: &Template, bytes: usize) -> Option<String> {
        let filled = self.try_text(template)?;
        let filled = filled.trim();
        (!filled.is_empty()).then(|| shortened(filled.into(), bytes))
    }

    /// An address; one that became blank or too long is none, for cut it would lead elsewhere.
    fn address(&self, template: &Template) -> Option<String> {
        let filled = self.try_text(template)?;
        let filled = filled.trim();
        (!filled.is_empty() && filled.len() <= LINK_URL_BYTES_MAX).then(|| filled.to_owned())
    }

    /// The remark for `to`, filled in, or as templates where it asks for what is not known yet.
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
        if unknown(self.facts, texts.asks()) { Ok(remark) } else { self::remark(&remark, self.facts) }
    }

    /// The notice with its text, filled in, or as a template where it asks for what is not known yet.
    pub(crate) fn notice(&self, notice: Notify, text: &Template) -> Notify {
        let unrendered = unknown(self.facts, text.asks());
        let text = if unrendered {
            text.source().to_owned()
        } else {
            told(self.try_text(text), text.literal(), &notice.rule)
        };
        Notify { text, unrendered, ..notice }
    }

    /// A text with its values; `None` should it fail all the same.
    fn try_text(&self, template: &Template) -> Option<String> {
        let values = self.values.get_or_init(|| names::values(self.facts, self.reason));
        self.templates.render(template, values).ok().map(std::borrow::Cow::into_owned)
    }
}

/// Whether any of that is not known.
fn unknown(facts: &Facts<'_>, of: Needs) -> bool {
    (of.customer && !matches!(facts.customer, Known::Is(_)))
        || (of.employee && !matches!(facts.employee, Known::Is(_)))
}

/// Within WeCom's limit, and not blank.
fn sendable(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| shortened(text.trim_end_matches('\n').into(), TEXT_BYTES_MAX))
}

/// What a notice says: its text, else what stands in it whatever the values are, else at least which rule it is of.
fn told(filled: Option<String>, literal: &str, rule: &str) -> String {
    let filled = filled.unwrap_or_else(|| literal.to_owned());
    let text = [filled.trim(), literal.trim()].into_iter().find(|text| !text.is_empty()).unwrap_or(rule);
    shortened(text.into(), NOTICE_BYTES_MAX)
}

/// See [`crate::rules::render_remark`].
pub(crate) fn remark(remark: &Remark, facts: &Facts<'_>) -> Result<Remark, RemarkError> {
    if !remark.unrendered {
        return Ok(remark.clone());
    }
    let mut templates = Templates::new();
    let values = names::values(facts, "");
    let mut render = |source: &Option<String>, characters: usize| -> Result<Option<String>, RemarkError> {
        let Some(source) = source else { return Ok(None) };
        // Checked at import, so that only a record changed by hand can be wrong here.
        let template = templates.add(source, Form::Text).map_err(|wrong| RemarkError::Text {
            text: source.clone(),
            why: wrong.into_iter().next().map(|wrong| wrong.what).unwrap_or_default(),
        })?;
        let filled = templates
            .render(&template, &values)
            .map_err(|error| RemarkError::Text { text: source.clone(), why: error.kind().to_string() })?;
        let filled = cut_at(filled.trim(), characters).trim_end();
        // An empty text clears the field, which is meant only where it was written so.
        Ok((!filled.is_empty() || template.is_literal()).then(|| filled.to_owned()))
    };
    let rendered = Remark {
        userid: remark.userid.clone(),
        external_userid: remark.external_userid.clone(),
        remark: render(&remark.remark, REMARK_NAME_CHARACTERS_MAX)?,
        description: render(&remark.description, REMARK_DESCRIPTION_CHARACTERS_MAX)?,
        remark_company: render(&remark.remark_company, REMARK_COMPANY_CHARACTERS_MAX)?,
        remark_mobiles: remark.remark_mobiles.clone(),
        unrendered: false,
    };
    let nothing = rendered.remark.is_none()
        && rendered.description.is_none()
        && rendered.remark_company.is_none()
        && rendered.remark_mobiles.is_none();
    if nothing { Err(RemarkError::Nothing) } else { Ok(rendered) }
}

/// See [`crate::rules::render_notice`].
pub(crate) fn notice(notice: &Notify, facts: &Facts<'_>) -> Notify {
    if !notice.unrendered {
        return notice.clone();
    }
    let mut templates = Templates::new();
    let text = match templates.add(&notice.text, Form::Reason) {
        Ok(template) => {
            let values = names::values(facts, notice.reason.as_deref().unwrap_or_default());
            let filled = templates.render(&template, &values).ok().map(std::borrow::Cow::into_owned);
            told(filled, template.literal(), &notice.rule)
        }
        // Checked at import, so that only a record changed by hand can be wrong here: better told than not.
        Err(_) => told(None, &notice.text, &notice.rule),
    };
    Notify { text, unrendered: false, ..notice.clone() }
}

/// See [`crate::rules::needs_of_remark`].
pub(crate) fn needs_of_remark(remark: &Remark) -> Needs {
    let texts = [&remark.remark, &remark.description, &remark.remark_company].into_iter().flatten();
    if remark.unrendered { asked(texts, Form::Text) } else { Needs::default() }
}

/// See [`crate::rules::needs_of_notice`].
pub(crate) fn needs_of_notice(notice: &Notify) -> Needs {
    if notice.unrendered { asked([&notice.text], Form::Reason) } else { Needs::default() }
}

/// What texts of the record ask for; one that is none asks for nothing.
fn asked<'t>(texts: impl IntoIterator<Item = &'t String>, form: Form) -> Needs {
    let mut templates = Templates::new();
    texts
        .into_iter()
        .filter_map(|text| templates.add(text, form).ok())
        .fold(Needs::default(), |needs, text| needs.and(text.asks()))
}
