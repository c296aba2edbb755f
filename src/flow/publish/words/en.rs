//! The faults of files in English.

use super::{FileWrong, What};
use crate::{action::MediaKind, rules::Said};

pub(super) fn say(wrong: &FileWrong) -> Said {
    match wrong {
        FileWrong::Of { path, rule, wrong } => {
            let (what, mend) = self::what(wrong);
            Said::new(format!("the file `{path}` of the rule `{rule}` {what}"), mend)
        }
        FileWrong::TooMuch { files_max, megabytes_max } => Said::new(
            format!("the rules name more than {files_max} files, or more than {megabytes_max} MB of them"),
            "remove some",
        ),
    }
}

fn what(what: &What) -> (String, String) {
    match what {
        What::PathTooLong { bytes_max } => (
            format!("has a path of more than {bytes_max} bytes"),
            "move it nearer to the rules file".to_owned(),
        ),
        What::Missing { at } => (
            "is not there".to_owned(),
            format!("put it at {}, or mend the path, which begins at the rules file's folder", at.display()),
        ),
        What::Unreadable { at, error } => (
            format!("cannot be read ({error})"),
            format!("see that {} is a file that may be read", at.display()),
        ),
        What::NotInForce => (
            "is not in the version in force, and was not uploaded".to_owned(),
            "upload it first (on the page of the rule, or by `POST /api/v1/files`), or import the rules with `wecom-greeter rules import` where the file is".to_owned(),
        ),
        What::LeadsOut => (
            "leads out of the rules file's folder by a link".to_owned(),
            "put the file itself there".to_owned(),
        ),
        What::Refused { kind, fault, .. } => {
            let mend = match kind {
                MediaKind::Image => "save it as JPG or PNG, of up to 10 MB",
                MediaKind::Video => "save it as MP4, of up to 10 MB",
                MediaKind::File => "make it smaller than 20 MB, and more than 5 bytes",
            };
            (fault.clone(), mend.to_owned())
        }
    }
}
