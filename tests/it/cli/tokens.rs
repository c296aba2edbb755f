//! `tokens`: made, listed, revoked.

use super::*;

#[test]
fn a_token_is_shown_once_and_kept_as_a_hash() {
    let shell = Shell::new();
    let made = shell.run(&[
        "tokens",
        "create",
        "grafana",
        "--role",
        "viewer",
        "--expires",
        "90d",
        "--output",
        "json",
    ]);
    let made = made.documents().remove(0);
    let keys: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["name", "role", "token", "expires_at_ms"]);
    assert_eq!((&made["name"], &made["role"]), (&"grafana".into(), &"viewer".into()));
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("wgt_") && token.len() == 47, "{token}");
    let text = shell.run(&["tokens", "create", "张三", "--role", "admin"]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    assert!(text.stdout.starts_with("wgt_") && text.stdout.lines().count() == 1, "{}", text.stdout);
    assert!(text.stderr.contains("not shown again"), "{}", text.stderr);
    let listed = shell.run(&["tokens", "list", "--output", "json"]).documents();
    assert_eq!(listed.len(), 2);
    let grafana = listed.iter().find(|token| token["name"] == "grafana").unwrap();
    assert_eq!(grafana["expires_at_ms"], made["expires_at_ms"]);
    let lasts = made["expires_at_ms"].as_i64().unwrap() - grafana["created_at_ms"].as_i64().unwrap();
    assert_eq!(lasts, 90 * 86_400_000);
    assert!(grafana["last_used_at_ms"].is_null() && grafana["created_by"] == "command line");
    let table = shell.run(&["tokens", "list"]).done();
    assert!(table.contains("张三") && table.contains("never"), "{table}");
    for file in fs::read_dir(shell.folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(
            !bytes.windows(token.len()).any(|window| window == token.as_bytes()),
            "it is in the database"
        );
    }
    assert!(!format!("{listed:?}{table}").contains(token));
}

#[test]
fn a_name_is_given_once_and_revoked_once() {
    let shell = Shell::new();
    assert_eq!(shell.run(&["tokens", "create", "a", "--role", "viewer"]).code, 0);
    let taken = shell.run(&["tokens", "create", "a", "--role", "admin"]).failed(1);
    assert!(taken.contains("tokens revoke a"), "{taken}");
    let revoked = shell.run(&["tokens", "revoke", "a", "--output", "json"]).documents().remove(0);
    assert_eq!(revoked, json!({ "name": "a", "revoked": true }));
    let missing = shell.run(&["tokens", "revoke", "a"]).failed(1);
    assert!(missing.contains("no token a"), "{missing}");
    assert!(shell.run(&["tokens", "list"]).done().contains("no tokens"));
}

#[test]
fn what_cannot_be_a_token_is_wrong_usage() {
    let shell = Shell::new();
    for arguments in [
        &["tokens", "create", "a b", "--role", "viewer"][..],
        &["tokens", "create", "admin.token", "--role", "viewer"],
        &["tokens", "create", "a", "--role", "root"],
        &["tokens", "create", "a"],
        &["tokens", "create", "a", "--role", "viewer", "--expires", "2020-01-01"],
        &["tokens", "create", "a", "--role", "viewer", "--expires", "soon"],
        &["tokens", "create", "a", "--role", "viewer", "--expires", "9000000d"],
    ] {
        shell.run(arguments).failed(2);
    }
    let far = ["tokens", "create", "a", "--role", "viewer", "--expires", "9000000d", "--lang", "zh"];
    let said = shell.run(&far).failed(2);
    assert!(said.contains("太远了：最多 36500d"), "{said}");
}
