//! Reading texts out of a document: rewriting what other products' placeholders mean, and finding the line of each fault.

use super::{
    foreign::{self, Rewritten},
    names,
    template::{Form, Template, Templates},
    unseen::is_blank,
    words::{IfBlank, TextFault},
};
use crate::rules::document::{
    fault::Mark,
    reader::{Position, Reader},
    wrong::Quoted,
    yaml::Scalar,
};

/// Reads texts into the templates of a rule set.
pub(crate) struct TextReader<'r> {
    pub(crate) reader: &'r mut Reader,
    pub(crate) templates: &'r mut Templates,
}

impl TextReader<'_> {
    /// A text with placeholders. Those of other products are read as ours, with a note.
    pub(crate) fn template(&mut self, at: &Position<'_>, form: Form) -> Option<Template> {
        let scalar = self.reader.scalar(at)?;
        let (text, rewritten) = foreign::rewrite(&scalar.text);
        self.note_rewritten(at, scalar, rewritten);
        let faults = match self.templates.add(&text, form) {
            Ok(template) => {
                self.note_code(at, scalar, &template);
                return if self.is_cut_by_comment(at, scalar) { None } else { Some(template) };
            }
            Err(faults) => faults,
        };
        // YAML folds the lines of a text into one. Checked unfolded, the same faults fall on the lines of the file.
        let unfolded = scalar.unfolded().and_then(|text| {
            let (text, _) = foreign::rewrite(&text);
            self.templates.add(&text, form).err().filter(|again| again.len() == faults.len())
        });
        for (index, fault) in faults.into_iter().enumerate() {
            let line = unfolded.as_ref().map_or(fault.line, |again| again[index].line);
            let mark = mark_in_text(at, scalar, line, unfolded.is_some(), &fault.fault);
            self.reader.log.add(mark, &at.path, fault.fault);
        }
        None
    }

    /// Notes what in a text is hardly ever meant.
    fn note_code(&mut self, at: &Position<'_>, scalar: &Scalar, template: &Template) {
        for note in template.notes() {
            let written = note.written().unwrap_or_default();
            let mut lines = scalar.lines().unwrap_or_default().lines().enumerate();
            let place = lines.find_map(|(below, line)| Some((below, line, line.find(written.as_ref())?)));
            let mark = place.map_or(at.mark(), |(below, line, offset)| Mark {
                line: at.mark().line + below,
                column: if below == 0 { at.mark().column } else { 1 } + line[..offset].chars().count(),
            });
            self.reader.log.note(mark, note.clone());
        }
    }

    /// Whether a part of the text is a comment to YAML, as in `text: 您好 #客户昵称#`: the customer would read half of it.
    fn is_cut_by_comment(&mut self, at: &Position<'_>, scalar: &Scalar) -> bool {
        let Some(comment) = scalar.comment() else { return false };
        let (shown, text) = (Quoted::of(comment), Quoted::of(&scalar.text));
        if foreign::is_comment_meant(comment) {
            return self.reader.refuses(at, TextFault::Comment { comment: shown, text });
        }
        // A comment has a blank behind its sign, as a rule.
        if !comment.starts_with("# ") && !comment.trim_end_matches('#').is_empty() {
            self.reader.log.note(at.mark(), TextFault::PerhapsComment { comment: shown, text });
        }
        false
    }

    fn note_rewritten(&mut self, at: &Position<'_>, scalar: &Scalar, rewritten: Vec<Rewritten>) {
        if rewritten.is_empty() {
            return;
        }
        let unfolded = scalar.unfolded().map(|text| foreign::rewrite(&text).1);
        let lines = unfolded.filter(|again| again.len() == rewritten.len());
        for (index, Rewritten { line, theirs, ours }) in rewritten.into_iter().enumerate() {
            let line = lines.as_ref().map_or(line, |lines| lines[index].line);
            let note = TextFault::ReadAs { theirs, ours };
            let mark = mark_in_text(at, scalar, line, lines.is_some(), &note);
            self.reader.log.note(mark, note);
        }
    }

    /// Adds a fault where the text is too long for WeCom even with nothing filled in.
    pub(crate) fn within_bytes(&mut self, at: &Position<'_>, template: &Template, max: usize) {
        self.reader.fits(at, template.literal(), max);
    }

    /// The same in characters.
    pub(crate) fn within_characters(&mut self, at: &Position<'_>, template: &Template, max: usize) {
        let characters = template.literal().chars().count();
        if characters > max {
            self.reader.fault(at, TextFault::TooManyCharacters { characters, most: max });
        }
    }

    /// Adds a fault where the text is blank, or comes out blank whatever is filled in.
    pub(crate) fn not_blank(&mut self, at: &Position<'_>, template: &Template, mend: IfBlank) {
        if !is_blank(template.literal()) {
            return;
        }
        if template.is_literal() {
            self.reader.fault(at, TextFault::Blank(mend));
            return;
        }
        // With a condition in it, two samples cannot show that it is blank for everybody.
        let chooses = template.source().contains("{%") || template.source().contains(" if ");
        let is_blank = |value: &'static str| {
            let filled = self.templates.render(template, &names::uniform(value));
            filled.is_ok_and(|text| is_blank(&text))
        };
        if !chooses && ["示例", "Example"].into_iter().all(is_blank) {
            self.reader.fault(at, TextFault::AlwaysBlank(mend));
        }
    }
}

/// Where in the document a line of a text stands, lines counted from 1. Every line of a `|` block is a line of the text,
/// which begins with the first that is not empty. Of a text whose lines YAML folds into one, `line` is one of the document
/// (`is_unfolded`); otherwise only the begin of the text is known. The column is that of what the fault is about.
fn mark_in_text(
    at: &Position<'_>,
    scalar: &Scalar,
    line: usize,
    is_unfolded: bool,
    fault: &TextFault,
) -> Mark {
    let Some(lines) = scalar.lines().filter(|_| is_unfolded || scalar.is_block()) else { return at.mark() };
    let blank = if scalar.is_block() { scalar.text.bytes().take_while(|b| *b == b'\n').count() } else { 0 };
    let below = line - 1 - blank.min(line - 1);
    let Some(written) = lines.lines().nth(below) else { return at.mark() };
    let begin = if below == 0 { at.mark().column } else { 1 };
    let named = fault.written().filter(|named| !named.is_empty());
    let offset = named
        .and_then(|named| find_word(written, &named))
        .unwrap_or_else(|| written.len() - written.trim_start().len());
    Mark { line: at.mark().line + below, column: begin + written[..offset].chars().count() }
}

/// Where a name stands in a line as a word of its own: `customer.name` is not found in `customer.names`.
fn find_word(line: &str, name: &str) -> Option<usize> {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    let is_whole = |at: usize| {
        let before = line[..at].chars().next_back();
        let behind = line[at + name.len()..].chars().next();
        let goes_on_before = name.starts_with(joins) && before.is_some_and(|c| joins(c) || c == '.');
        let goes_on_behind = name.ends_with(joins) && behind.is_some_and(joins);
        !goes_on_before && !goes_on_behind
    };
    line.match_indices(name).map(|(at, _)| at).find(|at| is_whole(*at))
}
