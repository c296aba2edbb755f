//! Customers and their ids elsewhere: what is asked with, and what is answered.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{read, values};

/// A WeChat user; see [`External::unionid_to_external_userid`](super::External::unionid_to_external_userid). `Debug`
/// shows neither id.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UnionidToExternalUserid {
    /// The id shared by the apps of one open-platform account; required.
    pub unionid: String,
    /// The id of the same user in one of these apps, by which WeCom can check the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openid: Option<String>,
}

impl fmt::Debug for UnionidToExternalUserid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnionidToExternalUserid").finish_non_exhaustive()
    }
}

/// A WeChat user, and where to look; see
/// [`External::unionid_to_external_userid_3rd`](super::External::unionid_to_external_userid_3rd). `Debug` shows neither
/// id of the user.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct UnionidToExternalUserid3rd {
    /// The id shared by the apps of one open-platform account; required.
    pub unionid: String,
    /// The id of the same user in one of these apps; required.
    pub openid: String,
    /// The company; all that use the app if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corpid: Option<String>,
}

impl fmt::Debug for UnionidToExternalUserid3rd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnionidToExternalUserid3rd").field("corpid", &self.corpid).finish_non_exhaustive()
    }
}

/// Temporary ids; see [`External::convert_tmp_external_userid`](super::External::convert_tmp_external_userid).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ConvertTmpExternalUserid {
    /// Where they come from; required.
    #[serde(deserialize_with = "values::number", skip_serializing_if = "Option::is_none")]
    pub business_type: Option<BusinessType>,
    /// Whose they are, as the platform's page has it; required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_type: Option<i64>,
    /// The ids, 1 to 100.
    pub tmp_external_userid_list: Vec<String>,
}

values::open_number! {
    /// Where a temporary id comes from.
    BusinessType {
        /// A meeting.
        MEETING = 1, "meeting";
        /// A form.
        FORM = 2, "form";
        /// A document.
        DOCUMENT = 3, "document";
    }
}

/// A customer of one company.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct CorpExternalUserid {
    /// The company.
    #[serde(deserialize_with = "values::text")]
    pub corpid: Option<String>,
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
}

/// A customer's two ids.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct MigratedExternalUserid {
    /// The old one.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The new one.
    #[serde(deserialize_with = "values::text")]
    pub new_external_userid: Option<String>,
}

/// The answer of [`External::convert_tmp_external_userid`](super::External::convert_tmp_external_userid).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ConvertedExternalUserids {
    /// Who it is.
    #[serde(deserialize_with = "values::list")]
    pub results: Vec<TmpExternalUserid>,
    /// The ids that could not be converted.
    #[serde(deserialize_with = "read::texts")]
    pub invalid_tmp_external_userid_list: Vec<String>,
}

/// Who stands behind a temporary id: a customer, or an employee of a linked company.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TmpExternalUserid {
    /// The temporary id.
    #[serde(deserialize_with = "values::text")]
    pub tmp_external_userid: Option<String>,
    /// The customer's external_userid.
    #[serde(deserialize_with = "values::text")]
    pub external_userid: Option<String>,
    /// The linked company.
    #[serde(deserialize_with = "values::text")]
    pub corpid: Option<String>,
    /// Its employee.
    #[serde(deserialize_with = "values::text")]
    pub userid: Option<String>,
}
