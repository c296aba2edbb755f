//! Rule groups of customer contact (客户联系规则组): which employees may do what with customers (page 94883). An app
//! sees and changes only those that it made.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::{External, GetStrategyRange, ListStrategies, StrategyNode, scope::STRATEGY_PAGE_MAX};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, Timestamp,
    limits::Check,
    paging::{self, Page, all_pages},
    read, values,
};

const LIST: Endpoint = Endpoint::post("externalcontact/customer_strategy/list", Effect::Read).page(94883);
const GET: Endpoint = Endpoint::post("externalcontact/customer_strategy/get", Effect::Read).page(94883);
const GET_RANGE: Endpoint =
    Endpoint::post("externalcontact/customer_strategy/get_range", Effect::Read).page(94883);
const CREATE: Endpoint = Endpoint::post("externalcontact/customer_strategy/create", Effect::Once).page(94883);
const EDIT: Endpoint =
    Endpoint::post("externalcontact/customer_strategy/edit", Effect::Idempotent).page(94883);
const DEL: Endpoint = Endpoint::post("externalcontact/customer_strategy/del", Effect::Idempotent).page(94883);

/// At most so many administrators, of rule groups of both kinds.
pub(super) const ADMINS_MAX: usize = 20;

impl External {
    /// One page of the rule groups' ids (`customer_strategy/list`; page 94883).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn customer_strategy_list(
        &self,
        request: &ListStrategies,
        options: CallOptions,
    ) -> Result<CustomerStrategies, Error> {
        request.check(LIST)?;
        self.client.call(Call::new(LIST, options).json(request)).await
    }

    /// A rule group (`customer_strategy/get`; page 94883).
    ///
    /// # Errors
    ///
    /// 40058 when there is no such rule group, or another app made it.
    pub async fn customer_strategy_get(
        &self,
        strategy_id: i64,
        options: CallOptions,
    ) -> Result<CustomerStrategy, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "read::needed")]
            strategy: CustomerStrategy,
        }
        let answer: Answer =
            self.client.call(Call::new(GET, options).json(&StrategyId { strategy_id })).await?;
        Ok(answer.strategy)
    }

    /// One page of the employees and departments of a rule group (`customer_strategy/get_range`; page 94883).
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn customer_strategy_get_range(
        &self,
        request: &GetStrategyRange,
        options: CallOptions,
    ) -> Result<StrategyRanges, Error> {
        request.check(GET_RANGE)?;
        self.client.call(Call::new(GET_RANGE, options).json(request)).await
    }

    /// Makes a rule group (`customer_strategy/create`; page 94883) and gives its id.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] when something required is missing, or there are more than 20 administrators. Where
    /// [`Error::lost`] is true it may have been made: look before repeating.
    pub async fn customer_strategy_create(
        &self,
        request: &CreateCustomerStrategy,
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
            .count("range", &request.range, 1..=usize::MAX)
            .end()?;
        let answer: Answer = self.client.call(Call::new(CREATE, options).json(request)).await?;
        Ok(answer.strategy_id)
    }

    /// Changes a rule group (`customer_strategy/edit`; page 94883): what is `None` stays.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without `strategy_id`.
    pub async fn customer_strategy_edit(
        &self,
        request: &EditCustomerStrategy,
        options: CallOptions,
    ) -> Result<(), Error> {
        Check::of(EDIT)
            .given("strategy_id", request.strategy_id.is_some())
            .count("admin_list", request.admin_list.as_deref().unwrap_or_default(), 0..=ADMINS_MAX)
            .end()?;
        self.done(Call::new(EDIT, options).json(request)).await
    }

    /// Deletes a rule group (`customer_strategy/del`; page 94883).
    ///
    /// # Errors
    ///
    /// 40058 when there is no such rule group, or another app made it.
    pub async fn customer_strategy_del(&self, strategy_id: i64, options: CallOptions) -> Result<(), Error> {
        self.done(Call::new(DEL, options).json(&StrategyId { strategy_id })).await
    }
}

impl External {
    /// The id of every rule group, page by page.
    pub fn customer_strategy_list_all(&self, request: &ListStrategies, options: CallOptions) -> Listing<i64> {
        all_pages!(self.customer_strategy_list, LIST, request, STRATEGY_PAGE_MAX, options)
    }

    /// Every employee and department of a rule group, page by page.
    pub fn customer_strategy_get_range_all(
        &self,
        request: &GetStrategyRange,
        options: CallOptions,
    ) -> Listing<StrategyNode> {
        all_pages!(self.customer_strategy_get_range, GET_RANGE, request, STRATEGY_PAGE_MAX, options)
    }
}

#[derive(Serialize)]
struct StrategyId {
    strategy_id: i64,
}

/// What the employees of a rule group may do: the platform's names, each true or false. Known are `view_customer_list`,
/// `view_customer_data`, `view_room_list`, `contact_me`, `join_room`, `share_customer`, `oper_resign_customer`,
/// `oper_resign_group`, `send_customer_msg`, `edit_welcome_msg`, `view_behavior_data`, `view_room_data`,
/// `send_group_msg`, `room_deduplication`, `rapid_reply`, `onjob_customer_transfer`, `edit_anti_spam_rule`,
/// `export_customer_list`, `export_customer_data`, `export_customer_group_list` and `manage_customer_tag`; the platform
/// adds to them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Privileges(pub BTreeMap<String, bool>);

