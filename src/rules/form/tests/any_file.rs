//! Whatever stands in a file and whatever is typed: all else stays as it stood.

use proptest::prelude::*;

use super::*;
use crate::rules::form::order::{self, Way};

/// A piece of a rule, as people write it: comments, odd indentation, braces, anchors.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "    when: { state: [a, 'b-*'], user: x } # 注\n",
        "    when:\n        state: # 注\n          - a # 注\n          - \"b\"\n        schedule: { days: [mon, wed], hours: \"09:00-18:00\" }\n",
        "    when: {\n      schedule: { dates: 12-24..12-26 }, # 注\n      share: 0-50\n    }\n",
        "    # 注\n    tag: {add: 渠道/一,remove: [渠道/二]}\n",
        "    tag:\n      add: &t [渠道/一] # 注\n      create: true\n",
        "    remark: { name: '春' , phones: [\"1\"] }   # 注\n",
        "    welcome:\n      text: |  # 注\n         您好\n\n         再见\n      attachments:\n      - image: {media_id: M} # 注\n      - link:\n          title: 甲\n          url: https://e.com/\n",
        "    welcome: { text: &w 您好, attachments: [ { file: { media_id: M } } ] }\n",
        "    notify:\n    - to: [employee, lisi] # 注\n      text: 甲\n",
        "\n",
        "    stop: true # 注\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_global_rejects: 1_024, ..ProptestConfig::default() })]

    /// Whatever is typed into whichever fields: what the file says of the others, its comments and every byte outside of the
    /// rule stay, and the rule has afterwards what the form says.
    #[test]
    fn any_form_goes_into_any_file(
        pieces in prop::collection::vec(piece(), 0..5),
        changes in prop::collection::vec((prop::sample::select(FIELDS.iter().map(|field| field.name).collect::<Vec<_>>()), "[ \\n#:'\"{}\\[\\]<>&*!$1%,abc您好0-9-]{0,24}"), 1..5),
        windows in any::<bool>(),
    ) {
        // A rule has each key once.
        let mut seen: Vec<&str> = Vec::new();
        let mut once: Vec<&str> = Vec::new();
        for piece in pieces {
            let key = piece.trim_start().trim_start_matches("# 注").trim_start().split(':').next().unwrap_or_default();
            if key.is_empty() || !seen.contains(&key) {
                seen.push(key);
                once.push(piece);
            }
        }
        let document = around(&format!("  - name: b # 注\n{}", once.concat()));
        let document = if windows { document.replace('\n', "\r\n") } else { document };
        let was = fields(&document);
        let changes: Vec<(&str, &str)> = changes.iter().map(|(field, text)| (*field, text.as_str())).collect();
        let is = with(&was, &changes);
        // A form that is refused writes nothing. Of those that are written there must be as many as there are cases.
        let changed = is.write(&document, &was);
        prop_assume!(changed.is_ok());
        if let Ok(changed) = changed {
            let start = document.find("  - name: b").unwrap();
            let end = document.find("  # 最后一条的说明").unwrap();
            prop_assert!(changed.starts_with(&document[..start]), "{}", changed);
            prop_assert!(changed.ends_with(&document[end..]), "{}", changed);
            let now = fields(&changed);
            for field in &FIELDS {
                let (mut is, mut now): (Vec<&str>, Vec<&str>) = (is.get(field.name).lines().collect(), now.get(field.name).lines().collect());
                if field.name == "create" { continue }
                if !matches!(field.kind, fields::FieldKind::Text) { is.sort_unstable(); now.sort_unstable(); }
                prop_assert_eq!(now, is, "{}: {}", field.name, changed);
            }
            prop_assert_eq!(now.attachments, was.attachments);
            prop_assert_eq!(now.notices, was.notices);
        }
    }

    /// A rule that is moved takes its lines with it, and all lines are still there.
    #[test]
    fn any_rule_is_moved(pieces in prop::collection::vec(piece(), 3..4), comments in any::<bool>(), windows in any::<bool>()) {
        let said = if comments { "  # 说明\n" } else { "" };
        let names = ["a", "b", "c"].iter().zip(&pieces);
        let rules: Vec<String> = names.map(|(name, piece)| format!("{said}  - name: {name} # {name}\n{}", piece.replace("&w ", "").replace("&t ", ""))).collect();
        let document = format!("# 开\nrules:\n{}# 完\n", rules.concat());
        let document = if windows { document.replace('\n', "\r\n") } else { document };
        let up = order::moved(&document, "c", Way::Up).unwrap().unwrap();
        let sorted = |text: &str| { let mut lines: Vec<String> = text.lines().map(str::to_owned).collect(); lines.sort_unstable(); lines };
        prop_assert_eq!(sorted(&up), sorted(&document), "{}", up);
        prop_assert_eq!(order::moved(&up, "c", Way::Down).unwrap().unwrap(), document);
    }
}
