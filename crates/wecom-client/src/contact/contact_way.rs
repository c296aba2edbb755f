//! Contact ways (联系我): QR codes and buttons by which customers add an employee, each with its channel's key.
//!
//! A company may have 500,000 lasting ways made by API, group join ways included (page 96348). Temporary ways, whose
//! chats end by themselves, are for companies of the medical trade only, 100,000 a day.

use serde::{Deserialize, Serialize};

use super::{
    AddContactWay, CloseTempChat, ContactWay, ContactWayIds, External, ListContactWay, NewContactWay,
    UpdateContactWay, absent_is,
};
use crate::client::{
    Call, CallOptions, Effect, Endpoint, Error, Listing, limits::Check, paging::all_pages, read,
};

const ADD_CONTACT_WAY: Endpoint = Endpoint::post("externalcontact/add_contact_way", Effect::Once).page(96348);
const GET_CONTACT_WAY: Endpoint = Endpoint::post("externalcontact/get_contact_way", Effect::Read).page(96348);
const UPDATE_CONTACT_WAY: Endpoint =
    Endpoint::post("externalcontact/update_contact_way", Effect::Idempotent).page(96348);
const LIST_CONTACT_WAY: Endpoint =
    Endpoint::post("externalcontact/list_contact_way", Effect::Read).page(96348);
const DEL_CONTACT_WAY: Endpoint =
    Endpoint::post("externalcontact/del_contact_way", Effect::Idempotent).page(96348);
const CLOSE_TEMP_CHAT: Endpoint = Endpoint::post("externalcontact/close_temp_chat", Effect::Once).page(96348);

/// At most so many ways on one page.
const PAGE_MAX: u32 = 1_000;

/// WeCom knows no way of this id.
const NO_SUCH_WAY: i64 = 41_044;

impl External {
    /// How [`External::add_contact_way`] asks, for whoever names the call without making it.
    pub const ADD_CONTACT_WAY: Endpoint = ADD_CONTACT_WAY;

    /// How [`External::list_contact_way`] asks, for whoever names the call without making it.
    pub const LIST_CONTACT_WAY: Endpoint = LIST_CONTACT_WAY;

    /// Makes a contact way (`add_contact_way`; page 96348). Keep its `config_id`: nothing else leads to it, and the
    /// console does not show it.
    ///
    /// # Errors
    ///
    /// 41041 when there are more than 100 employees with those of the departments, 41045 when the corp has 500,000 ways
    /// already, 41054 when an employee has not activated WeCom, 60111 when there is no such employee, 84074 when one may
    /// not use customer contact, 41037 to 41042 for an argument. [`Error::Argument`] when a limit of
    /// [`AddContactWay`] is broken. Where [`Error::lost`] is true the way may have been made; a second one does no harm
    /// but counts.
    pub async fn add_contact_way(
        &self,
        way: &AddContactWay,
        options: CallOptions,
    ) -> Result<NewContactWay, Error> {
        way.check(Check::of(ADD_CONTACT_WAY)).end()?;
        self.client.call(Call::new(ADD_CONTACT_WAY, options).json(way)).await
    }

    /// A contact way that this app made (`get_contact_way`; page 96348).
    ///
    /// # Errors
    ///
    /// 41044 when there is no such way, or it is another app's.
    pub async fn get_contact_way(&self, config_id: &str, options: CallOptions) -> Result<ContactWay, Error> {
        #[derive(Deserialize)]
        struct Answer {
            // An object; a list of one in older answers.
            #[serde(deserialize_with = "read::needed")]
            contact_way: ContactWay,
        }
        Check::of(GET_CONTACT_WAY).required("config_id", config_id).end()?;
        let body = ConfigId { config_id };
        let answer: Answer = self.client.call(Call::new(GET_CONTACT_WAY, options).json(&body)).await?;
        Ok(answer.contact_way)
    }

