//! `/rules/{name}`: the usual of one rule as a form, with a phone that shows the welcome as one types; and the same for a rule
//! that is not there yet, which begins from a pattern or as a copy of another.
//!
//! What a form changes is what differs between what it showed and what came back; only that is written into the file, so
//! whatever else stands there, also what another has published meanwhile, stays as it is.

use actix_web::{HttpRequest, HttpResponse, web::Path};

use super::{
    super::{
        filter::Given,
        frame::{Frame, html, see_other},
        views::{EditorView, Place, RulePage, SourceLine, TriedView},
        words::rules::SayRules,
    },
    Attempt, address,
    fields::{controls, entries_view, placeholders, wrong},
    files::{pictures, store_files},
    filled::{arrange, filled},
    phone::shown,
    tried::Trial,
    typed::{Arrange, Do, Typed},
};
use crate::{
    http::{
        access::{Caller, Operator, Viewer},
        problem::Problem,
    },
    rules::{
        Fault, Ruleset,
        form::{
            NotWritten, RuleForm,
            order::{self, Pattern},
        },
    },
    store::RulesetVersion,
};

/// Which rule a form is about, and how its file comes to have it.
#[derive(Clone, Debug)]
enum Subject {
    /// One that is there.
    There(String),
    /// A new one, from a pattern.
    New(Pattern),
    /// A new one, as a copy.
    Copy(String),
}

impl Subject {
    /// What the address of a new rule says.
    fn of_query(query: &str) -> Self {
        let given = Given::of(query);
        match given.get("copy") {
            Some(name) => Self::Copy(name.to_owned()),
            None => Self::New(given.get("pattern").and_then(Pattern::named).unwrap_or(Pattern::Channel)),
        }
    }

    /// Where its form is sent.
    fn address(&self) -> String {
        match self {
            Self::There(name) => address(name),
            Self::New(pattern) => format!("/rules/new?pattern={}", pattern.as_str()),
            Self::Copy(name) => format!("/rules/new?copy={}", super::super::customers::percent(name)),
        }
    }

    /// Where its preview is made.
    fn preview(&self) -> String {
        match self.address().split_once('?') {
            None => format!("{}/preview", self.address()),
            Some((path, query)) => format!("{path}/preview?{query}"),
        }
    }

    /// The document with the rule in it as the form first shows it, and what it is called there. `None`: the document has no
    /// such rule, or cannot get it without a change of others.
    fn in_document(&self, frame: &Frame, document: &str) -> Option<(String, String)> {
        let r = frame.rule_words();
        match self {
            Self::There(name) => RuleForm::of(document, name).map(|_| (document.to_owned(), name.clone())),
            Self::New(pattern) => {
                let (name, text) = match pattern {
                    Pattern::Channel => (r.new_channel, r.new_channel_text),
                    Pattern::Hours => (r.new_hours, r.new_hours_text),
                    Pattern::Default => (r.new_default, r.new_default_text),
                };
                let name = order::free_name(document, name);
                order::begun(document, &name, *pattern, text).ok().map(|document| (document, name))
            }
            Self::Copy(of) => {
                let name = order::free_name(document, of);
                order::copied(document, of, &name).ok().map(|document| (document, name))
            }
        }
    }
}

/// A version with the rule in it.
struct Base {
    version: i64,
    document: String,
    was: RuleForm,
}

impl Base {
    fn of(frame: &Frame, subject: &Subject, stored: Option<&RulesetVersion>) -> Result<Self, Problem> {
        let (version, document) = stored.map_or((0, ""), |stored| (stored.version, &stored.document));
        let (document, name) = subject.in_document(frame, document).ok_or(Problem::NoSuchPath)?;
        let was = RuleForm::of(&document, &name).ok_or(Problem::NoSuchPath)?;
        Ok(Self { version, document, was })
    }

    /// The version that a form was made from.
    async fn seen(frame: &Frame, subject: &Subject, version: i64) -> Result<Self, Problem> {
        let stored = if version == 0 { None } else { frame.store().rules(version).await? };
        if stored.is_none() && version != 0 {
            return Err(Problem::NoSuchPath);
        }
        Self::of(frame, subject, stored.as_ref())
    }
}

