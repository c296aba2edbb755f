//! Tags on customers.

use serde::{Deserialize, Serialize};

use super::{External, limits::Check};
use crate::{
    action::Tag,
    wecom::{Call, CallOptions, Effect, Error},
};

const MARK_TAG: &str = "externalcontact/mark_tag";

/// Which tags to put on a customer of an employee, and which to take off; see [`External::mark_tag`]. Not both lists
/// are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct MarkTag {
    /// The employee; required.
    pub userid: String,
    /// The customer; required.
    pub external_userid: String,
    /// The ids of tags (not of groups) to put on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_tag: Vec<String>,
    /// The ids of tags to take off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_tag: Vec<String>,
}

impl From<&Tag> for MarkTag {
    /// What of a rule's action goes over the wire now: all of it, or one tag where one a call was decided.
    fn from(tag: &Tag) -> Self {
        let Tag {
            userid,
            external_userid,
            add_tag,
            remove_tag,
            one_by_one,
            unmade: _,
            at_limit: _,
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
        Self {
            userid: userid.clone(),
            external_userid: external_userid.clone(),
            add_tag: add_tag.to_vec(),
            remove_tag: remove_tag.to_vec(),
        }
    }
}

impl External {
    /// Puts tags on a customer of an employee and takes tags off (`mark_tag`; documents 92118 and 92697).
    ///
    /// A tag belongs to the pair of both: two employees need two calls. Adding what is there and removing what is not
    /// changes nothing. At most 3,000 tags a pair and some 5 calls at once for a corp (45033); never two at once for
    /// the same pair (6000). No callback follows.
    ///
    /// # Errors
    ///
    /// 40068 when one of the tags is unknown, in which case none is set; 84061 when the two are no contacts.
    /// [`Error::Argument`] when there is nothing to add and nothing to remove, or one of the two is not named.
    pub async fn mark_tag(&self, request: &MarkTag, options: CallOptions) -> Result<(), Error> {
        Check::of(MARK_TAG)
            .rule(!request.add_tag.is_empty() || !request.remove_tag.is_empty(), "add_tag", || {
                "and remove_tag are both empty: WeCom wants at least one tag".to_owned()
            })
            .required("userid", &request.userid)
            .required("external_userid", &request.external_userid)
            .end()?;
        self.done(Call::post(MARK_TAG, Effect::Idempotent, request, options)).await
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
            at_limit: false,
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
