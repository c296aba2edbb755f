//! `contact call VERB PATH`: a method that the catalogue does not know, because it is newer than this program or no part of
//! customer contact.
//!
//! What it does is not known either. So it is sent once, and never again by itself; its path is held to be one of WeCom's
//! API; and no credential goes into it but the access token, which the client adds.

use std::{process::ExitCode, time::Duration};

use clap::{Arg, ArgMatches, Command, ValueHint, builder::PossibleValuesParser};
use reqwest::Url;

use super::{
    answer, client,
    commands::{APP, JSON, TIMEOUT, common, with_how},
    given,
};
use crate::{
    cli::{
        failure::Misuse,
        output::{Output, say},
        setup::Setup,
        words::contact::{CallArgument, Contact, WrongPath},
    },
    config::Required,
    language::{Language, Sentence as _},
};
use wecom_client::{
    CallOptions, Effect, Endpoint, Prepared,
    catalogue::{self, Answers, Kind, Method},
};

pub(super) const COMMAND: &str = "call";

const VERB: &str = "verb";
const PATH: &str = "path";

/// The longest path: WeCom's own have some 60 characters.
const PATH_MAX: usize = 200;

/// What stands before every path.
const BASE: &str = "/cgi-bin/";

/// Names that a query must not have: the client adds the token of the app, and a second one, or a secret, would go out in an
/// address that proxies write into their logs.
const CREDENTIALS: [&str; 8] = [
    "access_token",
    "suite_access_token",
    "provider_access_token",
    "corpid",
    "corpsecret",
    "suite_secret",
    "provider_secret",
    "permanent_code",
];

pub(super) fn command(language: Language) -> Command {
    let said = |sentence: Contact<'_>| sentence.to(language);
    let command = Command::new(COMMAND)
        .about(said(Contact::CallAbout))
        .after_help(said(Contact::CallAfter))
        .arg(
            Arg::new(VERB)
                .value_name("VERB")
                .required(true)
                .help(said(Contact::CallArgument(CallArgument::Verb)))
                .value_parser(PossibleValuesParser::new(["GET", "POST"]))
                // clap would list them in English; the text in Chinese names them.
                .hide_possible_values(language == Language::Zh)
                .ignore_case(true),
        )
        .arg(
            Arg::new(PATH)
                .value_name("PATH")
                .required(true)
                .value_hint(ValueHint::Other)
                .help(said(Contact::CallArgument(CallArgument::Path))),
        )
        .arg(
            common(JSON)
                .value_name("BODY")
                .value_hint(ValueHint::FilePath)
                .help(said(Contact::CallArgument(CallArgument::Body))),
        );
    with_how(command)
}

pub(super) async fn run(given: ArgMatches, setup: Setup, mut output: Output) -> anyhow::Result<ExitCode> {
    let language = setup.language;
    let text = |name: &str| given::one::<String>(&given, name).unwrap_or_default();
    let (path, query) = parse(&text(PATH), language)?;
    if let Some(method) = catalogue::methods().find(|method| method.endpoint.path == path) {
        refuse_or_point_to(method, language)?;
    }
    // A path of the catalogue lives as long as the program; of this one there is one in a run.
    let path: &'static str = Box::leak(path.into_boxed_str());
    let mut endpoint = if text(VERB).eq_ignore_ascii_case("GET") {
        Endpoint::get(path)
    } else {
        Endpoint::post(path, Effect::Once)
    };
    // Some of WeCom's GETs change something: `user/delete` is one.
    endpoint.effect = Effect::Once;
    let arguments = given::whole(&given, language)?;
    let names = arguments.keys().map(String::as_str).chain(query.iter().map(|(name, _)| name.as_str()));
    if let Some(name) = names.clone().find(|name| is_credential(name, endpoint)) {
        return Err(Misuse(Contact::Credential { name }.to(language)).into());
    }
    let prepared = Prepared::unlisted(endpoint, query, &arguments)?;
    let options = match given::one(&given, TIMEOUT) {
        Some(seconds) => CallOptions::within(Duration::from_secs(seconds)),
        None => CallOptions::default(),
    };
    let config = setup.load(Required::Calls)?;
    let client = client(&config, given::one::<String>(&given, APP).as_deref(), &setup)?;
    let ended = match client.ask(&prepared, options).await {
        Ok(answered) => answer::unlisted(&answered, &mut output)?,
        Err(unanswered) => answer::none(unanswered, endpoint, path, answer::Form::Answer, &mut output)?,
    };
    output.flush()?;
    Ok(ended)
}

