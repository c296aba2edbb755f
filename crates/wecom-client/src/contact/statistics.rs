//! What employees did with customers, day by day. WeCom keeps the last 180 days.

use serde::{Deserialize, Serialize};

use super::External;
use crate::client::{
    Call, CallOptions, Day, Effect, Endpoint, Error, Fault, Lack, limits::Check, read, values,
};

const GET_USER_BEHAVIOR_DATA: Endpoint =
    Endpoint::post("externalcontact/get_user_behavior_data", Effect::Read).page(92132);

/// At most so many days from the first to the last.
pub(super) const DAYS_MAX: i64 = 30;
/// At most so many employees, departments or owners in one call.
pub(super) const OWNERS_MAX: usize = 100;

impl External {
    /// What employees did with customers (`get_user_behavior_data`; page 92132): one entry a day, summed over all
    /// who are named.
    ///
    /// # Errors
    ///
    /// 60011 when one of them is outside the app's visible range. [`Error::Argument`] when a limit of
    /// [`GetUserBehaviorData`] is broken.
    pub async fn get_user_behavior_data(
        &self,
        request: &GetUserBehaviorData,
        options: CallOptions,
    ) -> Result<Vec<BehaviorData>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(default, deserialize_with = "values::list")]
            behavior_data: Vec<BehaviorData>,
        }
        let GetUserBehaviorData { userid, partyid, start_time, end_time } = request;
        let check = Check::of(GET_USER_BEHAVIOR_DATA)
            .rule(!userid.is_empty() || !partyid.is_empty(), "userid", || Fault::NoneGiven {
                others: &["partyid"],
                so: Lack::AtLeastOneWanted,
            })
            .count("userid", userid, 0..=OWNERS_MAX)
            .count("partyid", partyid, 0..=OWNERS_MAX)
            .given("start_time", start_time.is_some())
            .given("end_time", end_time.is_some());
        check_days(check, "end_time", *start_time, *end_time).end()?;
        let call = Call::new(GET_USER_BEHAVIOR_DATA, options).json(request);
        let answer: Answer = self.client.call(call).await?;
        Ok(answer.behavior_data)
    }
}

pub(super) fn check_days(
    check: Check,
    end_field: &'static str,
    begin: Option<Day>,
    end: Option<Day>,
) -> Check {
    match (begin, end) {
        (Some(begin), Some(end)) => {
            check.span(end_field, begin.begins().as_unix_s(), end.begins().as_unix_s(), DAYS_MAX * 86_400)
        }
        _ => check,
    }
}

/// Whose behaviour, and when; see [`External::get_user_behavior_data`]. Not both lists are empty.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct GetUserBehaviorData {
    /// Employees, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userid: Vec<String>,
    /// Departments, at most 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partyid: Vec<i64>,
    /// The first day; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Day>,
    /// The last day, at most 30 days later; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Day>,
}

/// What employees did with customers in a day. What is absent could not be computed, which is not 0.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct BehaviorData {
    /// The day that the figures are of.
    #[serde(deserialize_with = "values::number")]
    pub stat_time: Option<Day>,
    /// Chats in which the employee wrote.
    #[serde(deserialize_with = "values::integer")]
    pub chat_cnt: Option<i64>,
    /// Messages that the employee sent.
    #[serde(deserialize_with = "values::integer")]
    pub message_cnt: Option<i64>,
    /// How many of the chats that customers began were answered, in percent; absent where none were begun.
    #[serde(deserialize_with = "read::fraction")]
    pub reply_percentage: Option<f64>,
    /// How long the first answer took on average, in minutes; absent where none was given.
    #[serde(deserialize_with = "values::integer")]
    pub avg_reply_time: Option<i64>,
    /// Customers who deleted or blocked the employee.
    #[serde(deserialize_with = "values::integer")]
    pub negative_feedback_cnt: Option<i64>,
    /// Requests that the employee sent to become a contact.
    #[serde(deserialize_with = "values::integer")]
    pub new_apply_cnt: Option<i64>,
    /// New customers.
    #[serde(deserialize_with = "values::integer")]
    pub new_contact_cnt: Option<i64>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{DAYS_MAX, GET_USER_BEHAVIOR_DATA, OWNERS_MAX};
    use crate::method::{Method, day, formatcp, ids, integers, rust};

    pub(crate) const METHODS: &[Method] = &[Method::of(
        GET_USER_BEHAVIOR_DATA,
        rust!(external.get_user_behavior_data, |given| &given.whole()?),
    )
    .is("Show what employees did with customers, day by day; of the last 180 days")
    .wxjava(&["getUserBehaviorStatistic"])
    .takes(&[
        ids("userid", formatcp!("Employees, at most {OWNERS_MAX}")),
        integers("partyid", formatcp!("Departments, at most {OWNERS_MAX}")),
        day("start_time", "The first day").required(),
        day("end_time", formatcp!("The last day, at most {DAYS_MAX} days later")).required(),
    ])
    .lists("behavior_data")
    .like("--userid zhangsan --start-time 2026-03-01 --end-time 2026-03-07")];
}
