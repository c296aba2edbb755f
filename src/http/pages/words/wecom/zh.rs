//! 企业微信没有完成的原因和处理办法，中文说法。 What WeCom's refusals mean, in Chinese.

use super::{NoPicture, Trouble};

pub(super) fn say(trouble: Trouble<'_>) -> (String, String) {
    let (what, cure): (&str, &str) = match trouble {
        Trouble::PerhapsDone => {
            ("没有等到企业微信的答复，不确定有没有完成", "请先在列表里点「重新读取」看看，没有再试一次。")
        }
        Trouble::UntrustedAddress(address) => {
            return (
                "企业微信不信任这台服务器的地址".to_owned(),
                match address {
                    Some(address) => format!(
                        "请在管理后台的「应用管理 → 这个应用 → 企业可信IP」里加上 {address}，约一分钟后生效。"
                    ),
                    None => "请在管理后台的「应用管理 → 这个应用 → 企业可信IP」里加上这台服务器的出口地址，约一分钟后生效。"
                        .to_owned(),
                },
            );
        }
        Trouble::Permission => (
            "应用没有客户联系的权限",
            "请在管理后台的「客户与上下游 → 客户联系 → API → 可调用接口的应用」里加上这个应用，并确认应用已启用。",
        ),
        Trouble::Verification => (
            "企业还没有认证，企业微信不让未认证的企业这样做",
            "请由企业的管理员在管理后台的「我的企业 → 企业信息」里完成企业认证，再试一次。",
        ),
        Trouble::Secret => (
            "企业微信不认应用的 Secret",
            "请从管理后台重新复制企业 ID 和应用的 Secret，改好设置后重启；体检页会说明是哪一个不对。",
        ),
        Trouble::Scope => (
            "员工或部门不在应用的范围内，或者没有客户联系权限",
            "请在管理后台的「应用管理 → 这个应用 → 可见范围」里加上，并在「客户联系 → 权限配置 → 使用范围」里允许。",
        ),
        Trouble::Employee => {
            ("通讯录里没有这名员工", "请在管理后台的「通讯录」里核对账号，写账号，不是姓名。")
        }
        Trouble::TagLimit => ("企业的标签已经满 3000 个", "请先删掉不用的标签。"),
        Trouble::WayLimit => ("企业的渠道码数量已经到上限", "请先删掉不用的渠道码。"),
        Trouble::TooManyEmployees => {
            ("接待的员工超过 100 名（部门里的也算）", "请减少员工或部门，或者分成几个渠道码。")
        }
        Trouble::NotActivated => ("有员工还没有激活企业微信", "请让员工登录一次企业微信，再来新建。"),
        Trouble::NoSuchWay => {
            ("企业微信里没有这个渠道码", "它可能已经被删除，或者是别的应用建的。请回到列表，点「重新读取」。")
        }
        Trouble::NoSuchDepartment => ("应用看不到这个部门", "请核对部门 ID，或者把部门加入应用的可见范围。"),
        Trouble::TagTaken => ("与已有的标签或标签组重名", "请换一个名称。"),
        Trouble::NoSuchTag => ("企业微信里没有这个标签或标签组", "它可能已经被删除。请回到列表看一看。"),
        Trouble::NotOurTag => (
            "这个标签不是本应用建的，企业微信不让本应用修改",
            "请在管理后台的「客户联系 → 客户标签」里修改，或者用建它的应用修改。",
        ),
        Trouble::Throttled => ("调用企业微信的次数到了上限", "请稍后再试。"),
        Trouble::Away => (
            "企业微信繁忙，或者暂时连不上",
            "请稍后再试；一直这样的话，请检查这台机器到 qyapi.weixin.qq.com 的网络。",
        ),
        Trouble::Refused { errcode: Some(_), message } => {
            return (format!("企业微信没有接受，原话「{message}」"), "请按企业微信的说明修改。".to_owned());
        }
        Trouble::Refused { errcode: None, .. } => ("没有完成", "请稍后再试；一直这样的话，请看体检页。"),
    };
    (what.to_owned(), cure.to_owned())
}

pub(super) fn no_picture(why: NoPicture) -> (String, String) {
    let network = "请检查这台机器能否访问 wework.qpic.cn，稍后再试。";
    match why {
        NoPicture::Address => (
            "企业微信给的图片地址不是公网的 https 地址".to_owned(),
            "这样的地址本程序不会去访问；地址在内网的话，请设置 `forward.allow_private_networks`。"
                .to_owned(),
        ),
        NoPicture::Status(status) => (format!("图片服务器答复了 HTTP {status}"), network.to_owned()),
        NoPicture::Away => ("连不上图片服务器，或者没有及时答复".to_owned(), network.to_owned()),
        NoPicture::Other => ("收到的不是图片".to_owned(), network.to_owned()),
    }
}
