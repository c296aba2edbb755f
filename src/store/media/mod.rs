//! Keeps the [`files`] that rules name, and their [`uploads`] to WeCom.

pub(in crate::store) mod files;
pub(in crate::store) mod uploads;
