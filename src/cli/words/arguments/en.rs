//! What can be wrong with what was given on the command line, in English.

use std::fmt::{Formatter, Result};

use super::{Wrong, codes};

pub(super) fn write(wrong: &Wrong, f: &mut Formatter<'_>) -> Result {
    match wrong {
        Wrong::NoInstant => write!(
            f,
            "expected an instant (2026-03-01T09:00:00+08:00), a date (2026-03-01, \"2026-03-01 09:00\") or a time ago \
             (90s, 30m, 2h, 7d, 2w)"
        ),
        Wrong::NoEnd => write!(
            f,
            "expected an instant (2027-03-01T09:00:00+08:00), a date (2027-03-01) or a time from now (12h, 90d, 4w)"
        ),
        Wrong::EndTooFar { days, year } => write!(
            f,
            "that is too far off: at most {days}d, which are some hundred years, or a day before the year {year}; leave the option \
             out for what never ends"
        ),
        Wrong::NoDay => write!(f, "that day is beyond all calendars"),
        Wrong::NoKind => {
            write!(f, "not a kind of action: expected welcome, decide, tag, remark, notify or forward")
        }
        Wrong::NoStatus => write!(
            f,
            "not a status of an action: expected pending, running, done, expired, failed or skipped"
        ),
        Wrong::NoCode => write!(f, "there is no such code; there are {}", codes().join(", ")),
        Wrong::NoAddress => {
            write!(f, "expected an IP address and a port: 127.0.0.1:8090, say; port 0 takes any that is free")
        }
        Wrong::Empty => write!(f, "it is empty: leave the option out to have the made-up value"),
        Wrong::NoSetUpFault => {
            write!(f, "expected one of {}", wecom_simulator::SetUpFault::NAMES.join(", "))
        }
        Wrong::NoLatency { most_ms } => write!(f, "expected milliseconds up to {most_ms}: 80, or 50-150"),
        Wrong::NoShare => write!(f, "expected a share of the calls: 11%, or 0.11"),
        Wrong::NoRate { most } => write!(f, "expected how many a second, above 0 and up to {most}"),
        Wrong::NoPlainUrl => write!(
            f,
            "expected an http URL of the server itself, behind whatever proxy: http://127.0.0.1:8080/callback/default, say"
        ),
        Wrong::NoCallbackUrl => {
            write!(f, "no http or https URL: give http://127.0.0.1:8080/callback/default, say")
        }
        Wrong::FlagForText { json } => {
            write!(f, "that is a flag, so the text is missing; as a text it can be given by --{json}")
        }
        Wrong::NoJson { parser, .. } => write!(f, "this is not JSON: {parser}"),
        Wrong::TypedId { id, meant } => {
            write!(f, "`{id}` has characters in it that no id has; write {meant}")
        }
        Wrong::NoObject => write!(f, "expected an object, {{\"name\": value, …}}"),
        Wrong::NoIntegers => write!(f, "expected whole numbers, with commas between them"),
        Wrong::NoTokenName { chars_max } => write!(
            f,
            "expected letters, digits and -_.@, of {chars_max} characters at most, and not admin.token"
        ),
        Wrong::Over => write!(f, "--expires has passed: give a time from now on (90d) or a day to come"),
        Wrong::NothingBetween => {
            write!(f, "--since is not before --until, so nothing can be between them")
        }
        Wrong::CsvAndJson => write!(f, "`--csv` and `--output json` exclude each other"),
        Wrong::IdsAndFilters { command } => {
            write!(f, "`{command}` takes ids or filters, not both; see `wecom-greeter {command} --help`")
        }
        Wrong::NeitherIdsNorFilters { command } => write!(
            f,
            "`{command}` takes ids, or filters that say which; see `wecom-greeter {command} --help`"
        ),
        Wrong::NoCustomer => write!(f, "expected a customer's external_userid"),
        Wrong::NotYet => {
            write!(f, "--before is still to come: give a time ago (180d) or a day that has passed")
        }
        Wrong::TwoFromStdin => {
            write!(f, "only one of --rules and --payload can be stdin; name a file for the other")
        }
        Wrong::NoApp { name, apps } if apps.is_empty() => {
            write!(f, "there is no app `{name}` in the settings: they name none")
        }
        Wrong::NoApp { name, apps } => {
            write!(f, "there is no app `{name}` in the settings: they name {}", apps.join(", "))
        }
        Wrong::EventsApp { name } => {
            write!(f, "the event is of app `{name}`, which is not in the settings; --app names another")
        }
    }
}
