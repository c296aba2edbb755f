//! What a customer would read as code: escapes, markup and placeholders that nothing here fills in. A text with them is
//! sent as it stands, so that each is noted when the rules are read.

use super::{
    template::Form,
    words::{Code, TextFault},
};

/// How far the end of a tag or placeholder is looked for.
const AHEAD_BYTES_MAX: usize = 200;
/// The longest word of a placeholder, in characters.
const WORD_CHARACTERS_MAX: usize = 24;

/// The names of HTML's tags that people bring along.
const TAGS: [&str; 27] = [
    "a", "b", "br", "p", "i", "u", "em", "strong", "span", "div", "font", "img", "h1", "h2", "h3", "h4",
    "ul", "ol", "li", "hr", "table", "tr", "td", "html", "body", "center", "small",
];

/// The characters for which HTML's entities stand that people bring along.
const ENTITIES: [&str; 14] = [
    "nbsp", "amp", "lt", "gt", "quot", "apos", "ensp", "emsp", "hellip", "mdash", "ldquo", "rdquo", "copy",
    "middot",
];

/// What a placeholder is for: the end of its words.
const ENDS: [&str; 25] = [
    "昵称",
    "姓名",
    "名称",
    "名字",
    "称呼",
    "备注",
    "备注名",
    "别名",
    "手机号",
    "手机",
    "电话",
    "头像",
    "部门",
    "微信名",
    "微信号",
    "职位",
    "职务",
    "账号",
    "编号",
    "链接",
    "二维码",
    "日期",
    "时间",
    "客户名",
    "员工名",
];
/// Whom or what the words before that name.
const OF: [&str; 34] = [
    "客户", "用户", "好友", "成员", "员工", "顾问", "导购", "销售", "企业", "公司", "对方", "微信", "粉丝",
    "会员", "门店", "群", "接收", "添加", "渠道", "当前", "您的", "我的", "跟进", "负责", "服务", "客服",
    "老师", "学员", "家长", "活动", "商品", "课程", "产品", "订单",
];
/// Words that stand alone.
const ALONE: [&str; 12] =
    ["客户", "员工", "成员", "用户", "好友", "企业", "日期", "时间", "换行", "渠道", "部门", "群主"];
/// Parts of words in ASCII.
const PARTS: [&str; 16] = [
    "name", "nick", "user", "customer", "client", "staff", "employee", "member", "corp", "company", "remark",
    "external", "channel", "phone", "mobile", "contact",
];

/// What of a part of a text that is sent as it stands looks like code, each once.
pub(super) fn seen(raw: &str, form: Form, notes: &mut Vec<TextFault>) {
    let mut at = 0;
    while let Some(first) = raw[at..].chars().next() {
        let before = raw[..at].chars().next_back();
        match found(&raw[at..], before, form) {
            Some((length, code)) => {
                let written = &raw[at..at + length];
                if !notes.iter().any(|note| note.written().is_some_and(|known| known == written)) {
                    notes.push(TextFault::Sent { written: written.to_owned(), code });
                }
                at += length;
            }
            None => at += first.len_utf8(),
        }
    }
}

