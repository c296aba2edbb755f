//! What a row of the catalogue says of a method.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    argument::{Argument, Kind},
    arguments::Arguments,
};
use crate::client::{CallOptions, Client, Endpoint, Error, Prepared, PreparedBody, UPLOAD_TIMEOUT};

/// What a row's call ends in: the typed answer as JSON again.
pub(crate) type Answered<'a> = BoxFuture<'a, Result<Value, Error>>;

/// One method of the API.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    /// How it is asked, what asking twice would do, and its page.
    pub endpoint: Endpoint,
    /// What it is for, in a line.
    pub about: &'static str,
    /// What WxJava's `WxCpExternalContactService` calls it, where that has it: several names where one is an older form
    /// of the same.
    pub wxjava_names: &'static [&'static str],
    /// The path of an older form of it, below `/cgi-bin/`, where its work is this one's today.
    pub was: Option<&'static str>,
    /// What it takes.
    pub arguments: &'static [Argument],
    /// How it pages, if it does.
    pub paging: Option<Paging>,
    /// The field of the answer that is a list of records, if it has one.
    pub list: Option<&'static str>,
    /// The list inside each record that a table should show instead of the records: the tags of a group.
    pub inner: Option<&'static str>,
    /// Where in the answer an address stands that is worth a QR code (a JSON pointer).
    pub draws: Option<&'static str>,
    /// What it answers with.
    pub answers: Answers,
    /// Arguments of the command line that make a good example.
    pub example: &'static str,
    /// The Rust method.
    pub rust: Rust,
}

/// What a method answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// JSON.
    Json,
    /// JSON with an access token in it, which the caller has asked for and may see.
    Token,
    /// A file.
    File,
}

/// How a method pages.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    /// What leads on.
    pub by: By,
    /// The field of the answer that holds the items.
    pub list: &'static str,
    /// The argument that says how many are on a page, with the most that it may say.
    pub limit: Option<(&'static str, u32)>,
}

/// What leads from page to page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// `next_cursor` of the answer becomes `cursor`; absent or empty on the last page.
    Cursor,
    /// `next_offset` of the answer becomes `offset`; equal to `total` on the last page.
    Offset,
}

/// A method of the typed client.
#[derive(Clone, Copy)]
pub struct Rust {
    /// Its name as it is called on a client: `external().get`.
    pub name: &'static str,
    pub(crate) call: for<'a> fn(&'a Client, &'a Arguments, CallOptions) -> Answered<'a>,
}

impl std::fmt::Debug for Rust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The Rust method of a row: its name and its call from one word, so that they cannot differ.
macro_rules! rust {
    ($name:ident) => {
        $crate::method::Rust {
            name: stringify!($name),
            call: |client, _, options| {
                Box::pin(async move { $crate::method::shown(client.$name(options).await?) })
            },
        }
    };
    ($family:ident.$name:ident) => {
        $crate::method::Rust {
            name: concat!(stringify!($family), "().", stringify!($name)),
            call: |client, _, options| {
                Box::pin(async move {
                    $crate::method::shown(client.$family().$name(options).await?)
                })
            },
        }
    };
    ($family:ident.$name:ident, |$given:ident| $($argument:expr),+) => {
        $crate::method::Rust {
            name: concat!(stringify!($family), "().", stringify!($name)),
            call: |client, $given, options| {
                Box::pin(async move {
                    $crate::method::shown(
                        client.$family().$name($($argument,)+ options).await?,
                    )
                })
            },
        }
    };
}
pub(crate) use rust;

/// An answer as JSON again.
pub(crate) fn shown(answer: impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(answer).map_err(|cause| Error::Unwritable { path: "an answer", cause })
}

/// A path below `externalcontact/`, where it is there.
fn below(path: &str) -> &str {
    path.rsplit_once("externalcontact/").map_or(path, |(_, name)| name)
}

fn kebab(path: &str) -> String {
    below(path).replace(['/', '_'], "-")
}

impl Method {
    /// The row of this method, which is called by that Rust method.
    pub(crate) const fn of(endpoint: Endpoint, rust: Rust) -> Self {
        Self {
            endpoint,
            about: "",
            wxjava_names: &[],
            was: None,
            arguments: &[],
            paging: None,
            list: None,
            inner: None,
            draws: None,
            answers: Answers::Json,
            example: "",
            rust,
        }
    }

    pub(crate) const fn is(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    pub(crate) const fn wxjava(mut self, names: &'static [&'static str]) -> Self {
        self.wxjava_names = names;
        self
    }

    pub(crate) const fn was(mut self, path: &'static str) -> Self {
        self.was = Some(path);
        self
    }

    pub(crate) const fn takes(mut self, arguments: &'static [Argument]) -> Self {
        self.arguments = arguments;
        self
    }

    pub(crate) const fn lists(mut self, field: &'static str) -> Self {
        self.list = Some(field);
        self
    }

    /// The records of `list` hold records in `inner`.
    pub(crate) const fn lists_nested(mut self, list: &'static str, inner: &'static str) -> Self {
        self.list = Some(list);
        self.inner = Some(inner);
        self
    }