impl<'de> Deserialize<'de> for Privileges {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Flag(#[serde(deserialize_with = "read::flag")] Option<bool>);
        let flags = BTreeMap::<String, Flag>::deserialize(from)?;
        Ok(Self(flags.into_iter().filter_map(|(name, flag)| Some((name, flag.0?))).collect()))
    }
}

/// A rule group to be made; see [`External::customer_strategy_create`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct CreateCustomerStrategy {
    /// The rule group above it; none if absent or 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<i64>,
    /// Its name; required.
    pub strategy_name: String,
    /// Its administrators' userids, 1 to 20.
    pub admin_list: Vec<String>,
    /// What its employees may do; absent leaves it to the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privileges>,
    /// Its employees and departments, at least one; inside the range of the group above.
    pub range: Vec<StrategyNode>,
}

/// What to change of a rule group; see [`External::customer_strategy_edit`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct EditCustomerStrategy {
    /// The one that is to change; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_id: Option<i64>,
    /// Its new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy_name: Option<String>,
    /// All of its administrators from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_list: Option<Vec<String>>,
    /// What its employees may do from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privileges>,
    /// Who comes into its range.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub range_add: Vec<StrategyNode>,
    /// Who goes out of its range.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub range_del: Vec<StrategyNode>,
}

/// A rule group. [`External::customer_strategy_list`] gives its id only.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CustomerStrategy {
    /// The rule group's id.
    #[serde(deserialize_with = "values::integer")]
    pub strategy_id: Option<i64>,
    /// The rule group above it; 0 for none.
    #[serde(deserialize_with = "values::integer")]
    pub parent_id: Option<i64>,
    /// The rule group's name.
    #[serde(deserialize_with = "values::text")]
    pub strategy_name: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// Its administrators' userids.
    #[serde(deserialize_with = "read::texts")]
    pub admin_list: Vec<String>,
    /// What its employees may do.
    #[serde(deserialize_with = "values::object")]
    pub privilege: Option<Privileges>,
}

/// One page of [`External::customer_strategy_list`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CustomerStrategies {
    /// The rule groups; of each its id only.
    #[serde(deserialize_with = "values::list")]
    pub strategy: Vec<CustomerStrategy>,
    /// What to pass to get the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

/// One page of [`External::customer_strategy_get_range`].
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StrategyRanges {
    /// Employees and departments.
    #[serde(deserialize_with = "values::list")]
    pub range: Vec<StrategyNode>,
    /// What to pass to get the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for CustomerStrategies {
    type Item = i64;
    type Next = String;

    fn into_parts(self) -> (Vec<i64>, Option<String>) {
        let ids = self.strategy.into_iter().filter_map(|strategy| strategy.strategy_id).collect();
        (ids, paging::cursor(self.next_cursor))
    }
}

impl Page for StrategyRanges {
    type Item = StrategyNode;
    type Next = String;

    fn into_parts(self) -> (Vec<StrategyNode>, Option<String>) {
        (self.range, paging::cursor(self.next_cursor))
    }
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{CREATE, DEL, EDIT, GET, GET_RANGE, LIST, STRATEGY_PAGE_MAX};
    use crate::contact::scope::rows::{
        ADMINS, CREATED, LIMIT, PARENT_ID, PRIVILEGE, RANGE, RANGE_ADD, RANGE_DEL, STRATEGY_ID,
    };
    use crate::method::{CURSOR, Method, rust, text};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(LIST, rust!(external.customer_strategy_list, |given| &given.whole()?))
            .is("List the rule groups of customer contact by id")
            .takes(&[CURSOR, LIMIT])
            .paged("strategy", "limit", STRATEGY_PAGE_MAX)
            .like("--all"),
        Method::of(GET, rust!(external.customer_strategy_get, |given| given.integer("strategy_id")))
            .is("Show a rule group of customer contact")
            .takes(&[STRATEGY_ID])
            .like("--strategy-id 1"),
        Method::of(GET_RANGE, rust!(external.customer_strategy_get_range, |given| &given.whole()?))
            .is("List the employees and departments of a rule group of customer contact")
            .takes(&[STRATEGY_ID, CURSOR, LIMIT])
            .paged("range", "limit", STRATEGY_PAGE_MAX)
            .like("--strategy-id 1 --all"),
        Method::of(CREATE, rust!(external.customer_strategy_create, |given| &given.whole()?))
            .is("Make a rule group of customer contact")
            .takes(&[
                PARENT_ID,
                text("strategy_name", "Its name").required(),
                ADMINS.required(),
                PRIVILEGE,
                RANGE.required(),
            ])
            .like(CREATED),
        Method::of(EDIT, rust!(external.customer_strategy_edit, |given| &given.whole()?))
            .is("Change a rule group of customer contact; what is not given stays")
            .takes(&[STRATEGY_ID, text("strategy_name", "Its name"), ADMINS, PRIVILEGE, RANGE_ADD, RANGE_DEL])
            .like("--strategy-id 1 --strategy-name 直营门店"),
        Method::of(DEL, rust!(external.customer_strategy_del, |given| given.integer("strategy_id")))
            .is("Delete a rule group of customer contact")
            .takes(&[STRATEGY_ID])
            .like("--strategy-id 1"),
    ];
}