/// The length of what begins here, and what it looks like.
fn found(rest: &str, before: Option<char>, form: Form) -> Option<(usize, Code)> {
    let first = rest.chars().next()?;
    // In addresses these signs have a meaning of their own.
    if form == Form::Url {
        return match first {
            '&' => entity(rest).map(|length| (length, Code::Entity)),
            '{' | '$' => braces(rest).map(|length| (length, Code::Placeholder)),
            _ => None,
        };
    }
    match first {
        '\\' => escape(rest),
        '/' => {
            let ends_word = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_graphic());
            let is_break = rest.starts_with("/n")
                && ends_word(before)
                && rest[2..].chars().next().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '/');
            is_break.then_some((2, Code::LineBreak))
        }
        '<' => tag(rest, form)
            .map(|length| (length, Code::Markup))
            .or_else(|| nickname(rest, '<', '>').map(|length| (length, Code::Placeholder))),
        '&' => entity(rest).map(|length| (length, Code::Entity)),
        '!' if rest.starts_with("![") => markdown_link(&rest[1..]).map(|length| (length + 1, Code::Markdown)),
        '[' => markdown_link(rest)
            .map(|length| (length, Code::Markdown))
            .or_else(|| nickname(rest, '[', ']').map(|length| (length, Code::Placeholder))),
        '*' => bold(rest).map(|length| (length, Code::Markdown)),
        '{' | '\u{ff5b}' | '$' => {
            braces(rest).map(|length| (length, Code::Placeholder)).or_else(|| dollar(rest))
        }
        '%' => percent(rest, before).map(|length| (length, Code::Placeholder)),
        '#' | '\u{ff03}' => hashes(rest).map(|length| (length, Code::Placeholder)),
        '@' => rest.strip_prefix('@').and_then(braces).map(|length| (length + 1, Code::Placeholder)),
        '\u{ff1c}' => nickname(rest, '\u{ff1c}', '\u{ff1e}').map(|length| (length, Code::Placeholder)),
        '\u{3010}' => nickname(rest, '\u{3010}', '\u{3011}').map(|length| (length, Code::Placeholder)),
        '\u{300c}' => nickname(rest, '\u{300c}', '\u{300d}').map(|length| (length, Code::Placeholder)),
        '\u{300a}' => nickname(rest, '\u{300a}', '\u{300b}').map(|length| (length, Code::Placeholder)),
        _ => None,
    }
}

/// `\n`, `\t`, `\u60a8`, `\x41`.
fn escape(rest: &str) -> Option<(usize, Code)> {
    let bytes = rest.as_bytes();
    let hex =
        |count: usize| bytes.get(2..2 + count).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    match bytes.get(1)? {
        b'r' if rest.starts_with("\\r\\n") => Some((4, Code::LineBreak)),
        b'n' | b'r' => Some((2, Code::LineBreak)),
        b't' | b'"' | b'\'' => Some((2, Code::Escape)),
        b'u' if hex(4) => Some((6, Code::Escape)),
        b'u' if bytes.get(2) == Some(&b'{') => {
            rest.find('}').filter(|end| *end < 12).map(|end| (end + 1, Code::Escape))
        }
        b'U' if hex(8) => Some((10, Code::Escape)),
        b'x' if hex(2) => Some((4, Code::Escape)),
        _ => None,
    }
}

/// `<br>`, `</p>`, `<a href="…">`. In an app's messages to employees WeCom knows links (page 90236).
fn tag(rest: &str, form: Form) -> Option<usize> {
    let inside = rest.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name: String = inside.chars().take_while(char::is_ascii_alphanumeric).collect();
    let behind = inside[name.len()..].chars().next()?;
    let is_link = name.eq_ignore_ascii_case("a") && matches!(form, Form::Notice | Form::Reason);
    let known = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(&name)) && !is_link;
    if !known || !matches!(behind, '>' | '/' | ' ' | '\n') {
        return None;
    }
    let end = rest.find('>').filter(|end| *end < AHEAD_BYTES_MAX)?;
    Some(end + 1)
}

fn entity(rest: &str) -> Option<usize> {
    let end = rest.find(';').filter(|end| *end <= 10)?;
    let name = &rest[1..end];
    let is_number = name.strip_prefix('#').is_some_and(|number| {
        let hex = number.strip_prefix(['x', 'X']);
        hex.map_or_else(
            || !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()),
            |hex| !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        )
    });
    (is_number || ENTITIES.contains(&name)).then_some(end + 1)
}

/// `[text](https://…)`.
fn markdown_link(rest: &str) -> Option<usize> {
    let close = rest.find("](").filter(|close| *close < AHEAD_BYTES_MAX && !rest[..*close].contains('\n'))?;
    let address = &rest[close + 2..];
    let end = address.find(')').filter(|end| *end < 2 * AHEAD_BYTES_MAX)?;
    let address = &address[..end];
    (address.contains("://") || address.starts_with("www.") || address.starts_with('/'))
        .then_some(close + 2 + end + 1)
}

/// `**text**`.
fn bold(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix("**")?;
    let end = inside.find("**").filter(|end| *end > 0 && *end < AHEAD_BYTES_MAX)?;
    let text = &inside[..end];
    // `138****1234` has digits left out.
    let is_masked = inside[end..].starts_with("****");
    let is_text = !text.contains('\n') && !text.starts_with([' ', '*']) && !text.ends_with(' ') && !is_masked;
    is_text.then_some(end + 4)
}

