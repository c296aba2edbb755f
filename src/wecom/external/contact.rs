//! Customers: who they are, who follows them, and what an employee noted about them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{External, ExternalContact, FollowUser, limits::Check, read};
use crate::{
    action::Remark,
    wecom::{Call, CallOptions, Effect, Error, values},
};

const GET: &str = "externalcontact/get";
const REMARK: &str = "externalcontact/remark";

/// At most so many characters in `remark` and `remark_company`.
const REMARK_CHARS_MAX: usize = 20;
/// At most so many characters in `description`.
const DESCRIPTION_CHARS_MAX: usize = 150;

impl External<'_> {
    /// A customer and those who follow him or her (`get`; document 92114; it stands for the older
    /// `crm/get_external_contact`, in other libraries `getExternalContact`). `cursor` is the `next_cursor` of the page
    /// before: only a customer of more than 500 employees has more than one page.
    ///
    /// # Errors
    ///
    /// 40096 when the id is wrong or of no interest to the app's visible range, 84061 when nobody follows the customer.
    pub async fn get(
        self,
        external_userid: &str,
        cursor: Option<&str>,
        options: CallOptions,
    ) -> Result<Contact, Error> {
        let mut call = Call::get(GET, options).query("external_userid", external_userid);
        if let Some(cursor) = cursor {
            call = call.query("cursor", cursor);
        }
        self.client.call(call).await
    }

    /// Sets what an employee noted about a customer (`remark`; document 92115): what is `None` is left as it is, an
    /// empty text clears, and a list of phones replaces the one before (`[""]` clears it). No callback follows.
    ///
    /// # Errors
    ///
    /// 40058 when a text is too long, 84061 when the two are no contacts. [`Error::Argument`] when there is nothing to
    /// set.
    pub async fn remark(self, remark: &Remark, options: CallOptions) -> Result<(), Error> {
        let body = RemarkBody::from(remark);
        if body.is_empty() {
            return Err(Error::Argument {
                path: REMARK,
                field: "remark",
                fault: "and every other field are absent: WeCom wants at least one".to_owned(),
            });
        }
        self.done(Call::post(REMARK, Effect::Idempotent, &body, options)).await
    }

    /// As [`External::remark`], with every field that the platform has, and with its limits checked.
    ///
    /// # Errors
    ///
    /// As [`External::remark`], and 40007 when the picture is no uploaded image.
    pub async fn update_remark(self, remark: &UpdateRemark, options: CallOptions) -> Result<(), Error> {
        remark.check()?;
        self.done(Call::post(REMARK, Effect::Idempotent, remark, options)).await
    }
}

/// What an employee notes about a customer; see [`External::update_remark`]. `None` leaves as it is, an empty text
/// clears. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateRemark {
    /// The employee; required.
    pub userid: String,
    /// The customer; required.
    pub external_userid: String,
    /// What stands for the name, at most 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The description, at most 150 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The company, at most 20 characters; of customers from WeChat only. It is read as
    /// [`FollowUser::remark_corp_name`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark_company: Option<String>,
    /// All phones from now on; `[""]` clears them, an empty list changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark_mobiles: Option<Vec<String>>,
    /// The temporary media id of a picture, in place of the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark_pic_mediaid: Option<String>,
}

impl UpdateRemark {
    fn check(&self) -> Result<(), Error> {
        let Self {
            userid,
            external_userid,
            remark,
            description,
            remark_company,
            remark_mobiles,
            remark_pic_mediaid,
        } = self;
        let something = remark.is_some()
            || description.is_some()
            || remark_company.is_some()
            || remark_mobiles.is_some()
            || remark_pic_mediaid.is_some();
        Check::of(REMARK)
            .required("userid", userid)
            .required("external_userid", external_userid)
            .rule(something, "remark", || {
                "and every other field are absent: WeCom wants at least one".to_owned()
            })
            .chars("remark", remark.as_deref(), REMARK_CHARS_MAX)
            .chars("description", description.as_deref(), DESCRIPTION_CHARS_MAX)
            .chars("remark_company", remark_company.as_deref(), REMARK_CHARS_MAX)
            .end()
    }
}

impl fmt::Debug for UpdateRemark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateRemark")
            .field("userid", &self.userid)
            .field("external_userid", &self.external_userid)
            .finish_non_exhaustive()
    }
}