    /// Changes a contact way (`update_contact_way`; page 96348): what is `None` stays; `user` and `party` replace
    /// the whole list. An expired temporary way cannot be changed.
    ///
    /// # Errors
    ///
    /// As [`External::add_contact_way`], and 41044 when there is no such way.
    pub async fn update_contact_way(
        &self,
        way: &UpdateContactWay,
        options: CallOptions,
    ) -> Result<(), Error> {
        way.check(Check::of(UPDATE_CONTACT_WAY)).end()?;
        self.done(Call::new(UPDATE_CONTACT_WAY, options).json(way)).await
    }

    /// One page of the lasting ways that this app made since 2021-07-10 (`list_contact_way`; page 96348). Unless it
    /// says otherwise, of the last 90 days and a hundred at a time.
    ///
    /// # Errors
    ///
    /// 50100 when the cursor no longer works.
    pub async fn list_contact_way(
        &self,
        request: &ListContactWay,
        options: CallOptions,
    ) -> Result<ContactWayIds, Error> {
        Check::of(LIST_CONTACT_WAY)
            .page_size("limit", request.limit, PAGE_MAX)
            .order("end_time", request.start_time, request.end_time)
            .end()?;
        self.client.call(Call::new(LIST_CONTACT_WAY, options).json(request)).await
    }

    /// Deletes a contact way (`del_contact_way`; page 96348). One that is gone already counts as deleted (41044,
    /// which WeCom also says of another app's and of what never was one).
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] without an id (41043).
    pub async fn del_contact_way(&self, config_id: &str, options: CallOptions) -> Result<(), Error> {
        Check::of(DEL_CONTACT_WAY).required("config_id", config_id).end()?;
        let call = Call::new(DEL_CONTACT_WAY, options).json(&ConfigId { config_id });
        absent_is(&[NO_SUCH_WAY], (), self.done(call).await)
    }

    /// Ends a temporary chat before its time (`close_temp_chat`; page 96348). Its conclusion is sent first.
    ///
    /// # Errors
    ///
    /// 40003 and 40096 for the ids, 84061 when the two have no temporary chat (any more).
    pub async fn close_temp_chat(&self, chat: &CloseTempChat, options: CallOptions) -> Result<(), Error> {
        Check::of(CLOSE_TEMP_CHAT)
            .required("userid", &chat.userid)
            .required("external_userid", &chat.external_userid)
            .end()?;
        self.done(Call::new(CLOSE_TEMP_CHAT, options).json(chat)).await
    }
}

impl External {
    /// The `config_id` of every way of [`External::list_contact_way`], page by page.
    pub fn list_contact_way_all(&self, request: &ListContactWay, options: CallOptions) -> Listing<String> {
        all_pages!(self.list_contact_way, LIST_CONTACT_WAY, request, PAGE_MAX, options)
    }
}

