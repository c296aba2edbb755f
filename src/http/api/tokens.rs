//! Tokens: made, listed, ended.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        access::{Admin, Caller},
        private::Private,
        problem::{Problem, Thing},
    },
    body::Object,
    page::List,
};
use crate::{
    access::{NAME_CHARS_MAX, Role, Secret, is_name},
    store::{NewToken, TokenMade, TokenRecord},
};

/// `POST /tokens`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    name: String,
    role: Role,
    #[serde(default)]
    expires_at_ms: Option<i64>,
}

/// A token that was made just now. It is shown here and nowhere again.
#[derive(Serialize)]
pub(super) struct Made {
    name: String,
    role: Role,
    token: String,
    expires_at_ms: Option<i64>,
}

pub(super) async fn list(
    _: Caller<Admin>,
    private: Data<Private>,
) -> Result<Json<List<TokenRecord>>, Problem> {
    Ok(Json(List::whole(private.context.store.tokens().await?)))
}

pub(super) async fn create(
    caller: Caller<Admin>,
    private: Data<Private>,
    wanted: Json<Object<Wanted>>,
) -> Result<HttpResponse, Problem> {
    let Object(Wanted { name, role, expires_at_ms }) = wanted.into_inner();
    let now_ms = private.now_ms();
    if !is_name(&name) {
        return Err(Problem::TokenName { chars_max: NAME_CHARS_MAX });
    }
    if expires_at_ms.is_some_and(|at_ms| at_ms <= now_ms) {
        return Err(Problem::ExpiredAlready);
    }
    let secret = Secret::token(rand::random());
    let token = NewToken { name: &name, role, hash: secret.hash(), expires_at_ms };
    match private.context.store.create_token(&token, &caller.by(), now_ms).await? {
        TokenMade::Made => {
            let token = secret.expose().to_owned();
            Ok(HttpResponse::Created().json(Made { name, role, token, expires_at_ms }))
        }
        TokenMade::Taken => Err(Problem::NameTaken { name }),
        TokenMade::TooMany => Err(Problem::TooManyTokens),
    }
}

pub(super) async fn revoke(
    caller: Caller<Admin>,
    private: Data<Private>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    if private.context.store.revoke_token(&name, &caller.by(), private.now_ms()).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::NotFound { thing: Thing::Token, id: name })
    }
}
