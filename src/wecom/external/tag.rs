//! Tags on customers.

use serde::Serialize;

use super::External;
use crate::{
    action::Tag,
    wecom::{Call, CallOptions, Effect, Error},
};

const MARK_TAG: &str = "externalcontact/mark_tag";

#[derive(Debug, PartialEq, Serialize)]
struct MarkTag<'a> {
    userid: &'a str,
    external_userid: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    add_tag: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    remove_tag: &'a [String],
}

impl<'a> From<&'a Tag> for MarkTag<'a> {
    /// What of the request goes over the wire now: all of it, or one tag where one a call was decided.
    fn from(tag: &'a Tag) -> Self {
        let Tag {
            userid,
            external_userid,
            add_tag,
            remove_tag,
            one_by_one,
            unmade: _,
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
        Self { userid, external_userid, add_tag, remove_tag }
    }
}

impl External<'_> {
    /// Puts tags on a customer of an employee and takes tags off (`mark_tag`; documents 92118 and 92697).
    ///
    /// A tag belongs to the pair of both: two employees need two calls. Adding what is there and removing what is not
    /// changes nothing. At most 3,000 tags a pair and some 5 calls at once for a corp (45033); never two at once for
    /// the same pair (6000). No callback follows. Where `one_by_one` is set only the first tag is sent.
    ///
    /// # Errors
    ///
    /// 40068 when one of the tags is unknown, in which case none is set; 84061 when the two are no contacts.
    /// [`Error::Argument`] when there is nothing to add and nothing to remove.
    pub async fn mark_tag(self, tag: &Tag, options: CallOptions) -> Result<(), Error> {
        let body = MarkTag::from(tag);
        if body.add_tag.is_empty() && body.remove_tag.is_empty() {
            return Err(Error::Argument {
                path: MARK_TAG,
                field: "add_tag",
                fault: "and remove_tag are both empty: WeCom wants at least one tag".to_owned(),
            });
        }
        self.done(Call::post(MARK_TAG, Effect::Idempotent, &body, options)).await
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
            refused: owned(&["et0"]),
            applied: owned(&["et9"]),
            create: Vec::new(),
            ranked: owned(&["et1", "Group/Tag"]),
            one_by_one,
        }
    }

    #[test]
    fn only_what_the_platform_knows_goes_over_the_wire() {
        let json = |tag: &Tag| serde_json::to_string(&MarkTag::from(tag)).unwrap();
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
