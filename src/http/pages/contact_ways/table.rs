//! `/contact-ways/table`: many ways at once from a table. First what would be made and what is wrong, line by line; then they are
//! made one after the other, while a page says how far it is.

use actix_web::{HttpResponse, web::Path};

use super::{
    super::{
        filter::choice,
        frame::{Frame, html, see_other},
        views::{
            Headline, MadeRow, Mark, Place, PlannedWay, TableFaultRow, Tone, WayBatchPage, WayTablePage,
        },
        words::{ways::SayWays, wecom},
    },
    gathered::{Channels, Served, apps, named, way_href, whom},
    one::app_named,
};
use crate::{
    action::outcome::Class,
    flow::changes::{
        Refused,
        asked::AskedWay,
        batch::{self, QUIET_FOR_MS},
        table::{TABLE_BYTES_MAX, Table, read},
    },
    http::{
        access::{Admin, Caller},
        multipart::Upload,
        problem::Problem,
    },
    store::{WayBatch, WayRow, WayStatus},
};
use wecom_core::codes;

/// How many bytes a form has at most, of a table as a file and as text each: a table that is too long is told so with its page.
const FORM_BYTES_MAX: usize = TABLE_BYTES_MAX + (64 << 10);

/// How many faults are shown: who has more mends the first ones first.
const FAULTS_MAX: usize = 100;

/// The form.
pub(in crate::http::pages) async fn form(_: Caller<Admin>, frame: Frame) -> Result<HttpResponse, Problem> {
    html(&page(&frame, None, String::new()))
}

/// Shows what would be made, or begins to make it.
pub(in crate::http::pages) async fn act(
    caller: Caller<Admin>,
    frame: Frame,
    upload: Upload<FORM_BYTES_MAX, FORM_BYTES_MAX>,
) -> Result<HttpResponse, Problem> {
    let sent = upload.0;
    let app = app_named(&frame, sent.field("app").unwrap_or_default())?;
    // A file that was chosen counts; what stands in the field is what was looked at before.
    let chosen = sent.file("file").map(|file| &file.bytes[..]).filter(|bytes| !bytes.is_empty());
    let typed = sent.field("table").map(str::as_bytes).filter(|bytes| !bytes.is_empty());
    let Some(given) = chosen.or(typed) else {
        let mut page = page(&frame, None, app.name.clone());
        page.headline = Some(headline(Tone::Wait, frame.say_ways(SayWays::NoTable)));
        return html(&page);
    };
    let table = read(given);
    if sent.field("act") == Some("make") && table.faults.is_empty() && !table.rows.is_empty() {
        let id = batch::begin(frame.context(), &app, &table.rows, &caller.by()).await?;
        return Ok(see_other(&batch_href(id)));
    }
    html(&page(&frame, Some((&app, table)), app.name.clone()))
}

/// How far it is.
pub(in crate::http::pages) async fn progress(
    _: Caller<Admin>,
    frame: Frame,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let batch = frame.store().way_batch(*id).await?.ok_or(Problem::NoSuchPath)?;
    html(&batch_page(&frame, &batch))
}

/// Has the rest made, where nobody does.
pub(in crate::http::pages) async fn go_on(
    caller: Caller<Admin>,
    frame: Frame,
    id: Path<i64>,
) -> Result<HttpResponse, Problem> {
    let batch = frame.store().way_batch(*id).await?.ok_or(Problem::NoSuchPath)?;
    let app = app_named(&frame, &batch.app)?;
    batch::go_on(frame.context(), &app, batch.id, &caller.by());
    Ok(see_other(&batch_href(batch.id)))
}

fn batch_href(id: i64) -> String {
    format!("/contact-ways/table/{id}")
}

fn headline(tone: Tone, text: String) -> Headline {
    Headline { tone, text, more: None }
}

fn page(frame: &Frame, of: Option<(&Served, Table)>, app: String) -> WayTablePage {
    let choices = apps(frame).iter().map(|one| choice(&one.name, &one.name, one.name == app)).collect();
    let mut page = WayTablePage {
        w: frame.words,
        y: frame.way_words(),
        shell: frame.shell(Some(Place::ContactWays)),
        headline: None,
        notes: Vec::new(),
        faults: Vec::new(),
        rows: Vec::new(),
        apps: choices,
        app,
        text: String::new(),
        sound: false,
    };
    let Some((app, table)) = of else { return page };
    let (rows, count) = (table.rows.len(), table.faults.len());
    page.sound = count == 0 && rows > 0;
    page.headline = Some(if page.sound {
        headline(Tone::Good, frame.say_ways(SayWays::TableSound { rows }))
    } else {
        headline(Tone::Bad, frame.say_ways(SayWays::TableFaulty { count, rows }))
    });
    if table.gbk {
        page.notes.push(frame.say_ways(SayWays::ReadAsGbk));
    }
    if !table.unused.is_empty() {
        page.notes.push(frame.say_ways(SayWays::Unused { headings: &table.unused.join("、") }));
    }
    let faults = table.faults.iter().take(FAULTS_MAX).map(|fault| {
        let shown = fault.shown(frame.language);
        let between = match frame.language {
            crate::language::Language::Zh => "；",
            crate::language::Language::En => "; ",
        };
        TableFaultRow {
            line: fault.line,
            column: fault.column.clone().unwrap_or_default(),
            what: [shown.what, shown.mend].join(between),
        }
    });
    page.faults = faults.collect();
    let mut channels = Channels::new(frame, 1);
    page.rows = table.rows.iter().map(|(line, way)| planned(frame, &mut channels, app, *line, way)).collect();
    page.text = table.text;
    page
}

