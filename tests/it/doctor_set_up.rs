//! `doctor` against what is wrong with a set-up, by the names that `simulate` has for it: the server runs, customers come,
//! and the right check ends as it should, with its code and its words, and no other does.

use std::{sync::Arc, time::Duration};

use rstest::rstest;
use wecom_core::clock::Clock;
use wecom_greeter::{
    action::Kind,
    doctor::{Asked, CallbackUrl, Check, Examined, Matter, Status, examine},
    flow::context,
    language::Language,
    shutdown::Shutdown,
};
use wecom_simulator::{AddCustomer, SetUpFault};

use crate::{
    cli::language::english,
    harness::world::{PLAIN_RULES, Which, World, action, fresh},
};

/// What a fault needs of whoever looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looks {
    /// `doctor`.
    Plainly,
    /// `doctor --url` with the gateway's address.
    AtTheGateway,
    /// The same by HTTPS, trusting the gateway's issuer.
    ByHttps,
}

async fn examined(world: &World, looks: Looks) -> Examined {
    let (http, https) = world.wecom.gateways();
    let url = match looks {
        Looks::Plainly => None,
        Looks::AtTheGateway => http,
        Looks::ByHttps => https,
    };
    assert_eq!(url.is_none(), looks == Looks::Plainly, "it listens");
    let url = url.map(|url| (CallbackUrl::parse(url.as_str()).unwrap(), "default".to_owned()));
    let tls = if looks == Looks::ByHttps { trusting(world) } else { wecom_core::tls::client().unwrap() };
    examine(Asked {
        config: &world.config,
        apps: context::clients(&world.config, &Clock::system(), &Shutdown::new()).unwrap(),
        store: Ok(world.engine.store.clone()),
        url,
        tls,
        proxy: None,
        clock: Clock::system(),
    })
    .await
}

fn trusting(world: &World) -> rustls::ClientConfig {
    use rustls::pki_types::pem::PemObject as _;
    let pem = world.wecom.authority().unwrap();
    let authority = rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority).unwrap();
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// The checks that ended so, each with its code.
fn ended(examined: &Examined, status: Status) -> Vec<(&'static str, &'static str)> {
    let checks = examined.checks.iter().filter(|check| check.status() == status);
    checks.map(|check| (check.matter.as_str(), check.finding.code().unwrap_or_default())).collect()
}

fn check(examined: &Examined, matter: Matter) -> &Check {
    examined.checks.iter().find(|check| check.matter == matter).expect("each matter is checked")
}

#[rstest]
#[case::address("untrusted_address", Looks::Plainly, Status::Fail, ("trusted_ip", "untrusted_ip"), &["permissions", "scope", "events"], "203.0.113.7")]
#[case::right("no_right", Looks::Plainly, Status::Fail, ("permissions", "no_permission"), &["scope", "events"], "可调用接口的应用")]
#[case::range("not_in_range", Looks::Plainly, Status::Fail, ("scope", "not_in_scope"), &["events"], "可见范围")]
#[case::nobody("nobody_in_range", Looks::Plainly, Status::Fail, ("scope", "no_employees"), &["events"], "可见范围")]
#[case::clock("wrong_clock", Looks::Plainly, Status::Fail, ("clock", "clock_off"), &[], "时间同步")]
#[case::statistics("statistics_disagree", Looks::Plainly, Status::Fail, ("events", "events_missing"), &[], "事件接收")]
#[case::slow("callback_slow", Looks::AtTheGateway, Status::Fail, ("callback", "slow"), &["events"], "毫秒")]
#[case::wrong("callback_wrong", Looks::AtTheGateway, Status::Fail, ("callback", "newline"), &["events"], "换行")]
#[case::cut("callback_cut", Looks::AtTheGateway, Status::Fail, ("callback", "cut_off"), &["events"], "代理的日志")]
#[case::page("callback_page", Looks::AtTheGateway, Status::Fail, ("callback", "another_page"), &["events"], "登录")]
#[case::slash("callback_slash", Looks::AtTheGateway, Status::Warn, ("callback", "slash"), &[], "斜杠")]
#[case::self_signed("certificate_self_signed", Looks::ByHttps, Status::Fail, ("callback", "certificate_untrusted"), &["events"], "自签名")]
#[case::ending("certificate_ending", Looks::ByHttps, Status::Warn, ("callback", "certificate_ends"), &[], "到期")]
#[case::expired("certificate_expired", Looks::ByHttps, Status::Fail, ("callback", "certificate_expired"), &["events"], "有效期")]
#[case::other_name("certificate_other_name", Looks::ByHttps, Status::Fail, ("callback", "certificate_other_name"), &["events"], "localhost")]
#[tokio::test(flavor = "multi_thread")]
async fn one_fault_by_name_is_one_finding(
    #[case] name: &str,
    #[case] looks: Looks,
    #[case] status: Status,
    #[case] expected: (&str, &str),
    #[case] skipped: &[&str],
    #[case] said: &str,
) {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    // A callback comes, so that nothing is left to be wished for.
    world.add_one().await;
    world.settled().await;
    world.wecom.add_set_up_fault(SetUpFault::named(name).unwrap()).unwrap();
    let begun = std::time::Instant::now();
    let found = examined(&world, looks).await;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(ended(&found, status), [expected], "{:#?}", found.checks);
    let fails = if status == Status::Fail { vec![expected] } else { vec![] };
    assert_eq!(ended(&found, Status::Fail), fails);
    let of_skipped: Vec<_> = ended(&found, Status::Skip).into_iter().map(|(matter, _)| matter).collect();
    assert_eq!(of_skipped, skipped, "what hangs on it, and nothing else");
    assert_eq!(found.is_well(), status != Status::Fail);
    let document = found.checks.iter().find(|check| check.status() == status).unwrap().to_json(Language::Zh);
    let words = format!("{} {}", document["found"].as_str().unwrap(), document["cure"].as_str().unwrap());
    assert!(words.contains(said), "{words}");
    assert_eq!(english(&words), Vec::<String>::new());
    // And all is well again when it is mended.
    world.wecom.clear_faults();
    let found = examined(&world, looks).await;
    assert_eq!(ended(&found, Status::Fail), [], "{:#?}", found.checks);
    world.end().await;
}

