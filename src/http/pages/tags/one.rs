//! `/tags/{app}/{id}`: a tag or a group, renamed or deleted, after it was said which rules use it.

use actix_web::{
    HttpResponse,
    web::{Form, Path},
};
use serde::Deserialize;

use super::{
    super::{
        contact_ways::{one::app_named, trouble_page},
        done::Done,
        frame::{Frame, html, see_other},
        views::{Place, TagPage},
        words::{tags::SayTags, wecom},
    },
    DAYS, Known, fault, tag_href, tags_href,
};
use crate::{
    flow::changes::{
        NotChanged,
        tags::{self, Of},
    },
    http::{
        access::{Admin, Caller},
        problem::{Misread, Problem},
    },
    known::tags::TagGroup,
};

/// What shall become of a tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::http::pages) struct Asked {
    act: String,
    name: String,
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
pub(in crate::http::pages) async fn one(
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
pub(in crate::http::pages) async fn act(
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
        _ => return Err(Misread::Name { name: "act", known: vec!["rename", "delete"] }.into()),
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
    // A rule that has the tag's id finds it whatever it is called.
    let by_name = match found {
        Found::Group(group) => known.rules_by_group_name(&group.name).len(),
        Found::Tag { .. } => known.rules_of(&title, &title).len(),
    };
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
        rename_means: frame.say_tags(SayTags::RenameMeans { rules: by_name }),
        delete_means: frame.say_tags(SayTags::DeleteMeans { rules: count, tags }),
        delete_ask: frame.say_tags(SayTags::DeleteAsk { name: &title, rules: count }),
        title,
        rules,
    }
}
