//! The welcome of a new customer.

use serde_json::json;
use wecom_client::Effect::Once;

use crate::walk::Method;

pub fn methods() -> Vec<Method> {
    let mut rows = Vec::new();
    rows.push(Method::post(
        "externalcontact/send_welcome_msg",
        Once,
        json!({"welcome_code": "CODE", "text": {"content": "您好"}, "attachments": [
            {"msgtype": "image", "image": {"media_id": "m", "pic_url": "http://p.qpic.cn/1"}},
            {"msgtype": "link", "link": {"title": "t", "picurl": "https://example.com/c.png", "desc": "d",
                "url": "https://example.com"}},
            {"msgtype": "miniprogram", "miniprogram": {"title": "t", "pic_media_id": "m", "appid": "wx8bd8",
                "page": "/index"}},
            {"msgtype": "video", "video": {"media_id": "v"}},
            {"msgtype": "file", "file": {"media_id": "f"}}]}),
        json!({}),
    ));
    rows
}
