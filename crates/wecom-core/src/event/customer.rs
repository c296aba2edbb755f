//! `change_external_contact`: what happened between an employee and a customer.
//!
//! Page 92130 (in-house), 92277 (suites), 92005 (archiving). Who they are, the channel and the welcome code are asked
//! of the [`Event`](super::Event).

use super::fields::Fields;

/// The event's name.
pub const EVENT: &str = "change_external_contact";

open_enum! {
    /// What changed between the two.
    pub enum Change {
        /// Employee and customer became contacts. May carry a welcome code.
        Added = "add_external_contact",
        /// The employee changed remark, tags or description in the client. Changes through the API have no event.
        Edited = "edit_external_contact",
        /// The customer added an employee who lets everyone in, and was not added back yet. They can chat already, and
        /// it may carry a welcome code; an `add_external_contact` can follow, then often without one.
        HalfAdded = "add_half_external_contact",
        /// The employee deleted the customer.
        Deleted = "del_external_contact",
        /// The customer deleted the employee.
        DeletedByCustomer = "del_follow_user",
        /// Handing the customer over to another employee failed.
        TransferFailed = "transfer_fail",
        /// The customer agreed to message archiving; carries the welcome code that was held back until then.
        ArchivingApproved = "msg_audit_approved",
    }
}

open_enum! {
    /// Why an employee's deletion of a customer was none of their own.
    pub enum Source {
        /// The customer was handed over to another employee.
        Transfer = "DELETE_BY_TRANSFER",
    }
}

open_enum! {
    /// Why a customer could not be handed over.
    pub enum FailReason {
        /// The customer refused.
        Refused = "customer_refused",
        /// The employee who takes over has as many customers as allowed.
        LimitExceeded = "customer_limit_exceed",
    }
}

/// A change between an employee and a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// What changed.
    pub change: Change,
    /// With [`Change::Deleted`]: by what, where it was not by hand.
    pub source: Option<Source>,
    /// With [`Change::TransferFailed`]: why.
    pub fail_reason: Option<FailReason>,
    /// With [`Change::Added`] by a provider's acquisition component (page 99485): the link. The employee may be absent then.
    pub link_id: Option<String>,
}

impl Customer {
    pub(super) fn of(fields: &Fields<'_>) -> Self {
        Self {
            change: fields.change(),
            source: fields.word("Source"),
            fail_reason: fields.word("FailReason"),
            link_id: fields.owned("LinkId"),
        }
    }
}
