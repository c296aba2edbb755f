//! What a method takes: the arguments that a row of the catalogue lists.

/// One argument of a method.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// The platform's name.
    pub name: &'static str,
    /// What kind of value it is.
    pub kind: Kind,
    /// Whether WeCom refuses the call without it.
    pub required: bool,
    /// What it is for, with unit and limit.
    pub help: &'static str,
}

/// What kind of value an argument is, and so how a flag for it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A list of texts in which no comma can be: ids.
    Ids,
    /// A list of texts.
    Texts,
    /// A list of whole numbers.
    Integers,
    /// An instant: Unix seconds.
    Time,
    /// A day in China: the Unix second of its midnight.
    Day,
    /// An object `{"content": …}`.
    Content,
    /// An object `{"userid_list": […]}`.
    Owners,
    /// An object or a list of objects.
    Json,
    /// A file of this machine.
    File,
}

const fn argument(name: &'static str, kind: Kind, help: &'static str) -> Argument {
    Argument { name, kind, required: false, help }
}

impl Argument {
    /// WeCom refuses the call without it.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Its flag, without the dashes: the platform's name in kebab-case.
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }
}

pub(crate) const fn text(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Text, help)
}

pub(crate) const fn integer(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Integer, help)
}

pub(crate) const fn boolean(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Boolean, help)
}

pub(crate) const fn ids(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Ids, help)
}

pub(crate) const fn texts(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Texts, help)
}

pub(crate) const fn integers(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Integers, help)
}

pub(crate) const fn time(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Time, help)
}

pub(crate) const fn day(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Day, help)
}

pub(crate) const fn content(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Content, help)
}

pub(crate) const fn owners(help: &'static str) -> Argument {
    argument("owner_filter", Kind::Owners, help)
}

pub(crate) const fn json(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::Json, help)
}

pub(crate) const fn file(name: &'static str, help: &'static str) -> Argument {
    argument(name, Kind::File, help).required()
}

/// The cursor of every listing that has one.
pub(crate) const CURSOR: Argument = text("cursor", "The next_cursor of the page before");
