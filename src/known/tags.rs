//! The corp's tags by name: `Group/Tag` becomes an id here, from a copy of the tree that is read when it is needed.
//!
//! Whoever puts tags on has minutes, so a look-up may wait for WeCom; many at once wait for one reading. The copy is
//! read again when a tag is changed in the console (`change_external_tag`), when a name is not in it, when WeCom does
//! not know an id of it, and after a minute in any case. What is made here is put into it at once, because WeCom has
//! no callback for changes that came by the API.
//!
//! Of two tags with the same names the one counts that the console shows first. Tags of rule groups (`st…`) have no
//! names here: what may use them depends on the employee. Ids of any kind pass as they are.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use tracing::{info, warn};

use super::memory::{Answer, Notes, Remembered, Seen, Standing, Terms};
use crate::action::{Tag, outcome::Class};
use wecom_client::{
    CallOptions, Client, Error,
    contact::{AddCorpTag, CorpTagGroup, GetCorpTagList, NewCorpTag},
};
use wecom_core::clock::Clock;

/// How long the copy is believed. The event of a change in the console reaches one process of several; the others find
/// out by this. A list of 3,000 tags a minute is nothing to WeCom.
const BELIEVED_FOR: Duration = Duration::from_mins(1);

/// The copy: one, and of no use when it is no longer believed.
const COPY: Terms =
    Terms { entries_max: 1, fresh_for: BELIEVED_FOR, kept_for: BELIEVED_FOR, serves_old: false };

/// How soon the copy is read again for a name that is not in it: a rule with a tag that nobody has made must not ask
/// for the list with each customer.
const READ_AGAIN_AFTER_MS: i64 = 5_000;

/// How long it is remembered that WeCom would not make a tag: somebody has to mend it, and until then it is not to be
/// asked for with each customer. Short enough that whoever has mended it need not restart anything.
const REFUSED_FOR: Duration = Duration::from_mins(5);

/// How long it is remembered that a tag could not be made for a cause that passes: as long as the shortest block lasts
/// (page 90454), so that a crowd of customers asks once and not each of them.
const FAILED_FOR: Duration = Duration::from_mins(1);

/// How many such names are kept before those are forgotten whose time is over: more than rules name.
const REFUSED_MANY: usize = 1_000;

/// The tags of one corp. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct TagTree(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    // Its turn is for whoever makes tags as well: a list from before must not come after what was made.
    copy: Remembered<Tree>,
    /// What was not made, by `Group/Tag`.
    refused: Notes<Refusal>,
}

/// Why a tag was not made.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// WeCom's code, where it answered.
    pub errcode: Option<i64>,
    /// What it said, or what is wrong with the request.
    pub message: String,
    /// What can be done about it.
    pub class: Class,
}

impl Refusal {
    /// Whether WeCom has said no to this tag: to ask once more would change nothing. Otherwise it may be made later, when the
    /// trouble is over or the app's settings have been mended.
    pub fn is_final(&self) -> bool {
        matches!(self.class, Class::Refused | Class::UnknownTag | Class::Content | Class::Media)
    }
}

/// The tags as they were listed.
#[derive(Clone, Debug, Default)]
struct Tree {
    /// By `Group/Tag`.
    ids: HashMap<String, String>,
    groups: HashMap<String, String>,
    /// Names of groups and of their tags, as the console shows them.
    in_order: Vec<(String, Vec<String>)>,
    /// Every id that was listed, those that no name leads to as well.
    listed: HashSet<String>,
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

    /// Puts tags in that were made.
    fn put(&mut self, group: &str, made: &CorpTagGroup) {
        if let Some(group_id) = &made.group_id {
            self.groups.entry(group.to_owned()).or_insert_with(|| group_id.clone());
        }
        for tag in &made.tag {
            if let (Some(name), Some(id)) = (&tag.name, &tag.id) {
                self.ids.entry(format!("{group}/{name}")).or_insert_with(|| id.clone());
            }
        }
    }
}

impl TagTree {
    /// A tree that has not been read.
    pub fn new(clock: Clock) -> Self {
        Self(Arc::new(Inner { clock, copy: Remembered::default(), refused: Notes::new(REFUSED_MANY) }))
    }

    /// Something has changed at WeCom: the copy is read again when it is asked for next, and what was refused may go now, as
    /// a new tag where one has been deleted.
    pub fn invalidate(&self) {
        self.0.copy.mark_outdated();
        self.0.refused.clear();
    }

