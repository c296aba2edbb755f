//! Rule groups of moments (客户朋友圈规则组): who administers the moments of which employees, and what those may do.
//!
//! An app sees and changes the rule groups that it made itself.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    External, GetStrategyRange, ListStrategies, StrategyNode, StrategyRanges, customer_strategy::ADMINS_MAX,
    scope::STRATEGY_PAGE_MAX,
};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{Page, all_pages, cursor},
    read, values,
};

const LIST: Endpoint = Endpoint::post("externalcontact/moment_strategy/list", Effect::Read).page(94890);
const GET: Endpoint = Endpoint::post("externalcontact/moment_strategy/get", Effect::Read).page(94890);
const GET_RANGE: Endpoint =
    Endpoint::post("externalcontact/moment_strategy/get_range", Effect::Read).page(94890);
const CREATE: Endpoint = Endpoint::post("externalcontact/moment_strategy/create", Effect::Once).page(94890);
const EDIT: Endpoint = Endpoint::post("externalcontact/moment_strategy/edit", Effect::Idempotent).page(94890);
const DEL: Endpoint = Endpoint::post("externalcontact/moment_strategy/del", Effect::Idempotent).page(94890);

impl External {
    /// The ids of the rule groups, a page of them (`moment_strategy/list`; page 94890).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn moment_strategy_list(
        &self,
        request: &ListStrategies,
        options: CallOptions,
    ) -> Result<MomentStrategyPage, Error> {
        request.check(LIST)?;
        self.client.call(Call::new(LIST, options).json(request)).await
    }

    /// The ids of the rule groups of all pages.
    pub fn moment_strategy_list_all(&self, request: &ListStrategies, options: CallOptions) -> Listing<i64> {
        all_pages!(self.moment_strategy_list, LIST, request, STRATEGY_PAGE_MAX, options)
    }

    /// A rule group without its range (`moment_strategy/get`; page 94890).
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn moment_strategy_get(
        &self,
        strategy_id: i64,
        options: CallOptions,
    ) -> Result<MomentStrategy, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "read::needed")]
            strategy: MomentStrategy,
        }
        let call = Call::new(GET, options).json(&json!({"strategy_id": strategy_id}));
        let Answer { strategy } = self.client.call(call).await?;
        Ok(strategy)
    }

    /// The employees and departments of a rule group, a page of them (`moment_strategy/get_range`; page 94890).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn moment_strategy_get_range(
        &self,
        request: &GetStrategyRange,
        options: CallOptions,
    ) -> Result<StrategyRanges, Error> {
        request.check(GET_RANGE)?;
        self.client.call(Call::new(GET_RANGE, options).json(request)).await
    }

    /// The range of all pages.
    pub fn moment_strategy_get_range_all(
        &self,
        request: &GetStrategyRange,
        options: CallOptions,
    ) -> Listing<StrategyNode> {
        all_pages!(self.moment_strategy_get_range, GET_RANGE, request, STRATEGY_PAGE_MAX, options)
    }

    /// Makes a rule group and brings back its id (`moment_strategy/create`; page 94890).
    ///
    /// # Errors
    ///
    /// 40058 and 60011 for a range that is not inside the parent's or the app's. [`Error::Argument`] when name,
    /// administrators or range are absent, or there are more than 20 administrators.
    pub async fn moment_strategy_create(
        &self,
        request: &CreateMomentStrategy,
        options: CallOptions,
    ) -> Result<i64, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::required")]
            strategy_id: i64,
        }
        Check::of(CREATE)
            .required("strategy_name", &request.strategy_name)
            .count("admin_list", &request.admin_list, 1..=ADMINS_MAX)
            .given("range", !request.range.is_empty())
            .end()?;
        let call = Call::new(CREATE, options).json(request);
        let Answer { strategy_id } = self.client.call(call).await?;
        Ok(strategy_id)
    }

    /// Changes a rule group (`moment_strategy/edit`; page 94890): what is absent stays as it is.
    ///
    /// # Errors
    ///
    /// As of [`moment_strategy_create`](Self::moment_strategy_create).
    pub async fn moment_strategy_edit(
        &self,
        request: &EditMomentStrategy,
        options: CallOptions,
    ) -> Result<(), Error> {
        Check::of(EDIT)
            .given("strategy_id", request.strategy_id.is_some())
            .count("admin_list", request.admin_list.as_deref().unwrap_or_default(), 0..=ADMINS_MAX)
            .end()?;
        self.done(Call::new(EDIT, options).json(request)).await
    }

    /// Removes a rule group (`moment_strategy/del`; page 94890).
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn moment_strategy_del(&self, strategy_id: i64, options: CallOptions) -> Result<(), Error> {
        let call = Call::new(DEL, options).json(&json!({"strategy_id": strategy_id}));
        self.done(call).await
    }
}

/// The answer of [`External::moment_strategy_list`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentStrategyPage {
    /// The rule groups.
    #[serde(deserialize_with = "values::list")]
    pub strategy: Vec<ListedMomentStrategy>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for MomentStrategyPage {
    type Item = i64;
    type Next = String;

    fn into_parts(self) -> (Vec<i64>, Option<String>) {
        let ids = self.strategy.into_iter().filter_map(|strategy| strategy.strategy_id).collect();
        (ids, cursor(self.next_cursor))
    }
}

