//! The WeCom that the server calls during a run: it answers after a set time, refuses a set share, takes a set number of calls
//! at once, and notes when each welcome and each tag arrived.
//!
//! It is not the simulated company of `simulate`: that one keeps a state, a record of calls and codes whose twenty seconds
//! begin when it makes them, one call after the other. At thousands of calls a second it would be what is measured. What
//! matters here it does as WeCom does: a code works once and for twenty seconds, 45033 beyond what is taken at once.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse, web::Bytes};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Serialize};
use tokio_util::task::TaskTracker;

use super::{
    callbacks::Customers,
    ledger::{Code, Ledger},
    listener::Listener,
    watch::Stopwatch,
};

/// What this WeCom is like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Manner {
    /// Each answer takes at least and at most so long.
    pub(super) latency: (Duration, Duration),
    /// The share of calls that is refused whatever is under way (45033), as where other systems of the corp call too.
    pub(super) refuse: f64,
    /// The share of calls that WeCom fails at (-1).
    pub(super) fail: f64,
    /// How many calls it takes at once, of all methods together (45033 beyond).
    pub(super) at_once: Option<u32>,
    /// The same, of each method for itself.
    pub(super) at_once_of_each: Option<u32>,
}

/// The methods that are told apart. Of others a server asks for little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Token,
    Welcome,
    Tag,
    Other,
}

impl Method {
    const COUNTED: [Self; 3] = [Self::Welcome, Self::Tag, Self::Other];

    fn of(path: &str) -> Self {
        match path.strip_prefix("/cgi-bin/") {
            Some("gettoken") => Self::Token,
            Some("externalcontact/send_welcome_msg") => Self::Welcome,
            Some("externalcontact/mark_tag") => Self::Tag,
            _ => Self::Other,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Token => "gettoken",
            Self::Welcome => "send_welcome_msg",
            Self::Tag => "mark_tag",
            Self::Other => "other",
        }
    }
}

/// How many calls of a method were taken, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Calls {
    pub(super) taken: u64,
    /// 45033.
    pub(super) refused: u64,
    /// -1.
    pub(super) failed: u64,
    /// 41050 and 41051: too late, or once too often.
    pub(super) spent: u64,
    /// 40096: for a customer that is none of the run's.
    pub(super) unknown: u64,
}

impl Calls {
    pub(super) fn all_taken(self) -> bool {
        self == Self { taken: self.taken, ..Self::default() }
    }
}

/// What the calls of one method have in common.
#[derive(Debug, Default)]
struct Counter {
    under_way: AtomicU32,
    taken: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
    spent: AtomicU64,
    unknown: AtomicU64,
}

/// What becomes of a call.
#[derive(Debug)]
enum Verdict<'a> {
    Taken(#[expect(dead_code, reason = "held until the answer is there")] Option<UnderWay<'a>>),
    Refused,
    Failed,
}

/// A call that is being answered, as long as this is held.
#[derive(Debug)]
struct UnderWay<'a> {
    desk: &'a Desk,
    method: Method,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.desk.counter(self.method).under_way.fetch_sub(1, Ordering::Relaxed);
        self.desk.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct Desk {
    manner: Manner,
    ledger: Arc<Ledger>,
    customers: Customers,
    watch: Stopwatch,
    /// Of all methods.
    under_way: AtomicU32,
    counters: [Counter; 4],
    dice: Mutex<StdRng>,
}

impl Desk {
    fn new(manner: Manner, customers: Customers, ledger: Arc<Ledger>, watch: Stopwatch) -> Self {
        Self {
            manner,
            ledger,
            customers,
            watch,
            under_way: AtomicU32::new(0),
            counters: Default::default(),
            // The same calls meet the same luck in every run, as far as their order is the same.
            dice: Mutex::new(StdRng::seed_from_u64(1)),
        }
    }

    fn counter(&self, method: Method) -> &Counter {
        &self.counters[method as usize]
    }

    /// Takes a call, or does not; and how long the answer takes.
    fn judge(&self, method: Method) -> (Verdict<'_>, Duration) {
        let Manner { latency: (least, most), refuse, fail, at_once, at_once_of_each } = self.manner;
        let (latency, thrown) = {
            let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
            let latency = if least < most { dice.random_range(least..=most) } else { least };
            (latency, dice.random::<f64>())
        };
        // A token is asked for once in two hours, and WeCom counts it elsewhere.
        if method == Method::Token {
            return (Verdict::Taken(None), latency);
        }
        if thrown < refuse {
            return (Verdict::Refused, latency);
        }
        if thrown < refuse + fail {
            return (Verdict::Failed, latency);
        }
        // What is refused takes nobody's place.
        let all = self.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        let of_method = self.counter(method).under_way.fetch_add(1, Ordering::Relaxed) + 1;
        let place = UnderWay { desk: self, method };
        let is_crowded =
            at_once.is_some_and(|most| all > most) || at_once_of_each.is_some_and(|most| of_method > most);
        let verdict = if is_crowded { Verdict::Refused } else { Verdict::Taken(Some(place)) };
        (verdict, latency)
    }

