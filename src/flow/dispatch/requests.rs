//! What is sent of an action: the request as the client takes it, without what only the record needs.

use crate::action::{Remark, Tag};
use wecom_client::contact::{self, MarkTag};

/// The request for a tag action: all of its tags, or only the next one where they are sent one by one.
pub(super) fn mark_tag(tag: &Tag) -> MarkTag {
    let Tag {
        userid,
        external_userid,
        add_tag,
        remove_tag,
        one_by_one,
        unmade: _,
        unmade_code: _,
        refused: _,
        applied: _,
        create: _,
        ranked: _,
    } = tag;
    let (add_tag, remove_tag) = match (one_by_one, add_tag.first(), remove_tag.first()) {
        (true, Some(_), _) => (&add_tag[..1], &[][..]),
        (true, None, Some(_)) => (&[][..], &remove_tag[..1]),
        _ => (&add_tag[..], &remove_tag[..]),
    };
    MarkTag {
        userid: userid.clone(),
        external_userid: external_userid.clone(),
        add_tag: add_tag.to_vec(),
        remove_tag: remove_tag.to_vec(),
    }
}

/// The request for a remark whose texts have been filled in.
pub(super) fn remark(remark: &Remark) -> contact::Remark {
    let Remark {
        userid,
        external_userid,
        remark,
        description,
        remark_company,
        remark_mobiles,
        unrendered: _,
    } = remark.clone();
    contact::Remark {
        userid,
        external_userid,
        remark,
        description,
        remark_company,
        remark_mobiles,
        ..contact::Remark::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(add: &[&str], remove: &[&str], one_by_one: bool) -> Tag {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        Tag {
            userid: "lisi".into(),
            external_userid: "wm1".into(),
            add_tag: owned(add),
            remove_tag: owned(remove),
            unmade: Some("made up".into()),
            unmade_code: None,
            refused: owned(&["et0"]),
            applied: owned(&["et9"]),
            create: Vec::new(),
            ranked: owned(&["et1", "Group/Tag"]),
            one_by_one,
        }
    }

    #[test]
    fn only_what_the_platform_knows_goes_over_the_wire() {
        let json = |tag: &Tag| serde_json::to_string(&mark_tag(tag)).unwrap();
        assert_eq!(
            json(&tag(&["et1", "et2"], &["et3"], false)),
            r#"{"userid":"lisi","external_userid":"wm1","add_tag":["et1","et2"],"remove_tag":["et3"]}"#
        );
        assert_eq!(
            json(&tag(&["et1", "et2"], &["et3"], true)),
            r#"{"userid":"lisi","external_userid":"wm1","add_tag":["et1"]}"#
        );
        assert_eq!(
            json(&tag(&[], &["et3", "et4"], true)),
            r#"{"userid":"lisi","external_userid":"wm1","remove_tag":["et3"]}"#
        );
    }
}
