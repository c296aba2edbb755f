//! What goes wrong on request, and how often.
//!
//! A fault waits in a queue and befalls the next calls of its method. One call meets one fault at most: the oldest
//! that fits and has tries left.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most faults that wait at once. More come only from a program that sets them in a loop.
const FAULTS_MAX: usize = 1_000;

/// The longest [`FaultKind::Hang`] and [`FaultKind::Delay`]: past ten minutes every client has hung up.
const PAUSE_MAX: Duration = Duration::from_mins(10);

/// A fault that befalls calls of one method.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The method's path below `/cgi-bin/`, `externalcontact/mark_tag` say; `*` for every method.
    pub path: String,
    /// How many calls it befalls; absent: every call until it is cleared.
    #[serde(default = "once")]
    pub times: Option<u32>,
    /// What happens to them.
    pub fault: FaultKind,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's type")]
fn once() -> Option<u32> {
    Some(1)
}

/// What happens to a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The call has no effect and is answered with this error.
    Errcode {
        /// `errcode`. With 0 the call is answered as if it had had its effect, which it has not.
        code: i64,
        /// `errmsg`, to which the usual hint is appended; a text of our own where absent.
        #[serde(default)]
        message: Option<String>,
    },
    /// The call has no effect and is answered with this status, as by a proxy in between.
    Http {
        /// The HTTP status, 200 to 599.
        status: u16,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// The call has no effect and the connection is reset without an answer.
    Reset,
    /// The call has no effect; nothing is said for so long, then the connection is reset.
    #[serde(rename = "hang_ms", serialize_with = "to_ms", deserialize_with = "from_ms")]
    Hang(Duration),
    /// The call is answered as always, so much later.
    #[serde(rename = "delay_ms", serialize_with = "to_ms", deserialize_with = "from_ms")]
    Delay(Duration),
    /// The call has no effect and is answered with status 200 and a page of HTML.
    NotJson,
    /// The call **has** its effect, and the connection is reset instead of an answer.
    LoseAnswer,
}

impl Fault {
    /// A fault that befalls the next `times` calls of a method.
    pub fn new(path: impl Into<String>, times: u32, fault: FaultKind) -> Self {
        Self { path: path.into(), times: Some(times), fault }
    }

    /// A fault that befalls every call of a method until it is cleared.
    pub fn lasting(path: impl Into<String>, fault: FaultKind) -> Self {
        Self { path: path.into(), times: None, fault }
    }

    /// Refuses a fault that cannot happen, in words that say what to do; `known` are the paths that are answered.
    pub(super) fn check<'a>(&self, mut known: impl Iterator<Item = &'a str>) -> Result<(), String> {
        if self.path != "*" && !known.any(|path| path == self.path) {
            return Err(format!(
                "no method {:?} is answered here: give its path below /cgi-bin/, externalcontact/mark_tag say, or *",
                self.path
            ));
        }
        if self.times == Some(0) {
            return Err("`times` is 1 or more; null: every call until the faults are cleared".to_owned());
        }
        match &self.fault {
            FaultKind::Http { status, .. } if !(200..=599).contains(status) => {
                Err(format!("{status} is no HTTP status: give 200 to 599"))
            }
            FaultKind::Hang(pause) | FaultKind::Delay(pause) if *pause > PAUSE_MAX => {
                Err(format!("at most {} ms", PAUSE_MAX.as_millis()))
            }
            _ => Ok(()),
        }
    }
}

/// The faults that wait, oldest first.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault that has been checked.
    pub(super) fn add(&mut self, fault: Fault) -> Result<(), String> {
        if self.0.len() >= FAULTS_MAX {
            return Err(format!("{FAULTS_MAX} faults wait already: DELETE /_simulator/faults clears them"));
        }
        self.0.push(fault);
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes the fault that a call of this method meets, if any.
    pub(super) fn take(&mut self, path: &str) -> Option<FaultKind> {
        let place = self.0.iter().position(|fault| fault.path == path || fault.path == "*")?;
        let met = self.0[place].fault.clone();
        if let Some(times) = &mut self.0[place].times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.0.remove(place);
            }
        }
        Some(met)
    }
}

fn to_ms<S: Serializer>(pause: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX))
}

fn from_ms<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_that_fits_is_met_as_often_as_it_says() {
        let busy = FaultKind::Errcode { code: -1, message: None };
        let mut faults = Faults(vec![
            Fault::new("gettoken", 1, FaultKind::NotJson),
            Fault::new("externalcontact/get", 2, busy.clone()),
            Fault::lasting("*", FaultKind::Reset),
        ]);
        let mut meet = |path| faults.take(path);
        assert_eq!(meet("externalcontact/get"), Some(busy.clone()));
        assert_eq!(meet("externalcontact/get"), Some(busy));
        assert_eq!(meet("externalcontact/get"), Some(FaultKind::Reset));
        assert_eq!(meet("gettoken"), Some(FaultKind::NotJson));
        assert_eq!(meet("gettoken"), Some(FaultKind::Reset));
    }

    #[test]
    fn a_fault_reads_as_it_is_written_by_hand() {
        let read = |text: &str| serde_json::from_str::<Fault>(text).unwrap();
        assert_eq!(
            read(r#"{"path":"gettoken","fault":{"errcode":{"code":-1}}}"#),
            Fault::new("gettoken", 1, FaultKind::Errcode { code: -1, message: None })
        );
        assert_eq!(
            read(r#"{"path":"*","times":null,"fault":{"delay_ms":200}}"#),
            Fault::lasting("*", FaultKind::Delay(Duration::from_millis(200)))
        );
        assert_eq!(read(r#"{"path":"*","times":3,"fault":"reset"}"#), Fault::new("*", 3, FaultKind::Reset));
    }
}
