//! `/tags`: the tags of WeCom's tree, beside the rules that name them and how often they were put on. [`one`]: a tag or a group by
//! itself.

pub(super) mod one;

use std::{collections::HashMap, sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web::Form};
use serde::Deserialize;

use super::{
    contact_ways::one::app_named,
    customers::percent,
    done::Done,
    filter::{Given, choice},
    frame::{Frame, html, see_other},
    rules,
    views::{Count, MissingTag, Notice, Place, TagForm, TagGroupView, TagRow, TagsPage, Tone},
    words::{
        say::Say,
        tags::{SayTags, TagWords},
        wecom,
    },
};
use crate::{
    flow::changes::{
        NotChanged, Refused,
        tags::{self, IntoGroup, NAME_CHARS_MAX},
    },
    http::{
        access::{Admin, Caller, Viewer},
        problem::Problem,
    },
    known::{
        apps::WecomApp,
        tags::{TagGroup, is_name},
    },
    language::Sentence as _,
    rules::{SEPARATORS, TagUse},
    store::{TAG_ACTIONS_MAX, TagUses},
};

/// How long a page waits for the tags.
const WAITED_FOR: Duration = Duration::from_secs(4);

/// For how many days it is counted how often tags were put on.
const DAYS: i64 = 30;

/// How many tags are made at once: as many as somebody types.
const MADE_MAX: usize = 50;

impl Frame {
    fn tag_words(&self) -> &'static TagWords {
        TagWords::of(self.language)
    }

    fn say_tags(&self, say: SayTags<'_>) -> String {
        say.to(self.language)
    }
}

/// What the form of new tags says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    app: String,
    group: String,
    names: String,
}

/// The app whose tags are meant.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OfApp {
    app: String,
}

/// What is known of the tags of an app's corp.
struct Known {
    app: Arc<WecomApp>,
    groups: Result<Vec<TagGroup>, Refused>,
    /// Those of the rules in force.
    named: Vec<TagUse>,
    uses: HashMap<String, TagUses>,
    more: bool,
}

impl Known {
    async fn of(frame: &Frame, app: Arc<WecomApp>) -> Result<Self, Problem> {
        let groups = app.tags.groups(&app.client, WAITED_FOR).await.map_err(|error| Refused::of(&error));
        let since_ms = frame.times.days_ago_ms(DAYS - 1);
        let (uses, more) = frame.store().tag_uses(since_ms).await?;
        let rules = frame.context().rulebook.current();
        let named = rules.resources().tags;
        Ok(Self { app, groups, named, uses, more })
    }

    fn groups(&self) -> &[TagGroup] {
        self.groups.as_deref().unwrap_or_default()
    }

    /// The rules that name a tag, by its name or its id.
    fn rules_of(&self, name: &str, id: &str) -> Vec<(String, String)> {
        links(self.named.iter().filter(|used| used.tag == name || used.tag == id))
    }

    /// The rules that name a tag of the group.
    fn rules_of_group(&self, group: &TagGroup) -> Vec<(String, String)> {
        let is_of = |used: &&TagUse| {
            used.tag.split_once('/').is_some_and(|(of, _)| of == group.name)
                || group.tags.iter().any(|tag| tag.id == used.tag)
        };
        links(self.named.iter().filter(is_of))
    }

    /// The rules that name a tag of the group by the group's name, and would not find it under another.
    fn rules_by_group_name(&self, name: &str) -> Vec<(String, String)> {
        links(self.named.iter().filter(|used| used.tag.split_once('/').is_some_and(|(of, _)| of == name)))
    }

    fn times(&self, id: &str) -> i64 {
        self.uses.get(id).map_or(0, |uses| uses.times)
    }
}

/// Each rule once, with its address.
fn links<'u>(used: impl Iterator<Item = &'u TagUse>) -> Vec<(String, String)> {
    let mut rules: Vec<(String, String)> = Vec::new();
    for used in used {
        if !rules.iter().any(|(name, _)| *name == used.rule) {
            rules.push((used.rule.clone(), rules::address(&used.rule)));
        }
    }
    rules
}

