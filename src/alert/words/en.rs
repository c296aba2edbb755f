//! What alerts say, in English.

use std::fmt::{Formatter, Result};

use super::{Frame, megabytes};
use crate::alert::{
    code::Code,
    watch::{Report, State},
};

pub(super) fn report(report: &Report, f: &mut Formatter<'_>) -> Result {
    let (app, figure) = (report.subject.app.as_deref().unwrap_or_default(), report.figure);
    match (report.subject.code, report.state) {
        (Code::AppCannotCall, State::Firing) => write!(
            f,
            "App `{app}` cannot call WeCom, and no customer is greeted. `wecom-greeter doctor --app {app}` says why (most \
             often the Secret, the corp id or the trusted address)"
        ),
        (Code::AppCannotCall, State::Over) => write!(f, "App `{app}` can call WeCom again"),
        (Code::CallbacksNotStored, State::Firing) if figure == 0 => write!(
            f,
            "The database does not answer, and callbacks get 503. Look at the database; `/readyz` says what is wrong"
        ),
        (Code::CallbacksNotStored, State::Firing) => write!(
            f,
            "Callbacks could not be stored and got 503 ({figure} times); WeCom delivers an event three times more, and then it \
             is lost. Look at the database and its disk; `/readyz` says what is wrong"
        ),
        (Code::CallbacksNotStored, State::Over) => {
            write!(f, "Callbacks are stored again ({figure} times they were not)")
        }
        (Code::DiskFull, State::Firing) => write!(
            f,
            "The disk of the database is full: {} MB are free, and callbacks may not be stored. Make room at once",
            megabytes(figure)
        ),
        (Code::DiskLow, State::Firing) => write!(
            f,
            "The disk of the database is nearly full: {} MB are free. Make room: once it is full no callback is stored",
            megabytes(figure)
        ),
        (Code::DiskFull, State::Over) => write!(f, "The disk of the database is no longer full"),
        (Code::DiskLow, State::Over) => write!(f, "The disk of the database has room again"),
        (Code::CallbacksRefused, State::Firing) => write!(
            f,
            "The callbacks of app `{app}` are refused (at least {figure} of them), so that nothing is known of new customers. \
             Compare Token, EncodingAESKey and corp id with the console; `wecom-greeter doctor --app {app}` says which it is"
        ),
        (Code::CallbacksRefused, State::Over) => write!(f, "The callbacks of app `{app}` are taken again"),
        (Code::WelcomesMissed, State::Firing) => write!(
            f,
            "Welcomes of app `{app}` did not reach their customers: {figure} within 10 minutes. `wecom-greeter failures --app \
             {app} --since 1h` says why, and what to do"
        ),
        (Code::WelcomesMissed, State::Over) => {
            write!(f, "No welcome of app `{app}` was missed in the last 10 minutes")
        }
    }
}

pub(super) fn frame(frame: &Frame<'_>, f: &mut Formatter<'_>) -> Result {
    match frame {
        Frame::Title => write!(f, "**wecom-greeter: alert**"),
        Frame::Firing => write!(f, "Trouble"),
        Frame::Over => write!(f, "Over"),
        Frame::Since(since) => write!(f, "since {since}"),
        Frame::Between(since, until) => write!(f, "from {since} to {until}"),
        Frame::More(count) => write!(f, "and {count} more; the server's log has them"),
    }
}
