//! Welcome codes: each works once, for 20 seconds (page 92599).

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use serde_json::Value;

use super::customers::Customers;
use crate::customer::{ReceivedKind, SentWelcome};

/// How long a `welcome_code` works (page 92599).
const WELCOME_WINDOW_MS: i64 = 20_000;

/// Codes are remembered this long past their issue, then forgotten: both give 41050.
const CODES_KEPT_MS: i64 = 10 * 60_000;

/// How many of a pair's welcomes are kept: a pair gets one with each add.
const WELCOMES_KEPT: usize = 20;

/// The codes that were issued.
#[derive(Default)]
pub(crate) struct Codes {
    by_text: HashMap<String, Code>,
    /// When each was issued, oldest first.
    by_age: VecDeque<(i64, String)>,
}

#[derive(Clone)]
struct Code {
    employee: String,
    /// The customer's place.
    customer: usize,
    issued_ms: i64,
    used: bool,
}

/// Why a code is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeFault {
    /// Never issued, or older than its 20 seconds.
    Invalid,
    /// A welcome has been sent already, or the two have started chatting.
    Used,
    /// The two are no contacts any more.
    NoRelation,
}

impl Codes {
    /// Forgets the codes that nobody can mistake for a working one any more.
    pub(crate) fn forget_old(&mut self, now_ms: i64) {
        while let Some((_, code)) = self.by_age.pop_front_if(|(at_ms, _)| now_ms - *at_ms > CODES_KEPT_MS) {
            self.by_text.remove(&code);
        }
    }

    /// Notes a code for one add.
    pub(crate) fn issue(&mut self, text: String, employee: &str, customer: usize, now_ms: i64) {
        let code = Code { employee: employee.to_owned(), customer, issued_ms: now_ms, used: false };
        self.by_text.insert(text.clone(), code);
        self.by_age.push_back((now_ms, text));
    }

    /// Checks that a code still works, and changes nothing.
    pub(crate) fn check(&self, text: &str, customers: &Customers, now_ms: i64) -> Result<(), CodeFault> {
        let code = self.by_text.get(text).ok_or(CodeFault::Invalid)?;
        if now_ms - code.issued_ms > WELCOME_WINDOW_MS {
            return Err(CodeFault::Invalid);
        }
        let bond = customers[code.customer].bonds.iter().find(|bond| bond.employee == code.employee);
        match bond {
            None => Err(CodeFault::NoRelation),
            Some(bond) if code.used || bond.welcomed || bond.chatting => Err(CodeFault::Used),
            Some(_) => Ok(()),
        }
    }

    /// Uses a code up, and notes the welcome with the customer who gets it.
    pub(crate) fn spend(
        &mut self,
        text: &str,
        message: Value,
        customers: &mut Customers,
        now_ms: i64,
    ) -> Result<(), CodeFault> {
        self.check(text, customers, now_ms)?;
        let code = self.by_text.get_mut(text).ok_or(CodeFault::Invalid)?;
        code.used = true;
        let bonds = &mut customers[code.customer].bonds;
        if let Some(bond) = bonds.iter_mut().find(|bond| bond.employee == code.employee) {
            bond.welcomed = true;
            if bond.welcomes.len() == WELCOMES_KEPT {
                bond.welcomes.remove(0);
            }
            bond.receive(ReceivedKind::Welcome, Arc::new(message.clone()), now_ms);
            bond.welcomes.push(SentWelcome { at_ms: now_ms, after_ms: now_ms - code.issued_ms, message });
        }
        Ok(())
    }
}
