//! The platform's limits, checked before anything is sent: a request that WeCom would refuse costs no call, and the
//! error says which field, which limit and which size, where WeCom says 40058.
//!
//! A method checks all of its arguments in one chain and sends if [`Check::end`] agrees. The first fault is reported.
//! Only what the platform documents is checked, never what an argument means.

use std::ops::RangeInclusive;

use super::{
    endpoint::Endpoint,
    error::Error,
    fault::{Fault, Unit},
    timestamp::Timestamp,
};

/// The arguments of one call under examination.
#[must_use = "nothing is refused before `end`"]
pub(crate) struct Check {
    endpoint: Endpoint,
    fault: Option<(&'static str, Fault)>,
}

impl Check {
    /// Nothing is wrong with the arguments of this method so far.
    pub(crate) fn of(endpoint: Endpoint) -> Self {
        Self { endpoint, fault: None }
    }

    /// Any rule that the others here do not know.
    pub(crate) fn rule(mut self, holds: bool, field: &'static str, fault: impl FnOnce() -> Fault) -> Self {
        if !holds && self.fault.is_none() {
            self.fault = Some((field, fault()));
        }
        self
    }

    /// `field` must be given.
    pub(crate) fn given(self, field: &'static str, given: bool) -> Self {
        self.rule(given, field, || Fault::Absent)
    }

    /// `field` must be a text of at least one character.
    pub(crate) fn required(self, field: &'static str, text: &str) -> Self {
        self.given(field, !text.is_empty())
    }

    /// `field`, where it is given, has at most `max` characters (Unicode scalar values).
    pub(crate) fn chars(self, field: &'static str, text: Option<&str>, max: usize) -> Self {
        let count = text.map_or(0, |text| text.chars().count());
        self.rule(count <= max, field, || Fault::too_many(count, Unit::Characters, max))
    }

    /// `field`, where it is given, has at most `max` bytes of UTF-8.
    pub(crate) fn bytes(self, field: &'static str, text: Option<&str>, max: usize) -> Self {
        let count = text.map_or(0, str::len);
        self.rule(count <= max, field, || Fault::too_many(count, Unit::Bytes, max))
    }

    /// The list `field` has so many elements. A range from 1 makes it required.
    pub(crate) fn count<T>(self, field: &'static str, list: &[T], range: RangeInclusive<usize>) -> Self {
        let count = list.len();
        if count == 0 {
            return self.given(field, range.contains(&0));
        }
        self.rule(range.contains(&count), field, || {
            Fault::size(count, Unit::Elements, *range.start(), *range.end())
        })
    }

    /// The list `field` has at most so many elements, and may be empty.
    pub(crate) fn at_most<T>(self, field: &'static str, list: &[T], max: usize) -> Self {
        let count = list.len();
        self.rule(count <= max, field, || Fault::too_many(count, Unit::Elements, max))
    }

    /// `field`, where it is given, is a number in this range.
    pub(crate) fn number(
        self,
        field: &'static str,
        number: Option<impl Into<i64>>,
        range: RangeInclusive<i64>,
    ) -> Self {
        let Some(number) = number.map(Into::into) else { return self };
        self.rule(range.contains(&number), field, || Fault::Number {
            number,
            least: *range.start(),
            most: *range.end(),
        })
    }

    /// `field`, where it is given, asks for a page of 1 to `max` records.
    pub(crate) fn page_size(self, field: &'static str, size: Option<u32>, max: u32) -> Self {
        self.number(field, size, 1..=i64::from(max))
    }

    /// From `begin` to `end` is not a span of its own length backwards, nor longer than `seconds_max`. `field` is the
    /// end's name.
    pub(crate) fn span(self, field: &'static str, begin_s: i64, end_s: i64, seconds_max: i64) -> Self {
        const DAY_S: i64 = 86_400;
        let span = end_s.saturating_sub(begin_s);
        self.rule(span >= 0, field, || Fault::BeforeBeginning { seconds: span.saturating_neg() }).rule(
            span <= seconds_max,
            field,
            || Fault::AfterBeginning { seconds: span, days_max: seconds_max / DAY_S },
        )
    }

    /// `end` is not before `begin`, where both are given. `field` is the end's name.
    pub(crate) fn order(self, field: &'static str, begin: Option<Timestamp>, end: Option<Timestamp>) -> Self {
        let (Some(begin), Some(end)) = (begin, end) else { return self };
        self.span(field, begin.as_unix_s(), end.as_unix_s(), i64::MAX)
    }

