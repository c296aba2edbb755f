//! Rules: who is greeted with what, tagged and remarked how. People in operations write them; they are checked as a whole
//! before anything is stored, compiled once, and then are a pure function from facts to a plan.
//!
//! [`Ruleset::compile`] reads a document and gives either every [`Fault`] in it or a rule set in which nothing can be wrong
//! any more. [`Ruleset::needs`] says what must be looked up before the welcome can be written, [`Ruleset::plan`] what is to
//! be done, [`Ruleset::verdicts`] why.
//!
//! Guarantees: the same facts and the same rule set give the same plan. No document makes the check panic, hang or grow. A
//! value, a nickname say, is never read as a template. Everything that is planned is within WeCom's limits. Nothing here
//! reads a clock, waits, or knows of a database. docs/RULES.md describes the language.
//!
//! The rooms, in reading order; each may know those above it, which `tests/tidy.rs` holds:

// What rules are applied to: the event and its change, the customer, the employee, and which of them are looked up.
mod facts;
// Any document that a person wrote: its tree, its faults with their places, the things outside of it that it names.
mod document;
// Texts with placeholders: checked when they are read, filled in when they are needed, cut without breaking a character.
mod text;
// Conditions: the table of the keys of `when`, how they are read, decided and put into words.
mod when;
// The rules file: every key of a rule, and the model of a rule without a fault.
mod file;
// A rule as a form, and the list of rules as a page: what people change without writing YAML.
pub mod form;
// From facts and a rule set to a plan: which rules match, what each supplies, and why the others do not.
mod plan;
// Rules tried out before they count: explained, tested, compared, held against the record, made of a table.
pub mod trial;

pub use document::{
    edit::OnlyByHand,
    fault::{FAULTS_MAX, Fault, Faults, Note, decoded},
    resources::{FileUse, Resources, TagRole, TagUse, Use},
    yaml::DOCUMENT_BYTES_MAX,
};
pub(crate) use document::{
    fault::nearest,
    outside::is_userid,
    typed::{SEPARATORS, ids as typed_ids, unseen},
    wrong::{Said, Wrong},
};
pub use facts::{
    Facts, Known, Needs,
    customer::{Customer, ExternalContact, FollowTag, FollowUser},
    employee::{Earlier, Employee},
    media::Media,
};
pub use file::{RULES_MAX, files_of};
pub use plan::{
    fill::{RemarkError, needs_of_notice, needs_of_remark, render_notice, render_remark},
    ruleset::{RuleSummary, Ruleset},
    verdict::Verdict,
};
pub use when::share::percentile;
