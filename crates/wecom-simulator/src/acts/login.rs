//! Somebody scans the code of a login page and agrees.

use super::{Act, Happened, Outcome};
use crate::{
    error::Error,
    world::{World, logins::LoggedIn},
};

/// How long a code is; WeCom asks for room for 512 bytes.
const CODE_LENGTH: usize = 43;

/// How long the id of a stranger is.
const OPENID_LENGTH: usize = 28;

/// Somebody logs in: a member of the company, or somebody of WeChat who is none.
pub(crate) struct LogIn<'a>(pub(crate) Option<&'a str>);

/// The code that the browser takes along.
pub(crate) struct Code(pub(crate) String);

impl Outcome for Code {}

impl Act for LogIn<'_> {
    type Outcome = Code;

    fn perform(self, world: &mut World, now_ms: i64) -> Result<Happened<Code>, Error> {
        let who = match self.0 {
            Some(userid) => LoggedIn::Member(world.known_employee(userid)?),
            None => LoggedIn::Stranger(world.random_text(OPENID_LENGTH)),
        };
        let code = world.random_text(CODE_LENGTH);
        world.logins.issue(code.clone(), who, now_ms);
        Ok(Happened::silent(Code(code)))
    }
}
