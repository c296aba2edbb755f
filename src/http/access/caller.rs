//! The caller as an argument of a handler, by the role that the handler asks for.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload};

use super::Who;
use crate::{
    access::{By, Role},
    http::problem::Problem,
};

/// A role that a handler asks for.
pub trait Asked: 'static {
    /// Which one.
    const ROLE: Role;
}

/// Asks for one who reads.
#[derive(Debug)]
pub enum Viewer {}

/// Asks for one who has things tried again and changes rules.
#[derive(Debug)]
pub enum Operator {}

/// Asks for one who gives out tokens.
#[derive(Debug)]
pub enum Admin {}

impl Asked for Viewer {
    const ROLE: Role = Role::Viewer;
}

impl Asked for Operator {
    const ROLE: Role = Role::Operator;
}

impl Asked for Admin {
    const ROLE: Role = Role::Admin;
}

/// A caller who has the role that is asked for, or more.
#[derive(Debug)]
pub struct Caller<R> {
    who: Who,
    asked: PhantomData<R>,
}

impl<R> Caller<R> {
    /// Who it is.
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// For the audit.
    pub fn by(&self) -> By {
        self.who.by()
    }
}

impl<R: Asked> FromRequest for Caller<R> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    /// The gate in front of the handler has found out who it is. Without a gate nobody gets in.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let who = request.extensions().get::<Who>().cloned();
        ready(match who {
            None => Err(Problem::Token),
            Some(who) if who.role.may(R::ROLE) => Ok(Self { who, asked: PhantomData }),
            Some(who) => Err(Problem::Role { asked: R::ROLE, has: who.role }),
        })
    }
}

/// The arguments of a handler that asks who is calling, first of all: whoever may not is refused before the body is read.
pub trait Asks {
    /// The role that it asks for.
    const ROLE: Role;
}

macro_rules! asks {
    ($($argument:ident)*) => {
        impl<R: Asked, $($argument),*> Asks for (Caller<R>, $($argument,)*) {
            const ROLE: Role = R::ROLE;
        }
    };
}

asks!();
asks!(A);
asks!(A B);
asks!(A B C);
asks!(A B C D);
asks!(A B C D E);

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use rstest::rstest;

    use super::*;
    use crate::access::{Hash, Via};

    #[rstest]
    #[case(Role::Viewer, [true, false, false])]
    #[case(Role::Operator, [true, true, false])]
    #[case(Role::Admin, [true, true, true])]
    #[tokio::test]
    async fn a_handler_is_reached_by_whoever_may(#[case] role: Role, #[case] may: [bool; 3]) {
        let request = TestRequest::get().to_http_request();
        assert!(matches!(Caller::<Viewer>::extract(&request).await, Err(Problem::Token)), "without a gate");
        request.extensions_mut().insert(Who {
            name: "x".into(),
            role,
            via: Via::Token,
            address: None,
            shown: Hash::of("x"),
        });
        let reached = [
            Caller::<Viewer>::extract(&request).await.is_ok(),
            Caller::<Operator>::extract(&request).await.is_ok(),
            Caller::<Admin>::extract(&request).await.is_ok(),
        ];
        assert_eq!(reached, may);
    }
}
