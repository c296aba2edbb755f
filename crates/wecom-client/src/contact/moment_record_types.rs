//! Moments (客户朋友圈) in answers: what was published, by whom, for whom, and who reacted.

use serde::{Deserialize, Serialize};

use super::{CreateType, content};
use crate::client::{
    Timestamp,
    paging::{Page, cursor},
    read, values,
};
use wecom_core::message::Text;

/// The answer of [`get_moment_list`](super::External::get_moment_list).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentPage {
    /// The moments; those that were deleted are not among them.
    #[serde(deserialize_with = "values::list")]
    pub moment_list: Vec<Moment>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for MomentPage {
    type Item = Moment;
    type Next = String;

    fn into_parts(self) -> (Vec<Moment>, Option<String>) {
        (self.moment_list, cursor(self.next_cursor))
    }
}

/// A moment.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Moment {
    /// Its id, `mom…`.
    #[serde(deserialize_with = "values::text")]
    pub moment_id: Option<String>,
    /// The userid of the employee who made it.
    #[serde(deserialize_with = "values::text")]
    pub creator: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
    /// Whether the corp or an employee made it.
    #[serde(deserialize_with = "values::number")]
    pub create_type: Option<CreateType>,
    /// Who sees it.
    #[serde(deserialize_with = "values::number")]
    pub visible_type: Option<MomentVisibility>,
    /// Its text.
    #[serde(deserialize_with = "content::part")]
    pub text: Option<Text>,
    /// Its pictures.
    #[serde(deserialize_with = "values::list")]
    pub image: Vec<MomentMedia>,
    /// Its video.
    #[serde(deserialize_with = "values::object")]
    pub video: Option<MomentMedia>,
    /// Its link.
    #[serde(deserialize_with = "values::object")]
    pub link: Option<PublishedLink>,
    /// Its place.
    #[serde(deserialize_with = "values::object")]
    pub location: Option<MomentLocation>,
}

values::open_number! {
    /// Who sees a moment.
    MomentVisibility {
        /// Some.
        SOME = 0, "some";
        /// Everybody.
        EVERYBODY = 1, "everybody";
    }
}

/// A picture or a video of a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentMedia {
    /// Its id; `media/get` brings it.
    #[serde(deserialize_with = "values::text")]
    pub media_id: Option<String>,
    /// Of a video: its cover's id.
    #[serde(deserialize_with = "values::text")]
    pub thumb_media_id: Option<String>,
}

/// A link of a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PublishedLink {
    /// Its title.
    #[serde(deserialize_with = "values::text")]
    pub title: Option<String>,
    /// Its address.
    #[serde(deserialize_with = "values::text")]
    pub url: Option<String>,
}

/// A place that a moment is marked with.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentLocation {
    /// Degrees north.
    #[serde(deserialize_with = "read::fraction")]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(deserialize_with = "read::fraction")]
    pub longitude: Option<f64>,
    /// What it is called.
    #[serde(deserialize_with = "values::text")]
    pub name: Option<String>,
}

/// The answer of [`get_moment_task`](super::External::get_moment_task).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentTaskPage {
    /// The employees.
    #[serde(deserialize_with = "values::list")]
    pub task_list: Vec<MomentTask>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for MomentTaskPage {
    type Item = MomentTask;
    type Next = String;

    fn into_parts(self) -> (Vec<MomentTask>, Option<String>) {
        (self.task_list, cursor(self.next_cursor))
    }
}

/// An employee that a moment was handed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentTask {
    /// The employee's userid.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// Whether it was published.
    #[serde(deserialize_with = "values::number")]
    pub publish_status: Option<PublishStatus>,
}

values::open_number! {
    /// Whether an employee has published a moment.
    PublishStatus {
        /// Not yet.
        UNPUBLISHED = 0, "unpublished";
        /// Published.
        PUBLISHED = 1, "published";
    }
}

/// The answer of [`get_moment_customer_list`](super::External::get_moment_customer_list) and
/// [`get_moment_send_result`](super::External::get_moment_send_result).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentCustomerPage {
    /// The customers.
    #[serde(deserialize_with = "values::list")]
    pub customer_list: Vec<MomentCustomer>,
    /// What leads to the next page; absent or empty on the last.
    #[serde(deserialize_with = "values::text")]
    pub next_cursor: Option<String>,
}

impl Page for MomentCustomerPage {
    type Item = MomentCustomer;
    type Next = String;

    fn into_parts(self) -> (Vec<MomentCustomer>, Option<String>) {
        (self.customer_list, cursor(self.next_cursor))
    }
}

/// A customer who may see a moment, or has got it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentCustomer {
    /// The employee who published it; absent in the send result.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
}

/// The answer of [`get_moment_comments`](super::External::get_moment_comments).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentComments {
    /// Those who commented. WeCom does not say what they wrote.
    #[serde(deserialize_with = "values::list")]
    pub comment_list: Vec<MomentReaction>,
    /// Those who liked it.
    #[serde(deserialize_with = "values::list")]
    pub like_list: Vec<MomentReaction>,
}

/// A comment or a like: by a customer or by an employee.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MomentReaction {
    /// The customer, where it was one.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The employee, where it was one.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
    /// When it was made.
    #[serde(deserialize_with = "values::number")]
    pub create_time: Option<Timestamp>,
}
