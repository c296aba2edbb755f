//! How many files and connections the system lets this process have open, and how many of them are for callbacks.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// No more are asked for, also where the system has no bound: the kernel's own is about this (`fs.nr_open`).
const OPEN_FILES_MAX: u64 = 1 << 20;

/// What is taken for the limit where the system tells none: the usual one.
const OPEN_FILES_USUAL: u64 = 1_024;

/// What the program has open beside databases, WeCom and what its listeners were given: runtimes, the listeners themselves,
/// forwards (8 to each address), files of rules and of the log.
const OTHERS: usize = 96;

/// So many callbacks' connections are enough for anybody, and each takes some kilobytes of memory.
const CALLBACKS_MAX: usize = 16_384;

/// So many are enough for pages, programs that follow, and what monitors.
const PRIVATE_MAX: usize = 256;

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

/// How many of `allowed` files the connections of the private listener hold at most: half of what callbacks leave, where files
/// are few.
pub fn for_private(allowed: u64) -> usize {
    PRIVATE_MAX.min(as_many(allowed) / 4)
}

/// How many of `allowed` files the connections of the public listener hold at most, those that are on their way in or out with
/// them: the others are for the database and WeCom.
pub fn for_callbacks(allowed: u64, config: &Config) -> usize {
    let database = usize::try_from(config.database.connections).unwrap_or(usize::MAX);
    let wecom = config.wecom.welcome_concurrency.saturating_add(config.wecom.tag_concurrency);
    left_for_callbacks(allowed, database.saturating_add(wecom))
}

fn left_for_callbacks(allowed: u64, database_and_wecom: usize) -> usize {
    let kept = OTHERS.saturating_add(for_private(allowed)).saturating_add(database_and_wecom);
    let allowed = as_many(allowed);
    // With few files nobody has what they may have, and either half has a part of it.
    allowed.saturating_sub(kept.min(allowed / 2)).min(CALLBACKS_MAX)
}

fn as_many(files: u64) -> usize {
    usize::try_from(files).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(256, 448, 128, "with few files either half has a part")]
    #[case(1_024, 448, 512, "the usual limit")]
    #[case(4_096, 448, 4_096 - 96 - 256 - 448, "everybody has what they may have")]
    #[case(65_536, 448, 16_384, "enough for anybody")]
    #[case(u64::MAX, usize::MAX, 16_384, "no bound at all")]
    fn callbacks_have_what_the_others_leave(
        #[case] allowed: u64,
        #[case] database_and_wecom: usize,
        #[case] left: usize,
        #[case] why: &str,
    ) {
        assert_eq!(left_for_callbacks(allowed, database_and_wecom), left, "{why}");
        assert!(as_many(allowed) - left >= for_private(allowed), "and the private listener has its part");
    }
}
