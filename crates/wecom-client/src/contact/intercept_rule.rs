//! Intercept rules (敏感词): words and patterns that employees may not send to customers.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, Scope, absent_is};
use crate::client::{
    Call, CallOptions, Effect, Element, Endpoint, Error, Fault, Timestamp, Unit, limits::Check, read, values,
};

const ADD: Endpoint = Endpoint::post("externalcontact/add_intercept_rule", Effect::Once).page(95097);
const UPDATE: Endpoint =
    Endpoint::post("externalcontact/update_intercept_rule", Effect::Idempotent).page(95097);
const DEL: Endpoint = Endpoint::post("externalcontact/del_intercept_rule", Effect::Idempotent).page(95097);
const LIST: Endpoint = Endpoint::get("externalcontact/get_intercept_rule_list").page(95097);
const GET: Endpoint = Endpoint::post("externalcontact/get_intercept_rule", Effect::Read).page(95097);

/// At most so many characters in a rule's name.
const NAME_CHARS_MAX: usize = 20;
/// At most so many words in a rule.
const WORDS_MAX: usize = 300;
/// At most so many characters in a word.
const WORD_CHARS_MAX: usize = 32;

/// There is no such rule, or no longer.
const GONE: [i64; 2] = [41_070, 41_071];

impl External {
    /// Makes a rule and brings back its id (`add_intercept_rule`; page 95097).
    ///
    /// # Errors
    ///
    /// 41069 when there are as many rules as is allowed, 41076 for too large a range, 41077 when the name is taken, 41083
    /// and 41084 for words and patterns. [`Error::Argument`] when something required is absent (the words are, also
    /// beside patterns), the name has more than 20 characters, there are more than 300 words or one has more than 32
    /// characters.
    pub async fn add_intercept_rule(
        &self,
        rule: &AddInterceptRule,
        options: CallOptions,
    ) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            rule_id: String,
        }
        let check = Check::of(ADD)
            .required("rule_name", &rule.rule_name)
            .given("word_list", !rule.word_list.is_empty())
            .given("intercept_type", rule.intercept_type.is_some())
            .given("applicable_range", !rule.applicable_range.is_empty());
        let check = check_patterns(check, "semantics_list", &rule.semantics_list, rule.intercept_type);
        check_texts(check, Some(&rule.rule_name), &rule.word_list).end()?;
        let call = Call::new(ADD, options).json(rule);
        let Answer { rule_id } = self.client.call(call).await?;
        Ok(rule_id)
    }

    /// Changes a rule (`update_intercept_rule`; page 95097): what is absent stays as it is, words are replaced as a
    /// whole.
    ///
    /// # Errors
    ///
    /// As of [`add_intercept_rule`](Self::add_intercept_rule), and 41070 and 41071 when there is no such rule (any more).
    pub async fn update_intercept_rule(
        &self,
        request: &UpdateInterceptRule,
        options: CallOptions,
    ) -> Result<(), Error> {
        let check = Check::of(UPDATE).required("rule_id", &request.rule_id).rule(
            request.rule_name.as_deref() != Some(""),
            "rule_name",
            || Fault::EmptyGiven { most: NAME_CHARS_MAX },
        );
        let patterns = request.extra_rule.as_ref().map_or(&[][..], |extra| &extra.semantics_list);
        let check = check_patterns(check, "extra_rule.semantics_list", patterns, request.intercept_type);
        let words = request.word_list.as_deref().unwrap_or_default();
        check_texts(check, request.rule_name.as_deref(), words).end()?;
        self.done(Call::new(UPDATE, options).json(request)).await
    }

    /// Removes a rule (`del_intercept_rule`; page 95097). One that is gone already is removed (41071, and 41070,
    /// which WeCom also says of what never was one).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without an id.
    pub async fn del_intercept_rule(&self, rule_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(DEL).required("rule_id", rule_id).end()?;
        let call = Call::new(DEL, options).json(&json!({"rule_id": rule_id}));
        absent_is(&GONE, (), self.done(call).await)
    }

    /// The rules by name (`get_intercept_rule_list`; page 95097). There is no paging.
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn get_intercept_rule_list(
        &self,
        options: CallOptions,
    ) -> Result<Vec<ListedInterceptRule>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            rule_list: Vec<ListedInterceptRule>,
        }
        let Answer { rule_list } = self.client.call(Call::new(LIST, options)).await?;
        Ok(rule_list)
    }

    /// A rule (`get_intercept_rule`; page 95097).
    ///
    /// # Errors
    ///
    /// 41070 and 41071 when there is none of this id (any more).
    pub async fn get_intercept_rule(
        &self,
        rule_id: &str,
        options: CallOptions,
    ) -> Result<InterceptRule, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "read::needed")]
            rule: InterceptRule,
        }
        Check::of(GET).required("rule_id", rule_id).end()?;
        let call = Call::new(GET, options).json(&json!({"rule_id": rule_id}));
        let Answer { rule } = self.client.call(call).await?;
        Ok(rule)
    }
}