    /// Does what a call asks for that was taken; the errcode.
    fn perform(&self, method: Method, body: &[u8], at_us: u64) -> i64 {
        match method {
            Method::Welcome => {
                let asked = serde_json::from_slice::<Welcome<'_>>(body).ok();
                let number = asked.and_then(|asked| self.customers.number_of_code(&asked.welcome_code));
                match number.map(|number| (number, self.ledger.code(number, at_us))) {
                    Some((number, Code::Works)) if self.ledger.welcomed(number, at_us) => 0,
                    Some((_, Code::Works | Code::Used)) => 41051,
                    Some((_, Code::Over | Code::Unknown)) | None => 41050,
                }
            }
            Method::Tag => {
                let asked = serde_json::from_slice::<Tag<'_>>(body).ok();
                match asked.and_then(|asked| self.customers.number_of_id(&asked.external_userid)) {
                    Some(number) => {
                        self.ledger.tagged(number, at_us);
                        0
                    }
                    None => 40096,
                }
            }
            Method::Token | Method::Other => 0,
        }
    }

    fn calls(&self, method: Method) -> Calls {
        let Counter { taken, refused, failed, spent, unknown, .. } = self.counter(method);
        let [taken, refused, failed, spent, unknown] =
            [taken, refused, failed, spent, unknown].map(|count| count.load(Ordering::Relaxed));
        Calls { taken, refused, failed, spent, unknown }
    }

    fn count(&self, method: Method, errcode: i64) {
        let of_method = self.counter(method);
        let counted = match errcode {
            0 => &of_method.taken,
            45033 => &of_method.refused,
            -1 => &of_method.failed,
            41050 | 41051 => &of_method.spent,
            // Whatever else is answered: nothing was done.
            _ => &of_method.unknown,
        };
        counted.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Deserialize)]
struct Welcome<'a> {
    #[serde(borrow)]
    welcome_code: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow)]
    external_userid: Cow<'a, str>,
}

