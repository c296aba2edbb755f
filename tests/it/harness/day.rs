//! A recorded day: what WeCom sent to a company with shops on 6 March 2026, every kind of event and many of them.
//!
//! `tests/fixtures/day/events.jsonl` is that day as `events export` writes it. It was recorded from the simulator, whose
//! hours pass in an instant; [`record_day`] plays it again, and `replay::the_simulated_day_is_as_it_was_recorded` writes
//! the file when it is asked to.

use std::time::Duration;

use serde_json::{Value, json};
use wecom_core::clock::{Clock, ManualClock};
use wecom_simulator::{
    AddCustomer, Added, Contact, Corp, CustomerKind, Occurrence, Options, Simulator,
    occurrence::{ChatUpdate, TagChange},
};

/// The day, oldest event first.
pub const EVENTS: &str = include_str!("../../fixtures/day/events.jsonl");

/// The rules that were in force.
pub const RULES: &str = include_str!("../../fixtures/day/rules.yaml");

/// Midnight in Shanghai before Friday, 6 March 2026.
pub const BEGINS_MS: i64 = 1_772_726_400_000;

/// When the file was written: the day after.
pub const WRITTEN_MS: i64 = BEGINS_MS + 30 * 3_600_000;

/// The apps whose callbacks were recorded. `gone` is in no settings any more; `agency` is a third party's, to whom
/// WeCom sends everything in another form.
pub const APPS: [&str; 3] = ["default", "retail", "agency"];
pub const GONE_APP: &str = "gone";

/// The channels, most of them with rules.
const STATES: [Option<&str>; 8] = [
    Some("spring-2026"),
    None,
    Some("shop-beijing"),
    Some("spring-poster"),
    Some("SHOP-1"),
    Some("shop-上海"),
    Some("618 & <b>\"大促\"</b> ]]>"),
    None,
];

const EMPLOYEES: [&str; 3] = ["zhangsan", "lisi", "wangwu"];

/// Plays the day on the simulator: lines as an import takes them, in the order in which they arrived.
pub async fn record_day() -> Vec<String> {
    let mut lines = Vec::new();
    for (chance, app, customers) in
        [(1, "default", 72), (2, "retail", 16), (3, "agency", 12), (4, GONE_APP, 3)]
    {
        let (clock, hand) = Clock::manual(BEGINS_MS);
        let mut corp = Corp::sample();
        if app != "default" {
            corp.corp_id = format!("ww{app:0<16}");
        }
        corp.suite_id = (app == "agency").then(|| "ww4asffe99e54cAGENCY".to_owned());
        let options = Options { corp, ..Options::default() };
        let wecom = Simulator::start(options, clock.clone(), chance).await.expect("the simulator starts");
        let mut recorder = Recorder { app, wecom, clock, hand, seen: 0, lines: Vec::new() };
        recorder.customers_come(customers);
        if app != GONE_APP {
            recorder.everything_else_happens();
        }
        recorder.wecom.stop().await;
        lines.append(&mut recorder.lines);
    }
    lines.sort_by_key(|(received_at_ms, _)| *received_at_ms);
    lines.into_iter().map(|(_, line)| line.to_string()).collect()
}

struct Recorder {
    app: &'static str,
    wecom: Simulator,
    clock: Clock,
    hand: ManualClock,
    seen: usize,
    lines: Vec<(i64, Value)>,
}

impl Recorder {
    /// Lets so much of the day pass.
    fn pass(&self, seconds: u64) {
        self.hand.advance(Duration::from_millis(seconds * 1_000 + 137));
    }

    /// Records what WeCom has sent since the last call, as if it had arrived after so long, at that delivery.
    fn take_down(&mut self, after_ms: i64, deliveries: i64) {
        let all = self.wecom.deliveries();
        for delivery in &all[self.seen..] {
            let received_at_ms = delivery.at_ms + after_ms;
            let line = json!({
                "app": self.app, "received_at_ms": received_at_ms, "deliveries": deliveries, "payload": delivery.plaintext,
            });
            self.lines.push((received_at_ms, line));
        }
        self.seen = all.len();
    }

    fn occurs(&mut self, occurrence: Occurrence) {
        self.pass(61);
        self.wecom.occur(occurrence, 0).expect("it can occur");
        self.take_down(45, 1);
    }

    /// Customers come from midnight until late in the evening, by every channel, in every way.
    fn customers_come(&mut self, count: usize) {
        let every_s = 82_000 / u64::try_from(count).expect("a few");
        for n in 0..count {
            // What follows an add takes its minutes out of the pause before the next one.
            self.pass(every_s - if n % 9 == 4 { 3 * 62 } else { 0 });
            let add = AddCustomer {
                employee: Some(EMPLOYEES[n % 3].to_owned()),
                state: STATES[n % 8].map(str::to_owned),
                kind: if n % 13 == 7 { CustomerKind::Wecom } else { CustomerKind::Wechat },
                half: n % 11 == 5,
                without_code: n % 17 == 9,
                ..AddCustomer::default()
            };
            let added = self.wecom.add_customer(&add).expect("they can be added");
            match n % 10 {
                // The fourth delivery, after the server had been away: too late for the welcome, or nearly.
                3 => self.take_down(15_400, 4),
                8 => self.take_down(20_900, 4),
                6 => self.take_down(5_300, 2),
                _ => self.take_down(60, 1),
            }
            if n % 9 == 4 {
                self.a_relation_goes_on(&added, n);
            }
        }
    }

