//! From an event and the rules to what is to be done: pure, so that the same facts give the same plan.

use minijinja::Value;

use super::{
    Facts, Known, RemarkError, Ruleset,
    condition::Unasked,
    document::{
        REMARK_COMPANY_CHARACTERS_MAX, REMARK_DESCRIPTION_CHARACTERS_MAX, REMARK_NAME_CHARACTERS_MAX,
    },
    matching::Selection,
    model::{self, Rule},
    names,
    template::{Form, Template, Templates, cut_at, shortened},
};
use crate::action::{
    Action, Deadline, Decide, Kind, Plan, Planned, Remark, RuleUse, Tag, Welcome,
    message::{
        Attachment, LINK_DESC_BYTES_MAX, LINK_TITLE_BYTES_MAX, LINK_URL_BYTES_MAX, Link,
        MINIPROGRAM_TITLE_BYTES_MAX, Media, Miniprogram, TEXT_BYTES_MAX, Text,
    },
};

const NO_RULE: &str = "no rule with a welcome matches this event";
const NOBODY: &str = "the event does not say which employee and which customer";

/// Protocol: when an add comes without a code, one of these is the cause, and which of them WeCom does not say.
const NO_CODE: &str = "the event carries no welcome code: the employee has a welcome set in WeCom's console, or has not \
                       logged in for long, or the two are chatting already, or an earlier event of this add carried it";
const NO_CODE_WECOM_USER: &str =
    "the event carries no welcome code: the customer is a WeCom user, for whom WeCom gives none";

/// The rules that match, and what each of them supplied.
struct Draft<'a> {
    set: &'a Ruleset,
    facts: &'a Facts<'a>,
    matched: Vec<(&'a Rule, Vec<Kind>)>,
    values: Option<Value>,
}

/// See [`Ruleset::plan`].
pub(super) fn plan(set: &Ruleset, facts: &Facts<'_>) -> Plan {
    let Selection { matched, open } = set.select(facts, Unasked::Open);
    let mut draft = Draft::of(set, facts, matched);
    let mut actions = Vec::from_iter(draft.welcome());
    if open.is_nothing() {
        actions.extend(draft.rest());
    } else {
        let asks = open.names().into_iter().map(str::to_owned).collect();
        let action = Action::Decide(Decide { asks, only: None });
        actions.push(Planned::Perform { action, deadline: None });
    }
    draft.into_plan(actions)
}

/// See [`Ruleset::rest`].
pub(super) fn rest(set: &Ruleset, facts: &Facts<'_>) -> Plan {
    let mut draft = Draft::of(set, facts, set.select(facts, Unasked::Unknown).matched);
    let actions = draft.rest();
    draft.into_plan(actions)
}

impl<'a> Draft<'a> {
    fn of(set: &'a Ruleset, facts: &'a Facts<'a>, matched: Vec<&'a Rule>) -> Self {
        Self {
            set,
            facts,
            matched: matched.into_iter().map(|rule| (rule, Vec::new())).collect(),
            values: None,
        }
    }

    fn into_plan(self, actions: Vec<Planned>) -> Plan {
        let used = self.matched.into_iter().filter(|(_, used_for)| !used_for.is_empty());
        let version = self.set.version;
        let rules =
            used.map(|(rule, used_for)| RuleUse { name: rule.name.clone(), version, used_for }).collect();
        Plan { rules, actions }
    }
}