fn planned(
    frame: &Frame,
    channels: &mut Channels<'_>,
    app: &Served,
    line: u64,
    way: &AskedWay,
) -> PlannedWay {
    PlannedWay {
        line,
        name: named(frame, &way.name),
        state: way.state.clone(),
        whom: whom(frame, &way.users, &way.departments),
        greeter: channels.greeter(app, &way.state, &way.users),
    }
}

fn batch_page(frame: &Frame, batch: &WayBatch) -> WayBatchPage {
    let now_ms = frame.times.now_ms;
    let quiet = batch.rows.iter().all(|row| now_ms.saturating_sub(row.at_ms) > QUIET_FOR_MS);
    let stands = |row: &WayRow| match row.status {
        // The process that began it has ended.
        WayStatus::Running if quiet => WayStatus::Unsure,
        status => status,
    };
    let count = |status: WayStatus| batch.rows.iter().filter(|row| stands(row) == status).count();
    let (all, left) = (batch.rows.len(), count(WayStatus::Waiting));
    let (made, failed, unsure) = (count(WayStatus::Made), count(WayStatus::Failed), count(WayStatus::Unsure));
    let done = made + failed + unsure;
    // What shuts the app out ends it at once; otherwise it is over when nothing waits.
    let stopped = left > 0 && (quiet || last_was_shut_out(&batch.rows));
    let running = done < all && !stopped;
    let (tone, say) = if running {
        (Tone::Wait, SayWays::Progress { made: done, all })
    } else if made == all {
        (Tone::Good, SayWays::AllMade { all })
    } else {
        (Tone::Bad, SayWays::SomeMade { made, failed, unsure, left })
    };
    let more = stopped.then(|| frame.say_ways(SayWays::Stopped { left }));
    WayBatchPage {
        w: frame.words,
        y: frame.way_words(),
        shell: frame.shell(Some(Place::ContactWays)),
        headline: Headline { tone, text: frame.say_ways(say), more },
        done,
        all,
        running,
        go_on: stopped.then(|| batch_href(batch.id)),
        rows: batch.rows.iter().map(|row| made_row(frame, &batch.app, row, stands(row))).collect(),
    }
}

/// Whether the row that was asked for last was refused in a way that ends the run (`flow/changes/batch.rs`).
fn last_was_shut_out(rows: &[WayRow]) -> bool {
    let running = rows.iter().any(|row| row.status == WayStatus::Running);
    let last = rows.iter().filter(|row| row.status != WayStatus::Waiting).max_by_key(|row| row.line);
    !running && last.and_then(|row| row.errcode).is_some_and(batch::ends_the_run)
}

fn made_row(frame: &Frame, app: &str, row: &WayRow, status: WayStatus) -> MadeRow {
    let y = frame.way_words();
    let (tone, word) = match status {
        WayStatus::Waiting => (Tone::Quiet, y.row_waiting),
        WayStatus::Running => (Tone::Wait, y.row_running),
        WayStatus::Made => (Tone::Good, y.row_made),
        WayStatus::Failed => (Tone::Bad, y.row_failed),
        WayStatus::Unsure => (Tone::Unsure, y.row_unsure),
    };
    let asked: AskedWay = serde_json::from_str(&row.asked).unwrap_or_default();
    let why = match status {
        WayStatus::Failed => {
            let refused = Refused {
                path: batch::PATH,
                errcode: row.errcode,
                class: row.errcode.map_or(Class::Busy, codes::class),
                message: row.message.clone().unwrap_or_default(),
                untrusted_address: None,
                perhaps_done: false,
            };
            wecom::in_one(&refused, frame.language)
        }
        _ => String::new(),
    };
    MadeRow {
        line: row.line,
        name: named(frame, &asked.name),
        state: asked.state,
        mark: Mark { tone, word },
        why,
        href: row.config_id.as_deref().filter(|id| !id.is_empty()).map(|id| way_href(app, id)),
    }
}
