//! The `when` of a rule: which keys there are, and how they nest. With it what becomes of a look-up that fails.

use crate::rules::{
    document::{
        fault::quoted,
        outside::is_userid,
        reader::{Fields, Place, Reader},
    },
    facts::change::{Change, Changes},
    plan::matching::OnLookupFailure,
    when::{condition::Condition, glob::Glob},
};

/// At most so many globs, schedules or conditions in one list.
pub(crate) const ITEMS_MAX: usize = 200;

/// How deep conditions may stand in one another. Nobody can read more, and three are enough for anything: every
/// condition can be written as an `any` of `all` of `not`. The document as a whole has room for this many.
const DEPTH_MAX: usize = 10;

const KNOWN: [&str; 13] = [
    "state",
    "user",
    "department",
    "add_way",
    "customer",
    "tagged",
    "returning",
    "welcome_code",
    "schedule",
    "share",
    "any",
    "all",
    "not",
];

/// What a condition has to know of the rule that it stands in.
#[derive(Clone, Copy)]
struct Scope<'s> {
    experiment: &'s str,
    on: Changes,
    /// 1 for what stands directly under `when`.
    depth: usize,
    /// It stands under a `not`, or under three: there it is well that it never holds.
    negated: bool,
}

impl Scope<'_> {
    /// Whether what stands here is asked of events that never have it, and only for that.
    fn never(self, has: impl Fn(&Change) -> bool) -> bool {
        !self.negated && self.on != Changes::NONE && !self.on.iter().any(has)
    }
}

impl Reader {
    /// A rule's conditions, on the changes that it is `on`.
    pub(crate) fn when(&mut self, fields: &Fields<'_>, name: &str, on: Changes) -> Option<Condition> {
        let experiment = fields.get("experiment").and_then(|place| self.experiment(&place));
        let place = fields.get("when")?;
        let scope = Scope { experiment: experiment.unwrap_or(name), on, depth: 1, negated: false };
        let faults_before = self.log.count();
        let condition =
            self.condition(&place, scope).filter(|condition| *condition != Condition::All(Vec::new()))?;
        if self.log.count() == faults_before {
            self.codes(fields, &place, &condition, on);
        }
        Some(condition)
    }

    /// `on_lookup_failure: skip`, which it is if left out, or `match`.
    pub(crate) fn on_lookup_failure(&mut self, fields: &Fields<'_>) -> OnLookupFailure {
        let Some(place) = fields.get("on_lookup_failure") else { return OnLookupFailure::default() };
        match self.text(&place) {
            Some("match") => OnLookupFailure::Match,
            Some("skip") | None => OnLookupFailure::Skip,
            Some(other) => {
                let what = format!("{} is none of them", quoted(other));
                let mend = self.log.did_you_mean(other, &["skip", "match"]);
                self.fault(&place, what, mend);
                OnLookupFailure::Skip
            }
        }
    }

