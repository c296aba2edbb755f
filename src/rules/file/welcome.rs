//! The `welcome` of a rule. What WeCom would refuse when it is sent (page 92599) is a fault already when the rules are
//! read.

use super::{
    model::{Attachment, Medium, Welcome},
    reader::RulesReader,
    words::{FileFault, WrongAddress, WrongPage},
};
use crate::action::MediaKind;
use crate::rules::{
    document::{
        reader::{Fields, Position},
        wrong::Quoted,
    },
    text::{
        template::{Form, Template},
        words::IfBlank,
    },
};
use wecom_core::message::{
    ATTACHMENTS_MAX, LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX,
    MINIPROGRAM_TITLE_BYTES_MAX, TEXT_BYTES_MAX,
};

/// The domain of the addresses that media/uploadimg gives (page 90256): `p.qpic.cn`, `wework.qpic.cn` and the like.
const UPLOADIMG_HOST: &str = "qpic.cn";

const KINDS: [&str; 5] = ["image", "link", "miniprogram", "video", "file"];

impl RulesReader {
    pub(super) fn welcome(&mut self, at: &Position<'_>) -> Option<Welcome> {
        let fields = self.reader.fields(at, &["text", "attachments", "fallback"])?;
        let text = fields.get("text").and_then(|at| {
            let text = self.texts().template(&at, Form::Text)?;
            self.texts().within_bytes(&at, &text, TEXT_BYTES_MAX);
            self.texts().not_blank(&at, &text, IfBlank::WriteTextOrRemove);
            Some(text)
        });
        let fallback = fields.get("fallback").and_then(|at| {
            let fallback = self.texts().template(&at, Form::Text)?;
            self.texts().within_bytes(&at, &fallback, TEXT_BYTES_MAX);
            self.texts().not_blank(&at, &fallback, IfBlank::WriteTextOrRemove);
            if !fallback.asks().is_nothing() {
                self.reader.fault(&at, FileFault::FallbackAsks);
            } else if !fields.keys().any(|key| key == "text" || key == "attachments") {
                self.reader.fault(&at, FileFault::FallbackOfNothing);
            }
            Some(fallback)
        });
        let mut attachments = Vec::new();
        if let Some(at) = fields.get("attachments") {
            let too_many = |count| FileFault::TooManyAttachments { count, max: ATTACHMENTS_MAX };
            let items = self.reader.list_of(&at, ATTACHMENTS_MAX, too_many);
            attachments.extend(items.iter().filter_map(|item| self.attachment(item)));
            if items.is_empty() && !fields.keys().any(|key| key == "text") {
                self.reader.fault(&at, FileFault::NothingToSend);
            }
        } else if !fields.keys().any(|key| key == "text") {
            self.reader.fault(at, FileFault::NothingToSend);
        }
        Some(Welcome { at: at.mark(), text, fallback, attachments })
    }

    fn attachment(&mut self, at: &Position<'_>) -> Option<Attachment> {
        let fields = self.reader.fields(at, &KINDS)?;
        let mut kinds = fields.keys();
        let (Some(kind), None) = (kinds.next(), kinds.next()) else {
            // An unknown or empty key has its fault already.
            if fields.keys().count() > 1 {
                self.reader.fault(at, FileFault::SeveralAttachments);
            }
            return None;
        };
        let inner = fields.get(kind)?;
        match kind {
            "image" => self.image(&inner),
            "link" => self.link(&inner),
            "miniprogram" => self.miniprogram(&inner),
            "video" => self.medium(&inner, MediaKind::Video).map(Attachment::Video),
            _ => self.medium(&inner, MediaKind::File).map(Attachment::File),
        }
    }

    fn image(&mut self, at: &Position<'_>) -> Option<Attachment> {
        let fields = self.reader.fields(at, &["file", "media_id", "pic_url"])?;
        let Some(address) = fields.get("pic_url") else {
            return self.one_of(&fields, MediaKind::Image).map(Attachment::Image);
        };
        if let Some(key) = ["file", "media_id"].into_iter().find(|key| fields.get(key).is_some()) {
            self.reader.fault(&address, FileFault::Beside { key });
        }
        let url = self.reader.verbatim(&address)?;
        self.reader.fits(&address, url, LINK_URL_BYTES_MAX);
        if !self.web_address(&address, url) {
            return None;
        }
        // No fault, because a private deployment of WeCom has hosts of its own.
        if !is_of_uploadimg(url) {
            let url = Quoted::of(url);
            self.reader.log.note(address.mark(), FileFault::PictureElsewhere { url, host: UPLOADIMG_HOST });
        }
        Some(Attachment::ImageUrl(url.to_owned()))
    }

