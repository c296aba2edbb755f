//! Reads what was given into the type of a method's request, and holds that type to it.
//!
//! The request types are read as leniently as answers: a text in the place of a list is taken for a list of one, an object
//! of another shape for none. That is right for what WeCom says. It is wrong for what a person typed: a filter that is
//! read as empty sends a message to everybody. So the request that was read is written as JSON again, and everything that
//! was given must stand in it as it was given; what does not is refused, with its place and what belongs there.
//!
//! Which kind of value belongs at a place is written down nowhere but in the type. So the type is asked: a sample of each
//! kind is put there and read. Where the type takes none of them it does not know the field, and what stands there is left
//! alone, since the platform may know more than this program.

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use super::json_path::{JsonPath, Step};
use crate::client::{Misfit, Shape};

/// For at most so many unknown places the type is asked what belongs there. Each costs a reading of the whole body for
/// each sample, so that thousands of made-up names would take long. A request has some dozens of fields.
const PLACES_MAX: usize = 64;

/// What was not read as it was given.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misread {
    /// Where in the request it stands; empty where serde does not say.
    pub(super) place: JsonPath,
    /// What is wrong there.
    pub(super) misfit: Misfit,
}

/// The request that was given.
pub(super) fn read<T: DeserializeOwned + Serialize>(given: &Map<String, Value>) -> Result<T, Misread> {
    let given = Value::Object(given.clone());
    let taken = |given: &Value| Ok(written(&parsed::<T>(given)?));
    let mut asking =
        Asking { given: &given, taken: &taken, asked: BTreeMap::new(), place: JsonPath::default() };
    match parsed::<T>(&given) {
        Ok(request) => {
            asking.compare(&given, &written(&request))?;
            Ok(request)
        }
        Err(misread) => Err(asking.explained(misread)),
    }
}

fn parsed<T: DeserializeOwned>(given: &Value) -> Result<T, Misread> {
    serde_path_to_error::deserialize(given).map_err(|error| Misread {
        place: JsonPath::of(error.path()),
        misfit: misfit(&error.inner().to_string()),
    })
}

/// What serde says, where it is known what that means.
fn misfit(said: &str) -> Misfit {
    let missing = said.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    match missing {
        Some((name, _)) => Misfit::Missing { name: name.to_owned() },
        None => Misfit::Other(said.to_owned()),
    }
}

/// The request as JSON. One without a JSON form becomes `null`, which holds nothing of what was given.
fn written(request: &impl Serialize) -> Value {
    serde_json::to_value(request).unwrap_or_default()
}

/// What may stand in a place.
struct Sample {
    shape: Shape,
    /// What each element is, where the sample is a list.
    element: Option<Shape>,
    value: Value,
}

fn samples() -> [Sample; 7] {
    let one = |shape, value| Sample { shape, element: None, value };
    let list = |shape, element, value| Sample { shape, element: Some(element), value };
    [
        one(Shape::Text, json!("x")),
        one(Shape::Integer, json!(1)),
        one(Shape::Boolean, json!(true)),
        one(Shape::Object, json!({})),
        list(Shape::Texts, Shape::Text, json!(["x"])),
        list(Shape::Integers, Shape::Integer, json!([1])),
        list(Shape::Objects, Shape::Object, json!([{}])),
    ]
}

/// What a request type accepts in a place.
enum Wanted {
    /// The type does not know the place.
    Unknown,
    /// The type knows the place, and takes none of the samples there.
    Else,
    /// The type takes what this sample is.
    This(Sample),
}

/// A request type that is asked what it accepts, and the place that is being looked at.
struct Asking<'a> {
    given: &'a Value,
    /// Reads a body as the type, and writes it as JSON again.
    taken: &'a dyn Fn(&Value) -> Result<Value, Misread>,
    /// What the type accepts in places that it did not write, so that none is asked for twice.
    asked: BTreeMap<String, Wanted>,
    /// The place that is being compared.
    place: JsonPath,
}

