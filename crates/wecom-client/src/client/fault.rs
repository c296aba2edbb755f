//! What is wrong with an argument: typed, so that a program can say it in words of its own. `Display` says it in English, and
//! completes the sentence that begins with the argument's name.

use std::fmt;

use super::misfit::{Misfit, Shape};

/// What is wrong with an argument of a call that was not sent.
///
/// Closed on purpose, as [`Class`](wecom_core::Class) is: a new fault is one more sentence for everybody who says them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is absent or empty, and WeCom requires it.
    Absent,
    /// It is absent or empty, and so are all of these.
    NoneGiven {
        /// The others of which one might have been given.
        others: &'static [&'static str],
        /// What follows from that.
        so: Lack,
    },
    /// Nothing but whose record it is was given.
    NothingToSet,
    /// Its size is none that WeCom takes.
    Size {
        /// How many there are.
        count: usize,
        /// Of what.
        unit: Unit,
        /// In which of its elements, where the size is an element's.
        within: Option<Element>,
        /// The fewest that are allowed; `None` where there may be none.
        least: Option<usize>,
        /// The most that are allowed.
        most: usize,
    },
    /// It is a number outside of what WeCom takes.
    Number {
        /// The number.
        number: i64,
        /// The smallest that is allowed.
        least: i64,
        /// The largest that is allowed.
        most: i64,
    },
    /// It is none of the values that WeCom takes.
    OneOf {
        /// What was given, in quotes where it is a text.
        given: String,
        /// What WeCom takes, with what a number means in brackets.
        wanted: &'static [&'static str],
    },
    /// It is a time before that of the beginning.
    BeforeBeginning {
        /// By so many seconds.
        seconds: i64,
    },
    /// It is a time too long after that of the beginning.
    AfterBeginning {
        /// By so many seconds.
        seconds: i64,
        /// So many days are allowed.
        days_max: i64,
    },
    /// It was given and is empty, which would take away what may not be empty.
    EmptyGiven {
        /// The most characters that it may have.
        most: usize,
    },
    /// It was given and is empty, and what it says is said by another argument.
    EmptyBeside {
        /// The other.
        other: &'static str,
    },
    /// Of what may stand beside it there is more than one.
    TooManyBeside {
        /// How many there are.
        count: usize,
        /// What they may be.
        of: &'static [&'static str],
    },
    /// Departments where one employee is meant.
    WithOneEmployee {
        /// How many.
        count: usize,
    },
    /// More attachments than a moment takes.
    MomentAttachments {
        /// How many.
        count: usize,
    },
    /// It has other characters than letters and digits.
    NotAlphanumeric,
    /// It has other characters than hexadecimal digits, or not so many.
    NotHexadecimal {
        /// How many characters it has.
        count: usize,
        /// How many are wanted.
        digits: usize,
    },
    /// A page so far behind that the list ends before it.
    PageTooFar {
        /// How many records stand before it.
        passed: u64,
        /// So many at most.
        below: u64,
    },
    /// WeCom takes it for the customers of somebody who is there, not of one who has left.
    NotOfLeavers,
    /// The employee who gives and the one who takes over are the same.
    SameEmployee,
    /// It names a part of the message that is not there.
    NoSuchPart {
        /// The part.
        part: String,
    },
    /// It comes from the settings, and the client sends it by itself.
    SentByItself,
    /// A text for people that says nothing.
    SaysNothing,
    /// An id in it is empty.
    EmptyId {
        /// Which, counted from 1.
        position: usize,
    },
    /// It is of another kind of JSON than WeCom wants.
    Kind {
        /// What it is.
        found: Shape,
        /// What is wanted.
        wanted: Shape,
    },
    /// It cannot be read as what WeCom wants.
    Misread {
        /// Where in it, if that is known.
        place: Option<String>,
        /// Why not.
        misfit: Misfit,
    },
    /// A query has no place for it.
    NotInQuery {
        /// The name of what has no place.
        name: String,
        /// What it is.
        found: Shape,
    },
    /// It names one page, where all are followed.
    OnePage,
    /// The file is too small.
    FileTooSmall {
        /// How many bytes it has.
        bytes: u64,
        /// It must have more than so many.
        above: u64,
    },
    /// The file is too large.
    FileTooLarge {
        /// How many bytes it has.
        bytes: u64,
        /// So many at most.
        most: u64,
        /// As this kind of media: `image`, `voice`, `video` or `file`.
        media_type: &'static str,
    },
    /// The file is of a format that this kind of media does not take.
    FileFormat {
        /// What is taken: `JPG or PNG`.
        formats: &'static str,
        /// The kind of media, by the same names.
        media_type: &'static str,
    },
    /// As another fault, and there is a name that nobody knows and that is nearly the one that is missed.
    Misnamed {
        /// The fault.
        fault: Box<Fault>,
        /// The name that was given.
        given: String,
        /// The name that it may be meant for.
        meant: String,
    },
}

