//! Reads what was given: flags over `--json`, each into the form in which WeCom takes it.
//!
//! Every fault found here is wrong usage. What the values mean and how long they may be is checked afterwards, by the
//! method itself.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use clap::ArgMatches;
use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{
    ContactOptions, Destination,
    commands::{ALL, APP, JSON, Listed, OVERWRITE, QR, TABLE, TIMEOUT, TO},
};
use crate::{
    cli::{
        failure::Misuse,
        when::{self, Zone},
        words::{arguments::Wrong, contact::Contact},
    },
    language::{Language, Sentence as _},
};
use wecom_client::catalogue::{Argument, Arguments, Kind, Method};

/// The longest body that is read: ten thousand customers' ids take a tenth of it.
const BODY_BYTES_MAX: u64 = 4 * 1024 * 1024;

impl Listed {
    /// The method, how it is to be called, and with what.
    pub(super) fn read(
        self,
        now: (i64, &Zone),
        language: Language,
    ) -> anyhow::Result<(&'static Method, ContactOptions, Arguments)> {
        let Self { method, given } = self;
        let flags = ContactOptions {
            app: one(&given, APP),
            timeout: one(&given, TIMEOUT).map(Duration::from_secs),
            all: switch(&given, ALL),
            table: switch(&given, TABLE),
            qr: switch(&given, QR),
            to: one::<PathBuf>(&given, TO)
                .map(|path| Destination { path, overwrite: switch(&given, OVERWRITE) }),
        };
        let mut fields = whole(&given, language)?;
        for argument in method.arguments {
            if let Some(value) = value(argument, &given, now, language)? {
                fields.insert(argument.name.to_owned(), value);
            }
        }
        Ok((method, flags, Arguments::new(method, fields)))
    }
}

/// The arguments that were given as one object; none where there is no such object.
pub(super) fn whole(given: &ArgMatches, language: Language) -> anyhow::Result<Map<String, Value>> {
    match one::<String>(given, JSON) {
        Some(body) => Ok(object(&text_of(&body, language)?, language)?),
        None => Ok(Map::new()),
    }
}

pub(super) fn one<T: Clone + Send + Sync + 'static>(given: &ArgMatches, name: &str) -> Option<T> {
    given.try_get_one::<T>(name).ok().flatten().cloned()
}

fn switch(given: &ArgMatches, name: &str) -> bool {
    one::<bool>(given, name).unwrap_or_default()
}

/// The value of a flag; `None` where it was not given.
fn value(
    argument: &Argument,
    given: &ArgMatches,
    now: (i64, &Zone),
    language: Language,
) -> anyhow::Result<Option<Value>> {
    let misuse =
        |wrong: Wrong| Misuse(format!("--{}{}{}", argument.flag(), language.colon(), wrong.to(language)));
    let text = || one::<String>(given, argument.name);
    Ok(match argument.kind {
        Kind::Text | Kind::File => text().map(Value::from),
        Kind::Integer => one::<i64>(given, argument.name).map(Value::from),
        Kind::Boolean => one::<bool>(given, argument.name).map(Value::from),
        Kind::Texts => several(given, argument.name).map(Value::from),
        Kind::Ids => match several(given, argument.name) {
            None => None,
            Some(given) => Some(ids(&given).map_err(misuse)?.into()),
        },
        Kind::Owners => match several(given, argument.name) {
            None => None,
            Some(given) => Some(json!({ "userid_list": ids(&given).map_err(misuse)? })),
        },
        Kind::Integers => match several(given, argument.name) {
            None => None,
            Some(given) => {
                let numbers =
                    split(&given).iter().map(|text| text.trim().parse()).collect::<Result<Vec<i64>, _>>();
                Some(numbers.map_err(|_| misuse(Wrong::NoIntegers))?.into())
            }
        },
        Kind::Time => match text() {
            None => None,
            Some(text) => Some(second(&text, now).map_err(misuse)?.into()),
        },
        Kind::Day => match text() {
            None => None,
            Some(text) => Some(second_of_day(&text, now).map_err(misuse)?.into()),
        },
        // A text may begin with a brace (`{{name}}`, say, of a template that nobody filled in): only JSON is an object.
        Kind::Content => text().map(|text| match parse(&text) {
            Ok(object @ Value::Object(_)) => object,
            _ => json!({ "content": text }),
        }),
        Kind::Json => match text() {
            None => None,
            Some(text) => Some(parse(&text_of(&text, language)?).map_err(misuse)?),
        },
    })
}

