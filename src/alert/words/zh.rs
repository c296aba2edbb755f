//! What alerts say, in Chinese.

use std::fmt::{Formatter, Result};

use super::{Frame, megabytes};
use crate::alert::{
    code::Code,
    watch::{Report, State},
};

pub(super) fn report(report: &Report, f: &mut Formatter<'_>) -> Result {
    let (app, figure) = (report.subject.app.as_deref().unwrap_or_default(), report.figure);
    match (report.subject.code, report.state) {
        (Code::AppCannotCall, State::Firing) => write!(
            f,
            "应用 `{app}` 调不通企业微信，客户收不到欢迎语。请运行 `wecom-greeter doctor --app {app}` 查原因（常见的是 Secret、企业ID 或可信IP）"
        ),
        (Code::AppCannotCall, State::Over) => write!(f, "应用 `{app}` 又能调用企业微信了"),
        (Code::CallbacksNotStored, State::Firing) if figure == 0 => write!(
            f,
            "数据库没有响应，收到的回调都会答复 503。请看数据库是否正常，`/readyz` 会说明是哪里不对"
        ),
        (Code::CallbacksNotStored, State::Firing) => write!(
            f,
            "{figure} 次回调没能存进数据库，答复了 503；企业微信最多再推三次，还存不下，事件就丢了。请看数据库和磁盘，`/readyz` 会说明是哪里不对"
        ),
        (Code::CallbacksNotStored, State::Over) => {
            write!(f, "回调又能存进数据库了（其间有 {figure} 次没有存下）")
        }
        (Code::DiskFull, State::Firing) => write!(
            f,
            "数据库所在的磁盘满了，只剩 {} MB，回调随时可能存不下。请马上腾出空间",
            megabytes(figure)
        ),
        (Code::DiskLow, State::Firing) => write!(
            f,
            "数据库所在的磁盘快满了，只剩 {} MB。请腾出空间：满了以后回调会存不下",
            megabytes(figure)
        ),
        (Code::DiskFull, State::Over) => write!(f, "数据库所在的磁盘不再是满的了"),
        (Code::DiskLow, State::Over) => write!(f, "数据库所在的磁盘空间又够了"),
        (Code::CallbacksRefused, State::Firing) => write!(
            f,
            "应用 `{app}` 的回调都被拒绝（至少 {figure} 次），客户添加员工时收不到通知。请核对管理后台的 Token、EncodingAESKey 和企业ID，`wecom-greeter doctor --app {app}` 会说明是哪一项"
        ),
        (Code::CallbacksRefused, State::Over) => write!(f, "应用 `{app}` 的回调恢复正常"),
        (Code::WelcomesMissed, State::Firing) => write!(
            f,
            "应用 `{app}` 在 10 分钟内有 {figure} 位客户没有收到欢迎语。请运行 `wecom-greeter failures --app {app} --since 1h` 看原因和处理办法"
        ),
        (Code::WelcomesMissed, State::Over) => {
            write!(f, "应用 `{app}` 最近 10 分钟没有再漏发欢迎语")
        }
    }
}

pub(super) fn frame(frame: &Frame<'_>, f: &mut Formatter<'_>) -> Result {
    match frame {
        Frame::Title => write!(f, "**wecom-greeter 告警**"),
        Frame::Firing => write!(f, "故障"),
        Frame::Over => write!(f, "恢复"),
        Frame::Since(since) => write!(f, "开始于 {since}"),
        Frame::Between(since, until) => write!(f, "{since} 开始，{until} 恢复"),
        Frame::More(count) => write!(f, "另有 {count} 条，请看服务的日志"),
    }
}
