//! The two forms of a message: markdown for a group robot of WeCom's (page 91770), and JSON for any other URL.

use reqwest::Url;
use serde_json::{Value, json};

use super::{
    watch::{Report, State},
    words::Frame,
};
use crate::{
    config::{ROBOT_PATH, WECOM_API_BASE},
    language::{Language, Sentence as _},
    when::Zone,
};

/// How long a robot's markdown may be, in bytes of UTF-8.
pub const MARKDOWN_BYTES_MAX: usize = 4_096;

/// Room for the line that says how many reports have none.
const MORE_BYTES: usize = 80;

/// What stands behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// A group robot of WeCom's: one message has all that is to be said.
    Robot,
    /// Something else: a post for each report.
    Any,
}

impl Receiver {
    /// Who is behind this address: a robot is known by its path, at WeCom or where the settings have WeCom's API. Another
    /// port of that machine, or the same without TLS, is somebody else's.
    pub fn of(url: &Url, api_base: &str) -> Self {
        let is_wecom = [WECOM_API_BASE, api_base]
            .into_iter()
            .any(|base| Url::parse(base).is_ok_and(|base| base.origin() == url.origin()));
        if is_wecom && url.path().ends_with(ROBOT_PATH) { Self::Robot } else { Self::Any }
    }
}

/// What a robot is sent, for all of these.
pub fn markdown(reports: &[Report], language: Language, zone: &Zone) -> Value {
    let mut content = Frame::Title.to(language);
    for (at, report) in reports.iter().enumerate() {
        let (color, frame) = match report.state {
            State::Firing => ("warning", Frame::Firing),
            State::Over => ("info", Frame::Over),
        };
        let since = zone.instant(report.since_ms);
        let time = match report.state {
            State::Firing => Frame::Since(&since).to(language),
            State::Over => Frame::Between(&since, &zone.instant(report.at_ms)).to(language),
        };
        let line = format!(
            "\n> <font color=\"{color}\">{}</font> {}\n> <font color=\"comment\">{time}</font>\n",
            frame.to(language),
            report.to(language),
        );
        if content.len() + line.len() + MORE_BYTES > MARKDOWN_BYTES_MAX {
            content.push('\n');
            content.push_str(&Frame::More(reports.len() - at).to(language));
            break;
        }
        content.push_str(&line);
    }
    json!({ "msgtype": "markdown", "markdown": { "content": content.trim_end() } })
}

