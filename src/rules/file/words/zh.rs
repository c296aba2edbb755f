//! The faults of rules in Chinese.

use super::{FileFault, Impossible, WrongAddress, WrongHook, WrongPage};
use crate::{
    action::MediaKind,
    language::{Language, Sentence as _},
    rules::document::wrong::{Quoted, Said},
};

const WITH_CODE: &str =
    "请把它放在 `add_external_contact`、`add_half_external_contact` 或 `msg_audit_approved` 上";

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(fault: &FileFault) -> Said {
    match fault {
        FileFault::NoLanguage { name } => {
            Said::new(format!("没有{}这种语言", name.zh()), "请写 `zh` 或 `en`")
        }
        FileFault::NoRules => Said::new(
            "文件里没有规则",
            "请以 `rules:` 开头，下面写规则的列表；如果谁都不欢迎，写 `rules: []`",
        ),
        FileFault::RulesEmpty => Said::note("文件里没有规则：生效后不会给任何人发欢迎语或打标签"),
        FileFault::NameTwice { name, line } => {
            Said::new(format!("第 {line} 行的规则已经叫{}了", name.zh()), "请给每条规则起不同的名称")
        }
        FileFault::NameMissing => Said::new("规则没有名称", "请加上 `name: …`，记录里靠它说明做了什么"),
        FileFault::NameBlank => Said::new("名称是空白的", "请写上名称"),
        FileFault::NameUnseen => Said::new("名称里有看不见的字符", "请重新输入名称"),
        FileFault::NameNotOneLine => {
            Said::new("名称的开头或结尾有空格，或者不在一行里", "请写在一行里，前后不要有空格")
        }
        FileFault::NameTooLong { max } => Said::new(format!("名称超过了 {max} 个字"), "请写短一些"),
        FileFault::AppBlank => {
            Said::new("应用名是空白的", "请写设置里的应用名；由环境变量设置的应用叫 `default`")
        }
        FileFault::WholeEvent { event, changes } => Said::new(
            format!("{}包括这个事件的所有变更，而这条规则要对客户做操作", event.zh()),
            format!("请写明是哪些变更，如 `{}`；只写事件名的规则只能通知和转发", changes.join("`、`")),
        ),
        FileFault::NoChange { change, meant } => Said::new(
            format!("没有{}这个变更", change.zh()),
            meant.as_ref().map(|meant| meant.to(Language::Zh)).unwrap_or_default(),
        ),
        FileFault::Impossible(what) => impossible(*what),
        FileFault::FallbackAsks => Said::new(
            "备用欢迎语里用到了要查询的内容，而它正是查询不到时才发的",
            "请去掉 `customer.…`；员工只能用 `employee.id`",
        ),
        FileFault::FallbackOfNothing => {
            Said::new("只有备用欢迎语，没有要它代替的 `text`", "请把它改名为 `text`")
        }
        FileFault::TooManyAttachments { count, max } => {
            Said::new(format!("有 {count} 个附件，企业微信最多接受 {max} 个"), "请减少附件")
        }
        FileFault::NothingToSend => Said::new("欢迎语既没有文字，也没有附件", "请给欢迎语写上 `text`"),
        FileFault::SeveralAttachments => Said::new("几个附件写成了一个", "每个附件请以各自的 `- ` 开头"),
        FileFault::Beside { key } => Said::new(format!("不能和 `{key}` 同时写"), "请只留一个"),
        FileFault::Page { page, wrong } => {
            let (what, mend) = self::page(*wrong);
            Said::new(format!("{}{what}", page.zh()), mend)
        }
        FileFault::NothingNamed { kind } => Said::new(
            "没有写要发送的内容",
            match kind {
                MediaKind::Image => "请写上图片，如 `{ file: assets/spring.png }`",
                MediaKind::Video => "请写上视频，如 `{ file: assets/hello.mp4 }`",
                MediaKind::File => "请写上文件，如 `{ file: assets/price.pdf }`",
            },
        ),
        FileFault::Address { url, wrong } => {
            const WHOLE: &str = "请写完整的网址，如 `https://example.com/spring`";
            let (what, mend) = match wrong {
                WrongAddress::NoScheme => ("不是以 `https://` 或 `http://` 开头", WHOLE),
                WrongAddress::NoHost => ("里没有域名", WHOLE),
                WrongAddress::Blank => ("里有空格", "请去掉空格，或写成 `%20`"),
            };
            Said::new(format!("{}{what}", url.zh()), mend)
        }
        FileFault::PictureElsewhere { url, host } => Said::note(format!(
            "{}不是 `media/uploadimg` 上传图片得到的网址（…{host}）；其他网址企业微信会拒绝，所有附件也就一起发不出去。\
             写 `file: …` 会自动上传图片",
            url.zh()
        )),
        FileFault::NoTags => Said::new("没有写标签", "请写上 `add` 或 `remove`，或去掉它"),
        FileFault::MakesNothing => Said::new(
            "不会创建任何标签：有 ID 的标签已经存在",
            "请在 `add` 下面按名称写标签，如 `渠道/春季`，或去掉它",
        ),
        FileFault::TagBothWays { tag } => {
            Said::new(format!("标签{}既要打上又要去掉", tag.zh()), "请只留一个")
        }
        FileFault::RemarkEmpty => {
            Said::new("没有写任何备注", "请写上 `name`、`description`、`company` 或 `phones`，或去掉它")
        }
        FileFault::NoPhone { phone } => {
            Said::new(format!("{}不是电话号码", phone.zh()), "请写数字，如 `\"13800000001\"`")
        }
        FileFault::NoTrigger { name, near } => Said::new(
            format!("没有{}这种通知时机", name.zh()),
            near.map_or_else(
                || "请写 `event`、`missed_welcome` 或 `failed`".to_owned(),
                |near| format!("是不是想写 `{near}`？"),
            ),
        ),
        FileFault::TwoReceivers => Said::new("不能和 `department` 同时写", "请分成两条通知"),
        FileFault::NoReceiver => Said::new("没有写通知谁", "请写 `{ department: 3 }` 或 `{ tag: 5 }`"),
        FileFault::NotEmployee { word } => {
            Said::new(format!("{}不是事件里的员工", word.zh()), "是不是想写 `employee`？")
        }
        FileFault::SameAddress => Said::new("和上面的某个转发地址相同", "请只留一个"),
        FileFault::Hook { url, wrong } => {
            let (what, mend) = hook(*wrong);
            Said::new(format!("{}{what}", url.zh()), mend)
        }
        FileFault::NoVariable => Said::new(
            "不是环境变量的名称",
            "请写环境变量的名称，如 `CRM_HOOK_SECRET`；密钥本身不要写在规则里",
        ),
        FileFault::NeverItsTurn { rule, state, by, stops, whole } => {
            Said::note(never_its_turn(rule, state.as_ref(), by, *stops, *whole))
        }
    }
}

