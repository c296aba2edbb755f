//! Which rule would greet a customer who comes by a channel: told of a channel before anybody has come by it, so that nothing
//! is known of the customer.

use serde_json::json;

use super::situation::Situation;
use crate::rules::{facts::media::Media, plan::ruleset::Ruleset};
use wecom_core::event::Event;

/// An add that has not happened yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Added<'a> {
    /// In which app.
    pub app: &'a str,
    /// Of which corp.
    pub corp_id: &'a str,
    /// By which channel; empty where it has none.
    pub state: &'a str,
    /// Whom the customer adds; empty where nobody knows yet.
    pub user: &'a str,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
}

/// Whose welcome that customer would get.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Greeters {
    /// The rule that has it where none of the others does; none where no rule has.
    pub sure: Option<String>,
    /// Rules before it that have it for some customers or employees.
    pub perhaps: Vec<String>,
}

/// Asks the rules; pure.
pub fn greeters(rules: &Ruleset, added: &Added<'_>) -> Greeters {
    let Added { app, corp_id, state, user, at_ms } = *added;
    let mut message = json!({
        "ToUserName": corp_id,
        "FromUserName": "sys",
        "CreateTime": at_ms.div_euclid(1_000),
        "MsgType": "event",
        "Event": "change_external_contact",
        "ChangeType": "add_external_contact",
        "UserID": user,
        "ExternalUserID": "wm0000000000customer0000000000",
        "WelcomeCode": "a-welcome-code",
    });
    if !state.is_empty() {
        message["State"] = state.into();
    }
    let mut situation = Situation::of(Event::from_payload(message.to_string().as_bytes()));
    app.clone_into(&mut situation.app);
    situation.happened_at_ms = at_ms;
    let media = Media::as_written();
    let (sure, perhaps) = rules.greeters(&situation.bare(&media));
    Greeters { sure: sure.map(str::to_owned), perhaps: perhaps.into_iter().map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const RULES: &str = "
rules:
  - name: women
    when: { state: 'shop-*', customer: { gender: female } }
    welcome: { text: 您好 }
  - name: only tags
    when: { state: 'shop-*' }
    tag: { add: [渠道/门店] }
  - name: shops
    when: { state: 'shop-*' }
    welcome: { text: 您好 }
  - name: night
    when: { user: lisi, schedule: { hours: '22:00-06:00' } }
    welcome: { text: 您好 }
  - name: quiet
    when: { state: 'quiet' }
    stop: true
    remark: { name: x }
  - name: everyone
    apps: [default]
    welcome: { text: 您好 }
";

    /// Monday, 5 January 2026, ten in the morning in Shanghai.
    const TEN_MS: i64 = 1_767_578_400_000;

    #[rstest]
    #[case("default", "shop-1", "zhangsan", 0, Some("shops"), &["women"])]
    #[case("default", "expo", "lisi", 0, Some("everyone"), &[])]
    #[case("default", "expo", "lisi", 13, Some("night"), &[])]
    #[case("default", "quiet", "zhangsan", 0, None, &[])]
    #[case("default", "", "", 0, Some("everyone"), &[])]
    #[case("other", "expo", "zhangsan", 0, None, &[])]
    fn the_rule_that_would_greet(
        #[case] app: &str,
        #[case] state: &str,
        #[case] user: &str,
        #[case] hours: i64,
        #[case] sure: Option<&str>,
        #[case] perhaps: &[&str],
    ) {
        let rules = Ruleset::compile(RULES, 1).unwrap();
        let at_ms = TEN_MS + hours * 3_600_000;
        let found = greeters(&rules, &Added { app, corp_id: "ww1", state, user, at_ms });
        assert_eq!(
            (found.sure.as_deref(), found.perhaps.as_slice()),
            (sure, &perhaps.iter().map(ToString::to_string).collect::<Vec<_>>()[..])
        );
    }
}
