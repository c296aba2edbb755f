//! The contact ways (渠道码) that an app made, as its pages show them. WeCom lists nothing but their ids, so that each is a
//! question of its own: hundreds of them, which a page that somebody opens must not ask each time.
//!
//! The list is read again after a minute, a way after ten; what was changed here is forgotten at once. Nothing else changes
//! them but the app's own secret: the console does not show ways that were made by API, and WeCom sends no callback.
//! Whoever looks waits for two seconds at most. What has not been read by then is read on in the background, a few at
//! a time, and it is said how much that is.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::memory::{Memory, Terms, of_many};
use crate::shutdown::Shutdown;
use wecom_client::{
    CallOptions, Client, Error, External, Retries, Timestamp,
    contact::{ContactWay, ContactWayScene, ContactWayType, ListContactWay},
};
use wecom_core::clock::Clock;

/// How many ways of an app are read: more than a company prints. WeCom allows 500,000, of which the newest are meant.
pub const WAYS_MAX: usize = 3_000;

/// How many ids are listed to find the newest: WeCom gives a thousand at a time and does not say in which order.
const IDS_MAX: usize = 20_000;

/// The day since which WeCom lists ways (page 96348): 10 July 2021, in Beijing. It lists 90 days if nothing is said.
const LISTED_SINCE: Timestamp = Timestamp(1_625_846_400);

/// The list: one for each app.
const LIST: Terms = Terms {
    entries_max: 1,
    fresh_for: Duration::from_mins(1),
    kept_for: Duration::from_mins(1),
    serves_old: false,
};

/// A way: a page shows it for a day, and reads it again after ten minutes.
const WAYS: Terms = Terms {
    entries_max: WAYS_MAX as u64 + 1_000,
    fresh_for: Duration::from_mins(10),
    kept_for: Duration::from_hours(24),
    serves_old: false,
};

/// How many are asked for at once: what is waited for by nobody but a reader must leave WeCom's limits to the welcomes.
const AT_ONCE: usize = 8;

/// How long one question may take. Nobody waits for longer than [`WAITED_FOR`]; the next look finds the answer.
const ASKED_FOR: CallOptions = CallOptions::new(Duration::from_secs(8), Retries::Standard);

/// How long a page waits for what is not known yet.
const WAITED_FOR: Duration = Duration::from_secs(2);

/// How long a page waits for the list.
const LIST_WAITED_FOR: Duration = Duration::from_secs(4);

/// The one key of the list's memory.
const THE_LIST: &str = "list";

/// WeCom knows no way of this id.
const NO_SUCH_WAY: i64 = 41_044;

/// The contact ways of one app. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct ContactWays(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    list: Memory<Vec<String>>,
    ways: Memory<Way>,
    /// The last list, for when WeCom does not give another.
    last: Mutex<Option<Arc<Vec<String>>>>,
    /// The turn of whoever reads what is not known yet.
    filling: Arc<tokio::sync::Mutex<()>>,
    shutdown: Shutdown,
}

/// A contact way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "WeCom's fields")]
pub struct Way {
    /// WeCom's id, the only handle on it.
    pub config_id: String,
    /// Its name: the administrators' memo.
    pub name: String,
    /// The channel's key; empty where it has none.
    pub state: String,
    /// The employees' userids.
    pub users: Vec<String>,
    /// The departments' ids.
    pub departments: Vec<i64>,
    /// Whether it is for one employee and no more.
    pub single: bool,
    /// Whether it is a button inside a mini-program, which has no QR code.
    pub is_button: bool,
    /// Whether customers are added without the employee's confirmation.
    pub skip_verify: bool,
    /// Whether it opens a chat that ends by itself.
    pub is_temporary: bool,
    /// Where WeCom has the picture of its QR code.
    pub picture: Option<String>,
}

/// What is known of the ways of an app.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// The newest first.
    pub ways: Vec<Arc<Way>>,
    /// How many of the list have not been read yet.
    pub unread: usize,
    /// Whether there are more than are ever read.
    pub more: bool,
    /// Why something could not be read.
    pub trouble: Option<Arc<Error>>,
}

impl Way {
    fn of(way: ContactWay) -> Self {
        Self {
            config_id: way.config_id.unwrap_or_default(),
            name: way.remark.unwrap_or_default(),
            state: way.state.unwrap_or_default(),
            users: way.user,
            departments: way.party,
            single: way.way_type == Some(ContactWayType::SINGLE),
            is_button: way.scene == Some(ContactWayScene::MINIPROGRAM),
            // Absent means that it was never said, and then it is so.
            skip_verify: way.skip_verify.unwrap_or(true),
            is_temporary: way.is_temp.unwrap_or(false),
            picture: way.qr_code.filter(|url| !url.is_empty()),
        }
    }
}

