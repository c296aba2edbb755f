//! Paths into a JSON document: where something stands, as people write it (`tag_filter.group_list[0].tag_list`).

use std::fmt;

use serde_json::Value;

/// A path into the arguments of a call: names and positions from the outside inwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct JsonPath(pub(super) Vec<Step>);

/// One step inwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Into the field of this name.
    Name(String),
    /// Into the element at this position.
    Position(usize),
}

impl JsonPath {
    /// The argument that the path leads to, or into.
    pub(super) fn argument(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// Whether the path leads to a part of an argument rather than all of it.
    pub(super) fn is_inside(&self) -> bool {
        self.0.len() > 1
    }

    /// The path of an error of reading, as far as serde names one.
    pub(super) fn of(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        let known = path.iter().map_while(|segment| match segment {
            Segment::Map { key } => Some(Step::Name(key.clone())),
            Segment::Seq { index } => Some(Step::Position(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        });
        Self(known.collect())
    }

    /// Whether the path leads to the value of `outer`, or into it.
    pub(super) fn begins_with(&self, outer: &Self) -> bool {
        self.0.starts_with(&outer.0)
    }

    /// What stands at this path in `value`.
    pub(super) fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Step::Name(name) => value.get(name),
            Step::Position(position) => value.get(position),
        })
    }

    /// `value` with `sample` there.
    pub(super) fn put(&self, value: &Value, sample: Value) -> Value {
        let mut whole = value.clone();
        let mut at = Some(&mut whole);
        for step in &self.0 {
            at = match (step, at) {
                (Step::Name(name), Some(Value::Object(fields))) => {
                    Some(fields.entry(name).or_insert(Value::Null))
                }
                (Step::Position(position), Some(Value::Array(list))) => list.get_mut(*position),
                _ => None,
            };
        }
        if let Some(at) = at {
            *at = sample;
        }
        whole
    }

    /// The path with all positions of a list alike, because what is found out about one element holds for all of them.
    pub(super) fn kind(&self) -> String {
        let step = |step: &Step| match step {
            Step::Name(name) => format!("/{name}"),
            Step::Position(_) => "/*".to_owned(),
        };
        self.0.iter().map(step).collect()
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if number == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Position(position) => write!(f, "[{position}]")?,
            }
        }
        Ok(())
    }
}