/// What any other URL is sent, for one of them.
pub fn object(report: &Report) -> Value {
    let Report { subject, state, since_ms, at_ms, figure } = report;
    let count = if subject.code.is_of_disk() { 1 } else { *figure };
    json!({
        "code": subject.code,
        "state": state,
        "app": subject.app,
        "since_ms": since_ms,
        "at_ms": at_ms,
        "count": count,
        "message": { "zh": report.to(Language::Zh), "en": report.to(Language::En) },
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use rstest::rstest;

    use super::*;
    use crate::alert::{code::Code, watch::Subject};

    const ROBOT: &str = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1";

    #[rstest]
    #[case::wecoms(ROBOT, WECOM_API_BASE, Receiver::Robot)]
    #[case::wecoms_beside_a_simulator(ROBOT, "http://127.0.0.1:1", Receiver::Robot)]
    #[case::the_simulators(
        "http://127.0.0.1:1/cgi-bin/webhook/send?key=1",
        "http://127.0.0.1:1",
        Receiver::Robot
    )]
    #[case::a_private_deployment(
        "https://wx.corp.cn/api/cgi-bin/webhook/send?key=1",
        "https://wx.corp.cn/api",
        Receiver::Robot
    )]
    #[case::another_server_of_that_machine(
        "http://127.0.0.1:2/cgi-bin/webhook/send?key=1",
        "http://127.0.0.1:1",
        Receiver::Any
    )]
    #[case::without_tls(
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        WECOM_API_BASE,
        Receiver::Any
    )]
    #[case::the_usual_port(
        "https://qyapi.weixin.qq.com:443/cgi-bin/webhook/send?key=1",
        WECOM_API_BASE,
        Receiver::Robot
    )]
    #[case::another_path(
        "https://qyapi.weixin.qq.com/cgi-bin/message/send?key=1",
        WECOM_API_BASE,
        Receiver::Any
    )]
    #[case::another_host("https://example.com/cgi-bin/webhook/send?key=1", WECOM_API_BASE, Receiver::Any)]
    #[case::a_host_that_ends_like_it(
        "https://qyapi.weixin.qq.com.example.com/cgi-bin/webhook/send?key=1",
        WECOM_API_BASE,
        Receiver::Any
    )]
    #[case::anything("https://hooks.example.com/x", WECOM_API_BASE, Receiver::Any)]
    fn a_robot_is_known_by_its_path(#[case] url: &str, #[case] api_base: &str, #[case] receiver: Receiver) {
        assert_eq!(Receiver::of(&url.parse().unwrap(), api_base), receiver);
    }

    fn report(code: Code, app: Option<&str>, state: State) -> Report {
        let (subject, since_ms) = (Subject { code, app: app.map(str::to_owned) }, 1_796_011_205_000);
        Report { subject, state, since_ms, at_ms: since_ms + 600_000, figure: 200 << 20 }
    }

    #[test]
    fn a_robot_is_told_all_of_it_in_the_language_of_the_settings() {
        let reports = [
            report(Code::AppCannotCall, Some("shop_1"), State::Firing),
            report(Code::DiskLow, None, State::Over),
        ];
        let zone = Zone::new(TimeZone::get("Asia/Shanghai").unwrap());
        let body = markdown(&reports, Language::Zh, &zone);
        assert_eq!(body["msgtype"], "markdown");
        assert_eq!(
            body["markdown"]["content"],
            "**wecom-greeter 告警**\n\
             > <font color=\"warning\">故障</font> 应用 `shop_1` 调不通企业微信，客户收不到欢迎语。请运行 `wecom-greeter doctor \
             --app shop_1` 查原因（常见的是 Secret、企业ID 或可信IP）\n\
             > <font color=\"comment\">开始于 2026-11-30 12:00:05 +08:00</font>\n\n\
             > <font color=\"info\">恢复</font> 数据库所在的磁盘空间又够了\n\
             > <font color=\"comment\">2026-11-30 12:00:05 +08:00 开始，2026-11-30 12:10:05 +08:00 恢复</font>"
        );
        let body = markdown(&reports, Language::En, &Zone::new(TimeZone::UTC));
        let content = body["markdown"]["content"].as_str().unwrap();
        assert!(content.contains("App `shop_1` cannot call WeCom"), "{content}");
        assert!(
            content.contains("from 2026-11-30 04:00:05 +00:00 to 2026-11-30 04:10:05 +00:00"),
            "{content}"
        );
    }

    #[rstest]
    #[case(Language::Zh, "另有 ")]
    #[case(Language::En, "more; the server's log has them")]
    fn what_has_no_room_is_counted(#[case] language: Language, #[case] more: &str) {
        let app = "a".repeat(64);
        let many: Vec<_> =
            (0..100).map(|_| report(Code::CallbacksRefused, Some(&app), State::Firing)).collect();
        let body = markdown(&many, language, &Zone::new(TimeZone::UTC));
        let content = body["markdown"]["content"].as_str().unwrap();
        assert!((3_000..=MARKDOWN_BYTES_MAX).contains(&content.len()), "{}", content.len());
        assert!(content.contains(more), "{content}");
    }

    #[test]
    fn any_other_url_is_told_each_by_itself() {
        let body = object(&report(Code::WelcomesMissed, Some("shop"), State::Over));
        assert_eq!(
            body,
            json!({
                "code": "welcomes_missed", "state": "over", "app": "shop", "since_ms": 1_796_011_205_000_i64,
                "at_ms": 1_796_011_805_000_i64, "count": 209_715_200,
                "message": {
                    "zh": "应用 `shop` 最近 10 分钟没有再漏发欢迎语",
                    "en": "No welcome of app `shop` was missed in the last 10 minutes",
                },
            })
        );
        let disk = object(&report(Code::DiskFull, None, State::Firing));
        assert_eq!(
            (&disk["app"], &disk["count"], &disk["state"]),
            (&Value::Null, &json!(1), &json!("firing"))
        );
        assert!(disk["message"]["en"].as_str().unwrap().contains("200 MB"), "{disk}");
    }

    /// Every sentence is there in both languages, and none is the other's.
    #[test]
    fn each_is_said_in_both_languages() {
        for code in Code::ALL {
            for state in [State::Firing, State::Over] {
                let report = report(code, Some("shop"), state);
                let (zh, en) = (report.to(Language::Zh), report.to(Language::En));
                assert!(en.is_ascii() && !zh.is_ascii(), "{zh} / {en}");
                assert!(!zh.contains(", ") && !zh.contains(": "), "{zh}");
            }
        }
    }
}