/// Whether a field of this name would be a credential. A body may have a `corpid` that is somebody else's.
fn is_credential(name: &str, endpoint: Endpoint) -> bool {
    let name = name.to_ascii_lowercase();
    CREDENTIALS.contains(&name.as_str()) && (name != "corpid" || endpoint.verb == wecom_client::Verb::Get)
}

/// The path below `/cgi-bin/`, and the query that stands behind it. WeCom's pages write a path with what is before it, so
/// that is taken off where it is whole.
fn parse(given: &str, language: Language) -> Result<(String, Vec<(String, String)>), Misuse> {
    let refused = |wrong: WrongPath| Misuse(Contact::Path(wrong).to(language));
    let (path, query) = given.split_once('?').unwrap_or((given, ""));
    if path.contains("://") || path.starts_with("//") {
        return Err(refused(WrongPath::WholeAddress));
    }
    let path = path.strip_prefix(BASE).or_else(|| path.strip_prefix(&BASE[1..])).unwrap_or(path);
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
    };
    if path.is_empty() || path.len() > PATH_MAX {
        return Err(refused(WrongPath::Length { most: PATH_MAX }));
    }
    if path.starts_with('/') {
        return Err(refused(WrongPath::Slash));
    }
    if !path.split('/').all(is_plain) {
        return Err(refused(WrongPath::Characters));
    }
    // The rules of a query are those of every address.
    let Ok(mut url) = Url::parse("https://qyapi.weixin.qq.com/") else {
        return Err(refused(WrongPath::Unreadable));
    };
    url.set_query(Some(query));
    let pairs = url.query_pairs().filter(|(name, _)| !name.is_empty());
    Ok((path.to_owned(), pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()))
}

/// A method that has a command is better called by it, and one that takes or gives something else than JSON can be called by
/// it only.
fn refuse_or_point_to(method: &Method, language: Language) -> Result<(), Misuse> {
    let command = method.command();
    let sends_file = method.arguments.iter().any(|argument| argument.kind == Kind::File);
    if sends_file || method.answers != Answers::Json {
        return Err(Misuse(Contact::HasCommand { command: &command }.to(language)));
    }
    say(&Contact::SameMethod { command: &command }.to(language));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_below_cgi_bin() {
        for (given, path, query) in [
            ("user/get", "user/get", ""),
            ("/cgi-bin/user/get?userid=a%20b&x=", "user/get", "userid=a b,x="),
            ("cgi-bin/externalcontact/get_new_thing", "externalcontact/get_new_thing", ""),
            ("gettoken2", "gettoken2", ""),
        ] {
            let (read, pairs) = parse(given, Language::En).unwrap();
            let pairs: Vec<String> =
                pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!((read.as_str(), pairs.join(",").as_str()), (path, query), "{given}");
        }
        for wrong in [
            "",
            "/",
            "/user/get",
            "//evil.example/x",
            "https://qyapi.weixin.qq.com/cgi-bin/user/get",
            "../user/get",
            "user/../../x",
            "user//get",
            "user/get/",
            "user/%2e%2e/x",
            "user\\get",
            "user/get#x",
            "user get",
            "user@host/x",
            "用户/get",
            "/cgi-bin/",
            "/cgi-bin//x",
            &"a".repeat(PATH_MAX + 1),
        ] {
            assert!(parse(wrong, Language::En).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_credential_goes_into_it() {
        let (get, post) = (Endpoint::get("a"), Endpoint::post("a", Effect::Once));
        for name in ["access_token", "Access_Token", "corpsecret", "suite_access_token"] {
            assert!(is_credential(name, get) && is_credential(name, post), "{name}");
        }
        assert!(
            is_credential("corpid", get) && !is_credential("corpid", post) && !is_credential("userid", get)
        );
    }
}
