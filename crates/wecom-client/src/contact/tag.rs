//! Tags on customers.

use serde::{Deserialize, Serialize};

use super::External;
use crate::client::{Call, CallOptions, Done, Effect, Endpoint, Error, Fault, Lack, limits::Check};

const MARK_TAG: Endpoint = Endpoint::post("externalcontact/mark_tag", Effect::Idempotent).page(92118);

/// Which tags to put on a customer of an employee, and which to take off; see [`External::mark_tag`]. Not both lists
/// are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct MarkTag {
    /// The employee's userid; required.
    pub userid: String,
    /// The customer's external_userid; required.
    pub external_userid: String,
    /// The ids of tags (not of groups) to put on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_tag: Vec<String>,
    /// The ids of tags to take off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_tag: Vec<String>,
}

impl External {
    /// How [`External::mark_tag`] asks, for whoever names the call without making it.
    pub const MARK_TAG: Endpoint = MARK_TAG;

    /// Puts tags on a customer of an employee and takes tags off (`mark_tag`; pages 92118 and 92697).
    ///
    /// A tag belongs to the pair of both: two employees need two calls. Adding what is there and removing what is not
    /// changes nothing. At most 3,000 tags a pair and some 5 calls at once for a corp (45033); never two at once for
    /// the same pair (6000). No callback follows.
    ///
    /// # Errors
    ///
    /// 40068 when one of the tags is unknown, in which case none is set; 84061 when the two are no contacts.
    /// [`Error::Argument`] when there is nothing to add and nothing to remove, or one of the two is not named.
    pub async fn mark_tag(&self, request: &MarkTag, options: CallOptions) -> Result<Done, Error> {
        Check::of(MARK_TAG)
            .rule(!request.add_tag.is_empty() || !request.remove_tag.is_empty(), "add_tag", || {
                Fault::NoneGiven { others: &["remove_tag"], so: Lack::AtLeastOneWanted }
            })
            .required("userid", &request.userid)
            .required("external_userid", &request.external_userid)
            .end()?;
        self.client.call(Call::new(MARK_TAG, options).json(request)).await
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::MARK_TAG;
    use crate::method::{Method, ids, rust, text};

    pub(crate) const METHODS: &[Method] =
        &[Method::of(MARK_TAG, rust!(external.mark_tag, |given| &given.whole()?))
            .is("Put tags on a customer of an employee, and take tags off")
            .wxjava(&["markTag"])
            .takes(&[
                text("userid", "The employee").required(),
                text("external_userid", "The customer").required(),
                ids("add_tag", "Tag ids to put on"),
                ids("remove_tag", "Tag ids to take off"),
            ])
            .like(
                "--userid zhangsan --external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A --add-tag \
             etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g",
            )];
}
