//! Join ways: codes and buttons by which customers come into a group.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, absent_is, limits::Check, read};
use crate::{Call, CallOptions, Effect, Error, client::values};

const ADD: &str = "externalcontact/groupchat/add_join_way";
const GET: &str = "externalcontact/groupchat/get_join_way";
const UPDATE: &str = "externalcontact/groupchat/update_join_way";
const DEL: &str = "externalcontact/groupchat/del_join_way";

/// At most so many characters in the beginning of new groups' names.
const ROOM_NAME_CHARS_MAX: usize = 40;

/// There is no such way (any more).
const GONE: i64 = 41_044;

impl External {
    /// Makes a join way and brings back its `config_id`, the only handle on it (`groupchat/add_join_way`; document
    /// 92229). Counts towards the 500,000 contact ways that a corp may have.
    ///
    /// # Errors
    ///
    /// 41091 when it leads to more than five groups, which is refused here as [`Error::Argument`], as are a remark or
    /// a state of more than 30 characters.
    pub async fn groupchat_add_join_way(&self, way: &JoinWay, options: CallOptions) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            config_id: String,
        }
        way.check(Check::of(ADD)).end()?;
        let Answer { config_id } = self.client.call(Call::post(ADD, Effect::Once, way, options)).await?;
        Ok(config_id)
    }

    /// A join way (`groupchat/get_join_way`; document 92229).
    ///
    /// # Errors
    ///
    /// 41044 when there is none of this id.
    pub async fn groupchat_get_join_way(
        &self,
        config_id: &str,
        options: CallOptions,
    ) -> Result<JoinWayDetail, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "read::needed")]
            join_way: JoinWayDetail,
        }
        Check::of(GET).required("config_id", config_id).end()?;
        let call = Call::post(GET, Effect::Read, &json!({"config_id": config_id}), options);
        let Answer { join_way } = self.client.call(call).await?;
        Ok(join_way)
    }

    /// Replaces a join way as a whole (`groupchat/update_join_way`; document 92229): what is absent falls back to its
    /// default.
    ///
    /// # Errors
    ///
    /// As of [`groupchat_add_join_way`](Self::groupchat_add_join_way); 41044 when there is none of this id.
    pub async fn groupchat_update_join_way(
        &self,
        request: &UpdateJoinWay,
        options: CallOptions,
    ) -> Result<(), Error> {
        request.way.check(Check::of(UPDATE).required("config_id", &request.config_id)).end()?;
        self.done(Call::post(UPDATE, Effect::Idempotent, request, options)).await
    }

    /// Removes a join way (`groupchat/del_join_way`; document 92229). One that is gone already is removed.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without an id (41043).
    pub async fn groupchat_del_join_way(&self, config_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(DEL).required("config_id", config_id).end()?;
        let call = Call::post(DEL, Effect::Idempotent, &json!({"config_id": config_id}), options);
        absent_is(&[GONE], (), self.done(call).await)
    }
}

/// What a join way is; the request of [`External::groupchat_add_join_way`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct JoinWay {
    /// A button or a code; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub scene: Option<JoinWayScene>,
    /// A note, at most 30 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Whether another group is made when all are full: 1 yes (the default), 0 no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_create_room: Option<u8>,
    /// How the names of such groups begin, at most 40 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_base_name: Option<String>,
    /// The number from which such groups are counted; it follows `room_base_name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room_base_id: Option<i64>,
    /// The groups that it leads to, 1 to 5.
    #[serde(deserialize_with = "read::texts")]
    pub chat_id_list: Vec<String>,
    /// The channel, at most 30 characters; told again of each member who came by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Whether customers who came by it are marked with their source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_source: Option<bool>,
}

impl JoinWay {
    fn check(&self, check: Check) -> Check {
        check
            .given("scene", self.scene.is_some())
            .number("scene", self.scene.map(|scene| scene.0), 1..=2)
            .chars("remark", self.remark.as_deref(), 30)
            .chars("room_base_name", self.room_base_name.as_deref(), ROOM_NAME_CHARS_MAX)
            .number("auto_create_room", self.auto_create_room, 0..=1)
            .count("chat_id_list", &self.chat_id_list, 1..=5)
            .chars("state", self.state.as_deref(), 30)
    }
}

/// The request of [`External::groupchat_update_join_way`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateJoinWay {
    /// Which one.
    pub config_id: String,
    /// What it is from now on.
    #[serde(flatten)]
    pub way: JoinWay,
}

values::open_number! {
    /// Where a join way is shown.
    JoinWayScene {
        /// As a button inside a mini-program.
        MINIPROGRAM = 1, "miniprogram";
        /// As a code to scan.
        QR_CODE = 2, "qr_code";
    }
}

/// A join way as WeCom tells of it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct JoinWayDetail {
    /// Its id.
    #[serde(deserialize_with = "values::text")]
    pub config_id: Option<String>,
    /// A button or a code.
    #[serde(deserialize_with = "values::number")]
    pub scene: Option<JoinWayScene>,
    /// The note.
    #[serde(deserialize_with = "values::text")]
    pub remark: Option<String>,
    /// Whether another group is made when all are full.
    #[serde(deserialize_with = "read::flag")]
    pub auto_create_room: Option<bool>,
    /// How the names of such groups begin.
    #[serde(deserialize_with = "values::text")]
    pub room_base_name: Option<String>,
    /// The number from which such groups are counted.
    #[serde(deserialize_with = "values::integer")]
    pub room_base_id: Option<i64>,
    /// The groups that it leads to.
    #[serde(deserialize_with = "read::texts")]
    pub chat_id_list: Vec<String>,
    /// The code's URL.
    #[serde(deserialize_with = "values::text")]
    pub qr_code: Option<String>,
    /// The channel.
    #[serde(deserialize_with = "values::text")]
    pub state: Option<String>,
    /// Whether customers who came by it are marked with their source.
    #[serde(deserialize_with = "read::flag")]
    pub mark_source: Option<bool>,
}
