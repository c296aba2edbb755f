//! `/rules/tags`: WeCom's tags, for whoever picks from them what a rule adds or removes. Where WeCom is away nothing is lost: tags
//! are typed as well.

use std::time::Duration;

use actix_web::HttpResponse;

use super::super::{
    frame::{Frame, html},
    views::TagsView,
};
use crate::http::{
    access::{Caller, Operator},
    problem::Problem,
};

/// How long WeCom is waited for: somebody has a dialog open and can type meanwhile.
const WITHIN: Duration = Duration::from_secs(3);

/// So many tags are shown: as many as a company can have.
const TAGS_MAX: usize = 3_000;

/// The groups with their tags, of every corp that the apps belong to. 204: none could be read.
pub(in crate::http::pages) async fn list(_: Caller<Operator>, frame: Frame) -> Result<HttpResponse, Problem> {
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut corps: Vec<&str> = Vec::new();
    let (mut left, mut any) = (TAGS_MAX, false);
    let context = frame.context();
    for app in context.apps.iter() {
        if corps.contains(&app.corp_id.as_str()) {
            continue;
        }
        // Another app of the same corp may be allowed to read them where this one is not.
        let Ok(listed) = app.tags.groups(&app.client, WITHIN).await else { continue };
        corps.push(&app.corp_id);
        any = true;
        for group in listed {
            let tags: Vec<(String, String)> = group
                .tags
                .into_iter()
                .take(left)
                .map(|tag| {
                    let written = format!("{}/{}", group.name, tag.name);
                    (tag.name, written)
                })
                .collect();
            left -= tags.len();
            if !tags.is_empty() {
                groups.push((group.name, tags));
            }
        }
    }
    if !any {
        return Ok(HttpResponse::NoContent().finish());
    }
    html(&TagsView { groups })
}