fn several(given: &ArgMatches, name: &str) -> Option<Vec<String>> {
    given.try_get_many::<String>(name).ok().flatten().map(|values| values.cloned().collect())
}

/// Ids with commas between them. What a Chinese input method types in place of ASCII is in no id.
fn ids(given: &[String]) -> Result<Vec<String>, Wrong> {
    let ids = split(given);
    match ids.iter().find_map(|id| Some((id, crate::rules::typed_ids(id)?))) {
        Some((id, meant)) => Err(Wrong::TypedId { id: id.clone(), meant }),
        None => Ok(ids),
    }
}

/// Ids hold no comma.
fn split(given: &[String]) -> Vec<String> {
    given.iter().flat_map(|list| list.split(',')).map(|id| id.trim().to_owned()).collect()
}

/// Unix seconds, given as such, as an instant or as a time ago.
fn second(text: &str, (now_ms, zone): (i64, &Zone)) -> Result<i64, Wrong> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(second) = text.parse()
    {
        return Ok(second);
    }
    when::parse(text).map(|when| when.at_ms(now_ms, zone).div_euclid(1_000))
}

/// As [`second`], but that a date is that day in China, by which WeCom counts.
fn second_of_day(text: &str, now: (i64, &Zone)) -> Result<i64, Wrong> {
    let china = || TimeZone::get("Asia/Shanghai").ok();
    // Without this check `20260301` would be a date as well, and not the second that it is elsewhere.
    let dashed = text.trim().len() == "2026-03-01".len();
    match (text.trim().parse::<Date>(), china()) {
        (Ok(date), Some(china)) if dashed => {
            date.to_zoned_datetime(china).map(|zoned| zoned.timestamp().as_second()).map_err(|_| Wrong::NoDay)
        }
        _ => second(text, now),
    }
}

fn parse(text: &str) -> Result<Value, Wrong> {
    serde_json::from_str(text).map_err(|cause| Wrong::NoJson {
        parser: cause.to_string(),
        line: cause.line(),
        column: cause.column(),
    })
}

fn object(text: &str, language: Language) -> Result<Map<String, Value>, Misuse> {
    let misuse = |wrong: Wrong| Misuse(format!("--json{}{}", language.colon(), wrong.to(language)));
    match parse(text) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(misuse(Wrong::NoObject)),
        Err(wrong) => Err(misuse(wrong)),
    }
}

/// The text itself, or that of `@FILE` or of stdin for `-`.
fn text_of(given: &str, language: Language) -> anyhow::Result<String> {
    let cannot = |file: &str| Contact::CannotRead { file }.to(language);
    let (name, text) = match given.strip_prefix('@') {
        _ if given == "-" => {
            let stdin = Contact::Stdin.to(language);
            let text = bounded(io::stdin().lock()).with_context(|| cannot(&stdin))?;
            (stdin, text)
        }
        Some(path) => {
            let doing = || cannot(path);
            let file = File::open(Path::new(path)).with_context(doing)?;
            (path.to_owned(), bounded(file).with_context(doing)?)
        }
        None => return Ok(given.to_owned()),
    };
    if u64::try_from(text.len()).is_ok_and(|length| length > BODY_BYTES_MAX) {
        let too_long = Contact::TooLong { name: &name, bytes_max: BODY_BYTES_MAX };
        return Err(Misuse(too_long.to(language)).into());
    }
    Ok(text)
}

/// Reads one byte more than is allowed, by which the caller sees that there is too much.
fn bounded(from: impl Read) -> io::Result<String> {
    let mut text = String::new();
    from.take(BODY_BYTES_MAX + 1).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_seconds_and_days_are_chinas() {
        let zone = Zone::new(TimeZone::UTC);
        let now = (1_772_400_000_500, &zone);
        assert_eq!(second("1733900461", now), Ok(1_733_900_461));
        assert_eq!(second("0s", now), Ok(1_772_400_000));
        assert_eq!(second("1h", now), Ok(1_772_396_400));
        assert_eq!(second("2026-03-01T00:00:00+08:00", now), Ok(1_772_294_400));
        assert_eq!(second_of_day("2026-03-01", now), Ok(1_772_294_400));
        assert_eq!(second_of_day("1772300000", now), Ok(1_772_300_000));
        assert!(second("soon", now).is_err() && second_of_day("2026-02-30", now).is_err());
    }

    #[test]
    fn an_empty_list_of_ids_is_one_empty_id() {
        assert_eq!(split(&["a, b".into(), "c".into()]), ["a", "b", "c"]);
        assert_eq!(split(&[String::new()]), [""]);
    }
}