fn check_texts(check: Check, name: Option<&str>, words: &[String]) -> Check {
    let check = check.chars("rule_name", name, NAME_CHARS_MAX).count("word_list", words, 0..=WORDS_MAX);
    words.iter().enumerate().fold(check, |check, (index, word)| {
        let count = word.chars().count();
        check.rule((1..=WORD_CHARS_MAX).contains(&count), "word_list", || Fault::Size {
            count,
            unit: Unit::Characters,
            within: Some(Element::Word(index + 1)),
            least: Some(1),
            most: WORD_CHARS_MAX,
        })
    })
}

/// The numbers that stand for patterns and for what happens: the platform refuses any other (41084).
fn check_patterns(
    check: Check,
    field: &'static str,
    patterns: &[i64],
    intercept_type: Option<InterceptType>,
) -> Check {
    let check = check.number("intercept_type", intercept_type.map(|kind| kind.0), 1..=2);
    patterns.iter().fold(check, |check, pattern| check.number(field, Some(*pattern), 1..=3))
}

/// A rule to be; the request of [`External::add_intercept_rule`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct AddInterceptRule {
    /// Its name, 1 to 20 characters.
    pub rule_name: String,
    /// The words, 1 to 300 of 1 to 32 characters.
    #[serde(deserialize_with = "read::texts")]
    pub word_list: Vec<String>,
    /// Patterns: 1 phone numbers, 2 mail addresses, 3 red packets.
    #[serde(deserialize_with = "read::numbers", skip_serializing_if = "Vec::is_empty")]
    pub semantics_list: Vec<i64>,
    /// What happens to a message that has one; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub intercept_type: Option<InterceptType>,
    /// For whom.
    pub applicable_range: Scope,
}

values::open_number! {
    /// What happens to a message.
    InterceptType {
        /// The employee is warned, and it is not sent.
        BLOCK = 1, "block";
        /// The employee is warned.
        WARN = 2, "warn";
    }
}

/// Changes of a rule; the request of [`External::update_intercept_rule`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateInterceptRule {
    /// The one that is to change.
    pub rule_id: String,
    /// Its name, 1 to 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_name: Option<String>,
    /// The words, all of them.
    #[serde(deserialize_with = "values::texts", skip_serializing_if = "Option::is_none")]
    pub word_list: Option<Vec<String>>,
    /// The patterns, all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra_rule: Option<ExtraRule>,
    /// What happens to a message that has one.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub intercept_type: Option<InterceptType>,
    /// For whom else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_applicable_range: Option<Scope>,
    /// For whom no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_applicable_range: Option<Scope>,
}

/// Patterns of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ExtraRule {
    /// 1 phone numbers, 2 mail addresses, 3 red packets. An empty list in a change removes all.
    #[serde(deserialize_with = "read::numbers")]
    pub semantics_list: Vec<i64>,
}

