//! Callbacks, written and sealed before the run begins, so that the generator has nothing to do but to send them.

use wecom_core::callback::{Keys, seal};
use wecom_simulator::{Contact, Occurrence, occurrence::Envelope};

/// Where callbacks are posted, and for whom they are sealed.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// What stands behind `Host:`.
    pub(super) host: String,
    /// The path, with whatever query the address has.
    pub(super) path: String,
    pub(super) keys: Keys,
    pub(super) corp_id: String,
    pub(super) agent_id: String,
}

/// The customers of one run: whoever comes in another is somebody else, also on the same database.
#[derive(Clone, Copy, Debug)]
pub(super) struct Customers {
    /// Unix milliseconds: no two runs begin in the same one.
    run: i64,
    /// `customer` begins with it.
    prefix: &'static str,
}

/// The employee whom everybody adds.
const EMPLOYEE: &str = "lisi.01";

/// The channel that everybody comes by, which is none of those that the rules before the last are for.
const STATE: &str = "bench";

impl Customers {
    /// Those who come during the run.
    pub(super) fn of_run(run: i64) -> Self {
        Self { run, prefix: "wmB" }
    }

    /// Those who came before it.
    pub(super) fn before_run(run: i64) -> Self {
        Self { run, prefix: "wmS" }
    }

    /// 32 characters, as WeCom's own have.
    pub(super) fn id(self, number: usize) -> String {
        format!("{}{:013}{number:016}", self.prefix, self.run)
    }

    fn code(self, number: usize) -> String {
        format!("BENCH{:013}{number:016}", self.run)
    }

    /// Which customer of this run it is.
    pub(super) fn number_of_id(self, id: &str) -> Option<usize> {
        self.number(id.strip_prefix(self.prefix)?)
    }

    /// Whose welcome code it is.
    pub(super) fn number_of_code(self, code: &str) -> Option<usize> {
        self.number(code.strip_prefix("BENCH")?)
    }

    fn number(self, text: &str) -> Option<usize> {
        let (run, number) = text.split_at_checked(13)?;
        (run.parse() == Ok(self.run)).then(|| number.parse().ok())?
    }

    /// The message that WeCom would seal: a customer adds the employee at that second.
    pub(super) fn message(self, number: usize, corp_id: &str, at_s: i64) -> String {
        let contact = Contact {
            employee: EMPLOYEE.to_owned(),
            customer: self.id(number),
            state: Some(STATE.to_owned()),
            welcome_code: Some(self.code(number)),
        };
        let envelope = Envelope { corp_id, suite_id: None, at_s };
        Occurrence::AddExternalContact(contact).render(&envelope)
    }
}

/// Requests as they go over the wire, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Callbacks {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Callbacks {
    /// Seals `count` callbacks. `at_ms` says when each will be sent, in Unix milliseconds.
    pub(super) fn seal(
        target: &Target,
        customers: Customers,
        count: usize,
        at_ms: impl Fn(usize) -> i64,
    ) -> Self {
        let mut all = Self::default();
        for number in 0..count {
            let create_s = at_ms(number) / 1_000;
            let message = customers.message(number, &target.corp_id, create_s);
            // Nobody is kept from telling apart what is posted here, so the prefix that hides it need not be random.
            let mut prefix = [0; 16];
            prefix[..8].copy_from_slice(&u64::try_from(number).unwrap_or_default().to_le_bytes());
            let nonce = format!("{:010}", number % 10_000_000_000);
            let one = seal(&target.keys, message.as_bytes(), &create_s.to_string(), &nonce, prefix);
            let body = one.to_xml(&target.corp_id, Some(&target.agent_id));
            let joint = if target.path.contains('?') { '&' } else { '?' };
            let head = format!(
                "POST {}{joint}{} HTTP/1.1\r\nHost: {}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
                target.path,
                one.to_query(),
                target.host,
                body.len()
            );
            all.bytes.extend_from_slice(head.as_bytes());
            all.bytes.extend_from_slice(body.as_bytes());
            all.ends.push(all.bytes.len());
        }
        all
    }

    pub(super) fn count(&self) -> usize {
        self.ends.len()
    }

    /// The request of that number.
    pub(super) fn get(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)?;
        let begin = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(begin..end)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use wecom_core::{
        callback::{Sealed, open},
        event::Event,
    };

    use super::*;

    pub(in crate::cli::bench) fn target(host: &str) -> Target {
        let keys =
            Keys::new("BenchToken", "benchmarkEncodingAESKeyThatProtectsNothing0", "ww9f3c1d7be20a4455");
        Target {
            host: host.to_owned(),
            path: "/callback/bench".into(),
            keys: keys.unwrap(),
            corp_id: "ww9f3c1d7be20a4455".into(),
            agent_id: "1000042".into(),
        }
    }

    #[test]
    fn each_callback_opens_and_is_of_a_customer_of_its_own() {
        let (target, customers) = (target("127.0.0.1:1"), Customers::of_run(1_764_527_664_123));
        let at_s = |number: usize| 1_764_527_665 + i64::try_from(number).unwrap();
        let sealed = Callbacks::seal(&target, customers, 3, |number| at_s(number) * 1_000 + 999);
        assert_eq!(sealed.count(), 3);
        for number in 0..3 {
            let request = String::from_utf8(sealed.get(number).unwrap().to_vec()).unwrap();
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            let query = head.split_once('?').unwrap().1.split_once(' ').unwrap().0;
            assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
            let opened = open(&target.keys, &Sealed { query, body: body.as_bytes() }).unwrap();
            let event = Event::from_payload(opened.as_bytes());
            let id = event.external_user_id().unwrap().to_owned();
            assert_eq!((id.len(), customers.number_of_id(&id)), (32, Some(number)));
            assert_eq!(event.create_time_s(), Some(at_s(number)));
            let message = String::from_utf8_lossy(opened.as_bytes()).into_owned();
            let code = message.split("<WelcomeCode><![CDATA[").nth(1).unwrap().split(']').next().unwrap();
            assert_eq!(customers.number_of_code(code), Some(number));
        }
        assert_eq!(sealed.get(3), None);
    }

    #[test]
    fn customers_of_other_runs_are_nobody_here() {
        let (this, other) = (Customers::of_run(1), Customers::of_run(2));
        assert_eq!(this.number_of_id(&other.id(5)), None);
        assert_eq!(this.number_of_id(&Customers::before_run(1).id(5)), None);
        for odd in ["", "wmB", "wmB1", "BENCH", "wmB客户客户客户客户", &format!("wmB{:013}x", 1)] {
            assert_eq!((this.number_of_id(odd), this.number_of_code(odd)), (None, None), "{odd}");
        }
    }
}
