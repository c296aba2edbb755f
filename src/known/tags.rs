//! The corp's tags by name: `Group/Tag` becomes an id here, from a copy of the tree that is read when it is needed.
//!
//! Whoever puts tags on has minutes, so a look-up may wait for WeCom; many at once wait for one reading. The copy is
//! read again when a tag is changed in the console (`change_external_tag`), when a name is not in it, when WeCom does
//! not know an id of it, and after a minute in any case. What is made here is put into it at once, because WeCom tells
//! of no change that came by the API.
//!
//! Of two tags with the same names the one counts that the console shows first. Tags of rule groups (`st…`) have no
//! names here: what may use them depends on the employee. Ids of any kind pass as they are.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tracing::{info, warn};

use crate::{
    action::{Tag, outcome::Class},
    clock::Clock,
    wecom::{
        CallOptions, Client, Error,
        external::{AddCorpTag, CorpTagGroup, GetCorpTagList, NewCorpTag},
    },
};

/// How long the copy is believed. The event of a change in the console reaches one process of several; the others find
/// out by this. A list of 3,000 tags a minute is nothing to WeCom.
const BELIEVED_FOR: Duration = Duration::from_mins(1);

/// How soon the copy is read again for a name that is not in it: a rule with a tag that nobody has made must not ask
/// for the list with each customer.
const READ_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How long it is remembered that WeCom would not make a tag: somebody has to mend it, and until then it is not to be
/// asked for with each customer.
const REFUSED_FOR: Duration = Duration::from_mins(1);

/// How many such names are kept before those are forgotten whose time is over: more than rules name.
const REFUSED_MAX: usize = 1_000;

const ADD: &str = "externalcontact/add_corp_tag";

/// The tags of one corp. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct TagTree(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    tree: Mutex<Tree>,
    // One reads or makes tags at a time; the others wait for what comes of it.
    turn: tokio::sync::Mutex<()>,
    /// What WeCom would not make, by `Group/Tag`.
    refused: Mutex<HashMap<String, Refusal>>,
}

/// Why WeCom would not make a tag.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// WeCom's code, where it answered.
    pub errcode: Option<i64>,
    /// What it said, or what is wrong with the request.
    pub message: String,
    class: Class,
    until_ms: i64,
}

#[derive(Clone, Debug, Default)]
struct Tree {
    /// By `Group/Tag`.
    ids: Arc<HashMap<String, String>>,
    groups: Arc<HashMap<String, String>>,
    /// Every id that was listed, those that no name leads to as well.
    listed: Arc<HashSet<String>>,
    /// When it was read; `None`: never, or it is known to be out of date.
    read_at_ms: Option<i64>,
    /// How many times it has been read.
    readings: u64,
    /// How many times it was said to be out of date.
    changes: u64,
}

impl Tree {
    /// What is written, as an id where there is such a tag.
    fn id<'a>(&'a self, written: &'a String) -> &'a String {
        self.ids.get(written).unwrap_or(written)
    }

    /// See [`TagTree::resolve`].
    fn resolved(&self, tag: &Tag) -> Tag {
        let (adds, removes): (HashSet<&String>, HashSet<&String>) =
            (tag.add_tag.iter().collect(), tag.remove_tag.iter().collect());
        let mut decided = HashSet::new();
        let mut of = Tag { add_tag: vec![], remove_tag: vec![], ranked: vec![], ..tag.clone() };
        for written in tag.ranked.iter().chain(&tag.add_tag).chain(&tag.remove_tag) {
            let id = self.id(written);
            let list = if adds.contains(written) {
                &mut of.add_tag
            } else if removes.contains(written) {
                &mut of.remove_tag
            } else {
                // It was dealt with at an earlier try.
                continue;
            };
            if decided.insert(id) {
                list.push(id.clone());
                of.ranked.push(id.clone());
            }
        }
        // With ids alone there is nothing left that could turn out to be the same.
        if tag.ranked.is_empty() || !names(&of).any(|_| true) {
            of.ranked.clear();
        }
        of
    }
}

