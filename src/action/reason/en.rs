//! The reasons in English.

use super::ReasonCode as Code;

/// How the page begins.
#[cfg(test)]
pub(super) const PAGE: &str = "\
# Reason codes

Every action that is not plainly done has one (`code` in the JSON of the record, `--code` of `actions list`, `{{ code }}` in a
notice). `{{ reason }}` in a notice is what stands here under \"what an employee reads\", in the language that the rules file
names by `language`. This page is made of the program's table; change it there.
";

/// The short sentence.
pub(super) fn sentence(code: Code) -> &'static str {
    match code {
        Code::Waiting => "It waits for its turn",
        Code::UnderWay => "It is being done",
        Code::ExpiredUntried => "Its twenty seconds were over already; as a rule, word of the add came late",
        Code::ExpiredTrying => "WeCom did not take it within twenty seconds",
        Code::CodeExpired => "The chance to greet this customer had expired",
        Code::UnknownEnd => "WeCom did not answer, so the customer may or may not have been greeted",
        Code::ByAnother => "Another app had greeted already, or the two were chatting already",
        Code::NoWelcomeCode => "WeCom gave no chance to greet for this contact",
        Code::NoRule => "No rule with a welcome fits",
        Code::AlreadySent => "The welcome had been sent before",
        Code::AlreadyReported => "This had been reported before",
        Code::BlankText => "The text came out blank",
        Code::FilesMissing => "Pictures or files were not uploaded to WeCom yet",
        Code::NobodyNamed => "The event does not name the employee or the customer",
        Code::LookupFailed => "Some of what was to be looked up was not found",
        Code::UntrustedIp => "WeCom does not trust the address of the server",
        Code::NoPermission => "The app has no right to use customer contact",
        Code::CorpNotVerified => "The company has not been verified by WeCom",
        Code::WrongSecret => "The secret of the app is wrong or no longer valid",
        Code::TokenRefused => "WeCom does not accept the credentials of the app",
        Code::NotInScope => "The employee or the customer is outside of what the app may see",
        Code::WrongAgentId => "The agent number of the app is wrong",
        Code::NoAgentId => "The agent number of the app is not set, so no notice can be sent",
        Code::NotExternalContact => "Employee and customer are no longer contacts",
        Code::UnknownEmployee => "The directory has no such employee",
        Code::NoConsent => "The customer has not agreed to message archiving yet",
        Code::AttachmentRefused => "WeCom did not accept the attachments of the welcome",
        Code::MediaRefused => "A picture or file is no longer valid at WeCom",
        Code::TextRefused => "WeCom did not accept the text of the welcome",
        Code::ContentRefused => "WeCom did not accept the content",
        Code::UnknownTag => "WeCom does not have this tag",
        Code::TagLimit => "The company has as many tags as WeCom allows",
        Code::TagNotMade => "The tag could not be created",
        Code::NotAllReached => "Not everybody received the notice",
        Code::NoSigningKey => "The key that signs forwards is not set",
        Code::ReceiverAway => "The receiving system cannot be reached at present",
        Code::ReceiverRefused => "The receiving system did not accept it",
        Code::WecomBusy => "WeCom is busy or cannot be reached",
        Code::DatabaseAway => "The record cannot be read at present",
        Code::Throttled => "WeCom allows no more calls for the moment",
        Code::TooManyAtOnce => "There were too many calls at once for WeCom",
        Code::AnotherSending => "Another app is sending this welcome",
        Code::NoticesPaced => "There were too many notices to this employee within a minute",
        Code::BusyTooLong => "It was tried for long without success",
        Code::Refused => "WeCom did not accept it",
        Code::OtherVersion => "The record is from another version of the program",
        Code::Other => "It was not done; the record has the details",
    }
}

