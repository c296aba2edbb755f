//! Contact ways made, changed and deleted.

use super::{
    CHANGED_WITHIN, NotChanged,
    asked::{AskedWay, line},
    note,
};
use crate::{
    access::By,
    flow::context::Context,
    forward::{self, Picture},
    known::{apps::WecomApp, contact_ways::Way},
};
use wecom_client::contact::{AddContactWay, ContactWayScene, ContactWayType, UpdateContactWay};

/// Makes one with a QR code; its id.
///
/// # Errors
///
/// When WeCom did not make it, or did not say so.
pub async fn make(
    context: &Context,
    app: &WecomApp,
    asked: &AskedWay,
    by: &By,
) -> Result<String, NotChanged> {
    note(context, by, "add-contact-way", None, Some(&asked.line(&app.name))).await?;
    let way = AddContactWay {
        way_type: Some(if asked.single { ContactWayType::SINGLE } else { ContactWayType::MULTI }),
        scene: Some(ContactWayScene::QR_CODE),
        remark: some(&asked.name),
        state: some(&asked.state),
        user: asked.users.clone(),
        party: asked.departments.clone(),
        skip_verify: Some(asked.skip_verify),
        ..AddContactWay::default()
    };
    let made = app.client.external().add_contact_way(&way, CHANGED_WITHIN).await;
    // It may have been made although nobody knows its id: the list has it then.
    let config_id = made.as_ref().ok().and_then(|made| made.config_id.clone()).unwrap_or_default();
    app.contact_ways.changed(&config_id).await;
    made?;
    Ok(config_id)
}

/// Changes one. Type and QR code stay as they are.
///
/// # Errors
///
/// When WeCom did not change it, or did not say so.
pub async fn change(
    context: &Context,
    app: &WecomApp,
    was: &Way,
    asked: &AskedWay,
    by: &By,
) -> Result<(), NotChanged> {
    note(context, by, "update-contact-way", Some(&way_line(app, was)), Some(&asked.line(&app.name))).await?;
    let way = UpdateContactWay {
        config_id: was.config_id.clone(),
        // Absent would leave it as it is.
        remark: Some(asked.name.clone()),
        state: Some(asked.state.clone()),
        user: Some(asked.users.clone()),
        party: (!was.single).then(|| asked.departments.clone()),
        skip_verify: Some(asked.skip_verify),
        ..UpdateContactWay::default()
    };
    let changed = app.client.external().update_contact_way(&way, CHANGED_WITHIN).await;
    app.contact_ways.changed(&was.config_id).await;
    Ok(changed?)
}

/// Deletes one: its printed codes lead nowhere from then on.
///
/// # Errors
///
/// When WeCom did not delete it, or did not say so.
pub async fn delete(context: &Context, app: &WecomApp, was: &Way, by: &By) -> Result<(), NotChanged> {
    note(context, by, "del-contact-way", Some(&way_line(app, was)), None).await?;
    let deleted = app.client.external().del_contact_way(&was.config_id, CHANGED_WITHIN).await;
    app.contact_ways.changed(&was.config_id).await;
    Ok(deleted?)
}

fn way_line(app: &WecomApp, way: &Way) -> String {
    let line = line(&app.name, (&way.name, &way.state), &way.users, &way.departments, way.skip_verify);
    format!("{line} config_id={}", way.config_id)
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Why there is no picture of a QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPicture {
    /// Its address is one that is never asked: not encrypted, or inside a private network.
    Address,
    /// Whoever has it answered with this status.
    Status(u16),
    /// It did not come in time, or not at all.
    Away,
    /// What came is no picture.
    Other,
}

/// The picture at an address that WeCom has named.
///
/// # Errors
///
/// Why there is none.
pub async fn picture(context: &Context, url: &str) -> Result<Picture, NoPicture> {
    use forward::{Error, NoPicture as No};

    context.pictures.fetch(url).await.map_err(|error| match error {
        No::Fetch(Error::Address(_) | Error::Private) => NoPicture::Address,
        No::Fetch(Error::Status(status)) => NoPicture::Status(status),
        No::Fetch(Error::TimedOut(_) | Error::Broken(..)) => NoPicture::Away,
        No::Other => NoPicture::Other,
    })
}