    /// What may become of two who are contacts.
    fn a_relation_goes_on(&mut self, added: &Added, n: usize) {
        let contact = Contact::of(&added.employee, &added.customer);
        self.occurs(Occurrence::EditExternalContact(contact.clone()));
        match n % 4 {
            0 => self.occurs(Occurrence::MsgAuditApproved(contact.clone())),
            1 => self.occurs(Occurrence::DelFollowUser(contact.clone())),
            2 => self.occurs(Occurrence::CustomerStartChat {
                contact: contact.clone(),
                link_id: Some("cawcLink1".into()),
            }),
            _ => self.occurs(Occurrence::TransferFail {
                contact: contact.clone(),
                reason: "customer_refused".into(),
            }),
        }
        self.occurs(Occurrence::DelExternalContact { contact, by_transfer: n % 8 == 3 });
    }

    /// Every other kind of event, before midnight: most of them call for nothing.
    fn everything_else_happens(&mut self) {
        let chat_id = "wrQ7fEDwAA0example0of0a0group000".to_owned();
        let link_id = "cawcde8b0a1example".to_owned();
        let state = "spring-link".to_owned();
        let contact = Contact::of("lisi", "wmQ7fEDwAA0not0a0contact00000000");
        let update = ChatUpdate {
            chat_id: chat_id.clone(),
            detail: Some("add_member".into()),
            join_scene: Some(3),
            members: vec!["wmQ7fEDwAA1".into(), "wmQ7fEDwAA2".into()],
            last_version: Some("9c3f97c2ada667dfb5f6d03308d963e1".into()),
            version: Some("71217227bbd112ecfe3a49c482195cb4".into()),
            ..ChatUpdate::default()
        };
        let removed = ChatUpdate {
            detail: Some("del_member".into()),
            join_scene: None,
            quit_scene: Some(1),
            ..update.clone()
        };
        let renamed = ChatUpdate {
            chat_id: chat_id.clone(),
            detail: Some("change_name".into()),
            ..ChatUpdate::default()
        };
        let old = ChatUpdate { chat_id: chat_id.clone(), ..ChatUpdate::default() };
        let tag =
            TagChange { id: "etQ7fEDwAA0a0tag0000000000000000".into(), group: false, strategy_id: None };
        let group =
            TagChange { id: "etQ7fEDwAA0a0group00000000000000".into(), group: true, strategy_id: Some(7) };
        let other = |event: &str, fields: &[(&str, &str)]| Occurrence::Other {
            event: event.into(),
            change: None,
            fields: fields.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect(),
        };
        for occurrence in [
            Occurrence::ChatCreate { chat_id: chat_id.clone() },
            Occurrence::ChatUpdate(update),
            Occurrence::ChatUpdate(removed),
            Occurrence::ChatUpdate(renamed),
            Occurrence::ChatUpdate(old),
            Occurrence::ChatDismiss { chat_id },
            Occurrence::TagCreate(tag.clone()),
            Occurrence::TagUpdate(group.clone()),
            Occurrence::TagShuffle { id: group.id.clone(), strategy_id: Some(7) },
            Occurrence::TagDelete(tag),
            Occurrence::BalanceLow,
            Occurrence::BalanceExhausted,
            Occurrence::BalanceIncreased,
            Occurrence::QuotaExpireSoon { expire_time_s: 1_772_800_000, quota: 12 },
            Occurrence::LinkUnavailable { link_id: link_id.clone() },
            Occurrence::DeleteLink { link_id: link_id.clone() },
            Occurrence::OpenProfile { link_id: link_id.clone(), state: state.clone() },
            Occurrence::FriendRequest { link_id: link_id.clone(), state },
            Occurrence::MessageFromCustomer { chat_key: "CHAT_KEY".into(), link_id: link_id.clone() },
            Occurrence::AcquisitionDelFollowUser { contact: contact.clone(), link_id: Some(link_id) },
            Occurrence::EditExternalContact(contact),
            other("customer_acquisition_permit_change", &[]),
            other("suite_ticket", &[("SuiteTicket", "a-ticket-that-opens-nothing")]),
            other("enter_agent", &[("AgentID", "1000042")]),
            other("thought_of_in_2031", &[("UserID", "lisi"), ("Brand", "new <&> ]]>")]),
        ] {
            self.occurs(occurrence);
        }
        for odd in [
            "",
            "not XML at all",
            "{\"ToUserName\":\"ww1\",\"Event\":\"in_json\"}",
            "<xml><Event>cut off",
            "\u{0}\u{1}\u{feff}",
        ] {
            self.pass(13);
            self.wecom.deliver_raw(odd).expect("it is delivered");
            self.take_down(20, 1);
        }
        // Bytes that are no text.
        let received_at_ms = self.clock.now_ms() + 5;
        let line = json!({ "app": self.app, "received_at_ms": received_at_ms, "payload_base64": "//4AgGE=" });
        self.lines.push((received_at_ms, line));
    }
}
