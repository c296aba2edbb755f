//! What the errors of the rooms below say, in Chinese. In English they say it themselves, which is what logs have as well.
//!
//! The causes that other libraries give (the database's driver, TLS, HTTP) stay in their own words, to be looked up.

use std::{error::Error, io, sync::Arc};

use super::{super::output::clean, arguments::Wrong};
use crate::{
    app,
    config::{ConfigError, keys_in_chinese},
    doctor::store_in_chinese,
    flow::{client_words::error_in_chinese, context, publish, rulebook},
    forward,
    language::{Language, Sentence as _, system},
    store, telemetry,
};
use wecom_core::callback::KeyError;

/// What one error of a chain says in Chinese, without its causes; `None` where its own words are all there is.
pub(in crate::cli) fn in_chinese(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return Some(system(error, Language::Zh));
    }
    if let Some(wrong) = error.downcast_ref::<Wrong>() {
        return Some(wrong.to(Language::Zh));
    }
    if let Some(error) = error.downcast_ref::<store::Error>() {
        return Some(store_in_chinese(error));
    }
    if let Some(error) = error.downcast_ref::<wecom_client::Error>() {
        return of_the_client(error);
    }
    // What was in the way of a token is shared by all who waited for it.
    if let Some(error) = error.downcast_ref::<Arc<wecom_client::Error>>() {
        return of_the_client(error);
    }
    if let Some(error) = error.downcast_ref::<KeyError>() {
        return Some(keys_in_chinese(*error));
    }
    of_set_up(error)
}

fn of_set_up(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<app::Error>() {
        return Some(match error {
            app::Error::Engine(error) => return in_chinese(error),
            app::Error::Listen { address, setting, .. } => {
                format!("监听不了 {address}（{setting}）：地址是不是被占用了，或者当前用户没有权限？")
            }
            app::Error::Alerts(_) => "告警发不出去".to_owned(),
            app::Error::Serve(_) => "监听中断了".to_owned(),
        });
    }
    if let Some(error) = error.downcast_ref::<context::Error>() {
        return Some(match error {
            context::Error::Store(_) => "数据库用不了".to_owned(),
            context::Error::Rules(error) => return in_chinese(error),
            context::Error::Keys { app, .. } => format!("应用「{app}」解不开回调"),
            context::Error::Http(_) => "访问企业微信的 HTTP 客户端建不起来".to_owned(),
            context::Error::Forward(_) => "事件转发用不了".to_owned(),
            context::Error::ApiBase(_) => "wecom.api_base 不能用".to_owned(),
        });
    }
    if let Some(error) = error.downcast_ref::<rulebook::Error>() {
        return Some(match error {
            rulebook::Error::Store(_) => "从数据库读不出规则".to_owned(),
            rulebook::Error::Unusable { version, faults } => format!(
                "数据库里第 {version} 版规则，这个程序用不了：{faults}\n请导入它能用的规则，或者改用当初导入规则的那个版本的程序"
            ),
        });
    }
    if let Some(error) = error.downcast_ref::<publish::Error>() {
        return match error {
            publish::Error::Files(error) => Some(of_files(error)),
            publish::Error::Store(error) => Some(store_in_chinese(error)),
        };
    }
    if let Some(error) = error.downcast_ref::<wecom_simulator::StartError>() {
        use wecom_simulator::StartError;
        return Some(match error {
            StartError::Listen { listen, .. } => {
                format!("模拟的企业微信监听不了 {listen}：请用 --listen 换一个地址")
            }
            StartError::Keys(_) => "模拟应用的 Token 或 EncodingAESKey 不对".to_owned(),
            StartError::Http(_) => "模拟的企业微信的 HTTP 客户端建不起来".to_owned(),
            StartError::Tls(_) => "模拟的企业微信的 TLS 建不起来".to_owned(),
        });
    }
    if let Some(error) = error.downcast_ref::<telemetry::LogError>() {
        return Some(match error {
            telemetry::LogError::Filter(_) => "log.filter 的写法不对".to_owned(),
            telemetry::LogError::Twice(_) => "这个进程已经设置过日志".to_owned(),
            telemetry::LogError::Writer(_) => "日志的写入线程启动不了".to_owned(),
        });
    }
    if let Some(error) = error.downcast_ref::<forward::SetUpError>() {
        return Some(match error {
            forward::SetUpError::Tls(_) => "TLS 建不起来".to_owned(),
            forward::SetUpError::Client(_) => "到转发或告警地址的连接建不起来".to_owned(),
        });
    }
    if error.is::<wecom_client::BadApiBase>() {
        return Some(
            "应为 https://qyapi.weixin.qq.com 这样的 URL：http 或 https，有主机名，不带用户名和查询参数"
                .to_owned(),
        );
    }
    if let Some(error) = error.downcast_ref::<wecom_client::HttpError>() {
        return Some(match error {
            wecom_client::HttpError::Tls(_) => "TLS 建不起来".to_owned(),
            wecom_client::HttpError::Build(_) => {
                "到企业微信的连接建不起来：HTTPS_PROXY 或 ALL_PROXY 里的地址对吗？".to_owned()
            }
            _ => return None,
        });
    }
    error.downcast_ref::<ConfigError>().map(|error| error.to(Language::Zh))
}

fn of_files(error: &publish::files::Error) -> String {
    use publish::files::Error;
    match error {
        Error::Read { at, .. } => format!("{} 再读一次时读不到了", at.display()),
        Error::Changed { at } => {
            format!("{} 在导入过程中被改动了：等文件写完整后，再导入一次规则", at.display())
        }
        Error::Store(_) => "规则引用的文件存不进数据库".to_owned(),
    }
}

/// Without what could change a terminal: some of it are WeCom's words.
fn of_the_client(error: &wecom_client::Error) -> Option<String> {
    error_in_chinese(error).map(|said| clean(&said))
}
