//! A situation in which rules are tried: the event itself, the time, and what is known of the people.
//!
//! A [`Situation`] is made of a payload as WeCom sends it, of a line of an export, or of a few words
//! (`{ change: add_external_contact, state: spring }`). Nobody looks up a customer, an employee or earlier adds that are not
//! given: for rules that ask for them the look-up has failed, and the answer says that they asked.

use serde_json::{Value as Json, json};

use super::{
    read::{Reading, json_of, unescaped},
    words::TrialFault,
};
use crate::rules::{
    document::{fault::Faults, reader::Position, wrong::Quoted, yaml::DOCUMENT_BYTES_MAX},
    facts::{
        Facts, Known, Needs,
        change::{Change, Changes},
        customer::Customer,
        employee::{Earlier, Employee},
        media::Media,
    },
    plan::ruleset::Ruleset,
};
use wecom_core::event::{self, Event};

/// The corp of an event that does not name one.
const CORP: &str = "ww0000000000000000";
/// The employee of an event that does not say.
const USER: &str = "zhangsan";
/// The customer of an event that does not say.
const CUSTOMER: &str = "wm0000000000customer0000000000";
/// What stands for the welcome code of an event that has one.
const CODE: &str = "a-welcome-code";
/// When an event happened that does not say: Monday, 5 January 2026, ten in the morning in Shanghai.
const TIME_MS: i64 = 1_767_578_400_000;
/// Stands for the event's employee in a customer that is given in short.
pub(super) const ANY_USER: &str = "*";

/// What is known of somebody in a situation.
#[derive(Clone, Debug, Default)]
pub enum Given<T> {
    /// The situation says nothing. It counts as a failed look-up, and the outcome says that it was asked for.
    #[default]
    Nothing,
    Is(Box<T>),
    /// The look-up fails, on purpose.
    Unavailable,
}

impl<T> Given<T> {
    /// What the rules see once it has been asked for.
    pub fn known(&self) -> Known<'_, T> {
        match self {
            Self::Is(is) => Known::Is(is),
            Self::Nothing | Self::Unavailable => Known::Unavailable,
        }
    }

    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// An event and everything that rules may ask of it.
#[derive(Clone, Debug)]
pub struct Situation {
    pub app: String,
    /// The corp, where the event does not name one.
    pub corp_id: String,
    pub event: Event,
    /// When it happened, in Unix milliseconds.
    pub happened_at_ms: i64,
    pub customer: Given<Customer>,
    pub employee: Given<Employee>,
    pub earlier: Given<Earlier>,
}

/// The look-ups that the rules asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Before the welcome could go out.
    pub welcome: Needs,
    /// After it, for the rules that have no part in it.
    pub rest: Needs,
}

impl Situation {
    /// An event in the app `default`, at its own time, with nothing known of anybody.
    pub fn of(event: Event) -> Self {
        let happened_at_ms = event.create_time_s().map_or(TIME_MS, |seconds| seconds.saturating_mul(1_000));
        Self {
            app: "default".to_owned(),
            corp_id: event.corp_id().unwrap_or(CORP).to_owned(),
            event,
            happened_at_ms,
            customer: Given::Nothing,
            employee: Given::Nothing,
            earlier: Given::Nothing,
        }
    }

    /// The facts with every look-up made.
    pub fn facts<'a>(&'a self, media: &'a Media) -> Facts<'a> {
        Facts {
            customer: self.customer.known(),
            employee: self.employee.known(),
            earlier: self.earlier.known(),
            ..self.bare(media)
        }
    }

    /// The facts with no look-up made yet.
    pub fn bare<'a>(&'a self, media: &'a Media) -> Facts<'a> {
        Facts {
            app: &self.app,
            corp_id: self.event.corp_id().unwrap_or(&self.corp_id),
            event: &self.event,
            happened_at_ms: self.happened_at_ms,
            first_received_ms: self.happened_at_ms,
            now_ms: self.happened_at_ms,
            customer: Known::NotAsked,
            employee: Known::NotAsked,
            earlier: Known::NotAsked,
            media,
        }
    }

    /// The look-ups that the rules ask for, in the order in which a server would make them.
    pub fn asked(&self, rules: &Ruleset, media: &Media) -> Asked {
        let mut facts = self.bare(media);
        let welcome = self.answer(&mut facts, |facts| rules.needs(facts));
        let missed = rules.missed_welcome(&facts);
        let rest = self.answer(&mut facts, |facts| rules.needs_of_rest(facts, missed));
        Asked { welcome, rest }
    }

    /// Answers until nothing more is asked: one answer may open the next question, and each is asked once.
    fn answer<'a>(&'a self, facts: &mut Facts<'a>, ask: impl Fn(&Facts<'_>) -> Needs) -> Needs {
        let mut all = Needs::default();
        loop {
            let needs = ask(facts);
            let before = all;
            all = all.and(needs);
            if all == before {
                return all;
            }
            if needs.customer {
                facts.customer = self.customer.known();
            }
            if needs.employee {
                facts.employee = self.employee.known();
            }
            if needs.earlier {
                facts.earlier = self.earlier.known();
            }
        }
    }
}

/// Reads a payload: WeCom's decrypted message (XML or JSON), an event of an export or of `events show`, or an event in
/// a few words. The last two may name the app.
pub fn payload(text: &str) -> Result<Situation, Faults> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return message(text);
    }
    let mut reading = Reading::default();
    if text.is_empty() || text.len() > DOCUMENT_BYTES_MAX {
        return Err(Faults::of(if text.is_empty() {
            TrialFault::EventEmpty
        } else {
            TrialFault::EventTooLong
        }));
    }
    let text = unescaped(text);
    let text = text.as_ref();
    let Some(root) = reading.tree(text) else {
        return reading.finish(()).and_then(|()| Err(unknown()));
    };
    let at = Position::root(&root);
    if ["MsgType", "InfoType", "ToUserName", "AuthCorpId", "Event"].iter().any(|key| at.get(key).is_some()) {
        return message(text);
    }
    if at.get("payload").is_some() {
        return exported(&json_of(&root));
    }
    if !at.is_map() {
        return Err(unknown());
    }
    let situation = reading.event(&at);
    reading.finish(situation)?.ok_or_else(unknown)
}