    fn link(&mut self, at: &Position<'_>) -> Option<Attachment> {
        let fields = self.reader.fields(at, &["title", "url", "description", "picture_url"])?;
        let title = self.title(&fields, LINK_TITLE_BYTES_MAX);
        let url = self.reader.required(&fields, "url").and_then(|at| self.url(&at));
        let description = fields.get("description").and_then(|at| {
            let description = self.texts().template(&at, Form::Text)?;
            self.texts().within_bytes(&at, &description, LINK_DESC_BYTES_MAX);
            Some(description)
        });
        let picture_url = fields.get("picture_url").and_then(|at| self.url(&at));
        Some(Attachment::Link { title: title?, url: url?, description, picture_url })
    }

    fn miniprogram(&mut self, at: &Position<'_>) -> Option<Attachment> {
        let fields = self.reader.fields(at, &["title", "app_id", "page", "cover"])?;
        let title = self.title(&fields, MINIPROGRAM_TITLE_BYTES_MAX);
        let app_id = self.reader.required(&fields, "app_id").and_then(|at| self.reader.app_id(&at));
        let page = self.reader.required(&fields, "page").and_then(|at| {
            let page = self.texts().template(&at, Form::Url)?;
            self.texts().within_bytes(&at, &page, LINK_URL_BYTES_MAX);
            self.texts().not_blank(&at, &page, IfBlank::NamePage);
            self.page(&at, page)
        });
        let cover = self.reader.required(&fields, "cover").and_then(|at| self.medium(&at, MediaKind::Image));
        Some(Attachment::Miniprogram { title: title?, app_id: app_id?, page: page?, cover: cover? })
    }

    /// A page inside of a mini-program. Addresses and share links lead elsewhere.
    fn page(&mut self, at: &Position<'_>, page: Template) -> Option<Template> {
        let written = page.source().trim().to_lowercase();
        let wrong = if ["https:", "http:", "weixin:", "www."].iter().any(|begin| written.starts_with(begin)) {
            WrongPage::Address
        } else if written.starts_with('#') || written.contains("://") {
            WrongPage::ShareLink
        } else if written.starts_with("gh_") || written.starts_with("wx") && !written.contains('/') {
            WrongPage::Id
        } else if written.contains(char::is_whitespace) && page.is_literal() {
            WrongPage::Blank
        } else {
            return Some(page);
        };
        let fault = FileFault::Page { page: Quoted::of(page.source()), wrong };
        if self.reader.refuses_form(at, fault) { None } else { Some(page) }
    }

    fn title(&mut self, fields: &Fields<'_>, max: usize) -> Option<Template> {
        let at = self.reader.required(fields, "title")?;
        let title = self.texts().template(&at, Form::Text)?;
        self.texts().within_bytes(&at, &title, max);
        self.texts().not_blank(&at, &title, IfBlank::WriteTitle);
        Some(title)
    }

    /// `{ file: … }` or `{ media_id: … }`.
    fn medium(&mut self, at: &Position<'_>, kind: MediaKind) -> Option<Medium> {
        let fields = self.reader.fields(at, &["file", "media_id"])?;
        self.one_of(&fields, kind)
    }

    fn one_of(&mut self, fields: &Fields<'_>, kind: MediaKind) -> Option<Medium> {
        match (fields.get("file"), fields.get("media_id")) {
            (Some(_), Some(second)) => {
                self.reader.fault(&second, FileFault::Beside { key: "file" });
                None
            }
            (Some(file), None) => self.reader.path(&file, kind).map(Medium::File),
            (None, Some(id)) => self.reader.media_id(&id).map(Medium::Id),
            (None, None) => {
                if !fields.is_partial() {
                    self.reader.fault(&fields.at, FileFault::NothingNamed { kind });
                }
                None
            }
        }
    }

    /// A link's address: it begins with http:// or https:// before anything is filled in.
    fn url(&mut self, at: &Position<'_>) -> Option<Template> {
        let url = self.texts().template(at, Form::Url)?;
        self.texts().within_bytes(at, &url, LINK_URL_BYTES_MAX);
        let fixed = url.source().find("{{").or_else(|| url.source().find("{%"));
        let begin = fixed.map_or(url.source(), |end| &url.source()[..end]);
        self.web_address(at, begin).then_some(url)
    }

    fn web_address(&mut self, at: &Position<'_>, url: &str) -> bool {
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let wrong = match host {
            None => Some(WrongAddress::NoScheme),
            Some(host) if host.is_empty() || host.starts_with(['/', '?', '#', ':']) => {
                Some(WrongAddress::NoHost)
            }
            Some(host) if host.contains(|c: char| c.is_whitespace() || c.is_control()) => {
                Some(WrongAddress::Blank)
            }
            Some(_) => None,
        };
        if let Some(wrong) = wrong {
            self.reader.malformed(at, FileFault::Address { url: Quoted::of(url), wrong });
        }
        wrong.is_none()
    }
}

/// Whether a web address is of a host on which media/uploadimg puts pictures.
fn is_of_uploadimg(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default().to_ascii_lowercase();
    host.strip_suffix(UPLOADIMG_HOST).is_some_and(|above| above.is_empty() || above.ends_with('.'))
}