impl TagTree {
    /// A tree that has not been read.
    pub fn new(clock: Clock) -> Self {
        let (tree, turn, refused) = (Mutex::default(), tokio::sync::Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { clock, tree, turn, refused }))
    }

    /// Something has changed at WeCom: the copy is read again when it is asked for next.
    pub fn changed(&self) {
        let mut tree = self.tree();
        tree.read_at_ms = None;
        tree.changes += 1;
    }

    /// The request with ids in the place of names, as far as there are such tags: what stays a name is a tag that the
    /// corp does not have. A tag that is named twice is in it once, as [`Tag::ranked`] says, else put on. Names in [`Tag::create`] are made first. `left` tells the time that is left for it.
    ///
    /// # Errors
    ///
    /// When the tags could not be read, or a tag could not be made for a reason that may pass, or because the app may not
    /// make tags: that is for the operator to mend.
    pub async fn resolve(
        &self,
        client: &Client,
        tag: &Tag,
        left: impl Fn() -> Duration + Sync,
    ) -> Result<Tag, Error> {
        if !names(tag).any(|_| true) {
            return Ok(tag.clone());
        }
        let seen = self.tree().clone();
        let fresh = seen.read_at_ms.is_some_and(|at_ms| self.age_ms(at_ms) < millis(BELIEVED_FOR));
        let mut tree = if fresh { seen } else { self.read(client, seen.readings, &left).await? };
        let missing = |tree: &Tree| names(tag).any(|name| !tree.ids.contains_key(name));
        let stale = tree.read_at_ms.is_none_or(|at_ms| self.age_ms(at_ms) >= millis(READ_AGAIN_AFTER));
        if missing(&tree) && stale {
            tree = self.read(client, tree.readings, &left).await?;
        }
        if tag.create.iter().any(|name| !tree.ids.contains_key(name)) {
            tree = self.make(client, &tag.create, &left).await?;
        }
        Ok(tree.resolved(tag))
    }

    /// The same after WeCom has refused an id that came of it: the tree is read anew. `None`: it says the same as
    /// before.
    ///
    /// # Errors
    ///
    /// As of [`resolve`](Self::resolve).
    pub async fn resolve_again(
        &self,
        client: &Client,
        tag: &Tag,
        refused: &Tag,
        left: impl Fn() -> Duration + Sync,
    ) -> Result<Option<Tag>, Error> {
        self.changed();
        let again = self.resolve(client, tag, left).await?;
        Ok(Some(again).filter(|again| again != refused))
    }

    /// The id of each of these tags, by name or by id; what is not among the keys the corp does not have: for a check.
    ///
    /// # Errors
    ///
    /// When the tags could not be read.
    pub async fn ids(
        &self,
        client: &Client,
        tags: &[String],
        timeout: Duration,
    ) -> Result<HashMap<String, String>, Error> {
        let readings = self.tree().readings;
        let tree = self.read(client, readings, &|| timeout).await?;
        let there = |tag: &&String| {
            if is_name(tag) { tree.ids.contains_key(*tag) } else { tree.listed.contains(*tag) }
        };
        Ok(tags.iter().filter(there).map(|tag| (tag.clone(), tree.id(tag).clone())).collect())
    }

    /// Why WeCom would not make one of these, a moment ago.
    pub fn refusal<'a>(&self, names: impl IntoIterator<Item = &'a String>) -> Option<Refusal> {
        let (now_ms, refused) = (self.0.clock.now_ms(), self.refused());
        names
            .into_iter()
            .filter_map(|name| refused.get(name))
            .find(|refusal| now_ms < refusal.until_ms)
            .cloned()
    }

    /// Reads the tree, or takes what somebody else has read meanwhile: `readings` is how many the asker knows of.
    async fn read(
        &self,
        client: &Client,
        readings: u64,
        left: &(impl Fn() -> Duration + Sync),
    ) -> Result<Tree, Error> {
        let _turn = self.turn(left()).await;
        let tree = self.tree().clone();
        if tree.readings != readings && tree.read_at_ms.is_some() {
            return Ok(tree);
        }
        self.read_now(client, left()).await
    }

    /// Reads the tree; the caller has the turn.
    async fn read_now(&self, client: &Client, timeout: Duration) -> Result<Tree, Error> {
        // From before the call: what changes while it is under way may not be in it.
        let (at_ms, changes) = (self.0.clock.now_ms(), self.tree().changes);
        let all = GetCorpTagList::default();
        let groups = client.external().get_corp_tag_list(&all, CallOptions::one_attempt(timeout)).await?;
        let listed = groups.iter().flat_map(|group| &group.tag).filter_map(|tag| tag.id.clone()).collect();
        let (ids, groups) = by_name(groups);
        let mut tree = self.tree();
        *tree = Tree {
            ids: Arc::new(ids),
            groups: Arc::new(groups),
            listed: Arc::new(listed),
            read_at_ms: (tree.changes == changes).then_some(at_ms),
            readings: tree.readings + 1,
            changes: tree.changes,
        };
        Ok(tree.clone())
    }

    /// Makes those of the tags that are not there.
    async fn make(
        &self,
        client: &Client,
        wanted: &[String],
        left: &(impl Fn() -> Duration + Sync),
    ) -> Result<Tree, Error> {
        let _turn = self.turn(left()).await;
        // Whoever had the turn before has made them, or was refused.
        let tree = self.tree().clone();
        let wanted = self.to_make(&tree, wanted)?;
        if wanted.is_empty() {
            return Ok(tree);
        }
        // Another process may have made them since the copy was read.
        let mut tree = self.read_now(client, left()).await?;
        let mut by_group: Vec<(&str, Vec<&str>)> = Vec::new();
        for name in wanted.into_iter().filter(|name| !tree.ids.contains_key(*name)) {
            let Some((group, tag)) = name.split_once('/') else { continue };
            match by_group.iter_mut().find(|(known, _)| *known == group) {
                Some((_, tags)) => tags.push(tag),
                None => by_group.push((group, vec![tag])),
            }
        }
        for (group, tags) in by_group {
            let tag = tags.iter().map(|name| NewCorpTag { name: (*name).to_owned(), order: None }).collect();
            // By its id or by its name, never both (document 92117). A name makes the group.
            let group_id = tree.groups.get(group).cloned();
            let group_name = group_id.is_none().then(|| group.to_owned());
            let request = AddCorpTag { group_id, group_name, tag, ..AddCorpTag::default() };
            match client.external().add_corp_tag(&request, CallOptions::one_attempt(left())).await {
                Ok(made) => {
                    info!("Made the tags {tags:?} in the group `{group}`, as a rule says");
                    tree = self.put(group, made);
                }
                // Somebody was faster (40071), or the group is gone (40068): what is there now counts. The same where
                // an answer was lost and the tags may have been made.
                Err(error) if error.lost() || matches!(error.class(), Class::Refused | Class::UnknownTag) => {
                    tree = self.read_now(client, left()).await?;
                    let there = |tag: &&str| tree.ids.contains_key(&format!("{group}/{tag}"));
                    if !tags.iter().all(there) {
                        if error.lost() {
                            return Err(error);
                        }
                        self.note_refusal(group, &tags, &error);
                    }
                }
                Err(error) if error.class() == Class::Content => self.note_refusal(group, &tags, &error),
                Err(error) => {
                    if error.class() == Class::Configuration {
                        self.note_refusal(group, &tags, &error);
                    }
                    return Err(error);
                }
            }
        }
        Ok(tree)
    }

    /// Those that are not there and that WeCom did not refuse a moment ago.
    ///
    /// # Errors
    ///
    /// The refusal, where it is because of the app's settings: then all that wait for it wait until they are mended.
    fn to_make<'n>(&self, tree: &Tree, wanted: &'n [String]) -> Result<Vec<&'n String>, Error> {
        let (now_ms, refused) = (self.0.clock.now_ms(), self.refused());
        let mut left = Vec::new();
        for name in wanted.iter().filter(|name| !tree.ids.contains_key(*name)) {
            match refused.get(name).filter(|refusal| now_ms < refusal.until_ms) {
                None => left.push(name),
                Some(Refusal { class: Class::Configuration, errcode: Some(errcode), message, .. }) => {
                    return Err(Error::Refused { path: ADD, errcode: *errcode, errmsg: message.clone() });
                }
                Some(_) => {}
            }
        }
        Ok(left)
    }

    fn note_refusal(&self, group: &str, tags: &[&str], error: &Error) {
        let message = error.message();
        warn!("The tags {tags:?} could not be made in the group `{group}`: {message}");
        let now_ms = self.0.clock.now_ms();
        let until_ms = now_ms.saturating_add(millis(REFUSED_FOR));
        let refusal = Refusal { errcode: error.errcode(), message, class: error.class(), until_ms };
        let mut refused = self.refused();
        if refused.len() >= REFUSED_MAX {
            refused.retain(|_, refusal| now_ms < refusal.until_ms);
        }
        refused.extend(tags.iter().map(|tag| (format!("{group}/{tag}"), refusal.clone())));
    }

    fn refused(&self) -> MutexGuard<'_, HashMap<String, Refusal>> {
        self.0.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts tags that were made into the tree.
    fn put(&self, group: &str, made: CorpTagGroup) -> Tree {
        let mut tree = self.tree();
        if let Some(group_id) = made.group_id {
            Arc::make_mut(&mut tree.groups).entry(group.to_owned()).or_insert(group_id);
        }
        let ids = Arc::make_mut(&mut tree.ids);
        for tag in made.tag {
            if let (Some(name), Some(id)) = (tag.name, tag.id) {
                ids.entry(format!("{group}/{name}")).or_insert(id);
            }
        }
        tree.clone()
    }

    /// The turn to call WeCom about tags. Whoever waits longer than the time that is left goes ahead; the call then
    /// says that there is none.
    async fn turn(&self, timeout: Duration) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        tokio::time::timeout(timeout, self.0.turn.lock()).await.ok()
    }

    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.0.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn age_ms(&self, at_ms: i64) -> i64 {
        self.0.clock.now_ms() - at_ms
    }
}

