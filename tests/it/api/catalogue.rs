//! The catalogue against the methods: none is missing on either side, and what a call by hand promises holds for each.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use wecom_greeter::wecom::{
    Effect, Error, PreparedBody, Verb,
    catalogue::{Answers, Arguments, By, Kind, Method, method, methods},
};

use super::{calls, client, server, usual};
use crate::harness::scripted::Reply;

/// The rows of files: their tests stand in `media`.
fn of_files(method: &Method) -> bool {
    method.answers == Answers::File || method.arguments.iter().any(|argument| argument.kind == Kind::File)
}

fn arguments(command: &str, fields: &Value) -> Arguments {
    Arguments::new(method(command).unwrap(), fields.as_object().unwrap().clone())
}

#[test]
fn every_method_of_the_catalogue_is_walked() {
    let walked: BTreeSet<_> = super::methods().iter().map(|row| row.path).collect();
    let listed: BTreeSet<_> =
        methods().filter(|row| !of_files(row) && row.answers == Answers::Json).map(|row| row.path).collect();
    assert_eq!(walked, listed);
}

/// The modules of the library know no path that the catalogue does not.
#[test]
fn every_path_of_the_library_is_in_the_catalogue() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/wecom-client/src");
    let mut paths = BTreeSet::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                if !entry.ends_with("catalogue") {
                    folders.push(entry);
                }
                continue;
            }
            let text = std::fs::read_to_string(entry).unwrap();
            let constants =
                text.lines().filter_map(|line| line.strip_prefix("const ")?.split_once("&str = \""));
            paths.extend(constants.map(|(_, rest)| rest.trim_end_matches("\";").to_owned()));
        }
    }
    paths.retain(|path| {
        path.contains("externalcontact/") || path.starts_with("media/") || path.starts_with("idconvert/")
    });
    let listed: BTreeSet<_> = methods().map(|row| row.path.to_owned()).collect();
    let unknown: Vec<_> = paths.difference(&listed).collect();
    assert!(unknown.is_empty() && paths.len() > 90, "{unknown:?} of {}", paths.len());
}

#[tokio::test]
async fn what_is_required_is_missed_before_anything_is_sent() {
    for row in super::methods() {
        let listed = row.row();
        for argument in listed.arguments.iter().filter(|argument| argument.required) {
            let mut fields = row.sent.as_object().unwrap().clone();
            fields.shift_remove(argument.name);
            let error = listed.prepare(&Arguments::new(listed, fields.clone())).await.err().unwrap();
            assert!(
                matches!(error, Error::Argument { field, .. } if field == argument.name),
                "{}: {error}",
                row.path
            );
            // Of a wrong kind it is refused by name as well.
            let wrong = if argument.kind == Kind::Text { json!(7) } else { json!("wrong") };
            fields.insert(argument.name.to_owned(), wrong);
            let error = listed.prepare(&Arguments::new(listed, fields)).await.err().unwrap();
            assert!(
                matches!(error, Error::Argument { field, .. } if field == argument.name),
                "{}: {error}",
                row.path
            );
        }
    }
}

#[tokio::test]
async fn what_the_platform_may_add_goes_through() {
    for row in super::methods() {
        let mut fields = row.sent.as_object().unwrap().clone();
        fields.insert("added_later".into(), json!("x"));
        let prepared = row.row().prepare(&Arguments::new(row.row(), fields)).await.unwrap();
        let there = match prepared.body() {
            PreparedBody::Json(body) => body["added_later"] == "x",
            _ => prepared.query().contains(&("added_later".into(), "x".into())),
        };
        assert!(there, "{}", row.path);
    }
}

/// Whatever stands in the place of a value: it is refused, or goes out as it was given.
#[tokio::test]
async fn what_was_given_goes_out_as_it_is_or_not_at_all() {
    let odd =
        [json!("x"), json!(""), json!(7), json!(true), json!([]), json!({}), json!(["x"]), json!([7, "x"])]
            .into_iter()
            .chain([json!([{"added_later": 1}]), json!({"added_later": [1]}), json!([["x"]]), json!([null])]);
    let odd: Vec<Value> = odd.collect();
    let (mut refused, mut sent) = (0, 0);
    for row in super::methods() {
        for (place, odd) in
            super::places(&row.sent).iter().flat_map(|place| odd.iter().map(move |odd| (place, odd)))
        {
            let given = super::with(&row.sent, place, Some(odd.clone()));
            let fields = given.as_object().unwrap().clone();
            let prepared = match row.row().prepare(&Arguments::new(row.row(), fields)).await {
                Ok(prepared) => prepared,
                Err(Error::Argument { .. }) => {
                    refused += 1;
                    continue;
                }
                Err(error) => panic!("{}: {place} as {odd}: {error}", row.path),
            };
            sent += 1;
            let is_day =
                |name: &str| row.row().argument(name).is_some_and(|argument| argument.kind == Kind::Day);
            if is_day(place.trim_start_matches('/')) {
                // Any second of a day stands for it.
                continue;
            }
            let told: Value = match prepared.body() {
                PreparedBody::Json(body) => Value::Object(body.clone()),
                _ => prepared.query().iter().map(|(name, value)| (name.clone(), json!(value))).collect(),
            };
            super::nothing_is_lost(&given, &told, &format!("{}: {place} as {odd}", row.path));
        }
    }
    assert!(refused > 4_000 && sent > 200, "{refused} refused, {sent} sent");
}

