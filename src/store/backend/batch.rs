//! Group commit: concurrent callers share one transaction and one statement of many rows.
//!
//! A worker takes what is queued and never waits for more: a lone caller pays one commit, a crowd shares one. If a
//! batch fails because of what is in it, its rows are tried one by one, so that none can fail its neighbours. Callers
//! see a plain method that returns when their own row is durable. The length of the queue, of a batch and of the wait
//! have bounds; beyond them callers get an error, and WeCom a 503, after which it delivers again.

use std::{future::Future, sync::Arc};

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    connection::{Backend, ROWS_MAX, WRITE_TIMEOUT},
    error::{Error, Result},
};

/// How many callers may wait for one kind of work. At some ten thousand rows a second this many are done within the
/// four seconds that anybody waits; more would only wait in vain.
const QUEUE_MAX: usize = 16_384;

/// One kind of work that is done in batches.
pub(in crate::store) trait Batch: Send + Sync + 'static {
    /// What one caller asks.
    type Request: Send + Sync + 'static;
    /// What the database says to one request.
    type Said: Send;
    /// What the caller is told.
    type Answer: Send + 'static;

    /// Does all of them in one transaction, at most [`ROWS_MAX`]; as many answers as requests, in their order.
    /// `again` is true where an earlier try may have been committed although its answer was lost.
    fn run(
        backend: &Backend,
        requests: &[Self::Request],
        again: bool,
    ) -> impl Future<Output = Result<Vec<Self::Said>>> + Send;

    /// Puts request and what was said to it together.
    fn answer(request: Self::Request, said: Self::Said) -> Self::Answer;

    /// Undoes what was reserved for a caller that has gone away meanwhile.
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

/// A caller that waits. It may go away at any time, as one whose connection breaks does: an answer that has come and
/// that nobody has taken by then is undone here, one that comes later by the worker.
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
    /// Starts the workers; they end after `closing`, when all that was queued is done.
    pub(in crate::store) fn start(
        backend: &Arc<Backend>,
        tasks: &TaskTracker,
        closing: &CancellationToken,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..backend.writers() {
            tasks.spawn(work::<B>(Arc::clone(backend), Arc::clone(&receiver), closing.clone()));
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
            Ok(said) => {
                for ((request, said), caller) in requests.into_iter().zip(said).zip(callers) {
                    tell::<B>(&backend, caller, Ok(B::answer(request, said))).await;
                }
            }
            Err(error) if error.concerns_rows() => one_by_one::<B>(&backend, requests, callers).await,
            Err(error) => {
                for caller in callers {
                    // A caller that has gone needs no error.
                    let _ = caller.send(Err(error.clone()));
                }
            }
        }
    }
}

/// The whole batch in one transaction, over another connection where one broke.
async fn together<B: Batch>(backend: &Backend, requests: &[B::Request]) -> Result<Vec<B::Said>> {
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
    let mut systemic: Option<Error> = None;
    for (request, caller) in requests.into_iter().zip(callers) {
        // Once the database itself fails, it fails the rest as well; trying would only take time.
        let end = match &systemic {
            Some(error) => Err(error.clone()),
            None => together::<B>(backend, std::slice::from_ref(&request)).await,
        };
        let end = end.and_then(|mut said| said.pop().ok_or(Error::Closed));
        if let Err(error) = &end
            && !error.concerns_rows()
        {
            systemic = Some(error.clone());
        }
        tell::<B>(backend, caller, end.map(|said| B::answer(request, said))).await;
    }
}

async fn tell<B: Batch>(
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
