//! What to do about a reason or a finding, on a page. The tables of reasons and findings name commands, as documents and the terminal need
//! it; whoever reads a page has a button for most of them.

use crate::{action::ReasonCode, doctor::Finding, language::Language};

/// What the table says, and what a page says in its place. The longer ones come first.
const ZH: &[(&str, &str)] = &[
    ("每次尝试的答复都在记录里（`events show`）", "每次尝试的答复都在事件页里"),
    ("用 `events show` 看这条记录的原因和每次尝试的答复", "打开事件，看它的原因和每次尝试的答复"),
    ("用 `events show` 比较发生时间和收到时间", "在事件页比较发生时间和收到时间"),
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
    ("In `events show`, compare", "On the event's page, compare"),
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

/// The same of what `doctor` says, whose checks a page makes anew when it is opened.
const CHECKS_ZH: &[(&str, &str)] = &[
    ("请运行 `wecom-greeter rules import rules.yaml`", "请在「规则」页新建一条规则并发布"),
    ("请过一分钟再运行 `doctor`", "请过一分钟再打开这一页"),
    ("请等机器不忙时再运行 `doctor`，或者用 --app 只查一个应用", "请等机器不忙时再打开这一页"),
];

const CHECKS_EN: &[(&str, &str)] = &[
    ("`wecom-greeter rules import rules.yaml`", "make a rule on the page of rules and publish it"),
    ("run `doctor` again in a minute", "open this page again in a minute"),
    (
        "run `doctor` again when the machine is less busy, with --app for one app",
        "open this page again when the machine is less busy",
    ),
];

/// What to do about it, with the buttons of the pages.
pub(crate) fn cure(code: ReasonCode, language: Language) -> String {
    let here = match language {
        Language::Zh => ZH,
        Language::En => EN,
    };
    on_page(code.cure(language).to_owned(), here)
}

/// What to do about what a check found.
pub(crate) fn of_check(finding: &Finding, language: Language) -> Option<String> {
    let here = match language {
        Language::Zh => CHECKS_ZH,
        Language::En => CHECKS_EN,
    };
    finding.cure(language).map(|cure| on_page(cure, here))
}

fn on_page(cure: String, here: &[(&str, &str)]) -> String {
    here.iter().fold(cure, |cure, (said, on_page)| cure.replace(said, on_page))
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
    fn what_a_check_found_is_mended_or_looked_at_again_on_the_pages() {
        for language in [Language::Zh, Language::En] {
            for finding in [Finding::NoRules, Finding::NotAnswered, Finding::TimeOver] {
                let said = of_check(&finding, language).unwrap();
                assert!(
                    !said.contains('`') && !said.contains("--app"),
                    "{finding:?} in {language:?}: {said}"
                );
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
