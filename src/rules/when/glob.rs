//! Patterns for states and employees: `*` any characters, `?` one character, `[…]` one of these; the whole value,
//! with case.
//!
//! Not globset, because states are Chinese as often as not: globset matches bytes, so that its `?` and `[春夏]` never match
//! a Chinese character. It also gives `{a,b}` and `**` meanings that the language does not have.

use super::words::WrongPattern;

/// A pattern longer than this is no pattern: WeCom's states have at most 64 bytes.
const PATTERN_BYTES_MAX: usize = 256;

/// One pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    written: Box<str>,
    form: Form,
}

/// The fastest way to match it. Most patterns are plain names or end in `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Exact(String),
    Prefix(String),
    Suffix(String),
    /// `sales.*-north`: a begin and an end that do not overlap.
    Around(String, String),
    Tokens(Vec<Token>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    One,
    Many,
    Class { not: bool, ranges: Vec<(char, char)> },
}

impl Glob {
    pub(crate) fn parse(pattern: &str) -> Result<Self, WrongPattern> {
        if pattern.len() > PATTERN_BYTES_MAX {
            return Err(WrongPattern::TooLong);
        }
        let mut tokens = Vec::new();
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                '*' if tokens.last() == Some(&Token::Many) => {}
                '*' => tokens.push(Token::Many),
                '?' => tokens.push(Token::One),
                '[' => tokens.push(class(&mut chars)?),
                '\\' => {
                    let escaped = chars.next().ok_or(WrongPattern::Backslash)?;
                    tokens.push(Token::Char(escaped));
                }
                c => tokens.push(Token::Char(c)),
            }
        }
        Ok(Self { written: pattern.into(), form: simplest(&tokens) })
    }

    /// The same with every capital letter as its small one, for values that are given in small letters.
    pub(crate) fn parse_in_small_letters(pattern: &str) -> Result<Self, WrongPattern> {
        // A range as `[A-_]` is none in small letters; such a pattern stays as it is written.
        let parsed = Self::parse(&pattern.to_ascii_lowercase()).or_else(|_| Self::parse(pattern))?;
        Ok(Self { written: pattern.into(), ..parsed })
    }

    pub(crate) fn matches(&self, value: &str) -> bool {
        match &self.form {
            Form::Exact(exact) => value == exact,
            Form::Prefix(prefix) => value.starts_with(prefix.as_str()),
            Form::Suffix(suffix) => value.ends_with(suffix.as_str()),
            Form::Around(prefix, suffix) => {
                value.len() >= prefix.len() + suffix.len()
                    && value.starts_with(prefix.as_str())
                    && value.ends_with(suffix.as_str())
            }
            Form::Tokens(tokens) => matches(tokens, value),
        }
    }

    /// Whether it matches whatever there is.
    pub(crate) fn takes_all(&self) -> bool {
        matches!(&self.form, Form::Prefix(prefix) if prefix.is_empty())
    }

    /// Whether it matches everything that the other matches, as far as that shows without a search.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let begins = |prefix: &str| match &other.form {
            Form::Prefix(begin) | Form::Around(begin, _) => begin.starts_with(prefix),
            _ => false,
        };
        let ends = |suffix: &str| match &other.form {
            Form::Suffix(end) | Form::Around(_, end) => end.ends_with(suffix),
            _ => false,
        };
        self.takes_all()
            || self.form == other.form
            || match (&self.form, other.exact()) {
                (_, Some(exact)) => self.is_quick(exact) && self.matches(exact),
                (Form::Prefix(prefix), None) => begins(prefix),
                (Form::Suffix(suffix), None) => ends(suffix),
                _ => false,
            }
    }

    /// Whether that value is matched by one comparison, without a search.
    pub(crate) fn is_quick(&self, value: &str) -> bool {
        value.is_empty() || !matches!(self.form, Form::Tokens(_))
    }

    /// As it stands in the file.
    pub(crate) fn written(&self) -> &str {
        &self.written
    }

    /// The one value that it matches, where it has no wildcards.
    pub(crate) fn exact(&self) -> Option<&str> {
        if let Form::Exact(exact) = &self.form { Some(exact) } else { None }
    }
}

fn class(chars: &mut std::str::Chars<'_>) -> Result<Token, WrongPattern> {
    let mut rest = chars.clone();
    let not = matches!(rest.as_str().as_bytes().first(), Some(b'!' | b'^'));
    if not {
        rest.next();
    }
    let mut ranges: Vec<(char, char)> = Vec::new();
    loop {
        let mut low = rest.next().ok_or(WrongPattern::Bracket)?;
        // A `]` that stands first is one of the characters, as in every shell.
        if low == ']' && !ranges.is_empty() {
            break;
        }
        if low == '\\' {
            low = rest.next().ok_or(WrongPattern::Bracket)?;
        }
        let mut ahead = rest.clone();
        let high = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(high)) if high != ']' => {
                rest = ahead;
                if high == '\\' { rest.next().ok_or(WrongPattern::Bracket)? } else { high }
            }
            _ => low,
        };
        if low > high {
            return Err(WrongPattern::Range);
        }
        ranges.push((low, high));
    }
    *chars = rest;
    Ok(Token::Class { not, ranges })
}