/// What to do.
#[expect(clippy::too_many_lines, reason = "a table, one row a code")]
pub(super) fn cure(code: Code) -> &'static str {
    match code {
        Code::Waiting | Code::UnderWay | Code::NoticesPaced => {
            "Nothing: it goes on by itself. If nothing happens for long, look whether `/readyz` is well."
        }
        Code::ExpiredUntried => {
            "Have the employee say hello by hand. In `events show`, compare when it happened with when it was received: where more than 20 seconds lie between, it came late, and nothing could be sent. If it happens often, see whether the program, the network to it or WeCom was down, and check this machine's clock; at peaks look at `greeter_calls_at_once` in `/metrics`."
        }
        Code::ExpiredTrying => {
            "Have the employee say hello by hand. `events show` has the answer to each try; if it happens often, check the network from this machine to `qyapi.weixin.qq.com`."
        }
        Code::CodeExpired => {
            "Have the employee say hello by hand. A welcome can be sent once, within twenty seconds of the add; if it happens often, check whether callbacks come late and whether this machine's clock is right."
        }
        Code::UnknownEnd => {
            "Have the employee look into the chat and say hello if there is no welcome. If it happens often, check the network from this machine to `qyapi.weixin.qq.com` and the time-outs of a proxy in between."
        }
        Code::ByAnother => {
            "Nothing, as a rule. To have this program greet, delete the welcome for these employees in the console (客户与上下游 → 客户联系 → 聊天工具 → 欢迎语), and switch off the welcomes of other apps."
        }
        Code::NoWelcomeCode => {
            "Delete a welcome that is set for the employee in the console (客户与上下游 → 客户联系 → 聊天工具 → 欢迎语); have an employee who has not logged in for long log in once. Where the two are chatting already, or the customer is a WeCom user, WeCom gives no code and all is well."
        }
        Code::NoRule => {
            "If there should have been a welcome, `rules explain --event-id` says for each rule why it did not match. Mend the rules and import them again; a last rule without conditions greets everybody else."
        }
        Code::AlreadySent => "Nothing: a replay does not send a welcome again.",
        Code::AlreadyReported => "Nothing. To have it reported again, replay with `--repeat-reports`.",
        Code::BlankText => {
            "Look at the text in the rule: write a `default` where a placeholder may have no value, and a `fallback` for a welcome."
        }
        Code::FilesMissing => {
            "Run `rules import` again while WeCom can be reached, and give the welcome a `fallback`; `rules list` names files that could not be uploaded."
        }
        Code::NobodyNamed => {
            "Such events name no employee or no customer, so that nothing can be tagged, remarked or notified: change `on` of the rule."
        }
        Code::LookupFailed => {
            "The reason names what was not found. If the app has no right to it, widen its visible range in the console (可见范围) and let it call customer contact; if it is rare, there is nothing to do."
        }
        Code::UntrustedIp => {
            "Add the address that the reason names to the app's trusted ones in the console (应用管理 → the app → 企业可信IP); it works after a minute. Then `actions retry`."
        }
        Code::NoPermission => {
            "Let the app call customer contact in the console (客户与上下游 → 客户联系 → API → 可调用接口的应用), and see that the app is switched on. Then `actions retry`."
        }
        Code::CorpNotVerified => {
            "An administrator of the company has it verified (企业认证) in the console, under 我的企业 → 企业信息. Then `actions retry`."
        }
        Code::WrongSecret => {
            "Copy the corp id (foot of 我的企业) and the app's Secret (应用管理 → the app) from the console again, put them into the settings, restart."
        }
        Code::TokenRefused => {
            "See that the secret is this app's, and that no other program fetches tokens by the same secret all the time. Then `actions retry`."
        }
        Code::NotInScope => {
            "Add the employee or the department to the app's visible range in the console (应用管理 → the app → 可见范围), and allow them customer contact (客户联系 → 权限配置 → 使用范围)."
        }
        Code::WrongAgentId => {
            "Copy the AgentId from the app's page in the console (应用管理 → the app) into `agent_id` of the settings (`WECOM_AGENT_ID`); it must be of the same app as the secret."
        }
        Code::NoAgentId => {
            "Copy the AgentId from the app's page in the console (应用管理 → the app) into `agent_id` of the settings (`WECOM_AGENT_ID`), restart, then `actions retry`."
        }
        Code::NotExternalContact => {
            "One of the two has removed the other: nothing, as a rule. If it happens right after an add, see whether the customer has confirmed."
        }
        Code::UnknownEmployee => {
            "Compare the userid with the directory in the console (通讯录); if it was changed, change it in the rules as well."
        }
        Code::NoConsent => {
            "Nothing: when the customer agrees, WeCom gives another code, and the welcome is sent."
        }
        Code::AttachmentRefused => {
            "Look at the attachments of the rule: kind and size of pictures, videos and files, whether the mini-program is linked to the corp, lengths of links and titles; then import the rules again. A `media_id` written by hand works for three days: name the file instead."
        }
        Code::MediaRefused => {
            "Nothing where the rule names a file: it is uploaded again by itself. A `media_id` written by hand works for three days: name the file instead."
        }
        Code::TextRefused => {
            "Change the text of the rule's welcome: its length, words that WeCom does not take, and the console's 客户联系 → 防骚扰规则. Then import the rules again."
        }
        Code::ContentRefused => {
            "Change the content of the rule as WeCom's words in the reason say (length, form, words it does not take), import the rules again, then `events replay`."
        }
        Code::UnknownTag => {
            "Compare groups and tags with the console (客户联系 → 客户标签). Mend the rule, or make the tag (or write `create: true` in the rule), then `events replay ID --only tag`."
        }
        Code::TagLimit => {
            "Delete tags that are not used in the console (客户联系 → 客户标签; 3,000 are allowed), then `events replay ID --only tag`."
        }
        Code::TagNotMade => {
            "Change the tag's name as WeCom's words in the reason say, or make it in the console (客户联系 → 客户标签), then `events replay ID --only tag`."
        }
        Code::NotAllReached => {
            "The reason names who was left out. Add them to the app's visible range in the console (应用管理 → the app → 可见范围), and check their userids."
        }
        Code::NoSigningKey => {
            "Set the environment variable that the rule names by `secret_env` for the server, restart, then `actions retry`."
        }
        Code::ReceiverAway => {
            "Nothing: it is tried again for a day. Have the receiver see whether their system works and can be reached from this machine."
        }
        Code::ReceiverRefused => {
            "See what the status in the reason means to the receiver; check address and key of the rule. Then `actions retry`."
        }
        Code::WecomBusy => {
            "Nothing: it is tried again. If it lasts, check the network from this machine to `qyapi.weixin.qq.com`."
        }
        Code::DatabaseAway => {
            "Nothing: it is tried again. If it lasts, see whether the database runs, can be reached and has room on its disk; `/readyz` says what is wrong."
        }
        Code::Throttled => {
            "Nothing: it is tried again when the block is over. If it happens often, have other programs call the same method less."
        }
        Code::TooManyAtOnce => {
            "Nothing: it is tried again, and the program learns how many WeCom takes at once. If it happens often, another system of the corp uses the same quota."
        }
        Code::AnotherSending => {
            "Nothing: it is tried again. To have this program alone greet, switch off the welcomes of other apps."
        }
        Code::BusyTooLong => "The reason has the last answer. Mend what it names, then `actions retry`.",
        Code::Refused => {
            "Do as WeCom's words in the reason say (`open.work.weixin.qq.com/devtool/query` explains its codes), then `actions retry`."
        }
        Code::OtherVersion => "Run the same version everywhere, then `events replay`.",
        Code::Other => "`events show` has the reason and the answer to each try.",
    }
}

