//! 渠道表格里的错误，中文说法。 What can be wrong with a table of channels, in Chinese.

use super::{Made, TableFault};
use crate::{language::Language, rules::document::wrong::Said};

/// How to keep the values of a column as they are, in the words of Excel in Chinese.
const AS_TEXT: &str = "请在 Excel 里用「数据 → 自文本/CSV」打开这个表格，这一列选「文本」；\
                       或者先把这一列设成「文本」再粘贴进去；然后另存为 CSV UTF-8";

pub(super) fn say(fault: &TableFault) -> Said {
    match fault {
        TableFault::TooLarge { most } => Said::new(format!("表格超过了 {most} 字节"), "请拆成几个表格"),
        TableFault::Encoding => Said::new(
            "表格的编码不是 UTF-8，也不是 GBK",
            "请在表格软件里另存为「CSV UTF-8」，不要用 .xls 或 .xlsx",
        ),
        TableFault::Empty => {
            Said::new("表格是空的", "第一行写表头，例如 `渠道,欢迎语,标签`，下面每个渠道一行")
        }
        TableFault::Unreadable { .. } => {
            Said::new("这一行读不了：列数和表头不一样，或者引号不成对", "请改正这一行")
        }
        TableFault::TooManyRows { most } => Said::new(
            format!("超出了前 {most} 行，一个规则文件最多有这么多条规则"),
            "请删掉不再使用的渠道；或者把表格分几部分转成规则文件（`--to`），再把欢迎语相同的渠道合成一条规则（`state: [a, b]`）",
        ),
        TableFault::TooManyLines { most } => {
            Said::new(format!("超出了前 {most} 行，一次最多这么多行"), "请把后面的行放到另一个表格里")
        }
        TableFault::NoRows => Said::new("表头下面没有内容", "请给每个渠道写一行"),
        TableFault::SameHeadings { first, second } => {
            Said::new(format!("表头{}和{}是一个意思", first.zh(), second.zh()), "请改掉或删掉其中一列")
        }
        TableFault::NoChannelColumn { wide } => Said::new(
            "没有渠道这一列",
            if *wide {
                "表头和单元格之间要用半角逗号 `,` 分隔，全角逗号「，」不行"
            } else {
                "请把写着「联系我」的 `state` 的那一列，表头改成「渠道」或 `state`"
            },
        ),
        TableFault::NothingToDoColumn => {
            Said::new("没有欢迎语或标签这一列", "请把表头写成「欢迎语」或 `text`，「标签」或 `tags`")
        }
        TableFault::MoreCells { cells, headings } => Said::new(
            format!("有 {cells} 个单元格，而表头只有 {headings} 个"),
            "里面有逗号或换行的文字，请放在半角双引号里",
        ),
        TableFault::DoesNothing => Said::new("这一行什么都不做", "请写上欢迎语或标签，或者删掉这一行"),
        TableFault::NoUserid { user, typed } => Said::new(
            format!("{}不是员工账号", user.zh()),
            typed.as_ref().map_or_else(
                || "请写管理后台里显示的员工账号，例如 `zhangsan`，或者留空".to_owned(),
                |typed| typed.say(Language::Zh),
            ),
        ),
        TableFault::ChannelTwice { line, state } => {
            let whom = state
                .as_ref()
                .map_or_else(|| "其余所有客户".to_owned(), |state| format!("渠道{}", state.zh()));
            Said::new(format!("第 {line} 行已经写了{whom}"), "请只留一行")
        }
        TableFault::TagWithoutGroup(tag) => Said::new(
            format!("标签{}没有写标签组", tag.zh()),
            "请写成 `标签组/标签`，或者加上「标签组」这一列",
        ),
        TableFault::Spreadsheet { cell, made } => {
            Said::new(format!("{}{}", cell.zh(), self::made(*made)), AS_TEXT)
        }
        TableFault::QuoteOpen => Said::new(
            "有一个单元格以双引号开头，后面却没有结束的双引号，下面所有的行都会算进这个单元格",
            "请在单元格结束的地方加上 `\"`；单元格里面的双引号要写两遍（`\"\"`）",
        ),
        TableFault::BehindQuote { begun, line } => Said::new(
            if begun == line {
                "单元格结束的双引号后面还有文字".to_owned()
            } else {
                format!("有一个单元格以双引号开头，到第 {line} 行才结束，后面还有文字")
            },
            "双引号要在单元格的末尾结束，紧跟着分隔符；单元格里面的双引号要写两遍（`\"\"`）",
        ),
    }
}

fn made(made: Made) -> &'static str {
    match made {
        Made::Error => "是 Excel 在公式出错或列太窄时显示的内容",
        Made::Shortened => "是 Excel 缩写的数字，后面几位已经丢失",
        Made::Formula => "是公式，不是它的值",
        Made::Rounded => "的末尾可能原来不是 0：Excel 只保留数字的前 15 位",
        Made::Date => "可能是 Excel 把 `3-1` 这样的渠道改成了日期",
    }
}
