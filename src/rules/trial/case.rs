//! What is supposed of an event when rules are tried: the event itself, the time, and what is known of the people.
//!
//! A [`Case`] is made of a payload as WeCom sends it, of a line of an export, or of a few words
//! (`{ change: add_external_contact, state: spring }`). What is not given of customer, employee and earlier adds is
//! looked up by nobody: rules that ask for it find that the look-up failed, and the answer says that they asked.

use std::borrow::Cow;

use serde_json::{Value as Json, json};

use crate::event::{self, Event};
use crate::rules::{
    Customer, Earlier, Employee, Facts, Known, Media, Needs, Ruleset,
    document::{
        fault::{Faults, did_you_mean, quoted},
        yaml::DOCUMENT_BYTES_MAX,
    },
    facts::change::{CHANGES, Change},
    trial::{
        people::ANY_USER,
        read::{Reading, Spot, json_of},
    },
};

/// The corp of an event that is given in words.
const CORP: &str = "ww0000000000000000";
/// The employee of an event that does not say.
const USER: &str = "zhangsan";
/// The customer of an event that does not say.
const CUSTOMER: &str = "wm0000000000customer0000000000";
/// What stands for the welcome code of an event that has one.
const CODE: &str = "a-welcome-code";
/// When an event happened that does not say: Monday, 5 January 2026, ten in the morning in Shanghai.
const TIME_MS: i64 = 1_767_578_400_000;
/// What is supposed of somebody.
#[derive(Clone, Debug, Default)]
pub enum Given<T> {
    /// Nothing: it counts as a look-up that failed, and the answer says where it was asked for.
    #[default]
    Nothing,
    /// This.
    Is(Box<T>),
    /// That the look-up fails.
    Unavailable,
}

impl<T> Given<T> {
    /// As the rules see it once it has been asked for.
    pub fn known(&self) -> Known<'_, T> {
        match self {
            Self::Is(is) => Known::Is(is),
            Self::Nothing | Self::Unavailable => Known::Unavailable,
        }
    }

    /// Whether nothing was said of it.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// An event and everything that rules may ask of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The app whose callback it came to.
    pub app: String,
    /// The corp, where the event does not name one.
    pub corp_id: String,
    /// The event.
    pub event: Event,
    /// When it happened, in Unix milliseconds.
    pub happened_at_ms: i64,
    /// The customer.
    pub customer: Given<Customer>,
    /// The employee.
    pub employee: Given<Employee>,
    /// The customer's earlier adds.
    pub earlier: Given<Earlier>,
}

/// What was asked for while the rules were applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Before the welcome could go out.
    pub welcome: Needs,
    /// After it, for the rules that have no part in it.
    pub rest: Needs,
}

impl Case {
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

    /// The facts with everything that is supposed, and nothing left to ask.
    pub fn facts<'a>(&'a self, media: &'a Media) -> Facts<'a> {
        Facts {
            customer: self.customer.known(),
            employee: self.employee.known(),
            earlier: self.earlier.known(),
            ..self.bare(media)
        }
    }

    /// The facts with nothing looked up yet.
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

    /// What the rules ask for, in the order in which a server would ask.
    pub fn asked(&self, rules: &Ruleset, media: &Media) -> Asked {
        let mut facts = self.bare(media);
        let welcome = self.answer(&mut facts, |facts| rules.needs(facts));
        let missed = rules.missed_welcome(&facts);
        let rest = self.answer(&mut facts, |facts| rules.needs_of_rest(facts, missed.as_deref()));
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
/// a few words. The app is told where the text tells it.
pub fn payload(text: &str) -> Result<Case, Faults> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return message(text);
    }
    let mut reading = Reading::default();
    if text.is_empty() || text.len() > DOCUMENT_BYTES_MAX {
        return Err(Faults::one(
            if text.is_empty() { "there is nothing in it" } else { "it is too long for an event" },
            "give it WeCom's decrypted message, or { change: add_external_contact, state: … }",
        ));
    }
    let text = unescaped(text);
    let text = text.as_ref();
    let Some(root) = reading.tree(text) else {
        return reading.finish(()).and_then(|()| Err(unknown()));
    };
    let spot = Spot::root(&root);
    if ["MsgType", "InfoType", "ToUserName", "AuthCorpId", "Event"].iter().any(|key| spot.get(key).is_some())
    {
        return message(text);
    }
    if spot.get("payload").is_some() {
        return exported(&json_of(&root));
    }
    if !spot.is_map() {
        return Err(unknown());
    }
    let case = reading.event(&spot);
    reading.finish(case)?.ok_or_else(unknown)
}