impl Asking<'_> {
    /// Checks that everything of `given` stands in `read`, unchanged.
    fn compare(&mut self, given: &Value, read: &Value) -> Result<(), Misread> {
        match (given, read) {
            (Value::Object(given), Value::Object(read)) => {
                for (name, value) in given {
                    self.place.0.push(Step::Name(name.clone()));
                    match read.get(name) {
                        // What is null was not given.
                        _ if value.is_null() => {}
                        Some(read) => self.compare(value, read)?,
                        None if self.may_lack(value) => {}
                        None => return Err(self.misread(value)),
                    }
                    self.place.0.pop();
                }
                self.nothing_else(given, read)
            }
            (Value::Array(given), Value::Array(read)) if given.len() == read.len() => {
                for (position, (given, read)) in given.iter().zip(read).enumerate() {
                    self.place.0.push(Step::Position(position));
                    self.compare(given, read)?;
                    self.place.0.pop();
                }
                Ok(())
            }
            // `1.0` and `1` are the same number.
            (Value::Number(given), Value::Number(read)) if given.as_f64() == read.as_f64() => Ok(()),
            (given, read) if given == read => Ok(()),
            (given, _) => Err(self.misread(given)),
        }
    }

    /// Inside an argument, the type may not write a field that was not given: an empty list that is made up would mean
    /// nobody, or take away what is there. Missing arguments themselves are checked by the method.
    fn nothing_else(&mut self, given: &Map<String, Value>, read: &Map<String, Value>) -> Result<(), Misread> {
        let is_made_up = |name: &&String| given.get(*name).is_none_or(Value::is_null);
        match read.keys().find(is_made_up) {
            Some(name) if !self.place.0.is_empty() => {
                self.place.0.push(Step::Name(name.clone()));
                Err(Misread { place: self.place.clone(), misfit: Misfit::Absent })
            }
            _ => Ok(()),
        }
    }

    /// Whether the type may leave this value out when it writes: it does not know the place, or omits empty values there.
    fn may_lack(&mut self, value: &Value) -> bool {
        let kind_of_place = self.place.kind();
        if !self.asked.contains_key(&kind_of_place) {
            if self.asked.len() >= PLACES_MAX {
                return true;
            }
            let wanted = self.wanted();
            self.asked.insert(kind_of_place.clone(), wanted);
        }
        match self.asked.get(&kind_of_place) {
            Some(Wanted::This(sample)) => is_empty(value) && kind(&sample.value) == kind(value),
            Some(Wanted::Else) => false,
            Some(Wanted::Unknown) | None => true,
        }
    }

    /// What the type wants in the place that is being compared.
    fn wanted(&self) -> Wanted {
        let mut wanted = Wanted::Unknown;
        for sample in samples() {
            match (self.taken)(&self.place.put(self.given, sample.value.clone())) {
                Ok(taken) => match self.place.find(&taken) {
                    Some(read) if is_like(&sample.value, read) => return Wanted::This(sample),
                    Some(_) => wanted = Wanted::Else,
                    None => {}
                },
                // The type took the object and went on to what is inside of it, so an object is right here.
                Err(misread) if misread.place.begins_with(&self.place) => {
                    if matches!(misread.misfit, Misfit::Missing { .. }) {
                        return Wanted::This(sample);
                    }
                    wanted = Wanted::Else;
                }
                Err(_) => {}
            }
        }
        wanted
    }

    /// The fault that `given` does not belong in the place that is being compared.
    fn misread(&self, given: &Value) -> Misread {
        let mut place = self.place.clone();
        let found = what(given);
        let misfit = match self.wanted() {
            Wanted::This(Sample { shape, element: Some(element), value: sample }) if given.is_array() => {
                let odd = |(_, value): &(usize, &Value)| {
                    !is_like(&sample[0], value) && kind(&sample[0]) != kind(value)
                };
                match given.as_array().into_iter().flatten().enumerate().find(odd) {
                    Some((position, value)) => {
                        place.0.push(Step::Position(position));
                        Misfit::InPlaceOf { found: what(value), wanted: element }
                    }
                    None => Misfit::NotReadAs { wanted: shape },
                }
            }
            Wanted::This(Sample { shape, .. }) => Misfit::InPlaceOf { found, wanted: shape },
            Wanted::Unknown | Wanted::Else => Misfit::Unreadable { found },
        };
        Misread { place, misfit }
    }

    /// A fault of reading in words of JSON instead of Rust's, and with a place where serde does not name one.
    fn explained(&mut self, misread: Misread) -> Misread {
        let Misread { mut place, misfit } = misread;
        if place.0.is_empty()
            && let Some(culprit) = self.culprit()
        {
            place = culprit;
        }
        match place.find(self.given) {
            Some(given) if matches!(&misfit, Misfit::Other(said) if said.starts_with("invalid type")) => {
                self.place = place;
                self.misread(given)
            }
            _ => Misread { place, misfit },
        }
    }

    /// The field that is at fault: the request can be read without it.
    fn culprit(&self) -> Option<JsonPath> {
        let Value::Object(fields) = self.given else { return None };
        let well_without = |name: &&String| {
            let mut rest = fields.clone();
            rest.shift_remove(*name);
            (self.taken)(&Value::Object(rest)).is_ok()
        };
        fields.keys().find(well_without).map(|name| JsonPath(vec![Step::Name(name.clone())]))
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a sample was taken for what it is; an object may have been filled up.
fn is_like(sample: &Value, read: &Value) -> bool {
    match (sample, read) {
        (Value::Object(_), Value::Object(_)) => true,
        (Value::Array(sample), Value::Array(read)) => {
            sample.len() == read.len() && sample.iter().zip(read).all(|(sample, read)| is_like(sample, read))
        }
        (sample, read) => sample == read,
    }
}

fn kind(value: &Value) -> std::mem::Discriminant<Value> {
    std::mem::discriminant(value)
}

/// What kind of JSON a value is.
pub(super) fn what(value: &Value) -> Shape {
    match value {
        Value::Null => Shape::Nothing,
        Value::Bool(_) => Shape::Boolean,
        Value::Number(_) => Shape::Number,
        Value::String(_) => Shape::Text,
        Value::Array(_) => Shape::List,
        Value::Object(_) => Shape::Object,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::{
        AddContactWay, AddMomentTask, AddMsgTemplate, CreateAcquisitionLink, UpdateInterceptRule,
    };

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    fn fault<T: DeserializeOwned + Serialize>(given: Value) -> String {
        match read::<T>(&object(given)) {
            Ok(request) => panic!("taken as {}", written(&request)),
            Err(Misread { place, misfit }) => format!("{place}: {misfit}"),
        }
    }

    #[test]
    fn what_would_be_read_as_something_else_or_as_nothing_is_told_with_its_place() {
        let filter = |filter: Value| fault::<AddMsgTemplate>(json!({"sender": "a", "tag_filter": filter}));
        assert_eq!(filter(json!(["et1"])), "tag_filter: a list in place of an object");
        assert_eq!(
            filter(json!({"group_list": [{"tag_list": [{"id": "et1"}]}]})),
            "tag_filter.group_list[0].tag_list[0]: an object in place of a text"
        );
        assert_eq!(
            filter(json!({"group_list": [{"tag_list": "et1"}]})),
            "tag_filter.group_list[0].tag_list: a text in place of a list of texts"
        );
        assert_eq!(
            filter(json!({"group_list": {"tag_list": ["et1"]}})),
            "tag_filter.group_list: an object in place of a list of objects"
        );
        assert_eq!(
            filter(json!({"group_list": ["et1"]})),
            "tag_filter.group_list[0]: a text in place of an object"
        );

        let range = |range: Value| fault::<AddMomentTask>(json!({"visible_range": range}));
        assert_eq!(
            range(json!({"sender_list": ["zhangsan", "lisi"]})),
            "visible_range.sender_list: a list in place of an object"
        );
        assert_eq!(
            range(json!([{"sender_list": {"user_list": ["z"]}}])),
            "visible_range: a list in place of an object"
        );
        // The type read this as empty, and so did not write it at all.
        assert_eq!(
            range(json!({"sender_list": {"department_list": ["sales"]}})),
            "visible_range.sender_list.department_list[0]: a text in place of a whole number"
        );
        assert_eq!(
            fault::<UpdateInterceptRule>(
                json!({"rule_id": "r", "extra_rule": {"semantics_list": ["phone"]}})
            ),
            "extra_rule.semantics_list[0]: a text in place of a whole number"
        );
        let link = |range: Value| fault::<CreateAcquisitionLink>(json!({"link_name": "n", "range": range}));
        assert_eq!(link(json!(["zhangsan", "lisi"])), "range: a list in place of an object");
        assert_eq!(
            link(json!({"department_list": ["sales", 3]})),
            "range.department_list[0]: a text in place of a whole number"
        );
        assert_eq!(link(json!({"user_list": ""})), "range.user_list: a text in place of a list of texts");
        let way = |end: Value| fault::<AddContactWay>(json!({"type": 1, "scene": 2, "conclusions": end}));
        assert_eq!(way(json!({"text": "bye"})), "conclusions.text: a text in place of an object");
        let two = json!([{"title": "a", "url": "b"}, {"title": "c", "url": "d"}]);
        assert_eq!(way(json!({"link": two})), "conclusions.link: a list in place of an object");
    }

    #[test]
    fn what_the_type_does_not_know_what_is_empty_and_what_is_null_stand() {
        let given = object(json!({
            "sender": "a",
            "text": {"content": "x", "added_later": [1, {"a": "b"}]},
            "tag_filter": {"group_list": [{"tag_list": ["et1"], "new": "x"}], "newer": {}, "gone": null},
            "attachments": [],
            "chat_id_list": null,
            "added_later": {"a": [1]},
        }));
        let request = read::<AddMsgTemplate>(&given).unwrap();
        assert_eq!(request.tag_filter.unwrap().group_list[0].tag_list, ["et1"]);
        assert!(request.attachments.is_empty() && request.chat_id_list.is_none());
    }

    #[test]
    fn thousands_of_unknown_names_are_not_asked_for_one_by_one() {
        let asked = std::cell::Cell::new(0_usize);
        let given: Map<String, Value> = (0..5_000).map(|number| (format!("n{number}"), json!(1))).collect();
        let given = Value::Object(given);
        let taken = |_: &Value| {
            asked.set(asked.get() + 1);
            Ok(json!({}))
        };
        let mut asking =
            Asking { given: &given, taken: &taken, asked: BTreeMap::new(), place: JsonPath::default() };
        assert_eq!(asking.compare(&given, &json!({})), Ok(()));
        assert_eq!(asked.get(), PLACES_MAX * samples().len());
    }
}
