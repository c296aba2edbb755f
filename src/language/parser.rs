//! What parsers of bodies, queries and paths say, in Chinese: they speak English only, and in a handful of sentences.

/// The sentence in Chinese; where it is none that is known, in the parser's own words, marked as such.
pub fn said_by_a_parser(said: &str) -> String {
    in_chinese(said).unwrap_or_else(|| format!("（解析器原话 `{}`）", said.replace('`', "'")))
}

/// The sentence in Chinese; `None` where it is none that is known.
fn in_chinese(said: &str) -> Option<String> {
    let name = |before: &str| {
        let (_, rest) = said.split_once(before)?;
        rest.split_once('`').map(|(name, rest)| (name.to_owned(), rest))
    };
    let what = if let Some((name, _)) = name("missing field `") {
        format!("缺少 `{name}`")
    } else if let Some((name, rest)) = name("unknown field `") {
        format!("没有 `{name}` 这一项{}", expected(rest))
    } else if let Some((name, rest)) = name("unknown variant `") {
        format!("`{name}` 不是可用的值{}", expected(rest))
    } else if let Some((name, _)) = name("duplicate field `") {
        format!("`{name}` 出现了不止一次")
    } else if ["invalid digit", "empty string", "too large to fit", "too small to fit"]
        .iter()
        .any(|known| said.contains(known))
    {
        "有一个值应为整数，或者超出了范围".to_owned()
    } else if said.contains("not `true` or `false`") {
        "有一个值应为 `true` 或 `false`".to_owned()
    } else if said.contains("can not parse") || said.contains("cannot parse") {
        "路径里应为整数的地方不是整数".to_owned()
    } else if ["invalid type", "invalid value", "invalid length", "did not match any variant"]
        .iter()
        .any(|known| said.contains(known))
    {
        "有一个值的类型或范围不对".to_owned()
    } else if said.contains(" at line ") {
        "不是完整的 JSON".to_owned()
    } else {
        return None;
    };
    Some(what + &place(said).unwrap_or_default())
}

/// The names that there are.
fn expected(rest: &str) -> String {
    let names: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    if names.is_empty() { String::new() } else { format!("，可用的：`{}`", names.join("`、`")) }
}

/// Where it is.
fn place(said: &str) -> Option<String> {
    let (_, rest) = said.rsplit_once(" at line ")?;
    let (line, column) = rest.split_once(" column ")?;
    let (line, column): (u64, u64) = (line.parse().ok()?, column.parse().ok()?);
    Some(format!("（第 {line} 行第 {column} 列）"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its faults are looked at")]
    struct Body {
        act: Act,
        count: Option<u8>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Act {
        Retry,
        Replay,
    }

    /// What the parser really says, so that another version of it cannot change it unnoticed.
    #[rstest]
    #[case("{}", "缺少 `act`（第 1 行第 2 列）")]
    #[case("{\"x\": 1}", "没有 `x` 这一项，可用的：`act`、`count`（第 1 行第 4 列）")]
    #[case("{\"act\": \"no\"}", "`no` 不是可用的值，可用的：`retry`、`replay`（第 1 行第 12 列）")]
    #[case("{\"act\": \"retry\",\n \"act\": 1}", "`act` 出现了不止一次（第 2 行第 6 列）")]
    #[case("{\"act\": \"retry\", \"count\": 256}", "有一个值的类型或范围不对（第 1 行第 29 列）")]
    #[case("{\"act\": \"retry\", \"count\": \"\"}", "有一个值的类型或范围不对（第 1 行第 28 列）")]
    #[case("{\"act\":", "不是完整的 JSON（第 1 行第 7 列）")]
    fn what_serde_says_is_said_in_chinese(#[case] body: &str, #[case] expected: &str) {
        let error = serde_json::from_str::<Body>(body).unwrap_err().to_string();
        assert_eq!(in_chinese(&error).as_deref(), Some(expected), "{error}");
    }

    #[rstest]
    #[case("「时间范围」的值不对", None)]
    #[case("note: at most 500 characters", None)]
    fn what_is_no_parsers_is_left(#[case] said: &str, #[case] expected: Option<&str>) {
        assert_eq!(in_chinese(said).as_deref(), expected);
    }
}
