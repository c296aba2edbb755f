//! Customers have other ids elsewhere: with WeChat, with the provider of an app, in a meeting. Here one is turned into
//! another.

use serde::{Deserialize, Serialize};

use super::{
    ConvertTmpExternalUserid, ConvertedExternalUserids, CorpExternalUserid, External, MigratedExternalUserid,
    UnionidToExternalUserid, UnionidToExternalUserid3rd,
};
use crate::client::{Call, CallOptions, Effect, Endpoint, Error, limits::Check, values};

const CONVERT_TO_OPENID: Endpoint =
    Endpoint::post("externalcontact/convert_to_openid", Effect::Read).page(92323);
const UNIONID_TO_EXTERNAL_USERID: Endpoint =
    Endpoint::post("externalcontact/unionid_to_external_userid", Effect::Read).page(93274);
const UNIONID_TO_EXTERNAL_USERID_3RD: Endpoint =
    Endpoint::post("service/externalcontact/unionid_to_external_userid_3rd", Effect::Read);
const TO_SERVICE_EXTERNAL_USERID: Endpoint =
    Endpoint::post("externalcontact/to_service_external_userid", Effect::Read);
const FROM_SERVICE_EXTERNAL_USERID: Endpoint =
    Endpoint::post("externalcontact/from_service_external_userid", Effect::Read).page(95884);
const GET_NEW_EXTERNAL_USERID: Endpoint =
    Endpoint::post("externalcontact/get_new_external_userid", Effect::Read);
const FINISH_EXTERNAL_USERID_MIGRATION: Endpoint =
    Endpoint::post("externalcontact/finish_external_userid_migration", Effect::Once);
const OPENGID_TO_CHATID: Endpoint =
    Endpoint::post("externalcontact/opengid_to_chatid", Effect::Read).page(94822);
const CONVERT_TMP_EXTERNAL_USERID: Endpoint =
    Endpoint::post("idconvert/convert_tmp_external_userid", Effect::Read).page(98729);

/// At most so many ids in one call of `get_new_external_userid`.
const MIGRATED_MAX: usize = 1_000;
/// At most so many ids in one call of `convert_tmp_external_userid`.
const TEMPORARY_MAX: usize = 100;

