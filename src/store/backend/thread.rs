//! A thread of their own for those who write batches.
//!
//! Every statement is a wait, and after it the writer has to get the processor again. Among the program's other tasks it
//! would stand in line behind all whom its last commit has let loose, once for each statement, while callbacks wait for
//! their 200.

use std::io;

use tokio::runtime::{Builder, Handle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Starts the thread, and gives the runtime to spawn the writers on. It lives until `over`, and until none of `tasks` is
/// left: connections that were made there need it to be closed.
pub(in crate::store) fn writers(tasks: &TaskTracker, over: &CancellationToken) -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    let (tasks, over) = (tasks.clone(), over.clone());
    std::thread::Builder::new().name("writers".into()).spawn(move || {
        runtime.block_on(async {
            over.cancelled().await;
            tasks.wait().await;
        });
    })?;
    Ok(handle)
}
