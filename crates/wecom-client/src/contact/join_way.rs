//! Join ways: codes and buttons by which customers come into a group.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, absent_is};
use crate::client::{Call, CallOptions, Effect, Endpoint, Error, limits::Check, read, values};

const ADD: Endpoint = Endpoint::post("externalcontact/groupchat/add_join_way", Effect::Once).page(92229);
const GET: Endpoint = Endpoint::post("externalcontact/groupchat/get_join_way", Effect::Read).page(92229);
const UPDATE: Endpoint =
    Endpoint::post("externalcontact/groupchat/update_join_way", Effect::Idempotent).page(92229);
const DEL: Endpoint =
    Endpoint::post("externalcontact/groupchat/del_join_way", Effect::Idempotent).page(92229);

/// At most so many characters in a remark and in a state.
const TEXT_CHARS_MAX: usize = 30;
/// At most so many groups behind one way.
const GROUPS_MAX: usize = 5;
/// At most so many characters in the beginning of new groups' names.
const ROOM_NAME_CHARS_MAX: usize = 40;

/// There is no such way (any more).
const GONE: i64 = 41_044;

impl External {
    /// Makes a join way and brings back its `config_id`, the only handle on it (`groupchat/add_join_way`; page
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
        let Answer { config_id } = self.client.call(Call::new(ADD, options).json(way)).await?;
        Ok(config_id)
    }

    /// A join way (`groupchat/get_join_way`; page 92229).
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
        let call = Call::new(GET, options).json(&json!({"config_id": config_id}));
        let Answer { join_way } = self.client.call(call).await?;
        Ok(join_way)
    }

    /// Replaces a join way as a whole (`groupchat/update_join_way`; page 92229): what is absent falls back to its
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
        self.done(Call::new(UPDATE, options).json(request)).await
    }

    /// Removes a join way (`groupchat/del_join_way`; page 92229). One that is gone already is removed.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without an id (41043).
    pub async fn groupchat_del_join_way(&self, config_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(DEL).required("config_id", config_id).end()?;
        let call = Call::new(DEL, options).json(&json!({"config_id": config_id}));
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
    /// The channel, at most 30 characters; each member who came by it has it as `state`.
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
            .chars("remark", self.remark.as_deref(), TEXT_CHARS_MAX)
            .chars("room_base_name", self.room_base_name.as_deref(), ROOM_NAME_CHARS_MAX)
            .number("auto_create_room", self.auto_create_room, 0..=1)
            .count("chat_id_list", &self.chat_id_list, 1..=GROUPS_MAX)
            .chars("state", self.state.as_deref(), TEXT_CHARS_MAX)
    }
}

/// The request of [`External::groupchat_update_join_way`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct UpdateJoinWay {
    /// The one that is to change.
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

/// A join way as WeCom answers with it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct JoinWayDetail {
    /// The join way's id.
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

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{ADD, DEL, GET, GROUPS_MAX, TEXT_CHARS_MAX, UPDATE};
    use crate::method::{Argument, Method, boolean, formatcp, ids, integer, rust, text};

    const CONFIG_ID: Argument = text("config_id", "The way's id").required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(ADD, rust!(external.groupchat_add_join_way, |given| &given.whole()?))
            .is("Make a join way: a code or button by which customers come into a group")
            .wxjava(&["addJoinWay"])
            .takes(&[
                integer("scene", "1 a button inside a mini-program, 2 a QR code").required(),
                text("remark", formatcp!("A note, at most {TEXT_CHARS_MAX} characters")),
                integer(
                    "auto_create_room",
                    "Another group is made when all are full: 1 yes, WeCom's default, 0 no",
                ),
                text("room_base_name", "How the names of such groups begin"),
                integer("room_base_id", "The number from which such groups are counted"),
                ids("chat_id_list", formatcp!("The groups that it leads to, 1 to {GROUPS_MAX}")).required(),
                text("state", formatcp!("The channel's key, at most {TEXT_CHARS_MAX} characters")),
                boolean("mark_source", "Customers who came by it are marked with the source"),
            ])
            .like("--scene 2 --chat-id-list wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w --state counter"),
        Method::of(GET, rust!(external.groupchat_get_join_way, |given| given.text("config_id")))
            .is("Show a join way")
            .wxjava(&["getJoinWay"])
            .takes(&[CONFIG_ID])
            .draws("/join_way/qr_code")
            .like("--config-id 9ad7fa5cdaa6511298498f979c472aaa --qr"),
        Method::of(UPDATE, rust!(external.groupchat_update_join_way, |given| &given.whole()?))
            .is("Replace a join way as a whole: what is not given falls back to WeCom's default")
            .wxjava(&["updateJoinWay"])
            .takes(&[
                CONFIG_ID,
                integer("scene", "1 a button inside a mini-program, 2 a QR code").required(),
                text("remark", formatcp!("A note, at most {TEXT_CHARS_MAX} characters")),
                integer(
                    "auto_create_room",
                    "Another group is made when all are full: 1 yes, WeCom's default, 0 no",
                ),
                text("room_base_name", "How the names of such groups begin"),
                integer("room_base_id", "The number from which such groups are counted"),
                ids("chat_id_list", formatcp!("The groups that it leads to, 1 to {GROUPS_MAX}")).required(),
                text("state", formatcp!("The channel's key, at most {TEXT_CHARS_MAX} characters")),
                boolean("mark_source", "Customers who came by it are marked with the source"),
            ])
            .like(
                "--config-id 9ad7fa5cdaa6511298498f979c472aaa --scene 2 --chat-id-list \
             wrQ7fEDwAAm8Tn1sWvB4kZ0cRyLxHu6w",
            ),
        Method::of(DEL, rust!(external.groupchat_del_join_way, |given| given.text("config_id")))
            .is("Delete a join way")
            .wxjava(&["delJoinWay"])
            .takes(&[CONFIG_ID])
            .like("--config-id 9ad7fa5cdaa6511298498f979c472aaa"),
    ];
}
