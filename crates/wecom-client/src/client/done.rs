//! The answer that says nothing but that it was done.

use serde::{Deserialize, Serialize};

use super::values;

/// What stands in `errmsg` beside errcode 0 where WeCom could read the body in part only (page 90455).
const READ_IN_PART: &str = "wrong json format";

/// That WeCom did what was asked (errcode 0), and whether it says that it read only a part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Said")]
#[non_exhaustive]
pub struct Done {
    /// Whether WeCom warns that it read the body in part only.
    #[serde(skip_serializing)]
    pub in_part: bool,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default, deserialize_with = "values::text")]
    errmsg: Option<String>,
}

impl From<Said> for Done {
    fn from(said: Said) -> Self {
        Self { in_part: said.errmsg.is_some_and(|errmsg| is_read_in_part(&errmsg)) }
    }
}

impl Done {
    /// What a record says of it, in words of our own: `errmsg` is not for that, and might quote the request.
    pub fn message(self) -> &'static str {
        if self.in_part {
            "ok; WeCom warns that it read the request in part only (wrong json format)"
        } else {
            "ok"
        }
    }
}

/// Whether the `errmsg` of an answer with errcode 0 warns that WeCom read the body in part only.
pub fn is_read_in_part(errmsg: &str) -> bool {
    errmsg.to_ascii_lowercase().contains(READ_IN_PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_beside_errcode_0_is_seen_and_an_ok_is_not() {
        let done = |errmsg: &str| {
            let answer = serde_json::json!({ "errcode": 0, "errmsg": errmsg }).to_string();
            serde_json::from_str::<Done>(&answer).unwrap()
        };
        for warning in ["ok. Warning: wrong json format. ", "WARNING: WRONG JSON FORMAT", "wrong json format"]
        {
            assert!(done(warning).in_part, "{warning}");
            assert!(done(warning).message().starts_with("ok; "));
        }
        assert_eq!((done("ok").in_part, done("ok").message(), done("").in_part), (false, "ok", false));
        assert!(!serde_json::from_str::<Done>(r#"{"errcode":0,"errmsg":[1]}"#).unwrap().in_part);
    }
}
