//! The tests of the client: one binary, because one is linked faster than thirty. `walk` holds every method to the same
//! promises; the files of the families, named as in `src/contact/`, hold what each promises beside them. WeCom is a
//! server that answers by a script, and in `simulator` the simulated company.
#![expect(clippy::unwrap_used, reason = "a test that unwraps fails, as it should")]
#![expect(unreachable_pub, reason = "nobody links against the tests")]

mod scripted;
mod walk;

mod client;
mod platform;
mod directory;
mod agent;
mod app_message;
mod upload;
mod media;
mod odd_texts;

mod contact_way;
mod follow_user;
mod contact;
mod contact_list;
mod corp_tag;
mod tag;
mod strategy_tag;
mod welcome;
mod group_welcome_template;
mod mass_message;
mod mass_message_record;
mod moment;
mod moment_record;
mod group_chat;
mod join_way;
mod transfer;
mod statistics;
mod group_statistic;
mod customer_strategy;
mod moment_strategy;
mod acquisition;
mod acquisition_record;
mod product_album;
mod intercept_rule;
mod id_conversion;
mod idconvert;
mod web_login;

mod catalogue;
mod document;
mod simulator;
