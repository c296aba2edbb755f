//! How a process ends: first softly, then firmly, and with every task accounted for.
//!
//! `soft`: take nothing new, finish what runs. `hard`: the grace is over, let go; leases make sure that whoever runs
//! next takes up what was left. Every background task is spawned here, so that the end can wait for it.

use std::{future::Future, time::Duration};

use tokio::{runtime::Handle, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The life of a process, shared by all that runs in it.
#[derive(Clone, Debug)]
pub struct Shutdown {
    soft: CancellationToken,
    hard: CancellationToken,
    over: CancellationToken,
    tasks: TaskTracker,
    beside: TaskTracker,
    // The HTTP workers have runtimes of their own, one thread each; what outlives a request belongs on this one.
    runtime: Handle,
}

/// How the end went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every task finished inside the grace.
    Drained,
    /// Some were cut off; their leases run out, and the next process goes on with them.
    CutOff,
}

impl Shutdown {
    /// Tasks will run on the current tokio runtime. Panics outside of one, as [`Handle::current`] does.
    pub fn new() -> Self {
        Self {
            soft: CancellationToken::new(),
            hard: CancellationToken::new(),
            over: CancellationToken::new(),
            tasks: TaskTracker::new(),
            beside: TaskTracker::new(),
            runtime: Handle::current(),
        }
    }

    /// Runs a task that the end waits for.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.tasks.spawn_on(task, &self.runtime)
    }

    /// Runs a task that is dropped where it stands when the grace is over.
    pub fn spawn_until_hard<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let hard = self.hard.clone();
        self.spawn(async move {
            tokio::select! {
                () = hard.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Runs a task that goes on until all others have ended, and is dropped then. The heartbeat is one: a process whose
    /// last tasks still run must not look dead. So is what one of them may wait for, as a look-up: where nobody does, an answer
    /// that does not come holds up nothing.
    pub fn spawn_beside<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let over = self.over.clone();
        self.runtime.spawn(async move {
            tokio::select! {
                () = over.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Asks everybody to come to an end.
    pub fn begin(&self) {
        self.soft.cancel();
    }

    /// Whether the end has begun.
    pub fn has_begun(&self) -> bool {
        self.soft.is_cancelled()
    }

    /// Returns when the end begins.
    pub async fn begun(&self) {
        self.soft.cancelled().await;
    }

    /// Begins the end, waits up to `grace` for the tasks, then cuts off the rest.
    pub async fn finish(&self, grace: Duration) -> Ended {
        self.begin();
        self.tasks.close();
        let drained = tokio::time::timeout(grace, self.tasks.wait()).await.is_ok();
        if !drained {
            self.hard.cancel();
            // Tasks that watch `hard` end at once; one that does not must not keep the process alive.
            let _ = tokio::time::timeout(Duration::from_secs(1), self.tasks.wait()).await;
        }
        self.over.cancel();
        if drained { Ended::Drained } else { Ended::CutOff }
    }

    /// The tasks that the end does not wait for, for those who spawn by themselves.
    pub fn beside(&self) -> &TaskTracker {
        &self.beside
    }

    /// How many tasks are running.
    pub fn running(&self) -> usize {
        self.tasks.len()
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_finishes_in_time_is_drained_and_what_does_not_is_cut_off() {
        let quick = Shutdown::new();
        let soft = quick.clone();
        quick.spawn(async move { soft.begun().await });
        assert_eq!(quick.finish(Duration::from_secs(5)).await, Ended::Drained);

        let slow = Shutdown::new();
        slow.spawn_until_hard(std::future::pending());
        assert_eq!(slow.finish(Duration::from_millis(10)).await, Ended::CutOff);
    }
}
