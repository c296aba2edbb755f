//! What the demo says of its customers: a line each, the sum, and one greeting as it looks on the phone.

use serde_json::json;

use super::Seen;
use crate::{
    cli::{
        actions::milliseconds,
        output::{Output, clean, duration, fit, right},
        phone,
        spread::{Spread, microseconds},
        words::trying::{Heading, Trying},
    },
    language::{Language, Sentence as _},
};

pub(super) fn line(seen: &Seen) -> String {
    let dash = || "-".to_owned();
    row([
        seen.number.to_string(),
        seen.customer.clone(),
        seen.employee.clone(),
        seen.rule.clone().unwrap_or_else(dash),
        seen.ack_us.map_or_else(dash, |us| duration(microseconds(us))),
        seen.welcome_after_ms.map_or_else(dash, |ms| duration(milliseconds(ms))),
        seen.problem.clone().unwrap_or_else(|| seen.tags.join(" ")),
    ])
}

pub(super) fn headings(language: Language) -> String {
    let [customer, adds, rule, ack, welcome, tags] =
        [Heading::Customer, Heading::Adds, Heading::Rule, Heading::Ack, Heading::Welcome, Heading::Tags]
            .map(|heading| Trying::Heading(heading).to(language));
    row(["#".to_owned(), customer, adds, rule, ack, welcome, tags])
}

/// A line of the table: 79 columns, two tags of some characters at its end.
fn row([number, customer, employee, rule, ack, welcome, tags]: [String; 7]) -> String {
    let line = format!(
        "{} {} {} {} {} {} {}",
        right(&number, 4),
        fit(&customer, 14),
        fit(&employee, 6),
        fit(&rule, 15),
        right(&ack, 6),
        right(&welcome, 7),
        fit(&tags, 21)
    );
    line.trim_end().to_owned()
}

pub(super) fn sum_up(all: &[Seen], took_ms: i64, well: bool, output: &mut Output) -> anyhow::Result<()> {
    let count = all.len();
    let welcomed = all.iter().filter(|seen| seen.welcome_after_ms.is_some()).count();
    let tagged = all.iter().filter(|seen| !seen.tags.is_empty()).count();
    let acks = Spread::of(all.iter().filter_map(|seen| seen.ack_us).map(microseconds).collect());
    let greetings =
        Spread::of(all.iter().filter_map(|seen| seen.welcome_after_ms).map(milliseconds).collect());
    if output.is_json() {
        output.document(&json!({ "summary": {
            "customers": count, "welcomed": welcomed, "tagged": tagged, "ok": well, "took_ms": took_ms,
            "ack": acks, "welcome": greetings,
        }}))?;
        output.flush()?;
        return Ok(());
    }
    let took = duration(milliseconds(took_ms));
    let language = output.language();
    let said = |sentence: Trying<'_>| sentence.to(language);
    output.sentence(&Trying::DemoEnds { welcomed, tagged, count, took: &took })?;
    let longest = right(&said(Trying::Heading(Heading::Longest)), 9);
    output.line(&format!("  {:<9}{:>9}{:>9}{longest}", "", "p50", "p99"))?;
    if let Some(acks) = acks {
        output.line(&acks.line(&said(Trying::Heading(Heading::Ack)), &said(Trying::AckLimit)))?;
    }
    if let Some(greetings) = greetings {
        output
            .line(&greetings.line(&said(Trying::Heading(Heading::Welcome)), &said(Trying::WelcomeLimit)))?;
    }
    for seen in all.iter().filter(|seen| !seen.is_well()) {
        let problem = seen.problem.as_deref().unwrap_or_default();
        output.line(&format!("\n  {} {}: {problem}", seen.number, clean(&seen.customer)))?;
    }
    output.flush()?;
    Ok(())
}

/// Prints one greeting as its customer sees it: the first with an attachment, or else the first that there is.
pub(super) fn print_on_the_phone(all: &[Seen], output: &mut Output) -> anyhow::Result<()> {
    let greeted = all.iter().filter_map(|seen| Some((seen, seen.welcome.as_ref()?)));
    let first = greeted.min_by_key(|(seen, welcome)| (!phone::has_attachments(welcome), seen.number));
    let Some((seen, welcome)) = first.filter(|_| !output.is_json()) else { return Ok(()) };
    output.sentence(&Trying::OnThePhone { customer: &clean(&seen.customer) })?;
    for line in phone::screen(&seen.employee, &phone::messages(welcome, output.language())) {
        output.line(&format!("  {line}"))?;
    }
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_fits_an_80_column_terminal() {
        use unicode_width::UnicodeWidthStr as _;
        let long = || "欧阳🌸秀英的很长的名字而且还要更长".to_owned();
        let line = row(["9999".into(), long(), long(), long(), "999 ms".into(), "20.0 s".into(), long()]);
        assert_eq!(line.width(), 79, "{line}");
    }
}
