//! `/tags` and `/tags/{app}/{id}`: the tags of WeCom's tree, beside the rules that name them and how often they were put on.

use std::{collections::HashMap, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Form, Path},
};
use serde::Deserialize;

use super::{
    contact_ways::{one::app_named, trouble_page},
    customers::percent,
    done::Done,
    filter::{Given, choice},
    frame::{Frame, html, see_other},
    views::{Count, GroupView, MissingTag, Notice, Place, TagForm, TagPage, TagRow, TagsPage, Tone},
    words::{
        say::Say,
        tags::{SayTags, TagWords},
        wecom,
    },
};
use crate::{
    flow::changes::{
        NotChanged, Refused,
        tags::{self, IntoGroup, NAME_CHARS_MAX, Of},
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
    rules::{TagUse, separators},
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

/// What shall become of a tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    act: String,
    name: String,
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
    used: Vec<TagUse>,
    uses: HashMap<String, TagUses>,
    more: bool,
}

impl Known {
    async fn of(frame: &Frame, app: Arc<WecomApp>) -> Result<Self, Problem> {
        let groups = app.tags.groups(&app.client, WAITED_FOR).await.map_err(|error| Refused::of(&error));
        let since_ms = frame.times.days_ago_ms(DAYS - 1);
        let (uses, more) = frame.store().tag_uses(since_ms).await?;
        let rules = frame.context().rulebook.current();
        let used = rules.resources().tags;
        Ok(Self { app, groups, used, uses, more })
    }

    fn groups(&self) -> &[TagGroup] {
        self.groups.as_deref().unwrap_or_default()
    }

    /// The rules that name a tag, by its name or its id.
    fn rules_of(&self, name: &str, id: &str) -> Vec<(String, String)> {
        links(self.used.iter().filter(|used| used.tag == name || used.tag == id))
    }

    /// The rules that name a tag of the group.
    fn rules_of_group(&self, group: &TagGroup) -> Vec<(String, String)> {
        let is_of = |used: &&TagUse| {
            used.tag.split_once('/').is_some_and(|(of, _)| of == group.name)
                || group.tags.iter().any(|tag| tag.id == used.tag)
        };
        links(self.used.iter().filter(is_of))
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
            rules.push((used.rule.clone(), format!("/rules/{}", percent(&used.rule))));
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
    let groups: Vec<GroupView> = known
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

fn group_view(frame: &Frame, known: &Known, group: &TagGroup, at: usize, wanted: &str) -> Option<GroupView> {
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
    (!rows.is_empty() || has(&group.name)).then(|| GroupView {
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
    for used in &known.used {
        if is_there(&used.tag) || used.tag.starts_with("st") && !is_name(&used.tag) {
            continue;
        }
        let link = || (used.rule.clone(), format!("/rules/{}", percent(&used.rule)));
        match missing.iter_mut().find(|of| of.name == used.tag) {
            Some(of) => {
                of.created |= used.create;
                if !of.rules.iter().any(|(name, _)| *name == used.rule) {
                    of.rules.push(link());
                }
            }
            None => {
                missing.push(MissingTag { name: used.tag.clone(), rules: vec![link()], created: used.create })
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
    let parts = text.split(|c| c == '\n' || separators().contains(&c)).map(str::trim);
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

/// A tag or a group of the tree.
#[derive(Clone, Copy)]
enum Found<'a> {
    Group(&'a TagGroup),
    Tag { group: &'a TagGroup, id: &'a str, name: &'a str },
}

impl<'a> Found<'a> {
    fn of(groups: &'a [TagGroup], id: &str) -> Option<Self> {
        groups.iter().find_map(|group| {
            if group.id == id {
                return Some(Self::Group(group));
            }
            let tag = group.tags.iter().find(|tag| tag.id == id)?;
            Some(Self::Tag { group, id: &tag.id, name: &tag.name })
        })
    }

    fn name(self) -> &'a str {
        match self {
            Self::Group(group) => &group.name,
            Self::Tag { name, .. } => name,
        }
    }

    fn title(self) -> String {
        match self {
            Self::Group(group) => group.name.clone(),
            Self::Tag { group, name, .. } => format!("{}/{name}", group.name),
        }
    }

    /// Whether another beside it has this name.
    fn is_taken(self, groups: &[TagGroup], wanted: &str) -> bool {
        match self {
            Self::Group(own) => groups.iter().any(|group| group.name == wanted && group.id != own.id),
            Self::Tag { group, id, .. } => group.tags.iter().any(|tag| tag.name == wanted && tag.id != id),
        }
    }
}

/// A tag or a group, to be renamed or deleted.
pub(super) async fn one(
    _: Caller<Admin>,
    frame: Frame,
    at: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (app, id) = at.into_inner();
    let known = Known::of(&frame, app_named(&frame, &app)?).await?;
    if let Err(refused) = &known.groups {
        return trouble_page(&frame, Place::Tags, wecom::trouble(refused, frame.language));
    }
    let found = Found::of(known.groups(), &id).ok_or(Problem::NoSuchPath)?;
    html(&tag_page(&frame, &known, found, found.name().to_owned(), (None, None)))
}

/// Renames or deletes it.
pub(super) async fn act(
    caller: Caller<Admin>,
    frame: Frame,
    at: Path<(String, String)>,
    asked: Form<Asked>,
) -> Result<HttpResponse, Problem> {
    let ((app, id), Asked { act, name }) = (at.into_inner(), asked.into_inner());
    let known = Known::of(&frame, app_named(&frame, &app)?).await?;
    if let Err(refused) = &known.groups {
        return trouble_page(&frame, Place::Tags, wecom::trouble(refused, frame.language));
    }
    let found = Found::of(known.groups(), &id).ok_or(Problem::NoSuchPath)?;
    let (title, name) = (found.title(), name.trim().to_owned());
    let of = match found {
        Found::Group(group) => Of::Group { id: &group.id, name: &group.name },
        Found::Tag { id, .. } => Of::Tag { id, name: &title },
    };
    let (done, ended) = match act.as_str() {
        "delete" => (Done::TagDeleted, tags::delete(frame.context(), &known.app, of, &caller.by()).await),
        "rename" => {
            let taken = found.is_taken(known.groups(), &name);
            let taken = taken.then(|| frame.say_tags(SayTags::Taken { name: &name }));
            if let Some(fault) = fault(&frame, &name).or(taken) {
                return html(&tag_page(&frame, &known, found, name, (Some(fault), None)));
            }
            let renamed = tags::rename(frame.context(), &known.app, of, &name, &caller.by()).await;
            (Done::TagRenamed, renamed)
        }
        _ => return Err(Problem::Body("act: rename, delete".to_owned())),
    };
    match ended {
        Ok(()) => Ok(see_other(&done.on(&tags_href(&frame, &known.app)))),
        Err(NotChanged::Store(error)) => Err(Problem::Store(error)),
        Err(NotChanged::Refused(refused)) => {
            let refused = wecom::in_one(&refused, frame.language);
            html(&tag_page(&frame, &known, found, name, (None, Some(refused))))
        }
    }
}

fn tag_page(
    frame: &Frame,
    known: &Known,
    found: Found<'_>,
    name: String,
    (fault, refused): (Option<String>, Option<String>),
) -> TagPage {
    let title = found.title();
    let (rules, times, tags, id) = match found {
        Found::Group(group) => {
            let times = group.tags.iter().map(|tag| known.times(&tag.id)).sum();
            (known.rules_of_group(group), times, group.tags.len(), group.id.as_str())
        }
        Found::Tag { id, .. } => (known.rules_of(&title, id), known.times(id), 0, id),
    };
    let count = rules.len();
    TagPage {
        w: frame.words,
        t: frame.tag_words(),
        shell: frame.shell(Some(Place::Tags)),
        is_group: matches!(found, Found::Group(_)),
        action: tag_href(&known.app, id),
        back: tags_href(frame, &known.app),
        name,
        fault,
        refused,
        used: frame.say_tags(SayTags::Used { rules: count, times, days: DAYS }),
        rename_means: frame.say_tags(SayTags::RenameMeans { rules: count }),
        delete_means: frame.say_tags(SayTags::DeleteMeans { rules: count, tags }),
        delete_ask: frame.say_tags(SayTags::DeleteAsk { name: &title, rules: count }),
        title,
        rules,
    }
}