/// A rule in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ListedInterceptRule {
    /// The intercept rule's id.
    #[serde(deserialize_with = "values::text")]
    pub rule_id: Option<String>,
    /// The intercept rule's name.
    #[serde(deserialize_with = "values::text")]
    pub rule_name: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
}

/// A rule as WeCom answers with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct InterceptRule {
    /// The intercept rule's id.
    #[serde(deserialize_with = "values::text")]
    pub rule_id: Option<String>,
    /// The intercept rule's name.
    #[serde(deserialize_with = "values::text")]
    pub rule_name: Option<String>,
    /// Its words.
    #[serde(deserialize_with = "read::texts")]
    pub word_list: Vec<String>,
    /// Its patterns.
    #[serde(deserialize_with = "values::object")]
    pub extra_rule: Option<ExtraRule>,
    /// What happens to a message that has one.
    #[serde(deserialize_with = "values::number")]
    pub intercept_type: Option<InterceptType>,
    /// For whom.
    #[serde(deserialize_with = "values::object")]
    pub applicable_range: Option<Scope>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{ADD, DEL, GET, LIST, NAME_CHARS_MAX, UPDATE, WORD_CHARS_MAX, WORDS_MAX};
    use crate::method::{Argument, Method, formatcp, integer, integers, json, rust, text, texts};

    const RULE_ID: Argument = text("rule_id", "The rule's id").required();

    pub(crate) const METHODS: &[Method] = &[
    Method::of(ADD, rust!(external.add_intercept_rule, |given| &given.whole()?))
.is("Make a rule: words that employees are warned of, or kept from sending").wxjava(&["addInterceptRule"])
.takes(&[
            text("rule_name", formatcp!("Its name, 1 to {NAME_CHARS_MAX} characters")).required(),
            texts("word_list", formatcp!("The words, at most {WORDS_MAX} of 1 to {WORD_CHARS_MAX} characters")),
            integers("semantics_list", "Patterns: 1 phone numbers, 2 mail addresses, 3 red packets"),
            integer("intercept_type", "1 warned and not sent, 2 warned").required(),
            json("applicable_range", "For whom: {\"user_list\": […], \"department_list\": […]}").required(),
        ])
.like(
            "--rule-name 承诺收益 --word-list 保本 --word-list 稳赚 --intercept-type 2 --applicable-range \
             '{\"department_list\": [1]}'",
        ),
Method::of(UPDATE, rust!(external.update_intercept_rule, |given| &given.whole()?))
.is("Change a rule; what is not given stays, words are replaced as a whole").wxjava(&["updateInterceptRule"])
.takes(&[
            RULE_ID,
            text("rule_name", formatcp!("Its name, 1 to {NAME_CHARS_MAX} characters")),
            texts("word_list", "The words, all of them"),
            json("extra_rule", "The patterns, all of them: {\"semantics_list\": [1, 2, 3]}"),
            integer("intercept_type", "1 warned and not sent, 2 warned"),
            json("add_applicable_range", "For whom else: {\"user_list\": […], \"department_list\": […]}"),
            json("remove_applicable_range", "For whom no longer, likewise"),
        ])
.like("--rule-id xxx --intercept-type 1"),
Method::of(DEL, rust!(external.del_intercept_rule, |given| given.text("rule_id")))
.is("Delete a rule").wxjava(&["delInterceptRule"])
.takes(&[RULE_ID])
.like("--rule-id xxx"),
Method::of(LIST, rust!(external.get_intercept_rule_list))
.is("List the rules by name").wxjava(&["getInterceptRuleList"])
.lists("rule_list"),
Method::of(GET, rust!(external.get_intercept_rule, |given| given.text("rule_id")))
.is("Show a rule").wxjava(&["getInterceptRuleDetail"])
.takes(&[RULE_ID])
.like("--rule-id xxx")
    ];
}
