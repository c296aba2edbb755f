//! What only a third-party suite receives, at its instruction address: tickets and authorisations.
//!
//! Pages 90628 (suite_ticket), 90642 (authorisation), 97402 (acquisition). These must be answered with the literal
//! `success`. The suite is [`Event::suite_id`](super::Event::suite_id), the corp
//! [`Event::corp_id`](super::Event::corp_id).

use super::{Hidden, fields::Fields};

open_enum! {
    /// What the notice is about (`InfoType`).
    pub enum Notice {
        /// The ticket that the suite's access token is asked for with; every 10 minutes.
        Ticket = "suite_ticket",
        /// A corp authorised the suite. Wants its answer within a second.
        AuthCreated = "create_auth",
        /// A corp changed what the suite may do.
        AuthChanged = "change_auth",
        /// A corp withdrew its authorisation.
        AuthCancelled = "cancel_auth",
        /// A corp has a new permanent code for the suite.
        PermanentCodeReset = "reset_permanent_code",
        /// What the suite may do with acquisition links changed.
        AcquisitionPermitChanged = "customer_acquisition_permit_change",
        /// A special permission was given.
        SpecialAuthApproved = "approve_special_auth",
        /// A special permission was withdrawn.
        SpecialAuthCancelled = "cancel_special_auth",
    }
}

/// A notice to a third-party suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    /// What it is about.
    pub notice: Notice,
    /// With [`Notice::Ticket`]: the ticket, a secret that is valid for 30 minutes.
    pub ticket: Option<Hidden>,
    /// With [`Notice::AuthCreated`] and [`Notice::PermanentCodeReset`]: the code that is exchanged for the corp's
    /// permanent code, a secret that is valid for 10 minutes.
    pub auth_code: Option<Hidden>,
    /// With special permissions: which one, e.g. `customer_acquisition`.
    pub auth_type: Option<String>,
}

impl Suite {
    /// A suite's notice, or none if the event's name is not that of one.
    pub(super) fn of(event: &str, fields: &Fields<'_>) -> Option<Self> {
        let notice = match Notice::from(event) {
            Notice::Other(_) => return None,
            notice => notice,
        };
        Some(Self {
            notice,
            ticket: fields.hidden("SuiteTicket"),
            auth_code: fields.hidden("AuthCode"),
            auth_type: fields.owned("AuthType"),
        })
    }
}
