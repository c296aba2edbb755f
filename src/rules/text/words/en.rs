//! What can be wrong with a text, in English.

use super::{Code, Holds, IfBlank, Instead, Rename, Retype, TextFault, in_full};
use crate::rules::document::{
    fault::quoted,
    wrong::{Quoted, Said},
};

const WORDS_IN_QUOTES: &str =
    "a text in a placeholder stands in quotes; names begin with customer, employee, event, now, app or corp";

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(wrong: &TextFault) -> Said {
    match wrong {
        TextFault::TooLong { bytes, most } => {
            Said::new(format!("has {bytes} bytes, more than {most}"), "shorten it")
        }
        TextFault::Syntax(message) => Said::new(
            format!("is no valid text: {message}"),
            "write placeholders as {{ customer.name }} and conditions as {% if … %} … {% endif %}; \
             for two braces themselves write {{ '{{' }}",
        ),
        TextFault::Unfillable { message, .. } => Said::new(
            format!("cannot be filled in: {message}"),
            "every value is a text; compare it, cut it or give it a default",
        ),
        TextFault::WideBraces { written, meant } => Said::new(
            format!("`{written}` is in full-width braces and would be sent as it stands"),
            format!("write `{meant}`, with the input method switched to English"),
        ),
        TextFault::Foreign { written, instead } => Said::new(
            format!("`{written}` is another product's placeholder and would be sent as it stands"),
            self::instead(*instead),
        ),
        TextFault::Typed { tag, wrong, mend } => Said::new(
            format!(
                "{} has a `{wrong}` (U+{:04X}) in it, which has no place there",
                quoted(tag),
                u32::from(*wrong)
            ),
            match mend {
                Retype::As(meant) => format!("write `{meant}`, with the input method switched to English"),
                Retype::Anew => "nobody sees it: type the placeholder anew".to_owned(),
                Retype::InQuotes => WORDS_IN_QUOTES.to_owned(),
            },
        ),
        TextFault::TooManyTags { most } => Said::new(
            format!("has more than {most} placeholders and conditions"),
            "split it into several rules",
        ),
        TextFault::TagTooLong => {
            Said::new("has a placeholder that is too long", "simplify what stands between its braces")
        }
        TextFault::NoStatement(name) => Said::new(
            format!("`{{% {name} %}}` is not part of the language"),
            "use {{ … }} and {% if … %} only",
        ),
        TextFault::NoTest { name, near } => Said::new(format!("there is no test `is {name}`"), near.en()),
        TextFault::AlwaysDefined(name) => Said::new(
            format!("there is no test `is {name}`"),
            "every name is defined and may be empty: write {% if customer.name %}",
        ),
        TextFault::NoFunctions => {
            Said::new("there are no functions to call", "use a filter, as in {{ customer.name | upper }}")
        }
        TextFault::NoPlace(what) => {
            Said::new(format!("a {what} has no place here"), "use a name, as in {{ customer.name }}")
        }
        TextFault::NoFilter { name, near } => Said::new(format!("there is no filter `{name}`"), near.en()),
        TextFault::WantsTime { filter, times } => Said::new(
            format!("`{filter}` wants a time"),
            format!(
                "put it right behind one of {}, as in {{{{ event.time | date('%-m月%-d日') }}}}",
                times.join(", ")
            ),
        ),
        TextFault::WantsFormat { directives } => {
            Said::new("`date` wants a format", format!("write a text of {}, in quotes", directives.join(" ")))
        }
        TextFault::UnknownDirective { directive, directives } => Said::new(
            format!("`date` knows no {}", quoted(directive)),
            format!("write a text of {}", directives.join(" ")),
        ),
        TextFault::NumberWithText(name) => Said::new(
            format!("{} is a number, and is compared with a text", quoted(name)),
            "remove the quotes",
        ),
        TextFault::TextWithNumber(name) => Said::new(
            format!("{} is a text, and is compared with a number", quoted(name)),
            "put the number in quotes",
        ),
        TextFault::Alone { root, parts } => Said::new(
            format!("`{root}` alone is no text"),
            format!("say what of it: {}", in_full(root, parts).join(", ")),
        ),
        TextFault::NoName { name, mend } => Said::new(
            format!("there is no {}", quoted(name)),
            match mend {
                Rename::Near(near) => format!("did you mean `{near}`?"),
                Rename::OneOf { root, parts } => format!("there are {}", in_full(root, parts).join(", ")),
                Rename::InQuotes => WORDS_IN_QUOTES.to_owned(),
            },
        ),
        TextFault::NotHere(name) => Said::new(
            format!("there is no `{name}` here"),
            "it is known in a `notify` that is on missed_welcome or failed",
        ),
        TextFault::Comment { comment, text } => Said::new(cut(comment, text), "put the whole text in quotes"),
        TextFault::PerhapsComment { comment, text } => {
            Said::note(format!("{}: put the whole text in quotes if that is not meant", cut(comment, text)))
        }
        TextFault::TooManyCharacters { characters, most } => {
            Said::new(format!("has {characters} characters, and WeCom takes {most}"), "shorten it")
        }
        TextFault::Blank(mend) => Said::new("is blank, which WeCom refuses", if_blank(*mend)),
        TextFault::AlwaysBlank(mend) => {
            Said::new("comes out blank whatever is filled in, which WeCom refuses", if_blank(*mend))
        }
        TextFault::ReadAs { theirs, ours } => Said::note(format!("{} is read as {ours}", quoted(theirs))),
        TextFault::Sent { written, code } => {
            Said::note(format!("`{written}` would be sent as it stands; {}", self::code(*code)))
        }
        TextFault::OutOfRange { name, range: (first, last), number, is_equality, holds } => {
            let (name, holds) = (quoted(name), self::holds(*holds));
            Said::note(if *is_equality {
                format!("{name} is a number from {first} to {last}: to compare it with {number} {holds}")
            } else {
                format!(
                    "{name} is a number from {first} to {last}, so that the comparison with {number} {holds}"
                )
            })
        }
        TextFault::NeverThese { name, given, words, holds } => {
            let given: Vec<String> = given.iter().map(|value| quoted(value)).collect();
            Said::note(format!(
                "{} is never {}, so that the comparison {}; it is {}, or empty",
                quoted(name),
                given.join(" or "),
                self::holds(*holds),
                words.join(", ")
            ))
        }
    }
}

