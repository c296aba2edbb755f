//! `demo --keep`: a company with a month behind it, customers who come now and then, and the pages to look at it with.

use std::{sync::Mutex, time::Duration};

use jiff::tz::TimeZone;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde_json::json;
use wecom_client::{
    CallOptions,
    contact::{AddContactWay, ContactWayScene, ContactWayType},
};
use wecom_core::clock::Clock;
use wecom_simulator::{
    AddCustomer, Contact, Corp, Fault, FaultKind, Occurrence, Simulator, corp::Employee, people,
};

use super::{CHANCE, history};
use crate::{
    access::{By, Once, Role, Secret},
    cli::{output::Output, words::trying::Trying},
    config::DEFAULT_APP,
    flow::engine::Engine,
    http::{Demo, LINK},
    language::{Language, Sentence as _},
    store::NewToken,
};

/// The name of the token that is shown. Nobody else in the record can be called so.
const TOKEN: &str = "demo";

/// Between two customers there is at least and at most so long: often enough to see one come, seldom enough to read.
const PAUSE: std::ops::Range<u64> = 4_000..18_000;

/// Of a hundred customers so many leave again, and of so many a call to WeCom goes wrong.
const LEAVE: u32 = 8;
const GOES_WRONG: u32 = 12;

/// How long a call may take that makes a contact way; the simulated WeCom answers in milliseconds.
const CALL: CallOptions = CallOptions::within(Duration::from_secs(5));

/// The sample company, with a few more people.
pub(super) fn company() -> Corp {
    let mut corp = Corp::sample();
    let more = [("chenchen", "陈晨", 4), ("zhaomin", "赵敏", 3), ("sunli", "孙丽", 2)];
    corp.employees.extend(more.map(|(userid, name, department)| Employee {
        userid: userid.to_owned(),
        name: name.to_owned(),
        departments: vec![department],
        ..Employee::default()
    }));
    corp
}

/// What opens the pages.
#[derive(Debug)]
pub(super) struct Keys {
    token: Secret,
    code: Secret,
}

/// Puts the month behind, makes the contact ways of its channels, and what opens the pages.
pub(super) async fn prepare(
    engine: &Engine,
    simulator: &Simulator,
    corp: &Corp,
    zone: &TimeZone,
    language: Language,
) -> anyhow::Result<(Keys, Demo)> {
    history::write(engine, simulator, corp, CHANCE, zone).await?;
    contact_ways(engine, corp).await?;
    let (token, code) = (Secret::token(rand::random()), Secret::link(rand::random()));
    let new = NewToken { name: TOKEN, role: Role::Admin, hash: token.hash(), expires_at_ms: None };
    engine.store.create_token(&new, &By::command_line(), engine.clock.now_ms()).await?;
    let link = Once::new(&code, token.hash(), engine.clock.steady_ms());
    Ok((Keys { token, code }, Demo { link: Mutex::new(Some(link)), language }))
}

/// The contact ways by which the customers of the month came.
async fn contact_ways(engine: &Engine, corp: &Corp) -> anyhow::Result<()> {
    let Some(app) = engine.apps.get(DEFAULT_APP) else { return Ok(()) };
    let users: Vec<String> = corp.employees.iter().map(|employee| employee.userid.clone()).collect();
    let ways = [
        ("spring-2026", "春季活动海报"),
        ("spring-store", "春季活动：门店台卡"),
        ("beijing", "北京门店"),
        ("douyin-live", "抖音直播间"),
        ("expo-3F-12", "展会 3 楼 12 号"),
    ];
    for (state, remark) in ways {
        let way = AddContactWay {
            way_type: Some(ContactWayType::MULTI),
            scene: Some(ContactWayScene::QR_CODE),
            remark: Some(remark.to_owned()),
            state: Some(state.to_owned()),
            user: users.clone(),
            ..AddContactWay::default()
        };
        app.client.external().add_contact_way(&way, CALL).await?;
    }
    Ok(())
}

/// Says where the pages are, how one gets in, and what else there is to play with.
pub(super) fn print_how_to_play(
    simulator: &Simulator,
    private: std::net::SocketAddr,
    database: &str,
    keys: &Keys,
    output: &mut Output,
) -> anyhow::Result<()> {
    let (base, pages) = (simulator.api_base(), format!("http://{private}"));
    let (login, token) = (format!("{pages}{LINK}{}", keys.code.expose()), keys.token.expose());
    let document = json!({
        "api_base": base, "admin": pages, "database_url": database, "login": login, "token": token,
    });
    let language = output.language();
    let keeps = Trying::DemoKeeps { base: &base, private, database, pages: &pages, login: &login, token };
    output.either(&document, || keeps.to(language))?;
    output.flush()?;
    Ok(())
}

/// Has customers come now and then, until the demo ends. Some leave again, and sometimes a call goes wrong.
pub(super) async fn come_and_go(simulator: &Simulator, corp: &Corp, clock: &Clock) {
    let mut dice = StdRng::seed_from_u64(CHANCE.rotate_left(8));
    let mut last: Option<Contact> = None;
    for person in people(CHANCE + 1) {
        clock.sleep(Duration::from_millis(dice.random_range(PAUSE))).await;
        if dice.random_ratio(GOES_WRONG, 100) {
            // A second try helps where WeCom was busy, and nobody can help where the customer is gone.
            let (path, code) = match dice.random_range(0..3) {
                0 => ("externalcontact/send_welcome_msg", -1),
                1 => ("externalcontact/mark_tag", -1),
                _ => ("externalcontact/remark", 40_201),
            };
            let fault = Fault::new(path, 1, FaultKind::Errcode { code, message: None });
            // As many wait as may wait: then nothing more goes wrong for a while.
            let _ = simulator.add_fault(fault);
        }
        let employee = &corp.employees[dice.random_range(0..corp.employees.len())];
        let mut add = AddCustomer::new(&employee.userid, &person.name, person.state);
        add.gender = Some(person.gender);
        let left = dice.random_ratio(LEAVE, 100).then(|| last.take()).flatten();
        if let Some(contact) = left {
            let _ = simulator.occur(Occurrence::DelFollowUser(contact), 0);
        }
        if let Ok(added) = simulator.add_customer(&add) {
            last = Some(Contact::of(added.employee, added.customer));
        }
    }
}
