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
    (
        "请先 `wecom-greeter rules export > rules.yaml`，再 `rules check --online rules.yaml`，会逐条写明怎么改",
        "请在「规则」页对照企业微信管理后台，改好这几行里的标签、员工或部门并发布。想逐条看怎么改，请维护服务器的同事在终端运行 \
         `wecom-greeter rules export > rules.yaml`，再运行 `wecom-greeter rules check --online rules.yaml`",
    ),
    ("，请再运行 `doctor`", "，请再打开这一页"),
    ("，再运行 `doctor`", "，再打开这一页"),
];

const CHECKS_EN: &[(&str, &str)] = &[
    ("`wecom-greeter rules import rules.yaml`", "make a rule on the page of rules and publish it"),
    ("run `doctor` again in a minute", "open this page again in a minute"),
    (
        "run `doctor` again when the machine is less busy, with --app for one app",
        "open this page again when the machine is less busy",
    ),
    (
        "`wecom-greeter rules export > rules.yaml`, then `rules check --online rules.yaml` says each with its cure",
        "on the page of rules, compare the tags, employees and departments of these lines with WeCom's console, mend them and \
         publish. To see each with its cure, ask whoever looks after the server to run \
         `wecom-greeter rules export > rules.yaml`, then `wecom-greeter rules check --online rules.yaml`",
    ),
    ("and run `doctor` again", "and open this page again"),
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
    use crate::doctor::Both;

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
    fn what_needs_a_terminal_says_who_has_one() {
        let unknown = Finding::RulesUnknown { version: 3, count: 1, lines: vec![7] };
        for (language, page, who) in [
            (Language::Zh, "「规则」页", "请维护服务器的同事在终端运行"),
            (Language::En, "on the page of rules", "ask whoever looks after the server to run"),
        ] {
            let said = of_check(&unknown, language).unwrap();
            let (before, _) = said.split_once('`').unwrap();
            assert!(before.contains(page) && before.contains(who), "{said}");
        }
    }

    #[test]
    fn whoever_reads_the_page_looks_at_it_again() {
        let what = || Both { en: "a".into(), zh: "一".into() };
        for language in [Language::Zh, Language::En] {
            for finding in [
                Finding::DatabaseLocked { what: what() },
                Finding::DatabaseUnusable { what: what(), is_file: true },
            ] {
                let said = of_check(&finding, language).unwrap();
                assert!(!said.contains("`doctor`"), "{finding:?} in {language:?}: {said}");
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