/// A rule group in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ListedMomentStrategy {
    /// The rule group's id.
    #[serde(deserialize_with = "values::integer")]
    pub strategy_id: Option<i64>,
}

/// A rule group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentStrategy {
    /// The rule group's id.
    #[serde(deserialize_with = "values::integer")]
    pub strategy_id: Option<i64>,
    /// The rule group above it; 0 for none.
    #[serde(deserialize_with = "values::integer")]
    pub parent_id: Option<i64>,
    /// The rule group's name.
    #[serde(deserialize_with = "values::text")]
    pub strategy_name: Option<String>,
    /// When the rule group was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// The administrators' userids.
    #[serde(deserialize_with = "read::texts")]
    pub admin_list: Vec<String>,
    /// What the rule group allows.
    #[serde(deserialize_with = "values::object")]
    pub privilege: Option<MomentPrivilege>,
}

/// What a rule group of moments allows. Absent in a request means the default, which is yes for all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct MomentPrivilege {
    /// To see all that its employees have published.
    #[serde(deserialize_with = "read::flag", skip_serializing_if = "Option::is_none")]
    pub view_moment_list: Option<bool>,
    /// To publish moments.
    #[serde(deserialize_with = "read::flag", skip_serializing_if = "Option::is_none")]
    pub send_moment: Option<bool>,
    /// To set the cover and the signature of the moments page.
    #[serde(deserialize_with = "read::flag", skip_serializing_if = "Option::is_none")]
    pub manage_moment_cover_and_sign: Option<bool>,
}

/// A rule group to make; the request of [`External::moment_strategy_create`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct CreateMomentStrategy {
    /// The rule group above it; absent or 0 for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<i64>,
    /// The new rule group's name.
    pub strategy_name: String,
    /// The administrators' userids, 1 to 20.
    #[serde(deserialize_with = "read::texts")]
    pub admin_list: Vec<String>,
    /// What the rule group allows; the default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privilege: Option<MomentPrivilege>,
    /// The employees and departments of the rule group, all of them inside the parent's range.
    #[serde(deserialize_with = "values::list")]
    pub range: Vec<StrategyNode>,
}

/// Changes of a rule group; the request of [`External::moment_strategy_edit`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct EditMomentStrategy {
    /// The id of the rule group to change; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_id: Option<i64>,
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_name: Option<String>,
    /// The administrators' userids from now on; they replace those of before.
    #[serde(deserialize_with = "values::texts", skip_serializing_if = "Option::is_none")]
    pub admin_list: Option<Vec<String>>,
    /// What the rule group allows from now on; it replaces what was allowed before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privilege: Option<MomentPrivilege>,
    /// Employees and departments to add.
    #[serde(deserialize_with = "values::list", skip_serializing_if = "Vec::is_empty")]
    pub range_add: Vec<StrategyNode>,
    /// Employees and departments to take out.
    #[serde(deserialize_with = "values::list", skip_serializing_if = "Vec::is_empty")]
    pub range_del: Vec<StrategyNode>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{CREATE, DEL, EDIT, GET, GET_RANGE, LIST, STRATEGY_PAGE_MAX};
    use crate::contact::scope::rows::{
        ADMINS, CREATED, LIMIT, PARENT_ID, PRIVILEGE, RANGE, RANGE_ADD, RANGE_DEL, STRATEGY_ID,
    };
    use crate::method::{CURSOR, Method, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(LIST, rust!(external.moment_strategy_list, |given| &given.whole()?))
            .is("List the rule groups of moments by id")
            .takes(&[CURSOR, LIMIT])
            .paged("strategy", "limit", STRATEGY_PAGE_MAX)
            .like("--all"),
        Method::of(GET, rust!(external.moment_strategy_get, |given| given.integer("strategy_id")))
            .is("Show a rule group of moments")
            .takes(&[STRATEGY_ID])
            .like("--strategy-id 1"),
        Method::of(GET_RANGE, rust!(external.moment_strategy_get_range, |given| &given.whole()?))
            .is("List the employees and departments of a rule group of moments")
            .takes(&[STRATEGY_ID, CURSOR, LIMIT])
            .paged("range", "limit", STRATEGY_PAGE_MAX)
            .like("--strategy-id 1 --all"),
        Method::of(CREATE, rust!(external.moment_strategy_create, |given| &given.whole()?))
            .is("Make a rule group of moments")
            .takes(&[
                PARENT_ID,
                text("strategy_name", "Its name").required(),
                ADMINS.required(),
                PRIVILEGE,
                RANGE.required(),
            ])
            .like(CREATED),
        Method::of(EDIT, rust!(external.moment_strategy_edit, |given| &given.whole()?))
            .is("Change a rule group of moments; what is not given stays")
            .takes(&[STRATEGY_ID, text("strategy_name", "Its name"), ADMINS, PRIVILEGE, RANGE_ADD, RANGE_DEL])
            .like("--strategy-id 1 --strategy-name 直营门店"),
        Method::of(DEL, rust!(external.moment_strategy_del, |given| given.integer("strategy_id")))
            .is("Delete a rule group of moments")
            .takes(&[STRATEGY_ID])
            .like("--strategy-id 1"),
    ];
}