/// An event of an export, or of `events show --output json`: its payload, with its app and its time.
pub(super) fn exported(line: &Json) -> Result<Situation, Faults> {
    let mut situation = message(line["payload"].as_str().unwrap_or_default())?;
    if let Some(app) = line["app"].as_str() {
        app.clone_into(&mut situation.app);
    }
    if let Some(at_ms) = line["happened_at_ms"].as_i64() {
        situation.happened_at_ms = at_ms;
    }
    Ok(situation)
}

/// WeCom's decrypted message.
fn message(text: &str) -> Result<Situation, Faults> {
    if text.contains("<Encrypt>") || text.contains("\"Encrypt\"") || text.contains("\"encrypt\"") {
        return Err(Faults::of(TrialFault::EventEncrypted));
    }
    let event = Event::from_payload(text.as_bytes());
    if event.event().is_empty() && event.message_type().is_none() {
        return Err(unknown());
    }
    Ok(Situation::of(event))
}

fn unknown() -> Faults {
    Faults::of(TrialFault::NoEvent)
}

/// What else an event may carry: each by the name that texts have for it, with WeCom's own.
const MORE: [(&str, &str); 12] = [
    ("fail_reason", "FailReason"),
    ("source", "Source"),
    ("chat_id", "ChatId"),
    ("update_detail", "UpdateDetail"),
    ("join_scene", "JoinScene"),
    ("quit_scene", "QuitScene"),
    ("member_change_count", "MemChangeCnt"),
    ("link_id", "LinkId"),
    ("expire_time", "ExpireTime"),
    ("expire_quota_count", "ExpireQuotaNum"),
    ("tag_id", "Id"),
    ("tag_type", "TagType"),
];

impl Reading {
    /// An event in a few words.
    pub(super) fn event(&mut self, at: &Position<'_>) -> Option<Situation> {
        const KEYS: [&str; 9] = [
            "change",
            "event",
            "user_id",
            "external_user_id",
            "state",
            "welcome_code",
            "corp",
            "app",
            "time",
        ];
        let known: Vec<&str> = KEYS.into_iter().chain(MORE.iter().map(|(key, _)| *key)).collect();
        let keys = self.keys(at, &known)?;
        let text = |reading: &mut Self, key: &str| keys.get(key).and_then(|at| reading.text(at));
        let change = text(self, "change").unwrap_or_else(|| "add_external_contact".to_owned());
        let known = Change::first_of(&change);
        if let (None, Some(at)) = (known, keys.get("change").filter(|_| keys.get("event").is_none())) {
            let meant = Changes::mend(&change);
            self.wrong(at, TrialFault::NoChange { change: Quoted::of(&change), meant });
        }
        let event = text(self, "event");
        let code = match keys.get("welcome_code") {
            None => known.is_some_and(|change| change.code),
            Some(at) if matches!(at.word(), Some("true" | "false")) => self.boolean(at)?,
            Some(at) => !self.text(at)?.is_empty(),
        };
        let (of_customer, state) = (known.is_none_or(|change| change.customer), text(self, "state"));
        let of_employee = known.is_none_or(|change| change.employee);
        let user = text(self, "user_id").or_else(|| of_employee.then(|| USER.to_owned()));
        let customer = text(self, "external_user_id").or_else(|| of_customer.then(|| CUSTOMER.to_owned()));
        let at_ms = keys.get("time").map_or(Some(TIME_MS), |at| self.instant(at))?;
        let mut message = json!({
            "ToUserName": text(self, "corp").unwrap_or_else(|| CORP.to_owned()),
            "FromUserName": "sys",
            "CreateTime": at_ms.div_euclid(1_000),
        });
        match (known, &event) {
            (Some(known), None) => {
                for (name, value) in known.fields() {
                    message[name] = value.into();
                }
            }
            (known, event) => {
                message["MsgType"] = "event".into();
                message["Event"] = event.as_deref().unwrap_or(event::customer::EVENT).into();
                message["ChangeType"] = known.map_or(change.as_str(), |known| known.name).into();
                if let Some(detail) = known.and_then(|known| known.detail) {
                    message["UpdateDetail"] = detail.into();
                }
            }
        }
        let fields = [
            ("UserID", user),
            ("ExternalUserID", customer),
            ("State", state),
            ("WelcomeCode", code.then(|| CODE.to_owned())),
        ];
        let more = MORE.map(|(key, name)| (name, text(self, key)));
        for (name, value) in fields.into_iter().chain(more) {
            if let Some(value) = value {
                message[name] = Json::String(value);
            }
        }
        let mut situation = Situation::of(Event::from_payload(message.to_string().as_bytes()));
        situation.happened_at_ms = at_ms;
        if let Some(app) = text(self, "app") {
            situation.app = app;
        }
        Some(situation)
    }
}

impl Situation {
    /// The same with this customer. One who is given in short belongs to the event's employee.
    #[must_use]
    pub fn with_customer(mut self, mut customer: Given<Customer>) -> Self {
        if let Given::Is(customer) = &mut customer {
            let user = self.event.user_id().unwrap_or_default();
            for follow in customer.follow_user.iter_mut().filter(|follow| follow.userid == ANY_USER) {
                user.clone_into(&mut follow.userid);
            }
        }
        self.customer = customer;
        self
    }
}
