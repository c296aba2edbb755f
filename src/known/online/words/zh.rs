//! What is found at WeCom, in Chinese.

use super::{Asking, Found};
use crate::rules::Said;

pub(super) fn say(found: &Found) -> Said {
    match found {
        Found::VariableUnset { name } => Said::new(
            format!("这里没有设置环境变量 `{name}`"),
            "请在运行 `serve` 的地方设置它，或去掉 `secret_env`",
        ),
        Found::MediaIdWritten => Said::new(
            "直接写的 `media_id` 无法检查，上传三天后就会失效",
            "请改写文件（`file: …`），程序会自动续传",
        ),
        Found::AddressRefused { private } => {
            let why = if *private { "它在内网里" } else { "它不是 `https://` 开头的" };
            Said::new(
                format!("不会向这个地址转发：{why}"),
                "请换成外网能访问的 `https://` 地址；如果就是要转发到自己的内网，请设置 `forward.allow_private_networks`",
            )
        }
        Found::UnknownApp { app, near, known, more } => {
            let mend = match near {
                Some(near) => format!("是不是想写 `{near}`？"),
                None => format!(
                    "如果它在另一台服务器的设置里，就没有问题；这里有 `{}`{}",
                    known.join("`、`"),
                    if *more { " 等" } else { "" }
                ),
            };
            Said::new(format!("这里的设置里没有应用「{app}」"), mend)
        }
        Found::NoAgentId { app } => Said::new(
            format!("规则要通知员工，但应用「{app}」没有设置 `agent_id`"),
            "请把应用页面上的 AgentId 填进设置",
        ),
        Found::NotInTime { seconds } => Said::new(format!("企业微信在 {seconds} 秒内没有答完"), "请再试一次"),
        Found::NoTag { tag, created: true } => {
            Said::new(format!("还没有标签「{tag}」"), "第一次打标签时会自动创建")
        }
        Found::NoTag { tag, created: false } => Said::new(
            format!("没有标签「{tag}」"),
            "请在管理后台创建它，或在旁边写 `create: true`，或改正名称",
        ),
        Found::NoTagId { id } => {
            Said::new(format!("没有 ID 是「{id}」的标签"), "请重新复制标签的 ID，或写成 `标签组/标签`")
        }
        Found::BothWays { tag, added, line } => Said::new(
            format!("标签「{tag}」既要打上又要去掉：它就是第 {line} 行要打上的「{added}」"),
            "请只留一个；改正之前会打上这个标签",
        ),
        Found::ManyWithoutCustomers { max } => Said::new(
            format!("没有客户联系权限的员工超过了 {max} 个，其余的没有再查询"),
            "请先改正上面列出的员工",
        ),
        Found::NoCustomerContact { userid } => Said::new(
            format!("员工「{userid}」在这个应用的范围内没有客户联系权限"),
            "只接收通知的员工没有问题；否则请在「客户联系 → 权限配置」和应用的可见范围里加上这名员工",
        ),
        Found::NoEmployee { userid } => {
            Said::new(format!("没有员工「{userid}」"), "请重新复制通讯录里的账号")
        }
        Found::EmployeeOutOfRange { userid } => {
            Said::new(format!("应用看不到员工「{userid}」"), "请把这名员工加入应用的可见范围，或改正账号")
        }
        Found::OtherwiseWritten { named, written } => Said::new(
            format!("通讯录里员工「{named}」写作「{written}」"),
            "账号不区分大小写，没有问题；写成一样的更便于查找",
        ),
        Found::NoDepartment { id } => Said::new(
            format!("这个应用的范围内没有部门 {id}"),
            "请改正部门 ID，或把这个部门加入应用的可见范围",
        ),
        Found::NotTold { of, errcode, .. } => {
            let of = match of {
                Asking::Tags => "标签".to_owned(),
                Asking::Employees => "有客户联系权限的员工".to_owned(),
                Asking::Employee(userid) => format!("员工「{userid}」"),
                Asking::Departments => "部门".to_owned(),
            };
            match errcode {
                Some(errcode) => Said::new(
                    format!("企业微信不让查询{of}：错误码 {errcode}"),
                    "请运行 `wecom-greeter doctor`，它会说明原因和改法",
                ),
                None => Said::new(format!("没有查到{of}：连不上企业微信"), "请在能连上企业微信时再试"),
            }
        }
        Found::OfApp { app, found } => {
            let Said { what, mend } = say(found);
            Said::new(format!("应用「{app}」：{what}"), mend)
        }
    }
}