#[tokio::test]
async fn uploads_are_described_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("a.png");
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n and so on").unwrap();
    let path = picture.to_str().unwrap();
    for (command, fields, query) in [
        ("media-upload", json!({"type": "image", "media": path}), vec![("type", "image")]),
        ("media-uploadimg", json!({"media": path}), vec![]),
        (
            "media-upload-attachment",
            json!({"media_type": "image", "attachment_type": 2, "media": path}),
            vec![("media_type", "image"), ("attachment_type", "2")],
        ),
    ] {
        let row = method(command).unwrap();
        let prepared = row.prepare(&arguments(command, &fields)).await.unwrap();
        assert_eq!((prepared.verb(), prepared.path(), prepared.effect()), (row.verb, row.path, row.effect));
        assert_eq!((row.verb, row.effect), (Verb::Post, Effect::Idempotent));
        let told: Vec<_> =
            prepared.query().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(told, query);
        assert!(matches!(prepared.body(), PreparedBody::File(_)));
    }
    let wrong = arguments("media-upload", &json!({"type": "voice", "media": path}));
    let error = method("media-upload").unwrap().prepare(&wrong).await.err().unwrap();
    assert!(error.to_string().contains("begins like no AMR file"), "{error}");
    let row = method("media-get").unwrap();
    let prepared = row.prepare(&arguments("media-get", &json!({"media_id": "m"}))).await.unwrap();
    assert_eq!((prepared.verb(), prepared.path(), prepared.effect()), (row.verb, row.path, row.effect));
    assert_eq!(prepared.query(), [("media_id".to_owned(), "m".to_owned())]);
    let row = method("gettoken").unwrap();
    let prepared = row.prepare(&arguments("gettoken", &json!({}))).await.unwrap();
    assert_eq!((prepared.verb(), prepared.path(), prepared.effect()), (row.verb, row.path, row.effect));
}

#[tokio::test]
async fn every_listing_is_followed_in_wecoms_own_words() {
    let mut followed = 0;
    for row in super::methods() {
        let listed = row.row();
        let Some(paging) = listed.paging else { continue };
        followed += 1;
        let list = paging.list;
        let wecom = server(move |seen| {
            let asked = if seen.verb == "GET" {
                seen.argument("cursor").map(Value::from)
            } else {
                seen.json().get("cursor").cloned()
            };
            let mut answer = json!({"errcode": 0, "errmsg": "ok", list: [{"added_later": seen.number}]});
            match (paging.by, seen.number) {
                // The second page's cursor has expired the first time.
                (_, 2) => return Reply::code(50100),
                (By::Cursor, 1 | 3) => {
                    assert!(asked.is_none_or(|cursor| cursor == ""));
                    answer["next_cursor"] = json!("c1");
                }
                (By::Cursor, _) => {
                    assert_eq!(asked, Some(json!("c1")));
                    answer["next_cursor"] = json!("");
                }
                (By::Offset, 1 | 3) => {
                    answer["next_offset"] = json!(1);
                    answer["total"] = json!(2);
                }
                (By::Offset, _) => {
                    assert_eq!(seen.json()["offset"], 1);
                    answer["next_offset"] = json!(2);
                    answer["total"] = json!("2");
                    answer["fail_info"] = json!({"unlicensed_userid_list": ["a"]});
                }
            }
            Reply::json(answer.to_string())
        })
        .await;
        let client = client(&wecom);
        let mut fields: Map<String, Value> = row.sent.as_object().unwrap().clone();
        for name in ["cursor", "limit", "page_id", "page_size", "offset"] {
            fields.shift_remove(name);
        }
        let given = Arguments::new(listed, fields);
        let mut pages = listed.pages(&client, &given, usual()).await.unwrap().unwrap();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.unwrap_or_else(|unanswered| panic!("{}: {}", row.path, unanswered.error)));
        }
        let told: Vec<_> = items.iter().map(|item| item["added_later"].as_i64().unwrap()).collect();
        assert_eq!(told, [1, 3, 4], "{}", row.path);
        assert!(pages.restarted(), "{}", row.path);
        assert_eq!(pages.remarks().is_empty(), paging.by == By::Cursor);
        if let Some((limit, most)) = paging.limit {
            assert!(
                calls(&wecom).iter().all(|call| call.json()[limit] == most),
                "{}: the largest pages",
                row.path
            );
        }
    }
    assert!(followed > 20, "{followed}");
}

#[tokio::test]
async fn a_refusal_comes_with_all_that_wecom_wrote() {
    let wecom = server(|_| {
        Reply::json(
            r#"{"errcode":40096,"errmsg":"invalid external userid, hint: [token]","fail_list":["wm1"]}"#,
        )
    })
    .await;
    let row = method("convert-to-openid").unwrap();
    let prepared =
        row.prepare(&arguments("convert-to-openid", &json!({"external_userid": "wm1"}))).await.unwrap();
    let unanswered = client(&wecom).ask(&prepared, usual()).await.unwrap_err();
    let answer = unanswered.answer.unwrap();
    assert_eq!(answer["fail_list"], json!(["wm1"]));
    assert_eq!(answer["errmsg"], "invalid external userid, hint: [***]", "the access token is cut out");
    assert_eq!(unanswered.error.errcode(), Some(40096));
}
