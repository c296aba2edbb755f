//! `/contact-ways/new` and `/contact-ways/{app}/{config_id}`: a way by itself, with the picture of its QR code.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    web::{Form, Path},
};
use serde::Deserialize;

use super::{
    super::{
        customers::percent,
        done::Done,
        filter::{Given, choice},
        frame::{Frame, html, see_other},
        views::{ContactWayPage, DeleteWayPage, Place, Typed, WayFacts},
        words::{ways::SayWays, wecom},
    },
    gathered::{Channels, Served, apps, everybody, named, picture_href, way_href},
    trouble_page,
};
use crate::{
    flow::changes::{
        NotChanged, Refused,
        asked::{AskedWay, Field, FieldFault, Written},
        contact_ways,
    },
    http::{
        access::{Admin, Caller, Viewer},
        problem::Problem,
    },
    known::contact_ways::Way,
};

/// For how many days adds are counted on the page of one way.
const DAYS: i64 = 30;

/// How long a browser may show a picture again without asking: a way's does not change.
const PICTURE_KEPT: &str = "private, max-age=3600";

/// WeCom knows no way of this id.
const NO_SUCH_WAY: i64 = 41_044;

/// The way that the path names, with its app. Where WeCom does not say, the page says why.
macro_rules! found {
    ($frame:expr, $at:expr) => {
        match look($frame, $at).await? {
            Ok(found) => found,
            Err(refused) => {
                let why = wecom::trouble(&refused, $frame.language);
                return trouble_page($frame, Place::ContactWays, why);
            }
        }
    };
}

/// What the form says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::http::pages) struct Asked {
    app: String,
    name: String,
    state: String,
    kind: String,
    users: String,
    departments: String,
    skip_verify: String,
}

impl Asked {
    fn written(&self, single: bool) -> Written {
        Written {
            name: self.name.clone(),
            state: self.state.clone(),
            users: self.users.clone(),
            departments: self.departments.clone(),
            single: Some(single),
            skip_verify: self.skip_verify == "true",
        }
    }

    fn of(way: &Way) -> Self {
        let departments: Vec<String> = way.departments.iter().map(i64::to_string).collect();
        Self {
            name: way.name.clone(),
            state: way.state.clone(),
            users: way.users.join("\n"),
            departments: departments.join(", "),
            skip_verify: way.skip_verify.to_string(),
            ..Self::default()
        }
    }
}

/// Why a form was not done.
#[derive(Debug, Default)]
struct Wrong {
    faults: Vec<FieldFault>,
    refused: Option<Refused>,
}

impl Wrong {
    fn of(refused: Refused) -> Self {
        Self { faults: Vec::new(), refused: Some(refused) }
    }
}

/// The form for a new one.
pub(in crate::http::pages) async fn new(
    _: Caller<Admin>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    // A channel of the record may be given a code by a link.
    let given = Given::of(request.query_string());
    let text = |name: &str| given.get(name).unwrap_or_default().to_owned();
    let asked = Asked {
        app: text("app"),
        state: text("state"),
        users: text("user"),
        kind: "single".to_owned(),
        skip_verify: "true".to_owned(),
        ..Asked::default()
    };
    html(&form(&frame, &asked, None, &Wrong::default()))
}

/// Makes one.
pub(in crate::http::pages) async fn make(
    caller: Caller<Admin>,
    frame: Frame,
    asked: Form<Asked>,
) -> Result<HttpResponse, Problem> {
    let asked = asked.into_inner();
    let app = app_named(&frame, &asked.app)?;
    let way = match asked.written(asked.kind != "multi").check() {
        Ok(way) => way,
        Err(faults) => return html(&form(&frame, &asked, None, &Wrong { faults, refused: None })),
    };
    match contact_ways::make(frame.context(), &app, &way, &caller.by()).await {
        Ok(config_id) if config_id.is_empty() => Ok(see_other(&Done::WayMade.on("/contact-ways"))),
        Ok(config_id) => Ok(see_other(&Done::WayMade.on(&way_href(&app.name, &config_id)))),
        Err(NotChanged::Store(error)) => Err(Problem::Store(error)),
        Err(NotChanged::Refused(refused)) => html(&form(&frame, &asked, None, &Wrong::of(refused))),
    }
}

/// The page of one.
pub(in crate::http::pages) async fn one(
    _: Caller<Viewer>,
    frame: Frame,
    at: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (app, way) = found!(&frame, &at);
    let facts = facts(&frame, &app, &way).await?;
    html(&form(&frame, &Asked::of(&way), Some((&way, facts)), &Wrong::default()))
}

