//! What `contact` says, in English.

use std::fmt::{Formatter, Result};

use super::{Again, CallArgument, Contact, WrongPath};

const CALL_AFTER: &str = "\
What the method does is not known here, so it is sent once and never tried again by itself. Of a GET the
fields of BODY are the query, beside what stands in PATH; of a POST they are the body. The access token
is added by the program.

Examples:
  wecom-greeter contact call GET 'user/get?userid=zhangsan'
  wecom-greeter contact call POST externalcontact/get_new_thing --json '{\"userid\": \"zhangsan\"}'
  wecom-greeter contact call POST idconvert/chatid --json @arguments.json";

pub(super) fn write(sentence: &Contact<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Contact::SentOnce => {
            write!(f, "Sent once: after a broken connection look whether it was done before you repeat it.")
        }
        Contact::Examples => write!(f, "Examples:"),
        Contact::TableOrJson => {
            write!(f, "--table is for people, --output json for programs: give one of them")
        }
        Contact::NoDestination => write!(f, "say by --to where the file goes"),
        Contact::NoPages { method } => write!(f, "{method} has no pages"),
        Contact::NoApp { name, apps } => {
            write!(f, "there is no app `{name}` in the settings: they name {}", apps.join(", "))
        }
        Contact::WhichApp { apps } => {
            write!(f, "say by --app which app is meant: the settings name {}", apps.join(", "))
        }
        Contact::TooLong { name, bytes_max } => write!(f, "{name} has more than {bytes_max} bytes"),
        Contact::Stdin => write!(f, "stdin"),
        Contact::CannotRead { file } => write!(f, "cannot read {file}"),
        Contact::CannotWrite { file } => write!(f, "cannot write {}", file.display()),
        Contact::IsThere { file } => {
            write!(f, "{} is there already: --overwrite replaces it", file.display())
        }
        Contact::NearMiss { given, meant } => write!(
            f,
            "Note: no argument `{given}` is known; it is sent as it is. Is `{meant}` what you mean?"
        ),
        Contact::MorePages => write!(f, "There is more than this page: --all follows the others."),
        Contact::NoAddress => {
            write!(f, "There is no address in the answer, so there is no code to draw.")
        }
        Contact::AddressTooLong => write!(f, "The address is too long for a code."),
        Contact::Beside { remarks } => write!(f, "Beside the items WeCom said: {remarks}"),
        Contact::NotInTable { more } => {
            write!(f, "{more} more do not go into a table: leave --table out to have them all.")
        }
        Contact::BegunAnew => write!(
            f,
            "The listing was begun anew because its cursor had expired (50100): some items came twice, perhaps."
        ),
        Contact::ReadInPart => write!(
            f,
            "Note: WeCom warns (\"wrong json format\") that it read only a part of what was sent: see whether all of it \
             was done, and compare the names and kinds of the arguments with WeCom's page."
        ),
        Contact::AddressSeen { address } => {
            write!(f, "  The address that WeCom saw, to be added under 企业可信IP: {address}")
        }
        Contact::CallAbout => write!(f, "Call a method that has no command of its own, by verb and path"),
        Contact::CallAfter => f.write_str(CALL_AFTER),
        Contact::CallArgument(argument) => f.write_str(match argument {
            CallArgument::Verb => "GET or POST, as WeCom's page says",
            CallArgument::Path => "Below /cgi-bin/, with its query if it has one: user/get?userid=zhangsan",
            CallArgument::Body => "The arguments as one JSON object, @FILE to read it there, - for stdin",
        }),
        Contact::Credential { name } => write!(
            f,
            "{name} does not belong there: the access token of the app is added by the program, and nothing else of \
             its settings is sent"
        ),
        Contact::Path(wrong) => {
            let why = match wrong {
                WrongPath::WholeAddress => "is a whole address".to_owned(),
                WrongPath::Length { most } => format!("is empty, or longer than {most} characters"),
                WrongPath::Slash => "begins with a slash".to_owned(),
                WrongPath::Characters => {
                    "has something else in it than letters, digits, `_` and `-`, with single slashes"
                        .to_owned()
                }
                WrongPath::Unreadable => "cannot be read".to_owned(),
            };
            write!(f, "PATH {why}: it is what stands below /cgi-bin/ on WeCom's page, like user/get")
        }
        Contact::HasCommand { command } => {
            write!(f, "`contact {command}` is the command for this method")
        }
        Contact::SameMethod { command } => write!(
            f,
            "Note: `contact {command}` is the same method, with its arguments checked before it is sent."
        ),
        Contact::Saved { file, bytes } => write!(f, "{}: {bytes} bytes", file.display()),
        Contact::Refused { method, errcode, message } => {
            write!(f, "error: WeCom refused {method}: {errcode} {message}")
        }
        Contact::Means { meaning } => write!(f, "  which means: {meaning}"),
        Contact::SeeCode { errcode } => {
            write!(f, "  see https://open.work.weixin.qq.com/devtool/query?e={errcode}")
        }
        Contact::Again(again) => f.write_str(self::again(*again)),
        Contact::ToDo(again) => write!(f, "  {}.", self::again(*again)),
        Contact::PerhapsDone { method } => {
            write!(f, "{method} may have been done all the same: look before you repeat it")
        }
    }
}

fn again(again: Again) -> &'static str {
    match again {
        Again::LookFirst => "It may have been done all the same: look before you repeat it",
        Again::NotSentTwice => "What WeCom would do twice is not sent twice: try again",
        Again::Later => "It has been tried several times: try again later",
    }
}