    /// The request with ids in the place of names, as far as there are such tags: what stays a name is a tag that the
    /// corp does not have. A tag that is named twice is in it once, as [`Tag::ranked`] says, else put on. Names in
    /// [`Tag::create`] are made first; what cannot be made stays a name too, and [`refusal`](Self::refusal) says why. `left`
    /// is the time that is left for it.
    ///
    /// # Errors
    ///
    /// When the tags could not be read.
    pub async fn resolve(
        &self,
        client: &Client,
        tag: &Tag,
        left: impl Fn() -> Duration + Sync,
    ) -> Result<Tag, Arc<Error>> {
        if !names(tag).any(|_| true) {
            return Ok(tag.clone());
        }
        let seen = self.seen();
        let mut tree = match &seen.standing {
            Standing::Fresh(tree) => tree.clone()?,
            _ => self.read(client, &seen, &left).await?,
        };
        if names(tag).any(|name| !tree.ids.contains_key(name)) {
            let seen = self.seen();
            if seen.age_ms(self.0.clock.steady_ms()) >= READ_AGAIN_AFTER_MS {
                tree = self.read(client, &seen, &left).await?;
            }
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
    ) -> Result<Option<Tag>, Arc<Error>> {
        self.0.copy.mark_outdated();
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
    ) -> Result<HashMap<String, String>, Arc<Error>> {
        let tree = self.read(client, &self.seen(), &|| timeout).await?;
        let there = |tag: &&String| {
            if is_name(tag) { tree.ids.contains_key(*tag) } else { tree.listed.contains(*tag) }
        };
        Ok(tags.iter().filter(there).map(|tag| (tag.clone(), tree.id(tag).clone())).collect())
    }

    /// The groups with their tags, as the console shows them: for people to pick from.
    ///
    /// # Errors
    ///
    /// When the tags could not be read.
    pub async fn groups(
        &self,
        client: &Client,
        timeout: Duration,
    ) -> Result<Vec<(String, Vec<String>)>, Arc<Error>> {
        let seen = self.seen();
        let tree = match &seen.standing {
            Standing::Fresh(tree) => tree.clone()?,
            _ => self.read(client, &seen, &|| timeout).await?,
        };
        Ok(tree.in_order.clone())
    }

    /// Why one of these was not made, a moment ago. One that may be made later comes before one that never will.
    pub fn refusal<'a>(&self, names: impl IntoIterator<Item = &'a String>) -> Option<Refusal> {
        let now_ms = self.0.clock.steady_ms();
        let refusals = names.into_iter().filter_map(|name| self.0.refused.get(name, now_ms));
        refusals.min_by_key(Refusal::is_final)
    }

    fn seen(&self) -> Seen<Tree> {
        self.0.copy.seen(&COPY, self.0.clock.steady_ms())
    }

    /// Reads the tree, or takes what somebody else has read since `seen`.
    async fn read(
        &self,
        client: &Client,
        seen: &Seen<Tree>,
        left: &(impl Fn() -> Duration + Sync),
    ) -> Answer<Tree> {
        let _turn = self.turn(left()).await;
        match self.0.copy.answered_since(seen, &COPY, self.0.clock.steady_ms()) {
            Some(tree) => tree,
            None => self.read_now(client, left()).await,
        }
    }

    /// Reads the tree; the caller has the turn. A failure is not remembered: each action has tries of its own.
    async fn read_now(&self, client: &Client, timeout: Duration) -> Answer<Tree> {
        let lasts = |tree: &Result<Tree, Error>| tree.is_err().then_some(0);
        self.0.copy.ask((&COPY, &self.0.clock), listed(client, timeout), lasts).await
    }

    /// Makes those of the tags that are not there.
    async fn make(
        &self,
        client: &Client,
        wanted: &[String],
        left: &(impl Fn() -> Duration + Sync),
    ) -> Answer<Tree> {
        let _turn = self.turn(left()).await;
        // Whoever had the turn before has made them, or was refused.
        let tree = self.0.copy.latest().unwrap_or_default();
        let wanted = self.to_make(&tree, wanted);
        if wanted.is_empty() {
            return Ok(tree);
        }
        // Another process may have made them since the copy was read.
        let mut tree = self.read_now(client, left()).await?;
        for (group, tags) in missing_by_group(&tree, wanted) {
            tree = self.make_group(client, tree, group, &tags, left).await?;
        }
        Ok(tree)
    }