impl External {
    /// The `openid` by which a customer from WeChat can be paid (`convert_to_openid`; page 92323).
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
        let answer: Answer = self.client.call(Call::new(CONVERT_TO_OPENID, options).json(&body)).await?;
        Ok(answer.openid)
    }

    /// The customer who is this WeChat user (`unionid_to_external_userid`; page 93274); `None` if nobody in the
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
        self.converted(Call::new(UNIONID_TO_EXTERNAL_USERID, options).json(request)).await
    }

    /// The customers who are this WeChat user in the companies that use a provider's app
    /// (`service/externalcontact/unionid_to_external_userid_3rd`; page 95818). For third-party apps: the page
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
        let call = Call::new(UNIONID_TO_EXTERNAL_USERID_3RD, options).json(request);
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
        self.converted(Call::new(TO_SERVICE_EXTERNAL_USERID, options).json(&body)).await
    }

    /// The company's id of a provider's customer (`from_service_external_userid`; page 95884), whom the app `source_agentid`
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
        self.converted(Call::new(FROM_SERVICE_EXTERNAL_USERID, options).json(&body)).await
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
            self.client.call(Call::new(GET_NEW_EXTERNAL_USERID, options).json(&body)).await?;
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
        self.done(Call::new(FINISH_EXTERNAL_USERID_MIGRATION, options).json(&Body { corpid })).await
    }

    /// The customer group that a mini-program knows by its `opengid` (`opengid_to_chatid`; page 94822).
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
        let call = Call::new(OPENGID_TO_CHATID, options).json(&Body { opengid });
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.chat_id)
    }

    /// Who stands behind the temporary ids that meetings and forms give (`idconvert/convert_tmp_external_userid`;
    /// page 98729), at most 100 a call.
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
        self.client.call(Call::new(CONVERT_TMP_EXTERNAL_USERID, options).json(request)).await
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

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{
        CONVERT_TMP_EXTERNAL_USERID, CONVERT_TO_OPENID, FINISH_EXTERNAL_USERID_MIGRATION,
        FROM_SERVICE_EXTERNAL_USERID, GET_NEW_EXTERNAL_USERID, MIGRATED_MAX, OPENGID_TO_CHATID,
        TEMPORARY_MAX, TO_SERVICE_EXTERNAL_USERID, UNIONID_TO_EXTERNAL_USERID,
        UNIONID_TO_EXTERNAL_USERID_3RD,
    };
    use crate::method::{Argument, Method, formatcp, ids, integer, rust, text};

    const CUSTOMER: Argument = text("external_userid", "The customer").required();
    pub(crate) const UNIONID: Argument =
        text("unionid", "The user's id in an open-platform account").required();
    pub(crate) const OPENID: Argument = text("openid", "The same user's id in one of its apps").required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(OPENGID_TO_CHATID, rust!(external.opengid_to_chatid, |given| given.text("opengid")))
            .is("Find the customer group that a mini-program knows by its opengid")
            .wxjava(&["opengidToChatid"])
            .takes(&[text("opengid", "The mini-program's id of the group").required()])
            .like("--opengid oAAAAAAAAA"),
        Method::of(
            CONVERT_TO_OPENID,
            rust!(external.convert_to_openid, |given| given.text("external_userid")),
        )
        .is("Find the openid by which a customer from WeChat can be paid")
        .wxjava(&["convertToOpenid"])
        .takes(&[CUSTOMER])
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::of(
            UNIONID_TO_EXTERNAL_USERID,
            rust!(external.unionid_to_external_userid, |given| &given.whole()?),
        )
        .is("Find the customer who is this WeChat user")
        .wxjava(&["unionidToExternalUserid"])
        .takes(&[UNIONID, text("openid", "The same user's id in one of its apps, for WeCom to check")])
        .like("--unionid ozynqsulJFCZ2z1aYeS8h-nuasdAAA --openid oAAAAAAA"),
        Method::of(
            UNIONID_TO_EXTERNAL_USERID_3RD,
            rust!(external.unionid_to_external_userid_3rd, |given| &given.whole()?),
        )
        .is("Find the customers who are this WeChat user in all companies; for third-party apps")
        .wxjava(&["unionidToExternalUserid3rd"])
        .takes(&[UNIONID, OPENID, text("corpid", "The company; all that use the app if not given")])
        .lists("external_userid_info")
        .like("--unionid ozynqsulJFCZ2z1aYeS8h-nuasdAAA --openid oAAAAAAA"),
        Method::of(
            TO_SERVICE_EXTERNAL_USERID,
            rust!(external.to_service_external_userid, |given| given.text("external_userid")),
        )
        .is("Turn the company's id of a customer into the provider's; for customised apps")
        .wxjava(&["toServiceExternalUserid"])
        .takes(&[CUSTOMER])
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::of(
            FROM_SERVICE_EXTERNAL_USERID,
            rust!(
                external.from_service_external_userid,
                |given| given.text("external_userid"),
                given.integer("source_agentid")
            ),
        )
        .is("Turn the provider's id of a customer into the company's")
        .wxjava(&["fromServiceExternalUserid"])
        .takes(&[CUSTOMER, integer("source_agentid", "The app that knows the customer").required()])
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A --source-agentid 1000014"),
        Method::of(
            GET_NEW_EXTERNAL_USERID,
            rust!(external.get_new_external_userid, |given| &given.texts("external_userid_list")),
        )
        .is("Find the new ids of customers while a third-party app's are being migrated")
        .wxjava(&["getNewExternalUserId"])
        .takes(&[ids("external_userid_list", formatcp!("The old ids, 1 to {MIGRATED_MAX}")).required()])
        .lists("items")
        .like("--external-userid-list wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::of(
            FINISH_EXTERNAL_USERID_MIGRATION,
            rust!(external.finish_external_userid_migration, |given| given.text("corpid")),
        )
        .is("End the migration of a company's customer ids. It cannot be undone")
        .wxjava(&["finishExternalUserIdMigration"])
        .takes(&[text("corpid", "The company").required()])
        .like("--corpid ww9f3c1d7be20a4455"),
        Method::of(
            CONVERT_TMP_EXTERNAL_USERID,
            rust!(external.convert_tmp_external_userid, |given| &given.whole()?),
        )
        .is("Find who stands behind the temporary ids that meetings and forms give")
        .takes(&[
            integer("business_type", "Where they come from: 1 meeting, 2 form, 3 document").required(),
            integer("user_type", "Whose they are, as the platform's page has it").required(),
            ids("tmp_external_userid_list", formatcp!("The ids, 1 to {TEMPORARY_MAX}")).required(),
        ])
        .lists("results")
        .like("--business-type 1 --user-type 1 --tmp-external-userid-list tmp1"),
    ];
}
