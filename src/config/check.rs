//! Turns values as they were written into types, and collects what is wrong with them.
//!
//! Each method gives a placeholder where the value is wrong: nobody sees it, for with a fault there is no
//! [`Config`](super::Config).

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    sync::Arc,
};

use jiff::tz::TimeZone;
use reqwest::Url;
use secrecy::SecretString;

use super::{
    APP_SETTINGS, Fault, Position, ROBOT_PATH, SETTINGS,
    sources::{Given, Map, Raw, read_bounded},
    stray::{self, Source},
    words::{Expected, Stray, ValueKind, What},
};
use crate::{access::Role, network::Network};

/// The largest file that holds a secret. Longer ones are not secrets but mistakes.
const SECRET_BYTES_MAX: u64 = 16 << 10;

/// So much of a wrong value is shown.
const SHOWN_CHARS_MAX: usize = 60;

/// Reads values out of a map, and remembers what was wrong.
pub(super) struct Reader<'a> {
    values: &'a Map,
    app: Option<Position>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(values: &'a Map, faults: Vec<Fault>) -> Self {
        Self { values, app: None, faults }
    }

    /// A reader of one app's values; `position` is where the app begins.
    pub(super) fn of_app(values: &'a Map, position: Position, faults: Vec<Fault>) -> Self {
        Self { values, app: Some(position), faults }
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Remembers that the value at `path` is wrong.
    pub(super) fn fault(&mut self, path: &str, what: What) {
        let position = self.position(path);
        self.faults.push(Fault { position, what });
    }

    /// Whether somebody gave this value, so that it is not the default.
    pub(super) fn is_set(&self, path: &str) -> bool {
        !matches!(self.position(path), Position::Default(_))
    }

    /// Where the value at `path` stands.
    pub(super) fn position(&self, path: &str) -> Position {
        self.values
            .get(path)
            .map_or_else(|| Position::Default(path.to_owned()), |given| given.position.clone())
    }

    /// The value as text, from its file where it has one.
    fn text_of(&mut self, path: &str) -> Option<String> {
        let Given { value, .. } = self.values.get(path)?;
        match value {
            Raw::Text(text) => Some(text.clone()),
            Raw::Integer(number) => Some(number.to_string()),
            Raw::Flag(flag) => Some(flag.to_string()),
            Raw::Texts(_) => {
                self.fault(path, What::FoundKind { expected: Expected::SingleValue, found: ValueKind::List });
                None
            }
            Raw::InFile(file) => match read_bounded(file, SECRET_BYTES_MAX) {
                Ok(text) if text.trim_ascii().is_empty() => {
                    self.fault(path, What::FileEmpty(file.clone()));
                    None
                }
                // Editors and `echo` end a file with a newline that is no part of the secret. Blanks of other alphabets
                // came from elsewhere, and are told of rather than hidden.
                Ok(text) => Some(text.trim_ascii().to_owned()),
                Err(cause) => {
                    let source = self.source(path);
                    let stray = stray::at_the_ends(&file.to_string_lossy(), source);
                    self.fault(
                        path,
                        What::FileUnreadable { file: file.clone(), cause: Arc::new(cause), stray },
                    );
                    None
                }
            },
            Raw::Pairs(_) => {
                let found = ValueKind::Section;
                self.fault(path, What::FoundKind { expected: Expected::SingleValue, found });
                None
            }
            Raw::Other(kind) => {
                self.fault(path, What::FoundKind { expected: Expected::SingleValue, found: *kind });
                None
            }
        }
    }

    /// Where the value at `path` was written.
    fn source(&self, path: &str) -> Source {
        match self.values.get(path) {
            Some(Given { position: Position::Environment(_), value: Raw::InFile(_) }) => Source::OwnFile,
            Some(Given { position: Position::Environment(_), .. }) => Source::Environment,
            Some(Given { value: Raw::InFile(_), .. }) => Source::OwnFile,
            _ => Source::SettingsFile,
        }
    }

    /// Remembers what was expected, and shows what was found unless it is secret; in either case, what got into it.
    fn wrong(&mut self, path: &str, expected: Expected, found: &str) {
        let stray = stray::anywhere(found, self.source(path));
        if is_secret(path, self.app.is_some()) {
            return self.not_as_expected(path, expected, stray);
        }
        let shown: String = found.chars().take(SHOWN_CHARS_MAX).collect();
        let cut = shown.len() < found.len();
        self.fault(path, What::Found { expected, found: shown, cut, stray });
    }

    /// Remembers what was expected, and what got into the value, which is not shown.
    fn not_as_expected(&mut self, path: &str, expected: Expected, stray: Vec<Stray>) {
        self.fault(path, What::Expected { expected, stray });
    }

    pub(super) fn flag(&mut self, path: &str) -> bool {
        let Some(text) = self.text_of(path) else { return false };
        match text.as_str() {
            "true" | "1" => true,
            "false" | "0" => false,
            _ => {
                self.wrong(path, Expected::Flag, &text);
                false
            }
        }
    }

    pub(super) fn number<T: TryFrom<i64> + Default>(&mut self, path: &str, range: RangeInclusive<i64>) -> T {
        self.optional_number(path, range).unwrap_or_default()
    }

    pub(super) fn optional_number<T: TryFrom<i64>>(
        &mut self,
        path: &str,
        range: RangeInclusive<i64>,
    ) -> Option<T> {
        let text = self.text_of(path)?;
        let number = text
            .parse()
            .ok()
            .filter(|number| range.contains(number))
            .and_then(|number| T::try_from(number).ok());
        if number.is_none() {
            let expected = match *range.end() {
                i64::MAX => Expected::Number,
                end => Expected::NumberBetween(*range.start(), end),
            };
            self.wrong(path, expected, &text);
        }
        number
    }

    pub(super) fn address(&mut self, path: &str) -> SocketAddr {
        let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let Some(text) = self.text_of(path) else { return nowhere };
        text.parse().unwrap_or_else(|_| {
            self.wrong(path, Expected::Address, &text);
            nowhere
        })
    }

    pub(super) fn choice<T: Copy>(&mut self, path: &str, choices: [(&'static str, T); 2]) -> T {
        self.optional_choice(path, choices).unwrap_or(choices[0].1)
    }

    /// One of two values; `None` where there is none, or another.
    pub(super) fn optional_choice<T: Copy>(
        &mut self,
        path: &str,
        choices: [(&'static str, T); 2],
    ) -> Option<T> {
        let [(first, _), (second, _)] = choices;
        let text = self.text_of(path)?;
        let chosen = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
        if chosen.is_none() {
            self.wrong(path, Expected::Choice(first, second), &text);
        }
        chosen
    }

    /// A time zone of the tz database.
    pub(super) fn time_zone(&mut self, path: &str) -> TimeZone {
        let Some(text) = self.text_of(path) else { return TimeZone::UTC };
        match TimeZone::get(text.trim()) {
            Ok(zone) if !zone.is_unknown() => zone,
            _ => {
                self.wrong(path, Expected::TimeZone, &text);
                TimeZone::UTC
            }
        }
    }

    /// A text. `expected` says what should stand there instead, or `None` where the text is right.
    pub(super) fn checked_text(&mut self, path: &str, expected: impl Fn(&str) -> Option<Expected>) -> String {
        let Some(text) = self.text_of(path) else { return String::new() };
        if let Some(expected) = expected(&text) {
            self.wrong(path, expected, &text);
        }
        text
    }

    /// A secret of visible ASCII that need not be there.
    pub(super) fn optional_secret(
        &mut self,
        path: &str,
        expected: impl Fn(&str) -> Option<Expected>,
    ) -> Option<SecretString> {
        let text = self.text_of(path)?;
        let stray = !stray::anywhere(&text, self.source(path)).is_empty();
        if let Some(expected) = expected(&text).or(stray.then_some(Expected::Ascii)) {
            self.wrong(path, expected, &text);
        }
        Some(SecretString::from(text))
    }

    /// An http or https URL to which something is posted; a group robot's webhook whole, with its key.
    pub(super) fn alert_url(&mut self, path: &str) -> Option<SecretString> {
        let text = self.text_of(path)?;
        let stray = stray::anywhere(&text, self.source(path));
        let has_key = |url: &Url| url.query_pairs().any(|(name, value)| name == "key" && !value.is_empty());
        let is_right = Url::parse(&text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && (!url.path().ends_with(ROBOT_PATH) || has_key(&url))
        });
        if !is_right || !stray.is_empty() {
            self.not_as_expected(path, Expected::AlertUrl, stray);
        }
        Some(SecretString::from(text))
    }

    /// A value that an app must have.
    pub(super) fn app_value(&mut self, path: &str, expected: impl Fn(&str) -> Option<Expected>) -> String {
        if !self.values.contains_key(path) {
            self.missing(path);
            return String::new();
        }
        self.checked_text(path, |text| if text.is_empty() { Some(found_at(path)) } else { expected(text) })
    }

    /// A list of texts, or one text with commas in it, as an environment variable has it; none where it is not given.
    pub(super) fn texts(
        &mut self,
        path: &str,
        most: usize,
        expected: impl Fn(&str) -> Option<Expected>,
    ) -> Vec<String> {
        let texts = match self.values.get(path) {
            None => return Vec::new(),
            Some(Given { value: Raw::Texts(texts), .. }) => texts.clone(),
            Some(Given { value: Raw::Other(_), .. }) => {
                self.not_as_expected(path, Expected::Texts, Vec::new());
                return Vec::new();
            }
            Some(_) => {
                let text = self.text_of(path).unwrap_or_default();
                text.split(',').map(|part| part.trim().to_owned()).collect()
            }
        };
        if texts.len() > most {
            self.fault(path, What::TooMany { count: texts.len(), most });
        }
        let wrong = texts.iter().find_map(|text| Some((expected(text)?, text)));
        if let Some((expected, text)) = wrong {
            self.wrong(path, expected, text);
        }
        texts
    }

    /// Addresses and ranges of them.
    pub(super) fn networks(&mut self, path: &str, most: usize) -> Vec<Network> {
        let is_wrong = |text: &str| text.parse::<Network>().is_err().then_some(Expected::Networks);
        self.texts(path, most, is_wrong).iter().filter_map(|text| text.parse().ok()).collect()
    }

    /// Employees with their roles: a section of the file, or `zhangsan=admin,lisi=viewer`, as an environment variable has
    /// it; none where it is not given.
    pub(super) fn roles(&mut self, path: &str, most: usize) -> BTreeMap<String, Role> {
        let pairs: Vec<(String, String)> = match self.values.get(path) {
            None => return BTreeMap::new(),
            Some(Given { value: Raw::Pairs(pairs), .. }) => pairs.clone(),
            Some(Given { value: Raw::Other(_) | Raw::Texts(_), .. }) => {
                self.not_as_expected(path, Expected::Employees, Vec::new());
                return BTreeMap::new();
            }
            Some(_) => {
                let text = self.text_of(path).unwrap_or_default();
                let pair = |part: &str| {
                    let (userid, role) = part.split_once('=').unwrap_or((part, ""));
                    (userid.trim().to_owned(), role.trim().to_owned())
                };
                text.split(',').map(pair).collect()
            }
        };
        if pairs.len() > most {
            self.fault(path, What::TooMany { count: pairs.len(), most });
        }
        let mut roles = BTreeMap::new();
        for (userid, role) in pairs {
            match role.parse() {
                // Letters of either case are one userid to WeCom: of two of them nobody could say which one counts.
                Ok(role) if is_userid(&userid) => {
                    if roles.insert(userid.to_ascii_lowercase(), role).is_some() {
                        self.fault(path, What::EmployeeTwice(userid));
                    }
                }
                _ if role.is_empty() => self.wrong(path, Expected::Employees, &userid),
                _ => self.wrong(path, Expected::Employees, &format!("{userid}={role}")),
            }
        }
        roles
    }

    /// A secret that an app must have.
    pub(super) fn app_secret(
        &mut self,
        path: &str,
        expected: impl Fn(&str) -> Option<Expected>,
    ) -> SecretString {
        SecretString::from(self.app_value(path, expected))
    }

    /// A secret that an app must have; an empty one where it is `absent` and need not be there.
    pub(super) fn app_secret_unless(
        &mut self,
        absent: bool,
        path: &str,
        expected: impl Fn(&str) -> Option<Expected>,
    ) -> SecretString {
        if absent { SecretString::default() } else { self.app_secret(path, expected) }
    }

    fn missing(&mut self, path: &str) {
        let Some(app) = self.app.clone() else { return };
        let fault = match app {
            // The app is made of variables: the one that is missing has a name of its own.
            Position::Environment(_) => {
                let variable =
                    APP_SETTINGS.iter().find(|setting| setting.path == path).and_then(|found| found.variable);
                let position = Position::Environment(variable.unwrap_or(path).to_owned());
                Fault { position, what: What::Missing { of: None, expected: found_at(path) } }
            }
            position => Fault {
                position,
                what: What::Missing { of: Some(path.to_owned()), expected: found_at(path) },
            },
        };
        self.faults.push(fault);
    }

    /// `sqlite://PATH` or a PostgreSQL URL.
    pub(super) fn database_url(&mut self, path: &str) -> SecretString {
        let text = self.text_of(path).unwrap_or_default();
        let source = self.source(path);
        let stray = if text.trim_start().starts_with("postgres") {
            stray::anywhere(&text, source)
        } else {
            stray::at_the_ends(&text, source)
        };
        if !stray.is_empty() {
            self.not_as_expected(path, Expected::DatabaseUrl, stray);
            return SecretString::default();
        }
        let expected = if text.contains(":memory:") || text.contains("mode=memory") {
            Some(Expected::DatabaseOnDisk)
        } else if let Some(file) = text.strip_prefix("sqlite://") {
            file.split('?').next().is_none_or(str::is_empty).then_some(Expected::SqlitePath)
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Url::parse(&text).is_err().then_some(Expected::PostgresUrl)
        } else {
            Some(Expected::DatabaseUrl)
        };
        // A value that could not be read has its fault already.
        if let Some(expected) = expected.filter(|_| !text.is_empty()) {
            self.wrong(path, expected, &text);
        }
        SecretString::from(text)
    }

    /// An http or https URL to which paths are appended; without a slash at its end.
    pub(super) fn base_url(&mut self, path: &str) -> String {
        let Some(text) = self.text_of(path) else { return String::new() };
        // A URL's reader passes over blanks and line ends at the ends of a text.
        let stray = stray::anywhere(&text, self.source(path));
        let is_base = stray.is_empty()
            && Url::parse(&text).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.has_host()
                    && url.query().is_none()
                    && url.fragment().is_none()
                    && url.username().is_empty()
                    && url.password().is_none()
            });
        if !is_base {
            // It may hold a password by mistake, so it is not shown.
            self.not_as_expected(path, Expected::BaseUrl, stray);
        }
        text.trim_end_matches('/').to_owned()
    }
}

/// Whether WeCom could call an employee so: 1 to 64 bytes (page 90195).
fn is_userid(text: &str) -> bool {
    let is_of_ids = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'@');
    (1..=64).contains(&text.len()) && text.bytes().all(is_of_ids)
}

fn is_secret(path: &str, of_app: bool) -> bool {
    let settings = if of_app { APP_SETTINGS.as_slice() } else { SETTINGS.as_slice() };
    settings.iter().any(|setting| setting.secret && setting.path == path)
}

/// What a value of an app is, and where WeCom's console shows it.
fn found_at(path: &str) -> Expected {
    match path {
        "name" => Expected::NameOfApp,
        "corp_id" => Expected::ConsoleCorpId,
        "secret" => Expected::ConsoleSecret,
        "token" => Expected::ConsoleToken,
        _ => Expected::ConsoleAesKey,
    }
}
