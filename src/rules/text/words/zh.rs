//! 欢迎语等文字里的错误，中文说法。 What can be wrong with a text, in Chinese.

use std::borrow::Borrow;

use minijinja::ErrorKind;

use super::{Code, Holds, IfBlank, Instead, Rename, Retype, TextFault, in_full};
use crate::rules::document::wrong::{Quoted, Said};

const WORDS_IN_QUOTES: &str =
    "占位符里的文字要放在引号里；名称以 `customer`、`employee`、`event`、`now`、`app` 或 `corp` 开头";

#[expect(clippy::too_many_lines, reason = "one arm for each fault; cut in two, none would be exhaustive")]
pub(super) fn say(wrong: &TextFault) -> Said {
    match wrong {
        TextFault::TooLong { bytes, most } => {
            Said::new(format!("有 {bytes} 字节，超过了 {most} 字节"), "请写短一些")
        }
        TextFault::Syntax(message) => Said::new(
            format!("文字的写法不对：{}", syntax(message)),
            "占位符写成 `{{ customer.name }}`，条件写成 `{% if … %} … {% endif %}`；\
             要发出两个花括号本身，就写 `{{ '{{' }}`",
        ),
        TextFault::Unfillable { kind, message } => Said::new(
            format!("这样写，没法填入内容：{}", unfillable(*kind, message)),
            "每个值都是文字：可以比较、截取，或者给它一个默认值",
        ),
        TextFault::WideBraces { written, meant } => Said::new(
            format!("{}用的是全角花括号，会原样发出去", quoted(written)),
            format!("把输入法切换到英文，写成 `{meant}`"),
        ),
        TextFault::Foreign { written, instead } => {
            Said::new(format!("{}是别的产品的占位符，会原样发出去", quoted(written)), self::instead(*instead))
        }
        TextFault::Typed { tag, wrong, mend } => Said::new(
            format!("{}里有「{wrong}」（U+{:04X}），这里不能用这个字符", quoted(tag), u32::from(*wrong)),
            match mend {
                Retype::As(meant) => format!("把输入法切换到英文，写成 `{meant}`"),
                Retype::Anew => "这个字符看不见：请把占位符重新输入一遍".to_owned(),
                Retype::InQuotes => WORDS_IN_QUOTES.to_owned(),
            },
        ),
        TextFault::TooManyTags { most } => {
            Said::new(format!("占位符和条件超过了 {most} 个"), "请拆成几条规则")
        }
        TextFault::TagTooLong => Said::new("有一个占位符太长", "请把花括号里的内容写简单些"),
        TextFault::NoStatement(name) => {
            Said::new(format!("这里不能用 `{{% {name} %}}`"), "只能用 `{{ … }}` 和 `{% if … %}`")
        }
        TextFault::NoTest { name, near } => Said::new(format!("没有 `is {name}` 这种判断"), near.zh()),
        TextFault::AlwaysDefined(name) => Said::new(
            format!("没有 `is {name}` 这种判断"),
            "每个名称都有，只是可能是空的：写成 `{% if customer.name %}`",
        ),
        TextFault::NoFunctions => {
            Said::new("这里不能调用函数", "请用过滤器，例如 `{{ customer.name | upper }}`")
        }
        TextFault::NoPlace(what) => {
            Said::new(format!("这里不能写{}", expression(what)), "请写名称，例如 `{{ customer.name }}`")
        }
        TextFault::NoFilter { name, near } => Said::new(format!("没有 `{name}` 这个过滤器"), near.zh()),
        TextFault::WantsTime { filter, times } => Said::new(
            format!("`{filter}` 前面必须是时间"),
            format!(
                "请紧跟在这些名称之一后面：{}，例如 `{{{{ event.time | date('%-m月%-d日') }}}}`",
                code_list(times)
            ),
        ),
        TextFault::WantsFormat { directives } => {
            Said::new("`date` 没有写格式", format!("请在引号里写格式，可以用：{}", code_list(directives)))
        }
        TextFault::UnknownDirective { directive, directives } => Said::new(
            format!("`date` 的格式里不能用 `{directive}`"),
            format!("可以用：{}", code_list(directives)),
        ),
        TextFault::NumberWithText(name) => {
            Said::new(format!("`{name}` 是数字，却拿来和文字比较"), "请去掉引号")
        }
        TextFault::TextWithNumber(name) => {
            Said::new(format!("`{name}` 是文字，却拿来和数字比较"), "请给数字加上引号")
        }
        TextFault::Alone { root, parts } => Said::new(
            format!("只写 `{root}` 不知道要填什么"),
            format!("请写明是哪一项：{}", code_list(&in_full(root, parts))),
        ),
        TextFault::NoName { name, mend } => Said::new(
            format!("没有{}这个名称", quoted(name)),
            match mend {
                Rename::Near(near) => format!("是不是想写 `{near}`？"),
                Rename::OneOf { root, parts } => format!("可以写：{}", code_list(&in_full(root, parts))),
                Rename::InQuotes => WORDS_IN_QUOTES.to_owned(),
            },
        ),
        TextFault::NotHere(name) => Said::new(
            format!("这里没有 `{name}`"),
            "只有 `on: missed_welcome` 或 `on: failed` 的 `notify` 里才有",
        ),
        TextFault::Comment { comment, text } => Said::new(cut(comment, text), "请把整段文字放在引号里"),
        TextFault::PerhapsComment { comment, text } => {
            Said::note(format!("{}；如果它不是注释，请把整段文字放在引号里", cut(comment, text)))
        }
        TextFault::TooManyCharacters { characters, most } => {
            Said::new(format!("有 {characters} 个字，企业微信最多接受 {most} 个"), "请写短一些")
        }
        TextFault::Blank(mend) => Said::new("是空白的，企业微信不接受", if_blank(*mend)),
        TextFault::AlwaysBlank(mend) => Said::new("不管填入什么都是空白，企业微信不接受", if_blank(*mend)),
        TextFault::ReadAs { theirs, ours } => Said::note(format!("{}会按 `{ours}` 处理", quoted(theirs))),
        TextFault::Sent { written, code } => {
            Said::note(format!("{}会原样发出去；{}", quoted(written), self::code(*code)))
        }
        TextFault::OutOfRange { name, range: (first, last), number, holds, .. } => Said::note(format!(
            "`{name}` 是 {first} 到 {last} 的数字，和 {number} 的比较{}",
            self::holds(*holds)
        )),
        TextFault::NeverThese { name, given, words, holds } => {
            let given: Vec<String> = given.iter().map(|value| quoted(value)).collect();
            Said::note(format!(
                "`{name}` 不会是{}，所以这个比较{}；它的值是 {}，或者为空",
                given.join("或"),
                self::holds(*holds),
                code_list(words)
            ))
        }
    }
}

