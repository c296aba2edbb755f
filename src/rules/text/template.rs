//! Templates: the texts of a rule set as the engine has them, checked and ready to be filled in.
//!
//! The engine is minijinja. The language is the part of it that a greeting needs: `{{ … }}`, `{% if %}`, comments,
//! comparisons, a few filters. There are no loops, definitions or calls, so that what a text costs is bounded by its
//! length. Should rendering fail all the same, the caller falls back on [`Template::literal`].

use std::{borrow::Cow, fmt::Write as _};

use minijinja::{AutoEscape, Environment, Error, Value, filters, tests as engine_tests};

use super::{
    code,
    cut::{cut_at, within},
    fault::{FaultInLine, message, syntax},
    foreign,
    names::{self, Scope},
    survey::survey,
    time,
    unseen::is_blank,
    words::TextFault,
};
use crate::rules::facts::Needs;

/// A text longer than this cannot become a message; WeCom takes 4000 bytes, the rest is room for placeholders.
const SOURCE_BYTES_MAX: usize = 16 * 1024;

/// What rendering a text may cost: its instructions, and a unit for each 64 bytes of output. It is a hundred times what a
/// greeting costs, and bounds the output to 160 KiB.
const FUEL: u64 = 2_500;

/// What kind of text it is, which decides how values are put into it and which names there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Values stand as they are.
    Text,
    /// The same, in a notice to employees: an app's message, which may have links in it.
    Notice,
    /// The same, in a notice about something that went wrong: there `reason` is known as well.
    Reason,
    /// Values are percent-encoded: a nickname with `&` or a blank must not break the address.
    Url,
}

/// A checked text.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    source: String,
    /// Its name in the engine; `None` where there is nothing to fill in.
    compiled: Option<String>,
    /// The part of it that does not depend on any value.
    literal: String,
    asks: Needs,
    needs: Vec<String>,
    notes: Vec<TextFault>,
}

impl Template {
    /// What in it is no fault and hardly ever meant.
    pub(crate) fn notes(&self) -> &[TextFault] {
        &self.notes
    }

    /// The text as it was written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The look-ups that it asks for.
    pub(crate) fn asks(&self) -> Needs {
        self.asks
    }

    /// The names that have to be looked up and for which it has no default, as `customer.name`.
    pub(crate) fn needs(&self) -> &[String] {
        &self.needs
    }

    /// Whether there is nothing to fill in.
    pub(crate) fn is_literal(&self) -> bool {
        self.compiled.is_none()
    }

    /// The part of it outside of placeholders and conditions.
    pub(crate) fn literal(&self) -> &str {
        &self.literal
    }
}

/// The engine with every text of a rule set.
#[derive(Debug)]
pub(crate) struct Templates {
    engine: Environment<'static>,
    count: usize,
    /// The texts were accepted by an older check.
    stored: bool,
}

impl Templates {
    pub(crate) fn new() -> Self {
        let mut engine = Environment::empty();
        engine.set_fuel(Some(FUEL));
        engine.set_auto_escape_callback(|name| {
            if name.starts_with(URL_PREFIX) { AutoEscape::Custom("url".into()) } else { AutoEscape::None }
        });
        engine.set_formatter(|out, state, value| {
            match (state.auto_escape(), value.as_str()) {
                (AutoEscape::Custom(_), Some(text)) => percent_encoded(out, text),
                (AutoEscape::Custom(_), None) => percent_encoded(out, &value.to_string()),
                (_, Some(text)) => out.write_str(text),
                (_, None) => write!(out, "{value}"),
            }
            .map_err(Error::from)
        });
        engine.add_filter("default", default);
        engine.add_filter("d", default);
        engine.add_filter("cut", cut);
        engine.add_filter("cut_bytes", cut_bytes);
        engine.add_filter("date", |value: &Value, format: &str| time::formatted(&value.to_string(), format));
        engine.add_filter("weekday", |value: &Value| time::weekday(&value.to_string()));
        engine.add_filter("length", length);
        engine.add_filter("lower", filters::lower);
        engine.add_filter("upper", filters::upper);
        engine.add_filter("capitalize", filters::capitalize);
        engine.add_filter("title", filters::title);
        engine.add_filter("trim", filters::trim);
        engine.add_filter("replace", filters::replace);
        engine.add_test("startingwith", engine_tests::is_startingwith);
        engine.add_test("endingwith", engine_tests::is_endingwith);
        Self { engine, count: 0, stored: false }
    }