fn impossible(what: Impossible) -> Said {
    match what {
        Impossible::Welcome => Said::new("欢迎语永远发不出去：规则的 `on` 所写的事件都不带欢迎码", WITH_CODE),
        Impossible::Mark => Said::new(
            "永远设置不了：规则的 `on` 所写的事件里没有同时出现员工和客户",
            "请把它放在客户的事件上，如 `add_external_contact`",
        ),
        Impossible::NotifyEmployee => Said::new(
            "永远通知不到 `employee`：规则的 `on` 所写的事件里都没有员工",
            "请写员工账号，如 `to: [zhangsan]`，或者写部门",
        ),
        Impossible::NotifyMissed => {
            Said::new("永远不会有「没有收到欢迎语」的通知：规则的 `on` 所写的事件都不带欢迎码", WITH_CODE)
        }
    }
}

fn page(wrong: WrongPage) -> (&'static str, &'static str) {
    const AS: &str = "请写小程序的页面路径，如 `/pages/index`";
    match wrong {
        WrongPage::Address => {
            ("是网址，不是小程序的页面", "请写小程序的页面路径，如 `/pages/index`；网址请写在 `link` 附件里")
        }
        WrongPage::ShareLink => ("是分享链接，不是小程序的页面", AS),
        WrongPage::Id => ("是 ID，不是小程序的页面", AS),
        WrongPage::Blank => ("里有空格", "请去掉空格，或写成 `%20`"),
    }
}

fn hook(wrong: WrongHook) -> (&'static str, &'static str) {
    const WHOLE: &str = "请写完整的网址，如 `https://crm.example.com/hooks/wecom`";
    match wrong {
        WrongHook::TooLong => ("超过了 2048 字节", "请写短一些"),
        WrongHook::Blank => ("里有空格", "请去掉空格，或写成 `%20`"),
        WrongHook::Scheme => ("不是以 `https://` 或 `http://` 开头", WHOLE),
        WrongHook::Credentials => (
            "里有用户名或密码，能看到规则的人都会看到",
            "请去掉；用 `secret_env` 给转发签名，由接收方验证签名",
        ),
        WrongHook::Fragment => ("里有 `#`，它后面的内容不会发送", "请去掉"),
        WrongHook::None => ("不是网址", WHOLE),
    }
}

fn never_its_turn(
    rule: &Quoted,
    state: Option<&Quoted>,
    by: &[(Quoted, usize)],
    stops: bool,
    whole: bool,
) -> String {
    let named: Vec<String> = by.iter().map(|(name, line)| format!("第 {line} 行的{}", name.zh())).collect();
    let named = named.join("和");
    let whom = state.map_or(String::new(), |state| format!("对渠道{}，", state.zh()));
    let never = if stops && whole {
        format!("规则{}永远轮不到", rule.zh())
    } else {
        format!("规则{}的欢迎语永远发不出去", rule.zh())
    };
    let why = if stops { "并且写了 `stop`" } else { "并且有欢迎语" };
    format!(
        "{whom}{never}：排在它前面的规则（{named}）总会先命中，{why}；请把这条规则的 `priority` 调高，或者移到前面"
    )
}
