//! A plan as people read it: what the customer gets, which tags, which remark, who is notified. It is in the words of the
//! rules file rather than of WeCom's calls, so that two of them can be compared, and an expectation written by hand.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::action::{
    Action, Kind, Notify, Plan, PlannedAction, Reason, ReasonCode, Recipients, Remark as RemarkAction,
    Welcome as WelcomeAction,
};
use crate::language::{Language, Sentence as _};
use crate::rules::{
    facts::Facts,
    plan::fill::{render_notice, render_remark},
};
use wecom_core::message::Attachment;

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    pub welcome: Option<Welcome>,
    pub tags: Tags,
    pub remark: Option<Remark>,
    pub notify: Vec<Notice>,
    pub forward: Vec<Forwarded>,
    /// Actions that are not possible, each with its reason.
    pub skipped: Vec<Skipped>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Welcome {
    /// The name of the rule that supplies it.
    pub rule: String,
    pub text: Option<String>,
    /// The attachments, each as the rules file writes it: `{"link": {"title": …}}`.
    pub attachments: Vec<Json>,
    /// What goes out instead if WeCom refuses the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
    /// Files without a media id, which are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// Tags, by id or as `Group/Tag`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tags {
    pub add: Vec<String>,
    pub remove: Vec<String>,
    /// Those of `add` that are made where they are missing.
    pub create: Vec<String>,
}

/// A remark; what is `None` is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Remark {
    pub name: Option<String>,
    pub description: Option<String>,
    pub company: Option<String>,
    /// The numbers; one empty text clears them.
    pub phones: Option<Vec<String>>,
}

/// An app message to employees.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notice {
    pub rule: String,
    /// `event`, `missed_welcome` or `failed`.
    pub on: crate::action::Trigger,
    /// To whom, as the rules file writes it: userids, or a department, or a tag of the directory.
    pub to: Json,
    pub text: String,
}

/// A post to another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forwarded {
    pub rule: String,
    pub url: String,
    pub signed: bool,
}

/// An action that is not possible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    pub kind: Kind,
    pub code: ReasonCode,
    pub reason: String,
}

impl Outcome {
    /// The outcome of a plan that was made from these facts. Texts that a server fills in later are filled in now, from
    /// the same facts.
    /// What is not possible says so in that language.
    pub fn of(plan: &Plan, facts: &Facts<'_>, language: Language) -> Self {
        let mut outcome = Self::default();
        for planned in &plan.actions {
            match planned {
                PlannedAction::Skip { kind, reason } => outcome.skip(*kind, reason.clone()),
                PlannedAction::Perform { action, .. } => outcome.add(action, plan, facts, language),
            }
        }
        outcome
    }

    fn skip(&mut self, kind: Kind, Reason { code, text }: Reason) {
        self.skipped.push(Skipped { kind, code, reason: text });
    }

    fn add(&mut self, action: &Action, plan: &Plan, facts: &Facts<'_>, language: Language) {
        match action {
            Action::Welcome(welcome) => {
                let by = plan.rules.iter().find(|rule| rule.used_for.contains(&Kind::Welcome));
                self.welcome = Some(welcome_of(welcome, by.map_or("", |rule| &rule.name)));
            }
            Action::Tag(tag) => {
                self.tags = Tags {
                    add: tag.add_tag.clone(),
                    remove: tag.remove_tag.clone(),
                    create: tag.create.clone(),
                };
            }
            Action::Remark(remark) => match render_remark(remark, facts) {
                Ok(remark) => self.remark = Some(remark_of(remark)),
                Err(error) => self.skip(Kind::Remark, ReasonCode::BlankText.because(error.to(language))),
            },
            Action::Notify(notify) => self.notify.push(notice_of(notify, facts)),
            Action::Forward(forward) => self.forward.push(Forwarded {
                rule: forward.rule.clone(),
                url: forward.url.clone(),
                signed: forward.secret_env.is_some(),
            }),
            // A trial leaves nothing open: everything that can be looked up is given or has failed.
            Action::Decide(_) => {}
        }
    }
}

/// A notice in the words of the rules file, filled in with what the facts hold.
pub(super) fn notice_of(notify: &Notify, facts: &Facts<'_>) -> Notice {
    let notify = render_notice(notify, facts);
    let to = match &notify.to {
        Recipients::Users(users) => json!(users),
        Recipients::Department(id) => json!({ "department": id }),
        Recipients::Tag(id) => json!({ "tag": id }),
    };
    Notice { rule: notify.rule, on: notify.on, to, text: notify.text }
}

fn welcome_of(welcome: &WelcomeAction, rule: &str) -> Welcome {
    Welcome {
        rule: rule.to_owned(),
        text: welcome.message.text.as_ref().map(|text| text.content.clone()),
        attachments: welcome.message.attachments.iter().map(attachment_of).collect(),
        fallback: welcome.fallback.as_ref().map(|text| text.content.clone()),
        left_out: welcome.left_out.clone(),
    }
}

fn remark_of(remark: RemarkAction) -> Remark {
    Remark {
        name: remark.remark,
        description: remark.description,
        company: remark.remark_company,
        phones: remark.remark_mobiles,
    }
}

/// An attachment as the rules file writes it. Media ids that read `file:PATH` stand for files that nobody has uploaded.
fn attachment_of(attachment: &Attachment) -> Json {
    match attachment {
        Attachment::Image { image } => match (&image.media_id, &image.pic_url) {
            (Some(id), _) => json!({ "image": medium(id) }),
            (None, url) => json!({ "image": { "pic_url": url } }),
        },
        Attachment::Link { link } => {
            let mut fields = json!({ "title": link.title, "url": link.url });
            for (key, value) in [("description", &link.desc), ("picture_url", &link.picurl)] {
                if let Some(value) = value {
                    fields[key] = value.as_str().into();
                }
            }
            json!({ "link": fields })
        }
        Attachment::Miniprogram { miniprogram } => json!({ "miniprogram": {
            "title": miniprogram.title,
            "app_id": miniprogram.appid,
            "page": miniprogram.page,
            "cover": medium(&miniprogram.pic_media_id),
        } }),
        Attachment::Video { video } => json!({ "video": medium(&video.media_id) }),
        Attachment::File { file } => json!({ "file": medium(&file.media_id) }),
    }
}

fn medium(id: &str) -> Json {
    match id.strip_prefix("file:") {
        Some(path) => json!({ "file": path }),
        None => json!({ "media_id": id }),
    }
}
