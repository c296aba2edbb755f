//! Keeps the [`files`] that rules name, their [`uploads`] to WeCom, and files that were [`brought`] for rules to come.

pub(in crate::store) mod brought;
pub(in crate::store) mod files;
pub(in crate::store) mod uploads;
