//! Ids that changed when the platform gave each provider's apps ids of their own (账号ID安全性升级; page 96518): tags
//! and customer-service accounts after the change, and customers by their unionid, also before they are customers.
//!
//! For customised apps (代开发) and third-party apps; WeCom refuses most of these to an app of the corp's own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::External;
use crate::client::{Call, CallOptions, Effect, Endpoint, Error, limits::Check, read, values};

const EXTERNAL_TAGID: Endpoint = Endpoint::post("idconvert/external_tagid", Effect::Read).page(96518);
const OPEN_KFID: Endpoint = Endpoint::post("idconvert/open_kfid", Effect::Read).page(96518);
const UNIONID_TO_EXTERNAL_USERID: Endpoint =
    Endpoint::post("idconvert/unionid_to_external_userid", Effect::Read).page(96518);
const EXTERNAL_USERID_TO_PENDING_ID: Endpoint =
    Endpoint::post("idconvert/batch/external_userid_to_pending_id", Effect::Read).page(96518);

impl External {
    /// The ids that an app has for the corp's tags and groups of tags (`idconvert/external_tagid`; page 96518).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without ids. Those that cannot be converted are no error:
    /// [`OpenExternalTagids::invalid_external_tagid_list`].
    pub async fn external_tagid(
        &self,
        external_tagid_list: &[String],
        options: CallOptions,
    ) -> Result<OpenExternalTagids, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            external_tagid_list: &'a [String],
        }
        Check::of(EXTERNAL_TAGID).count("external_tagid_list", external_tagid_list, 1..=usize::MAX).end()?;
        let body = Body { external_tagid_list };
        self.client.call(Call::new(EXTERNAL_TAGID, options).json(&body)).await
    }

    /// The ids that an app has for the corp's accounts of WeChat customer service (`idconvert/open_kfid`; page
    /// 96518).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without ids. Those that cannot be converted are no error:
    /// [`NewOpenKfids::invalid_open_kfid_list`].
    pub async fn open_kfid(
        &self,
        open_kfid_list: &[String],
        options: CallOptions,
    ) -> Result<NewOpenKfids, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            open_kfid_list: &'a [String],
        }
        Check::of(OPEN_KFID).count("open_kfid_list", open_kfid_list, 1..=usize::MAX).end()?;
        let body = Body { open_kfid_list };
        self.client.call(Call::new(OPEN_KFID, options).json(&body)).await
    }

    /// The customer who is this WeChat user, or an id by which the user can be known again who is no customer yet
    /// (`idconvert/unionid_to_external_userid`; page 96518).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without one of the two ids; 610014 for the unionid, 610018 when the two do not belong together,
    /// 845001 to 845003 for the accounts behind them.
    pub async fn idconvert_unionid_to_external_userid(
        &self,
        request: &ConvertUnionid,
        options: CallOptions,
    ) -> Result<ConvertedUnionid, Error> {
        Check::of(UNIONID_TO_EXTERNAL_USERID)
            .required("unionid", &request.unionid)
            .required("openid", &request.openid)
            .number("subject_type", request.subject_type.map(|kind| kind.0), 0..=1)
            .end()?;
        self.client.call(Call::new(UNIONID_TO_EXTERNAL_USERID, options).json(request)).await
    }

    /// The ids by which customers were known before they were customers
    /// (`idconvert/batch/external_userid_to_pending_id`; page 96518): what
    /// [`idconvert_unionid_to_external_userid`](Self::idconvert_unionid_to_external_userid) answered then.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without ids; 40096 for an id, 86001 and 86003 for the group.
    pub async fn external_userid_to_pending_id(
        &self,
        request: &ExternalUseridToPendingId,
        options: CallOptions,
    ) -> Result<Vec<PendingId>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            result: Vec<PendingId>,
        }
        Check::of(EXTERNAL_USERID_TO_PENDING_ID)
            .count("external_userid", &request.external_userid, 1..=usize::MAX)
            .end()?;
        let call = Call::new(EXTERNAL_USERID_TO_PENDING_ID, options).json(request);
        let Answer { result } = self.client.call(call).await?;
        Ok(result)
    }
}

/// The answer of [`External::external_tagid`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OpenExternalTagids {
    /// The ids that could be converted, with what they became.
    #[serde(deserialize_with = "values::list")]
    pub items: Vec<OpenExternalTagid>,
    /// The ids that could not be converted.
    #[serde(deserialize_with = "read::texts")]
    pub invalid_external_tagid_list: Vec<String>,
}

