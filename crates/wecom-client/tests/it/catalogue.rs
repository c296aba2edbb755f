//! The catalogue against the methods: none is missing on either side, and what a call by hand promises holds for each.

use std::{collections::BTreeSet, path::Path};

use serde_json::{Map, Value, json};
use wecom_client::{
    Effect, Error, PreparedBody, Verb,
    catalogue::{Answers, Arguments, By, Kind, Method, method, methods},
};

use crate::{
    scripted::Reply,
    walk::{self, calls, client, server, usual},
};

/// The rows of files: their tests stand in `media`.
fn of_files(method: &Method) -> bool {
    method.answers == Answers::File || method.arguments.iter().any(|argument| argument.kind == Kind::File)
}

fn arguments(command: &str, fields: &Value) -> Arguments {
    Arguments::new(method(command).unwrap(), fields.as_object().unwrap().clone())
}

#[test]
fn every_method_of_the_catalogue_is_walked() {
    let walked: BTreeSet<_> = walk::methods().iter().map(|row| row.path).collect();
    let listed: BTreeSet<_> = methods()
        .filter(|row| !of_files(row) && row.answers == Answers::Json)
        .map(|row| row.endpoint.path)
        .collect();
    assert_eq!(walked, listed);
}

/// The code of the library, without comments and tests, each file on one line.
fn code_of_the_library() -> String {
    let mut code = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let text = std::fs::read_to_string(entry).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            code.extend(text.lines().map(str::trim).filter(|line| !line.starts_with("//")));
        }
    }
    code
}

