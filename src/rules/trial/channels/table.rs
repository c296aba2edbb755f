//! The table as it comes: its encoding, its headings, and several values in one cell.

use std::borrow::Cow;

use super::{
    fault::{RowFault, row_fault},
    words::TableFault,
};
use crate::rules::document::typed::SEPARATORS;

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    State,
    Name,
    Text,
    Tags,
    TagGroup,
    User,
    RemarkName,
    RemarkDescription,
}

/// Headings, in small letters, without blanks and without brackets behind them. Columns of employees' names are not among
/// them, as rules go by userid.
const HEADINGS: [(Column, &[&str]); 8] = [
    (
        Column::State,
        &[
            "state",
            "channel",
            "scene",
            "渠道",
            "渠道标识",
            "渠道参数",
            "渠道值",
            "渠道编码",
            "渠道id",
            "活码参数",
            "自定义参数",
            "参数",
            "state参数",
        ],
    ),
    (Column::Name, &["name", "名称", "渠道名称", "渠道码名称", "活码名称", "规则名称"]),
    (
        Column::Text,
        &[
            "text",
            "welcome",
            "message",
            "欢迎语",
            "欢迎语内容",
            "欢迎语文案",
            "欢迎语文字",
            "文字欢迎语",
            "欢迎文案",
            "欢迎消息",
            "话术",
        ],
    ),
    (
        Column::Tags,
        &["tags", "tag", "标签", "客户标签", "企业标签", "渠道标签", "自动标签", "标签名称", "打标签"],
    ),
    (Column::TagGroup, &["tag_group", "taggroup", "标签组", "标签组名称", "标签分组"]),
    (Column::User, &["user", "userid", "user_id", "员工账号", "员工id", "成员账号", "成员id"]),
    (Column::RemarkName, &["remark", "客户备注", "备注名", "客户备注名"]),
    (Column::RemarkDescription, &["description", "客户描述", "描述信息"]),
];

/// What a heading means; `None` for one that means nothing here.
pub(super) fn known(heading: &str) -> Option<Column> {
    let bare = heading.split(['(', '\u{ff08}', '[', '\u{3010}']).next().unwrap_or_default();
    let bare: String = bare.chars().filter(|c| !c.is_whitespace() && *c != '*').collect();
    let bare = bare.to_lowercase();
    HEADINGS.iter().find(|(_, names)| names.contains(&bare.as_str())).map(|(column, _)| *column)
}

/// UTF-8, or else GB18030, of which GBK is a part.
pub(super) fn decoded(table: &[u8]) -> Result<(Cow<'_, str>, bool), Vec<RowFault>> {
    if let Ok(text) = std::str::from_utf8(table) {
        return Ok((Cow::Borrowed(text.trim_start_matches('\u{feff}')), false));
    }
    match encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(table) {
        Some(text) => Ok((text, true)),
        None => Err(vec![row_fault(1, TableFault::Encoding)]),
    }
}

/// The values in one cell, by whichever separator, ASCII or of a Chinese input method.
pub(super) fn parts(cell: &str) -> Vec<String> {
    let parts = cell.split(|c| c == '\n' || SEPARATORS.contains(&c)).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
