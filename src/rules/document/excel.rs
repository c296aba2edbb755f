//! What a spreadsheet makes of values: numbers are shortened, and what looks like a date becomes one.

/// The most digits that Excel keeps of a number; it makes zeros of the rest.
const DIGITS_KEPT: usize = 15;

/// Whether it is a long number as Excel shows it: `1.86613E+18`.
pub(crate) fn is_shortened(text: &str) -> bool {
    let Some((number, exponent)) = text.split_once(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let exponent = exponent.strip_prefix('+').or_else(|| exponent.strip_prefix('-'));
    digits(whole) && digits(decimals) && exponent.is_some_and(digits)
}

/// What Excel shows in place of a value: the result of a formula that failed, or a column that is too narrow.
pub(crate) fn is_error(text: &str) -> bool {
    const ERRORS: [&str; 14] = [
        "#REF!",
        "#N/A",
        "#NAME?",
        "#VALUE!",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#GETTING_DATA",
    ];
    ERRORS.iter().any(|error| error.eq_ignore_ascii_case(text))
        || (text.len() > 1 && text.bytes().all(|b| b == b'#'))
}

/// Whether it is a formula in place of its value: `="001"`, `=A1&B1`, `=VLOOKUP(…)`; `=== 欢迎 ===` is none.
pub(crate) fn is_formula(text: &str) -> bool {
    text.strip_prefix('=').is_some_and(|rest| !rest.is_empty() && !rest.starts_with('='))
}

/// Whether it is a number whose last digits Excel has made zeros.
pub(crate) fn is_rounded(text: &str) -> bool {
    text.len() > DIGITS_KEPT
        && text.bytes().all(|b| b.is_ascii_digit())
        && text[DIGITS_KEPT..].bytes().all(|b| b == b'0')
}

/// Whether it is a date as Excel writes it: `3月1日`, `1-Mar`, `Mar-26`, `2026/3/1`. What stood there was `3-1`, say.
pub(crate) fn is_date(text: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number = |text: &str, digits: usize| {
        (1..=digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let chinese = text.strip_suffix('日').and_then(|rest| rest.split_once('月'));
    let month = |text: &str| MONTHS.iter().any(|known| known.eq_ignore_ascii_case(text));
    let slashed: Vec<&str> = text.split('/').collect();
    chinese.is_some_and(|(month, day)| number(month, 2) && number(day, 2))
        || text.split_once('-').is_some_and(|(a, b)| (number(a, 2) && month(b)) || (month(a) && number(b, 4)))
        || matches!(slashed[..], [year, month, day] if year.len() == 4 && number(year, 4) && number(month, 2) && number(day, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_has_made_of_a_value_is_seen() {
        for text in ["1.86613E+18", "2E+10", "1.2e+05", "1.5E-07"] {
            assert!(is_shortened(text), "{text}");
        }
        for text in ["#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "########"] {
            assert!(is_error(text), "{text}");
        }
        assert!(
            is_formula("=\"001\"") && is_rounded("1866127734050410000") && is_rounded("1866127734050410")
        );
        for text in ["3月1日", "1-Mar", "Mar-26", "2026/3/1"] {
            assert!(is_date(text), "{text}");
        }
        assert!(is_error("#n/a") && is_error("##") && is_rounded("1234567890123450") && is_date("31-mar"));
        for text in [
            "123456789012345",
            "1.E+5",
            "1E+",
            "131-Mar",
            "Mar-20261",
            "13月100日",
            "26/3/1",
            "2026/3/011",
            "spring-2026",
            "E+1",
            "e2e",
            "1E",
            "618",
            "1866127734050410496",
            "#618#",
            "#",
            "=",
            "=== 欢迎! ===",
            "3-1",
            "三月",
            "a/b/c",
        ] {
            let odd =
                is_shortened(text) || is_error(text) || is_formula(text) || is_rounded(text) || is_date(text);
            assert!(!odd, "{text}");
        }
    }
}
