//! Group commit: concurrent callers share one transaction and one statement of many rows.
//!
//! A worker takes what is queued and never waits for more: a lone caller pays one commit, a crowd shares one. If a
//! batch fails because of a row in it, its rows are tried one by one, so that none can fail its neighbours. Callers see
//! a plain method that returns when their own row is durable. The queue, a batch and the wait are all bounded; beyond
//! that callers get an error, and WeCom a 503, after which it delivers again.

use std::{future::Future, sync::Arc};

use tokio::{
    runtime::Handle,
    sync::{Mutex, mpsc, oneshot},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    connection::Backend,
    error::{Error, Result},
    limits::WRITE_TIMEOUT,
    multirow::ROWS_MAX,
};

/// How many callers may wait for one kind of work. At some ten thousand rows a second this many are served within the
/// four seconds that each of them waits; any more would time out.
const QUEUE_MAX: usize = 16_384;

/// One kind of work that is done in batches.
pub(in crate::store) trait Batch: Send + Sync + 'static {
    /// What one caller asks for.
    type Request: Send + Sync + 'static;
    /// What the database returned for one request: ids, or why nothing was stored.
    type Reply: Send;
    /// What the caller gets: the reply, put together with what the request held.
    type Answer: Send + 'static;

    /// Does all of them, at most [`ROWS_MAX`], in one transaction, and returns one reply for each, in their order.
    /// `again` is true where an earlier try may have been committed although its answer was lost.
    fn run(
        backend: &Backend,
        requests: &[Self::Request],
        again: bool,
    ) -> impl Future<Output = Result<Vec<Self::Reply>>> + Send;

    /// Makes the caller's answer.
    fn answer(request: Self::Request, reply: Self::Reply) -> Self::Answer;

    /// Gives back what was reserved for a caller that has gone away meanwhile.
    fn unclaimed(backend: &Backend, answer: Self::Answer) -> impl Future<Output = ()> + Send;
}

type Waiting<B> = (<B as Batch>::Request, oneshot::Sender<Result<<B as Batch>::Answer>>);

/// The way into the batches of one kind of work.
#[derive(Debug)]
pub(in crate::store) struct Queue<B: Batch> {
    sender: mpsc::Sender<Waiting<B>>,
    backend: Arc<Backend>,
    tasks: TaskTracker,
}

/// A caller that waits. It is dropped whenever its own caller goes away, as when an HTTP connection breaks. If its answer
/// has arrived by then and was not taken, this gives back what was reserved; if the answer comes later, the worker does.
struct Caller<'q, B: Batch> {
    queue: &'q Queue<B>,
    answered: oneshot::Receiver<Result<B::Answer>>,
}

impl<B: Batch> Drop for Caller<'_, B> {
    fn drop(&mut self) {
        self.answered.close();
        if let Ok(Ok(answer)) = self.answered.try_recv() {
            let backend = Arc::clone(&self.queue.backend);
            self.queue.tasks.spawn(async move { B::unclaimed(&backend, answer).await });
        }
    }
}

impl<B: Batch> Queue<B> {
    /// Starts the workers on their `thread`. After `closing` they finish what is queued, and end.
    pub(in crate::store) fn start(
        backend: &Arc<Backend>,
        (tasks, thread): (&TaskTracker, &Handle),
        closing: &CancellationToken,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..backend.writers() {
            let work = work::<B>(Arc::clone(backend), Arc::clone(&receiver), closing.clone());
            tasks.spawn_on(work, thread);
        }
        Self { sender, backend: Arc::clone(backend), tasks: tasks.clone() }
    }

    /// Returns when the request is done and durable, or could not be done.
    pub(in crate::store) async fn call(&self, request: B::Request) -> Result<B::Answer> {
        let (answer, answered) = oneshot::channel();
        self.sender.try_send((request, answer)).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Error::Overloaded { queued: QUEUE_MAX },
            mpsc::error::TrySendError::Closed(_) => Error::Closed,
        })?;
        let mut caller = Caller { queue: self, answered };
        match tokio::time::timeout(WRITE_TIMEOUT, &mut caller.answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Error::Closed),
            Err(_) => Err(slow()),
        }
    }

    /// How many callers wait now.
    pub(in crate::store) fn depth(&self) -> usize {
        QUEUE_MAX - self.sender.capacity()
    }
}

async fn work<B: Batch>(
    backend: Arc<Backend>,
    receiver: Arc<Mutex<mpsc::Receiver<Waiting<B>>>>,
    closing: CancellationToken,
) {
    let mut batch = Vec::with_capacity(ROWS_MAX);
    loop {
        let taken = {
            let mut receiver = receiver.lock().await;
            tokio::select! {
                biased;
                taken = receiver.recv_many(&mut batch, ROWS_MAX) => taken,
                () = closing.cancelled(), if !receiver.is_closed() => {
                    receiver.close();
                    continue;
                }
            }
        };
        if taken == 0 {
            return;
        }
        let (requests, callers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        match together::<B>(&backend, &requests).await {
            Ok(replies) => {
                for ((request, reply), caller) in requests.into_iter().zip(replies).zip(callers) {
                    deliver::<B>(&backend, caller, Ok(B::answer(request, reply))).await;
                }
            }
            Err(error) if error.concerns_rows() => one_by_one::<B>(&backend, requests, callers).await,
            Err(error) => {
                for caller in callers {
                    // Sending fails where the caller has gone, and then nobody needs the error.
                    let _ = caller.send(Err(error.clone()));
                }
            }
        }
    }
}

/// Runs the whole batch in one transaction, and again on another connection where one broke.
async fn together<B: Batch>(backend: &Backend, requests: &[B::Request]) -> Result<Vec<B::Reply>> {
    let tries = async {
        let mut tries = 0..backend.connections();
        loop {
            let again = tries.start > 0;
            match B::run(backend, requests, again).await {
                Err(error) if error.is_connection() && tries.next().is_some() => {}
                end => return end,
            }
        }
    };
    tokio::time::timeout(WRITE_TIMEOUT, tries).await.unwrap_or_else(|_| Err(slow()))
}

async fn one_by_one<B: Batch>(
    backend: &Backend,
    requests: Vec<B::Request>,
    callers: Vec<oneshot::Sender<Result<B::Answer>>>,
) {
    let mut database_failed: Option<Error> = None;
    for (request, caller) in requests.into_iter().zip(callers) {
        // Once the database itself has failed, trying the rest would only take time.
        let end = match &database_failed {
            Some(error) => Err(error.clone()),
            None => together::<B>(backend, std::slice::from_ref(&request)).await,
        };
        let end = end.and_then(|mut replies| replies.pop().ok_or(Error::Closed));
        if let Err(error) = &end
            && !error.concerns_rows()
        {
            database_failed = Some(error.clone());
        }
        deliver::<B>(backend, caller, end.map(|reply| B::answer(request, reply))).await;
    }
}

/// Gives the caller its answer, or gives back what was reserved where the caller has gone.
async fn deliver<B: Batch>(
    backend: &Backend,
    caller: oneshot::Sender<Result<B::Answer>>,
    answer: Result<B::Answer>,
) {
    if let Err(Ok(answer)) = caller.send(answer) {
        B::unclaimed(backend, answer).await;
    }
}

fn slow() -> Error {
    Error::Slow { waited_ms: u64::try_from(WRITE_TIMEOUT.as_millis()).unwrap_or(u64::MAX) }
}
