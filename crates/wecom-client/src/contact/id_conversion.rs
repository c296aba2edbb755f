//! Customers have other ids elsewhere: with WeChat, with the provider of an app, in a meeting. Here one is turned into
//! another.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{External, limits::Check, read};
use crate::{Call, CallOptions, Effect, Error, client::values};

const CONVERT_TO_OPENID: &str = "externalcontact/convert_to_openid";
const UNIONID_TO_EXTERNAL_USERID: &str = "externalcontact/unionid_to_external_userid";
const UNIONID_TO_EXTERNAL_USERID_3RD: &str = "service/externalcontact/unionid_to_external_userid_3rd";
const TO_SERVICE_EXTERNAL_USERID: &str = "externalcontact/to_service_external_userid";
const FROM_SERVICE_EXTERNAL_USERID: &str = "externalcontact/from_service_external_userid";
const GET_NEW_EXTERNAL_USERID: &str = "externalcontact/get_new_external_userid";
const FINISH_EXTERNAL_USERID_MIGRATION: &str = "externalcontact/finish_external_userid_migration";
const OPENGID_TO_CHATID: &str = "externalcontact/opengid_to_chatid";
const CONVERT_TMP_EXTERNAL_USERID: &str = "idconvert/convert_tmp_external_userid";

/// At most so many ids in one call of `get_new_external_userid`.
const MIGRATED_MAX: usize = 1_000;
/// At most so many ids in one call of `convert_tmp_external_userid`.
const TEMPORARY_MAX: usize = 100;

impl External {
    /// The `openid` by which a customer from WeChat can be paid (`convert_to_openid`; document 92323).
    ///
    /// # Errors
    ///
    /// 41056 when this is no customer from WeChat, who alone has one; 610004 when it is no customer of the corp, 40096 for
    /// the id.
    pub async fn convert_to_openid(
        &self,
        external_userid: &str,
        options: CallOptions,
    ) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            openid: String,
        }
        Check::of(CONVERT_TO_OPENID).required("external_userid", external_userid).end()?;
        let body = ExternalUserid { external_userid };
        let answer: Answer =
            self.client.call(Call::post(CONVERT_TO_OPENID, Effect::Read, &body, options)).await?;
        Ok(answer.openid)
    }

    /// The customer who is this WeChat user (`unionid_to_external_userid`; document 93274); `None` if nobody in the
    /// company knows one.
    ///
    /// # Errors
    ///
    /// 610014 for the unionid, 610018 when the two ids do not belong together, 610015 to 610017 and 845001 to 845003 for
    /// the accounts behind them, 84061 when the user is no customer.
    pub async fn unionid_to_external_userid(
        &self,
        request: &UnionidToExternalUserid,
        options: CallOptions,
    ) -> Result<Option<String>, Error> {
        Check::of(UNIONID_TO_EXTERNAL_USERID).required("unionid", &request.unionid).end()?;
        self.converted(Call::post(UNIONID_TO_EXTERNAL_USERID, Effect::Read, request, options)).await
    }

    /// The customers who are this WeChat user in the companies that use a provider's app
    /// (`service/externalcontact/unionid_to_external_userid_3rd`; document 95818). For third-party apps: the page
    /// wants the suite's token (`suite_access_token`), where a [`Client`](crate::Client) sends that of its app.
    ///
    /// # Errors
    ///
    /// 40014 and 40082 for a token of another kind, 610014 for the unionid, 610018 when the two ids do not belong
    /// together.
    pub async fn unionid_to_external_userid_3rd(
        &self,
        request: &UnionidToExternalUserid3rd,
        options: CallOptions,
    ) -> Result<Vec<CorpExternalUserid>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            external_userid_info: Vec<CorpExternalUserid>,
        }
        Check::of(UNIONID_TO_EXTERNAL_USERID_3RD)
            .required("unionid", &request.unionid)
            .required("openid", &request.openid)
            .end()?;
        let call = Call::post(UNIONID_TO_EXTERNAL_USERID_3RD, Effect::Read, request, options);
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.external_userid_info)
    }

    /// The provider's id of a company's customer (`to_service_external_userid`). For customised apps (代开发).
    ///
    /// # Errors
    ///
    /// 40096 for the id.
    pub async fn to_service_external_userid(
        &self,
        external_userid: &str,
        options: CallOptions,
    ) -> Result<Option<String>, Error> {
        Check::of(TO_SERVICE_EXTERNAL_USERID).required("external_userid", external_userid).end()?;
        let body = ExternalUserid { external_userid };
        self.converted(Call::post(TO_SERVICE_EXTERNAL_USERID, Effect::Read, &body, options)).await
    }

    /// The company's id of a provider's customer (`from_service_external_userid`; document 95884), whom the app `source_agentid`
    /// knows.
    ///
    /// # Errors
    ///
    /// 40096 for the id, 40056 for the app.
    pub async fn from_service_external_userid(
        &self,
        external_userid: &str,
        source_agentid: i64,
        options: CallOptions,
    ) -> Result<Option<String>, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            external_userid: &'a str,
            source_agentid: i64,
        }
        Check::of(FROM_SERVICE_EXTERNAL_USERID).required("external_userid", external_userid).end()?;
        let body = Body { external_userid, source_agentid };
        self.converted(Call::post(FROM_SERVICE_EXTERNAL_USERID, Effect::Read, &body, options)).await
    }

    /// The new ids of customers while a third-party app's are being migrated (`get_new_external_userid`), at most 1,000
    /// a call.
    ///
    /// # Errors
    ///
    /// 40096 for the ids.
    pub async fn get_new_external_userid(
        &self,
        external_userid_list: &[String],
        options: CallOptions,
    ) -> Result<Vec<MigratedExternalUserid>, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            external_userid_list: &'a [String],
        }
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            items: Vec<MigratedExternalUserid>,
        }
        Check::of(GET_NEW_EXTERNAL_USERID)
            .count("external_userid_list", external_userid_list, 1..=MIGRATED_MAX)
            .end()?;
        let body = Body { external_userid_list };
        let answer: Answer =
            self.client.call(Call::post(GET_NEW_EXTERNAL_USERID, Effect::Read, &body, options)).await?;
        Ok(answer.items)
    }

    /// Ends the migration of a company's customer ids (`finish_external_userid_migration`): from then on only the new
    /// ones are known. **It cannot be undone.** For providers: the page wants the provider's token
    /// (`provider_access_token`), where a [`Client`](crate::Client) sends that of its app.
    ///
    /// # Errors
    ///
    /// 40013 for the corp id, 40014 for a token of another kind.
    pub async fn finish_external_userid_migration(
        &self,
        corpid: &str,
        options: CallOptions,
    ) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            corpid: &'a str,
        }
        Check::of(FINISH_EXTERNAL_USERID_MIGRATION).required("corpid", corpid).end()?;
        self.done(Call::post(FINISH_EXTERNAL_USERID_MIGRATION, Effect::Once, &Body { corpid }, options)).await
    }

    /// The customer group that a mini-program knows by its `opengid` (`opengid_to_chatid`; document 94822).
    ///
    /// # Errors
    ///
    /// 90511 when this is no customer group of the company.
    pub async fn opengid_to_chatid(&self, opengid: &str, options: CallOptions) -> Result<String, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            opengid: &'a str,
        }
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            chat_id: String,
        }
        Check::of(OPENGID_TO_CHATID).required("opengid", opengid).end()?;
        let call = Call::post(OPENGID_TO_CHATID, Effect::Read, &Body { opengid }, options);
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.chat_id)
    }

    /// Who stands behind the temporary ids that meetings and forms give (`idconvert/convert_tmp_external_userid`;
    /// document 98729), at most 100 a call.
    ///
    /// # Errors
    ///
    /// 40058 for the arguments. Ids that cannot be converted are no error:
    /// [`ConvertedExternalUserids::invalid_tmp_external_userid_list`].
    pub async fn convert_tmp_external_userid(
        &self,
        request: &ConvertTmpExternalUserid,
        options: CallOptions,
    ) -> Result<ConvertedExternalUserids, Error> {
        Check::of(CONVERT_TMP_EXTERNAL_USERID)
            .given("business_type", request.business_type.is_some())
            .given("user_type", request.user_type.is_some())
            .count("tmp_external_userid_list", &request.tmp_external_userid_list, 1..=TEMPORARY_MAX)
            .end()?;
        self.client.call(Call::post(CONVERT_TMP_EXTERNAL_USERID, Effect::Read, request, options)).await
    }

    async fn converted(&self, call: Call<'_>) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::text")]
            external_userid: Option<String>,
        }
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.external_userid.filter(|id| !id.is_empty()))
    }
}

