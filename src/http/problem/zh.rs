//! 问题的中文说明。 The problems in Chinese.

use std::fmt;

use super::{Code, Problem, Thing};
use crate::{
    doctor::store_in_chinese,
    flow::by_hand::NotDone,
    language::{Language, Sentence as _, said_by_a_parser},
};

pub(super) const fn title(code: Code) -> &'static str {
    match code {
        Code::NoTokens => "还没有令牌",
        Code::Token => "需要令牌",
        Code::Role => "角色的权限不够",
        Code::CrossSite => "请求来自别的网站",
        Code::TooManyTries => "错误的令牌太多",
        Code::Busy => "请求太多",
        Code::TooFast => "请求太频繁",
        Code::NotFound => "没有找到",
        Code::Method => "不支持这个方法",
        Code::Body => "看不懂请求的内容",
        Code::TooLarge => "请求的内容太长",
        Code::Parameter => "看不懂参数",
        Code::PreconditionRequired => "请说明要替换哪一版",
        Code::PreconditionFailed => "有人先改了",
        Code::Faults => "内容有错",
        Code::Wecom => "企业微信没有完成",
        Code::Conflict => "与已有的冲突",
        Code::Database => "数据库暂时用不了",
        Code::Internal => "程序出错了",
    }
}

pub(super) fn write(problem: &Problem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match problem {
        Problem::NoTokens => f.write_str(
            "还没有人能使用管理 API：请用 `wecom-greeter tokens create 名字 --role viewer` 创建令牌，或者设置 \
             admin.token（GREETER_ADMIN_TOKEN）",
        ),
        Problem::Token => f.write_str(
            "请带上 `Authorization: Bearer 令牌`，令牌不能已过期或已吊销；用 \
             `wecom-greeter tokens create 名字 --role viewer` 可以创建一个",
        ),
        Problem::Role { asked, has } => {
            write!(f, "这个操作需要 {asked} 角色，而您的角色是 {has}")
        }
        Problem::CrossSite => f.write_str(
            "改动只接受本系统自己的页面发来的请求：请在页面上登录，或者用 `Authorization` 带上令牌",
        ),
        Problem::TooManyTries => f.write_str("错误的令牌试得太多了，请过几秒再试"),
        Problem::Busy => f.write_str("正在处理的请求太多，请过几秒再试"),
        Problem::TooFast { .. } => f.write_str(
            "这个令牌或登录会话发的请求超过了上限（admin.requests_per_second）：请等 Retry-After 给出的秒数，再放慢一些",
        ),
        Problem::NoSuchPath => {
            f.write_str("这个路径下什么也没有；有哪些路径，请看 GET /api/v1/openapi.json")
        }
        Problem::NotFound { thing, id } => write!(f, "没有{} {id}", name(*thing)),
        Problem::Method { allowed } => write!(f, "这个路径支持的方法是 {allowed}"),
        Problem::Misread(misread) => misread.write(Language::Zh, f),
        Problem::Body(what) => write!(f, "请求的内容不符合要求：{}", said_by_a_parser(what)),
        Problem::TooLarge { most } => write!(f, "最多接受 {most} 字节"),
        Problem::Parameter(what) => write!(f, "参数不对：{}", said_by_a_parser(what)),
        Problem::BulkCancelled { id } => write!(f, "批量操作 {id} 已经取消：请重新准备一个"),
        Problem::TooManyBulks => f.write_str("已经有 100 个批量操作在进行：请等其中一个结束，或者取消一个"),
        Problem::TokenName { chars_max } => write!(
            f,
            "令牌的名字只能用文字、数字和 -_.@，最多 {chars_max} 个字符，而且不能叫 `admin.token`"
        ),
        Problem::ExpiredAlready => f.write_str("expires_at_ms 已经过去了：请给一个将来的时刻，单位毫秒"),
        Problem::NameTaken { name } => write!(f, "已经有叫 {name} 的令牌了：请先吊销它，或者换个名字"),
        Problem::TooManyTokens => f.write_str("已经有 1000 个令牌了：请吊销不用的"),
        Problem::UnderWay { id } => write!(f, "事件 {id} 正在处理或重放，请等它结束"),
        Problem::UnknownApp { id } => write!(f, "事件 {id} 所属的应用不在这个服务的设置里"),
        Problem::TooLate { id } => write!(f, "欢迎语 {id} 的 20 秒已过，它的 code 已经失效"),
        Problem::NotFailed { id, status } => {
            write!(f, "动作 {id} 的状态是 {status}：只有失败或过期的才能重试")
        }
        Problem::PreconditionRequired => {
            f.write_str("请用 `If-Match` 带上 GET /api/v1/rules 返回的 ETag，以免覆盖别人的修改")
        }
        Problem::PreconditionFailed { version } => write!(
            f,
            "现在生效的已经是第 {version} 版：请先看改了什么（POST /api/v1/rules/diff），再带上它的 ETag 重新提交"
        ),
        Problem::Faults(faults) => write!(f, "没有保存：{}", faults.to(Language::Zh)),
        Problem::CommandLineOnly { method } => write!(
            f,
            "{method} 涉及机器上的文件或机密，请在命令行用 `wecom-greeter contact {method}` 调用"
        ),
        Problem::WhichApp { apps } => write!(f, "app 应为其中之一：{}", apps.join("、")),
        Problem::Wecom(not_done) => {
            let NotDone { errcode, told, answer, perhaps_done } = &**not_done;
            let words = answer.as_ref().and_then(|answer| answer.get("errmsg")?.as_str());
            match (errcode, words) {
                (Some(errcode), Some(words)) => {
                    write!(f, "企业微信拒绝了，错误码 {errcode}，原话 `{}`", words.replace('`', "'"))?;
                }
                _ => f.write_str(&told.zh)?,
            }
            if *perhaps_done {
                f.write_str("；但也可能已经生效，请先确认再重试")?;
            }
            Ok(())
        }
        Problem::Arguments(told) => f.write_str(&told.zh),
        Problem::File(why) => why.write(Language::Zh, f),
        Problem::Store(error) => {
            let why = store_in_chinese(error);
            write!(f, "没有改动任何东西（{why}）：请重试，并查看 `wecom-greeter doctor` 和日志")
        }
        Problem::Internal(_) => f.write_str("程序没能完成这个操作，详情请看日志"),
    }
}

const fn name(thing: Thing) -> &'static str {
    match thing {
        Thing::Event => "事件",
        Thing::Action => "动作",
        Thing::Version => "规则版本",
        Thing::Method => "企业微信接口",
        Thing::Session => "您可以结束的登录会话",
        Thing::Bulk => "批量操作",
        Thing::Token => "未吊销的令牌",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde::Deserialize;

    use super::*;

    #[rstest]
    #[case("before=x", "有一个值应为整数，或者超出了范围")]
    #[case("before=99999999999999999999", "有一个值应为整数，或者超出了范围")]
    #[case("nobody=1", "没有 `nobody` 这一项，可用的：`before`、`check`")]
    #[case("check=maybe", "有一个值应为 `true` 或 `false`")]
    fn what_a_query_says_is_said_in_chinese(#[case] query: &str, #[case] expected: &str) {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its faults are looked at")]
        struct Query {
            before: Option<i64>,
            check: Option<bool>,
        }
        let error = actix_web::web::Query::<Query>::from_query(query).unwrap_err().to_string();
        assert_eq!(said_by_a_parser(&error), expected, "{error}");
    }
}