fn simplest(tokens: &[Token]) -> Form {
    let literal = |tokens: &[Token]| -> Option<String> {
        tokens.iter().map(|token| if let Token::Char(c) = token { Some(*c) } else { None }).collect()
    };
    match tokens {
        [rest @ .., Token::Many] if let Some(prefix) = literal(rest) => Form::Prefix(prefix),
        [Token::Many, rest @ ..] if let Some(suffix) = literal(rest) => Form::Suffix(suffix),
        all => {
            let mut parts = all.split(|token| *token == Token::Many).map(literal);
            match (parts.next().flatten(), parts.next(), parts.next()) {
                (Some(exact), None, _) => Form::Exact(exact),
                (Some(prefix), Some(Some(suffix)), None) => Form::Around(prefix, suffix),
                _ => Form::Tokens(tokens.to_vec()),
            }
        }
    }
}

/// Walks both and goes back only to the last `*`, so that it takes at most pattern × value steps, and no recursion.
fn matches(tokens: &[Token], value: &str) -> bool {
    let (mut at, mut rest) = (0, value.chars());
    let mut back = None;
    loop {
        if let Some(Token::Many) = tokens.get(at) {
            at += 1;
            back = Some((at, rest.clone()));
            continue;
        }
        match (tokens.get(at), rest.next()) {
            (None, None) => return true,
            (Some(token), Some(c)) if token.takes(c) => at += 1,
            _ => {
                // The last `*` takes one character more, if there is one.
                let Some((after, from)) = &mut back else { return false };
                if from.next().is_none() {
                    return false;
                }
                (at, rest) = (*after, from.clone());
            }
        }
    }
}

impl Token {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::One => true,
            Self::Many => false,
            Self::Class { not, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *not
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_the_whole_value_by_characters_and_with_case() {
        let table: &[(&str, &[&str], &[&str])] = &[
            ("", &[""], &[" ", "a"]),
            ("beijing", &["beijing"], &["Beijing", "beijing2", "abeijing", ""]),
            ("spring-*", &["spring-", "spring-2026", "spring-*"], &["spring", "a-spring-1"]),
            ("*-2026", &["-2026", "spring-2026"], &["spring-2026x"]),
            ("*", &["", "anything", "a\nb"], &[]),
            ("**", &["", "a/b"], &[]),
            ("aba*ba", &["ababa", "aba-ba", "ababaXba"], &["aba", "abba", "abaXb", "ababax"]),
            ("门店*号", &["门店号", "门店一号"], &["门店", "号", "门店一号店"]),
            ("a*b*c", &["abc", "aXbYc", "abbc", "abcbc"], &["ab", "abcd", "acb"]),
            ("*a*a*a*b", &["aaab", "xaxaxab"], &["aaaaaaaaaaaaaaaaaaaaaaaaaaa"]),
            ("?", &["a", "春", "😀"], &["", "ab"]),
            ("渠道?-[春夏]*", &["渠道1-春", "渠道一-夏天"], &["渠道-春", "渠道1-秋"]),
            ("[a-cx]", &["a", "b", "c", "x"], &["d", "-", "A"]),
            ("[!0-9]*", &["a1"], &["1a", ""]),
            ("[^a]", &["b"], &["a"]),
            ("[]a]", &["]", "a"], &["b"]),
            ("[a-]", &["a", "-"], &["b"]),
            (r"[\]\-]", &["]", "-"], &["\\"]),
            (r"\*\[\\", &["*[\\"], &["x[\\"]),
            ("{a,b}", &["{a,b}"], &["a", "b"]),
            ("a/**/b", &["a/x/b", "a//b"], &["a/b"]),
        ];
        for (pattern, yes, no) in table {
            let glob = Glob::parse(pattern).unwrap();
            for value in *yes {
                assert!(glob.matches(value), "{pattern} matches {value}");
            }
            for value in *no {
                assert!(!glob.matches(value), "{pattern} does not match {value}");
            }
        }
    }

    #[test]
    fn patterns_in_small_letters_are_shown_as_they_are_written() {
        for (pattern, value) in
            [("ZhangSan", "zhangsan"), ("Sales.*", "sales.li"), ("[A-C]?[!X]", "b1y"), (r"\A\*", "a*")]
        {
            let glob = Glob::parse_in_small_letters(pattern).unwrap();
            assert!(glob.matches(value) && glob.written() == pattern, "{pattern}");
        }
    }

    #[test]
    fn a_pattern_covers_what_it_always_matches() {
        let covers =
            |wide: &str, narrow: &str| Glob::parse(wide).unwrap().covers(&Glob::parse(narrow).unwrap());
        for (wide, narrow) in [
            ("*", "a?"),
            ("**", ""),
            ("a", "a"),
            ("a*", "a"),
            ("a*", "ab*"),
            ("a*", "a*z"),
            ("*z", "*yz"),
            ("*z", "a*z"),
            ("a?b*c", "a?b*c"),
        ] {
            assert!(covers(wide, narrow), "{wide} covers {narrow}");
        }
        for (wide, narrow) in [
            ("a", "b"),
            ("ab*", "a*"),
            ("a*", "*"),
            ("a*", "*a"),
            ("?", "a"),
            ("a*z", "a*"),
            ("*yz", "*z"),
            ("a", "a*"),
        ] {
            assert!(!covers(wide, narrow), "{wide} does not cover {narrow}");
        }
    }

    #[test]
    fn texts_that_are_no_patterns_are_faults() {
        for pattern in ["[", "[a", "[!", "[]", "a[b", "[z-a]", "\\", "a\\", "[a\\", "[a-\\", &"x".repeat(257)]
        {
            assert!(Glob::parse(pattern).is_err(), "{pattern}");
        }
    }
}