async fn answer(desk: Arc<Desk>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let at_us = desk.watch.us();
    let method = Method::of(request.path());
    let (verdict, latency) = desk.judge(method);
    let errcode = match &verdict {
        Verdict::Taken(_) => desk.perform(method, &body, at_us),
        Verdict::Refused => 45033,
        Verdict::Failed => -1,
    };
    desk.count(method, errcode);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    // From here on another call may take its place.
    drop(verdict);
    let text = match (method, errcode) {
        (Method::Token, _) => {
            r#"{"errcode":0,"errmsg":"ok","access_token":"bench","expires_in":7200}"#.to_owned()
        }
        (_, 0) => r#"{"errcode":0,"errmsg":"ok"}"#.to_owned(),
        (_, code) => format!(r#"{{"errcode":{code},"errmsg":"as the bench was asked to answer"}}"#),
    };
    HttpResponse::Ok().content_type("application/json").body(text)
}

/// A WeCom that answers.
#[derive(Debug)]
pub(super) struct Wecom {
    pub(super) listener: Listener,
    desk: Arc<Desk>,
}

impl Wecom {
    /// Starts one for the customers of one run, on a thread of its own.
    pub(super) fn start(
        listen: SocketAddr,
        manner: Manner,
        customers: Customers,
        ledger: &Arc<Ledger>,
        watch: Stopwatch,
        tasks: &TaskTracker,
    ) -> std::io::Result<Self> {
        let desk = Arc::new(Desk::new(manner, customers, Arc::clone(ledger), watch));
        let shared = Arc::clone(&desk);
        let handler = move |request: HttpRequest, body: Bytes| answer(Arc::clone(&shared), request, body);
        // What it takes of the machine, the server does not have.
        let listener = Listener::start(listen, Some(1), handler, tasks)?;
        Ok(Self { listener, desk })
    }

    /// What was asked of it, by method.
    pub(super) fn calls(&self) -> BTreeMap<&'static str, Calls> {
        let calls = Method::COUNTED.into_iter().map(|method| (method.as_str(), self.desk.calls(method)));
        calls.filter(|(_, calls)| *calls != Calls::default()).collect()
    }

    /// Whether anybody has called at all.
    pub(super) fn was_called(&self) -> bool {
        !self.calls().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(manner: Manner, customers: usize) -> Desk {
        let ledger = Arc::new(Ledger::new(customers));
        (0..customers).for_each(|number| ledger.due(number, 0));
        Desk::new(manner, Customers::of_run(7), ledger, Stopwatch::start())
    }

    fn is_taken(verdict: &Verdict<'_>) -> bool {
        matches!(verdict, Verdict::Taken(_))
    }

    #[test]
    fn so_many_calls_are_taken_at_once_of_all_methods_or_of_each() {
        let all = desk(Manner { at_once: Some(2), ..Manner::default() }, 0);
        let (first, _) = all.judge(Method::Welcome);
        let (second, _) = all.judge(Method::Tag);
        let (third, _) = all.judge(Method::Tag);
        assert!(is_taken(&first) && is_taken(&second) && !is_taken(&third));
        assert!(is_taken(&all.judge(Method::Token).0), "a token has its own quota");
        drop(first);
        assert!(is_taken(&all.judge(Method::Welcome).0), "what was refused has no place");
        drop((second, third));

        let each = desk(Manner { at_once_of_each: Some(1), ..Manner::default() }, 0);
        let (welcome, _) = each.judge(Method::Welcome);
        let (tag, _) = each.judge(Method::Tag);
        assert!(is_taken(&welcome) && is_taken(&tag) && !is_taken(&each.judge(Method::Tag).0));
    }

    #[test]
    fn shares_are_refused_and_failed_at() {
        let desk = desk(Manner { refuse: 0.3, fail: 0.1, ..Manner::default() }, 0);
        let mut seen = [0; 3];
        for _ in 0..2_000 {
            match desk.judge(Method::Welcome).0 {
                Verdict::Taken(_) => seen[0] += 1,
                Verdict::Refused => seen[1] += 1,
                Verdict::Failed => seen[2] += 1,
            }
        }
        assert!((1_120..1_280).contains(&seen[0]), "{seen:?}");
        assert!((520..680).contains(&seen[1]) && (140..260).contains(&seen[2]), "{seen:?}");
    }

    #[test]
    fn answers_take_as_long_as_they_are_to() {
        let (least, most) = (Duration::from_millis(20), Duration::from_millis(60));
        let desk = desk(Manner { latency: (least, most), ..Manner::default() }, 0);
        let taken: Vec<Duration> = (0..200).map(|_| desk.judge(Method::Tag).1).collect();
        assert!(taken.iter().all(|latency| (least..=most).contains(latency)));
        assert!(
            taken.iter().max().unwrap().abs_diff(*taken.iter().min().unwrap()) > Duration::from_millis(20)
        );
    }

    #[test]
    fn a_welcome_is_taken_once_and_a_customer_of_nobody_is_none() {
        let desk = desk(Manner::default(), 2);
        let code = |number: usize| format!(r#"{{"welcome_code":"BENCH{:013}{number:016}"}}"#, 7);
        let welcome = |body: &str, at_us| desk.perform(Method::Welcome, body.as_bytes(), at_us);
        assert_eq!(welcome(&code(0), 10), 0);
        assert_eq!(welcome(&code(0), 20), 41051);
        assert_eq!(welcome(&code(1), 20_000_001), 41050);
        assert_eq!(welcome(&code(9), 10), 41050);
        assert_eq!(welcome("no JSON", 10), 41050);
        let tag = |body: &str| desk.perform(Method::Tag, body.as_bytes(), 30);
        let customer = Customers::of_run(7).id(1);
        assert_eq!(tag(&format!(r#"{{"userid":"lisi.01","external_userid":"{customer}"}}"#)), 0);
        assert_eq!(tag(r#"{"external_userid":"wmOfNobody"}"#), 40096);
        let sum = desk.ledger.sum();
        assert_eq!((sum.welcomed, sum.tagged), (1, 1));
    }

    #[test]
    fn only_what_was_done_counts_as_taken() {
        let desk = desk(Manner::default(), 0);
        for errcode in [0, 0, 45033, -1, 41050, 41051, 40096] {
            desk.count(Method::Tag, errcode);
        }
        let counted = Calls { taken: 2, refused: 1, failed: 1, spent: 2, unknown: 1 };
        assert_eq!(desk.calls(Method::Tag), counted);
        assert!(!counted.all_taken() && !Calls { unknown: 1, ..Calls::default() }.all_taken());
        assert_eq!(desk.calls(Method::Welcome), Calls::default());
    }
}