/// Whether it is a name and no id: ids have no slash in them.
pub fn is_name(tag: &str) -> bool {
    tag.contains('/')
}

fn names(tag: &Tag) -> impl Iterator<Item = &String> {
    tag.add_tag.iter().chain(&tag.remove_tag).filter(|tag| is_name(tag))
}

/// Tags by `Group/Tag` and groups by name, in the order in which the console shows them: the larger `order` first, and
/// of equals the older.
fn by_name(mut groups: Vec<CorpTagGroup>) -> (HashMap<String, String>, HashMap<String, String>) {
    let (mut ids, mut group_ids) = (HashMap::new(), HashMap::new());
    groups.retain(|group| group.deleted != Some(true) && group.strategy_id.is_none_or(|id| id == 0));
    groups.sort_by_key(|group| (std::cmp::Reverse(group.order), group.create_time));
    for mut group in groups {
        let Some(group_name) = group.group_name else { continue };
        if let Some(group_id) = group.group_id {
            group_ids.entry(group_name.clone()).or_insert(group_id);
        }
        group.tag.retain(|tag| tag.deleted != Some(true));
        group.tag.sort_by_key(|tag| (std::cmp::Reverse(tag.order), tag.create_time));
        for tag in group.tag {
            if let (Some(name), Some(id)) = (tag.name, tag.id) {
                ids.entry(format!("{group_name}/{name}")).or_insert(id);
            }
        }
    }
    (ids, group_ids)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
