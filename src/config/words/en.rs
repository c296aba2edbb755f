//! What can be wrong with settings, in English.

use std::fmt::{Formatter, Result};

use super::{super::exposed_by, Character, Expected, Frame, Near, NearAt, Place, Stray, ValueKind, What};
use crate::language::{Language, system};

pub(super) fn what(what: &What, f: &mut Formatter<'_>) -> Result {
    match what {
        What::Expected { expected: wanted, stray } => {
            write!(f, "expected {}", expected(*wanted))?;
            strays(stray, f)
        }
        What::Found { expected: wanted, found, cut, stray } => {
            let more = if *cut { " …" } else { "" };
            write!(f, "expected {}; found {found:?}{more}", expected(*wanted))?;
            strays(stray, f)
        }
        What::FoundKind { expected: wanted, found } => {
            write!(f, "expected {}, found {}", expected(*wanted), kind(*found))
        }
        What::Missing { of: Some(of), expected: wanted } => {
            write!(f, "{of} is missing: expected {}", expected(*wanted))
        }
        What::Missing { of: None, expected: wanted } => {
            write!(f, "is missing: expected {}", expected(*wanted))
        }
        What::FileEmpty(file) => write!(f, "the file {} is empty", file.display()),
        What::FileUnreadable { file, cause, stray } => {
            write!(f, "cannot read the file {}: {}", file.display(), system(cause, Language::En))?;
            if cause.kind() == std::io::ErrorKind::InvalidData {
                write!(f, "; save it as UTF-8")?;
            }
            if !stray.is_empty() {
                write!(f, "; of this path: ")?;
            }
            listed(stray, f)
        }
        What::TooMany { count, most } => write!(f, "has {count} elements: at most {most} are allowed"),
        What::SecretLength { length, usual } => write!(
            f,
            "the Secret has {length} characters; those of WeCom's console have {usual}: was it copied whole?"
        ),
        What::Exposed(file) => f.write_str(&exposed_by(file, "a secret")),
        What::SameListener => {
            write!(f, "is the same as http.listen: the public and the private listener need an address each")
        }
        What::LoginApp(apps) => write!(
            f,
            "by which app employees log in cannot be told: set admin.wecom_login_app to one of {}",
            apps.join(", ")
        ),
        What::LoginAgentId(app) => write!(
            f,
            "employees log in by the app `{app}`, which has no agent_id: set it (AgentId: 应用管理 → the app)"
        ),
        What::EmployeeTwice(userid) => {
            write!(f, "the employee {userid} stands there twice (letters of either case are the same)")
        }
        What::AppTwice(name) => write!(f, "another app is called `{name}` already"),
        What::Keys(error) => write!(f, "callbacks cannot be opened with these values: {error}"),
        What::NotToml(message) => write!(f, "is not TOML: {message}"),
        What::OneBracket => write!(f, "expected two brackets, [[apps]], once for each app"),
        What::NoSuch { near: Some(Near { name, at }), .. } => {
            let at = match at {
                NearAt::Here => "",
                NearAt::App => " in [[apps]]",
                NearAt::Top => " above the first [section]",
            };
            write!(f, "no such setting; did you mean {name}{at}?")
        }
        What::NoSuch { near: None, known } => {
            write!(f, "no such setting; known here: {}", known.join(", "))
        }
        What::GivenTwice => write!(f, "is given twice: as a value and as the path of a file"),
        What::GivenTwiceBy(other) => write!(f, "is given twice: {other} is set as well"),
        What::NotUtf8 => write!(f, "is not UTF-8"),
        What::NotSecret(variable) => write!(f, "is not a secret: set {variable} itself"),
    }
}

fn expected(wanted: Expected) -> String {
    let text = match wanted {
        Expected::NumberBetween(from, to) => return format!("a number from {from} to {to}"),
        Expected::Choice(one, other) => return format!("{one} or {other}"),
        Expected::Flag => "true or false",
        Expected::Number => "a number",
        Expected::Address => "an IP address and a port, like 0.0.0.0:8080 or [::]:8080",
        Expected::SingleValue => "a single value",
        Expected::Section => "a section",
        Expected::AdminToken => "at least 16 characters; `openssl rand -hex 32` makes a good one",
        Expected::LogFilter => "error, warn, info, debug or trace, or by module like info,wecom_client=debug",
        Expected::AppName => "1 to 64 letters, digits, - or _",
        Expected::CorpId => "a corp id, like ww1234567890abcdef",
        Expected::Token => "up to 32 letters and digits, exactly as the console shows them",
        Expected::AesKey => "43 letters and digits, exactly as the console shows them",
        Expected::NameOfApp => "a name, which the callback URL ends in",
        Expected::ConsoleCorpId => "the 企业ID, shown under 我的企业 → 企业信息",
        Expected::ConsoleSecret => "the app's Secret, shown under 应用管理 → the app",
        Expected::ConsoleToken => "the Token, set under the app's 接收消息 → 设置API接收",
        Expected::ConsoleAesKey => "the EncodingAESKey, set under the app's 接收消息 → 设置API接收",
        Expected::Secret => "letters, digits, - and _, exactly as the console shows them",
        Expected::ReceiveIds => {
            "the ids of a suite, a provider's corp or a customer's corp, like ww1234567890abcdef"
        }
        Expected::Texts => "a list of texts",
        Expected::Networks => "addresses or ranges like 10.0.0.0/8",
        Expected::Ascii => "letters, digits and signs of ASCII",
        Expected::TimeZone => {
            "a time zone by its name in the tz database, like Asia/Shanghai (the time of Beijing)"
        }
        Expected::DatabaseOnDisk => "a database on disk: one in memory would lose what was acknowledged",
        Expected::SqlitePath => "a path after sqlite://, like sqlite://greeter.db",
        Expected::PostgresUrl => {
            "a URL like postgres://USER:PASSWORD@HOST/DATABASE; characters such as @ : / in the password must be \
             written as %40 %3A %2F"
        }
        Expected::DatabaseUrl => "sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE",
        Expected::BaseUrl => {
            "an http or https URL without user, query or fragment, like https://qyapi.weixin.qq.com"
        }
        Expected::Employees => {
            "userids with their roles (viewer, operator or admin), like zhangsan = \"admin\" in [admin.wecom_login], or \
             zhangsan=admin,lisi=viewer in the environment"
        }
        Expected::AlertUrl => {
            "the webhook of a WeCom group robot, whole and with its key=, or another http or https URL that takes JSON"
        }
    };
    text.to_owned()
}