/// The page.
pub(super) async fn list(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    let given = Given::of(request.query_string());
    let app = chosen(&frame, given.get("app").unwrap_or_default())?;
    let known = Known::of(&frame, app).await?;
    html(&page(&frame, &known, given.get("tag").unwrap_or_default(), TagForm::default()))
}

/// The app of that name; the first, where none is named.
fn chosen(frame: &Frame, name: &str) -> Result<Arc<WecomApp>, Problem> {
    if name.is_empty() {
        let first = frame.context().apps.iter().min_by_key(|app| app.name.clone());
        return first.cloned().ok_or(Problem::NoSuchPath);
    }
    app_named(frame, name)
}

/// Has the tags read again from WeCom.
pub(super) async fn again(_: Caller<Viewer>, frame: Frame, of: Form<OfApp>) -> Result<HttpResponse, Problem> {
    let app = chosen(&frame, &of.app)?;
    app.tags.invalidate();
    Ok(see_other(&tags_href(&frame, &app)))
}

/// Where the tags of an app are.
fn tags_href(frame: &Frame, app: &WecomApp) -> String {
    let several = frame.context().apps.iter().count() > 1;
    let app = if several { app.name.as_str() } else { "" };
    Given::default().href("/tags", &[], &[("app", app)])
}

fn tag_href(app: &WecomApp, id: &str) -> String {
    format!("/tags/{}/{}", percent(&app.name), percent(id))
}

fn page(frame: &Frame, known: &Known, wanted: &str, mut form: TagForm) -> TagsPage {
    let app = &known.app;
    let mut notices = Vec::new();
    if let Err(refused) = &known.groups {
        let (what, cure) = wecom::trouble(refused, frame.language);
        notices.push(Notice {
            tone: Tone::Bad,
            text: frame.say_tags(SayTags::NotRead { what: &what, cure: &cure }),
        });
    }
    form.groups = known.groups().iter().map(|group| choice(&group.name, &group.name, false)).collect();
    let groups: Vec<TagGroupView> = known
        .groups()
        .iter()
        .enumerate()
        .filter_map(|(at, group)| group_view(frame, known, group, at, wanted))
        .collect();
    let count: usize = groups.iter().map(|group| group.rows.len()).sum();
    let mut apps: Vec<&str> = frame.context().apps.iter().map(|app| app.name.as_str()).collect();
    apps.sort_unstable();
    TagsPage {
        w: frame.words,
        t: frame.tag_words(),
        shell: frame.shell(Some(Place::Tags)),
        notices,
        apps: apps.into_iter().map(|name| choice(name, name, name == app.name)).collect(),
        app: app.name.clone(),
        tag: wanted.to_owned(),
        total: frame.say(Say::Total { count: i64::try_from(count).unwrap_or(i64::MAX), more: false }),
        counted: frame.say_tags(if known.more {
            SayTags::CountedSome { days: DAYS, actions: TAG_ACTIONS_MAX }
        } else {
            SayTags::Counted { days: DAYS }
        }),
        known: known.groups.is_ok(),
        may_change: frame.may_administer(),
        groups,
        missing: missing(known),
        form,
    }
}

fn group_view(
    frame: &Frame,
    known: &Known,
    group: &TagGroup,
    at: usize,
    wanted: &str,
) -> Option<TagGroupView> {
    let has = |text: &str| text.to_lowercase().contains(&wanted.to_lowercase());
    let rows = group.tags.iter().filter(|tag| has(&group.name) || has(&tag.name)).map(|tag| {
        let uses = known.uses.get(&tag.id).copied();
        TagRow {
            name: tag.name.clone(),
            rules: known.rules_of(&format!("{}/{}", group.name, tag.name), &tag.id),
            times: Count(uses.map_or(0, |uses| uses.times)).to_string(),
            last: uses.map(|uses| frame.times.instant(uses.last_at_ms)),
            edit: tag_href(&known.app, &tag.id),
        }
    });
    let rows: Vec<TagRow> = rows.collect();
    (!rows.is_empty() || has(&group.name)).then(|| TagGroupView {
        anchor: format!("group-{at}"),
        name: group.name.clone(),
        edit: tag_href(&known.app, &group.id),
        rows,
    })
}