/// A welcome is set in the console for one employee: events come without codes, nobody waits for a welcome, tags are set all
/// the same, and `doctor` names the employee.
#[rstest]
#[case(Which::Sqlite)]
#[case(Which::Postgres)]
#[tokio::test(flavor = "multi_thread")]
async fn an_employee_whose_adds_carry_no_codes_is_named(#[case] which: Which) {
    let Some(database) = fresh(which).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    let fault = SetUpFault::NoWelcomeCodes { employee: Some("lisi".into()) };
    world.wecom.add_set_up_fault(fault).unwrap();
    let mut added = Vec::new();
    for (employee, name) in [("lisi", "小周"), ("zhangsan", "小吴"), ("lisi", "小郑"), ("wangwu", "小王")]
    {
        added.push(world.add(&AddCustomer::new(employee, name, None)).await);
    }
    let events = world.settled().await;
    for added in &added {
        let event = events
            .iter()
            .find(|event| event.summary.external_user_id.as_deref() == Some(&added.customer))
            .expect("it is recorded");
        let (welcome, tag) = (action(event, Kind::Welcome), action(event, Kind::Tag));
        assert_eq!(tag.status.as_str(), "done", "{tag:?}");
        let relation = world.relation(added);
        assert_eq!(relation.tags, ["etPlain"]);
        if added.employee == "lisi" {
            let code = welcome.code.map(wecom_greeter::action::ReasonCode::as_str);
            assert_eq!((welcome.status.as_str(), code), ("skipped", Some("no_welcome_code")));
            assert_eq!((welcome.attempts.len(), relation.welcomes.len()), (0, 0));
        } else {
            assert_eq!((welcome.status.as_str(), relation.welcomes.len()), ("done", 1));
        }
    }
    let of_lisi = |found: &Examined| check(found, Matter::WelcomeCodes).to_json(Language::Zh);
    let found = examined(&world, Looks::Plainly).await;
    assert_eq!(ended(&found, Status::Fail), [("welcome_codes", "no_welcome_codes")], "{:#?}", found.checks);
    let document = of_lisi(&found);
    let named = document["found"].as_str().unwrap();
    assert!(named.contains("lisi") && !named.contains("zhangsan") && !named.contains("wangwu"), "{document}");
    assert!(document["cure"].as_str().unwrap().contains("聊天工具 → 欢迎语"), "{document}");

    // One add with a code, and it is not the console's welcome: the customers are.
    world.wecom.clear_faults();
    world.add(&AddCustomer::new("lisi", "小冯", None)).await;
    world.settled().await;
    let found = examined(&world, Looks::Plainly).await;
    assert_eq!(ended(&found, Status::Fail), [], "{:#?}", found.checks);
    assert_eq!(of_lisi(&found)["status"], "ok");
    world.end().await;
}

/// One add without a code may be the customer's: it is worth a word, and no fault.
#[tokio::test(flavor = "multi_thread")]
async fn a_single_add_without_a_code_is_worth_a_word() {
    let Some(database) = fresh(Which::Sqlite).await else { return };
    let world = World::with_rules(database, PLAIN_RULES).await;
    world.wecom.add_set_up_fault(SetUpFault::NoWelcomeCodes { employee: None }).unwrap();
    world.add_one().await;
    world.settled().await;
    let found = examined(&world, Looks::Plainly).await;
    assert_eq!(ended(&found, Status::Fail), []);
    assert_eq!(ended(&found, Status::Warn), [("welcome_codes", "few_welcome_codes")], "{:#?}", found.checks);
    world.end().await;
}
