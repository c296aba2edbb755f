//! The employees who may have customers.

use serde::Deserialize;

use super::External;
use crate::{Call, CallOptions, Error, client::values};

const GET_FOLLOW_USER_LIST: &str = "externalcontact/get_follow_user_list";

#[derive(Deserialize)]
struct FollowUserList {
    #[serde(default, deserialize_with = "values::texts")]
    follow_user: Option<Vec<String>>,
}

impl External {
    /// The userids of the employees with the right to customer contact (`get_follow_user_list`; document 92571): those
    /// inside the app's visible range. There is no paging.
    ///
    /// # Errors
    ///
    /// 48002 when the app may not use customer contact, which makes this a harmless way to find that out.
    pub async fn get_follow_user_list(&self, options: CallOptions) -> Result<Vec<String>, Error> {
        let list: FollowUserList = self.client.call(Call::get(GET_FOLLOW_USER_LIST, options)).await?;
        Ok(list.follow_user.unwrap_or_default())
    }
}