/// What stands beside a rule's form, and is not the rule.
#[derive(Default)]
struct Around<'a> {
    note: &'a str,
    event: &'a str,
    customer: &'a str,
    kept: bool,
    /// What was typed another time is shown again.
    restored: bool,
    /// The file with what was typed in it, where it could be written.
    written: Option<String>,
    faults: Vec<Fault>,
    /// Why files were not taken, by the ids of their fields.
    refused: Vec<(String, String)>,
}

/// The page.
pub(in crate::http::pages) async fn one(
    _: Caller<Viewer>,
    frame: Frame,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    look(&frame, &Subject::There(name.into_inner())).await
}

/// The page of a rule that is not there yet.
pub(in crate::http::pages) async fn new(
    _: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
) -> Result<HttpResponse, Problem> {
    look(&frame, &Subject::of_query(request.query_string())).await
}

async fn look(frame: &Frame, subject: &Subject) -> Result<HttpResponse, Problem> {
    let base = Base::of(frame, subject, frame.store().active_rules().await?.as_ref())?;
    html(&page(frame, subject, &base, &base.was, &Around::default(), TriedView::default()).await?)
}

/// Checks, tries, explains or publishes what was changed.
pub(in crate::http::pages) async fn act(
    caller: Caller<Operator>,
    frame: Frame,
    name: Path<String>,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    change(caller, &frame, &Subject::There(name.into_inner()), typed).await
}

/// The same for a rule that is not there yet.
pub(in crate::http::pages) async fn act_new(
    caller: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    change(caller, &frame, &Subject::of_query(request.query_string()), typed).await
}

async fn change(
    caller: Caller<Operator>,
    frame: &Frame,
    subject: &Subject,
    mut typed: Typed,
) -> Result<HttpResponse, Problem> {
    let by = caller.by();
    let refused = store_files(frame, &mut typed, &by).await?;
    let typed = &typed;
    let seen = typed.version()?;
    let base = Base::seen(frame, subject, seen).await?;
    let mut form = form_of(typed, subject, &base.was);
    let in_force = frame.store().active_rules().await?;
    let mut trial = Trial::of(frame, in_force.as_ref());
    let mut around = Around {
        note: typed.line("note"),
        event: typed.line("event"),
        customer: typed.line("customer"),
        kept: true,
        ..Around::default()
    };
    let act = typed.act();
    if !refused.is_empty() {
        trial.refuse(frame.say_rules(SayRules::FileRefused));
        around.refused = refused;
        around.written = form.write(&base.document, &base.was).ok();
        return html(&page(frame, subject, &base, &form, &around, trial.done()).await?);
    }
    if let Do::Arrange(what) = act {
        arrange(&mut form, what, typed.line("attachment-kind"));
        around.restored = what == Arrange::Nothing;
        around.written = form.write(&base.document, &base.was).ok();
        return html(&page(frame, subject, &base, &form, &around, trial.done()).await?);
    }
    if !form.get("priority").is_empty() && form.get("priority").parse::<i64>().is_err() {
        trial.refuse(frame.say_rules(SayRules::NoNumber));
        return html(&page(frame, subject, &base, &form, &around, trial.done()).await?);
    }
    // What another has published meanwhile stays, where its difference was looked at.
    let over = match typed.over() {
        Some(version) => Base::seen(frame, subject, version).await.ok(),
        None => None,
    };
    let gone = typed.over().filter(|_| over.is_none());
    let target = over.as_ref().unwrap_or(&base);
    // A new rule may have another name there.
    let was = base.was.clone().called(&target.was.name);
    let written = match gone {
        Some(version) => Err(SayRules::RuleGone { version }),
        None => form.write(&target.document, &was).map_err(|why| match why {
            NotWritten::OnlyByHand(_) => SayRules::OnlyInYaml,
            NotWritten::ChangedMeanwhile => SayRules::ListChanged { version: target.version },
        }),
    };
    let yaml = match written {
        Ok(yaml) => yaml,
        Err(why) => {
            trial.refuse(frame.say_rules(why));
            return html(&page(frame, subject, &base, &form, &around, trial.done()).await?);
        }
    };
    let attempt = Attempt { act, yaml: &yaml, seen, typed };
    match attempt.make(frame, in_force.as_ref(), &by).await? {
        Ok(done) => Ok(see_other(&done.on(&address(&form.name)))),
        Err(tried) => {
            around.faults = Ruleset::compile(&yaml, 0).err().map(|faults| faults.faults).unwrap_or_default();
            around.written = Some(yaml);
            html(&page(frame, subject, &base, &form, &around, tried).await?)
        }
    }
}