impl ContactWays {
    /// Of an app of which nothing is known yet.
    pub fn new(clock: Clock, shutdown: Shutdown) -> Self {
        Self(Arc::new(Inner {
            list: Memory::new(LIST, clock.clone(), shutdown.clone()),
            ways: Memory::new(WAYS, clock, shutdown.clone()),
            last: Mutex::default(),
            filling: Arc::default(),
            shutdown,
        }))
    }

    /// All of them, as far as they are known within two seconds; what is not is read on meanwhile.
    pub async fn all(&self, client: &Client) -> Listed {
        let (ids, mut trouble) = match self.ids(client).await {
            Ok(ids) => (ids, None),
            Err(trouble) => (self.last().unwrap_or_default(), trouble),
        };
        let (more, newest) = (ids.len() > WAYS_MAX, ids.iter().rev().take(WAYS_MAX));
        if trouble.is_none() {
            let newest: Vec<String> = newest.clone().cloned().collect();
            trouble = self.read_on(client, newest).await;
        }
        let mut listed = Listed { more, trouble, ..Listed::default() };
        for id in newest {
            match self.0.ways.latest(id).await {
                Some(way) => listed.ways.push(way),
                None => listed.unread += 1,
            }
        }
        listed
    }

    /// One way.
    ///
    /// # Errors
    ///
    /// When WeCom knows none of this id among the app's (41044), or does not say.
    pub async fn one(&self, client: &Client, config_id: &str) -> Result<Arc<Way>, Arc<Error>> {
        let (client, id) = (client.clone(), config_id.to_owned());
        self.0.ways.get(config_id.to_owned(), move || way(client, id), of_many).await
    }

    /// One was made, changed or deleted here: it is read again when it is next wanted, and the list with it.
    pub async fn changed(&self, config_id: &str) {
        self.0.ways.forget(config_id).await;
        self.0.list.forget(THE_LIST).await;
    }

    /// Has everything read again when it is next wanted.
    pub fn forget(&self) {
        self.0.ways.forget_all();
        self.0.list.forget_all();
    }

    fn last(&self) -> Option<Arc<Vec<String>>> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The list. `Err`: why not, where anybody knows by now.
    async fn ids(&self, client: &Client) -> Result<Arc<Vec<String>>, Option<Arc<Error>>> {
        let asking = client.clone();
        let asked = self.0.list.get(THE_LIST.to_owned(), move || ids(asking), of_many);
        match tokio::time::timeout(LIST_WAITED_FOR, asked).await {
            Ok(Ok(ids)) => {
                *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&ids));
                Ok(ids)
            }
            Ok(Err(error)) => Err(Some(error)),
            Err(_) => Err(Some(Arc::new(Error::TimedOut {
                path: External::LIST_CONTACT_WAY.path,
                after: LIST_WAITED_FOR,
                sent: true,
            }))),
        }
    }

    /// Reads what is not known, or not lately, and waits for it for a while; why something could not be read.
    async fn read_on(&self, client: &Client, ids: Vec<String>) -> Option<Arc<Error>> {
        let Ok(turn) = Arc::clone(&self.0.filling).try_lock_owned() else {
            // Somebody reads already.
            let _ = tokio::time::timeout(WAITED_FOR, self.0.filling.lock()).await;
            return None;
        };
        let (me, client) = (self.clone(), client.clone());
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.0.shutdown.spawn_beside(async move {
            let asked = stream::iter(ids).map(|id| {
                let (me, client) = (me.clone(), client.clone());
                async move { me.one(&client, &id).await }
            });
            let mut answers = asked.buffer_unordered(AT_ONCE);
            let mut trouble = None;
            while let Some(answer) = answers.next().await {
                // One that is gone meanwhile is no trouble; after any other refusal the rest would be refused as well.
                if let Err(error) = answer
                    && error.errcode() != Some(NO_SUCH_WAY)
                {
                    trouble = Some(error);
                    break;
                }
            }
            drop((answers, turn));
            // Nobody may be waiting any more.
            let _ = sender.send(trouble);
        });
        tokio::time::timeout(WAITED_FOR, receiver).await.ok()?.ok()?
    }
}

/// The ids that WeCom lists now.
async fn ids(client: Client) -> Result<Vec<String>, Error> {
    let request = ListContactWay { start_time: Some(LISTED_SINCE), ..ListContactWay::default() };
    let external = client.external();
    external.list_contact_way_all(&request, ASKED_FOR).take(IDS_MAX).try_collect().await
}

async fn way(client: Client, id: String) -> Result<Way, Error> {
    Ok(Way::of(client.external().get_contact_way(&id, ASKED_FOR).await?))
}