#[derive(Serialize)]
struct ConfigId<'a> {
    config_id: &'a str,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{
        ADD_CONTACT_WAY, CLOSE_TEMP_CHAT, DEL_CONTACT_WAY, GET_CONTACT_WAY, LIST_CONTACT_WAY, PAGE_MAX,
        UPDATE_CONTACT_WAY,
    };
    use crate::contact::contact_way_types::{TEMPORARY_DAYS_MAX, TEXT_CHARS_MAX, USERS_MAX};
    use crate::method::{CURSOR, Method, boolean, formatcp, ids, integer, integers, json, rust, text, time};

    pub(crate) const METHODS: &[Method] = &[
        Method::of(ADD_CONTACT_WAY, rust!(external.add_contact_way, |given| &given.whole()?))
            .is("Make a contact way: a code or button by which customers add employees")
            .wxjava(&["addContactWay"])
            .takes(&[
                integer("type", "1 one employee, 2 several").required(),
                integer("scene", "1 a button inside a mini-program, 2 a QR code").required(),
                integer("style", "The button's look, from 1; of scene 1 only"),
                text("remark", formatcp!("A memo for administrators, at most {TEXT_CHARS_MAX} characters")),
                boolean(
                    "skip_verify",
                    "Customers are added without the employee's confirmation; WeCom's default is true",
                ),
                text("state", formatcp!("The channel's key, at most {TEXT_CHARS_MAX} characters; comes back in the event of the add")),
                ids("user", formatcp!("Employees' userids: exactly one for type 1, else at most {USERS_MAX}")),
                integers("party", "Departments' ids; of type 2 only"),
                boolean("is_temp", "Opens a temporary chat; medical trade only"),
                integer("expires_in", formatcp!("How long a temporary way's code works, in seconds, at most {TEMPORARY_DAYS_MAX} days")),
                integer("chat_expires_in", formatcp!("How long a temporary chat lasts, in seconds, at most {TEMPORARY_DAYS_MAX} days")),
                text("unionid", "The only WeChat user who may use a temporary way"),
                boolean("is_exclusive", "All who come from one other company get the same employee"),
                boolean("mark_source", "The customer is marked with the source"),
                json(
                    "conclusions",
                    "What is sent when a temporary chat ends: text, and image, link or miniprogram",
                ),
            ])
            .draws("/qr_code")
            .like("--type 1 --scene 2 --user zhangsan --state spring-2026"),
        Method::of(GET_CONTACT_WAY, rust!(external.get_contact_way, |given| given.text("config_id")))
            .is("Show a contact way")
            .wxjava(&["getContactWay"])
            .takes(&[text("config_id", "The way's id").required()])
            .draws("/contact_way/qr_code")
            .like("--config-id 42b34949e138eb6e027c123cba77fad7"),
        Method::of(UPDATE_CONTACT_WAY, rust!(external.update_contact_way, |given| &given.whole()?))
            .is("Change a contact way; what is not given stays, lists are replaced as a whole")
            .wxjava(&["updateContactWay"])
            .takes(&[
                text("config_id", "The way's id").required(),
                text("remark", formatcp!("A memo for administrators, at most {TEXT_CHARS_MAX} characters")),
                boolean("skip_verify", "Customers are added without the employee's confirmation"),
                integer("style", "The button's look"),
                text("state", formatcp!("The channel's key, at most {TEXT_CHARS_MAX} characters")),
                ids("user", formatcp!("All employees from now on, at most {USERS_MAX}")),
                integers("party", "All departments from now on"),
                integer("expires_in", formatcp!("How long a temporary way's code works, in seconds, at most {TEMPORARY_DAYS_MAX} days")),
                integer("chat_expires_in", formatcp!("How long a temporary chat lasts, in seconds, at most {TEMPORARY_DAYS_MAX} days")),
                text("unionid", "The only WeChat user who may use a temporary way"),
                boolean("is_exclusive", "All who come from one other company get the same employee"),
                boolean("mark_source", "The customer is marked with the source"),
                json(
                    "conclusions",
                    "What is sent when a temporary chat ends: text, and image, link or miniprogram",
                ),
            ])
            .like("--config-id 42b34949e138eb6e027c123cba77fad7 --skip-verify=false"),
        Method::of(LIST_CONTACT_WAY, rust!(external.list_contact_way, |given| &given.whole()?))
            .is("List the contact ways that this app made, by config_id")
            .takes(&[
                time("start_time", "Made then or later; WeCom's default is 90 days ago"),
                time("end_time", "Made then or before; WeCom's default is now"),
                CURSOR,
                integer("limit", formatcp!("How many on a page: 1 to {PAGE_MAX}, WeCom's default is 100")),
            ])
            .paged("contact_way", "limit", PAGE_MAX)
            .like("--start-time 30d --all"),
        Method::of(DEL_CONTACT_WAY, rust!(external.del_contact_way, |given| given.text("config_id")))
            .is("Delete a contact way")
            .wxjava(&["deleteContactWay"])
            .takes(&[text("config_id", "The way's id").required()])
            .like("--config-id 42b34949e138eb6e027c123cba77fad7"),
        Method::of(CLOSE_TEMP_CHAT, rust!(external.close_temp_chat, |given| &given.whole()?))
            .is("End a temporary chat before its time; its conclusion is sent first")
            .wxjava(&["closeTempChat"])
            .takes(&[
                text("userid", "The employee").required(),
                text("external_userid", "The customer").required(),
            ])
            .like("--userid zhangsan --external-userid wmQ7fEDwAAk3Vt9bXc2Lr0PzYhGqJd5A"),
    ];
}
