//! The paths of the admin API, each with its verb and its handler, which asks who is calling.

use actix_web::{
    FromRequest, Handler, HttpResponse, Resource, Responder, Scope, guard,
    http::{Method, header::ALLOW},
    web::{self, ServiceConfig},
};

use super::Asks;
use crate::{
    access::Role,
    http::{body::unread, problem::Problem},
};

/// A path with its verb, and who may ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The verb.
    pub method: Method,
    /// The path below the scope, with its parameters in braces.
    pub path: &'static str,
    /// The least role.
    pub role: Role,
}

/// Paths with their handlers. Whatever is put in asks for a role: its first argument is a [`Caller`](super::Caller).
#[derive(Default)]
pub struct Routes(Vec<(Route, actix_web::Route)>);

impl Routes {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// `GET path`.
    #[must_use]
    pub fn get<H, Args>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<Args>,
        Args: FromRequest + Asks + 'static,
        H::Output: Responder + 'static,
    {
        self.on(Method::GET, path, handler)
    }

    /// `POST path`.
    #[must_use]
    pub fn post<H, Args>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<Args>,
        Args: FromRequest + Asks + 'static,
        H::Output: Responder + 'static,
    {
        self.on(Method::POST, path, handler)
    }

    /// `PUT path`.
    #[must_use]
    pub fn put<H, Args>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<Args>,
        Args: FromRequest + Asks + 'static,
        H::Output: Responder + 'static,
    {
        self.on(Method::PUT, path, handler)
    }

    /// `DELETE path`.
    #[must_use]
    pub fn delete<H, Args>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<Args>,
        Args: FromRequest + Asks + 'static,
        H::Output: Responder + 'static,
    {
        self.on(Method::DELETE, path, handler)
    }

    fn on<H, Args>(mut self, method: Method, path: &'static str, handler: H) -> Self
    where
        H: Handler<Args>,
        Args: FromRequest + Asks + 'static,
        H::Output: Responder + 'static,
    {
        let route = Route { method: method.clone(), path, role: Args::ROLE };
        let by_verb = if method == Method::GET { reading() } else { web::method(method) };
        self.0.push((route, by_verb.to(handler)));
        self
    }

    /// Those of another list as well.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// What there is, in the order in which it is looked through.
    pub fn list(&self) -> Vec<Route> {
        self.0.iter().map(|(route, _)| route.clone()).collect()
    }

    /// Serves them in a scope: what has no such verb is answered with those that there are.
    pub fn serve(self, scope: Scope) -> Scope {
        let mut paths: Vec<(&'static str, Vec<Method>, Resource)> = Vec::new();
        for (Route { method, path, .. }, route) in self.0 {
            match paths.iter_mut().find(|(of, ..)| *of == path) {
                Some((_, methods, resource)) => {
                    methods.push(method);
                    *resource = std::mem::replace(resource, web::resource(path)).route(route);
                }
                None => paths.push((path, vec![method], web::resource(path).route(route))),
            }
        }
        paths.into_iter().fold(scope, |scope, (_, methods, resource)| {
            let reads = methods.contains(&Method::GET).then_some(Method::HEAD);
            let all = methods.into_iter().chain(reads).chain([Method::OPTIONS]);
            let allowed = all.map(|method| method.to_string()).collect::<Vec<_>>().join(", ");
            scope.service(resource.default_service(other_verbs(allowed)))
        })
    }
}

/// What takes GET, and HEAD, which is the same without the body.
pub(in crate::http) fn reading() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// What a path says to the verbs that it does not take: OPTIONS asks which it does, and all others are told.
pub(in crate::http) fn other_verbs(allowed: impl Into<String>) -> actix_web::Route {
    let allowed = allowed.into();
    web::to(move |method: Method| {
        let allowed = allowed.clone();
        async move {
            if method == Method::OPTIONS {
                return Ok(HttpResponse::NoContent().insert_header((ALLOW, allowed)).finish());
            }
            Err(Problem::Method { allowed })
        }
    })
}

/// What bounds and explains the arguments of every handler: bodies up to so many bytes, and mistakes as problems.
pub(in crate::http) fn arguments(config: &mut ServiceConfig, body_max: usize) {
    config
        .app_data(
            web::JsonConfig::default()
                .limit(body_max)
                .content_type_required(false)
                .content_type(|_| true)
                .error_handler(move |error, _| of_json(&error, body_max).into()),
        )
        .app_data(
            web::QueryConfig::default()
                .error_handler(|error, _| Problem::Parameter(error.to_string()).into()),
        )
        .app_data(
            web::PathConfig::default().error_handler(|error, _| Problem::Parameter(error.to_string()).into()),
        );
}

fn of_json(error: &actix_web::error::JsonPayloadError, most: usize) -> Problem {
    use actix_web::error::{JsonPayloadError as Json, PayloadError};
    match error {
        Json::OverflowKnownLength { .. } | Json::Overflow { .. } | Json::Payload(PayloadError::Overflow) => {
            Problem::TooLarge { most }
        }
        Json::Deserialize(error) => Problem::Body(error.to_string()),
        Json::Payload(error) => unread(error).into(),
        error => Problem::Body(error.to_string()),
    }
}
