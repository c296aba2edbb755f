//! What is behind a refusal, where somebody has to know it to mend it: several codes that are mended at the same place are
//! one cause.
//!
//! A [`Class`] says what a program does about a code; a cause says what a person does.

use crate::{Class, codes};

/// What has to be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The address from which the call came is not among the app's trusted ones.
    UntrustedAddress,
    /// The app has no right to call the method, or is switched off.
    Permission,
    /// The corp is not verified (企业认证), and only verified ones may call the method.
    Verification,
    /// Corp id and secret do not belong together, or the secret is no longer good.
    Secret,
    /// The employee, the customer or the tag is outside of what the app may see or change.
    Scope,
    /// The agent id is not that of the app.
    Agent,
    /// The directory has no such employee.
    Employee,
    /// The corp has as many tags as WeCom allows.
    TagLimit,
}

/// What is behind a code; `None` where its class says all there is to say.
pub fn cause(code: i64) -> Option<Cause> {
    Some(match code {
        60020 => Cause::UntrustedAddress,
        40084 | 41057 | 43012 | 48001 | 48002 | 48004..=48006 | 50003 | 60031 | 90510 | 701_008 => {
            Cause::Permission
        }
        43009 => Cause::Verification,
        40001 | 40013 | 40091 | 41002 | 41004 | 45031 => Cause::Secret,
        40096 | 50002 | 60011 | 60021 | 60030 | 81013 | 84074 => Cause::Scope,
        40056 | 301_002 => Cause::Agent,
        40003 | 46004 | 60111 => Cause::Employee,
        40126 => Cause::TagLimit,
        _ => return None,
    })
}

/// Whether a code says that WeCom answers nothing that the app asks: its address, its secret or its token is refused, or the
/// app as a whole is switched off. A right that one method needs, or an employee out of the app's range, is no such thing:
/// other calls go through.
pub fn shuts_out(code: i64) -> bool {
    // 40084: the authorisation withdrawn; 50003: switched off; 60031: barred from the API.
    matches!(cause(code), Some(Cause::UntrustedAddress | Cause::Secret))
        || codes::class(code) == Class::Token
        || matches!(code, 40084 | 50003 | 60031)
}

/// Whether a [`Cause::Secret`] lies with the corp id rather than with the secret: there is no such corp, or none was named.
pub fn is_of_corp_id(code: i64) -> bool {
    matches!(code, 40013 | 41002)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an app's settings are to blame for has a cause; what passes by itself has none, for there is nothing to mend.
    #[test]
    fn what_has_to_be_mended_has_a_cause() {
        for code in 0..800_000 {
            match (codes::class(code), cause(code)) {
                (Class::Configuration, None) => {
                    assert!((610_000..900_000).contains(&code), "{code}: {:?}", codes::explain(code));
                }
                (
                    Class::Busy | Class::Throttled | Class::Crowded | Class::Contended | Class::CodeSpent,
                    found,
                ) => {
                    assert_eq!(found, None, "{code}");
                }
                (_, Some(found)) => assert!(codes::explain(code).is_some(), "{code}: {found:?}"),
                _ => {}
            }
        }
    }

    #[test]
    fn an_app_is_shut_out_by_what_stops_all_of_its_calls() {
        for code in [40001, 40013, 40014, 40091, 42001, 60020, 50003, 60031, 40084] {
            assert!(shuts_out(code), "{code}");
        }
        for code in
            [0, -1, 40068, 40126, 45009, 48001, 48002, 50002, 60011, 60030, 81013, 84061, 84074, 301_002]
        {
            assert!(!shuts_out(code), "{code}");
        }
    }
}