    /// Makes tags of one group; the caller has the turn.
    async fn make_group(
        &self,
        client: &Client,
        mut tree: Arc<Tree>,
        group: &str,
        tags: &[&str],
        left: &(impl Fn() -> Duration + Sync),
    ) -> Answer<Tree> {
        let tag = tags.iter().map(|name| NewCorpTag { name: (*name).to_owned(), order: None }).collect();
        // By its id or by its name, never both (page 92117). A name makes the group.
        let group_id = tree.groups.get(group).cloned();
        let group_name = group_id.is_none().then(|| group.to_owned());
        let request = AddCorpTag { group_id, group_name, tag, ..AddCorpTag::default() };
        match client.external().add_corp_tag(&request, CallOptions::one_attempt(left())).await {
            Ok(made) => {
                info!("Made the tags {tags:?} in the group `{group}`, as a rule says");
                self.0.copy.update(|copy| copy.put(group, &made));
                Arc::make_mut(&mut tree).put(group, &made);
            }
            // Somebody was faster (40071), or the group is gone (40068): what is there now counts. The same where
            // an answer was lost and the tags may have been made.
            Err(error) if error.lost() || matches!(error.class(), Class::Refused | Class::UnknownTag) => {
                let again = self.read_now(client, left()).await;
                let there = |tree: &Arc<Tree>| {
                    tags.iter().all(|tag| tree.ids.contains_key(&format!("{group}/{tag}")))
                };
                if !again.as_ref().is_ok_and(there) {
                    self.note_refusal(group, tags, &error);
                }
                tree = again?;
            }
            Err(error) => self.note_refusal(group, tags, &error),
        }
        Ok(tree)
    }

    /// Those that are not there and that were not refused a moment ago.
    fn to_make<'n>(&self, tree: &Tree, wanted: &'n [String]) -> Vec<&'n String> {
        let now_ms = self.0.clock.steady_ms();
        let is_missing = |name: &&String| !tree.ids.contains_key(*name);
        wanted.iter().filter(is_missing).filter(|name| self.0.refused.get(name, now_ms).is_none()).collect()
    }

    fn note_refusal(&self, group: &str, tags: &[&str], error: &Error) {
        let message = error.message();
        warn!("The tags {tags:?} could not be made in the group `{group}`: {message}");
        let now_ms = self.0.clock.steady_ms();
        let refusal = Refusal { errcode: error.errcode(), message, class: error.class() };
        let passes = !refusal.is_final() && refusal.class != Class::Configuration;
        let lasts = if passes { FAILED_FOR } else { REFUSED_FOR };
        for tag in tags {
            self.0.refused.note(format!("{group}/{tag}"), refusal.clone(), now_ms, lasts);
        }
    }

    /// The turn to call WeCom about tags. Whoever waits longer than the time that is left goes ahead; the call then
    /// says that there is none.
    async fn turn(&self, timeout: Duration) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        tokio::time::timeout(timeout, self.0.copy.turn()).await.ok()
    }
}

/// The tags that WeCom lists now.
async fn listed(client: &Client, timeout: Duration) -> Result<Tree, Error> {
    let all = GetCorpTagList::default();
    let groups = client.external().get_corp_tag_list(&all, CallOptions::one_attempt(timeout)).await?;
    let listed = groups.iter().flat_map(|group| &group.tag).filter_map(|tag| tag.id.clone()).collect();
    let mut tree = by_name(groups);
    tree.listed = listed;
    Ok(tree)
}

/// Those that are not in the tree, by group and in their order.
fn missing_by_group<'n>(tree: &Tree, wanted: Vec<&'n String>) -> Vec<(&'n str, Vec<&'n str>)> {
    let mut by_group: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in wanted.into_iter().filter(|name| !tree.ids.contains_key(*name)) {
        let Some((group, tag)) = name.split_once('/') else { continue };
        match by_group.iter_mut().find(|(known, _)| *known == group) {
            Some((_, tags)) => tags.push(tag),
            None => by_group.push((group, vec![tag])),
        }
    }
    by_group
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
fn by_name(mut groups: Vec<CorpTagGroup>) -> Tree {
    let mut tree = Tree::default();
    groups.retain(|group| group.deleted != Some(true) && group.strategy_id.is_none_or(|id| id == 0));
    groups.sort_by_key(|group| (std::cmp::Reverse(group.order), group.create_time));
    for mut group in groups {
        let Some(group_name) = group.group_name else { continue };
        if let Some(group_id) = group.group_id {
            tree.groups.entry(group_name.clone()).or_insert(group_id);
        }
        group.tag.retain(|tag| tag.deleted != Some(true));
        group.tag.sort_by_key(|tag| (std::cmp::Reverse(tag.order), tag.create_time));
        let mut names = Vec::new();
        for tag in group.tag {
            if let (Some(name), Some(id)) = (tag.name, tag.id) {
                tree.ids.entry(format!("{group_name}/{name}")).or_insert(id);
                names.push(name);
            }
        }
        tree.in_order.push((group_name, names));
    }
    tree
}
