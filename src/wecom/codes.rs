//! WeCom's error codes: for each what can be done about it ([`Class`]) and what to tell the operator, in one table.
//!
//! This is the only place where the numbers are known. The meanings are those of the platform's global list (document
//! 90313) and of the pages of the methods; a code that is not here is a refusal that a retry would not change, since
//! the platform advises to retry only what is its own trouble (document 90313, note at 45009).

use crate::action::outcome::Class;

/// One code, or several neighbours that mean the same to us.
struct Row {
    first: i64,
    last: i64,
    class: Class,
    /// What it means and what to do, in words for whoever runs this.
    explanation: &'static str,
}

const fn one(code: i64, class: Class, explanation: &'static str) -> Row {
    Row { first: code, last: code, class, explanation }
}

const fn span(first: i64, last: i64, class: Class, explanation: &'static str) -> Row {
    Row { first, last, class, explanation }
}

use Class::{
    AlreadySent, Busy, CodeSpent, Configuration, Contended, Content, Crowded, Media, NoConsent, NoRelation,
    Refused, Throttled, Token, UnknownTag,
};

/// In ascending order, without overlap: [`find`] searches it by halves, and a test holds it to that.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    one(-1, Busy, "WeCom is busy. It is tried again by itself."),
    one(6000, Busy, "Somebody else changed the same contact at the same moment. It is tried again by itself."),
    // On gettoken it is final. On any other call the token was renewed once before this was believed.
    one(40001, Configuration, "The secret does not belong to this corp id, or the app was stopped or given a new secret. Copy corp id (我的企业) and the app's Secret (应用管理) from the console again."),
    one(40003, Refused, "No employee has this userid. Was the employee renamed or removed in the directory?"),
    span(40004, 40006, Media, "WeCom refuses the uploaded file's type or size. Images: JPG or PNG up to 10 MB; video: MP4 up to 10 MB; files: up to 20 MB; all of them larger than 5 bytes."),
    one(40007, Media, "The media_id is invalid or older than its three days, or was uploaded for another purpose (moments instead of messages). Upload the file again."),
    one(40008, Content, "WeCom does not know this type of message."),
    one(40009, Media, "The picture is too large: 10 MB are allowed (2 MB for a permanent URL)."),
    one(40011, Media, "The video is too large: 10 MB are allowed."),
    one(40013, Configuration, "The corp id is wrong. Copy it from 我的企业 at the foot of the page; it begins with ww."),
    // Seen by the caller only when a token that was just renewed is refused as well.
    one(40014, Token, "The access token is refused, even after it was renewed. Is the secret that of another kind of app, or does another program make tokens of this app invalid?"),
    one(40033, Content, "The body holds \\uXXXX escapes; WeCom takes only plain UTF-8."),
    one(40056, Configuration, "The agent id is wrong. It stands on the app's page in the console."),
    one(40058, Content, "WeCom refuses an argument: a text too long, a list too long or empty, or a field of the wrong kind. Its message names which."),
    one(40063, Content, "Something that is required is empty. WeCom's message names what."),
    one(40068, UnknownTag, "WeCom does not know this tag id, or it is a tag group's id, or the tag of another app's rule group. Copy the tag's id again."),
    one(40071, Refused, "A tag or tag group of this name exists already."),
    one(40072, Refused, "The name of the tag is too long or empty: 1 to 30 characters."),
    one(40082, Token, "The suite_access_token is refused. It is renewed by itself."),
    one(40084, Configuration, "The permanent code is wrong or its authorisation was withdrawn. Let the customer authorise the app again."),
    one(40085, Token, "The suite_ticket is refused. WeCom pushes a new one every ten minutes."),
    one(40091, Configuration, "The secret is wrong. Copy the app's Secret from the console again."),
    one(40096, Refused, "The external_userid is wrong, or belongs to another corp or another app, or its employee is outside the app's visible range (可见范围)."),
    one(40097, Refused, "The employee has not left, so the customers cannot be handed over as a leaver's."),
    one(40098, Refused, "The employee who is to take over has not verified the real name."),
    one(40099, Refused, "The employee who is to take over has as many customers as is allowed."),
    one(40100, Refused, "The customer is being transferred already."),
    one(40123, Media, "WeCom cannot read the uploaded picture. Save it anew as JPG or PNG."),
    one(40126, Refused, "The corp has as many tags as WeCom allows (3000)."),
    one(40128, Refused, "The customer was transferred twice within 90 days; no more is allowed."),
    one(40129, Refused, "The customer is being transferred. Look again when that has ended."),
    one(40130, Refused, "Giver and taker of a transfer are the same employee."),
    one(40131, Refused, "The giver of the transfer is not among those who follow this customer."),
    one(40143, Refused, "The employee who is to take over is barred from customer contact."),
    one(40201, Content, "WeCom's spam control refuses this. Change the wording, and see 客户联系 → 防骚扰规则 in the console."),
    one(40204, Content, "WeCom's spam control refuses this. Change the wording, and see 客户联系 → 防骚扰规则 in the console."),
    one(40205, Refused, "The employee has not logged in for so long that WeChat no longer takes messages from there. Let the employee log in to WeCom."),
    one(40206, Content, "The body of the request is too large."),
    one(41001, Refused, "The access token did not reach WeCom. Does a proxy between here and WeCom cut the query off?"),
    one(41002, Configuration, "No corp id was given. Set corp_id."),
    one(41004, Configuration, "No secret was given. Set secret."),
    one(41035, Refused, "No external_userid was given."),
    span(41037, 41040, Refused, "An argument of the contact way is missing or wrong."),
    span(41041, 41042, Refused, "An argument of the contact way is missing or wrong: type, scene, style, employees or departments."),
    span(41043, 41044, Refused, "There is no contact way with this config_id (any more), or it is another app's."),
    span(41045, 41048, Refused, "An argument of the contact way or of the mass message is missing or wrong. WeCom's message names which."),
    one(41049, CodeSpent, "No welcome_code was given."),
    one(41050, CodeSpent, "The welcome_code no longer works: it does so once, for 20 seconds after the add."),
    one(41051, AlreadySent, "The welcome was sent already, by this app, another one or the console, or employee and customer are chatting already."),
    one(41053, NoConsent, "The customer has not agreed to message archiving. WeCom sends a new code (msg_audit_approved) once that is done."),
    one(41054, Refused, "The employee has not activated WeCom. Let the employee log in once."),
    one(41055, Refused, "There are as many group welcome templates as WeCom allows (100)."),
    one(41056, Refused, "This kind of customer id cannot be converted."),
    one(41058, Refused, "Only the app that made this group welcome template may change it."),
    span(41059, 41062, Refused, "WeCom refuses an argument of the moment: its id, its visible range or its content."),
    one(41063, Busy, "The mass message is still being handed out. Look again in some minutes."),
    one(41064, Content, "More than nine attachments."),
    one(41065, Content, "An attachment's msgtype is none of image, link, miniprogram, video and file, or does not fit its content."),
    span(41068, 41071, Refused, "WeCom refuses an argument of the intercept rule or of the product."),
    one(41072, Content, "WeCom refuses the uploaded attachment."),
    span(41073, 41077, Refused, "WeCom refuses an argument of the intercept rule, of the product or of the moment."),
    one(41078, Busy, "Too many moments are being made at once. Try again in some minutes."),
    one(41079, Busy, "The moment is still being handed out. Look again in some minutes."),
    span(41080, 41082, Content, "The uploaded attachment is too large, too long (video: 30 s) or has a resolution that WeCom does not take."),
    span(41083, 41089, Refused, "WeCom refuses an argument of the intercept rule, of the product or of the moment."),
    one(41090, Content, "WeCom refuses the attachment_type of the upload."),
    one(41091, Refused, "A group join way leads to five groups at most."),
    one(41093, Refused, "The mass message has been cancelled."),
    one(41094, Refused, "The employees were reminded as often as is allowed: three times in 24 hours."),
    one(41095, Refused, "There are as many acquisition links as WeCom allows."),
    one(41096, Contended, "Another app of this corp is sending this very welcome. It is tried again by itself."),
    one(42001, Token, "The access token has expired, even after it was renewed. Does another program renew tokens of this app?"),
    one(42007, Refused, "The pre_auth_code has expired. Begin the authorisation anew."),
    one(42009, Token, "The suite_access_token has expired. It is renewed by itself."),
    one(43009, Configuration, "The corp must be verified (企业认证) to do this."),
    one(43012, Configuration, "The app must have a callback URL (接收消息) to do this."),
    one(44001, Content, "The uploaded file is empty: more than 5 bytes are needed."),
    one(44004, Content, "The text is empty."),
    span(45001, 45002, Content, "The file or the text is too long. A welcome's text: 4000 bytes of UTF-8, some 1300 Chinese characters."),
    one(45007, Content, "The voice message is too long: 60 seconds are allowed."),
    one(45009, Throttled, "The frequency limit of this method was reached. WeCom blocks it for about as long as the limit's window: a minute or an hour. On gettoken: this address is barred for an hour, mostly for a wrong secret."),
    one(45031, Configuration, "WeCom finds the app's secret too weak. Make a new one in the console."),
    one(45033, Crowded, "Too many calls of this method at once for one corp. It is tried again by itself; lower the number of parallel calls."),
    one(46004, Refused, "No employee has this userid. Was the employee renamed or removed in the directory?"),
    one(48001, Configuration, "The app has no right to call this method."),
    one(48002, Configuration, "The app may not use customer contact. In the console: 客户联系 → 客户 → API → 可调用接口的应用, and add this app."),
    span(48004, 48006, Configuration, "The app's authorisation was withdrawn, for example because it had not been used for long, or WeCom has retired the method. Authorise it again in the console."),
    one(50002, Configuration, "The employee is outside the app's visible range. Add the employee or the department to 可见范围 on the app's page."),
    one(50003, Configuration, "The app is switched off. Switch it on in the console."),
    one(50100, Refused, "The page cursor no longer works. Begin the listing anew."),
    one(60011, Configuration, "The employee or tag is outside what this app may see or change. Add the employee or the department to the app's 可见范围, and to the ranges of customer contact (客户联系 → 权限配置)."),
    // The address stands in errmsg; `Error::message` takes it out.
    one(60020, Configuration, "This machine's address is not among the app's trusted ones. Add it on the app's page under 企业可信IP; a new entry takes a minute to work."),
    one(60021, Configuration, "The employee is outside the app's visible range. Add the employee or the department to 可见范围 on the app's page."),
    one(60030, Configuration, "The app has no right over this employee or department. Widen its 可见范围."),
    one(60031, Configuration, "The app is barred from calling the API. See the app's page in the console."),
    one(60111, Refused, "No employee has this userid. Was the employee renamed or removed in the directory?"),
    one(81013, Refused, "None of those addressed exists or is inside the app's visible range."),
    one(81017, Refused, "Too many are addressed at once."),
    one(84061, NoRelation, "Employee and customer are no contacts: the employee removed the customer, or the customer has not confirmed yet."),
    one(84074, Configuration, "The employee may not use customer contact. In the console: 客户联系 → 权限配置 → 使用范围."),
    one(84083, Refused, "The employee is no member of the service that this needs."),
    one(84084, NoRelation, "The employee does not follow this customer, or is outside the app's visible range."),
    one(86001, Refused, "The group's chat_id is malformed."),
    one(86003, Refused, "There is no group with this chat_id."),
    span(90500, 90504, Refused, "The group cannot be transferred, or this is not a customer group of this corp."),
    one(90507, Busy, "The leaver's group is being inherited already. Look again in some minutes."),
    span(90508, 90511, Refused, "The group cannot be transferred, or this is not a customer group of this corp."),
    one(301_002, Configuration, "The token's app may not act for this agent id. Do agent id and secret belong to the same app?"),
    one(301_017, Content, "A voice message must be an AMR file."),
    one(701_008, Configuration, "The employee has no interoperability licence for this third-party app."),
];

