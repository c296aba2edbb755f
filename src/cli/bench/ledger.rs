//! What became of each customer of a run: when the callback was due, when it was acked, when WeCom was asked to greet and to
//! tag. The generator writes the first half, the answering WeCom the second.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::percentiles::Percentiles;

/// How long a welcome code works, which is how long there is for a welcome.
pub(super) const WELCOME_WINDOW_US: u64 = 20_000_000;

/// A moment of the run, 0 as long as it has not come.
#[derive(Debug, Default)]
struct Moment(AtomicU64);

impl Moment {
    /// Notes it, unless it was noted before. `true`: it was not.
    fn note(&self, at_us: u64) -> bool {
        // Counted from 1, so that the first microsecond is a moment too.
        self.0.compare_exchange(0, at_us.saturating_add(1), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    fn get(&self) -> Option<u64> {
        self.0.load(Ordering::Relaxed).checked_sub(1)
    }
}

#[derive(Debug, Default)]
struct Row {
    due: Moment,
    acked: Moment,
    welcomed: Moment,
    tagged: Moment,
}

/// Every customer of a run, by number from 0.
#[derive(Debug)]
pub(super) struct Ledger {
    rows: Vec<Row>,
    failures: Mutex<BTreeMap<String, u64>>,
}

/// What was counted, and how the times are spread.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) sent: u64,
    pub(super) acked: u64,
    /// Answered, but not with 200.
    pub(super) refused: u64,
    pub(super) welcomed: u64,
    pub(super) welcomed_in_time: u64,
    pub(super) tagged: u64,
    pub(super) welcome: Option<Percentiles>,
    pub(super) tag: Option<Percentiles>,
    pub(super) failures: BTreeMap<String, u64>,
}

impl Ledger {
    pub(super) fn new(customers: usize) -> Self {
        let rows = (0..customers).map(|_| Row::default()).collect();
        Self { rows, failures: Mutex::default() }
    }

    /// The callback was to be sent at that moment, whenever it was.
    pub(super) fn due(&self, number: usize, at_us: u64) {
        if let Some(row) = self.rows.get(number) {
            row.due.note(at_us);
        }
    }

    pub(super) fn acked(&self, number: usize, at_us: u64) {
        if let Some(row) = self.rows.get(number) {
            row.acked.note(at_us);
        }
    }

    /// Counts what went wrong instead of an ack.
    pub(super) fn failed(&self, kind: String, times: u64) {
        *self.failures.lock().unwrap_or_else(PoisonError::into_inner).entry(kind).or_default() += times;
    }

    /// Whether this welcome code can be used now.
    pub(super) fn code(&self, number: usize, at_us: u64) -> Code {
        let Some(row) = self.rows.get(number) else { return Code::Unknown };
        match row.due.get() {
            Some(due_us) if at_us > due_us.saturating_add(WELCOME_WINDOW_US) => Code::Over,
            Some(_) if row.welcomed.get().is_some() => Code::Used,
            Some(_) => Code::Works,
            None => Code::Unknown,
        }
    }

    /// A welcome has arrived and was taken. `false`: one had been taken before.
    pub(super) fn welcomed(&self, number: usize, at_us: u64) -> bool {
        self.rows.get(number).is_some_and(|row| row.welcomed.note(at_us))
    }

    pub(super) fn tagged(&self, number: usize, at_us: u64) {
        if let Some(row) = self.rows.get(number) {
            row.tagged.note(at_us);
        }
    }

    /// How many callbacks have been sent.
    pub(super) fn sent(&self) -> usize {
        self.rows.iter().filter(|row| row.due.get().is_some()).count()
    }

    /// The acked customers.
    pub(super) fn all_acked(&self) -> impl Iterator<Item = usize> {
        (0..).zip(&self.rows).filter(|(_, row)| row.acked.get().is_some()).map(|(number, _)| number)
    }

    /// Whether every acked customer has been greeted, or can no longer be, and tagged.
    pub(super) fn is_over(&self, now_us: u64) -> bool {
        let is_over = |row: &Row| {
            let Some(due_us) = row.due.get().filter(|_| row.acked.get().is_some()) else { return true };
            let greeted = row.welcomed.get().is_some() || now_us > due_us.saturating_add(WELCOME_WINDOW_US);
            greeted && row.tagged.get().is_some()
        };
        self.rows.iter().all(is_over)
    }