/// Changes one.
pub(in crate::http::pages) async fn change(
    caller: Caller<Admin>,
    frame: Frame,
    at: Path<(String, String)>,
    asked: Form<Asked>,
) -> Result<HttpResponse, Problem> {
    let asked = asked.into_inner();
    let (app, way) = found!(&frame, &at);
    let wrong = match asked.written(way.single).check() {
        Err(faults) => Wrong { faults, refused: None },
        Ok(wanted) if is_same(&wanted, &way) => {
            return Ok(see_other(&Done::WayAsItWas.on(&way_href(&app.name, &way.config_id))));
        }
        Ok(wanted) => match contact_ways::change(frame.context(), &app, &way, &wanted, &caller.by()).await {
            Ok(()) => return Ok(see_other(&Done::WayChanged.on(&way_href(&app.name, &way.config_id)))),
            Err(NotChanged::Store(error)) => return Err(Problem::Store(error)),
            Err(NotChanged::Refused(refused)) => Wrong::of(refused),
        },
    };
    let facts = facts(&frame, &app, &way).await?;
    html(&form(&frame, &asked, Some((&way, facts)), &wrong))
}

/// Whether nothing is to be changed.
fn is_same(wanted: &AskedWay, way: &Way) -> bool {
    wanted.name == way.name
        && wanted.state == way.state
        && wanted.users == way.users
        && wanted.departments == way.departments
        && wanted.skip_verify == way.skip_verify
}

/// Asks whether it shall be deleted.
pub(in crate::http::pages) async fn ask_to_delete(
    _: Caller<Admin>,
    frame: Frame,
    at: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (app, way) = found!(&frame, &at);
    html(&delete_page(&frame, &app, &way, None).await?)
}

/// Deletes it.
pub(in crate::http::pages) async fn delete(
    caller: Caller<Admin>,
    frame: Frame,
    at: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (app, way) = found!(&frame, &at);
    match contact_ways::delete(frame.context(), &app, &way, &caller.by()).await {
        Ok(()) => Ok(see_other(&Done::WayDeleted.on("/contact-ways"))),
        Err(NotChanged::Store(error)) => Err(Problem::Store(error)),
        Err(NotChanged::Refused(refused)) => {
            let refused = wecom::in_one(&refused, frame.language);
            html(&delete_page(&frame, &app, &way, Some(refused)).await?)
        }
    }
}

/// The picture of its QR code, from WeCom, as a picture of ours: the pages take nothing from elsewhere.
pub(in crate::http::pages) async fn picture(
    _: Caller<Viewer>,
    request: HttpRequest,
    frame: Frame,
    at: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (_, way) = found!(&frame, &at);
    let Some(url) = &way.picture else { return Err(Problem::NoSuchPath) };
    let Ok(_turn) = frame.private.pictures.try_acquire() else { return Err(Problem::Busy) };
    let picture = match contact_ways::picture(frame.context(), url).await {
        Ok(picture) => picture,
        Err(why) => {
            let (what, cure) = wecom::no_picture(why, frame.language);
            let what = frame.say_ways(SayWays::NoPicture { why: &what });
            return trouble_page(&frame, Place::ContactWays, (what, cure));
        }
    };
    let mut answer = HttpResponse::Ok();
    answer.content_type(picture.content_type).insert_header((CACHE_CONTROL, PICTURE_KEPT));
    if Given::of(request.query_string()).get("download").is_some() {
        let name = if way.name.is_empty() { &way.state } else { &way.name };
        let name = percent(&format!("{}.{}", file_name(name), picture.ending));
        let disposition =
            format!("attachment; filename=\"contact-way.{}\"; filename*=UTF-8''{name}", picture.ending);
        answer.insert_header((CONTENT_DISPOSITION, disposition));
    }
    Ok(answer.body(picture.bytes))
}

