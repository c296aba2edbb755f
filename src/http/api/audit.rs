//! Who did what.

use actix_web::web::{Data, Json, Query};

use super::{
    super::{
        access::{Admin, Caller},
        private::Private,
        problem::Problem,
    },
    page::{List, Page},
};
use crate::store::AuditRecord;

pub(super) async fn list(
    _: Caller<Admin>,
    private: Data<Private>,
    page: Query<Page>,
) -> Result<Json<List<AuditRecord>>, Problem> {
    let (limit, before) = Page::of(&page)?;
    let lines = private.context.store.audit(before, limit).await?;
    Ok(Json(List::page(lines, limit, |line| line.id)))
}