    /// From which moment to which customers were greeted and tagged, in microseconds; none if none was.
    pub(super) fn took_us(&self) -> Option<u64> {
        let first = self.rows.iter().filter_map(|row| row.due.get()).min()?;
        let last = self.rows.iter().filter_map(|row| row.tagged.get()).max()?;
        last.checked_sub(first)
    }

    /// Adds everything up.
    pub(super) fn sum(&self) -> Sum {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let count = |moment: fn(&Row) -> &Moment| {
            let rows = self.rows.iter().filter(|row| moment(row).get().is_some()).count();
            u64::try_from(rows).unwrap_or(u64::MAX)
        };
        let after = |moment: fn(&Row) -> &Moment| {
            self.rows.iter().filter_map(move |row| Some(moment(row).get()?.saturating_sub(row.due.get()?)))
        };
        let in_time = after(|row| &row.welcomed).filter(|us| *us <= WELCOME_WINDOW_US).count();
        Sum {
            sent: count(|row| &row.due),
            acked: count(|row| &row.acked),
            refused: failures.iter().filter(|(kind, _)| kind.starts_with("http_")).map(|(_, n)| n).sum(),
            welcomed: count(|row| &row.welcomed),
            welcomed_in_time: u64::try_from(in_time).unwrap_or(u64::MAX),
            tagged: count(|row| &row.tagged),
            welcome: Percentiles::of(after(|row| &row.welcomed)),
            tag: Percentiles::of(after(|row| &row.tagged)),
            failures,
        }
    }
}

/// Whether a welcome code works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Works,
    Used,
    Over,
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_works_once_and_for_twenty_seconds_from_when_its_callback_was_due() {
        let ledger = Ledger::new(2);
        assert_eq!(ledger.code(0, 5), Code::Unknown, "its callback has not been sent");
        ledger.due(0, 0);
        assert_eq!(ledger.code(0, WELCOME_WINDOW_US), Code::Works);
        assert_eq!(ledger.code(0, WELCOME_WINDOW_US + 1), Code::Over);
        assert!(ledger.welcomed(0, 7) && !ledger.welcomed(0, 9));
        assert_eq!(ledger.code(0, 10), Code::Used);
        assert_eq!(ledger.code(9, 10), Code::Unknown);
    }

    #[test]
    fn sums_are_counted_from_when_a_callback_was_due() {
        let ledger = Ledger::new(4);
        for number in 0..3 {
            ledger.due(number, 1_000);
        }
        ledger.acked(0, 1_500);
        ledger.acked(1, 2_000);
        ledger.failed("http_503".into(), 1);
        ledger.welcomed(0, 3_000);
        ledger.welcomed(1, 1_001 + WELCOME_WINDOW_US);
        assert!(!ledger.is_over(5_000), "the first is not tagged");
        ledger.tagged(0, 11_000);
        assert!(!ledger.is_over(5_000));
        ledger.tagged(1, 12_000);
        assert!(ledger.is_over(5_000));
        let sum = ledger.sum();
        let counts = [sum.sent, sum.acked, sum.refused, sum.welcomed, sum.welcomed_in_time, sum.tagged];
        assert_eq!(counts, [3, 2, 1, 2, 1, 2]);
        assert_eq!(sum.tag.map(|tag| (tag.count, tag.max)), Some((2, 11.0)));
        assert_eq!(ledger.all_acked().collect::<Vec<_>>(), [0, 1]);
        assert_eq!(ledger.took_us(), Some(11_000));
    }

    #[test]
    fn who_was_not_greeted_in_time_is_waited_for_no_longer() {
        let ledger = Ledger::new(1);
        ledger.due(0, 0);
        ledger.acked(0, 1);
        ledger.tagged(0, 2);
        assert!(!ledger.is_over(WELCOME_WINDOW_US) && ledger.is_over(WELCOME_WINDOW_US + 1));
    }
}