/// What follows where none of several arguments was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// WeCom wants one of them.
    OneWanted,
    /// WeCom wants at least one of them.
    AtLeastOneWanted,
    /// Nobody is addressed.
    NobodyAddressed,
    /// There is nothing to change.
    NothingToChange,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Characters: Unicode scalar values.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
    /// Elements of a list.
    Elements,
}

/// An element of a list, by its position from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// A tag to be made.
    Tag(usize),
    /// A word of an intercept rule.
    Word(usize),
}

impl Fault {
    /// So many of `unit`, of which at most `most` are allowed.
    pub(crate) fn too_many(count: usize, unit: Unit, most: usize) -> Self {
        Self::Size { count, unit, within: None, least: None, most }
    }

    /// So many of `unit`, of which `least` to `most` are allowed.
    pub(crate) fn size(count: usize, unit: Unit, least: usize, most: usize) -> Self {
        Self::Size { count, unit, within: None, least: Some(least), most }
    }

    /// The names of arguments that the fault says are absent beside the one it is about.
    #[cfg(feature = "catalogue")]
    pub(crate) fn absent_beside(&self) -> &'static [&'static str] {
        match self {
            Self::NoneGiven { others, .. } => others,
            _ => &[],
        }
    }

    /// Whether something is not there that should be.
    #[cfg(feature = "catalogue")]
    pub(crate) fn is_of_absence(&self) -> bool {
        matches!(
            self,
            Self::Absent
                | Self::NoneGiven { .. }
                | Self::NothingToSet
                | Self::EmptyGiven { .. }
                | Self::EmptyBeside { .. }
                | Self::EmptyId { .. }
                | Self::Misread { misfit: Misfit::Absent | Misfit::Missing { .. }, .. }
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => write!(f, "is absent or empty: WeCom requires it"),
            Self::NoneGiven { others, so } => {
                let all = if others.len() == 1 { "both" } else { "all" };
                write!(f, "and {} are {all} absent or empty: {so}", listed(others, "and"))
            }
            Self::NothingToSet => {
                write!(f, "and every other field are absent, or change nothing: WeCom wants at least one")
            }
            Self::Size { count, unit, within, least, most } => {
                write!(f, "has {count} {unit}")?;
                match within {
                    Some(Element::Tag(position)) => write!(f, " in tag {position}")?,
                    Some(Element::Word(position)) => write!(f, " in word {position}")?,
                    None => {}
                }
                match least {
                    None => write!(f, ": at most {most} are allowed"),
                    Some(least) if least == most => write!(f, ": exactly {most} are allowed"),
                    Some(least) => write!(f, ": {least} to {most} are allowed"),
                }
            }
            Self::Number { number, least, most } if least == most => {
                write!(f, "is {number}: exactly {most} is allowed")
            }
            Self::Number { number, least, most } => write!(f, "is {number}: {least} to {most} is allowed"),
            Self::OneOf { given, wanted } => write!(f, "is {given}: WeCom wants {}", listed(wanted, "or")),
            Self::BeforeBeginning { seconds } => write!(f, "is {seconds} s before the beginning"),
            Self::AfterBeginning { seconds, days_max } => match (seconds / DAY_S, seconds % DAY_S) {
                (days, 0) => write!(f, "is {days} days after the beginning: at most {days_max} are allowed"),
                (days, rest) => write!(
                    f,
                    "is {days} days and {rest} s after the beginning: at most {days_max} days are allowed"
                ),
            },
            Self::EmptyGiven { most } => {
                write!(f, "is empty: 1 to {most} characters are wanted, or none given")
            }
            Self::EmptyBeside { other } => {
                write!(f, "is empty: leave it out, since the group is named by {other}")
            }
            Self::TooManyBeside { count, of } => {
                write!(f, "has {count} of {} beside it: WeCom takes one", listed(of, "and"))
            }
            Self::WithOneEmployee { count } => {
                write!(f, "has {count} elements: none are allowed where one employee is meant")
            }
            Self::MomentAttachments { count } => {
                write!(f, "has {count} elements: WeCom takes nine pictures, or one video, or one link")
            }
            Self::NotAlphanumeric => write!(f, "has other characters than letters and digits"),
            Self::NotHexadecimal { count, digits } => {
                write!(f, "has {count} characters: WeCom wants {digits} hexadecimal digits")
            }
            Self::PageTooFar { passed, below } => {
                write!(f, "times page_size is {passed}: less than {below} is allowed, further by cursor only")
            }
            Self::NotOfLeavers => write!(f, "is not for the customers of one who has left"),
            Self::SameEmployee => {
                write!(f, "is the giver's: WeCom hands over to another employee only (40130)")
            }
            Self::NoSuchPart { part } => write!(f, "is {part:?}, and there is no `{part}` in the message"),
            Self::SentByItself => write!(f, "comes from the settings and is sent by itself: leave it out"),
            Self::SaysNothing => write!(f, "says nothing: leave it out, or write something"),
            Self::EmptyId { position } => {
                write!(f, "holds an empty id at position {position}: leave it out")
            }
            Self::Kind { found, wanted: Shape::UnixSeconds } => {
                write!(f, "is {found}: WeCom wants Unix seconds, a whole number")
            }
            Self::Kind { found, wanted } => write!(f, "is {found}: WeCom wants {wanted}"),
            Self::Misread { place: Some(place), misfit } => {
                write!(f, "is not what WeCom wants at {place}: {misfit}")
            }
            Self::Misread { place: None, misfit } => write!(f, "is not what WeCom wants: {misfit}"),
            Self::NotInQuery { name, found } => write!(f, "has no place for `{name}`: it is {found}"),
            Self::OnePage => write!(f, "names one page: leave it out where all are followed"),
            Self::FileTooSmall { bytes, above } => {
                write!(f, "has {bytes} bytes: WeCom wants more than {above}")
            }
            Self::FileTooLarge { bytes, most, media_type } => {
                write!(f, "has {bytes} bytes: at most {most} as {media_type}")
            }
            Self::FileFormat { formats, media_type } => {
                write!(f, "begins like no {formats} file, which is what {media_type} wants")
            }
            Self::Misnamed { fault, given, meant } => {
                write!(f, "{fault} (`{}` is given: is `{meant}` what you mean?)", given.escape_debug())
            }
        }
    }
}

const DAY_S: i64 = 86_400;

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneWanted => "WeCom wants one",
            Self::AtLeastOneWanted => "WeCom wants at least one",
            Self::NobodyAddressed => "nobody is addressed",
            Self::NothingToChange => "there is nothing to change",
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes of UTF-8",
            Self::Elements => "elements",
        })
    }
}

/// Names in a row: `a`, `a or b`, `a, b or c`.
fn listed(names: &[&str], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [before @ .., end] => format!("{} {last} {end}", before.join(", ")),
    }
}