    /// By cursor; `limit` says how many are on a page, and may say so many.
    pub(crate) const fn paged(mut self, list: &'static str, limit: &'static str, most: u32) -> Self {
        self.list = Some(list);
        self.paging = Some(Paging { by: By::Cursor, list, limit: Some((limit, most)) });
        self
    }

    pub(crate) const fn paged_as(mut self, paging: Paging) -> Self {
        self.list = Some(paging.list);
        self.paging = Some(paging);
        self
    }

    pub(crate) const fn draws(mut self, pointer: &'static str) -> Self {
        self.draws = Some(pointer);
        self
    }

    pub(crate) const fn answers(mut self, answers: Answers) -> Self {
        self.answers = answers;
        self
    }

    pub(crate) const fn like(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// The platform's own name in kebab-case: the path below `externalcontact/`, elsewhere all of it.
    pub fn command(&self) -> String {
        kebab(self.endpoint.path)
    }

    /// What else it may be asked for by: its path and its older one as WeCom writes them, whole and below
    /// `externalcontact/`, the older one's command, and what WxJava's interface calls it, as there (`getContactDetail`)
    /// and in kebab-case.
    pub fn other_names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::from([self.endpoint.path.to_owned(), below(self.endpoint.path).to_owned()]);
        if let Some(was) = self.was {
            names.extend([was.to_owned(), below(was).to_owned(), kebab(was)]);
        }
        for name in self.wxjava_names {
            names.insert((*name).to_owned());
            let mut hyphens = String::new();
            for c in name.chars() {
                if c.is_ascii_uppercase() {
                    hyphens.push('-');
                }
                hyphens.push(c.to_ascii_lowercase());
            }
            names.insert(hyphens);
        }
        names.remove(&self.command());
        names
    }

    /// The argument of this name.
    pub fn argument(&self, name: &str) -> Option<&'static Argument> {
        self.arguments.iter().find(|argument| argument.name == name)
    }

    /// The time that a call of it should have: a minute where a file is on its way.
    pub fn options(&self) -> CallOptions {
        let with_file = self.arguments.iter().any(|argument| argument.kind == Kind::File);
        if with_file || self.answers == Answers::File {
            CallOptions { timeout: UPLOAD_TIMEOUT, ..CallOptions::default() }
        } else {
            CallOptions::default()
        }
    }

    /// The call with these arguments, after the checks of the Rust method: nothing that WeCom is known to refuse is
    /// prepared. All of them are in it as they were given, whether the method knows them or not.
    ///
    /// # Errors
    ///
    /// [`Error::Argument`] names the field, the limit and the value's size, or the place of what cannot be read as it is
    /// and what belongs there; [`Error::File`] when a file cannot be read.
    pub async fn prepare(&self, given: &Arguments) -> Result<Prepared, Error> {
        self.prepared(given).await.map_err(|error| given.with_hint(error))
    }

    async fn prepared(&self, given: &Arguments) -> Result<Prepared, Error> {
        given.check()?;
        let sketch = Client::sketch();
        let ended = (self.rust.call)(&sketch, given, CallOptions::default()).await;
        match (sketch.sketched(), ended) {
            (Some(prepared), _) => {
                let sent = self.sent(given);
                if !matches!(prepared.body(), PreparedBody::Json(_)) {
                    given.check_query(&sent)?;
                }
                Ok(prepared.with_unknown(&sent))
            }
            (None, Err(error)) => Err(error),
            // Every method makes a call; one that makes none has nothing to say.
            (None, Ok(_)) => Err(Error::Described { path: self.endpoint.path }),
        }
    }

    /// What of the arguments goes over the wire: a file's name on this machine does not.
    fn sent(&self, given: &Arguments) -> Map<String, Value> {
        let mut sent = given.fields().clone();
        let file = |name: &String| self.argument(name).is_some_and(|argument| argument.kind == Kind::File);
        sent.retain(|name, _| !file(name));
        sent
    }

    /// Makes the call by its Rust method and gives the typed answer as JSON again; of a file, what it is.
    ///
    /// # Errors
    ///
    /// As the Rust method; [`Error::Argument`] when an argument is missing or of the wrong kind.
    pub async fn call(
        &self,
        client: &Client,
        given: &Arguments,
        options: CallOptions,
    ) -> Result<Value, Error> {
        given.check()?;
        (self.rust.call)(client, given, options).await
    }
}

impl Arguments {
    /// These fields, for this method. A field that is `null` was not given.
    pub fn new(method: &Method, given: Map<String, Value>) -> Self {
        Self::of(method.endpoint, method.arguments, given)
    }

    /// The same where all pages of `method` are followed: the largest that WeCom allows, unless a size is given.
    #[must_use]
    pub fn paged(mut self, method: &Method) -> Self {
        if let Some((limit, most)) = method.paging.and_then(|paging| paging.limit) {
            self.set_absent(limit, most.into());
        }
        self
    }
}
