//! Tables as people have them, and the faults of those that are wrong.

use super::*;

fn made(table: &str) -> Channels {
    channels(table.as_bytes(), "t.csv").unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn refused(table: &str) -> Vec<String> {
    channels(table.as_bytes(), "t.csv").expect_err("refused").iter().map(RowFault::to_string).collect()
}

const ID: &str = "etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g";

#[test]
fn a_table_becomes_a_rules_file() {
    let table = format!(
        "\u{feff}渠道名称,渠道,欢迎语(必填),标签,创建时间\r\n\
         春季活动,spring-2026,\"您好,\n\n欢迎参加\"\"春季\"\"活动!\",{ID},2026-01-01\r\n\
         线下,shop[1]*,您好,,\r\n\
         ,,很高兴认识您,,\r\n"
    );
    let made = made(&table);
    assert_eq!(
        (made.rules, made.unused.as_slice(), made.gbk),
        (3, ["创建时间".to_owned()].as_slice(), false)
    );
    insta::assert_snapshot!(made.document, @r#"
    # t.csv → `wecom-greeter rules import --from csv`
    rules:
      - name: "春季活动"
        priority: 10
        when:
          state: "spring-2026"
        welcome:
          text: |-
            您好,

            欢迎参加"春季"活动!
        tag:
          add: ["etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g"]
      - name: "线下"
        priority: 10
        when:
          state: "shop\\[1]\\*"
        welcome:
          text: "您好"
      - name: "everyone"
        welcome:
          text: "很高兴认识您"
    "#);
    let set = Ruleset::compile(&made.document, 1).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(set.rules().count(), 3);
}

#[test]
fn a_table_of_excel_in_gbk_is_read() {
    let (bytes, _, unmappable) = encoding_rs::GBK.encode("渠道,欢迎语\nspring,您好\n");
    assert!(!unmappable);
    let made = channels(&bytes, "t.csv").unwrap_or_else(|faults| panic!("{faults:#?}"));
    assert!(made.gbk && made.document.contains("您好"));
    let broken = channels(b"PK\x03\x04\xff\xff\xff", "t.csv").expect_err("an .xlsx");
    assert!(broken[0].to_string().contains("CSV UTF-8"), "{broken:?}");
}

#[test]
fn tags_go_by_name_and_placeholders_of_others_are_told_with_their_row() {
    let made = made(
        "渠道,欢迎语,标签,标签组\nspring,\"#客户昵称#,\n您好\",春季、等级/VIP、来源:扫码,渠道\n,[用户昵称]您好!我是#员工姓名#,,\n",
    );
    assert!(made.document.contains(r#"add: ["渠道/春季", "等级/VIP", "来源/扫码"]"#), "{}", made.document);
    assert!(made.document.contains("#客户昵称#,"), "they stay as they are written");
    let told: Vec<String> = made.notes.iter().map(Noted::to_string).collect();
    assert_eq!(
        told,
        [
            "2: `#客户昵称#` is read as {{ customer.name }}",
            "4: `[用户昵称]` is read as {{ customer.name }}",
            "4: `#员工姓名#` is read as {{ employee.name }}",
        ]
    );
    assert_eq!(
        refused("渠道,欢迎语\n,您的#兑换码#\n"),
        [
            "2: 欢迎语: `#兑换码#` is another product's placeholder and would be sent as it stands; remove it: redeem \
             codes are not given out here; a code that all may use can be written out"
        ]
    );
}

#[test]
fn each_fault_is_told_with_its_row() {
    let long = "长".repeat(1_400);
    let table = format!(
        "state,text,tags\nspring,,\nsummer,\"a\nb\",春季\nsummer,c,\nautumn,{long},\nwinter,d,,too,many\n"
    );
    assert_eq!(
        refused(&table),
        [
            "2: does nothing; give it a greeting or tags, or remove the row",
            "3: tags: the tag `春季` has no group; write it as 标签组/标签, or add a column 标签组",
            "5: state: the row in line 3 is for `summer` already; keep one of the two",
            "6: text: has 4200 bytes of UTF-8, and WeCom takes 4000; shorten it; a Chinese character is 3 bytes",
            "7: has 5 cells below 3 headings; put a text with a comma or a line break in \"quotes\"",
        ]
    );
    let table = format!("state,text\nautumn,{long}\n");
    assert_eq!(
        refused(&table),
        [
            "2: text: has 4200 bytes of UTF-8, and WeCom takes 4000; shorten it; a Chinese character is 3 bytes"
        ]
    );
    assert_eq!(refused("a,b\n1,2\n").len(), 2);
    assert_eq!(
        refused("state,渠道,text\n1,2,3\n"),
        ["1: `state` and `渠道` mean the same; rename or remove one of the two columns"]
    );
    assert_eq!(
        refused("state,text\n"),
        ["1: there are no rows below the headings; add one for each channel"]
    );
    assert_eq!(
        refused(" \n"),
        ["1: the table is empty; begin it with headings, as 渠道,欢迎语,标签, and give each channel a row"]
    );
}

/// Whatever ends its lines and however many are blank.
#[test]
fn a_fault_is_told_with_the_line_that_an_editor_shows() {
    let table = "渠道,欢迎语\na,\"x\ny\"\n\n\nb,\n";
    for end in ["\n", "\r\n"] {
        let told = refused(&table.replace('\n', end));
        assert_eq!(told, ["6: does nothing; give it a greeting or tags, or remove the row"], "{end:?}");
    }
}

#[test]
fn a_quote_that_is_not_closed_swallows_no_rows() {
    for table in ["渠道,欢迎语\na,\"x\nb,y\n", "渠道,欢迎语\nz,\na,\"x\nb,\"y\"\nc,\n"] {
        let told = refused(table);
        let at = table.lines().position(|line| line.starts_with('a')).unwrap() + 1;
        assert!(told.last().unwrap().starts_with(&format!("{at}: begins a cell with a quote")), "{told:?}");
        assert_eq!(told.len(), at - 1, "what stands above it is told as well: {told:?}");
    }
    let told = refused("渠道,欢迎语\na,\"x\"y\nb,\n");
    assert!(told[0].starts_with("2: has text behind the quote"), "{told:?}");
    assert!(told[1].starts_with("3: does nothing"), "the rows below are read: {told:?}");
    let told = refused("渠道,\"欢迎语\na,x\n");
    assert!(told.len() == 1 && told[0].starts_with("1: begins a cell"), "{told:?}");
}

#[test]
fn employees_are_named_by_userid() {
    assert_eq!(
        refused("渠道,员工账号,欢迎语\na,lisi、张三,x\n"),
        [
            "2: 员工账号: `张三` is no userid; write the account that the console shows of the employee, as in \
             zhangsan, or empty the cell"
        ]
    );
}

#[test]
fn rows_beyond_the_most_that_can_be_are_told_once() {
    let rows: Vec<String> = (0..RULES_MAX + 50).map(|n| format!("s{n},x\n")).collect();
    let told = refused(&format!("state,text\n{}", rows.concat()));
    assert!(told.len() == 1 && told[0].starts_with("2002: is beyond the first 2000 rows"), "{told:?}");
    assert!(told[0].contains("make one rule"), "{told:?}");
}

#[test]
fn two_rows_for_everybody_are_told_in_words() {
    let told = refused("state,text\n,x\n,y\n");
    assert_eq!(told, ["3: state: the row in line 2 is for everybody else already; keep one of the two"]);
}

#[test]
fn names_are_made_to_differ_and_separators_of_all_kinds_part_tags() {
    let made = made(&format!("name;state;tags\nA;x;{ID}\nA;y;{ID}、{ID}2\n"));
    assert!(
        made.document.contains("name: \"A\"") && made.document.contains("name: \"A 2\""),
        "{}",
        made.document
    );
    assert!(made.document.contains(&format!("[\"{ID}\", \"{ID}2\"]")), "{}", made.document);
}
