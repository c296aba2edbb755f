//! Reading the `when` of a rule: the maps of keys, and how conditions nest.

use super::{
    condition::Condition,
    keys::welcome_code::WelcomeCode,
    reader::{ConditionReader, ITEMS_MAX, Scope},
    table::{About, KEYS, Key, Question, Reads, own_names},
    words::{Never, WhenFault, Whom},
};
use crate::rules::{
    document::{
        reader::{Fields, Position},
        wrong::Quoted,
    },
    facts::change::{Change, Changes},
};

/// How deep conditions may stand in one another. Nobody can read more, and three are enough for anything: every
/// condition can be written as an `any` of `all` of `not`. The document as a whole has room for this many.
const DEPTH_MAX: usize = 10;

/// Experiments are named in tables and reasons, as rules are.
const EXPERIMENT_CHARACTERS_MAX: usize = 64;

/// What a rule does when the look-up for one of its conditions failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OnLookupFailure {
    /// It is passed over.
    #[default]
    Skip,
    /// It matches, unless another of its conditions does not hold.
    Match,
}

impl ConditionReader<'_> {
    /// The conditions of a rule of that name, which is on these changes.
    pub(crate) fn when(&mut self, rule: &Fields<'_>, name: &str, on: Changes) -> Option<Condition> {
        let experiment = rule.get("experiment").and_then(|at| self.experiment(&at));
        let at = rule.get("when")?;
        let scope = Scope { experiment: experiment.unwrap_or(name), on, depth: 1, negated: false };
        let faults_before = self.reader.log.count();
        let condition =
            self.condition(&at, scope).filter(|condition| *condition != Condition::All(Vec::new()))?;
        if self.reader.log.count() == faults_before {
            self.compare_with_rule(rule, &at, &condition, on);
        }
        Some(condition)
    }

    /// `on_lookup_failure`: `skip`, which it is if left out, or `match`.
    pub(crate) fn on_lookup_failure(&mut self, rule: &Fields<'_>) -> OnLookupFailure {
        let Some(at) = rule.get("on_lookup_failure") else { return OnLookupFailure::default() };
        match self.reader.text(&at) {
            Some("match") => OnLookupFailure::Match,
            Some("skip") | None => OnLookupFailure::Skip,
            Some(other) => {
                let meant = self.reader.log.meant(other, &["skip", "match"]);
                self.reader.malformed(&at, WhenFault::NoneOfThem { word: Quoted::of(other), meant });
                OnLookupFailure::Skip
            }
        }
    }

    fn experiment<'d>(&mut self, at: &Position<'d>) -> Option<&'d str> {
        let name = self.reader.verbatim(at)?;
        let fits = !name.trim().is_empty()
            && name.trim() == name
            && name.chars().count() <= EXPERIMENT_CHARACTERS_MAX
            && !name.chars().any(char::is_control);
        if !fits {
            self.reader.malformed(at, WhenFault::NoExperiment { name: Quoted::of(name) });
        }
        Some(name)
    }

    /// One map of conditions, all of which must hold.
    fn condition(&mut self, at: &Position<'_>, scope: Scope<'_>) -> Option<Condition> {
        if scope.depth > DEPTH_MAX {
            self.reader.fault(at, WhenFault::Nested { max: DEPTH_MAX });
            return None;
        }
        let fields = self.reader.fields(at, &own_names(&KEYS))?;
        if fields.is_empty() && scope.depth > 1 {
            self.reader.fault(at, WhenFault::ConditionEmpty);
        }
        let mut all = Vec::new();
        for key in KEYS {
            let Some(at) = fields.get(key.name) else { continue };
            self.possible(key, &at, scope);
            match self.value(key, &at, scope) {
                Some(Condition::All(more)) => all.extend(more),
                Some(one) => all.push(one),
                None => {}
            }
        }
        if let Some(why) = contradiction(&all) {
            self.reader.fault(at, WhenFault::Never(why));
        }
        Some(Condition::all(all))
    }

    /// Adds a fault where no event of the rule names those whom the key asks about.
    fn possible(&mut self, key: &Key, at: &Position<'_>, scope: Scope<'_>) {
        let (lacks, whom) = match key.about {
            About::Event => return,
            About::Employee => (scope.lacks(|change| change.employee), Whom::Employee),
            About::Customer => (scope.lacks(|change| change.customer), Whom::Customer),
            About::Both => (scope.lacks(Change::names_both), Whom::Both),
        };
        if lacks {
            self.reader.fault(at, WhenFault::NotNamed(whom));
        }
    }

    /// The value of a key.
    fn value(&mut self, key: &Key, at: &Position<'_>, scope: Scope<'_>) -> Option<Condition> {
        let below = Scope { depth: scope.depth + 1, ..scope };
        match key.reads {
            Reads::One(read) => read(self, at, scope).map(Condition::Ask),
            Reads::Keys(keys) => self.keys(keys, at, scope),
            Reads::Any => Some(Condition::any(self.conditions(at, below))),
            Reads::All => Some(Condition::all(self.conditions(at, below))),
            Reads::Not => {
                let below = Scope { negated: !scope.negated, ..below };
                self.condition(at, below).map(|condition| Condition::Not(Box::new(condition)))
            }
        }
    }

    /// A map of keys that belong to another key, as those of `customer`.
    fn keys(&mut self, keys: &[&'static Key], at: &Position<'_>, scope: Scope<'_>) -> Option<Condition> {
        let names = own_names(keys);
        let fields = self.reader.fields(at, &names)?;
        if fields.is_empty() {
            self.reader.fault(at, WhenFault::AsksNothing { keys: names });
        }
        let given = keys.iter().filter_map(|key| Some((*key, fields.get(key.own_name())?)));
        let all = given.filter_map(|(key, at)| self.value(key, &at, scope)).collect();
        Some(Condition::all(all))
    }

    fn conditions(&mut self, at: &Position<'_>, scope: Scope<'_>) -> Vec<Condition> {
        let items = self.reader.one_or_more(at, ITEMS_MAX);
        items.iter().filter_map(|item| self.condition(item, scope)).collect()
    }

    /// Adds faults where a condition on the welcome code and the rest of the rule cannot go together.
    fn compare_with_rule(
        &mut self,
        rule: &Fields<'_>,
        at: &Position<'_>,
        condition: &Condition,
        on: Changes,
    ) {
        let all = if let Condition::All(all) = condition {
            all.as_slice()
        } else {
            std::slice::from_ref(condition)
        };
        let wants = |code: bool| all.contains(&Condition::Ask(Question::WelcomeCode(WelcomeCode(code))));
        if wants(true) && on != Changes::NONE && !on.iter().any(|change| change.code) {
            self.reader.fault(at, WhenFault::NoCode);
        }
        if wants(false)
            && let Some(at) = rule.get("welcome")
        {
            self.reader.fault(&at, WhenFault::WelcomeWithoutCode);
        }
    }
}

/// Contradictions are looked for among so few conditions: they are written by hand, and compared in pairs.
const COMPARED_MAX: usize = 20;

/// Why two of the conditions cannot hold together, where that is certain. It is what a slip of editing leaves behind.
fn contradiction(all: &[Condition]) -> Option<Never> {
    use Condition::{Ask, Not};
    use Question::{Shares, State, User, WelcomeCode};

    let all = if all.len() > COMPARED_MAX { &[] } else { all };
    let pairs =
        all.iter().enumerate().flat_map(|(at, one)| all[at + 1..].iter().map(move |other| (one, other)));
    pairs.into_iter().find_map(|(one, other)| match (one, other) {
        (Ask(WelcomeCode(one)), Ask(WelcomeCode(other))) if one != other => Some(Never::WelcomeCode),
        (Ask(State(one)), Ask(State(other))) if one.excludes(other) => Some(Never::State),
        (Ask(User(one)), Ask(User(other))) if one.excludes(other) => Some(Never::User),
        (Ask(Shares(one)), Ask(Shares(other))) if one.excludes(other) => Some(Never::Shares),
        (one, Not(not)) | (Not(not), one) if **not == *one => Some(Never::Not),
        _ => None,
    })
}
