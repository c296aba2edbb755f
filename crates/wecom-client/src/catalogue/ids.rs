//! Ids of customers elsewhere, turned into one another.

use super::Family;
use crate::Effect::{Once, Read};
use crate::method::{Argument, Method, ids, integer, rust, text};

const CUSTOMER: Argument = text("external_userid", "The customer").required();
const UNIONID: Argument = text("unionid", "The user's id in an open-platform account").required();
const OPENID: Argument = text("openid", "The same user's id in one of its apps").required();

/// Where the platform tells of the change that made these conversions necessary.
const UPGRADE_PAGE: u32 = 96518;

pub(super) static FAMILY: Family = Family {
    title: "Conversions of ids",
    methods: &[
        Method::post(
            "externalcontact/convert_to_openid",
            Read,
            rust!(external.convert_to_openid, |given| given.text("external_userid")),
        )
        .is("Find the openid by which a customer from WeChat can be paid")
        .page(92323)
        .takes(&[CUSTOMER])
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::post(
            "externalcontact/unionid_to_external_userid",
            Read,
            rust!(external.unionid_to_external_userid, |given| &given.whole()?),
        )
        .is("Find the customer who is this WeChat user")
        .page(93274)
        .takes(&[UNIONID, text("openid", "The same user's id in one of its apps, for WeCom to check")])
        .like("--unionid ozynqsulJFCZ2z1aYeS8h-nuasdAAA --openid oAAAAAAA"),
        Method::post(
            "service/externalcontact/unionid_to_external_userid_3rd",
            Read,
            rust!(external.unionid_to_external_userid_3rd, |given| &given.whole()?),
        )
        .is("Find the customers who are this WeChat user in all companies; for third-party apps")
        .takes(&[UNIONID, OPENID, text("corpid", "The company; all that use the app if not given")])
        .lists("external_userid_info")
        .like("--unionid ozynqsulJFCZ2z1aYeS8h-nuasdAAA --openid oAAAAAAA"),
        Method::post(
            "externalcontact/to_service_external_userid",
            Read,
            rust!(external.to_service_external_userid, |given| given.text("external_userid")),
        )
        .is("Turn the company's id of a customer into the provider's; for customised apps")
        .takes(&[CUSTOMER])
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::post(
            "externalcontact/from_service_external_userid",
            Read,
            rust!(
                external.from_service_external_userid,
                |given| given.text("external_userid"),
                given.integer("source_agentid")
            ),
        )
        .is("Turn the provider's id of a customer into the company's")
        .page(95884)
        .takes(&[CUSTOMER, integer("source_agentid", "The app that knows the customer").required()])
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A --source-agentid 1000014"),
        Method::post(
            "externalcontact/get_new_external_userid",
            Read,
            rust!(external.get_new_external_userid, |given| &given.texts("external_userid_list")),
        )
        .is("Find the new ids of customers while a third-party app's are being migrated")
        .takes(&[ids("external_userid_list", "The old ids, 1 to 1000").required()])
        .lists("items")
        .like("--external-userid-list wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
        Method::post(
            "externalcontact/finish_external_userid_migration",
            Once,
            rust!(external.finish_external_userid_migration, |given| given.text("corpid")),
        )
        .is("End the migration of a company's customer ids. It cannot be undone")
        .takes(&[text("corpid", "The company").required()])
        .like("--corpid ww9f3c1d7be20a4455"),
        Method::post(
            "idconvert/convert_tmp_external_userid",
            Read,
            rust!(external.convert_tmp_external_userid, |given| &given.whole()?),
        )
        .is("Find who stands behind the temporary ids that meetings and forms give")
        .page(98729)
        .takes(&[
            integer("business_type", "Where they come from: 1 meeting, 2 form, 3 document").required(),
            integer("user_type", "Whose they are, as the platform's page has it").required(),
            ids("tmp_external_userid_list", "The ids, 1 to 100").required(),
        ])
        .lists("results")
        .like("--business-type 1 --user-type 1 --tmp-external-userid-list tmp1"),
        Method::post(
            "idconvert/external_tagid",
            Read,
            rust!(external.external_tagid, |given| &given.texts("external_tagid_list")),
        )
        .is("Turn the corp's ids of tags and groups of tags into the app's; for providers' apps")
        .page(UPGRADE_PAGE)
        .takes(&[ids("external_tagid_list", "The corp's ids of tags or groups of tags").required()])
        .lists("items")
        .like("--external-tagid-list etQ7fEDwAAz5Kb3vHn9Mp1QcXrTsLw2g"),
        Method::post(
            "idconvert/open_kfid",
            Read,
            rust!(external.open_kfid, |given| &given.texts("open_kfid_list")),
        )
        .is("Turn the corp's ids of customer-service accounts into the app's; for providers' apps")
        .page(UPGRADE_PAGE)
        .takes(&[ids("open_kfid_list", "The corp's ids of accounts of WeChat customer service").required()])
        .lists("items")
        .like("--open-kfid-list wkQ7fEDwAA1"),
        Method::post(
            "idconvert/unionid_to_external_userid",
            Read,
            rust!(external.idconvert_unionid_to_external_userid, |given| &given.whole()?),
        )
        .is("Find the customer who is this WeChat user, or an id to know the user by; for providers' apps")
        .page(UPGRADE_PAGE)
        .takes(&[
            UNIONID,
            OPENID,
            integer(
                "subject_type",
                "Whose app the openid is from: 0 the corp's, WeCom's default, 1 the provider's",
            ),
        ])
        .like("--unionid ozynqsulJFCZ2z1aYeS8h-nuasdAAA --openid oAAAAAAA"),
        Method::post(
            "idconvert/batch/external_userid_to_pending_id",
            Read,
            rust!(external.external_userid_to_pending_id, |given| &given.whole()?),
        )
        .is("Find the ids by which customers were known before they were customers; for providers' apps")
        .page(UPGRADE_PAGE)
        .takes(&[
            ids("external_userid", "The customers").required(),
            text("chat_id", "The group in which they are, if they are no employee's customers"),
        ])
        .lists("result")
        .like("--external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
    ],
};