    /// Whether the call may be sent.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] with the first fault.
    pub(crate) fn end(self) -> Result<(), Error> {
        match self.fault {
            None => Ok(()),
            Some((field, fault)) => Err(Error::Argument { path: self.endpoint.path, field, fault }),
        }
    }
}

/// The name of a field, or of a field of the attachment at this place: a message has nine at most, which is checked
/// before any of them is looked at.
macro_rules! place {
    ($at:expr, $field:literal) => {
        match $at {
            None => $field,
            Some(0) => concat!("attachments[0].", $field),
            Some(1) => concat!("attachments[1].", $field),
            Some(2) => concat!("attachments[2].", $field),
            Some(3) => concat!("attachments[3].", $field),
            Some(4) => concat!("attachments[4].", $field),
            Some(5) => concat!("attachments[5].", $field),
            Some(6) => concat!("attachments[6].", $field),
            Some(7) => concat!("attachments[7].", $field),
            Some(_) => concat!("attachments[8].", $field),
        }
    };
}
pub(crate) use place;

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(check: Check) -> String {
        check.end().unwrap_err().to_string()
    }

    #[test]
    fn a_fault_names_the_field_the_limit_and_the_size() {
        const X: Endpoint = Endpoint::get("externalcontact/x");
        let check = || Check::of(X);
        assert_eq!(
            fault(check().chars("remark", Some("四个汉字"), 3)),
            "externalcontact/x: remark has 4 characters: at most 3 are allowed"
        );
        assert_eq!(
            fault(check().bytes("content", Some("汉字"), 5)),
            "externalcontact/x: content has 6 bytes of UTF-8: at most 5 are allowed"
        );
        assert_eq!(
            fault(check().count("user", &["a", "b"], 1..=1)),
            "externalcontact/x: user has 2 elements: exactly 1 are allowed"
        );
        assert_eq!(
            fault(check().count::<u8>("user", &[], 1..=100)),
            "externalcontact/x: user is absent or empty: WeCom requires it"
        );
        assert_eq!(
            fault(check().number("limit", Some(1_001_u32), 1..=1_000)),
            "externalcontact/x: limit is 1001: 1 to 1000 is allowed"
        );
        assert_eq!(
            fault(check().span("end_time", 0, 31 * 86_400, 30 * 86_400)),
            "externalcontact/x: end_time is 31 days after the beginning: at most 30 are allowed"
        );
        assert_eq!(
            fault(check().span("end_time", 0, 30 * 86_400 + 3_600, 30 * 86_400)),
            "externalcontact/x: end_time is 30 days and 3600 s after the beginning: at most 30 days are allowed"
        );
        assert_eq!(
            fault(check().required(place!(Some(2), "link.title"), "")),
            "externalcontact/x: attachments[2].link.title is absent or empty: WeCom requires it"
        );
        assert_eq!(
            fault(check().order("end_time", Some(Timestamp(9)), Some(Timestamp(2)))),
            "externalcontact/x: end_time is 7 s before the beginning"
        );
        assert_eq!(
            fault(check().span("end_time", 9, 2, 30)),
            "externalcontact/x: end_time is 7 s before the beginning"
        );
    }

    #[test]
    fn what_is_absent_or_at_the_limit_passes_and_the_first_fault_is_told() {
        let check = Check::of(Endpoint::get("p"))
            .chars("a", None, 0)
            .chars("a", Some("汉字"), 2)
            .bytes("b", Some("汉字"), 6)
            .number("c", None::<u32>, 1..=1)
            .number("c", Some(1_u32), 1..=1)
            .count("d", &[0; 100], 1..=100)
            .count::<u8>("d", &[], 0..=100)
            .span("e", 0, 30, 30)
            .order("e", Some(Timestamp(2)), Some(Timestamp(2)))
            .order("e", Some(Timestamp(2)), None)
            .required("f", "x");
        assert!(check.end().is_ok());
        assert_eq!(
            fault(
                Check::of(Endpoint::get("p"))
                    .required("first", "")
                    .required("second", "")
                    .given("third", false)
            ),
            "p: first is absent or empty: WeCom requires it"
        );
    }
}
