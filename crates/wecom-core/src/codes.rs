//! WeCom's error codes: for each what can be done about it ([`Class`]) and what to tell the operator, in one table.
//!
//! This is the only place where the numbers are known. The meanings are those of the platform's global list (page
//! 90313) and of the pages of the methods; a code that is not here is a refusal that a retry would not change, since
//! the platform advises to retry only what is its own trouble (page 90313, note at 45009).

use crate::Class;

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
    Refused, Throttled, Token, Underway, UnknownTag,
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
    one(41037, Refused, "The contact way's type is missing: 1 for one employee, 2 for several."),
    one(41038, Refused, "The contact way's scene is missing: 1 for a button inside a mini-program, 2 for a QR code."),
    one(41039, Refused, "The contact way's type is wrong: 1 for one employee, 2 for several."),
    one(41040, Refused, "The contact way's scene is wrong: 1 for a button inside a mini-program, 2 for a QR code."),
    one(41041, Refused, "The contact way has too many employees: 100 are allowed, counting everybody in its departments. Name fewer, or smaller departments."),
    one(41042, Refused, "The contact way's style is wrong: 1 to 3 for one employee, 1 to 2 for several, and of buttons (scene 1) only."),
    one(41043, Refused, "No config_id was given. It is what making the contact way or join way answered."),
    one(41044, Refused, "There is no contact way or join way with this config_id (any more), or it is another app's."),
    one(41045, Refused, "The corp has as many contact ways and join ways made by API as WeCom allows (500,000). Delete some that are no longer used."),
    one(41046, Refused, "No msgid was given. It is what making the mass message answered."),
    one(41047, Refused, "There is no mass message with this msgid, or another app made it."),
    one(41048, Refused, "There is no customer to whom this could be sent: none of those addressed is a contact of the sender, or has the tags."),
    one(41049, CodeSpent, "No welcome_code was given."),
    one(41050, CodeSpent, "The welcome_code no longer works: it does so once, for 20 seconds after the add."),
    one(41051, AlreadySent, "The welcome was sent already, by this app, another one or the console, or employee and customer are chatting already."),
    one(41052, Content, "The time of sending is not one that WeCom takes."),
    one(41053, NoConsent, "The customer has not agreed to message archiving. WeCom sends a new code (msg_audit_approved) once that is done."),
    one(41054, Refused, "The employee has not activated WeCom. Let the employee log in once."),
    one(41055, Refused, "There are as many group welcome templates as WeCom allows (100)."),
    one(41056, Refused, "This kind of customer id cannot be converted: only customers from WeChat (wm…) have an openid, a unionid or a provider's id."),
    one(41057, Configuration, "No WeChat developer account is bound. Bind one in the console, under 客户联系 → 客户 → API → 微信开发者ID."),
    one(41058, Refused, "Only the app that made this group welcome template may change it."),
    one(41059, Refused, "No moment_id was given."),
    one(41060, Refused, "There is no moment with this moment_id."),
    one(41061, Refused, "This employee has not published this moment. get_moment_task tells who has."),
    one(41062, Refused, "The employee has not published the corp's moment yet. Look again when get_moment_task says so."),
    one(41063, Underway, "WeCom is still handing the mass message out. Look again in some minutes."),
    one(41064, Content, "More than nine attachments."),
    one(41065, Content, "An attachment's msgtype is none of image, link, miniprogram, video and file, or does not fit its content."),
    one(41066, Refused, "WeCom knows no WeChat Channels account of this name."),
    one(41067, Refused, "This is a moment of the other kind: some methods take only those that the corp made, others only those of employees. get_moment_list tells of which kind it is (create_type)."),
    one(41068, Refused, "The intercept rule has too many words: 300 are allowed, each of 1 to 32 characters."),
    one(41069, Refused, "There are as many intercept rules as WeCom allows. Delete one, or add the words to another."),
    one(41070, Refused, "There is no intercept rule with this rule_id, or another app made it."),
    one(41071, Refused, "The intercept rule has been deleted."),
    one(41072, Content, "The media_type and the attachment_type of the upload do not go together: moments (1) take image and video, product albums (2) image only."),
    one(41073, Refused, "WeCom does not take the product's description: change its wording."),
    one(41074, Refused, "The product has been deleted."),
    one(41075, Refused, "There is no product with this product_id, or another app made it."),
    one(41076, Refused, "The intercept rule names too many employees. Name departments instead."),
    one(41077, Refused, "There is an intercept rule of this name already. Choose another."),
    one(41078, Underway, "As many moments are being made as WeCom does at once. Try again in some minutes."),
    one(41079, Underway, "WeCom is still handing the moment out. Try again in some minutes."),
    one(41080, Content, "The uploaded attachment is too large: 10 MB are allowed."),
    one(41081, Content, "The uploaded picture has a higher resolution than WeCom takes. Scale it down: 1440×1080 is suggested."),
    one(41082, Content, "The uploaded video is too long: 30 seconds are allowed."),
    one(41083, Refused, "WeCom does not take one of the intercept rule's words: 1 to 32 characters each."),
    one(41084, Refused, "WeCom does not know one of the intercept rule's patterns (semantics_list): 1 phone numbers, 2 mail addresses, 3 red packets."),
    one(41085, Refused, "The product's number (product_sn) is wrong: letters and digits, at most 128 bytes."),
    one(41086, Refused, "The product's price is wrong: in cents (分), at most 5,000,000."),
    one(41087, Refused, "The product's description is wrong: 1 to 300 characters."),
    one(41088, Refused, "The product has no picture: 1 to 9 are wanted."),
    one(41089, Refused, "The moment has neither text nor attachment: WeCom wants one."),
    one(41090, Content, "The uploaded video is no MP4, or is damaged. Convert it anew."),
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
    one(48002, Configuration, "The app may not use customer contact. In the console: 客户与上下游 → 客户联系 → API → 可调用接口的应用, and add this app."),
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
    one(60123, Refused, "The directory has no department with this id."),
    one(81013, Refused, "None of those addressed exists or is inside the app's visible range."),
    one(81017, Refused, "Too many are addressed at once."),
    one(84061, NoRelation, "Employee and customer are no contacts: the employee removed the customer, or the customer has not confirmed yet."),
    one(84074, Configuration, "The employee may not use customer contact. In the console: 客户联系 → 权限配置 → 使用范围."),
    one(84083, Refused, "The employee is no member of the service that this needs."),
    one(84084, NoRelation, "The employee does not follow this customer, or is outside the app's visible range."),
    one(86001, Refused, "The group's chat_id is malformed."),
    one(86003, Refused, "There is no group with this chat_id."),
    one(90500, Refused, "The group's owner has not left. The groups of an employee who is there are given by groupchat/onjob_transfer."),
    one(90501, Refused, "This is no customer group: there is nobody from outside in it, or it was made in WeChat."),
    one(90502, Refused, "The group's owner has left. A leaver's groups are given by groupchat/transfer."),
    one(90503, Refused, "The group is full, so that the new owner cannot come in. Let somebody take a member out in the app first."),
    one(90504, Refused, "The employee is the group's owner already."),
    one(90507, Underway, "The leaver's group is being inherited. Look again in some minutes."),
    one(90508, Refused, "The leaver's group has been inherited already. groupchat/get tells its owner."),
    one(90509, Refused, "This is no customer group of WeCom."),
    one(90510, Configuration, "Nobody of the corp has been active for a year, so WeCom does not do this for it."),
    one(90511, Refused, "No customer group has this opengid. It comes from a mini-program that is linked to the corp."),
    one(301_002, Configuration, "The token's app may not act for this agent id. Do agent id and secret belong to the same app?"),
    one(301_016, Content, "The voice message is not as WeCom wants it: AMR, at most 2 MB and 60 seconds."),
    one(301_017, Content, "A voice message must be an AMR file."),
    one(610_004, Refused, "This is no customer of the corp."),
    one(610_014, Refused, "WeCom does not know this unionid."),
    one(610_015, Configuration, "The open-platform account to which the mini-program belongs is not verified. Verify it, and try again."),
    one(610_016, Configuration, "The corp is not verified (企业认证)."),
    one(610_017, Configuration, "The mini-program belongs to another company than the corp, or openid and unionid are not that mini-program's."),
    one(610_018, Refused, "The openid and the unionid do not belong to the same open-platform account."),
    one(610_019, Configuration, "The corp has not installed the provider's third-party app."),
    one(610_020, Configuration, "The corp has installed no third-party app of the provider of this customised app."),
    one(610_021, Configuration, "The provider's third-party app that the corp has installed may not use customer contact."),
    one(610_022, Refused, "The corp is the provider itself, so there is nothing to migrate."),
    one(701_008, Configuration, "The employee has no interoperability licence for this third-party app."),
    one(710_006, Refused, "WeCom does not know this tmp_external_userid, or it is of another kind than business_type and user_type say."),
    one(845_001, Refused, "The openid is of an account that is neither a mini-program nor an official account."),
    one(845_002, Configuration, "The account from which the openid comes belongs to another company than the corp, or is not verified."),
    one(845_003, Configuration, "The open-platform account from which the unionid comes belongs to another company than the corp, or is not verified."),
];

