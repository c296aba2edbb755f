//! What customers read when they come into a group: templates that the owners of groups choose from.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{External, content};
use crate::client::{Call, CallOptions, Effect, Endpoint, Error, Fault, limits::Check, values};
use wecom_core::message::{Image, Link, Media, Miniprogram, Text};

const ADD: Endpoint = Endpoint::post("externalcontact/group_welcome_template/add", Effect::Once).page(92366);
const EDIT: Endpoint =
    Endpoint::post("externalcontact/group_welcome_template/edit", Effect::Idempotent).page(92366);
const GET: Endpoint = Endpoint::post("externalcontact/group_welcome_template/get", Effect::Read).page(92366);
const DEL: Endpoint =
    Endpoint::post("externalcontact/group_welcome_template/del", Effect::Idempotent).page(92366);

/// At most so many bytes of UTF-8 in the text: fewer than in a customer's welcome.
const GROUP_WELCOME_TEXT_BYTES_MAX: usize = 3_000;

impl External {
    /// Makes a template and brings back its id (`group_welcome_template/add`; page 92366). At most 100 a corp.
    ///
    /// # Errors
    ///
    /// 41055 when there are 100. [`Error::Argument`] when there is neither text nor attachment, when there is more than
    /// one attachment, or when something is beyond the limits of [`wecom_core::message`]; the text has at most 3,000
    /// bytes here.
    pub async fn group_welcome_template_add(
        &self,
        template: &GroupWelcomeTemplate,
        options: CallOptions,
    ) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Answer {
            #[serde(deserialize_with = "values::needed_text")]
            template_id: String,
        }
        template.check(Check::of(ADD)).end()?;
        let answer: Answer = self.client.call(Call::new(ADD, options).json(template)).await?;
        Ok(answer.template_id)
    }

    /// Replaces what a template says (`group_welcome_template/edit`; page 92366).
    ///
    /// # Errors
    ///
    /// 41058 when another app has made it; otherwise as of
    /// [`group_welcome_template_add`](Self::group_welcome_template_add).
    pub async fn group_welcome_template_edit(
        &self,
        request: &EditGroupWelcomeTemplate,
        options: CallOptions,
    ) -> Result<(), Error> {
        request.template.check(Check::of(EDIT).required("template_id", &request.template_id)).end()?;
        self.done(Call::new(EDIT, options).json(request)).await
    }

    /// What a template says (`group_welcome_template/get`; page 92366).
    ///
    /// # Errors
    ///
    /// Those of any call: see [`Error`].
    pub async fn group_welcome_template_get(
        &self,
        template_id: &str,
        options: CallOptions,
    ) -> Result<GroupWelcomeTemplateDetail, Error> {
        Check::of(GET).required("template_id", template_id).end()?;
        let call = Call::new(GET, options).json(&json!({"template_id": template_id}));
        self.client.call(call).await
    }

    /// Removes a template (`group_welcome_template/del`; page 92366). `agentid` names the app where a suite has
    /// several.
    ///
    /// # Errors
    ///
    /// 41058 when another app has made it.
    pub async fn group_welcome_template_del(
        &self,
        template_id: &str,
        agentid: Option<i64>,
        options: CallOptions,
    ) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            template_id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            agentid: Option<i64>,
        }
        Check::of(DEL).required("template_id", template_id).end()?;
        self.done(Call::new(DEL, options).json(&Body { template_id, agentid })).await
    }
}

/// What a template says: a text, one attachment, or both; the request of [`External::group_welcome_template_add`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct GroupWelcomeTemplate {
    /// At most 3,000 bytes; `%NICKNAME%` stands for the name of whoever comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// The attachment, if it is a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// The attachment, if it is a link card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// The attachment, if it is a mini-program card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub miniprogram: Option<Miniprogram>,
    /// The attachment, if it is a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Media>,
    /// The attachment, if it is a video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<Media>,
    /// The app, where a suite has several.
    #[serde(deserialize_with = "values::integer", skip_serializing_if = "Option::is_none")]
    pub agentid: Option<i64>,
    /// Whether the owners of groups are notified of a new template: 1 yes (the default), 0 no. Not when one is edited.
    #[serde(deserialize_with = "values::integer", skip_serializing_if = "Option::is_none")]
    pub notify: Option<i64>,
}