/// The codes that say that the access token itself is refused, so that a new one may help. 40001 ("invalid
/// credential") is among them on every call but `gettoken`, where it means the secret.
pub(super) const TOKEN_REFUSED: [i64; 3] = [40001, 40014, 42001];

/// The machine's address is not trusted; the message tells the address.
pub(super) const UNTRUSTED_ADDRESS: i64 = 60020;

fn find(code: i64) -> Option<&'static Row> {
    let after = TABLE.partition_point(|row| row.last < code);
    TABLE.get(after).filter(|row| row.first <= code)
}

/// What can be done about a code. One that is not known is [`Class::Refused`].
pub(super) fn class(code: i64) -> Class {
    find(code).map_or(Class::Refused, |row| row.class)
}

/// What a code means and what to do about it, in words for whoever runs this; `None` for 0 and for a code that is
/// not known, of which the platform's own page tells: `https://open.work.weixin.qq.com/devtool/query?e=CODE`.
pub fn explain(code: i64) -> Option<&'static str> {
    find(code).map(|row| row.explanation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_without_overlap() {
        for pair in TABLE.windows(2) {
            assert!(
                pair[0].first <= pair[0].last && pair[0].last < pair[1].first,
                "{} {}",
                pair[0].first,
                pair[1].first
            );
        }
    }

    #[test]
    fn every_code_that_the_platform_documents_for_us_is_explained() {
        let documented = [
            -1, 6000, 40001, 40003, 40004, 40005, 40006, 40009, 40011, 40123, 40007, 40008, 40013, 40014,
            40033, 40056, 40058, 40063, 40068, 40071, 40072, 40082, 40084, 40085, 40091, 40096, 40097, 40098,
            40099, 40100, 40126, 40128, 40129, 40130, 40131, 40143, 40201, 40204, 40205, 40206, 41001, 41002,
            41004, 41035, 41037, 41038, 41039, 41040, 41041, 41042, 41043, 41044, 41045, 41046, 41047, 41048,
            41049, 41050, 41051, 41053, 41054, 41055, 41056, 41058, 41059, 41060, 41061, 41062, 41063, 41064,
            41065, 41068, 41069, 41070, 41071, 41072, 41073, 41074, 41075, 41076, 41077, 41078, 41079, 41080,
            41081, 41082, 41083, 41084, 41085, 41086, 41087, 41088, 41089, 41090, 41091, 41093, 41094, 41095,
            41096, 42001, 42007, 42009, 43009, 43012, 44001, 44004, 45001, 45002, 45007, 45009, 45031, 45033,
            46004, 48001, 48002, 48004, 48005, 48006, 50002, 50003, 50100, 60011, 60020, 60021, 60030, 60031,
            60111, 81013, 81017, 84061, 84074, 84083, 84084, 86001, 86003, 90500, 90501, 90502, 90503, 90504,
            90507, 90508, 90509, 90510, 90511, 301_002, 301_017, 701_008,
        ];
        for code in documented {
            assert!(
                explain(code).is_some_and(|text| text.len() > 15 && text.ends_with(['.', '?'])),
                "{code}"
            );
        }
        for unknown in [0, 1, -2, 40002, 45029, 45011, 600_001, i64::MIN, i64::MAX] {
            assert_eq!(explain(unknown), None, "{unknown}");
            assert_eq!(class(unknown), Class::Refused, "{unknown}");
        }
    }

    #[test]
    fn the_codes_of_a_welcome_have_their_classes() {
        for (code, expected) in [
            (-1, Class::Busy),
            (6000, Class::Busy),
            (40014, Class::Token),
            (42001, Class::Token),
            (40001, Class::Configuration),
            (41049, Class::CodeSpent),
            (41050, Class::CodeSpent),
            (41051, Class::AlreadySent),
            (41053, Class::NoConsent),
            (41096, Class::Contended),
            (45009, Class::Throttled),
            (45033, Class::Crowded),
            (40007, Class::Media),
            (40058, Class::Content),
            (41064, Class::Content),
            (41065, Class::Content),
            (40068, Class::UnknownTag),
            (84061, Class::NoRelation),
            (48002, Class::Configuration),
            (60011, Class::Configuration),
            (60020, Class::Configuration),
        ] {
            assert_eq!(class(code), expected, "{code}");
        }
    }
}