    /// For texts that an older check accepted: what only newer ones refuse is no fault of theirs.
    pub(crate) fn of_stored() -> Self {
        Self { stored: true, ..Self::new() }
    }

    /// Checks a text and compiles it.
    pub(crate) fn add(&mut self, source: &str, form: Form) -> Result<Template, Vec<FaultInLine>> {
        if source.len() > SOURCE_BYTES_MAX {
            let fault = TextFault::TooLong { bytes: source.len(), most: SOURCE_BYTES_MAX };
            return Err(vec![FaultInLine { line: 1, fault }]);
        }
        if !["{{", "{%", "{#"].iter().any(|open| source.contains(open)) {
            let faults = foreign::left(source, 1, self.stored);
            return if faults.is_empty() { Ok(literal(source, form)) } else { Err(faults) };
        }
        let surveyed = survey(source, Scope { reason: form == Form::Reason }, form, self.stored)?;
        let name = format!("{}{}", if form == Form::Url { URL_PREFIX } else { "" }, self.count);
        self.engine
            .add_template_owned(name.clone(), source.to_owned())
            .map_err(|error| vec![syntax(&error)])?;
        self.count += 1;
        let template = Template {
            source: source.to_owned(),
            compiled: Some(name),
            literal: surveyed.literal,
            asks: surveyed.asks,
            needs: surveyed.needs,
            notes: surveyed.notes,
        };
        // An operation that texts do not allow, such as `-customer.name`, only fails when it is tried.
        for value in ["示例", ""] {
            if let Err(error) = self.render(&template, &names::uniform(value)) {
                let fault = TextFault::Unfillable { kind: error.kind(), message: message(&error) };
                return Err(vec![FaultInLine { line: error.line().unwrap_or(1), fault }]);
            }
        }
        Ok(template)
    }

    pub(crate) fn render<'t>(&self, template: &'t Template, values: &Value) -> Result<Cow<'t, str>, Error> {
        match &template.compiled {
            None => Ok(Cow::Borrowed(&template.literal)),
            Some(name) => Ok(Cow::Owned(self.engine.get_template(name)?.render(values.clone())?)),
        }
    }
}

const URL_PREFIX: &str = "url/";

fn literal(source: &str, form: Form) -> Template {
    let mut notes = Vec::new();
    code::seen(source, form, &mut notes);
    Template {
        notes,
        source: source.to_owned(),
        compiled: None,
        literal: source.to_owned(),
        asks: Needs::default(),
        needs: Vec::new(),
    }
}

/// The value, or the other where it is missing or blank: a name that nobody sees is no name.
fn default(value: &Value, other: Value) -> Value {
    let missing = value.is_undefined() || value.is_none() || value.as_str().is_some_and(is_blank);
    if missing { other } else { value.clone() }
}

/// The first so many characters.
fn cut(value: &Value, characters: usize) -> String {
    let text = value.to_string();
    cut_at(&text, characters).to_owned()
}

/// As much of the value as fits into so many bytes of UTF-8.
fn cut_bytes(value: &Value, bytes: usize) -> String {
    let text = value.to_string();
    within(&text, bytes).to_owned()
}