/// What got into a value, behind what is expected of it.
fn strays(found: &[Stray], f: &mut Formatter<'_>) -> Result {
    if !found.is_empty() {
        write!(f, "; ")?;
    }
    listed(found, f)
}

fn listed(found: &[Stray], f: &mut Formatter<'_>) -> Result {
    for (at, stray) in found.iter().enumerate() {
        if at > 0 {
            write!(f, "; ")?;
        }
        self::stray(*stray, f)?;
    }
    Ok(())
}

fn stray(stray: Stray, f: &mut Formatter<'_>) -> Result {
    match stray {
        Stray::QuotesInQuotes => {
            write!(f, "it has quotes of its own inside of those of the file: write one pair of them")
        }
        Stray::QuotesKept => write!(
            f,
            "it stands in quotes, which docker's `--env-file` keeps as a part of the value (a shell takes them off): \
             write it without"
        ),
        Stray::QuotesKeptByFile => write!(
            f,
            "it stands in quotes, which a file of one value keeps, as docker's `--env-file` does: write it without"
        ),
        Stray::QuoteBefore => write!(f, "it begins with a quote that is no part of it"),
        Stray::QuoteBehind => write!(f, "it ends in a quote that is no part of it"),
        Stray::Character { place, character: c } => {
            match place {
                Place::Begins => write!(f, "it begins with ")?,
                Place::Ends => write!(f, "it ends in ")?,
                Place::Character(number) => write!(f, "it has, as its character {number}, ")?,
            }
            character(c, f)
        }
    }
}

fn character(character: Character, f: &mut Formatter<'_>) -> Result {
    match character {
        Character::Blank => write!(f, "a blank"),
        Character::Tab => write!(f, "a tab"),
        Character::CarriageReturn => write!(f, "a carriage return (U+000D): its lines end as on Windows"),
        Character::LineBreak => write!(f, "a line break"),
        Character::NoBreakSpace => write!(f, "a no-break space (U+00A0), as web pages have it"),
        Character::FullWidthBlank => write!(f, "a full-width blank (U+3000)"),
        Character::ByteOrderMark => write!(f, "a byte order mark (U+FEFF): save it as UTF-8 without one"),
        Character::FullWidth(code) => {
            write!(f, "a full-width character (U+{code:04X}) in place of the ASCII one")
        }
        Character::Unseen(code) => write!(f, "a character that nobody sees (U+{code:04X})"),
        Character::Control(code) => write!(f, "a control character (U+{code:04X})"),
        Character::OtherBlank(code) => write!(f, "a blank (U+{code:04X})"),
        Character::NotAscii => write!(f, "a character that is not ASCII"),
    }
}

fn kind(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "a text",
        ValueKind::Number => "a number",
        ValueKind::TooLargeNumber => "a number that is too large",
        ValueKind::Fraction => "a fraction",
        ValueKind::Flag => "true or false",
        ValueKind::Date => "a date",
        ValueKind::List => "a list",
        ValueKind::Section => "a section",
        ValueKind::NoPath => "something that is not a path",
    }
}

pub(super) fn frame(frame: &Frame<'_>, f: &mut Formatter<'_>) -> Result {
    match frame {
        Frame::Wrong(1) => write!(f, "a setting is wrong"),
        Frame::Wrong(count) => write!(f, "{count} settings are wrong"),
        Frame::NoApp => f.write_str(NO_APP),
        Frame::DefaultOf(path) => write!(f, "default of {path}"),
        Frame::Environment(variable) => write!(f, "environment {variable}"),
        Frame::Unreadable(path) => write!(f, "cannot read the settings file {}", path.display()),
    }
}

const NO_APP: &str = "\
no WeCom app is set up. WeCom's admin console (https://work.weixin.qq.com) shows what is needed:

  WECOM_CORP_ID            企业ID: 我的企业 → 企业信息
  WECOM_SECRET             Secret: 应用管理 → your app (it must be listed in
                           客户与上下游 → 客户联系 → API → 可调用接口的应用)
  WECOM_TOKEN              Token: your app → 接收消息 → 设置API接收
  WECOM_ENCODING_AES_KEY   EncodingAESKey: on the same page
  WECOM_AGENT_ID           AgentId: 应用管理 → your app (optional)

Set them in the environment, or as [[apps]] in greeter.toml for several apps; a secret can
be given as the path of a file, WECOM_SECRET_FILE. Save the callback URL in the console once
the server runs: https://YOUR-HOST/callback/default

To see it at work first, with nothing to set up:  wecom-greeter demo";
