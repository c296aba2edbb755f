//! A table of contact ways: what its headings mean, and each row as a way that is asked for, or what is wrong with it.

use std::{collections::HashMap, sync::Arc};

use super::{
    asked::{AskedWay, Field, Written},
    words::WayFault,
};
use crate::rules::trial::{RowFault, cells};

/// How large a table may be, and how many rows it may have: as many as somebody looks through, and a minute of WeCom's time.
pub const TABLE_BYTES_MAX: usize = 256 << 10;
pub const ROWS_MAX: usize = 500;

/// Headings, in small letters, without blanks and without brackets behind them.
const HEADINGS: [(Field, &[&str]); 5] = [
    (Field::Name, &["name", "remark", "名称", "渠道名称", "渠道码名称", "活码名称", "二维码名称", "备注"]),
    (
        Field::State,
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
            "参数",
            "自定义参数",
        ],
    ),
    (
        Field::Users,
        &[
            "user",
            "users",
            "userid",
            "user_id",
            "员工",
            "员工账号",
            "员工id",
            "成员",
            "成员账号",
            "成员id",
            "使用员工",
            "使用成员",
            "接待员工",
        ],
    ),
    (Field::Departments, &["party", "department", "departments", "部门", "部门id", "使用部门"]),
    (
        Field::SkipVerify,
        &["skip_verify", "skipverify", "免验证", "无需验证", "自动通过", "自动通过好友", "跳过验证"],
    ),
];

/// A table, read.
#[derive(Debug, Default)]
pub struct Table {
    /// The rows that WeCom can be asked for, each with its line.
    pub rows: Vec<(u64, AskedWay)>,
    /// The faults, in the order of the lines.
    pub faults: Vec<RowFault>,
    /// Headings that mean nothing here.
    pub unused: Vec<String>,
    /// The table was in GBK.
    pub gbk: bool,
    /// It as text.
    pub text: String,
}

fn known(heading: &str) -> Option<Field> {
    let bare = heading.split(['(', '\u{ff08}', '[', '\u{3010}']).next().unwrap_or_default();
    let bare: String = bare.chars().filter(|c| !c.is_whitespace() && *c != '*').collect();
    let bare = bare.to_lowercase();
    HEADINGS.iter().find(|(_, names)| names.contains(&bare.as_str())).map(|(field, _)| *field)
}

/// Reads a table, as UTF-8 or GBK, with commas, tabs or semicolons.
pub fn read(table: &[u8]) -> Table {
    let cells = match cells(table, (TABLE_BYTES_MAX, ROWS_MAX)) {
        Ok(cells) => cells,
        Err(faults) => {
            let text = String::from_utf8_lossy(&table[..table.len().min(TABLE_BYTES_MAX)]).into_owned();
            return Table { faults, text, ..Table::default() };
        }
    };
    let mut columns: HashMap<Field, usize> = HashMap::new();
    let mut read = Table { faults: cells.faults, gbk: cells.gbk, text: cells.text, ..Table::default() };
    for (at, heading) in cells.headings.iter().enumerate().filter(|(_, heading)| !heading.is_empty()) {
        match known(heading) {
            Some(field) if !columns.contains_key(&field) => {
                columns.insert(field, at);
            }
            _ => read.unused.push(heading.clone()),
        }
    }
    if !columns.contains_key(&Field::Users) && !columns.contains_key(&Field::Departments) {
        read.faults = vec![RowFault::new(1, None, Arc::new(WayFault::NoUserColumn))];
        return read;
    }
    let heading = |field: Field| columns.get(&field).map(|at| cells.headings[*at].clone());
    for (line, row) in &cells.rows {
        let cell =
            |field: Field| columns.get(&field).and_then(|at| row.get(*at)).cloned().unwrap_or_default();
        let wrong = |field: Field, fault: WayFault| RowFault::new(*line, heading(field), Arc::new(fault));
        let Some(skip_verify) = flag(&cell(Field::SkipVerify)) else {
            let text = cell(Field::SkipVerify);
            read.faults.push(wrong(Field::SkipVerify, WayFault::NoFlag { text }));
            continue;
        };
        let written = Written {
            name: cell(Field::Name),
            state: cell(Field::State),
            users: cell(Field::Users),
            departments: cell(Field::Departments),
            single: None,
            skip_verify,
        };
        match written.check() {
            Err(faults) => {
                read.faults.extend(faults.into_iter().map(|fault| wrong(fault.field, fault.wrong)));
            }
            Ok(asked) => match read.rows.iter().find(|(_, other)| *other == asked) {
                Some((other, _)) => {
                    let fault = WayFault::SameRow { line: *other };
                    read.faults.push(RowFault::new(*line, None, Arc::new(fault)));
                }
                None => read.rows.push((*line, asked)),
            },
        }
    }
    read.faults.sort_by_key(|fault| fault.line);
    read
}