impl Draft<'_> {
    /// Everything but the welcome.
    fn rest(&mut self) -> Vec<Planned> {
        [self.tag(), self.remark()].into_iter().flatten().collect()
    }

    fn welcome(&mut self) -> Option<Planned> {
        let skip = |reason: String| Some(Planned::Skip { kind: Kind::Welcome, reason });
        let event = self.facts.event;
        let winner = self.matched.iter().position(|(rule, _)| rule.welcome.is_some());
        let has_code = event.welcome_code().is_some_and(|code| !code.is_empty());
        let Some(winner) = winner else { return if has_code { skip(NO_RULE.to_owned()) } else { None } };
        let (rule, _) = self.matched[winner];
        let welcome = rule.welcome.as_ref()?;
        if !has_code {
            // Only customers of other companies on WeCom have ids that begin so.
            let wecom_user = event.external_user_id().is_some_and(|id| id.starts_with("wo"));
            return skip(if wecom_user { NO_CODE_WECOM_USER } else { NO_CODE }.to_owned());
        }
        let Some(message) = self.fill_in(welcome) else {
            return skip(format!("the welcome of the rule `{}` came out blank", rule.name));
        };
        self.matched[winner].1.push(Kind::Welcome);
        let deadline = Deadline::of_welcome(event.create_time_s(), self.facts.first_received_ms);
        Some(Planned::Perform { action: Action::Welcome(message), deadline: Some(deadline) })
    }

    /// A welcome with its values; `None` where nothing is left that WeCom would take.
    fn fill_in(&mut self, welcome: &model::Welcome) -> Option<Welcome> {
        let text = welcome.text.as_ref().and_then(|text| self.greeting(text, welcome.fallback.as_ref()));
        let text = text.map(|content| Text { content });
        let attachments: Vec<Attachment> =
            welcome.attachments.iter().filter_map(|attachment| self.attachment(attachment)).collect();
        let fallback = welcome.fallback.as_ref().and_then(|fallback| self.try_text(fallback));
        let fallback =
            fallback.map(|content| Text { content }).filter(|fallback| Some(fallback) != text.as_ref());
        (text.is_some() || !attachments.is_empty()).then_some(Welcome {
            text,
            attachments,
            fallback,
            left_out: Vec::new(),
        })
    }

    /// The text, or what stands for it: a lesser greeting is better than none.
    fn greeting(&mut self, text: &Template, fallback: Option<&Template>) -> Option<String> {
        let unknown = !matches!(self.facts.customer, Known::Is(_));
        let full =
            if unknown && text.needs_customer() && fallback.is_some() { None } else { self.try_text(text) };
        let blank = |text: &String| text.trim().is_empty();
        let filled = full
            .filter(|text| !blank(text))
            .or_else(|| fallback.and_then(|fallback| self.try_text(fallback)))
            .or_else(|| Some(text.literal().to_owned()))
            .filter(|text| !blank(text))?;
        Some(shortened(filled.trim_end_matches('\n').into(), TEXT_BYTES_MAX))
    }

    /// An attachment with its values. One that lost its title, or whose address became too long, is left out: WeCom
    /// would refuse the whole welcome for it.
    fn attachment(&mut self, attachment: &model::Attachment) -> Option<Attachment> {
        Some(match attachment {
            model::Attachment::Image(image) => Attachment::Image { image: image.clone() },
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
                    pic_media_id: cover.clone(),
                    appid: app_id.clone(),
                    page: self.address(page)?,
                };
                Attachment::Miniprogram { miniprogram }
            }
            model::Attachment::Video(media_id) => {
                Attachment::Video { video: Media { media_id: media_id.clone() } }
            }
            model::Attachment::File(media_id) => {
                Attachment::File { file: Media { media_id: media_id.clone() } }
            }
        })
    }

    fn line(&mut self, text: &Template, bytes: usize) -> Option<String> {
        let text = self.text(text);
        let text = text.trim();
        (!text.is_empty()).then(|| shortened(text.into(), bytes))
    }

    fn address(&mut self, url: &Template) -> Option<String> {
        let url = self.text(url);
        let url = url.trim();
        (!url.is_empty() && url.len() <= LINK_URL_BYTES_MAX).then(|| url.to_owned())
    }

    fn text(&mut self, template: &Template) -> String {
        self.try_text(template).unwrap_or_else(|| template.literal().to_owned())
    }

    /// `None` where values cannot be filled in: tried when the rules were checked, and so not to be expected.
    fn try_text(&mut self, template: &Template) -> Option<String> {
        if template.is_literal() {
            return Some(template.literal().to_owned());
        }
        let values = self.values.get_or_insert_with(|| names::values(self.facts));
        self.set.templates.render(template, values).ok().map(Into::into)
    }

    /// The tags of all rules: what a higher rule says of a tag holds against a lower one.
    fn tag(&mut self) -> Option<Planned> {
        let mut decided: std::collections::HashSet<&str> = std::collections::HashSet::new();
        let mut tag = Tag::default();
        for (rule, used_for) in &mut self.matched {
            let lists = [(&rule.add, &mut tag.add_tag), (&rule.remove, &mut tag.remove_tag)];
            for (ids, into) in lists {
                for id in ids {
                    if decided.insert(id) {
                        into.push(id.clone());
                        if used_for.last() != Some(&Kind::Tag) {
                            used_for.push(Kind::Tag);
                        }
                    }
                }
            }
        }
        if decided.is_empty() {
            return None;
        }
        Some(match self.pair() {
            Some((userid, external_userid)) => {
                let action = Action::Tag(Tag { userid, external_userid, ..tag });
                Planned::Perform { action, deadline: None }
            }
            None => Planned::Skip { kind: Kind::Tag, reason: NOBODY.to_owned() },
        })
    }

    /// Each field from the first rule that has it.
    fn remark(&mut self) -> Option<Planned> {
        let mut all = model::Remark::default();
        for (rule, used_for) in &mut self.matched {
            let own = &rule.remark;
            let supplies = first(&mut all.name, own.name.as_ref())
                | first(&mut all.description, own.description.as_ref())
                | first(&mut all.company, own.company.as_ref())
                | first(&mut all.phones, own.phones.as_ref());
            if supplies {
                used_for.push(Kind::Remark);
            }
        }
        if all.is_empty() {
            return None;
        }
        let Some((userid, external_userid)) = self.pair() else {
            return Some(Planned::Skip { kind: Kind::Remark, reason: NOBODY.to_owned() });
        };
        let source = |text: &Option<Template>| text.as_ref().map(|text| text.source().to_owned());
        let remark = Remark {
            userid,
            external_userid,
            remark: source(&all.name),
            description: source(&all.description),
            remark_company: source(&all.company),
            remark_mobiles: all.phones.clone(),
            unrendered: true,
        };
        let asks = [&all.name, &all.description, &all.company]
            .into_iter()
            .any(|text| text.as_ref().is_some_and(Template::asks_for_customer));
        let remark = if asks && !matches!(self.facts.customer, Known::Is(_)) {
            Ok(remark)
        } else {
            render_remark(&remark, self.facts)
        };
        Some(match remark {
            Ok(remark) => Planned::Perform { action: Action::Remark(remark), deadline: None },
            Err(error) => Planned::Skip { kind: Kind::Remark, reason: error.to_string() },
        })
    }

    /// Whom it is about.
    fn pair(&self) -> Option<(String, String)> {
        let named = |id: Option<&str>| id.filter(|id| !id.is_empty()).map(str::to_owned);
        Some((named(self.facts.event.user_id())?, named(self.facts.event.external_user_id())?))
    }
}

/// Takes what is first; says whether it was taken.
fn first<T: Clone>(into: &mut Option<T>, from: Option<&T>) -> bool {
    let takes = into.is_none() && from.is_some();
    if takes {
        *into = from.cloned();
    }
    takes
}

/// See [`super::render_remark`].
pub(super) fn render_remark(remark: &Remark, facts: &Facts<'_>) -> Result<Remark, RemarkError> {
    if !remark.unrendered {
        return Ok(remark.clone());
    }
    let mut templates = Templates::new();
    let values = names::values(facts);
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
