//! Contact ways (联系我, document 96348): what can be scanned, whom it leads to, and the chats that end by themselves.

use std::collections::{BTreeMap, HashMap, VecDeque};

use rand::RngExt as _;
use serde::Serialize;
use serde_json::Value;

use crate::{
    acts::scan::Scan,
    corp::Hindrance,
    customer::{AddCustomer, CustomerKind, TempChat},
    error::Error,
    world::agenda::Due,
    world::applications::TempChatAsked,
    world::calendar::day_of,
    world::relations::Made,
    world::{Bond, World},
};

/// A company has at most so many lasting ways made by API, the ways into groups counted in (41045).
const WAYS_MAX: usize = 500_000;

/// At most so many temporary ways are made in a day (41045).
const TEMPORARY_A_DAY_MAX: usize = 100_000;

/// A contact way, as `get_contact_way` tells it.
#[derive(Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "WeCom's fields")]
pub(crate) struct ContactWay {
    pub(crate) config_id: String,
    /// 1: one member's, 2: several members'.
    #[serde(rename = "type")]
    pub(crate) kind: i64,
    /// 1: a button in a mini-program, 2: a QR code.
    pub(crate) scene: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) style: Option<i64>,
    pub(crate) remark: String,
    pub(crate) skip_verify: bool,
    pub(crate) state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) qr_code: Option<String>,
    pub(crate) user: Vec<String>,
    pub(crate) party: Vec<i64>,
    pub(crate) is_temp: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chat_expires_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unionid: Option<String>,
    pub(crate) is_exclusive: bool,
    pub(crate) mark_source: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) conclusions: Option<Value>,
    #[serde(skip)]
    pub(crate) made_ms: i64,
    /// A temporary way's code works for one add.
    #[serde(skip)]
    pub(crate) used: bool,
    /// Of an exclusive way: which member the people of a company get.
    #[serde(skip)]
    pub(crate) chosen: HashMap<String, String>,
}

impl ContactWay {
    /// A way that leads to nobody yet, as it is where nothing else is said.
    pub(crate) fn new(kind: i64, scene: i64, made_ms: i64) -> Self {
        Self {
            config_id: String::new(),
            kind,
            scene,
            style: None,
            remark: String::new(),
            skip_verify: true,
            state: String::new(),
            qr_code: None,
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

    /// Whether the code does not work any more: temporary ones expire, and are spent by an add.
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
    /// Whether there is room for one more lasting way, beside so many into groups.
    pub(crate) fn check_room(&self, join_ways: usize) -> Result<(), TooMany> {
        if self.lasting + join_ways >= self.lasting_max { Err(TooMany) } else { Ok(()) }
    }

    /// Whether one more temporary way can be made today.
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

    pub(crate) fn get_mut(&mut self, config_id: &str) -> Option<&mut ContactWay> {
        self.all.get_mut(self.numbers.get(config_id)?)
    }

    /// Gives whether there was one.
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

impl World {
    /// Lets somebody use a contact way: its state, one of its members, who is asked first unless verification is
    /// skipped. A temporary way is spent by either.
    pub(crate) fn scan(&mut self, scan: &Scan, now_ms: i64) -> Result<Made, Error> {
        let way =
            self.ways.get(&scan.config_id).ok_or_else(|| Error::NoContactWay(scan.config_id.clone()))?;
        let way = way.clone();
        if way.is_over(now_ms) {
            return Err(Error::ContactWayOver(way.config_id));
        }
        let known = match &scan.customer {
            Some(id) => Some(self.customer(id).ok_or_else(|| Error::NoCustomer(id.clone()))?.clone()),
            None => None,
        };
        if let Some(unionid) = &way.unionid
            && known.as_ref().and_then(|customer| customer.ids().unionid).as_ref() != Some(unionid)
        {
            return Err(Error::ContactWayOfAnother(way.config_id));
        }
        let kind = known.as_ref().map_or(scan.kind, |customer| customer.kind);
        let corp_name = known.as_ref().map_or(&scan.corp_name, |customer| &customer.corp_name);
        let company = corp_name.clone().filter(|_| way.is_exclusive && kind == CustomerKind::Wecom);
        let employee = self.choose_of(&way, company.as_deref())?;
        let add = AddCustomer {
            employee: Some(employee.clone()),
            customer: scan.customer.clone(),
            name: scan.name.clone(),
            gender: scan.gender,
            kind: scan.kind,
            corp_name: scan.corp_name.clone(),
            state: Some(way.state).filter(|state| !state.is_empty()),
            without_code: scan.without_code,
            duplicates: scan.duplicates,
            ..AddCustomer::default()
        };
        let chat = way.chat_expires_in.filter(|_| way.is_temp);
        let chat = chat.map(|seconds| TempChatAsked { seconds, conclusions: way.conclusions });
        let made = if way.skip_verify {
            let made = self.add(&add, now_ms)?;
            if let Some(chat) = chat {
                self.open_temp_chat(&made, chat, now_ms);
            }
            made
        } else {
            self.apply(employee.clone(), add, chat)?
        };
        if let Some(way) = self.ways.get_mut(&scan.config_id) {
            way.used = way.is_temp;
            if let Some(company) = company {
                way.chosen.insert(company, employee.clone());
            }
        }
        Ok(made)
    }

    fn choose_of(&mut self, way: &ContactWay, company: Option<&str>) -> Result<String, Error> {
        let able = |userid: &str| {
            self.staff.get(userid).is_some_and(|member| {
                member.serves() && !member.is(Hindrance::NotActivated) && !member.is_full()
            })
        };
        if let Some(chosen) = company.and_then(|company| way.chosen.get(company)).filter(|id| able(id)) {
            return Ok(chosen.clone());
        }
        let of_parties = self.staff.within(&way.party);
        let mut all: Vec<&str> = way.user.iter().map(String::as_str).collect();
        all.extend(of_parties.iter().map(|member| member.employee.userid.as_str()));
        all.retain(|userid| able(userid));
        let all: Vec<String> = all.into_iter().map(str::to_owned).collect();
        if all.is_empty() {
            return Err(Error::NobodyToAdd(way.config_id.clone()));
        }
        Ok(all[self.dice.random_range(0..all.len())].clone())
    }

    /// Lets the temporary chat begin that comes with an add.
    pub(crate) fn open_temp_chat(&mut self, made: &Made, asked: TempChatAsked, now_ms: i64) {
        let TempChatAsked { seconds, conclusions } = asked;
        let until_ms = now_ms + seconds * 1_000;
        let Some(place) = self.places.get(&made.contact.customer).copied() else { return };
        let employee = made.contact.employee.clone();
        let bonds = &mut self.customers[place].bonds;
        if let Some(bond) = bonds.iter_mut().find(|bond| bond.is_of(&employee)) {
            bond.temp_chat = Some(Box::new(TempChat { until_ms, ended_at_ms: None, conclusions }));
            self.agenda.note(until_ms, Due::TempChat { employee, place });
        }
    }

    /// Ends the temporary chat whose time has come; one that was closed, or begun anew, is left as it is.
    pub(crate) fn end_temp_chat(&mut self, employee: &str, place: usize, now_ms: i64) {
        let bond = self.customers[place].bonds.iter_mut().find(|bond| bond.is_of(employee));
        let is_over = |bond: &&mut Bond| {
            bond.temp_chat.as_ref().is_some_and(|chat| chat.is_open() && chat.until_ms <= now_ms)
        };
        if let Some(bond) = bond.filter(is_over) {
            bond.end_temp_chat(now_ms);
        }
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