/// What the form says; of a new rule its name as well.
fn form_of(typed: &Typed, subject: &Subject, was: &RuleForm) -> RuleForm {
    let mut form = filled(typed, was);
    if !matches!(subject, Subject::There(_))
        && let Some(name) = typed.sent("name")
    {
        name.trim().clone_into(&mut form.name);
    }
    form
}

/// The phone with what stands in the form now.
pub(in crate::http::pages) async fn preview(
    _: Caller<Operator>,
    frame: Frame,
    name: Path<String>,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    preview_of(&frame, &Subject::There(name.into_inner()), &typed).await
}

/// The same for a rule that is not there yet.
pub(in crate::http::pages) async fn preview_new(
    _: Caller<Operator>,
    request: HttpRequest,
    frame: Frame,
    typed: Typed,
) -> Result<HttpResponse, Problem> {
    preview_of(&frame, &Subject::of_query(request.query_string()), &typed).await
}

async fn preview_of(frame: &Frame, subject: &Subject, typed: &Typed) -> Result<HttpResponse, Problem> {
    let base = Base::seen(frame, subject, typed.version()?).await?;
    let form = filled(typed, &base.was);
    let pictures = pictures(frame, base.version).await?;
    html(&shown(frame, &base.document, &form, typed.line("customer"), &pictures))
}

async fn page(
    frame: &Frame,
    subject: &Subject,
    base: &Base,
    form: &RuleForm,
    around: &Around<'_>,
    tried: TriedView,
) -> Result<RulePage, Problem> {
    let pictures = pictures(frame, base.version).await?;
    let name = base.was.name.as_str();
    // With what was typed in it, so that faults stand at the lines that they name.
    let (document, written_as) = match &around.written {
        Some(written) => (written.as_str(), form.name.as_str()),
        None => (base.document.as_str(), name),
    };
    let (first, source) = RuleForm::source(document, written_as).unwrap_or((1, ""));
    let faulty = |line: usize| tried.faults.iter().any(|fault| fault.line == line);
    let lines = source.lines().enumerate().map(|(at, text)| SourceLine {
        number: first + at,
        text: text.to_owned(),
        faulty: faulty(first + at),
    });
    let shown_form = form.clone().called(name);
    let wrong = wrong(frame, &form.name, form, &around.faults).and(&around.refused);
    Ok(RulePage {
        w: frame.words,
        r: frame.rule_words(),
        f: frame.form_words(),
        shell: frame.shell(Some(Place::Rules)),
        is_new: !matches!(subject, Subject::There(_)),
        name: form.name.clone(),
        restored: around.restored,
        enabled: form.get("enabled") == "true",
        groups: controls(frame, &base.document, form, &wrong),
        welcome: form.get("welcome").to_owned(),
        welcome_wrong: wrong.of("welcome"),
        welcome_bytes: form.get("welcome").len(),
        attachments: entries_view(frame, form, &wrong, true),
        notices: entries_view(frame, form, &wrong, false),
        customer: around.customer.to_owned(),
        placeholders: placeholders(frame),
        source: lines.collect(),
        others: RuleForm::others(&base.document, name),
        preview: shown(frame, &base.document, &shown_form, around.customer, &pictures),
        preview_at: subject.preview(),
        editor: EditorView {
            action: subject.address(),
            version: base.version,
            note: around.note.to_owned(),
            event: around.event.to_owned(),
            kept: around.kept,
        },
        tried,
        may_publish: frame.may_operate(),
    })
}