/// The codes that say that the access token itself is refused, so that a new one may help. 40001 ("invalid
/// credential") is among them on every call but `gettoken`, where it means the secret.
pub const TOKEN_REFUSED: [i64; 3] = [40001, 40014, 42001];

/// The address from which the call came is not among the app's trusted ones; the message has the address.
pub const UNTRUSTED_ADDRESS: i64 = 60020;

/// The codes that mean something else, or something more precise, in the answers of these methods.
#[rustfmt::skip]
const OF_METHODS: &[(i64, &[&str], &str)] = &[
    (40068, &["externalcontact/get_corp_tag_list", "externalcontact/edit_corp_tag", "externalcontact/del_corp_tag"],
        "The corp has no tag and no group of tags with this id (any more), or another app made it. List them by get_corp_tag_list."),
    (40068, &["externalcontact/add_corp_tag", "externalcontact/add_strategy_tag"],
        "There is no group of tags with this group_id (any more), or another app made it. Give a group_name to make one."),
    (40068, &["externalcontact/get_strategy_tag_list", "externalcontact/edit_strategy_tag", "externalcontact/del_strategy_tag"],
        "The rule group has no tag and no group of tags with this id (any more), or another app made it."),
    (84061, &["externalcontact/list"],
        "This employee has no customers."),
    (84061, &["externalcontact/batch/get_by_user"],
        "None of these employees has customers."),
    (84061, &["externalcontact/get"],
        "No employee of the corp, or none that this app may see, follows this customer (any more)."),
    (84061, &["externalcontact/close_temp_chat"],
        "The two have no temporary chat (any more)."),
    (84061, &["externalcontact/add_msg_template"],
        "None of those addressed is a contact of the sender."),
    (84061, &["externalcontact/unionid_to_external_userid"],
        "Nobody in the company has this user as a customer."),
];