/// The fields of [`Remark`] that the platform knows.
#[derive(Serialize)]
struct RemarkBody<'a> {
    userid: &'a str,
    external_userid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark_company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark_mobiles: Option<&'a [String]>,
}

impl RemarkBody<'_> {
    fn is_empty(&self) -> bool {
        let Self { remark, description, remark_company, remark_mobiles, userid: _, external_userid: _ } =
            self;
        remark.is_none() && description.is_none() && remark_company.is_none() && remark_mobiles.is_none()
    }
}

impl<'a> From<&'a Remark> for RemarkBody<'a> {
    fn from(from: &'a Remark) -> Self {
        let Remark {
            userid,
            external_userid,
            remark,
            description,
            remark_company,
            remark_mobiles,
            unrendered: _,
        } = from;
        Self {
            userid,
            external_userid,
            remark: remark.as_deref(),
            description: description.as_deref(),
            remark_company: remark_company.as_deref(),
            remark_mobiles: remark_mobiles.as_deref(),
        }
    }
}

/// The answer of [`External::get`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Contact {
    /// The customer.
    #[serde(default, deserialize_with = "read::object")]
    pub external_contact: ExternalContact,
    /// Those of the corp who have added the customer, at most 500 a page. A third-party app sees those inside its
    /// visible range only.
    #[serde(default, deserialize_with = "values::list")]
    pub follow_user: Vec<FollowUser>,
    /// What to pass to get the next page; absent or empty on the last.
    #[serde(default, deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Contact {
    /// What this employee has on record about the customer. Userids are compared as the platform does, without case.
    pub fn followed_by(&self, userid: &str) -> Option<&FollowUser> {
        self.follow_user
            .iter()
            .find(|user| user.userid.as_deref().is_some_and(|other| other.eq_ignore_ascii_case(userid)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wecom::{
        Timestamp,
        external::{AddWay, ContactType, Gender},
    };

    #[test]
    fn a_contact_with_every_oddity_is_read() {
        let contact: Contact = serde_json::from_str(
            r#"{"errcode":0,"errmsg":"ok","external_contact":{"external_userid":"wm1","name":"小周 $1 {{ 7*7 }} \\ </xml>",
            "type":"1","gender":9,"external_profile":{"external_attr":{"type":0,"name":"n","text":{"value":"v"}}},"new":[{}]},
            "follow_user":{"userid":"LiSi","createtime":"1733900461","add_way":"201","tags":null,"remark_company":"c",
            "remark_mobiles":[],"state":1866127734050410496,"wechat_channels":""},"next_cursor":""}"#,
        )
        .unwrap();
        let customer = &contact.external_contact;
        assert_eq!(customer.name.as_deref(), Some("小周 $1 {{ 7*7 }} \\ </xml>"));
        assert_eq!(customer.contact_type, Some(ContactType::WECHAT));
        assert_eq!(customer.gender, Some(Gender(9)));
        assert_eq!(customer.gender.unwrap().name(), None);
        assert_eq!(customer.external_profile.as_ref().unwrap().external_attr.len(), 1);
        let follower = contact.followed_by("lisi").unwrap();
        assert_eq!(follower.createtime.map(Timestamp::as_ms), Some(1_733_900_461_000));
        assert_eq!(follower.add_way, Some(AddWay::INTERNAL_SHARE));
        assert_eq!(follower.company(), Some("c"));
        assert_eq!(follower.remark_mobiles.as_deref(), Some(&[][..]));
        assert_eq!(follower.state.as_deref(), Some("1866127734050410496"));
        let shown = format!("{contact:?}");
        assert!(!shown.contains("小周") && !shown.contains("\"c\""), "{shown}");
    }

    #[test]
    fn a_remark_says_only_what_is_to_change() {
        let remark = Remark {
            userid: "lisi".into(),
            external_userid: "wm1".into(),
            remark: Some("周".into()),
            description: Some(String::new()),
            remark_mobiles: Some(vec![String::new()]),
            unrendered: true,
            ..Remark::default()
        };
        assert_eq!(
            serde_json::to_string(&RemarkBody::from(&remark)).unwrap(),
            r#"{"userid":"lisi","external_userid":"wm1","remark":"周","description":"","remark_mobiles":[""]}"#
        );
    }
}
