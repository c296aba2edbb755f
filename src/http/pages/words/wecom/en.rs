//! What WeCom's refusals mean, in English.

use super::{NoPicture, Trouble};

pub(super) fn say(trouble: Trouble<'_>) -> (String, String) {
    let (what, cure): (&str, &str) = match trouble {
        Trouble::PerhapsDone => (
            "WeCom's answer did not come, so nobody knows whether it was done",
            "Read the list again first, and try once more where it is not there.",
        ),
        Trouble::UntrustedAddress(address) => {
            return (
                "WeCom does not trust this server's address".to_owned(),
                match address {
                    Some(address) => format!(
                        "Add {address} in the console under 应用管理 → this app → 企业可信IP; it works a minute later."
                    ),
                    None => "Add the address by which this server goes out in the console under 应用管理 → this app → \
                             企业可信IP; it works a minute later."
                        .to_owned(),
                },
            );
        }
        Trouble::Permission => (
            "The app has no right to customer contact",
            "Add it in the console under 客户与上下游 → 客户联系 → API → 可调用接口的应用, and see that it is switched on.",
        ),
        Trouble::Verification => (
            "The company is not verified, and WeCom lets verified ones do this only",
            "An administrator of the company has it verified (企业认证) in the console under 我的企业 → 企业信息; then try again.",
        ),
        Trouble::Secret => (
            "WeCom does not accept the app's secret",
            "Copy the corp id and the secret from the console again, change the settings and restart; the page Health says \
             which of them is wrong.",
        ),
        Trouble::Scope => (
            "The employee or the department is out of the app's range, or may not use customer contact",
            "Add them in the console under 应用管理 → this app → 可见范围, and under 客户联系 → 权限配置 → 使用范围.",
        ),
        Trouble::Employee => (
            "The directory has no such employee",
            "Compare the account in the console under 通讯录; it is the account, not the name.",
        ),
        Trouble::TagLimit => ("The company has its 3,000 tags", "Delete some that nobody uses."),
        Trouble::WayLimit => {
            ("The company has as many contact ways as it may have", "Delete some that nobody uses.")
        }
        Trouble::TooManyEmployees => (
            "There are more than 100 employees, those of the departments counted in",
            "Take fewer, or make several ways of it.",
        ),
        Trouble::NotActivated => {
            ("An employee has not activated WeCom yet", "Have them log in to WeCom once, and try again.")
        }
        Trouble::NoSuchWay => (
            "WeCom has no such contact way",
            "It may have been deleted, or be another app's. Go back to the list and read it again.",
        ),
        Trouble::NoSuchDepartment => {
            ("The app does not see this department", "Compare its id, or add it to the app's visible range.")
        }
        Trouble::TagTaken => ("There is a tag or a group of this name", "Choose another name."),
        Trouble::NoSuchTag => {
            ("WeCom has no such tag or group", "It may have been deleted. Go back to the list and look.")
        }
        Trouble::NotOurTag => (
            "The tag was not made by this app, and WeCom does not let this app change it",
            "Change it in the console under 客户联系 → 客户标签, or by the app that made it.",
        ),
        Trouble::Throttled => ("WeCom's limit of calls is reached", "Try again later."),
        Trouble::Away => (
            "WeCom is busy or cannot be reached",
            "Try again later; if it stays so, look at this machine's way to qyapi.weixin.qq.com.",
        ),
        Trouble::Refused { errcode: Some(_), message } => {
            return (format!("WeCom did not accept it: {message}"), "Change it as WeCom says.".to_owned());
        }
        Trouble::Refused { errcode: None, .. } => {
            ("It was not done", "Try again later; if it stays so, look at the page Health.")
        }
    };
    (what.to_owned(), cure.to_owned())
}

pub(super) fn no_picture(why: NoPicture) -> (String, String) {
    let network = "See whether this machine reaches wework.qpic.cn, and try again later.";
    match why {
        NoPicture::Address => (
            "the address that WeCom gives is no public https address".to_owned(),
            "Such addresses are not asked; where it is in your own network, set `forward.allow_private_networks`."
                .to_owned(),
        ),
        NoPicture::Status(status) => (format!("the server of pictures answered with HTTP {status}"), network.to_owned()),
        NoPicture::Away => {
            ("the server of pictures cannot be reached, or did not answer in time".to_owned(), network.to_owned())
        }
        NoPicture::Other => ("what came is no picture".to_owned(), network.to_owned()),
    }
}