/// `{name}`, `${name}`, `#{name}`, `{0}`, `{}` and the same with full-width braces.
fn braces(rest: &str) -> Option<usize> {
    let sign = rest.len() - rest.trim_start_matches(['$', '#']).len();
    let mut chars = rest[sign..].char_indices();
    let close = match chars.next()? {
        (_, '{') => '}',
        (_, '\u{ff5b}') => '\u{ff5d}',
        _ => return None,
    };
    for (index, (at, c)) in chars.enumerate() {
        if c == close {
            return Some(sign + at + c.len_utf8());
        }
        if index > WORD_CHARACTERS_MAX || !(c.is_alphanumeric() || "_-. $@:|".contains(c)) {
            return None;
        }
    }
    None
}

/// `$name$` and `$name`.
fn dollar(rest: &str) -> Option<(usize, Code)> {
    let inside = rest.strip_prefix('$')?;
    let length_of =
        |is: fn(char) -> bool| inside.find(|c: char| !(is(c) || c == '_')).unwrap_or(inside.len());
    let whole = length_of(char::is_alphanumeric);
    // Where nothing closes it, the words behind are no part of it.
    let is_closed = inside[whole..].starts_with('$');
    let length = if is_closed { whole } else { length_of(|c| c.is_ascii_alphanumeric()) };
    let word = &inside[..length];
    if word.starts_with(|c: char| c.is_ascii_digit()) || !is_slot(word) {
        return None;
    }
    let closed = usize::from(is_closed);
    Some((1 + length + closed, Code::Placeholder))
}

/// `%s`, `%d`, `%1$s`, `%(name)s`, `%name%`.
fn percent(rest: &str, before: Option<char>) -> Option<usize> {
    // Of a number it is the per cent.
    if before.is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let inside = &rest[1..];
    let ends = |length: usize| {
        !inside[length..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '%' || c == '_')
    };
    if inside.starts_with(['s', 'd']) && ends(1) {
        return Some(2);
    }
    if let Some(named) = inside.strip_prefix('(') {
        let end = named.find(')').filter(|end| *end < WORD_CHARACTERS_MAX)?;
        return named[end + 1..].starts_with(['s', 'd']).then_some(end + 4);
    }
    let digits = inside.len() - inside.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && (inside[digits..].starts_with("$s") || inside[digits..].starts_with("$d")) {
        return Some(digits + 3);
    }
    // No name begins with a digit, but what stands for a byte in an address: `new%20user%20gift`.
    if digits > 0 {
        return None;
    }
    let word =
        inside.len() - inside.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.').len();
    (inside[word..].starts_with('%') && is_slot(&inside[..word])).then_some(word + 2)
}

/// `#成员昵称#`, `##name##`, `#{name}#`; a topic as `#春季上新#` is none.
fn hashes(rest: &str) -> Option<usize> {
    let sign = rest.chars().next()?;
    let inside = rest.trim_start_matches(sign);
    let open = rest.len() - inside.len();
    if let Some(length) = braces(inside) {
        let behind = inside[length..].len() - inside[length..].trim_start_matches(sign).len();
        return Some(open + length + behind);
    }
    let word = inside.find(|c: char| !(c.is_alphanumeric() || "_-. ".contains(c)))?;
    let closing = inside[word..].len() - inside[word..].trim_start_matches(sign).len();
    (closing > 0 && is_slot(inside[..word].trim())).then_some(open + word + closing.min(open))
}

/// A nickname in brackets, which a product fills in. People also write there what the customer is to answer, as in
/// 请回复【姓名】, but nobody asks for a nickname.
fn nickname(rest: &str, open: char, close: char) -> Option<usize> {
    let inside = rest.strip_prefix(open)?;
    let end = inside.find(close).filter(|end| *end < AHEAD_BYTES_MAX)?;
    let word = inside[..end].trim();
    (word.chars().count() <= WORD_CHARACTERS_MAX && word.ends_with("昵称"))
        .then_some(open.len_utf8() + end + close.len_utf8())
}

