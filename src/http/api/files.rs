//! Files that rules to come will name: brought here, and then named by rules that are put in force.

use actix_web::{
    HttpResponse,
    web::{Data, Json},
};
use serde_json::{Value, json};

use super::{
    super::{
        access::{Caller, Operator, Viewer},
        multipart::{Sent, SentFile, Upload},
        private::Private,
        problem::{Misread, Problem},
    },
    body::JSON_BYTES_MAX,
    page::List,
};
use crate::{
    flow::publish::brought::{NotBrought, bring},
    store::{BroughtFile, CONTENT_BYTES_MAX, UPLOADS_KEPT_FOR},
};

pub(super) async fn upload(
    caller: Caller<Operator>,
    private: Data<Private>,
    form: Upload<CONTENT_BYTES_MAX, JSON_BYTES_MAX>,
) -> Result<HttpResponse, Problem> {
    let Sent { fields, mut files } = form.0;
    let (Some(SentFile { name, bytes, .. }), true) = (files.pop(), files.is_empty()) else {
        return Err(Misread::OneFile.into());
    };
    let path = fields.iter().find(|(field, _)| field == "path").map(|(_, path)| path.as_str());
    let store = &private.context.store;
    let file = bring(store, (&name, path), None, bytes.to_vec(), &caller.by(), private.now_ms()).await;
    let file = file.map_err(|why| match why {
        NotBrought::Store(error) => Problem::Store(error),
        other => Problem::File(other),
    })?;
    Ok(HttpResponse::Created().json(to_json(&file)))
}

pub(super) async fn list(_: Caller<Viewer>, private: Data<Private>) -> Result<Json<List<Value>>, Problem> {
    let now_ms = private.now_ms();
    let waiting = private.context.store.brought_files().await?;
    let waiting = waiting.iter().filter(|file| kept_until_ms(file) >= now_ms);
    Ok(Json(List::whole(waiting.map(to_json).collect())))
}

fn kept_until_ms(file: &BroughtFile) -> i64 {
    let kept_ms = i64::try_from(UPLOADS_KEPT_FOR.as_millis()).unwrap_or(i64::MAX);
    file.uploaded_at_ms.saturating_add(kept_ms)
}

fn to_json(file: &BroughtFile) -> Value {
    json!({
        "path": file.path,
        "name": file.name,
        "kind": file.kind.as_str(),
        "bytes": file.size,
        "sha256": file.digest.to_hex(),
        "by": file.by,
        "uploaded_at_ms": file.uploaded_at_ms,
        "kept_until_ms": kept_until_ms(file),
    })
}
