//! Group welcome templates.

use wecom_client::contact::{EditGroupWelcomeTemplate, GroupWelcomeTemplate};
use wecom_core::message::{Image, Link, Text};

use super::*;

#[tokio::test]
async fn group_welcome_templates_are_kept_as_they_are_changed() {
    let outside = Outside::start(Options::default()).await;
    let client = outside.client();
    let wecom = client.external();
    let picture = Image { media_id: Some("simulated-image".into()), ..Image::default() };
    let template = GroupWelcomeTemplate {
        text: Some(Text { content: "%NICKNAME%您好".into() }),
        image: Some(picture),
        ..GroupWelcomeTemplate::default()
    };
    let template_id = wecom.group_welcome_template_add(&template, once()).await.unwrap();
    let kept = wecom.group_welcome_template_get(&template_id, once()).await.unwrap();
    assert_eq!(kept.text, template.text);
    let image = kept.image.unwrap();
    assert!(
        image.media_id.is_none() && image.pic_url.unwrap().contains("qpic.cn"),
        "told by a URL that lasts"
    );
    let link = Link { title: "t".into(), url: "https://example.com".into(), ..Link::default() };
    let template = GroupWelcomeTemplate { link: Some(link.clone()), ..GroupWelcomeTemplate::default() };
    let edit = EditGroupWelcomeTemplate { template_id: template_id.clone(), template: template.clone() };
    wecom.group_welcome_template_edit(&edit, once()).await.unwrap();
    let kept = wecom.group_welcome_template_get(&template_id, once()).await.unwrap();
    assert!(kept.text.is_none() && kept.link == Some(link), "all is replaced");
    let foreign = outside.simulator.add_foreign_template("别人的").unwrap();
    let edit = EditGroupWelcomeTemplate { template_id: foreign.clone(), template: template.clone() };
    assert_eq!(refused(wecom.group_welcome_template_edit(&edit, once()).await), 41058);
    assert_eq!(refused(wecom.group_welcome_template_del(&foreign, None, once()).await), 41058);
    wecom.group_welcome_template_del(&template_id, None, once()).await.unwrap();
    assert_eq!(refused(wecom.group_welcome_template_get(&template_id, once()).await), 40058);

    let add = "externalcontact/group_welcome_template/add";
    let link = json!({ "title": "t", "url": "https://example.com" });
    for (code, body) in [
        (40063, json!({})),
        (40058, json!({ "text": { "content": "好".repeat(1_001) } })),
        (40058, json!({ "text": { "content": "您好" }, "notify": 2 })),
        (40058, json!({ "link": link, "file": { "media_id": "simulated-file" } })),
        (40007, json!({ "file": { "media_id": "simulated-image" } })),
        (40063, json!({ "link": { "title": "t" } })),
    ] {
        assert_eq!(outside.code(add, body.clone()).await, code, "{body}");
    }
    assert_eq!(outside.code("externalcontact/group_welcome_template/get", json!({})).await, 40063);
    for _ in 0..99 {
        assert_eq!(outside.code(add, json!({ "link": link })).await, 0);
    }
    assert_eq!(outside.code(add, json!({ "link": link })).await, 41055);
    outside.simulator.stop().await;
}
