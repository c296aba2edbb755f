//! What goes wrong, and when: made from a number before anything begins, so that the same number makes the same schedule.

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

/// What makes the schedule where nobody says. Any other would do.
const CHANCE: u64 = 20_261_130;

/// A process is believed for four seconds after its last sign. A pause of this length makes others take over.
const LONGER_THAN_BELIEVED_MS: u64 = 4_600;

/// How much of it there is.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// For how long faults go on; none: until each has happened once.
    pub lasts: Option<Duration>,
    pub servers: usize,
    pub chance: u64,
}

impl Run {
    pub fn of_environment() -> Self {
        let number = |name: &str| {
            let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
            Some(value.parse::<u64>().unwrap_or_else(|_| panic!("{name}={value} is no whole number")))
        };
        let lasts = number("GREETER_CHAOS_SECONDS").map(Duration::from_secs);
        let chance = number("GREETER_CHAOS_CHANCE");
        Self {
            lasts,
            servers: number("GREETER_CHAOS_SERVERS")
                .map_or(2, |servers| usize::try_from(servers).unwrap())
                .max(2),
            chance: chance
                .unwrap_or_else(|| if lasts.is_some() { rand::random::<u32>().into() } else { CHANCE }),
        }
    }

    /// The command that plays this schedule again.
    pub fn repeat(&self, kind: &str) -> String {
        let seconds = self.lasts.map(|lasts| format!("GREETER_CHAOS_SECONDS={} ", lasts.as_secs()));
        format!(
            "{}GREETER_CHAOS_SERVERS={} GREETER_CHAOS_CHANCE={} cargo test --test it chaos::on_{kind}",
            seconds.unwrap_or_default(),
            self.servers,
            self.chance
        )
    }

    /// So long all may take to come to its end once everybody is well: pauses between the tries of a tag grow with the
    /// time for which it has been refused, to twenty seconds in the first minutes and beyond them later.
    pub fn settled_within(&self) -> Duration {
        Duration::from_mins(1) + self.lasts.unwrap_or_default()
    }

    /// How long a fault lasts. In a long run one in three lasts longer than a process is believed.
    fn length(&self, rng: &mut StdRng) -> Duration {
        Duration::from_millis(match self.lasts {
            None => rng.random_range(150..500),
            Some(_) if rng.random_ratio(1, 3) => rng.random_range(LONGER_THAN_BELIEVED_MS..8_000),
            Some(_) => rng.random_range(100..2_500),
        })
    }
}

/// What befalls a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToServer {
    /// SIGKILL, and another after a while.
    Killed,
    /// SIGSTOP, and SIGCONT after a while.
    Paused,
    /// SIGTERM, and another when it has ended.
    Ended,
    /// Another in its place, whose files cannot grow.
    FullDisk,
}

/// What befalls what is around the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// The connections to PostgreSQL break, and so do new ones.
    DatabaseCut,
    /// They hold, and nothing arrives.
    DatabaseSilent,
    /// Those that are there go silent for good; new ones work.
    DatabaseForgets,
    /// A COMMIT is carried out and its answer gets lost with the connection.
    CommitUnanswered,
    /// PostgreSQL crashes, recovers and answers again.
    PostgresCrashes,
    /// PostgreSQL is ended and started again.
    PostgresRestarts,
    /// Connections to WeCom break, and so do new ones.
    WeComCut,
    /// They hold, and nothing arrives.
    WeComSilent,
    /// WeCom does what it is asked, and nobody hears of it.
    WeComUnanswered,
    /// Every answer is late.
    WeComSlow,
    /// A third of the welcomes and a third of the tags fail at their first call, each in a way of its own.
    WeComRefuses,
    /// Every access token is unknown from one moment to the next.
    TokensRevoked,
}

/// Something that goes wrong for a while, and how long all is well after it.
#[derive(Clone, Copy, Debug)]
pub struct Step<A> {
    pub act: A,
    /// Which server, where it befalls one.
    pub server: usize,
    pub lasts: Duration,
    pub then: Duration,
}

/// Two lists that are gone through side by side, so that one thing goes wrong while another does.
#[derive(Debug)]
pub struct Schedule {
    pub to_servers: Vec<Step<ToServer>>,
    pub around: Vec<Step<Around>>,
}

impl Schedule {
    pub fn make(run: &Run, is_sqlite: bool, can_crash: bool) -> Self {
        let mut to_servers = vec![ToServer::Killed, ToServer::Paused, ToServer::Ended];
        let mut around = vec![
            Around::WeComCut,
            Around::WeComSilent,
            Around::WeComUnanswered,
            Around::WeComSlow,
            Around::WeComRefuses,
            Around::TokensRevoked,
        ];
        if is_sqlite {
            to_servers.push(ToServer::FullDisk);
        } else {
            around.extend([
                Around::DatabaseCut,
                Around::DatabaseSilent,
                Around::DatabaseForgets,
                Around::CommitUnanswered,
            ]);
            if can_crash {
                around.extend([Around::PostgresCrashes, Around::PostgresRestarts]);
            }
        }
        let mut rng = StdRng::seed_from_u64(run.chance);
        let mut to_servers = steps(run, &to_servers, &mut rng);
        if run.lasts.is_none() && !is_sqlite {
            // The one long fault of a short run: it wakes up when others have taken over.
            for step in to_servers.iter_mut().filter(|step| step.act == ToServer::Paused) {
                step.lasts = Duration::from_millis(LONGER_THAN_BELIEVED_MS);
            }
        }
        Self { to_servers, around: steps(run, &around, &mut rng) }
    }
}

/// All of them in any order, again and again until the time is over.
fn steps<A: Copy>(run: &Run, acts: &[A], rng: &mut StdRng) -> Vec<Step<A>> {
    let mut steps: Vec<Step<A>> = Vec::new();
    let mut length = Duration::ZERO;
    while steps.is_empty() || run.lasts.is_some_and(|lasts| length < lasts) {
        let mut acts = acts.to_vec();
        acts.shuffle(rng);
        for act in acts {
            let then = Duration::from_millis(match run.lasts {
                None => rng.random_range(50..250),
                // Now and then all is well for so long that somebody's window has to be used.
                Some(_) if rng.random_ratio(1, 6) => rng.random_range(8_000..14_000),
                Some(_) => rng.random_range(100..3_000),
            });
            let lasts = run.length(rng);
            steps.push(Step { act, server: rng.random_range(0..run.servers), lasts, then });
            length += lasts + then;
        }
    }
    steps
}

#[test]
fn the_same_number_makes_the_same_schedule_in_which_everything_happens() {
    let run = Run { lasts: None, servers: 3, chance: 7 };
    let (one, other) = (Schedule::make(&run, false, true), Schedule::make(&run, false, true));
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
    assert_eq!((one.to_servers.len(), one.around.len()), (3, 12));
    assert!(one.to_servers.iter().all(|step| step.server < 3));
    let other = Schedule::make(&Run { chance: 8, ..run }, false, true);
    assert_ne!(format!("{one:?}"), format!("{other:?}"));
    let long = Schedule::make(&Run { lasts: Some(Duration::from_mins(5)), ..run }, true, false);
    let lasts = long.around.iter().map(|step| step.lasts + step.then).sum::<Duration>();
    assert!((Duration::from_mins(5)..Duration::from_mins(7)).contains(&lasts), "{lasts:?}");
}