/// The engine's own words for what it cannot parse, which it has in English only: the common ones in Chinese, others as
/// they are, as a code.
fn syntax(message: &str) -> String {
    if let Some((found, wanted)) =
        message.strip_prefix("unexpected ").and_then(|rest| rest.split_once(", expected "))
    {
        return format!("{}，这里应该是{}", unexpected(found), token(wanted));
    }
    if let Some(found) = message.strip_prefix("unexpected ") {
        return unexpected(found);
    }
    match message.strip_prefix("unknown statement ") {
        Some(name) => format!("不认识 `{{% {name} %}}`"),
        None => format!("`{message}`"),
    }
}

fn unexpected(found: &str) -> String {
    match found {
        "end of input" => "文字到这里就结束了".to_owned(),
        "end of string" => "引号没有成对".to_owned(),
        "end of comment" => "`{#` 后面没有 `#}`".to_owned(),
        "end of raw block" => "`{% raw %}` 后面没有 `{% endraw %}`".to_owned(),
        "character" => "占位符里有不能用的字符".to_owned(),
        other => format!("多出了{}", token(other)),
    }
}

/// What the engine calls a piece of a placeholder.
fn token(name: &str) -> String {
    let known = match name {
        "start of variable block" => "`{{`",
        "end of variable block" => "`}}`",
        "start of block" => "`{%`",
        "end of block" => "`%}`",
        "identifier" => "名称",
        "string" => "引号里的文字",
        "integer" => "整数",
        "float" => "小数",
        "template-data" => "普通文字",
        "expression" => "名称或值",
        "statement" => "`if`、`elif`、`else` 或 `endif`",
        "input after expression" | "input after end of variable block" => "内容",
        sign if sign.starts_with('`') && sign.ends_with('`') && sign.len() > 2 => sign,
        other => return format!(" `{other}` "),
    };
    known.to_owned()
}

fn unfillable(kind: ErrorKind, message: &str) -> String {
    match kind {
        ErrorKind::MissingArgument => "过滤器缺少参数".to_owned(),
        ErrorKind::TooManyArguments => "过滤器的参数太多".to_owned(),
        ErrorKind::OutOfFuel => "太复杂了".to_owned(),
        _ => format!("`{message}`"),
    }
}

/// What the engine calls an expression.
fn expression(name: &str) -> &str {
    match name {
        "map literal" => "键值对",
        "tuple literal" | "list literal" => "列表",
        "call" => "函数调用",
        _ => "这样的式子",
    }
}

fn instead(instead: Instead) -> String {
    match instead {
        Instead::Name(name) => format!("请写成 `{{{{ {name} }}}}`"),
        Instead::RedeemCode => "请删掉：这里不发放兑换码；如果是大家通用的码，可以直接写出来".to_owned(),
        Instead::CompanyName => "请直接写公司名称".to_owned(),
        Instead::ChannelName => "请写成 `{{ event.state }}`，或者直接写渠道名称".to_owned(),
    }
}

fn cut(comment: &Quoted, text: &Quoted) -> String {
    format!("YAML 会把{}当成注释，客户只能看到{}", comment.zh(), text.zh())
}

fn if_blank(mend: IfBlank) -> &'static str {
    match mend {
        IfBlank::WriteText => "请写上文字",
        IfBlank::WriteTextOrRemove => "请写上文字，或者删掉这一项",
        IfBlank::WriteTitle => "请写上标题",
        IfBlank::NamePage => "请写上要打开的页面，例如 `/index`",
    }
}

fn code(code: Code) -> &'static str {
    match code {
        Code::LineBreak => "要换行，请用 `|` 开头写成多行，或者把文字放在双引号里",
        Code::Escape => "请直接写这个字符，或者把文字放在双引号里",
        Code::Markup => "消息里不能用 HTML 标签：请删掉，要换行就直接换行",
        Code::Entity => "请直接写这个字符",
        Code::Markdown => "消息不支持 Markdown：希望客户看到什么就写什么，网址单独写出来",
        Code::Placeholder => {
            "这里不会填入任何内容：请写成 `{{ customer.name }}` 等我们的名称，或者直接写文字"
        }
    }
}

fn holds(holds: Holds) -> &'static str {
    match holds {
        Holds::Never => "永远不成立",
        Holds::Always => "永远成立",
    }
}

fn quoted(text: &str) -> String {
    Quoted::of(text).zh()
}

/// Names and signs of the language, each as a code.
fn code_list<T: Borrow<str>>(codes: &[T]) -> String {
    format!("`{}`", codes.join("`、`"))
}
