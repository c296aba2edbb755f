//! How a failure is reported, in English.

use std::fmt::{Formatter, Result};

use super::{Failure, Remedy};

pub(super) fn write(failure: Failure<'_>, f: &mut Formatter<'_>) -> Result {
    match failure {
        Failure::Error(what) => write!(f, "error: {what}"),
        Failure::Because(cause) => write!(f, "  because: {cause}"),
        Failure::ToDo(remedy) => write!(f, "  to do: {}", to_do(remedy)),
        Failure::NoThreads => write!(f, "cannot start the program's threads"),
        Failure::CannotWritePages { folder } => {
            write!(f, "cannot write the pages of the manual to {}", folder.display())
        }
        Failure::PagesWritten { pages, folder } => {
            write!(f, "{pages} pages of the manual are in {}", folder.display())
        }
    }
}

fn to_do(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::CheckDatabase => {
            "see that the database runs and that DATABASE_URL (database.url) is the right one"
        }
        Remedy::CheckFolder => "see that the folder exists and that this user may write to it",
        Remedy::OtherPorts => {
            "end what listens there, or set GREETER_LISTEN and GREETER_ADMIN_LISTEN to other ports"
        }
        Remedy::CopyKeysAgain => "copy Token and EncodingAESKey again from 接收消息 in WeCom's console",
        Remedy::GiveKeysOrNone => {
            "give --token (1 to 32) and --encoding-aes-key (43) of letters and digits, or neither"
        }
    }
}
