//! The refusals in Chinese, in the words of WeCom's console.

use super::RefusalClass as Class;

/// What was wrong.
pub(super) fn sentence(class: Class) -> &'static str {
    match class {
        Class::Signature => "签名不对",
        Class::Padding | Class::MessageLength => "签名正确，但解不开密文",
        Class::Receiver => "是发给别的企业的",
        Class::NoSuchApp => "路径里的应用名不在设置里",
        Class::Sender => "来源地址不是企业微信的",
        Class::ParameterMissing => "请求缺少企业微信必带的参数",
        Class::ParameterTwice => "请求里有重复的参数",
        Class::ParameterTooLong | Class::QueryTooLong => "请求参数比企业微信发的长",
        Class::ParameterEncoding => "请求参数的百分号编码不对",
        Class::BodyNotText => "请求正文不是 UTF-8",
        Class::BodyMalformed => "请求正文既不是 XML 也不是 JSON",
        Class::Doctype => "请求正文带有 DOCTYPE，企业微信从不这样发",
        Class::TooDeep => "请求正文的嵌套层数太多",
        Class::EncryptMissing => "请求正文里没有密文",
        Class::EncryptTwice => "请求正文里有两段密文",
        Class::Base64 | Class::CipherLength => "密文已经损坏",
        Class::TooLarge => "请求正文超过了 http.body_max_bytes",
        Class::TooSlow => "请求正文没有按时传完",
        Class::BrokenOff => "请求正文传到一半断了",
    }
}

/// What to compare.
pub(super) fn cure(class: Class) -> &'static str {
    match class {
        Class::Signature => {
            "请核对 `token`（`WECOM_TOKEN`）与管理后台「应用管理 → 这个应用 → 接收消息 → 设置API接收」里的 Token 是否一致；\
             不带正确签名的请求也可能只是有人在扫描"
        }
        Class::Padding | Class::MessageLength | Class::Base64 | Class::CipherLength => {
            "请核对 `encoding_aes_key`（`WECOM_ENCODING_AES_KEY`）与管理后台「应用管理 → 这个应用 → 接收消息 → 设置API接收」里的 \
             EncodingAESKey 是否一致：共 43 个字符"
        }
        Class::Receiver => {
            "请核对 `corp_id`（`WECOM_CORP_ID`）与管理后台「我的企业 → 企业信息」里的企业ID是否一致；第三方应用的回调还要填 `receive_ids`"
        }
        Class::NoSuchApp => {
            "请核对管理后台「应用管理 → 这个应用 → 接收消息 → 设置API接收」里 URL 的末尾与设置里的应用名是否一致：/callback/名称"
        }
        Class::Sender => {
            "如果这是你们自己代理的地址，请把它写进 `http.trusted_proxies`；如果企业微信的回调被拒绝了，请关掉 `http.only_wecom_addresses`；\
             否则只是有人在扫描"
        }
        Class::ParameterMissing
        | Class::ParameterTwice
        | Class::ParameterTooLong
        | Class::ParameterEncoding
        | Class::QueryTooLong => {
            "如果是企业微信发来的，说明服务前面的代理改动了请求参数，请让它原样转发；否则只是有人在扫描"
        }
        Class::BodyNotText
        | Class::BodyMalformed
        | Class::Doctype
        | Class::TooDeep
        | Class::EncryptMissing
        | Class::EncryptTwice => {
            "如果是企业微信发来的，说明服务前面的代理改动了请求正文，请让它原样转发；否则只是有人在扫描"
        }
        Class::TooLarge => "企业微信的回调只有几 KB：多半是别人发来的；确有需要时调大 http.body_max_bytes",
        Class::TooSlow | Class::BrokenOff => "请检查代理以及企业微信到本服务之间的网络：正文被截断或拖慢了",
    }
}