fn is_slot(word: &str) -> bool {
    if word.is_empty() || word.chars().count() > WORD_CHARACTERS_MAX {
        return false;
    }
    if word.is_ascii() {
        let word = word.to_ascii_lowercase();
        return PARTS.iter().any(|part| word.contains(part));
    }
    ALONE.contains(&word)
        || ENDS.iter().any(|end| {
            word.strip_suffix(end)
                .is_some_and(|of| of.is_empty() || OF.iter().any(|whom| of.starts_with(whom)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(text: &str, form: Form) -> Vec<String> {
        let mut notes = Vec::new();
        seen(text, form, &mut notes);
        notes.iter().filter_map(|note| note.written().map(std::borrow::Cow::into_owned)).collect()
    }

    #[test]
    fn code_is_found_in_a_text() {
        for (text, found) in [
            (r"第一行\n第二行\r\n三\t", &[r"\n", r"\r\n", r"\t"][..]),
            ("您好/n欢迎", &["/n"]),
            (r"\u60a8\u597d \x41 \u{1f600}", &[r"\u60a8", r"\u597d", r"\x41", r"\u{1f600}"]),
            ("您好<br>欢迎<br/><BR /></p>", &["<br>", "<br/>", "<BR />", "</p>"]),
            ("<a href=\"https://e.cn\">这里</a>", &["<a href=\"https://e.cn\">", "</a>"]),
            ("您好&nbsp;欢迎&#39;&#x4f60;", &["&nbsp;", "&#39;", "&#x4f60;"]),
            ("看[这里](https://e.cn/a)和**重点**", &["[这里](https://e.cn/a)", "**重点**"]),
            ("![图](https://e.cn/a.png)", &["![图](https://e.cn/a.png)"]),
            ("{name}${name}{昵称}{0}{}#{name}#", &["{name}", "${name}", "{昵称}", "{0}", "{}", "#{name}#"]),
            ("%s您好 %1$s %(name)s %username%", &["%s", "%1$s", "%(name)s", "%username%"]),
            ("$nickname$ $userName您好", &["$nickname$", "$userName"]),
            ("#成员昵称#您好 ##群名称## #NAME# #昵称#", &["#成员昵称#", "##群名称##", "#NAME#", "#昵称#"]),
            ("【微信昵称】「昵称」<昵称>[成员昵称]", &["【微信昵称】", "「昵称」", "<昵称>", "[成员昵称]"]),
            ("\u{ff1c}昵称\u{ff1e}《昵称》", &["\u{ff1c}昵称\u{ff1e}", "《昵称》"]),
            ("\u{ff5b}昵称\u{ff5d}\u{ff03}昵称\u{ff03}", &["\u{ff5b}昵称\u{ff5d}", "\u{ff03}昵称\u{ff03}"]),
        ] {
            assert_eq!(notes(text, Form::Text), found, "{text}");
        }
        assert_eq!(notes("https://e.cn/?a=1&amp;b={name}#昵称#%s", Form::Url), ["&amp;", "{name}"]);
        assert_eq!(notes("<a href=\"https://e.cn\">x</a><br>", Form::Notice), ["<br>"]);
    }

    #[test]
    fn what_people_write_to_customers_is_no_code() {
        for text in [
            "#春季上新# 全场5折,满$100减20%,库存<10",
            "请回复【姓名】+【电话】,或[公司名称]",
            "“您好”‘亲’《手册》「新品」 1 < 2 > 0, a&b; AT&T;",
            "100%纯棉 50%s 8%,%%",
            "* 第一 * 第二 ** 第三",
            "中奖:138****1234、139****5678",
            "https://example.com/?a=new%20user%20gift%2Fcustomer%2F",
            "https://example.com/n/a?x=1&y=2#top 和 C:/n",
            "[微笑][玫瑰](很高兴) [1] (2)",
            "Q&A; R&D  \\o/ ¯\\_(ツ)_/¯",
            "#618# ## 标题 # 井号",
            "{\"a\": 1}",
            "价格:$99 US$5 $5$",
        ] {
            assert_eq!(notes(text, Form::Text), [""; 0], "{text}");
        }
    }
}
