//! Customers: who they are, who follows them, and what an employee noted about them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{External, ExternalContact, FollowUser};
use crate::client::{
    Call, CallOptions, Done, Effect, Endpoint, Error, Fault, Listing,
    limits::Check,
    paging::{self, Page},
    read, values,
};

const GET: Endpoint = Endpoint::get("externalcontact/get").page(92114);
const REMARK: Endpoint = Endpoint::post("externalcontact/remark", Effect::Idempotent).page(92115);

/// At most so many pages of followers, 500 on each: more than any company has employees.
const FOLLOWER_PAGES_MAX: usize = 2_000;

/// At most so many characters in `remark` and `remark_company`.
const REMARK_CHARS_MAX: usize = 20;
/// At most so many characters in `description`.
const DESCRIPTION_CHARS_MAX: usize = 150;

impl External {
    /// How [`External::get`] asks, for whoever names the call without making it.
    pub const GET: Endpoint = GET;

    /// How [`External::remark`] asks, for whoever names the call without making it.
    pub const REMARK: Endpoint = REMARK;

    /// A customer and those who follow him or her (`get`; page 92114; it stands for the older
    /// `crm/get_external_contact`, in other libraries `getExternalContact`). `cursor` is the `next_cursor` of the page
    /// before: only a customer of more than 500 employees has more than one page.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without an id (41035); 40096 when the id is wrong or of no interest to the app's visible range,
    /// 84061 when nobody follows the customer.
    pub async fn get(
        &self,
        external_userid: &str,
        cursor: Option<&str>,
        options: CallOptions,
    ) -> Result<Contact, Error> {
        Check::of(GET).required("external_userid", external_userid).end()?;
        let mut call = Call::new(GET, options).query("external_userid", external_userid);
        if let Some(cursor) = cursor {
            call = call.query("cursor", cursor);
        }
        self.client.call(call).await
    }

    /// Those who follow a customer, of all pages of [`External::get`].
    pub fn get_all(
        &self,
        external_userid: &str,
        cursor: Option<&str>,
        options: CallOptions,
    ) -> Listing<FollowUser> {
        let (me, customer) = (self.clone(), external_userid.to_owned());
        let first = cursor.map(str::to_owned);
        paging::listing(GET, move |next: Option<String>| {
            let (me, customer, cursor) = (me.clone(), customer.clone(), next.or_else(|| first.clone()));
            async move { me.get(&customer, cursor.as_deref(), options).await }
        })
    }

    /// A customer with all who follow him or her, in one: [`External::get`] until there are no more pages. `options`
    /// are each page's.
    ///
    /// # Errors
    ///
    /// As [`External::get`]; 50100 when a cursor expired on the way. [`Error::Unreadable`] when the pages do not end.
    pub async fn get_whole(&self, external_userid: &str, options: CallOptions) -> Result<Contact, Error> {
        let mut whole = self.get(external_userid, None, options).await?;
        for _ in 0..FOLLOWER_PAGES_MAX {
            let Some(cursor) = paging::cursor(whole.next_cursor.take()) else { return Ok(whole) };
            let page = self.get(external_userid, Some(&cursor), options).await?;
            whole.follow_user.extend(page.follow_user);
            whole.next_cursor = page.next_cursor;
        }
        let fault = "there are more pages than any customer has";
        Err(Error::Unreadable { path: GET.path, fault, column: 0, done: false })
    }

    /// Sets what an employee noted about a customer (`remark`; page 92115): what is `None` is left as it is, an
    /// empty text clears, and a list of phones replaces the one before (`[""]` clears it). No callback follows.
    ///
    /// # Errors
    ///
    /// 40058 when a text is too long, 84061 when the two are no contacts, 40007 when the picture is no uploaded image.
    /// [`Error::Argument`] when there is nothing to set, or a limit is broken.
    pub async fn remark(&self, remark: &Remark, options: CallOptions) -> Result<Done, Error> {
        remark.check()?;
        self.client.call(Call::new(REMARK, options).json(remark)).await
    }
}

/// What an employee notes about a customer; see [`External::remark`]. `None` leaves as it is, an empty text
/// clears. `Debug` shows no personal data.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Remark {
    /// The employee's userid; required.
    pub userid: String,
    /// The customer's external_userid; required.
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

impl Remark {
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
            || remark_mobiles.as_ref().is_some_and(|phones| !phones.is_empty())
            || remark_pic_mediaid.is_some();
        Check::of(REMARK)
            .required("userid", userid)
            .required("external_userid", external_userid)
            .rule(something, "remark", || Fault::NothingToSet)
            .chars("remark", remark.as_deref(), REMARK_CHARS_MAX)
            .chars("description", description.as_deref(), DESCRIPTION_CHARS_MAX)
            .chars("remark_company", remark_company.as_deref(), REMARK_CHARS_MAX)
            .end()
    }
}

impl fmt::Debug for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remark")
            .field("userid", &self.userid)
            .field("external_userid", &self.external_userid)
            .finish_non_exhaustive()
    }
}

/// The answer of [`External::get`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Contact {
    /// What WeCom says of the customer, whichever employee asks.
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

impl Page for Contact {
    type Item = FollowUser;
    type Next = String;

    fn into_parts(self) -> (Vec<FollowUser>, Option<String>) {
        (self.follow_user, paging::cursor(self.next_cursor))
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{DESCRIPTION_CHARS_MAX, GET, REMARK, REMARK_CHARS_MAX};
    use crate::method::{By, Method, Paging, formatcp, rust, text, texts};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(
            GET,
            rust!(external.get, |given| given.text("external_userid"), given.maybe_text("cursor")),
        )
        .is("Show a customer and the employees who follow him or her")
        .wxjava(&["getContactDetail", "getExternalContact"])
        .was("crm/get_external_contact")
        .takes(&[
            text("external_userid", "The customer").required(),
            text("cursor", "The next_cursor of the page before; only beyond 500 employees"),
        ])
        .paged_as(Paging { by: By::Cursor, list: "follow_user", limit: None })
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::of(REMARK, rust!(external.remark, |given| &given.whole()?))
            .is("Set what an employee notes about a customer; what is not given stays, \"\" clears")
            .wxjava(&["updateRemark"])
            .takes(&[
                text("userid", "The employee").required(),
                text("external_userid", "The customer").required(),
                text("remark", formatcp!("What stands for the name, at most {REMARK_CHARS_MAX} characters")),
                text("description", formatcp!("The description, at most {DESCRIPTION_CHARS_MAX} characters")),
                text(
                    "remark_company",
                    formatcp!(
                        "The company, at most {REMARK_CHARS_MAX} characters; of customers from WeChat only"
                    ),
                ),
                texts("remark_mobiles", "All phones from now on; \"\" clears them"),
                text("remark_pic_mediaid", "The media_id of a picture, by media-upload"),
            ])
            .like("--userid zhangsan --external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A --remark 周总"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Timestamp,
        contact::{AddWay, ContactType, Gender},
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
            ..Remark::default()
        };
        assert_eq!(
            serde_json::to_string(&remark).unwrap(),
            r#"{"userid":"lisi","external_userid":"wm1","remark":"周","description":"","remark_mobiles":[""]}"#
        );
    }
}