/// A name as a file may have it on every system.
fn file_name(name: &str) -> String {
    let kept: String =
        name.chars().map(|c| if c.is_control() || "\\/:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let kept = kept.trim_matches([' ', '.']);
    if kept.is_empty() { "contact-way".to_owned() } else { kept.to_owned() }
}

async fn delete_page(
    frame: &Frame,
    app: &Served,
    way: &Way,
    refused: Option<String>,
) -> Result<DeleteWayPage, Problem> {
    let mut channels = Channels::new(frame, DAYS);
    channels.count(&app.name).await?;
    let (adds, _) = if way.state.is_empty() { (0, 0) } else { channels.figures(&app.name, &way.state) };
    let back = way_href(&app.name, &way.config_id);
    Ok(DeleteWayPage {
        w: frame.words,
        y: frame.way_words(),
        shell: frame.shell(Some(Place::ContactWays)),
        question: frame.say_ways(SayWays::DeleteAsk { name: &named(frame, &way.name) }),
        came: frame.say_ways(SayWays::CameByIt { adds }),
        refused,
        action: format!("{back}/delete"),
        back,
    })
}

/// The app of that name; the only one, where none is named.
pub(in crate::http::pages) fn app_named(frame: &Frame, name: &str) -> Result<Served, Problem> {
    let all = apps(frame);
    let found = match (name, all.as_slice()) {
        ("", [only]) => Some(Arc::clone(only)),
        (name, all) => all.iter().find(|app| app.name == name).cloned(),
    };
    found.ok_or_else(|| Problem::WhichApp { apps: all.iter().map(|app| app.name.clone()).collect() })
}

/// A way; or why WeCom does not say.
async fn look(frame: &Frame, at: &(String, String)) -> Result<Result<(Served, Arc<Way>), Refused>, Problem> {
    let (app, config_id) = at;
    let Some(app) = frame.context().apps.get(app).cloned() else { return Err(Problem::NoSuchPath) };
    match app.contact_ways.one(&app.client, config_id).await {
        Ok(way) => Ok(Ok((app, way))),
        Err(error) if error.errcode() == Some(NO_SUCH_WAY) => Err(Problem::NoSuchPath),
        Err(error) => Ok(Err(Refused::of(&error))),
    }
}

async fn facts(frame: &Frame, app: &Served, way: &Way) -> Result<WayFacts, Problem> {
    let mut channels = Channels::new(frame, DAYS);
    channels.count(&app.name).await?;
    let (adds, net) = channels.of(&app.name, &way.state);
    let y = frame.way_words();
    Ok(WayFacts {
        config_id: way.config_id.clone(),
        state: way.state.clone(),
        whom: everybody(frame, &way.users, &way.departments),
        kind: if way.single { y.kind_single } else { y.kind_multi },
        skip_verify: way.skip_verify,
        adds,
        net,
        greeter: channels.greeter(app, &way.state, &way.users),
        events: channels.events_href(&app.name, &way.state),
        statistics: channels.statistics_href(&app.name),
        picture: way.picture.as_ref().map(|link| (picture_href(&app.name, &way.config_id), link.clone())),
        delete: format!("{}/delete", way_href(&app.name, &way.config_id)),
    })
}

fn form(frame: &Frame, asked: &Asked, of: Option<(&Arc<Way>, WayFacts)>, wrong: &Wrong) -> ContactWayPage {
    let faults = |field: Field| -> Vec<String> {
        let own = wrong.faults.iter().filter(|fault| fault.field == field);
        let own = own.map(|fault| fault.say(frame.language));
        let wecoms = wrong.refused.iter().filter(|refused| field_of(refused) == Some(field));
        own.chain(wecoms.map(|refused| wecom::in_one(refused, frame.language))).collect()
    };
    let typed = |field: Field, value: &str| Typed { value: value.to_owned(), faults: faults(field) };
    let refused = match &wrong.refused {
        Some(refused) => Some(wecom::in_one(refused, frame.language)),
        None if wrong.faults.is_empty() => None,
        None => Some(frame.say_ways(SayWays::Faulty { count: wrong.faults.len() })),
    };
    let single = of.as_ref().map_or(asked.kind != "multi", |(way, _)| way.single);
    let title = match &of {
        Some((way, _)) => named(frame, &way.name),
        None => frame.way_words().new.to_owned(),
    };
    let action = match &of {
        Some((_, facts)) => facts.delete.trim_end_matches("/delete").to_owned(),
        None => "/contact-ways/new".to_owned(),
    };
    let apps = match of {
        Some(_) => Vec::new(),
        None => apps(frame).iter().map(|app| choice(&app.name, &app.name, app.name == asked.app)).collect(),
    };
    ContactWayPage {
        w: frame.words,
        y: frame.way_words(),
        shell: frame.shell(Some(Place::ContactWays)),
        title,
        action,
        facts: of.map(|(_, facts)| facts),
        may_change: frame.may_administer(),
        refused,
        apps,
        name: typed(Field::Name, &asked.name),
        state: typed(Field::State, &asked.state),
        users: typed(Field::Users, &asked.users),
        departments: typed(Field::Departments, &asked.departments),
        single,
        skip_verify: asked.skip_verify == "true",
    }
}

/// The field that WeCom's refusal is about.
fn field_of(refused: &Refused) -> Option<Field> {
    Some(match refused.errcode? {
        40_003 | 41_041 | 41_054 | 60_111 | 84_074 => Field::Users,
        60_003 | 60_123 => Field::Departments,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("南山店", "南山店")]
    #[case("a/b\\c:d*e?\"<>|", "a_b_c_d_e_____")]
    #[case("..", "contact-way")]
    #[case("x\r\nSet-Cookie: a", "x__Set-Cookie_ a")]
    fn a_file_may_be_called_so(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(file_name(name), expected);
    }
}
