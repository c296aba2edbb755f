//! What the private listener answers: is the process ready to take callbacks, and what has it done so far.
//!
//! Everything else, the admin API and the pages, asks who is calling before it answers so much as 404.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse, http::header, web::Data};
use serde::Serialize;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::problem::{Misread, Problem};

use crate::{
    access::{By, Once},
    config::Config,
    doctor::Examined,
    flow::{
        bulk::Waker,
        context::Context,
        engine::Engine,
        forget::{Wiped, forget},
        live::Live,
        readiness::{Readiness, State},
        replay::Replayer,
    },
    language::Language,
    telemetry,
    when::Zone,
};

/// What the private listener needs.
#[derive(Debug)]
pub struct Private {
    /// Says whether the process is ready.
    pub readiness: Arc<Readiness>,
    /// Has the metrics.
    pub context: Arc<Context>,
    /// Has events run again.
    pub replayer: Replayer,
    /// Wakes who works off acts on many.
    pub waker: Waker,
    /// In which times of requests are read that name no zone.
    pub zone: Zone,
    /// The turns of what reads much of the record.
    pub heavy: Semaphore,
    /// The turns of what counts the record for somebody who looks at it.
    pub counting: Semaphore,
    /// The places of requests that take longer than others, or wait until they may.
    pub slow: Semaphore,
    /// The turns of uploads, each of which is held in memory.
    pub uploads: Semaphore,
    /// The turn of whoever has the set-up examined: every question goes to WeCom, and two at once say nothing more.
    pub examining: Semaphore,
    /// What the pages show of the last examination. Whoever comes while one is under way waits for it.
    pub examined: tokio::sync::Mutex<Option<(i64, Examined)>>,
    /// The turns of whoever wants a picture that WeCom has.
    pub pictures: Semaphore,
    /// Whom events are sent to as they come, and the places of those who follow.
    pub live: Live,
    pub followers: Arc<Semaphore>,
    /// What a demo has beside; none of a server that is meant.
    pub demo: Option<Demo>,
    /// The settings, which are examined with everything else; `admin.token` is in them.
    pub config: Config,
}

/// What a demo has beside the rest: its pages say that all is made up, and a link logs whoever started it in.
#[derive(Debug)]
pub struct Demo {
    /// The link, until it is used.
    pub link: Mutex<Option<Once>>,
    /// The language in which whoever follows it is spoken to.
    pub language: Language,
}

/// The path of the link, with the code at its end.
pub const LINK: &str = "/login/once/";

/// How many requests that read much of the record are under way at once: one may be a minute's work.
const HEAVY_MAX: usize = 2;

/// How many requests count the record at once: each keeps a processor busy, and acks need one as well.
const COUNTING_MAX: usize = 2;

/// How many requests count, examine or wait for their turn. The pages have more places than these, so that however many look
/// at what is slow, what is quick is answered.
const SLOW_MAX: usize = 12;

/// How long a turn is waited for. Who waits longer than this thinks that nothing comes.
const TURN_WITHIN: Duration = Duration::from_secs(10);
/// How many pictures are fetched at once: each is up to a megabyte in memory.
const PICTURES_MAX: usize = 8;
/// How many uploads are read at once: each may be 20 MB in memory.
const UPLOADS_AT_ONCE: usize = 2;

/// How many follow the events at once: each is a connection that stays open.
const FOLLOWERS_MAX: usize = 32;

impl Private {
    /// What it needs of an engine.
    pub fn new(engine: &Engine, readiness: Arc<Readiness>, config: Config, demo: Option<Demo>) -> Self {
        Self {
            readiness,
            context: Arc::clone(&engine.context),
            replayer: Replayer::new(engine.clone()),
            waker: Waker::default(),
            zone: Zone::new(config.time_zone.clone()),
            heavy: Semaphore::new(HEAVY_MAX),
            counting: Semaphore::new(COUNTING_MAX),
            slow: Semaphore::new(SLOW_MAX),
            uploads: Semaphore::new(UPLOADS_AT_ONCE),
            examining: Semaphore::new(1),
            examined: tokio::sync::Mutex::new(None),
            pictures: Semaphore::new(PICTURES_MAX),
            live: Live::new(Arc::clone(&engine.context)),
            followers: Arc::new(Semaphore::new(FOLLOWERS_MAX)),
            demo,
            config,
        }
    }

    /// A place for what takes longer than other requests.
    pub(super) fn slow_place(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.slow.try_acquire().map_err(|_| Problem::Busy)
    }

    /// A turn to count the record: few do so at once, and the others wait in the order in which they came. Held until all is
    /// counted.
    pub(super) async fn counting_turn(&self) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), Problem> {
        let place = self.slow_place()?;
        match tokio::time::timeout(TURN_WITHIN, self.counting.acquire()).await {
            Ok(Ok(turn)) => Ok((turn, place)),
            Ok(Err(_)) | Err(_) => Err(Problem::Busy),
        }
    }

    /// Forgets a customer, here and in the processes beside this one.
    pub(super) async fn forget(&self, customer: &str, by: &By) -> Result<Wiped, Problem> {
        let customer = customer.trim();
        if customer.is_empty() {
            return Err(Misread::NoCustomer.into());
        }
        let _place = self.slow_place()?;
        let (context, now_ms) = (&self.context, self.now_ms());
        let others = context.store.live_servers(now_ms).await?.saturating_sub(1);
        Ok(forget(&context.store, customer, by, now_ms, (Some(context), others)).await?)
    }

    /// What time it is.
    pub(super) fn now_ms(&self) -> i64 {
        self.context.clock.now_ms()
    }
}

#[derive(Serialize)]
struct Readyz {
    #[serde(flatten)]
    state: State,
    /// A process without its log is ready all the same.
    log: &'static str,
    log_lines_dropped: u64,
}

/// 200 where callbacks can be stored, 503 where not, and why.
pub(super) async fn readyz(private: Data<Private>) -> HttpResponse {
    let state = private.readiness.state().await;
    let (log, log_lines_dropped) = telemetry::log_state();
    let mut answer = if state.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    answer.json(Readyz { state, log, log_lines_dropped })
}

/// The metrics, in the format that is asked for.
pub(super) async fn metrics(request: HttpRequest, private: Data<Private>) -> HttpResponse {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let format = telemetry::Format::asked_for(accept.unwrap_or_default());
    HttpResponse::Ok().content_type(format.content_type()).body(private.context.metrics.render(format))
}
