//! The tasks of a simulator, which all end with it.

use tokio::runtime::Handle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Where a simulator's tasks run, and how they end. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Tasks {
    stop: CancellationToken,
    tracker: TaskTracker,
    // The HTTP server's thread has a runtime of its own, which ends with the server. What must outlive a request runs
    // on this one.
    runtime: Handle,
}

impl Tasks {
    /// Tasks on the current runtime.
    pub(crate) fn new() -> Self {
        Self { stop: CancellationToken::new(), tracker: TaskTracker::new(), runtime: Handle::current() }
    }

    /// Runs a task that is cut off when the simulator stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        let task = async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        };
        self.tracker.spawn_on(task, &self.runtime);
    }

    /// Runs a task that ends by itself; [`Tasks::ended`] waits for it.
    pub(crate) fn spawn_to_its_end<T: Send + 'static>(
        &self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.tracker.spawn_on(task, &self.runtime)
    }

    /// Cuts the tasks off.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Returns when the simulator stops.
    pub(crate) async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Returns when all tasks have ended.
    pub(crate) async fn ended(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}
