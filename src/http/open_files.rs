//! How many files and connections the system lets this process have open, and how many of them are for callbacks.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// No more are asked for, also where the system has no bound: the kernel's own is about this (`fs.nr_open`).
const OPEN_FILES_MAX: u64 = 1 << 20;

/// What is taken for the limit where the system tells none: the usual one.
const OPEN_FILES_USUAL: u64 = 1_024;

/// What the program has open beside databases, WeCom and callbacks: its listeners and runtimes, the private listener's
/// connections, forwards (8 to each address), files of rules and of the log.
const OTHERS: usize = 352;

/// So many callbacks' connections are enough for anybody, and each takes some kilobytes of memory.
const CALLBACKS_MAX: usize = 16_384;

/// Raises the soft limit of open files to the hard one, which is as far as a process may go by itself. What it is then.
/// Shells and systemd start programs with 1,024, and mean it for programs that `select`.
pub fn raise() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(OPEN_FILES_MAX).min(OPEN_FILES_MAX);
    if limit.current.is_some_and(|current| current < most) {
        // Where the system does not let it, what there was is kept, and the bounds below are made for that.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: limit.maximum });
    }
    allowed()
}

/// How many there may be.
pub fn allowed() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(OPEN_FILES_USUAL)
}

/// How many connections the public listener may have, of `allowed` files: the others are for the database and WeCom.
pub fn for_callbacks(allowed: u64, config: &Config) -> usize {
    let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
    let database = usize::try_from(config.database.connections).unwrap_or(usize::MAX);
    let wecom = config.wecom.welcome_concurrency.saturating_add(config.wecom.tag_concurrency);
    let kept = OTHERS.saturating_add(database).saturating_add(wecom);
    // With few files nobody has what they may have, and either half has a part of it.
    allowed.saturating_sub(kept.min(allowed / 2)).min(CALLBACKS_MAX)
}