impl GroupWelcomeTemplate {
    fn check(&self, check: Check) -> Check {
        let Self { text, image, link, miniprogram, file, video, agentid: _, notify } = self;
        let content = text.as_ref().map(|text| text.content.as_str());
        let given = [image.is_some(), link.is_some(), miniprogram.is_some(), file.is_some(), video.is_some()];
        let rest = given.into_iter().filter(|given| *given).count();
        let mut check = check
            .given("text", rest > 0 || content.is_some_and(|content| !content.is_empty()))
            .bytes("text.content", content, GROUP_WELCOME_TEXT_BYTES_MAX)
            .rule(rest <= 1, "text", || Fault::TooManyBeside {
                count: rest,
                of: &["image", "link", "miniprogram", "file", "video"],
            })
            .number("notify", *notify, 0..=1);
        if let Some(image) = image {
            check = content::image(check, None, image);
        }
        if let Some(link) = link {
            check = content::link(check, None, link);
        }
        if let Some(miniprogram) = miniprogram {
            check = content::miniprogram(check, None, miniprogram);
        }
        if let Some(file) = file {
            check = check.required("file.media_id", &file.media_id);
        }
        if let Some(video) = video {
            check = check.required("video.media_id", &video.media_id);
        }
        check
    }
}

/// The request of [`External::group_welcome_template_edit`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct EditGroupWelcomeTemplate {
    /// The id of the template to change.
    pub template_id: String,
    /// The new content, which replaces the old as a whole.
    #[serde(flatten)]
    pub template: GroupWelcomeTemplate,
}

/// A template as WeCom answers with it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupWelcomeTemplateDetail {
    /// The text, where the template has one.
    #[serde(deserialize_with = "content::part")]
    pub text: Option<Text>,
    /// The attachment, if it is a picture; WeCom gives its `pic_url`.
    #[serde(deserialize_with = "content::part")]
    pub image: Option<Image>,
    /// The attachment, if it is a link card.
    #[serde(deserialize_with = "content::part")]
    pub link: Option<Link>,
    /// The attachment, if it is a mini-program card.
    #[serde(deserialize_with = "content::part")]
    pub miniprogram: Option<Miniprogram>,
    /// The attachment, if it is a file.
    #[serde(deserialize_with = "content::part")]
    pub file: Option<Media>,
    /// The attachment, if it is a video.
    #[serde(deserialize_with = "content::part")]
    pub video: Option<Media>,
}

#[cfg(feature = "catalogue")]
pub(crate) mod rows {
    use super::{ADD, DEL, EDIT, GET, GROUP_WELCOME_TEXT_BYTES_MAX};
    use crate::method::{Argument, Method, content, formatcp, integer, json, rust, text};

    const TEMPLATE_ID: Argument = text("template_id", "The template's id").required();

    pub(crate) const METHODS: &[Method] = &[
        Method::of(ADD, rust!(external.group_welcome_template_add, |given| &given.whole()?))
            .is("Make a welcome for whoever comes into a customer group").wxjava(&["addGroupWelcomeTemplate"])
            .takes(&[
                content("text", formatcp!("At most {GROUP_WELCOME_TEXT_BYTES_MAX} bytes; %NICKNAME% stands for the name of whoever comes")),
                json("image", "{\"media_id\": …} or {\"pic_url\": …}"),
                json("link", "{\"title\": …, \"url\": …, \"picurl\": …, \"desc\": …}"),
                json("miniprogram", "{\"title\": …, \"pic_media_id\": …, \"appid\": …, \"page\": …}"),
                json("file", "{\"media_id\": …}"),
                json("video", "{\"media_id\": …}"),
                integer("agentid", "The app, where a suite has several"),
                integer("notify", "Owners of groups are told of it: 1 yes, which is WeCom's default, 0 no"),
            ])
            .like("--text '%NICKNAME%,欢迎'"),
        Method::of(EDIT, rust!(external.group_welcome_template_edit, |given| &given.whole()?))
            .is("Replace what a group welcome says").wxjava(&["editGroupWelcomeTemplate"])
            .takes(&[
                TEMPLATE_ID,
                content("text", formatcp!("At most {GROUP_WELCOME_TEXT_BYTES_MAX} bytes; %NICKNAME% stands for the name of whoever comes")),
                json("image", "{\"media_id\": …} or {\"pic_url\": …}"),
                json("link", "{\"title\": …, \"url\": …, \"picurl\": …, \"desc\": …}"),
                json("miniprogram", "{\"title\": …, \"pic_media_id\": …, \"appid\": …, \"page\": …}"),
                json("file", "{\"media_id\": …}"),
                json("video", "{\"media_id\": …}"),
                integer("agentid", "The app, where a suite has several"),
            ])
            .like("--template-id msgXXXXXX --text 欢迎"),
        Method::of(GET, rust!(external.group_welcome_template_get, |given| given.text("template_id")))
            .is("Show what a group welcome says").wxjava(&["getGroupWelcomeTemplate"])
            .takes(&[TEMPLATE_ID])
            .like("--template-id msgXXXXXX"),
        Method::of(
            DEL,
            rust!(
                external.group_welcome_template_del,
                |given| given.text("template_id"),
                given.maybe_integer("agentid")
            ),
        )
        .is("Delete a group welcome").wxjava(&["delGroupWelcomeTemplate"])
        .takes(&[TEMPLATE_ID, integer("agentid", "The app, where a suite has several")])
        .like("--template-id msgXXXXXX"),
    ];
}