fn find(code: i64) -> Option<&'static Row> {
    let after = TABLE.partition_point(|row| row.last < code);
    TABLE.get(after).filter(|row| row.first <= code)
}

/// What can be done about a code. One that is not known is [`Class::Refused`].
pub fn class(code: i64) -> Class {
    find(code).map_or(Class::Refused, |row| row.class)
}

/// What a code means and what to do about it, in words for whoever runs this; `None` for 0 and for a code that is not
/// known. The platform's own page explains those: `https://open.work.weixin.qq.com/devtool/query?e=CODE`.
pub fn explain(code: i64) -> Option<&'static str> {
    find(code).map(|row| row.explanation)
}

/// As [`explain`], in answer to one method (its path below `/cgi-bin/`): some codes mean something more precise there.
/// Of `externalcontact/list`, for one, 84061 means that the employee has no customers.
pub fn explain_for(path: &str, code: i64) -> Option<&'static str> {
    let closer = OF_METHODS.iter().find(|(of, paths, _)| *of == code && paths.contains(&path));
    closer.map(|(.., explanation)| *explanation).or_else(|| explain(code))
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
            // Of the conversions of ids, by their own pages.
            41052, 41057, 41066, 41067, 60123, 301_016, 610_004, 610_014, 610_015, 610_016, 610_017, 610_018,
            610_019, 610_020, 610_021, 610_022, 710_006, 845_001, 845_002, 845_003,
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

    /// Each fact beside its code, as the platform's list has it (page 90313): what an operator would look for in
    /// vain, or do wrongly, if two rows were exchanged.
    #[test]
    fn an_explanation_is_about_its_own_code() {
        for (code, about) in [
            (41037, "type is missing"),
            (41039, "type is wrong"),
            (41041, "100 are allowed"),
            (41042, "style is wrong"),
            (41043, "No config_id was given"),
            (41044, "no contact way or join way with this config_id"),
            (41045, "500,000"),
            (41046, "No msgid was given"),
            (41047, "no mass message with this msgid"),
            (41048, "no customer to whom"),
            (41061, "has not published this moment"),
            (41062, "not published the corp's moment yet"),
            (41067, "moment of the other kind"),
            (41068, "too many words"),
            (41069, "as many intercept rules"),
            (41070, "no intercept rule with this rule_id"),
            (41071, "rule has been deleted"),
            (41072, "attachment_type"),
            (41074, "product has been deleted"),
            (41075, "no product with this product_id"),
            (41076, "too many employees"),
            (41077, "of this name already"),
            (41083, "one of the intercept rule's words"),
            (41084, "semantics_list"),
            (41085, "product_sn"),
            (41086, "price"),
            (41087, "description is wrong"),
            (41088, "no picture"),
            (41089, "neither text nor attachment"),
            (41090, "no MP4"),
            (90500, "has not left"),
            (90502, "owner has left"),
            (90504, "owner already"),
            (90508, "inherited already"),
            (90510, "active for a year"),
            (90511, "opengid"),
        ] {
            let text = explain(code).unwrap_or_default();
            assert!(text.contains(about), "{code}: {text}");
        }
    }

    #[test]
    fn a_method_may_mean_something_closer_by_a_code() {
        assert_eq!(explain_for("externalcontact/list", 84061), Some("This employee has no customers."));
        assert_eq!(explain_for("externalcontact/remark", 84061), explain(84061));
        assert_ne!(explain_for("externalcontact/edit_corp_tag", 40068), explain(40068));
        assert_eq!(explain_for("externalcontact/list", 0), None);
        for (code, paths, explanation) in OF_METHODS {
            assert!(explain(*code).is_some() && !paths.is_empty() && explanation.ends_with('.'), "{code}");
        }
    }

    #[test]
    fn what_takes_wecom_minutes_is_not_taken_for_a_hiccup() {
        for code in [41063, 41078, 41079, 90507] {
            assert_eq!(class(code), Class::Underway, "{code}");
            assert!(explain(code).is_some_and(|text| text.ends_with("in some minutes.")), "{code}");
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
