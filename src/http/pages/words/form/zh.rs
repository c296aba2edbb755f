//! 规则表单上的中文。 The words of a rule's form in Chinese.

use super::FormWords;

pub(super) static WORDS: FormWords = FormWords {
    name: "规则名称",
    name_hint: "不能与其他规则重名，最多 64 个字",
    attachments: "附件",
    attachments_lead: "按顺序发送，最多 9 个",
    attachment_add: "添加附件",
    attachment_kind: "附件类型",
    notices: "通知员工",
    notices_lead: "用应用消息通知，可以用同样的占位符",
    notice: "通知",
    notice_add: "添加通知",
    notice_to: "通知谁",
    take_away: "移除",
    others: "表单里没有的设置",
    others_lead: "下面这些写法表单改不了，保存时原样保留。要改请到",
    only_in_file: "这一项的写法表单改不了，请在整个文件里改。",
    choose: "选择文件",
    upload: "上传",
    bytes: "字节",
    pick: "从企业微信选择",
    pick_search: "搜索标签",
    pick_none: "没有符合的标签",
    pick_away: "现在读不到企业微信的标签，可以直接输入。",
};

pub(super) fn field(name: &str) -> (&'static str, &'static str) {
    match name {
        "enabled" => ("启用", ""),
        "priority" => ("优先级", "数字大的先问，没有写就是 0"),
        "apps" => ("应用", "一行一个，设置里的应用名；不写就是全部"),
        "state" => ("渠道", "一行一个，可以用 * 和 ?，例如 spring-*；\"\" 表示没有渠道"),
        "user" => ("员工账号", "一行一个 userid，可以用 * 和 ?"),
        "department" => ("部门", "一行一个部门 ID，包括下级部门"),
        "add_way" => ("添加方式", ""),
        "customer_type" => ("客户类型", ""),
        "customer_gender" => ("客户性别", ""),
        "customer_name" => ("客户昵称", "一行一个，可以用 * 和 ?"),
        "customer_corp" => ("客户的企业简称", "一行一个，可以用 * 和 ?"),
        "tagged" => ("已有标签", "一行一个：标签组/标签，或者标签 ID"),
        "returning" => ("以前加过这位员工", ""),
        "welcome_code" => ("能发欢迎语", ""),
        "days" => ("星期", ""),
        "hours" => ("时段", "一行一个，例如 09:00-18:00；22:00-06:00 算在开始的那天"),
        "dates" => ("日期", "一行一个，例如 2026-03-01..2026-04-30；12-24 表示每年"),
        "calendar" => ("在这些日历里", "一行一个，文件里 calendars 的名字"),
        "not_calendar" => ("不在这些日历里", "一行一个"),
        "time_zone" => ("时区", "不写就是 Asia/Shanghai"),
        "share" => ("一部分客户", "例如 0-50 是一半的客户"),
        "experiment" => ("实验名称", "同一个实验的规则分同一批客户"),
        "on_lookup_failure" => ("查不到资料时", ""),
        "welcome" => ("欢迎语", "清空就不再由这条规则发文字"),
        "fallback" => ("备用文字", "资料查不到，或者企业微信不收上面的文字时发这一句"),
        "add" => ("添加标签", "一行一个：标签组/标签，或者标签 ID"),
        "remove" => ("移除标签", "一行一个"),
        "create" => ("没有的标签自动创建", ""),
        "remark" => ("备注名", "最多 20 个字，可以用同样的占位符"),
        "remark_description" => ("备注描述", "最多 150 个字"),
        "remark_company" => ("备注企业", "最多 20 个字"),
        "remark_phones" => ("备注手机号", "一行一个"),
        "stop" => ("符合以后不再问下面的规则", ""),
        _ => ("", ""),
    }
}

pub(super) fn entry_field(name: &str) -> (&'static str, &'static str) {
    match name {
        "file" => ("文件", "上传后的路径，或者规则文件旁边的路径"),
        "media_id" => ("media_id", "自己上传到企业微信的素材，三天后失效"),
        "pic_url" => ("图片链接", "企业微信上传图片接口给的链接"),
        "title" => ("标题", ""),
        "url" => ("链接", "以 https:// 开头"),
        "description" => ("描述", ""),
        "picture_url" => ("封面图链接", ""),
        "app_id" => ("小程序 AppID", "以 wx 开头"),
        "page" => ("小程序页面", "例如 /pages/index"),
        "who" => ("接收人", "员工：一行一个 userid；部门和标签：ID；通知这位员工时不用填"),
        "on" => ("什么时候", ""),
        "text" => ("内容", ""),
        _ => ("", ""),
    }
}

pub(super) fn group(name: &str) -> (&'static str, &'static str) {
    match name {
        "basics" => ("基本", ""),
        "who" => ("条件", "都符合才算；空着就是不限"),
        "time" => ("时间", "都符合才算；空着就是任何时候"),
        "more-who" => ("更多条件", ""),
        "tags" => ("标签", ""),
        "remark" => ("备注", ""),
        "fallback" => ("备用欢迎语", ""),
        _ => ("", ""),
    }
}

pub(super) fn choice(field: &str, word: &str) -> &'static str {
    match (field, word) {
        ("attachment", "image") => "图片",
        ("attachment", "link") => "网页链接",
        ("attachment", "miniprogram") => "小程序",
        ("attachment", "video") => "视频",
        ("attachment", "file") => "文件",
        ("attachment", _) => "其他写法",
        ("to", "employee") => "这位员工",
        ("to", "users") => "指定员工",
        ("to", "department") => "部门",
        ("to", _) => "标签（通讯录）",
        ("on", "") => "事件发生时",
        ("on", "missed_welcome") => "欢迎语没发出去时",
        ("on", _) => "有动作失败时",
        ("customer_type", "wechat") => "微信用户",
        ("customer_type", "wecom") => "企业微信用户",
        ("customer_gender", "male") => "男",
        ("customer_gender", "female") => "女",
        ("customer_gender", "unknown") => "未知",
        ("returning" | "welcome_code", "true") => "是",
        ("returning" | "welcome_code", "false") => "否",
        ("on_lookup_failure", "skip") => "跳过这条规则",
        ("on_lookup_failure", "match") => "当作符合",
        ("on_lookup_failure", "") => "没有写（跳过）",
        _ => "不限",
    }
}
