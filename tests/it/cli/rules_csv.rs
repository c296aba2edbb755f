//! `rules import --from csv`: a table shown, written, imported, and refused.

use serde_json::json;

use super::Shell;

const TABLE: &str = "\u{feff}渠道,欢迎语,标签,创建人
spring-2026,\"{{ customer.name | default('朋友') }},您好,
欢迎!\",etSampleTagChannelSpring00000000,王
,很高兴认识您,,王
";

#[test]
fn a_table_is_shown_written_or_imported() {
    let shell = Shell::new();
    shell.write("channels.csv", TABLE);
    let shown = shell.run(&["rules", "import", "--from", "csv", "channels.csv", "--dry-run"]);
    assert_eq!(
        (shown.code, shown.stderr.as_str()),
        (0, "Columns that mean nothing here were passed over: 创建人\n")
    );
    insta::assert_snapshot!(shown.stdout, @r#"
    # channels.csv → `wecom-greeter rules import --from csv`
    rules:
      - name: "spring-2026"
        priority: 10
        when:
          state: "spring-2026"
        welcome:
          text: |-
            {{ customer.name | default('朋友') }},您好,
            欢迎!
        tag:
          add: ["etSampleTagChannelSpring00000000"]
      - name: "everyone"
        welcome:
          text: "很高兴认识您"
    "#);
    assert!(!shell.folder.path().join("greeter.db").exists());

    let written = shell.run(&["rules", "import", "--from", "csv", "channels.csv", "--to", "rules.yaml"]);
    assert_eq!(
        written.stdout,
        "rules.yaml has 2 rules now; `wecom-greeter rules import` puts it in force.\n"
    );
    assert_eq!(shell.run(&["rules", "check", "rules.yaml"]).done(), "rules.yaml: 2 rules, no faults\n");
    let again = shell.run(&["rules", "import", "--from", "csv", "channels.csv", "--to", "rules.yaml"]);
    assert!(again.code == 1 && again.stderr.contains("is it there already?"), "{}", again.stderr);

    let arguments =
        ["rules", "import", "--from", "csv", "channels.csv", "--note", "moved", "--output", "json"];
    let imported = shell.run(&arguments);
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    let document: serde_json::Value = serde_json::from_str(&imported.stdout).unwrap();
    let expected =
        json!({ "version": 1, "new": true, "rules": 2, "database": shell.database(), "servers": 0 });
    assert_eq!(document, expected);
    assert_eq!(
        shell.run(&["rules", "export"]).done(),
        std::fs::read_to_string(shell.folder.path().join("rules.yaml")).unwrap()
    );
}

#[test]
fn a_table_with_faults_is_not_imported() {
    let shell = Shell::new();
    shell.write("channels.csv", "渠道,欢迎语,标签\na,,\nb,您好,春季\n");
    let ran = shell.run(&["rules", "import", "--from", "csv", "channels.csv"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, "error: nothing was imported\n"));
    assert_eq!(
        ran.stdout,
        "channels.csv:2: does nothing; give it a greeting or tags, or remove the row\n\
         channels.csv:3: 标签: the tag `春季` has no group; write it as 标签组/标签, or add a column 标签组\n"
    );
    shell.run(&["rules", "export"]).failed(1);
    shell.run(&["rules", "import", "channels.csv", "--dry-run"]).failed(2);
    shell.run(&["rules", "import", "--from", "xlsx", "channels.csv"]).failed(2);
}

/// A table of another product, as it is: tags by name, and its placeholders, which are read as ours.
#[test]
fn a_table_of_another_product_is_imported_as_it_is() {
    let shell = Shell::new();
    shell.write(
        "活码.csv",
        "活码名称;渠道参数;欢迎语;企业标签;标签组;创建时间\n春季;spring-1;#客户昵称#,您好!我是#员工姓名#;新客、扫码;来源;2026-01-01\n其他;;[用户昵称],您好;;;\n",
    );
    let notes = "活码.csv:2: `#客户昵称#` is read as {{ customer.name }}\n\
                 活码.csv:2: `#员工姓名#` is read as {{ employee.name }}\n\
                 活码.csv:3: `[用户昵称]` is read as {{ customer.name }}\n";
    let passed_over = "Columns that mean nothing here were passed over: 创建时间\n";
    let written = shell.run(&["rules", "import", "--from", "csv", "活码.csv", "--to", "shop.yaml"]);
    assert_eq!((written.code, written.stderr), (0, format!("{passed_over}{notes}")));
    shell.write("event.yaml", "{ state: spring-1 }");
    #[rustfmt::skip] // A flag and its value a pair.
    let arguments = [
        "rules", "explain", "--rules", "shop.yaml", "--payload", "event.yaml", "--customer", "{ name: 小周 }",
        "--employee", "{ name: 张三 }", "--output", "json",
    ];
    let told = shell.run(&arguments).documents().remove(0);
    assert_eq!(told["welcome"]["text"], "小周,您好!我是张三");
    assert_eq!(told["tags"]["add"], json!(["来源/新客", "来源/扫码"]));

    let imported = shell.run(&["rules", "import", "--from", "csv", "活码.csv"]);
    assert_eq!((imported.code, imported.stderr), (0, format!("{passed_over}{notes}")));
    assert_eq!(
        imported.stdout,
        format!(
            "Made a new database, {0}; there was none.\nVersion 1 with 2 rules is in force in {0}; no server runs on it now, \
             the next that starts takes it up.\n",
            shell.database()
        ),
        "the notes are told once, by the rows of the table"
    );
    // A file says where it stands in the file.
    let checked = shell.run(&["rules", "check", "shop.yaml"]).done();
    assert!(
        checked.starts_with("shop.yaml:8:13: `#客户昵称#`") && checked.ends_with("2 rules, no faults\n"),
        "{checked}"
    );
}
