//! What rules refer to, held against what WeCom says there is.

use std::time::Duration;

use wecom_core::clock::Clock;
use wecom_greeter::{
    flow::context,
    known::online::{Asked, Finding, Gravity, look, look_here},
    language::Language,
    rules::{Resources, TagRole, TagUse, Use},
    shutdown::Shutdown,
};
use wecom_simulator::{Corp, Fault, FaultKind, Options, Simulator};

use crate::{cli::language::english, harness::world::config_for};

const LIST: &str = "externalcontact/get_corp_tag_list";
const SOON: Duration = Duration::from_secs(10);

fn tag(tag: &str, create: bool, line: usize) -> TagUse {
    TagUse { tag: tag.into(), role: TagRole::Add, create, rule: "spring".into(), line, column: 5 }
}

fn named<T>(named: T, line: usize) -> Use<T> {
    Use { named, rule: "spring".into(), line, column: 5 }
}

/// A WeCom, and the app that asks it.
async fn wecom(agent_id: Option<i64>) -> (Simulator, Vec<Asked>) {
    let corp = Corp::sample();
    let options = Options { corp: corp.clone(), ..Options::default() };
    let wecom = Simulator::start(options, Clock::system(), 7).await.unwrap();
    let config = config_for(&corp, &wecom.api_base(), "sqlite://unused.db");
    let clients = context::clients(&config, &Clock::system(), &Shutdown::new()).unwrap();
    let asked =
        clients.into_iter().map(|(app, client)| Asked { name: app.name.clone(), agent_id, client }).collect();
    (wecom, asked)
}

/// All of them, of which none says in Chinese what is English.
#[track_caller]
fn in_lines(findings: &[Finding]) -> String {
    let chinese: Vec<String> = findings.iter().map(|finding| finding.to(Language::Zh)).collect();
    assert_eq!(english(&chinese.join("\n")), Vec::<String>::new());
    findings.iter().map(|finding| format!("{:?} {finding}", finding.gravity)).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_at_wecom_is_told_with_its_line_and_how_to_mend_it() {
    let (wecom, apps) = wecom(None).await;
    let resources = Resources {
        tags: vec![
            tag("渠道/春季", false, 4),
            tag("渠道/没有", false, 9),
            tag("新组/一", true, 8),
            tag("etSampleTagChannelSpring00000000", false, 5),
            tag("etGone", false, 6),
            tag("stOfARuleGroup", false, 7),
        ],
        users: vec![named("ZhangSan".to_owned(), 3)],
        notifies: true,
        ..Resources::default()
    };
    let findings = look(&resources, &apps, &Clock::system(), SOON).await;
    insta::assert_snapshot!(in_lines(&findings), @r"
    Note 3:5: rule `spring`: the directory writes the employee `ZhangSan` as `zhangsan`; fine, since userids ignore case; to write it alike helps whoever searches
    Missing 6:5: rule `spring`: there is no tag with the id `etGone`; copy the id again, or write the tag as `Group/Tag`
    Note 8:5: rule `spring`: there is no tag `新组/一` yet; it is made when it is first put on
    Missing 9:5: rule `spring`: there is no tag `渠道/没有`; make it in the console, write `create: true` beside it, or mend its name
    Missing rules notify employees, and the app `default` has no agent_id; copy the AgentId from the app's page into the settings
    ");
    assert_eq!(wecom.requests_of(LIST).len(), 1);
    wecom.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_one_rule_adds_by_name_and_removes_by_id_is_told() {
    let (wecom, apps) = wecom(Some(1)).await;
    let remove = |named: &str, rule: &str, line| TagUse {
        role: TagRole::Remove,
        rule: rule.to_owned(),
        ..tag(named, false, line)
    };
    let spring = "etSampleTagChannelSpring00000000";
    let resources = Resources {
        tags: vec![
            tag("渠道/春季", true, 4),
            remove(spring, "spring", 5),
            // Another rule may: the higher of the two holds. And a condition puts nothing on.
            remove(spring, "summer", 9),
            TagUse { role: TagRole::Condition, ..tag("等级/VIP", false, 11) },
            remove("渠道/没有", "spring", 12),
        ],
        ..Resources::default()
    };
    let findings = look(&resources, &apps, &Clock::system(), SOON).await;
    let lines = in_lines(&findings);
    insta::assert_snapshot!(lines.lines().next().unwrap(), @"Missing 5:5: rule `spring`: the tag `etSampleTagChannelSpring00000000` is to be added and removed: it is `渠道/春季`, which line 4 adds; keep one of the two; until then it is added");
    assert_eq!(lines.matches("to be added and removed").count(), 1, "{lines}");
    wecom.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_wecom_does_not_tell_is_unknown_and_not_missing() {
    let (wecom, apps) = wecom(Some(1)).await;
    wecom.add_fault(Fault::lasting(LIST, FaultKind::Errcode { code: 48002, message: None })).unwrap();
    wecom
        .add_fault(Fault::lasting(
            "externalcontact/get_follow_user_list",
            FaultKind::Hang(Duration::from_mins(1)),
        ))
        .unwrap();
    let resources = Resources {
        tags: vec![tag("渠道/春季", false, 4)],
        users: vec![named("zhangsan".to_owned(), 3)],
        ..Resources::default()
    };
    let findings = look(&resources, &apps, &Clock::system(), Duration::from_secs(1)).await;
    assert_eq!(findings.iter().map(|finding| finding.gravity).collect::<Vec<_>>(), [Gravity::Unknown; 2]);
    let lines = in_lines(&findings);
    assert!(lines.contains("48002") || lines.contains("可调用接口的应用"), "{lines}");
    assert!(lines.contains("within 1 s"), "{lines}");
    wecom.stop().await;
}

#[test]
fn what_needs_no_wecom_is_told_without_one() {
    let resources = Resources {
        secrets: vec![named("CRM_KEY".to_owned(), 12), named("OTHER_KEY".to_owned(), 11)],
        media_ids: vec![named("1G6nrLmr5EC3".to_owned(), 7)],
        ..Resources::default()
    };
    let findings = look_here(&resources, |name| name == "OTHER_KEY");
    insta::assert_snapshot!(in_lines(&findings), @r"
    Note 7:5: rule `spring`: a written media_id cannot be checked, and works for three days from its upload; name the file instead (`file: …`), which is kept fresh
    Missing 12:5: rule `spring`: the environment variable `CRM_KEY` is not set here; set it where `serve` runs, or remove `secret_env`
    ");
}