/// Every `Endpoint` of the library is in the catalogue, and no path is written down a second time.
#[test]
fn a_path_stands_once_in_the_library() {
    let code = code_of_the_library();
    let declared = |verb: &str| -> Vec<String> {
        let begin = format!("Endpoint::{verb}(\"");
        code.split(&begin).skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    let declared: BTreeSet<String> = [declared("get"), declared("post")].concat().into_iter().collect();
    let listed = methods().map(|row| row.endpoint.path.to_owned()).collect();
    assert_eq!(declared, listed);
    for path in declared {
        assert_eq!(code.matches(&format!("\"{path}\"")).count(), 1, "{path}");
    }
}

#[test]
fn a_method_has_one_row_and_one_command() {
    let paths: BTreeSet<_> = methods().map(|method| method.endpoint.path).collect();
    let commands: BTreeSet<_> = methods().map(Method::command).collect();
    assert_eq!((paths.len(), commands.len()), (methods().count(), methods().count()));
}

#[test]
fn commands_are_the_platforms_own_names() {
    let command = |path: &str| methods().find(|method| method.endpoint.path == path).unwrap().command();
    for (path, expected) in [
        ("externalcontact/add_contact_way", "add-contact-way"),
        ("externalcontact/get", "get"),
        ("externalcontact/groupchat/list", "groupchat-list"),
        ("externalcontact/batch/get_by_user", "batch-get-by-user"),
        ("externalcontact/resigned/transfer_customer", "resigned-transfer-customer"),
        ("service/externalcontact/unionid_to_external_userid_3rd", "unionid-to-external-userid-3rd"),
        ("idconvert/convert_tmp_external_userid", "idconvert-convert-tmp-external-userid"),
        ("media/uploadimg", "media-uploadimg"),
        ("gettoken", "gettoken"),
    ] {
        assert_eq!(command(path), expected);
    }
}

#[test]
fn a_name_of_any_kind_means_one_method() {
    let mut names: BTreeSet<String> = methods().map(Method::command).collect();
    for method in methods() {
        for name in method.other_names() {
            assert!(names.insert(name.clone()), "{name} stands for two methods");
        }
    }
    let others = |command: &str| method(command).unwrap().other_names();
    assert_eq!(
        Vec::from_iter(others("transfer-customer")),
        [
            "externalcontact/transfer",
            "externalcontact/transfer_customer",
            "transfer",
            "transfer-external-contact",
            "transferCustomer",
            "transferExternalContact",
            "transfer_customer"
        ]
    );
    assert!(others("get").contains("crm-get-external-contact"));
    assert!(others("groupchat-list").contains("groupchat/list"));
    assert!(others("gettoken").is_empty());
}

/// The methods of `WxCpExternalContactService` of WxJava 4.7 (2025-01), each once: in camel case, as there, and in kebab
/// case, as a command.
#[test]
#[expect(clippy::too_many_lines, reason = "a list, one row a name")]
fn all_methods_of_wxjavas_interface_are_there() {
    let expected = [
        "addContactWay",
        "getContactWay",
        "updateContactWay",
        "deleteContactWay",
        "closeTempChat",
        "getExternalContact",
        "getContactDetail",
        "convertToOpenid",
        "unionidToExternalUserid",
        "addJoinWay",
        "updateJoinWay",
        "getJoinWay",
        "delJoinWay",
        "toServiceExternalUserid",
        "fromServiceExternalUserid",
        "unionidToExternalUserid3rd",
        "getNewExternalUserId",
        "finishExternalUserIdMigration",
        "opengidToChatid",
        "getContactDetailBatch",
        "getContactList",
        "updateRemark",
        "listExternalContacts",
        "listFollowers",
        "listUnassignedList",
        "transferExternalContact",
        "transferCustomer",
        "transferResult",
        "resignedTransferCustomer",
        "resignedTransferResult",
        "listGroupChat",
        "getGroupChat",
        "transferGroupChat",
        "onjobTransferGroupChat",
        "getUserBehaviorStatistic",
        "getGroupChatStatistic",
        "addMsgTemplate",
        "remindGroupMsgSend",
        "cancelGroupMsgSend",
        "sendWelcomeMsg",
        "getCorpTagList",
        "addCorpTag",
        "editCorpTag",
        "delCorpTag",
        "markTag",
        "addMomentTask",
        "getMomentTaskResult",
        "cancelMomentTask",
        "getMomentList",
        "getMomentTask",
        "getMomentCustomerList",
        "getMomentSendResult",
        "getMomentComments",
        "getGroupMsgListV2",
        "getGroupMsgSendResult",
        "getGroupMsgResult",
        "getGroupMsgTask",
        "addGroupWelcomeTemplate",
        "editGroupWelcomeTemplate",
        "getGroupWelcomeTemplate",
        "delGroupWelcomeTemplate",
        "getProductAlbumList",
        "getProductAlbum",
        "uploadAttachment",
        "addInterceptRule",
        "updateInterceptRule",
        "delInterceptRule",
        "getInterceptRuleList",
        "getInterceptRuleDetail",
        "addProductAlbum",
        "updateProductAlbum",
        "deleteProductAlbum",
        "customerAcquisitionLinkList",
        "customerAcquisitionLinkGet",
        "customerAcquisitionLinkCreate",
        "customerAcquisitionUpdate",
        "customerAcquisitionLinkDelete",
        "customerAcquisitionCustomer",
        "customerAcquisitionQuota",
        "customerAcquisitionStatistic",
    ];
    let listed: BTreeSet<&str> = methods().flat_map(|method| method.wxjava_names).copied().collect();
    assert_eq!(listed, BTreeSet::from(expected));
    for (name, path) in [
        ("getContactDetailBatch", "externalcontact/batch/get_by_user"),
        ("getInterceptRuleDetail", "externalcontact/get_intercept_rule"),
        ("onjobTransferGroupChat", "externalcontact/groupchat/onjob_transfer"),
        ("customerAcquisitionUpdate", "externalcontact/customer_acquisition/update_link"),
        ("uploadAttachment", "media/upload_attachment"),
        ("getGroupMsgResult", "externalcontact/get_group_msg_result"),
        ("unionidToExternalUserid3rd", "service/externalcontact/unionid_to_external_userid_3rd"),
    ] {
        let method = methods().find(|method| method.wxjava_names.contains(&name)).unwrap();
        assert_eq!(method.endpoint.path, path, "{name}");
    }
    for name in expected {
        let mut kebab = String::new();
        for c in name.chars() {
            if c.is_ascii_uppercase() {
                kebab.push('-');
            }
            kebab.push(c.to_ascii_lowercase());
        }
        let found = |name: &str| {
            methods().find(|method| method.command() == name || method.other_names().contains(name))
        };
        let paths = [name, &kebab].map(|name| found(name).map(|method| method.endpoint.path));
        assert!(paths[0].is_some() && paths[0] == paths[1], "{name} {kebab}: {paths:?}");
    }
}

#[tokio::test]
async fn what_is_required_is_missed_before_anything_is_sent() {
    for row in walk::methods() {
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
    for row in walk::methods() {
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
    for row in walk::methods() {
        for (place, odd) in
            walk::places(&row.sent).iter().flat_map(|place| odd.iter().map(move |odd| (place, odd)))
        {
            let given = walk::with(&row.sent, place, Some(odd.clone()));
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
            let shown: Value = match prepared.body() {
                PreparedBody::Json(body) => Value::Object(body.clone()),
                _ => prepared.query().iter().map(|(name, value)| (name.clone(), json!(value))).collect(),
            };
            let given = row.on_the_wire(&given);
            walk::nothing_is_lost(&given, &shown, &format!("{}: {place} as {odd}", row.path));
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
        assert_eq!(prepared.endpoint(), row.endpoint);
        assert_eq!((row.endpoint.verb, row.endpoint.effect), (Verb::Post, Effect::Idempotent));
        let shown: Vec<_> =
            prepared.query().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(shown, query);
        assert!(matches!(prepared.body(), PreparedBody::File(_)));
    }
    let wrong = arguments("media-upload", &json!({"type": "voice", "media": path}));
    let error = method("media-upload").unwrap().prepare(&wrong).await.err().unwrap();
    assert!(error.to_string().contains("begins like no AMR file"), "{error}");
    let row = method("media-get").unwrap();
    let prepared = row.prepare(&arguments("media-get", &json!({"media_id": "m"}))).await.unwrap();
    assert_eq!(prepared.endpoint(), row.endpoint);
    assert_eq!(prepared.query(), [("media_id".to_owned(), "m".to_owned())]);
    let row = method("gettoken").unwrap();
    let prepared = row.prepare(&arguments("gettoken", &json!({}))).await.unwrap();
    assert_eq!(prepared.endpoint(), row.endpoint);
}

#[tokio::test]
async fn every_listing_is_followed_in_wecoms_own_words() {
    let mut followed = 0;
    for row in walk::methods() {
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
        let shown: Vec<_> = items.iter().map(|item| item["added_later"].as_i64().unwrap()).collect();
        assert_eq!(shown, [1, 3, 4], "{}", row.path);
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
