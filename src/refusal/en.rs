//! The refusals in English.

use super::RefusalClass as Class;

/// What was wrong.
pub(super) fn sentence(class: Class) -> &'static str {
    match class {
        Class::Signature => "the signature is wrong",
        Class::Padding | Class::MessageLength => "the signature is right, and it cannot be decrypted",
        Class::Receiver => "it is meant for another corp",
        Class::NoSuchApp => "the path names an app that is not in the settings",
        Class::Sender => "it comes from an address that is none of WeCom's",
        Class::ParameterMissing => "the query lacks what WeCom always sends",
        Class::ParameterTwice => "the query has a parameter twice",
        Class::ParameterTooLong | Class::QueryTooLong => "the query is longer than any of WeCom's",
        Class::ParameterEncoding => "the query is not percent-encoded correctly",
        Class::BodyNotText => "the body is not UTF-8",
        Class::BodyMalformed => "the body is neither XML nor JSON",
        Class::Doctype => "the body has a DOCTYPE, which WeCom never sends",
        Class::TooDeep => "the body is nested deeper than any of WeCom's",
        Class::EncryptMissing => "the body has nothing to decrypt",
        Class::EncryptTwice => "the body has two texts to decrypt",
        Class::Base64 | Class::CipherLength => "the encrypted text is damaged",
        Class::TooLarge => "the body is larger than http.body_max_bytes",
        Class::TooSlow => "the body did not arrive in time",
        Class::BrokenOff => "the body broke off",
    }
}

/// What to compare.
pub(super) fn cure(class: Class) -> &'static str {
    match class {
        Class::Signature => {
            "compare `token` (`WECOM_TOKEN`) with Token under 应用管理 → the app → 接收消息 → 设置API接收; a signature of \
             nobody's is a scanner's"
        }
        Class::Padding | Class::MessageLength | Class::Base64 | Class::CipherLength => {
            "compare `encoding_aes_key` (`WECOM_ENCODING_AES_KEY`) with EncodingAESKey under 应用管理 → the app → 接收消息 → \
             设置API接收: 43 characters"
        }
        Class::Receiver => {
            "compare `corp_id` (`WECOM_CORP_ID`) with 企业ID under 我的企业 → 企业信息; a suite's callbacks need `receive_ids`"
        }
        Class::NoSuchApp => {
            "compare the end of the URL under 应用管理 → the app → 接收消息 → 设置API接收 with the app's name in the settings: \
             /callback/NAME"
        }
        Class::Sender => {
            "if it is the address of your proxy, name it in `http.trusted_proxies`; if WeCom's callbacks are refused, take back \
             `http.only_wecom_addresses`; else it is a scanner's"
        }
        Class::ParameterMissing
        | Class::ParameterTwice
        | Class::ParameterTooLong
        | Class::ParameterEncoding
        | Class::QueryTooLong => {
            "if it is WeCom's, the proxy before the server changes the query: let it pass as it is; else it is a scanner's"
        }
        Class::BodyNotText
        | Class::BodyMalformed
        | Class::Doctype
        | Class::TooDeep
        | Class::EncryptMissing
        | Class::EncryptTwice => {
            "if it is WeCom's, the proxy before the server changes the body: let it pass as it is; else it is a scanner's"
        }
        Class::TooLarge => {
            "WeCom's callbacks are some kilobytes: it is somebody else's, or raise http.body_max_bytes"
        }
        Class::TooSlow | Class::BrokenOff => {
            "look at the proxy and the line between WeCom and this server: it cuts or delays bodies"
        }
    }
}