/// When an action has it.
pub(super) fn when(code: Code) -> &'static str {
    match code {
        Code::Waiting => "It has not been tried yet, or an operator had it tried again.",
        Code::UnderWay => "A process is performing it.",
        Code::ExpiredUntried => {
            "The 20 seconds ended before it could be tried. Mostly the event was old when it came: WeCom delivered the callback late, or delivered it again after the server had been down."
        }
        Code::ExpiredTrying => {
            "WeCom did not take it before the 20 seconds ended; the last answer stands in the attempts."
        }
        Code::CodeExpired => "WeCom says that the code is too old, or none (41050).",
        Code::UnknownEnd => {
            "The 20 seconds ended while a try of ours was under way or after its answer was lost; nobody is notified of a missed welcome."
        }
        Code::ByAnother => {
            "WeCom says that it was sent already or that they are chatting (41051), and it cannot have been us."
        }
        Code::NoWelcomeCode => "The event carries no WelcomeCode.",
        Code::NoRule => "No rule matches, or none that matches has a welcome.",
        Code::AlreadySent => "In a replay: the welcome of this event has been sent.",
        Code::AlreadyReported => "In a replay: this notice or forward has been sent.",
        Code::BlankText => "A welcome or remark came out blank.",
        Code::FilesMissing => {
            "Files of the rule were not uploaded when it was sent: it went out without them, or nothing was left of it."
        }
        Code::NobodyNamed => "The event does not say which employee or which customer.",
        Code::LookupFailed => "A look-up had no answer, and the rules were decided without it.",
        Code::UntrustedIp => "WeCom does not take calls from this machine's address (60020).",
        Code::NoPermission => "The app has no right to the method, or is switched off (48002 and its like).",
        Code::CorpNotVerified => {
            "The corp is not verified, and the method is for verified ones only (43009)."
        }
        Code::WrongSecret => "Corp id or secret is wrong when the token is fetched (40001 and its like).",
        Code::TokenRefused => "The token is refused even after it was renewed (40014, 42001).",
        Code::NotInScope => {
            "Employee, customer or tag is outside of what the app may see (60011, 84074 and their like)."
        }
        Code::WrongAgentId => "The AgentId is not that of the app (40056, 301002).",
        Code::NoAgentId => "The settings have no AgentId, in whose name notices are sent.",
        Code::NotExternalContact => "WeCom says that the two are no contacts (84061, 84084).",
        Code::UnknownEmployee => "The directory has no such userid (60111 and its like).",
        Code::NoConsent => "The customer has not agreed to message archiving (41053).",
        Code::AttachmentRefused => {
            "WeCom refused the attachments: the welcome went out without them, or nothing was left of it."
        }
        Code::MediaRefused => {
            "A flag of a rule: WeCom refused a media id. It is taken back when the file has been uploaded again."
        }
        Code::TextRefused => {
            "WeCom refused the text: the fallback went out, or there was none and nothing did."
        }
        Code::ContentRefused => "WeCom refused the content of a remark or a notice.",
        Code::UnknownTag => "WeCom does not know a tag; the others are set.",
        Code::TagLimit => {
            "A tag that was to be made is one too many for the corp (40126); those that exist are set."
        }
        Code::TagNotMade => "A tag that was to be made was not, for another cause; those that exist are set.",
        Code::NotAllReached => "The notice was sent, and WeCom did not deliver it to all.",
        Code::NoSigningKey => "The environment variable that the rule names by `secret_env` is not set.",
        Code::ReceiverAway => {
            "The receiver of a forward cannot be reached, is busy or does not answer; it is tried again."
        }
        Code::ReceiverRefused => "The receiver of a forward said no.",
        Code::WecomBusy => "WeCom is busy or cannot be reached; it is tried again.",
        Code::DatabaseAway => "The program's own database did not answer; it is tried again.",
        Code::Throttled => "The frequency limit of the method was reached (45009); it is tried again.",
        Code::TooManyAtOnce => "Too many calls at once (45033); it is tried again.",
        Code::AnotherSending => "Another app is sending the same welcome (41096); it is tried again.",
        Code::NoticesPaced => {
            "One more notice to the same employee would be dropped by WeCom; it is sent later."
        }
        Code::BusyTooLong => "The retries of a tag, a remark, a notice or a forward are used up.",
        Code::Refused => "WeCom refused it for a cause that has no code of its own here.",
        Code::OtherVersion => {
            "Another version of the program planned it, and this one does not understand it."
        }
        Code::Other => "A record of an earlier version, which says no more than its text.",
    }
}
