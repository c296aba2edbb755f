//! What a rule does, in a few words of Chinese. The rules say it in English, in parts that are known here; it is a column of
//! `rules list`.

/// The parts in Chinese. One that is not known stays as it is.
pub(in crate::cli) fn does_in_chinese(does: &str) -> String {
    does.split("; ").map(part).collect::<Vec<_>>().join("；")
}

fn part(part: &str) -> String {
    let said = match part {
        "welcome" => "欢迎语".to_owned(),
        "remark" => "备注".to_owned(),
        "forward" => "转发".to_owned(),
        "stop" => "不再看后面的规则".to_owned(),
        _ => String::new(),
    };
    if !said.is_empty() {
        return said;
    }
    let count = |rest: &str| rest.split(' ').next().unwrap_or_default().to_owned();
    match part.split_once(' ') {
        Some(("welcome", rest)) => {
            let of = rest.trim_start_matches("with ").trim_start_matches("of ");
            let kinds = of.split(", ").map(attachment).collect::<Vec<_>>().join("、");
            if rest.starts_with("with ") {
                format!("欢迎语，附{kinds}")
            } else {
                format!("欢迎语：{kinds}")
            }
        }
        Some(("add", rest)) => format!("打 {} 个标签", count(rest)),
        Some(("remove", rest)) => format!("去掉 {} 个标签", count(rest)),
        Some(("notify", rest)) => {
            let (whom, when) = if let Some(whom) = rest.strip_suffix(" of a missed welcome") {
                (whom, "没有欢迎时")
            } else if let Some(whom) = rest.strip_suffix(" of a failure") {
                (whom, "失败时")
            } else {
                (rest, "")
            };
            format!("{when}通知{}", whom.split(", ").map(recipient).collect::<Vec<_>>().join("、"))
        }
        Some(("forward", rest)) => format!("转发到 {} 个地址", count(rest.trim_start_matches("to "))),
        _ => part.to_owned(),
    }
}

fn attachment(kind: &str) -> &str {
    match kind {
        "image" => "图片",
        "link" => "链接",
        "miniprogram" => "小程序",
        "video" => "视频",
        "file" => "文件",
        other => other,
    }
}

fn recipient(kind: &str) -> &str {
    match kind {
        "the employee" => "员工本人",
        "a department" => "部门",
        "a tag" => "标签里的人",
        "1 user" => "一位员工",
        "several users" => "多位员工",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ruleset;

    #[test]
    fn what_a_rule_does_is_said_in_chinese() {
        let rules = "rules:
  - name: a
    welcome: { text: 您好, attachments: [{ link: { title: t, url: 'https://example.com' } }] }
    tag: { add: [etA, etB], remove: [etC] }
    remark: { description: 渠道 }
    notify:
      - { to: employee, text: 有新客户 }
      - { to: [lisi], on: missed_welcome, text: x }
      - { to: { department: 3 }, on: failed, text: x }
      - { to: { tag: 5 }, on: failed, text: x }
    forward: [{ url: 'https://crm.example.com/hook' }]
    stop: true
";
        let set = Ruleset::compile(rules, 1).unwrap_or_else(|faults| panic!("{faults}"));
        let does = set.rules().next().map(|rule| rule.does).unwrap_or_default();
        assert_eq!(
            does_in_chinese(&does),
            "欢迎语，附链接；打 2 个标签；去掉 1 个标签；备注；通知员工本人；没有欢迎时通知一位员工；失败时通知部门、标签里的人；转发；不再看后面的规则"
        );
    }
}
