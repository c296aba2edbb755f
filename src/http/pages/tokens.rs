//! `/tokens`: who may come in.

use actix_web::{HttpResponse, web::Form};
use serde::Deserialize;

use super::{
    done::Done,
    frame::{Frame, html, see_other},
    views::{Place, TokenRow, TokensPage},
    words::names,
};
use crate::{
    access::{NAME_CHARS_MAX, Role, Secret, is_name},
    http::{
        access::{Admin, Caller},
        problem::{Misread, Problem, Thing},
    },
    language::Sentence as _,
    store::{NewToken, TokenMade, TokenRecord},
};

/// A day, by which the lives of tokens are counted.
const DAY_MS: i64 = 86_400_000;

/// What the form asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    name: String,
    role: Role,
    /// Days; nothing where it never ends.
    #[serde(default)]
    expires: String,
}

/// The token that is to end.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    name: String,
}

/// The page.
pub(super) async fn list(_: Caller<Admin>, frame: Frame) -> Result<HttpResponse, Problem> {
    html(&page(&frame, None, None, String::new()).await?)
}

/// Makes one, and shows it this once.
pub(super) async fn create(
    caller: Caller<Admin>,
    frame: Frame,
    wanted: Form<Wanted>,
) -> Result<HttpResponse, Problem> {
    let Wanted { name, role, expires } = wanted.into_inner();
    let name = name.trim().to_owned();
    let now_ms = frame.times.now_ms;
    let expires_at_ms = match expires.as_str() {
        "" => None,
        days => {
            let days: i64 = days.parse().map_err(|_| Misread::Days)?;
            Some(now_ms.saturating_add(days.clamp(1, 3_650) * DAY_MS))
        }
    };
    let refused = |problem: Problem| Some(problem.to(frame.language));
    if !is_name(&name) {
        let fault = refused(Problem::TokenName { chars_max: NAME_CHARS_MAX });
        return html(&page(&frame, None, fault, name).await?);
    }
    let secret = Secret::token(rand::random());
    let token = NewToken { name: &name, role, hash: secret.hash(), expires_at_ms };
    match frame.store().create_token(&token, &caller.by(), now_ms).await? {
        TokenMade::Made => html(&page(&frame, Some(secret.expose().to_owned()), None, String::new()).await?),
        TokenMade::Taken => {
            let fault = refused(Problem::NameTaken { name: name.clone() });
            html(&page(&frame, None, fault, name).await?)
        }
        TokenMade::TooMany => html(&page(&frame, None, refused(Problem::TooManyTokens), name).await?),
    }
}

/// Ends one.
pub(super) async fn revoke(
    caller: Caller<Admin>,
    frame: Frame,
    named: Form<Named>,
) -> Result<HttpResponse, Problem> {
    if frame.store().revoke_token(&named.name, &caller.by(), frame.times.now_ms).await? {
        Ok(see_other(&Done::Revoked.on("/tokens")))
    } else {
        Err(Problem::NotFound { thing: Thing::Token, id: named.into_inner().name })
    }
}

async fn page(
    frame: &Frame,
    made: Option<String>,
    fault: Option<String>,
    name: String,
) -> Result<TokensPage, Problem> {
    let words = frame.words;
    let tokens = frame.store().tokens().await?;
    Ok(TokensPage {
        w: words,
        shell: frame.shell(Some(Place::Tokens)),
        made,
        fault,
        name,
        roles: Role::ALL.into_iter().map(|role| (role.as_str(), names::role(role, frame.language))).collect(),
        lives: vec![
            ("90", words.days_90),
            ("30", words.days_30),
            ("365", words.days_365),
            ("", words.forever),
        ],
        rows: tokens.into_iter().map(|token| row(frame, token)).collect(),
    })
}

fn row(frame: &Frame, token: TokenRecord) -> TokenRow {
    let at = |at_ms: Option<i64>, none: &str| {
        at_ms.map_or_else(|| none.to_owned(), |at_ms| frame.times.instant(at_ms).short)
    };
    TokenRow {
        role: names::role(token.role, frame.language),
        created: frame.times.instant(token.created_at_ms).short,
        expires: at(token.expires_at_ms, frame.words.forever),
        used: token
            .last_used_at_ms
            .map_or_else(|| frame.words.never.to_owned(), |at_ms| frame.times.ago(at_ms)),
        name: token.name,
    }
}