fn length(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

/// Percent-encodes every byte that RFC 3986 does not leave unreserved.
fn percent_encoded(out: &mut minijinja::Output<'_>, text: &str) -> std::fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.write_char(char::from(byte))?;
        } else {
            write!(out, "%{byte:02X}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{language::Language, rules::document::wrong::Wrong as _};

    fn rendered(source: &str, value: &'static str) -> String {
        let mut templates = Templates::new();
        let template = templates.add(source, Form::Text).unwrap();
        templates.render(&template, &names::uniform(value)).unwrap().into_owned()
    }

    fn faults(source: &str) -> String {
        let faults = Templates::new().add(source, Form::Text).unwrap_err();
        faults
            .into_iter()
            .map(|fault| format!("{}: {}", fault.line, fault.fault.say(Language::En).in_one(Language::En)))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn values_are_put_in_as_they_are_and_missing_ones_take_the_default() {
        assert_eq!(rendered("<{{ customer.name }}>", "{{ app }} $1 <b> &amp;"), "<{{ app }} $1 <b> &amp;>");
        for unseen in [" ", "\u{200b}", "\u{3164}\u{2800}"] {
            assert_eq!(rendered("{{ customer['name'] | default('朋友') }}", unseen), "朋友");
        }
        assert_eq!(rendered("{{ customer.name or '朋友' }}", ""), "朋友");
        assert_eq!(rendered("{{ customer.name | d('x') | upper }}", "ab"), "AB");
        assert_eq!(rendered("{{ customer.name[:1] }}{{ customer.name | cut(2) }}", "一二三"), "一一二");
        assert_eq!(rendered("{{ 'y' if 'b' in customer.name else 'n' }}", "abc"), "y");
        assert_eq!(
            rendered("{% if app is startingwith('a') %}1{% elif app %}2{% else %}3{% endif %}", "b"),
            "2"
        );
        assert_eq!(rendered("a\n{%- if app %}\nb\n{%- endif %}\nc\n", "x"), "a\nb\nc");
        assert_eq!(rendered("a{# not sent #}b {{ '{{' }}", ""), "ab {{");
        assert_eq!(rendered("单 { 括号 } 100%", ""), "单 { 括号 } 100%");
        assert_eq!(rendered("{{ app | cut_bytes(7) }}|{{ app | cut_bytes(0) }}", "春夏秋"), "春夏|");
        assert_eq!(
            rendered("{{ event.time | date('%-m月%-d日') }}{{ now.date | weekday }}", ""),
            "3月6日星期五"
        );
        assert_eq!(rendered("{{ now | date('%H点') }}{{ now }}{{ now.hour }}", ""), "10点2026-03-06 10:0010");
        assert_eq!(rendered("{% if now.hour < 12 %}早{% else %}晚{% endif %}", ""), "早");
    }

    #[test]
    fn what_a_text_asks_for_is_known_before_it_is_filled_in() {
        let asks = |source: &str| {
            let template = Templates::new().add(source, Form::Text).unwrap();
            let letters = |customer: bool, employee: bool| {
                let letter = |needed: bool, letter| if needed { letter } else { "" };
                format!("{}{}", letter(customer, "c"), letter(employee, "e"))
            };
            let of = |root: &str| template.needs().iter().any(|name| name.starts_with(root));
            let asks = template.asks();
            let needs = letters(of("customer."), of("employee."));
            format!("{}/{needs}", letters(asks.customer, asks.employee))
        };
        assert_eq!(asks("您好"), "/");
        assert_eq!(asks("{{ event.state }}{{ employee.id }}{{ now.greeting }}"), "/");
        assert_eq!(asks("{{ customer.name }}"), "c/c");
        assert_eq!(asks("{{ employee.name }}"), "e/e");
        assert_eq!(asks("{{ customer.name | default('x') }}{{ employee.alias }}"), "ce/e");
        assert_eq!(asks("{{ employee.alias | default(employee.name) }}"), "e/e");
        assert_eq!(asks("{{ customer.name | default(employee.name) | default('q') }}"), "ce/");
        assert_eq!(asks("{{ customer.name | replace('a', employee.name) | default('q') }}"), "ce/e");
        assert_eq!(asks("{{ customer.name | default('x') }}"), "c/");
        assert_eq!(asks("{{ customer.name | trim | default('x') }}"), "c/");
        assert_eq!(asks("{{ customer.name or 'x' }}"), "c/");
        assert_eq!(asks("{% if customer.name %}{{ customer.name }}{% endif %}"), "c/");
        assert_eq!(asks("{% if customer.name %}{{ customer.avatar }}{% endif %}"), "c/c");
        assert_eq!(asks("{% if customer.name %}x{% else %}{{ customer.name }}{% endif %}"), "c/c");
        assert_eq!(asks("{{ event.state | default(customer.name) }}"), "c/c");
        // A comparison needs what it compares, and whoever asks whether there is a value is ready for none.
        assert_eq!(asks("{% if customer.gender == 'female' %}女士{% else %}先生{% endif %}您好"), "c/c");
        assert_eq!(asks("您好{% if customer.type != 'wecom' %}亲{% endif %}"), "c/c");
        assert_eq!(asks("{{ '女士' if customer.gender == 'female' else '先生' }}"), "c/c");
        assert_eq!(asks("{% if customer.name is startingwith('a') %}x{% endif %}"), "c/c");
        assert_eq!(asks("{% if 'a' in customer.name %}x{% endif %}"), "c/c");
        assert_eq!(asks("{% if customer.name and customer.type == 'wecom' %}x{% endif %}"), "c/c");
        assert_eq!(asks("{% if customer.gender | default('x') == 'female' %}x{% endif %}"), "c/");
        assert_eq!(asks("{% if event.state == 'x' %}{{ event.state }}{% endif %}"), "/");
        assert_eq!(asks("{% if not customer.name %}亲{% else %}{{ customer.name }}{% endif %}"), "c/");
        assert_eq!(asks("{{ '亲' if not customer.name else customer.name }}"), "c/");
        assert_eq!(asks("{% if not customer.name %}{{ customer.name }}{% endif %}"), "c/c");
        assert_eq!(asks("{% if customer.name | trim %}{{ customer.name }}{% endif %}"), "c/");
        assert_eq!(
            asks("{% if customer.name and employee.name %}{{ customer.name }}{{ employee.name }}{% endif %}"),
            "ce/"
        );
        assert_eq!(asks("{% if customer.name or employee.name %}{{ employee.name }}{% endif %}"), "ce/e");
        assert_eq!(
            asks(
                "{% if customer.remark or customer.name %}{{ customer.remark or customer.name }}{% endif %}"
            ),
            "c/"
        );
        assert_eq!(asks("{% if not customer.name or event.state %}{{ customer.name }}{% endif %}"), "c/c");
        assert_eq!(
            asks("{% if not (customer.name and event.state) %}x{% else %}{{ customer.name }}{% endif %}"),
            "c/"
        );
        assert_eq!(
            asks("{% if not customer.name %}x{% elif event.state %}{{ customer.name }}{% endif %}"),
            "c/"
        );
    }

    #[test]
    fn what_is_not_in_the_language_is_refused_with_what_was_meant() {
        insta::assert_snapshot!(
            [
                "{{ customer.nick }}", "{{ customer_name }}", "{{ Customer.name }}", "\n{{ employee.nickname }}", "{{ event }}",
                "{{ app.name }}", "{{ customer.name.first }}", "{{ customer.name | defualt('x') }}", "{{ customer.name.upper() }}",
                "{{ range(9) }}", "{% set x = 1 %}", "{{ x", "{% if app %}", "{{ customer.name is defined }}", "{{ {} }}",
                "{{ 1 / 0 }}", "{{ customer.name | cut }}", "{% include 'x' %}", "%NICKNAME%您好", "##客户名称##",
                "{{ app }}#兑换码#", "{{ reason }}", "{{ now.week }}", "{{ greeting }}", "{{ event.state | date('%Y') }}",
                "{{ event.time | date('%A') }}", "{{ event.time | date(app) }}", "{{ event.time | date }}",
                "{{ 1 if customer.type == 1 }}", "{{ 1 if now.hour == '9' }}", "{{ app | weekday }}",
            ]
            .map(faults)
            .join("\n"),
            @r###"
            1: there is no `customer.nick`; there are customer.name, customer.type, customer.gender, customer.avatar, customer.position, customer.corp_name, customer.corp_full_name, customer.remark, customer.description
            1: there is no `customer_name`; did you mean `customer.name`?
            1: there is no `Customer.name`; did you mean `customer.name`?
            2: there is no `employee.nickname`; there are employee.id, employee.name, employee.alias, employee.department
            1: `event` alone is no text; say what of it: event.state, event.user_id, event.external_user_id, event.type, event.change, event.time, event.date, event.fail_reason, event.source, event.chat_id, event.update_detail, event.join_scene, event.quit_scene, event.member_change_count, event.link_id, event.expire_quota_count, event.expire_time, event.tag_id, event.tag_type
            1: there is no `app.name`; did you mean `app`?
            1: there is no `customer.name.first`; did you mean `customer.name`?
            1: there is no filter `defualt`; did you mean `default`?
            1: there are no functions to call; use a filter, as in {{ customer.name | upper }}
            1: there are no functions to call; use a filter, as in {{ customer.name | upper }}
            1: `{% set %}` is not part of the language; use {{ … }} and {% if … %} only
            1: is no valid text: unexpected end of input, expected end of variable block; write placeholders as {{ customer.name }} and conditions as {% if … %} … {% endif %}; for two braces themselves write {{ '{{' }}
            1: is no valid text: unexpected end of input, expected end of block; write placeholders as {{ customer.name }} and conditions as {% if … %} … {% endif %}; for two braces themselves write {{ '{{' }}
            1: there is no test `is defined`; every name is defined and may be empty: write {% if customer.name %}
            1: a map literal has no place here; use a name, as in {{ customer.name }}
            1: cannot be filled in: unable to calculate 1 / 0; every value is a text; compare it, cut it or give it a default
            1: cannot be filled in: missing argument; every value is a text; compare it, cut it or give it a default
            1: is no valid text: unknown statement include; write placeholders as {{ customer.name }} and conditions as {% if … %} … {% endif %}; for two braces themselves write {{ '{{' }}
            1: `%NICKNAME%` is another product's placeholder and would be sent as it stands; write {{ customer.name }}
            1: `##客户名称##` is another product's placeholder and would be sent as it stands; write {{ customer.name }}
            1: `#兑换码#` is another product's placeholder and would be sent as it stands; remove it: redeem codes are not given out here; a code that all may use can be written out
            1: there is no `reason` here; it is known in a `notify` that is on missed_welcome or failed
            1: there is no `now.week`; did you mean `now.weekday`?
            1: there is no `greeting`; did you mean `now.greeting`?
            1: `date` wants a time; put it right behind one of event.time, event.date, event.expire_time, now, now.time, now.date, as in {{ event.time | date('%-m月%-d日') }}
            1: `date` knows no `%A`; write a text of %Y %y %m %d %H %I %M %-m %-d %-H %%
            1: `date` wants a format; write a text of %Y %y %m %d %H %I %M %-m %-d %-H %%, in quotes
            1: `date` wants a format; write a text of %Y %y %m %d %H %I %M %-m %-d %-H %%, in quotes
            1: `customer.type` is a text, and is compared with a number; put the number in quotes
            1: `now.hour` is a number, and is compared with a text; remove the quotes
            1: `weekday` wants a time; put it right behind one of event.time, event.date, event.expire_time, now, now.time, now.date, as in {{ event.time | date('%-m月%-d日') }}
            "###
        );
    }

    #[test]
    fn values_in_addresses_are_encoded_and_the_address_is_not() {
        let mut templates = Templates::new();
        let template = templates.add("https://e.cn/路?a=1&b={{ app }}", Form::Url).unwrap();
        let filled = templates.render(&template, &names::uniform("a b/周&?-._~")).unwrap();
        assert_eq!(filled, "https://e.cn/路?a=1&b=a%20b%2F%E5%91%A8%26%3F-._~");
    }
}
