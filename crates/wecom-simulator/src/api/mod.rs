//! The methods of WeCom's API that are answered, in one table.
//!
//! A method is a function of the state and the call, in the file of its family. It checks everything before it
//! changes anything: a call that is refused has had no effect.

// What methods share.
mod errcode;
mod call;
mod check;
mod content;
mod tag_list;

// The methods, a family a file.
mod platform;
mod web_login;
mod directory;
mod agent;
mod app_message;
mod robot;
mod media;
mod upload;
mod welcome;
mod follow_user;
mod contact;
mod contact_list;
mod contact_way;
mod corp_tag;
mod strategy_tag;
mod tag;
mod customer_strategy;
mod transfer;
mod id_conversion;
mod idconvert;
mod statistics;
mod group_chat;
mod join_way;
mod group_statistic;
mod group_welcome_template;
mod mass_message;
mod mass_message_record;
mod moment;
mod moment_record;
mod moment_strategy;
mod product_album;
mod intercept_rule;
mod acquisition;
mod acquisition_record;

pub(super) use call::{Call, Method, SentFile, SentRange, Upload, Verb};
pub(super) use errcode::{Refusal, errmsg};

/// Everything that is answered, family by family; each family has a file of its own in this folder.
const FAMILIES: [&[Method]; 34] = [
    platform::METHODS,
    web_login::METHODS,
    directory::METHODS,
    agent::METHODS,
    app_message::METHODS,
    robot::METHODS,
    media::METHODS,
    welcome::METHODS,
    follow_user::METHODS,
    contact::METHODS,
    contact_list::METHODS,
    contact_way::METHODS,
    corp_tag::METHODS,
    strategy_tag::METHODS,
    tag::METHODS,
    customer_strategy::METHODS,
    transfer::METHODS,
    id_conversion::METHODS,
    idconvert::METHODS,
    statistics::METHODS,
    group_chat::METHODS,
    join_way::METHODS,
    group_statistic::METHODS,
    mass_message::METHODS,
    mass_message_record::METHODS,
    group_welcome_template::METHODS,
    moment::METHODS,
    moment_record::METHODS,
    moment_strategy::METHODS,
    product_album::METHODS,
    intercept_rule::METHODS,
    acquisition::METHODS,
    acquisition_record::METHODS,
    upload::METHODS,
];

/// The method of that path.
pub(super) fn method(path: &str) -> Option<&'static Method> {
    FAMILIES.into_iter().flatten().find(|method| method.path == path)
}

/// The paths of all methods.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().flatten().map(|method| method.path)
}
