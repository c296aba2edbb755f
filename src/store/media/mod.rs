//! Keeps the [files](files) that rules name, and their [uploads](uploads) to WeCom.

pub(in crate::store) mod files;
pub(in crate::store) mod uploads;
