//! Why WeCom did not do what a page asked of it, with what to do about it.

mod en;
mod zh;

use crate::{
    action::outcome::Class,
    flow::changes::{Refused, contact_ways::NoPicture},
    language::Language,
};
use wecom_core::cause::{Cause, cause};

/// What happened, as far as it matters to whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble<'a> {
    /// It may have been done all the same.
    PerhapsDone,
    UntrustedAddress(Option<&'a str>),
    Permission,
    /// The corp is not verified.
    Verification,
    Secret,
    Scope,
    Employee,
    /// The corp has as many tags as it may have.
    TagLimit,
    /// It has as many ways as it may have.
    WayLimit,
    /// More employees than a way may have, those of departments counted in.
    TooManyEmployees,
    NotActivated,
    NoSuchWay,
    NoSuchDepartment,
    TagTaken,
    NoSuchTag,
    /// Made by another app, or in the console.
    NotOurTag,
    Throttled,
    Away,
    Refused {
        errcode: Option<i64>,
        message: &'a str,
    },
}

impl<'a> Trouble<'a> {
    fn of(refused: &'a Refused) -> Self {
        let Refused { path, errcode, class, message, untrusted_address, perhaps_done } = refused;
        let known = errcode.and_then(|code| match code {
            41_041 => Some(Self::TooManyEmployees),
            41_044 => Some(Self::NoSuchWay),
            41_045 => Some(Self::WayLimit),
            41_054 => Some(Self::NotActivated),
            60_003 | 60_123 => Some(Self::NoSuchDepartment),
            40_071 => Some(Self::TagTaken),
            40_068 => Some(Self::NoSuchTag),
            // Elsewhere it says that somebody is out of the app's range.
            60_011 if path.contains("corp_tag") => Some(Self::NotOurTag),
            _ => None,
        });
        let known = known.or_else(|| {
            Some(match errcode.and_then(cause)? {
                Cause::UntrustedAddress => Self::UntrustedAddress(untrusted_address.as_deref()),
                Cause::Permission => Self::Permission,
                Cause::Verification => Self::Verification,
                Cause::Secret => Self::Secret,
                Cause::Scope | Cause::Agent => Self::Scope,
                Cause::Employee => Self::Employee,
                Cause::TagLimit => Self::TagLimit,
            })
        });
        match (known, class) {
            (Some(known), _) => known,
            (None, _) if *perhaps_done => Self::PerhapsDone,
            (None, Class::Throttled | Class::Crowded) => Self::Throttled,
            (None, Class::Token) => Self::Secret,
            (None, Class::Configuration) => Self::Permission,
            (None, Class::Busy) => Self::Away,
            (None, _) => Self::Refused { errcode: *errcode, message },
        }
    }
}

/// What happened, and what to do; with WeCom's code, by which it is found elsewhere.
pub(in crate::http::pages) fn trouble(refused: &Refused, language: Language) -> (String, String) {
    let (what, cure) = match language {
        Language::En => en::say(Trouble::of(refused)),
        Language::Zh => zh::say(Trouble::of(refused)),
    };
    let what = match (refused.errcode, language) {
        (None, _) => what,
        (Some(code), Language::En) => format!("{what} (errcode {code})"),
        (Some(code), Language::Zh) => format!("{what}（错误码 {code}）"),
    };
    (what, cure)
}

/// The same in one line.
pub(in crate::http::pages) fn in_one(refused: &Refused, language: Language) -> String {
    let (what, cure) = trouble(refused, language);
    match language {
        Language::En => format!("{what}. {cure}"),
        Language::Zh => format!("{what}。{cure}"),
    }
}

/// Why there is no picture of a QR code, and what to do.
pub(in crate::http::pages) fn no_picture(why: NoPicture, language: Language) -> (String, String) {
    match language {
        Language::En => en::no_picture(why),
        Language::Zh => zh::no_picture(why),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::flow::changes::batch;

    fn refused(errcode: Option<i64>, class: Class, perhaps_done: bool) -> Refused {
        let untrusted_address = (errcode == Some(60_020)).then(|| "203.0.113.7".to_owned());
        Refused {
            path: batch::PATH,
            errcode,
            class,
            message: "<b>x</b>".to_owned(),
            untrusted_address,
            perhaps_done,
        }
    }

    #[rstest]
    #[case(Some(60_020), Class::Configuration, "203.0.113.7")]
    #[case(Some(48_002), Class::Configuration, "可调用接口的应用")]
    #[case(Some(40_001), Class::Token, "Secret")]
    #[case(Some(84_074), Class::Configuration, "使用范围")]
    #[case(Some(60_111), Class::Refused, "账号")]
    #[case(Some(41_054), Class::Refused, "登录")]
    #[case(Some(40_071), Class::Refused, "重名")]
    #[case(Some(45_009), Class::Throttled, "稍后")]
    #[case(None, Class::Busy, "网络")]
    #[case(Some(41_039), Class::Refused, "<b>x</b>")]
    fn each_has_its_cure(#[case] errcode: Option<i64>, #[case] class: Class, #[case] expected: &str) {
        let said = in_one(&refused(errcode, class, false), Language::Zh);
        assert!(said.contains(expected), "{said}");
        assert_eq!(said.contains("错误码"), errcode.is_some());
        assert!(!in_one(&refused(errcode, class, false), Language::En).is_empty());
    }

    #[test]
    fn a_missing_right_is_about_the_tag_where_a_tag_was_to_be_changed() {
        let of_way = refused(Some(60_011), Class::Configuration, false);
        assert!(in_one(&of_way, Language::Zh).contains("可见范围"));
        let of_tag = Refused { path: "externalcontact/del_corp_tag", ..of_way };
        assert!(in_one(&of_tag, Language::Zh).contains("不是本应用建的"));
    }

    #[test]
    fn what_was_perhaps_done_is_said_to_be_so() {
        let said = in_one(&refused(None, Class::Busy, true), Language::Zh);
        assert!(said.contains("不确定"), "{said}");
    }
}
