//! `contact` 的中文说法。 What `contact` says, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Again, CallArgument, Contact, WrongPath, codes::is_quoted};

const CALL_AFTER: &str = "\
程序不知道这个接口做什么，所以只发一次，不会自动重发。GET 时 BODY 的字段作为查询参数，加在 PATH
之后；POST 时作为请求体。access_token 由程序加上。

示例：
  wecom-greeter contact call GET 'user/get?userid=zhangsan'
  wecom-greeter contact call POST externalcontact/get_new_thing --json '{\"userid\": \"zhangsan\"}'
  wecom-greeter contact call POST idconvert/chatid --json @arguments.json";

pub(super) fn write(sentence: &Contact<'_>, f: &mut Formatter<'_>) -> Result {
    match sentence {
        Contact::SentOnce => write!(f, "只发一次：连接中断以后，先看看做成了没有，再决定要不要重来。"),
        Contact::Examples => write!(f, "示例："),
        Contact::TableOrJson => write!(f, "--table 给人看，--output json 给程序读：请只写一个"),
        Contact::NoDestination => write!(f, "请用 --to 写明文件存到哪里"),
        Contact::NoPages { method } => write!(f, "{method} 不分页"),
        Contact::NoApp { name, apps } => {
            write!(f, "设置里没有叫「{name}」的应用，有的是：{}", apps.join("、"))
        }
        Contact::WhichApp { apps } => {
            write!(f, "请用 --app 写明用哪个应用，设置里有：{}", apps.join("、"))
        }
        Contact::TooLong { name, bytes_max } => write!(f, "{name} 超过 {bytes_max} 字节"),
        Contact::Stdin => write!(f, "标准输入"),
        Contact::CannotRead { file } => write!(f, "读不了 {file}"),
        Contact::CannotWrite { file } => write!(f, "写不了 {}", file.display()),
        Contact::IsThere { file } => write!(f, "{} 已经存在：加上 --overwrite 就覆盖", file.display()),
        Contact::NearMiss { given, meant } => {
            write!(f, "注意：不认识参数「{given}」，照原样发出。是不是想写「{meant}」？")
        }
        Contact::MorePages => write!(f, "不止这一页：加上 --all 会接着翻页。"),
        Contact::NoAddress => write!(f, "答复里没有地址，画不了二维码。"),
        Contact::AddressTooLong => write!(f, "地址太长，画不成二维码。"),
        Contact::Beside { remarks } => write!(f, "企业微信另外还说：{remarks}"),
        Contact::NotInTable { more } => write!(f, "还有 {more} 条放不进表格：去掉 --table 可以看到全部。"),
        Contact::BegunAnew => write!(f, "翻页的 cursor 过期了（50100），已从头列起：有些条目可能出现两次。"),
        Contact::ReadInPart => write!(
            f,
            "注意：企业微信提醒（wrong json format）只读懂了一部分：请看看是不是全都做成了，并对照接口文档检查参数的名称和类型。"
        ),
        Contact::AddressSeen { address } => {
            write!(f, "  企业微信看到的地址是 {address}，请把它加进「企业可信IP」")
        }
        Contact::CallAbout => write!(f, "调用没有对应命令的接口，写明请求方式和路径"),
        Contact::CallAfter => f.write_str(CALL_AFTER),
        Contact::CallArgument(argument) => f.write_str(match argument {
            CallArgument::Verb => "GET 或 POST，见接口文档",
            CallArgument::Path => "/cgi-bin/ 后面的路径，可以带查询参数：user/get?userid=zhangsan",
            CallArgument::Body => "全部参数合成一个 JSON 对象；@FILE 从文件读，- 从标准输入读",
        }),
        Contact::Credential { name } => {
            write!(f, "这里不能写 {name}：应用的 access_token 由程序加上，设置里的其他内容不会发出去")
        }
        Contact::Path(wrong) => {
            let why = match wrong {
                WrongPath::WholeAddress => "是完整的网址".to_owned(),
                WrongPath::Length { most } => format!("是空的，或者超过 {most} 个字符"),
                WrongPath::Slash => "以斜杠开头".to_owned(),
                WrongPath::Characters => "只能用字母、数字、`_`、`-` 和单个斜杠".to_owned(),
                WrongPath::Unreadable => "读不懂".to_owned(),
            };
            write!(f, "PATH {why}：应为接口文档里 /cgi-bin/ 后面的部分，例如 user/get")
        }
        Contact::HasCommand { command } => write!(f, "这个接口请用 `contact {command}`"),
        Contact::SameMethod { command } => {
            write!(f, "注意：`contact {command}` 就是这个接口，而且发出之前会检查参数。")
        }
        Contact::Saved { file, bytes } => write!(f, "{}：{bytes} 字节", file.display()),
        Contact::Refused { method, errcode, message } => {
            write!(f, "错误：企业微信拒绝了 {method}（{errcode}）")?;
            // What it means is said below; WeCom's own words stand in the answer. They are all there is of a code that nobody
            // knows here, and name the argument where only they do.
            if is_quoted(method, *errcode) && !message.is_empty() {
                write!(f, "\n  企业微信的提示：「{message}」")?;
            }
            Ok(())
        }
        Contact::Means { meaning } => write!(f, "  意思是：{meaning}"),
        Contact::SeeCode { errcode } => {
            write!(f, "  请查：https://open.work.weixin.qq.com/devtool/query?e={errcode}")
        }
        Contact::Again(again) => f.write_str(self::again(*again)),
        Contact::ToDo(again) => write!(f, "  {}。", self::again(*again)),
        Contact::PerhapsDone { method } => {
            write!(f, "{method} 可能已经做成了：先看看，再决定要不要重来")
        }
    }
}

fn again(again: Again) -> &'static str {
    match again {
        Again::LookFirst => "可能已经做成了：先看看，再决定要不要重来",
        Again::NotSentTwice => "会重复生效的请求不会自动重发：请再试一次",
        Again::Later => "已经试过几次：请稍后再试",
    }
}