#[derive(Serialize)]
struct ExternalUserid<'a> {
    external_userid: &'a str,
}

/// A WeChat user; see [`External::unionid_to_external_userid`]. `Debug` shows neither id.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UnionidToExternalUserid {
    /// The id shared by the apps of one open-platform account; required.
    pub unionid: String,
    /// The id of the same user in one of these apps, by which WeCom can check the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
}

impl fmt::Debug for UnionidToExternalUserid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnionidToExternalUserid").finish_non_exhaustive()
    }
}

/// A WeChat user, and where to look; see [`External::unionid_to_external_userid_3rd`]. `Debug` shows neither id of the
/// user.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UnionidToExternalUserid3rd {
    /// The id shared by the apps of one open-platform account; required.
    pub unionid: String,
    /// The id of the same user in one of these apps; required.
    pub openid: String,
    /// The company; all that use the app if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpid: Option<String>,
}

impl fmt::Debug for UnionidToExternalUserid3rd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnionidToExternalUserid3rd").field("corpid", &self.corpid).finish_non_exhaustive()
    }
}

/// Temporary ids; see [`External::convert_tmp_external_userid`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ConvertTmpExternalUserid {
    /// Where they come from; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub business_type: Option<BusinessType>,
    /// Whose they are, as the platform's page has it; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_type: Option<i64>,
    /// The ids, 1 to 100.
    pub tmp_external_userid_list: Vec<String>,
}

values::open_number! {
    /// Where a temporary id comes from.
    BusinessType {
        /// A meeting.
        MEETING = 1, "meeting";
        /// A form.
        FORM = 2, "form";
        /// A document.
        DOCUMENT = 3, "document";
    }
}

/// A customer of one company.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CorpExternalUserid {
    /// The company.
    #[serde(deserialize_with = "values::text")]
    pub corpid: Option<String>,
    /// The customer.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
}

/// A customer's two ids.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MigratedExternalUserid {
    /// The old one.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The new one.
    #[serde(deserialize_with = "values::text")]
    pub new_external_userid: Option<String>,
}

/// The answer of [`External::convert_tmp_external_userid`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConvertedExternalUserids {
    /// Who it is.
    #[serde(deserialize_with = "values::list")]
    pub results: Vec<TmpExternalUserid>,
    /// The ids that could not be converted.
    #[serde(deserialize_with = "read::texts")]
    pub invalid_tmp_external_userid_list: Vec<String>,
}

/// Who stands behind a temporary id: a customer, or an employee of a linked company.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TmpExternalUserid {
    /// The temporary id.
    #[serde(deserialize_with = "values::text")]
    pub tmp_external_userid: Option<String>,
    /// The customer.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The linked company.
    #[serde(deserialize_with = "values::text")]
    pub corpid: Option<String>,
    /// Its employee.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
}