/// An event of an export, or of `events show --output json`: its payload, in the app and at the time that it tells.
pub(super) fn exported(line: &Json) -> Result<Case, Faults> {
    let mut case = message(line["payload"].as_str().unwrap_or_default())?;
    if let Some(app) = line["app"].as_str() {
        app.clone_into(&mut case.app);
    }
    if let Some(at_ms) = line["happened_at_ms"].as_i64() {
        case.happened_at_ms = at_ms;
    }
    Ok(case)
}

/// WeCom's decrypted message.
fn message(text: &str) -> Result<Case, Faults> {
    if text.contains("<Encrypt>") || text.contains("\"Encrypt\"") || text.contains("\"encrypt\"") {
        return Err(Faults::one(
            "it is the encrypted envelope",
            "give what it holds: `wecom-greeter events show ID --output json | jq -r .payload`",
        ));
    }
    let event = Event::parse(text.as_bytes());
    if event.event().is_empty() && event.message_type().is_none() {
        return Err(unknown());
    }
    Ok(Case::of(event))
}

fn unknown() -> Faults {
    Faults::one(
        "it is no message of WeCom's",
        "give the decrypted XML or JSON, or { change: add_external_contact, user_id: …, state: … }",
    )
}

/// Reads an instant: RFC 3339, `2026-03-06 10:00` in Shanghai, or Unix milliseconds.
pub fn instant(text: &str) -> Option<i64> {
    super::read::instant(text)
}

/// JSON without its `\u` escapes: YAML knows them, but not in pairs, as other programs write an emoji.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if text.contains("\\u")
        && let Ok(json) = serde_json::from_str::<Json>(text)
    {
        return Cow::Owned(json.to_string());
    }
    Cow::Borrowed(text)
}

/// What else an event may carry, by the names that texts have for it, and WeCom's own.
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
    pub(super) fn event(&mut self, spot: &Spot<'_>) -> Option<Case> {
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
        let keys = self.keys(spot, &known)?;
        let text = |reading: &mut Self, key: &str| keys.get(key).and_then(|spot| reading.text(spot));
        let change = text(self, "change").unwrap_or_else(|| "add_external_contact".to_owned());
        let known = Change::first_of(&change);
        if let (None, Some(spot)) = (known, keys.get("change").filter(|_| keys.get("event").is_none())) {
            let names: Vec<&str> = CHANGES.iter().map(|change| change.name).collect();
            self.fault(
                spot,
                format!("there is no change {}", quoted(&change)),
                did_you_mean(&change, &names),
            );
        }
        let event = text(self, "event");
        let event =
            event.unwrap_or_else(|| known.map_or(event::customer::EVENT, |known| known.event).to_owned());
        let code = match keys.get("welcome_code") {
            None => known.is_some_and(|change| change.code),
            Some(spot) if matches!(spot.word(), Some("true" | "false")) => self.boolean(spot)?,
            Some(spot) => !self.text(spot)?.is_empty(),
        };
        let (of_customer, state) = (known.is_none_or(|change| change.customer), text(self, "state"));
        let user = text(self, "user_id").or_else(|| of_customer.then(|| USER.to_owned()));
        let customer = text(self, "external_user_id").or_else(|| of_customer.then(|| CUSTOMER.to_owned()));
        let at_ms = keys.get("time").map_or(Some(TIME_MS), |spot| self.instant(spot))?;
        let mut message = json!({
            "ToUserName": text(self, "corp").unwrap_or_else(|| CORP.to_owned()),
            "FromUserName": "sys",
            "CreateTime": at_ms.div_euclid(1_000),
            "MsgType": "event",
            "Event": event,
            "ChangeType": known.map_or(change.as_str(), |known| known.name),
        });
        if let Some(detail) = known.and_then(|known| known.detail) {
            message["UpdateDetail"] = detail.into();
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
        let mut case = Case::of(Event::parse(message.to_string().as_bytes()));
        case.happened_at_ms = at_ms;
        if let Some(app) = text(self, "app") {
            case.app = app;
        }
        Some(case)
    }
}

impl Case {
    /// Supposes this customer. Given in short, they are the contact of the event's employee.
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
