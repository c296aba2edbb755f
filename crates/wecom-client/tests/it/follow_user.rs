//! Who may use customer contact.

use serde_json::json;

use crate::walk::Method;

pub fn methods() -> Vec<Method> {
    vec![
        Method::get(
            "externalcontact/get_follow_user_list",
            json!({}),
            json!({"follow_user": ["lisi", "wangwu"]}),
        )
        .at("/follow_user"),
    ]
}
