//! Contact ways (联系我, page 96348): codes and buttons that lead customers to members.

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::Value;

use super::calendar::day_of;

/// A company has at most so many lasting ways made by API, the ways into groups counted in (41045).
const WAYS_MAX: usize = 500_000;

/// The most temporary ways that are made in a day (41045).
const TEMPORARY_A_DAY_MAX: usize = 100_000;

/// A contact way.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "WeCom's fields")]
pub(crate) struct ContactWay {
    pub(crate) config_id: String,
    /// 1: one member's, 2: several members'.
    pub(crate) kind: i64,
    /// 1: a button in a mini-program, 2: a QR code.
    pub(crate) scene: i64,
    pub(crate) style: Option<i64>,
    pub(crate) remark: String,
    pub(crate) skip_verify: bool,
    pub(crate) state: String,
    /// The name of the picture of its QR code; a button has none.
    pub(crate) picture: Option<String>,
    pub(crate) user: Vec<String>,
    pub(crate) party: Vec<i64>,
    pub(crate) is_temp: bool,
    pub(crate) expires_in: Option<i64>,
    pub(crate) chat_expires_in: Option<i64>,
    pub(crate) unionid: Option<String>,
    pub(crate) is_exclusive: bool,
    pub(crate) mark_source: bool,
    pub(crate) conclusions: Option<Value>,
    pub(crate) made_ms: i64,
    /// A temporary way's code works for one add, and has had it.
    pub(crate) used: bool,
    /// Of an exclusive way: the member whom everybody of a company gets, by the company's name.
    pub(crate) chosen: HashMap<String, String>,
}

impl ContactWay {
    /// A way that leads to nobody yet, with WeCom's defaults.
    pub(crate) fn new(kind: i64, scene: i64, made_ms: i64) -> Self {
        Self {
            config_id: String::new(),
            kind,
            scene,
            style: None,
            remark: String::new(),
            skip_verify: true,
            state: String::new(),
            picture: None,
            user: Vec::new(),
            party: Vec::new(),
            is_temp: false,
            expires_in: None,
            chat_expires_in: None,
            unionid: None,
            is_exclusive: false,
            mark_source: true,
            conclusions: None,
            made_ms,
            used: false,
            chosen: HashMap::new(),
        }
    }

    /// Whether the code does not work any more: temporary ones expire, and work for one add only.
    pub(crate) fn is_over(&self, now_ms: i64) -> bool {
        self.used || self.expires_in.is_some_and(|seconds| now_ms >= self.made_ms + seconds * 1_000)
    }
}

/// The contact ways, in the order in which they were made.
pub(crate) struct ContactWays {
    made: u64,
    all: BTreeMap<u64, ContactWay>,
    numbers: HashMap<String, u64>,
    /// The temporary ones, oldest first: each is forgotten some time after its end.
    temporary: VecDeque<u64>,
    lasting: usize,
    lasting_max: usize,
    temporary_today: (i64, usize),
}

impl Default for ContactWays {
    fn default() -> Self {
        Self {
            made: 0,
            all: BTreeMap::new(),
            numbers: HashMap::new(),
            temporary: VecDeque::new(),
            lasting: 0,
            lasting_max: WAYS_MAX,
            temporary_today: (0, 0),
        }
    }
}

/// There are as many ways as are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

impl ContactWays {
    /// Refuses one more lasting way where the limit is reached, which ways into groups (`join_ways`) share.
    pub(crate) fn check_room(&self, join_ways: usize) -> Result<(), TooMany> {
        if self.lasting + join_ways >= self.lasting_max { Err(TooMany) } else { Ok(()) }
    }

    /// Refuses one more temporary way where today's limit is reached.
    pub(crate) fn check_temporary(&self, now_ms: i64) -> Result<(), TooMany> {
        let (day, count) = self.temporary_today;
        if day == day_of(now_ms) && count >= TEMPORARY_A_DAY_MAX { Err(TooMany) } else { Ok(()) }
    }

    pub(crate) fn add(&mut self, way: ContactWay) {
        self.made += 1;
        if way.is_temp {
            let today = day_of(way.made_ms);
            let before = if self.temporary_today.0 == today { self.temporary_today.1 } else { 0 };
            self.temporary_today = (today, before + 1);
            self.temporary.push_back(self.made);
        } else {
            self.lasting += 1;
        }
        self.numbers.insert(way.config_id.clone(), self.made);
        self.all.insert(self.made, way);
    }

    pub(crate) fn get(&self, config_id: &str) -> Option<&ContactWay> {
        self.all.get(self.numbers.get(config_id)?)
    }

    /// Whether one of them has this picture.
    pub(crate) fn has_picture(&self, picture: &str) -> bool {
        self.all.values().any(|way| way.picture.as_deref() == Some(picture))
    }

    pub(crate) fn get_mut(&mut self, config_id: &str) -> Option<&mut ContactWay> {
        self.all.get_mut(self.numbers.get(config_id)?)
    }

    /// Gives false where there was none.
    pub(crate) fn remove(&mut self, config_id: &str) -> bool {
        let removed = self.numbers.remove(config_id).and_then(|number| self.all.remove(&number));
        self.lasting -= usize::from(removed.as_ref().is_some_and(|way| !way.is_temp));
        removed.is_some()
    }

    /// Forgets the temporary ways whose longest possible time is over.
    pub(crate) fn forget_temporary(&mut self, made_before_ms: i64) {
        while let Some(number) = self.temporary.front() {
            match self.all.get(number) {
                Some(way) if way.made_ms >= made_before_ms => break,
                Some(way) => {
                    self.numbers.remove(&way.config_id);
                    self.all.remove(number);
                }
                // Deleted before.
                None => {}
            }
            self.temporary.pop_front();
        }
    }

    /// The lasting ways made in that time, with their numbers, from a number on.
    pub(crate) fn lasting(
        &self,
        from: u64,
        made_ms: std::ops::RangeInclusive<i64>,
    ) -> impl Iterator<Item = (u64, &ContactWay)> {
        let wanted = move |(_, way): &(&u64, &ContactWay)| !way.is_temp && made_ms.contains(&way.made_ms);
        self.all.range(from..).filter(wanted).map(|(number, way)| (*number, way))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(config_id: &str, is_temp: bool) -> ContactWay {
        let expires_in = is_temp.then_some(10);
        ContactWay { config_id: config_id.into(), is_temp, expires_in, ..ContactWay::new(1, 2, 1_000) }
    }

    #[test]
    fn lasting_ways_are_limited_and_temporary_ones_forgotten() {
        let mut ways = ContactWays { lasting_max: 2, ..ContactWays::default() };
        ways.add(way("temp", true));
        ways.add(way("a", false));
        assert_eq!(
            (ways.check_room(0), ways.check_room(1)),
            (Ok(()), Err(TooMany)),
            "those into groups count"
        );
        ways.add(way("b", false));
        assert_eq!(ways.check_room(0), Err(TooMany));
        assert!(ways.remove("a") && !ways.remove("a"));
        assert_eq!(ways.check_room(0), Ok(()));
        assert!(!ways.get("temp").unwrap().is_over(10_999) && ways.get("temp").unwrap().is_over(11_000));
        ways.forget_temporary(1_001);
        assert!(ways.get("temp").is_none() && ways.get("b").is_some());
        ways.temporary_today = (day_of(1_000), TEMPORARY_A_DAY_MAX);
        assert_eq!((ways.check_temporary(1_000), ways.check_temporary(86_400_000)), (Err(TooMany), Ok(())));
    }
}
