//! `/`: the page that says how to use the simulator. And what is said at any other path.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Data, ServiceConfig},
};
use serde_json::json;

use super::{answer::base_of, shared::Shared};
use crate::{api, page_language::PageLanguage};

impl PageLanguage {
    fn usage(self) -> &'static str {
        match self {
            Self::English => include_str!("usage.txt"),
            Self::Chinese => include_str!("usage.zh.txt"),
        }
    }

    /// What is said where nothing is.
    fn nothing_at(self, verb: &str, path: &str) -> String {
        match self {
            Self::English => format!(
                "nothing is at {verb} {path}: GET / tells what there is (curl asks by POST where it has -d)"
            ),
            Self::Chinese => {
                format!("{verb} {path} 这里什么都没有：有什么请看 GET /（curl 带 -d 时是 POST）")
            }
        }
    }
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/", web::get().to(usage)).route("/", web::head().to(usage));
}

async fn usage(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let base = base_of(&request);
    let methods = api::paths().collect::<Vec<_>>().join("\n  ");
    let page = shared.page.usage().replace("{base}", &base).replace("{methods}", &methods);
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(page)
}

pub(super) async fn nothing_here(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let error = shared.page.nothing_at(request.method().as_str(), request.path());
    HttpResponse::NotFound().json(json!({ "error": error }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::set_up::SetUpFault;

    /// The requests that a page shows, without what it says of them.
    fn requests(page: &str) -> BTreeSet<String> {
        let shown = page.lines().map(str::trim).filter(|line| line.starts_with("curl "));
        shown.map(|line| line.split("  ").next().unwrap_or(line).replace(" of a join way", "")).collect()
    }

    #[test]
    fn both_pages_show_the_same_requests() {
        let [english, chinese] = [PageLanguage::English, PageLanguage::Chinese].map(PageLanguage::usage);
        assert_eq!(requests(english), requests(chinese));
        for place in ["{base}/cgi-bin/", "{methods}"] {
            assert!(english.contains(place) && chinese.contains(place), "{place}");
        }
        let others =
            ["duplicates", "hindrances", "lose_answer", "customers_max", "limit_exceeded", "only_look"];
        for word in others.into_iter().chain(SetUpFault::NAMES) {
            assert!(english.contains(word) && chinese.contains(word), "{word}");
        }
    }
}
