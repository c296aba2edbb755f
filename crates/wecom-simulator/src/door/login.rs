//! `/wwlogin/sso/login`: WeCom's login page (page 98152), where in place of scanning a code one picks who one is; and what
//! follows, the browser's way back to the page that asked.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ContentType, LOCATION},
    web::{self, Data, ServiceConfig},
};
use reqwest::Url;

use super::{
    answer::{BadRequest, parameter},
    shared::Shared,
};
use crate::acts::login::LogIn;

/// So many members stand on the page: more than one picks from.
const SHOWN_MAX: usize = 200;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/wwlogin/sso/login", web::get().to(page))
        .route("/_simulator/logins", web::get().to(picked));
}

/// What a login page asks for.
struct Asked {
    /// Where the browser comes from and goes back to.
    redirect_uri: Url,
    state: String,
}

impl Asked {
    /// Checked as WeCom does it, as far as its pages say so: the corp, its app, an address.
    fn of(request: &HttpRequest, shared: &Shared) -> Result<Self, BadRequest> {
        let given = |name: &str| parameter(request, name).unwrap_or_default();
        let asked = Self::without_app(request)?;
        let world = shared.running.world();
        if given("login_type") != "CorpApp" {
            return Err(BadRequest("login_type: CorpApp is wanted".into()));
        }
        if !given("appid").eq_ignore_ascii_case(&world.corp_id) {
            return Err(BadRequest("appid: it is not the corp id".into()));
        }
        if given("agentid").parse() != Ok(world.agent_id) {
            return Err(BadRequest("agentid: it is not the app's AgentId".into()));
        }
        Ok(asked)
    }

    /// Where the browser goes back to, whoever asks.
    fn without_app(request: &HttpRequest) -> Result<Self, BadRequest> {
        let given = |name: &str| parameter(request, name).unwrap_or_default();
        let redirect_uri = Url::parse(&given("redirect_uri"))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| BadRequest("redirect_uri: an http or https URL is wanted".into()))?;
        Ok(Self { redirect_uri, state: given("state") })
    }

    /// Where whoever is picked is sent.
    fn href(&self, userid: Option<&str>) -> String {
        let mut href = self.redirect_uri.clone();
        let mut query = href.query_pairs_mut();
        query.clear();
        query.append_pair("redirect_uri", self.redirect_uri.as_str()).append_pair("state", &self.state);
        if let Some(userid) = userid {
            query.append_pair("userid", userid);
        }
        drop(query);
        format!("/_simulator/logins?{}", href.query().unwrap_or_default())
    }

    /// The way back; without a code where somebody did not agree.
    fn way_back(mut self, code: Option<&str>) -> HttpResponse {
        let mut query = self.redirect_uri.query_pairs_mut();
        if let Some(code) = code {
            query.append_pair("code", code);
        }
        query.append_pair("state", &self.state);
        drop(query);
        HttpResponse::Found().insert_header((LOCATION, self.redirect_uri.as_str())).finish()
    }
}

/// Who one may be.
async fn page(request: HttpRequest, shared: Data<Shared>) -> Result<HttpResponse, BadRequest> {
    let asked = Asked::of(&request, &shared)?;
    let is_english = parameter(&request, "lang").as_deref() == Some("en");
    let say = |zh: &'static str, en: &'static str| if is_english { en } else { zh };
    let mut rows = String::new();
    let world = shared.running.world();
    for employee in world.employees().take(SHOWN_MAX) {
        let (href, name) = (escaped(&asked.href(Some(&employee.userid))), escaped(&employee.name));
        let userid = escaped(&employee.userid);
        rows.extend(["<li><a href=\"", &href, "\">", &name, " (", &userid, ")</a></li>\n"]);
    }
    let title = say("企业微信登录（模拟）", "Log in with WeCom (simulated)");
    let lead = say(
        "真的企业微信在这里显示二维码。选一位员工，就当是这位员工扫码并同意登录：",
        "WeCom shows a code here. Pick the member who scans it and agrees:",
    );
    let (stranger, cancel) = (say("不是本企业员工", "Somebody who is no member"), say("取消", "Cancel"));
    let (of_stranger, of_nobody) = (escaped(&asked.href(Some(""))), escaped(&asked.href(None)));
    let text = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><link rel=\"icon\" href=\"data:,\"><title>{title}</title></head>\n\
         <body><h1>{title}</h1>\n<p>{lead}</p>\n<ul>\n{rows}<li><a href=\"{of_stranger}\">{stranger}</a></li>\n\
         <li><a href=\"{of_nobody}\">{cancel}</a></li>\n</ul></body></html>\n",
        say("zh-CN", "en"),
    );
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(text))
}

/// Somebody was picked: `userid`, empty for somebody who is no member, absent for nobody.
async fn picked(request: HttpRequest, shared: Data<Shared>) -> Result<HttpResponse, BadRequest> {
    let asked = Asked::without_app(&request)?;
    let Some(userid) = parameter(&request, "userid") else { return Ok(asked.way_back(None)) };
    let who = Some(userid.as_str()).filter(|userid| !userid.is_empty());
    let code = shared.running.perform(LogIn(who))?.0;
    Ok(asked.way_back(Some(&code)))
}

/// A text as it may stand in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