fn instead(instead: Instead) -> String {
    match instead {
        Instead::Name(name) => format!("write {{{{ {name} }}}}"),
        Instead::RedeemCode => {
            "remove it: redeem codes are not given out here; a code that all may use can be written out"
                .to_owned()
        }
        Instead::CompanyName => "write the company's name out".to_owned(),
        Instead::ChannelName => "write {{ event.state }}, or the channel's name itself".to_owned(),
    }
}

fn cut(comment: &Quoted, text: &Quoted) -> String {
    format!("YAML takes {} for a comment, and the customer would read {} alone", comment.en(), text.en())
}

fn if_blank(mend: IfBlank) -> &'static str {
    match mend {
        IfBlank::WriteText => "write a text",
        IfBlank::WriteTextOrRemove => "write a text, or remove the key",
        IfBlank::WriteTitle => "write a title",
        IfBlank::NamePage => "name the page to open, as in /index",
    }
}

fn code(code: Code) -> &'static str {
    match code {
        Code::LineBreak => {
            "for a line break write a text of several lines, which begins with `|`, or put it in double quotes"
        }
        Code::Escape => "write the character itself, or put the text in double quotes",
        Code::Markup => "messages have no markup: remove it, and write a line break as one",
        Code::Entity => "write the character itself",
        Code::Markdown => {
            "messages know no Markdown: write the text as it is to be read, an address by itself"
        }
        Code::Placeholder => {
            "nothing is filled in there: write {{ customer.name }}, or another name of ours, or the words themselves"
        }
    }
}

fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Never => "never holds",
        Holds::Always => "always holds",
    }
}
