//! What reading a rules file takes: the document's reader, and what its conditions and texts share.

use crate::language::Language;
use crate::rules::{
    document::reader::Reader,
    text::{read::TextReader, template::Templates},
    when::reader::{ConditionReader, Shared},
};

/// Reads rules, and gathers what becomes a rule set.
pub(super) struct RulesReader {
    pub(super) reader: Reader,
    pub(super) shared: Shared,
    pub(super) templates: Templates,
    pub(super) language: Language,
}

impl RulesReader {
    /// `stored`: the document was accepted by an older check.
    pub(super) fn new(stored: bool) -> Self {
        // Those who read what a rule says work in China.
        let language = Language::Zh;
        let templates = if stored { Templates::of_stored() } else { Templates::new() };
        let mut reader = Reader::default();
        reader.log.stored = stored;
        Self { reader, shared: Shared::default(), templates, language }
    }

    pub(super) fn texts(&mut self) -> TextReader<'_> {
        TextReader { reader: &mut self.reader, templates: &mut self.templates }
    }

    pub(super) fn conditions(&mut self) -> ConditionReader<'_> {
        ConditionReader { reader: &mut self.reader, shared: &mut self.shared }
    }
}
