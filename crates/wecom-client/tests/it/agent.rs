//! The app itself.

use serde_json::json;

use crate::walk::Method;

pub fn methods() -> Vec<Method> {
    vec![
        Method::get(
            "agent/get",
            json!({"agentid": 1_000_042}),
            json!({"agentid": 1_000_042, "name": "客户联系", "square_logo_url": "https://p.qlogo.cn/made_up",
                "description": "d", "allow_userinfos": {"user": [{"userid": "zhangsan"}]},
                "allow_partys": {"partyid": [1]}, "allow_tags": {"tagid": [1, 2]}, "close": 0,
                "redirect_domain": "example.com", "report_location_flag": 0, "isreportenter": 0,
                "home_url": "https://example.com", "customized_publish_status": 1}),
        ),
        Method::get(
            "agent/list",
            json!({}),
            json!({"agentlist": [
                {"agentid": 1_000_042, "name": "客户联系", "square_logo_url": "https://p.qlogo.cn/x"}]}),
        )
        .at("/agentlist"),
    ]
}