/// A tag's or group's two ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OpenExternalTagid {
    /// The corp's.
    #[serde(deserialize_with = "values::text")]
    pub external_tagid: Option<String>,
    /// The app's.
    #[serde(deserialize_with = "values::text")]
    pub open_external_tagid: Option<String>,
}

/// The answer of [`External::open_kfid`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct NewOpenKfids {
    /// The ids that could be converted, with what they became.
    #[serde(deserialize_with = "values::list")]
    pub items: Vec<NewOpenKfid>,
    /// The ids that could not be converted.
    #[serde(deserialize_with = "read::texts")]
    pub invalid_open_kfid_list: Vec<String>,
}

/// An account's two ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct NewOpenKfid {
    /// The corp's.
    #[serde(deserialize_with = "values::text")]
    pub open_kfid: Option<String>,
    /// The app's.
    #[serde(deserialize_with = "values::text")]
    pub new_open_kfid: Option<String>,
}

/// A WeChat user; see [`External::idconvert_unionid_to_external_userid`]. `Debug` shows neither id.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ConvertUnionid {
    /// The id shared by the apps of one open-platform account; required.
    pub unionid: String,
    /// The id of the same user in one of these apps; required.
    pub openid: String,
    /// Whose that app is; the corp's if absent.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub subject_type: Option<SubjectType>,
}

impl fmt::Debug for ConvertUnionid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConvertUnionid").field("subject_type", &self.subject_type).finish_non_exhaustive()
    }
}

values::open_number! {
    /// Whose mini-program or official account it is from which an openid comes.
    SubjectType {
        /// The corp's.
        CORP = 0, "corp";
        /// The provider's.
        PROVIDER = 1, "provider";
    }
}

/// The answer of [`External::idconvert_unionid_to_external_userid`]: one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConvertedUnionid {
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// What stands for a user who is no customer, for 90 days.
    #[serde(deserialize_with = "values::text")]
    pub pending_id: Option<String>,
}

/// Which customers; see [`External::external_userid_to_pending_id`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct ExternalUseridToPendingId {
    /// The group in which they are, if they are no customers of an employee whom the app may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<String>,
    /// The customers, at least one.
    #[serde(deserialize_with = "read::texts")]
    pub external_userid: Vec<String>,
}

/// A customer, and the id before that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PendingId {
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// What stood for the same person before.
    #[serde(deserialize_with = "values::text")]
    pub pending_id: Option<String>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{EXTERNAL_TAGID, EXTERNAL_USERID_TO_PENDING_ID, OPEN_KFID, UNIONID_TO_EXTERNAL_USERID};
    use crate::contact::id_conversion::rows::{OPENID, UNIONID};
    use crate::method::{Method, ids, integer, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(
            EXTERNAL_TAGID,
            rust!(external.external_tagid, |given| &given.texts("external_tagid_list")),
        )
        .is("Turn the corp's ids of tags and groups of tags into the app's; for providers' apps")
        .takes(&[ids("external_tagid_list", "The corp's ids of tags or groups of tags").required()])
        .lists("items")
        .like("--external-tagid-list etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g"),
        Method::of(OPEN_KFID, rust!(external.open_kfid, |given| &given.texts("open_kfid_list")))
            .is("Turn the corp's ids of customer-service accounts into the app's; for providers' apps")
            .takes(&[
                ids("open_kfid_list", "The corp's ids of accounts of WeChat customer service").required()
            ])
            .lists("items")
            .like("--open-kfid-list wkQ7fEDwAA1"),
        Method::of(
            UNIONID_TO_EXTERNAL_USERID,
            rust!(external.idconvert_unionid_to_external_userid, |given| &given.whole()?),
        )
        .is("Find the customer who is this WeChat user, or an id to know the user by; for providers' apps")
        .takes(&[
            UNIONID,
            OPENID,
            integer(
                "subject_type",
                "Whose app the openid is from: 0 the corp's, WeCom's default, 1 the provider's",
            ),
        ])
        .like("--unionid ozynqsulJFCZ2z1aYeS8h-nuasdAAA --openid oAAAAAAA"),
        Method::of(
            EXTERNAL_USERID_TO_PENDING_ID,
            rust!(external.external_userid_to_pending_id, |given| &given.whole()?),
        )
        .is("Find the ids by which customers were known before they were customers; for providers' apps")
        .takes(&[
            ids("external_userid", "The customers").required(),
            text("chat_id", "The group in which they are, if they are no employee's customers"),
        ])
        .lists("result")
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
    ];
}
