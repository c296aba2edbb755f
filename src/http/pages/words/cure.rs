//! What to do about a reason, on a page. The table of reasons names commands, as documents and the terminal need it; whoever reads a
//! page has a button for most of them.

use crate::{action::ReasonCode, language::Language};

/// What the table says, and what a page says in its place. The longer ones come first.
const ZH: &[(&str, &str)] = &[
    ("每次尝试的答复都在记录里（`events show`）", "每次尝试的答复都在事件页里"),
    ("用 `events show` 看这条记录的原因和每次尝试的答复", "打开事件，看它的原因和每次尝试的答复"),
    (
        "用 `rules explain --event-id` 看每条规则为什么没有匹配，再修改规则并重新导入",
        "在规则页点「说明」，看每条规则为什么没有匹配，再修改规则并发布",
    ),
    ("重新执行 `rules import`", "把规则再发布一次"),
    ("；`rules list` 会列出没有上传成功的文件", ""),
    ("失败的动作用 `actions retry` 重试", "失败的动作可以在「失败」页重试"),
    ("用 `actions retry` 重试", "到「失败」页重试"),
    ("用 `events replay 编号 --only tag` 补上", "到事件页重放标签"),
    ("用 `events replay` 补上", "到事件页重放"),
    ("用 `events replay` 重放这个事件", "到事件页重放"),
    ("重新导入", "重新发布"),
];

const EN: &[(&str, &str)] = &[
    ("`events show` has", "The event's page has"),
    ("`rules explain --event-id` says", "“Explain” on the page of rules says"),
    ("Mend the rules and import them again", "Mend the rules and publish them"),
    ("Run `rules import` again", "Publish the rules again"),
    ("; `rules list` names files that could not be uploaded", ""),
    ("Then `actions retry`", "Then retry on the page of failures"),
    ("then `actions retry`", "then retry on the page of failures"),
    ("then `events replay ID --only tag`", "then replay the tags on the event's page"),
    ("then `events replay`", "then replay the event on its page"),
    ("import the rules again", "publish the rules again"),
];

/// What to do about it, with the buttons of the pages.
pub(crate) fn cure(code: ReasonCode, language: Language) -> String {
    let here = match language {
        Language::Zh => ZH,
        Language::En => EN,
    };
    here.iter().fold(code.cure(language).to_owned(), |cure, (said, on_page)| cure.replace(said, on_page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_sends_nobody_to_the_terminal_for_what_has_a_button() {
        for code in ReasonCode::ALL {
            for language in [Language::Zh, Language::En] {
                let said = cure(*code, language);
                for command in ["`events ", "`actions ", "`rules ", "导入", "import"] {
                    assert!(!said.contains(command), "{code} in {language:?}: {said}");
                }
            }
        }
    }

    #[test]
    fn what_is_replaced_stands_in_the_table() {
        for (language, here) in [(Language::Zh, ZH), (Language::En, EN)] {
            let all: Vec<&str> = ReasonCode::ALL.iter().map(|code| code.cure(language)).collect();
            for (said, _) in here {
                assert!(all.iter().any(|cure| cure.contains(said)), "{said}");
            }
        }
    }
}
