//! Welcome codes: each works once, for 20 seconds (document 92599).

use std::sync::Arc;

use serde_json::Value;

use crate::{
    customer::{ReceivedKind, SentWelcome},
    world::World,
};

/// How long a `welcome_code` works (document 92599).
const WELCOME_WINDOW_MS: i64 = 20_000;

/// Codes are remembered this long past their issue, then forgotten: both give 41050.
const CODES_KEPT_MS: i64 = 10 * 60_000;

/// How many of a pair's welcomes are kept: a pair gets one an add.
const WELCOMES_KEPT: usize = 20;

/// A code that was issued.
#[derive(Clone)]
pub(crate) struct Code {
    employee: String,
    customer: usize,
    issued_ms: i64,
    used: bool,
}

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeFault {
    /// Never issued, or older than its 20 seconds.
    Invalid,
    /// Sent already, or the two are chatting.
    Used,
    /// The two are no contacts any more.
    NoRelation,
}

impl World {
    /// Makes a code for one add.
    pub(crate) fn issue_code(&mut self, employee: &str, customer: usize, now_ms: i64) -> String {
        while let Some((issued_ms, code)) = self.codes_by_age.front() {
            if now_ms - issued_ms <= CODES_KEPT_MS {
                break;
            }
            self.codes.remove(code);
            self.codes_by_age.pop_front();
        }
        let text = self.random_text(43);
        let code = Code { employee: employee.to_owned(), customer, issued_ms: now_ms, used: false };
        self.codes.insert(text.clone(), code);
        self.codes_by_age.push_back((now_ms, text.clone()));
        text
    }

    /// Whether a code still works, and nothing else.
    pub(crate) fn check_code(&self, text: &str, now_ms: i64) -> Result<(), CodeFault> {
        let code = self.codes.get(text).ok_or(CodeFault::Invalid)?;
        if now_ms - code.issued_ms > WELCOME_WINDOW_MS {
            return Err(CodeFault::Invalid);
        }
        let bond = self.customers[code.customer].bonds.iter().find(|bond| bond.employee == code.employee);
        match bond {
            None => Err(CodeFault::NoRelation),
            Some(bond) if code.used || bond.welcomed || bond.chatting => Err(CodeFault::Used),
            Some(_) => Ok(()),
        }
    }

    /// Spends a code that works, and records what was said with it.
    pub(crate) fn welcome(&mut self, text: &str, message: Value, now_ms: i64) -> Result<(), CodeFault> {
        self.check_code(text, now_ms)?;
        let code = self.codes.get_mut(text).ok_or(CodeFault::Invalid)?;
        code.used = true;
        let code = code.clone();
        let bonds = &mut self.customers[code.customer].bonds;
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