/// The tags of the rules that WeCom does not have; all of the rules', where nobody knows what it has. WeCom lists a rule group's
/// tags (st…) only for the app that made the group.
fn missing(known: &Known) -> Vec<MissingTag> {
    let is_there = |written: &str| {
        known.groups().iter().any(|group| {
            group
                .tags
                .iter()
                .any(|tag| tag.id == written || written == format!("{}/{}", group.name, tag.name))
        })
    };
    let mut missing: Vec<MissingTag> = Vec::new();
    for used in &known.named {
        if is_there(&used.tag) || used.tag.starts_with("st") && !is_name(&used.tag) {
            continue;
        }
        let link = || (used.rule.clone(), rules::address(&used.rule));
        match missing.iter_mut().find(|of| of.name == used.tag) {
            Some(of) => {
                of.created |= used.create;
                if !of.rules.iter().any(|(name, _)| *name == used.rule) {
                    of.rules.push(link());
                }
            }
            None => {
                missing.push(MissingTag {
                    name: used.tag.clone(),
                    rules: vec![link()],
                    created: used.create,
                });
            }
        }
    }
    missing
}

/// Makes tags.
pub(super) async fn make(
    caller: Caller<Admin>,
    frame: Frame,
    wanted: Form<Wanted>,
) -> Result<HttpResponse, Problem> {
    let Wanted { app, group, names } = wanted.into_inner();
    let app = chosen(&frame, &app)?;
    let (group, written) = (group.trim().to_owned(), names);
    let names = names_of(&written);
    let known = Known::of(&frame, app).await?;
    let there = known.groups().iter().find(|of| of.name == group);
    let taken = there.and_then(|of| names.iter().find(|name| of.tags.iter().any(|tag| tag.name == **name)));
    let names_fault = match (names.len(), taken) {
        (0, _) => Some(frame.say_tags(SayTags::NoName)),
        (count, _) if count > MADE_MAX => Some(frame.say_tags(SayTags::TooMany { count, most: MADE_MAX })),
        (_, Some(name)) => Some(frame.say_tags(SayTags::Taken { name })),
        _ => names.iter().find_map(|name| fault(&frame, name)),
    };
    let mut form = TagForm {
        group_fault: fault(&frame, &group),
        names_fault,
        group: group.clone(),
        names: written,
        ..TagForm::default()
    };
    if form.group_fault.is_some() || form.names_fault.is_some() {
        return html(&page(&frame, &known, "", form));
    }
    let into = there.map_or(IntoGroup::New(&group), IntoGroup::There);
    match tags::make(frame.context(), &known.app, into, &names, &caller.by()).await {
        Ok(()) => Ok(see_other(&Done::TagsMade.on(&tags_href(&frame, &known.app)))),
        Err(NotChanged::Store(error)) => Err(Problem::Store(error)),
        Err(NotChanged::Refused(refused)) => {
            form.names_fault = Some(wecom::in_one(&refused, frame.language));
            html(&page(&frame, &known, "", form))
        }
    }
}

/// The names in one text, by whichever separator or line break; a blank may stand inside of a name.
fn names_of(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let parts = text.split(|c| c == '\n' || SEPARATORS.contains(&c)).map(str::trim);
    for name in parts.filter(|name| !name.is_empty()) {
        if !names.iter().any(|other| other == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// What is wrong with a name.
fn fault(frame: &Frame, name: &str) -> Option<String> {
    let (count, most) = (name.chars().count(), NAME_CHARS_MAX);
    match count {
        0 => Some(frame.say_tags(SayTags::NoName)),
        _ if count > most => Some(frame.say_tags(SayTags::TooLong { name, count, most })),
        _ if name.contains('/') => Some(frame.say_tags(SayTags::Slash { name })),
        _ => None,
    }
}