/// Yes or no; yes where nothing stands, as WeCom has it.
fn flag(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "" | "是" | "yes" | "y" | "true" | "1" | "√" => Some(true),
        "否" | "no" | "n" | "false" | "0" | "×" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn lines(table: &Table) -> Vec<(u64, &'static str)> {
        table.faults.iter().map(|fault| (fault.line, fault.code())).collect()
    }

    const GOOD: &str = "名称,渠道,员工账号,部门,免验证,城市\n南山店,shop-nanshan,zhangsan,,是,深圳\n\n展会,expo,\"zhangsan、lisi\",3,否,杭州\n";

    #[test]
    fn rows_are_ways_whatever_separates_them_and_in_whichever_encoding() {
        let (gbk, _, _) = encoding_rs::GBK.encode(GOOD);
        for (table, is_gbk) in [
            (GOOD.as_bytes().to_vec(), false),
            (GOOD.replace(',', "\t").into_bytes(), false),
            (format!("\u{feff}{GOOD}").into_bytes(), false),
            (gbk.into_owned(), true),
        ] {
            let read = read(&table);
            assert_eq!((lines(&read), read.gbk), (vec![], is_gbk));
            assert_eq!(read.unused, ["城市"]);
            let [(2, shop), (4, expo)] = &read.rows[..] else { panic!("{:?}", read.rows) };
            assert_eq!(
                (shop.name.as_str(), shop.state.as_str(), shop.single),
                ("南山店", "shop-nanshan", true)
            );
            assert_eq!((expo.users.len(), expo.departments.as_slice(), expo.single), (2, &[3][..], false));
            assert_eq!((shop.skip_verify, expo.skip_verify), (true, false));
        }
    }

    #[test]
    fn every_fault_has_its_line_and_its_column() {
        let long = "名".repeat(31);
        let table = format!(
            "名称,state,user,免验证\n{long},a,zhangsan,\nb,b,张三,\nc,c,,\nd,d,zhangsan,也许\ne,e,zhangsan,\ne,e,zhangsan,\n\
             f,1.86613E+18,zhangsan,\ng,g,zhangsan,,x\n"
        );
        let read = read(table.as_bytes());
        assert_eq!(read.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6]);
        assert_eq!(
            lines(&read),
            [
                (2, "way_text_too_long"),
                (3, "way_no_userid"),
                (4, "way_for_nobody"),
                (5, "way_no_flag"),
                (7, "way_same_row"),
                (8, "cell_shortened"),
                (9, "more_cells_than_headings"),
            ]
        );
        assert_eq!(read.faults[0].column.as_deref(), Some("名称"));
        assert!(read.faults[4].to(Language::Zh).contains("第 6 行"));
    }

    #[test]
    fn what_is_no_table_is_said_to_be_none() {
        assert_eq!(lines(&read(b"")), [(1, "table_empty")]);
        assert_eq!(lines(&read("名称,渠道\nx,y\n".as_bytes())), [(1, "way_no_user_column")]);
        assert_eq!(lines(&read(b"user\n")), [(1, "table_without_rows")]);
        assert_eq!(lines(&read(&[0xff; 40])), [(1, "table_encoding")]);
        assert_eq!(lines(&read(&vec![b'x'; TABLE_BYTES_MAX + 1])), [(1, "table_too_large")]);
        let many: Vec<String> = (0..=ROWS_MAX).map(|number| format!("user{number}\n")).collect();
        let many = many.concat();
        let many = read(format!("user\n{many}").as_bytes());
        assert_eq!((many.rows.len(), lines(&many)), (ROWS_MAX, vec![(502, "too_many_lines")]));
    }
}