    fn experiment<'d>(&mut self, place: &Place<'d>) -> Option<&'d str> {
        let name = self.verbatim(place)?;
        let fits = !name.trim().is_empty()
            && name.trim() == name
            && name.chars().count() <= crate::rules::file::NAME_CHARACTERS_MAX
            && !name.chars().any(char::is_control);
        if !fits {
            let mend = "write one line of at most 64 characters, without blanks around";
            self.fault(place, format!("{} is no name for an experiment", quoted(name)), mend);
        }
        Some(name)
    }

    /// All of the keys of one map of conditions.
    fn condition(&mut self, place: &Place<'_>, scope: Scope<'_>) -> Option<Condition> {
        if scope.depth > DEPTH_MAX {
            let what = format!("conditions stand more than {DEPTH_MAX} deep in one another");
            self.fault(place, what, "write them as one `any` of `all`, or divide them among rules");
            return None;
        }
        let fields = self.fields(place, &KNOWN)?;
        if fields.is_empty() && scope.depth > 1 {
            self.fault(place, "is a condition without anything in it", "write a condition, or remove it");
        }
        let mut all = Vec::new();
        for key in KNOWN {
            let Some(place) = fields.get(key) else { continue };
            match self.asked(key, &place, scope) {
                Some(Condition::All(more)) => all.extend(more),
                Some(one) => all.push(one),
                None => {}
            }
        }
        if let Some(why) = contradiction(&all) {
            self.fault(place, format!("can never hold: {why}"), "correct or remove one of the two");
        }
        Some(Condition::all(all))
    }

    /// What stands behind one key.
    fn asked(&mut self, key: &str, place: &Place<'_>, scope: Scope<'_>) -> Option<Condition> {
        let about_somebody = ["department", "add_way", "customer", "tagged", "returning", "share"];
        if about_somebody.contains(&key)
            && scope.on != Changes::NONE
            && !scope.on.iter().any(|change| change.customer)
        {
            let what = "can never be told: no event that the rule is `on` names an employee and a customer";
            self.fault(place, what, "put it on an event of a customer, as add_external_contact");
        }
        let below = Scope { depth: scope.depth + 1, ..scope };
        match key {
            "welcome_code" => self.boolean(place).map(Condition::WelcomeCode),
            "state" => {
                let globs = self.globs(place);
                if scope.never(Change::carries_state) && asks_for_some(&globs) {
                    let what = "can never hold: no event that the rule is `on` carries a State";
                    self.fault(place, what, "put it on an event of a customer, as add_external_contact");
                }
                Some(Condition::State(globs))
            }
            "user" => {
                let globs = self.users(place);
                if scope.never(|change| change.customer) && asks_for_some(&globs) {
                    let what = "can never hold: no event that the rule is `on` names an employee";
                    self.fault(place, what, "put it on an event of a customer, as add_external_contact");
                }
                Some(Condition::User(globs))
            }
            "schedule" => {
                let items = self.one_or_more(place, ITEMS_MAX);
                Some(Condition::Schedule(items.iter().filter_map(|item| self.schedule(item)).collect()))
            }
            "department" => Some(self.departments(place)),
            "add_way" => Some(self.add_way(place)),
            "customer" => self.customer(place),
            "tagged" => Some(self.tagged(place)),
            "returning" => self.returning(place),
            "share" => Some(self.share(place, scope.experiment)),
            "any" => Some(Condition::any(self.conditions(place, below))),
            "all" => Some(Condition::all(self.conditions(place, below))),
            _ => {
                let below = Scope { negated: !scope.negated, ..below };
                self.condition(place, below).map(|condition| Condition::Not(Box::new(condition)))
            }
        }
    }

    fn conditions(&mut self, place: &Place<'_>, scope: Scope<'_>) -> Vec<Condition> {
        let items = self.one_or_more(place, ITEMS_MAX);
        items.iter().filter_map(|item| self.condition(item, scope)).collect()
    }

    fn users(&mut self, place: &Place<'_>) -> Vec<Glob> {
        let mut globs = Vec::new();
        for item in self.one_or_more(place, ITEMS_MAX) {
            let Some(glob) = self.glob(&item) else { continue };
            if let Some(user) = glob.exact().filter(|user| !user.is_empty()) {
                self.resources.users.push(self.used(&item, user.to_owned()));
                if !is_userid(user) {
                    let what = format!("{} can be no employee's userid, so nobody matches it", quoted(user));
                    self.log.note(item.at(), what);
                }
            }
            globs.push(glob);
        }
        globs
    }

    /// One pattern or a list of them.
    pub(crate) fn globs(&mut self, place: &Place<'_>) -> Vec<Glob> {
        let items = self.one_or_more(place, ITEMS_MAX);
        items.iter().filter_map(|item| self.glob(item)).collect()
    }

    fn glob(&mut self, item: &Place<'_>) -> Option<Glob> {
        let pattern = self.verbatim(item)?;
        match Glob::parse(pattern) {
            Ok(glob) => Some(glob),
            Err((what, mend)) => {
                self.fault(item, format!("the pattern {} {what}", quoted(pattern)), mend);
                None
            }
        }
    }

    /// Faults conditions on the welcome code that the rest of the rule makes impossible.
    fn codes(&mut self, fields: &Fields<'_>, place: &Place<'_>, condition: &Condition, on: Changes) {
        let all = if let Condition::All(all) = condition {
            all.as_slice()
        } else {
            std::slice::from_ref(condition)
        };
        let wants = |code: bool| all.contains(&Condition::WelcomeCode(code));
        if wants(true) && on != Changes::NONE && !on.iter().any(|change| change.code) {
            let what = "can never hold: no event that the rule is `on` carries a welcome code";
            self.fault(place, what, "remove `welcome_code`, or put the rule on add_external_contact");
        }
        if wants(false)
            && let Some(place) = fields.get("welcome")
        {
            let what = "can never be sent: the rule's `when` wants events without a welcome code";
            self.fault(&place, what, "remove the welcome, or `welcome_code: false`");
        }
    }
}

/// Whether they match only where there is a value. A list that is empty was faulted for itself.
fn asks_for_some(globs: &[Glob]) -> bool {
    !globs.is_empty() && !globs.iter().any(|glob| glob.matches(""))
}

/// Slips are looked for among so few conditions and names: they are written by hand, and the search is by pairs.
const COMPARED_MAX: usize = 20;

/// Why two of the conditions cannot hold together, where that is certain: what a slip of editing leaves behind.
fn contradiction(all: &[Condition]) -> Option<&'static str> {
    let all = if all.len() > COMPARED_MAX { &[] } else { all };
    let pairs =
        all.iter().enumerate().flat_map(|(at, one)| all[at + 1..].iter().map(move |other| (one, other)));
    // A list that is empty was faulted for itself.
    pairs.into_iter().find_map(|(one, other)| match (one, other) {
        (Condition::WelcomeCode(one), Condition::WelcomeCode(other)) if one != other => {
            Some("`welcome_code` cannot be both true and false")
        }
        (Condition::State(one), Condition::State(other)) if apart(one, other) => {
            Some("no `state` is in both of its lists")
        }
        (Condition::User(one), Condition::User(other)) if apart(one, other) => {
            Some("no `user` is in both of its lists")
        }
        (Condition::Share { shares: one, .. }, Condition::Share { shares: other, .. })
            if !one.is_empty()
                && !other.is_empty()
                && one.iter().all(|one| other.iter().all(|other| one.misses(*other))) =>
        {
            Some("nobody is in both of its shares")
        }
        (one, Condition::Not(not)) | (Condition::Not(not), one) if **not == *one => {
            Some("a condition and its `not` stand side by side")
        }
        _ => None,
    })
}

/// Whether nothing matches both lists; certain only where one of them is all plain names.
fn apart(one: &[Glob], other: &[Glob]) -> bool {
    let few = |globs: &[Glob]| (1..=COMPARED_MAX).contains(&globs.len());
    let misses = |names: &[Glob], globs: &[Glob]| {
        names.iter().all(|name| {
            name.exact()
                .is_some_and(|name| globs.iter().all(|glob| glob.is_quick(name) && !glob.matches(name)))
        })
    };
    few(one) && few(other) && (misses(one, other) || misses(other, one))
}
