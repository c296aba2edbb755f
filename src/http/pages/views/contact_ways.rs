//! The contact ways of the apps, one of them, and a table of many.

use askama::Template;

use super::{Choice, Headline, Icon, Mark, Notice, Shell};
use crate::http::pages::words::{Words, ways::WayWords};

/// Who would greet whoever comes by a way.
#[derive(Clone, Debug, Default)]
pub(crate) struct GreeterView {
    /// Rules with their addresses, the first certain where `sure`.
    pub(crate) sure: Option<(String, String)>,
    pub(crate) perhaps: Vec<(String, String)>,
}

/// One way of the list.
#[derive(Clone, Debug)]
pub(crate) struct WayRow {
    pub(crate) name: String,
    pub(crate) app: String,
    pub(crate) state: String,
    pub(crate) events: String,
    pub(crate) whom: String,
    pub(crate) adds: String,
    pub(crate) net: String,
    pub(crate) greeter: GreeterView,
    pub(crate) is_button: bool,
    pub(crate) href: String,
    /// Where its picture is downloaded, where it has one, and where WeCom has it.
    pub(crate) download: Option<(String, String)>,
}

/// A channel of the record that no way has.
#[derive(Clone, Debug)]
pub(crate) struct OtherChannel {
    pub(crate) state: String,
    pub(crate) events: String,
    pub(crate) adds: String,
    pub(crate) net: String,
}

/// `/contact-ways`.
#[derive(Debug, Template)]
#[template(path = "contact_ways.html")]
pub(crate) struct ContactWaysPage {
    pub(crate) w: &'static Words,
    pub(crate) y: &'static WayWords,
    pub(crate) shell: Shell,
    pub(crate) troubles: Vec<Notice>,
    /// The filter.
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) user: String,
    pub(crate) apps: Vec<Choice>,
    pub(crate) periods: Vec<Choice>,
    pub(crate) is_set: bool,
    pub(crate) several_apps: bool,
    pub(crate) may_change: bool,
    pub(crate) total: String,
    pub(crate) unread: Option<String>,
    pub(crate) rows: Vec<WayRow>,
    pub(crate) others: Vec<OtherChannel>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// What is known of one way beside its form.
#[derive(Clone, Debug)]
pub(crate) struct WayFacts {
    pub(crate) config_id: String,
    pub(crate) state: String,
    pub(crate) whom: Vec<String>,
    pub(crate) kind: &'static str,
    pub(crate) skip_verify: bool,
    pub(crate) adds: String,
    pub(crate) net: String,
    pub(crate) greeter: GreeterView,
    pub(crate) events: String,
    pub(crate) statistics: String,
    /// Where its picture is, where it has one, and where WeCom has it.
    pub(crate) picture: Option<(String, String)>,
    pub(crate) delete: String,
}

/// A field of the form with what is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    pub(crate) value: String,
    pub(crate) faults: Vec<String>,
}

/// `/contact-ways/new` and `/contact-ways/{app}/{config_id}`.
#[derive(Debug, Template)]
#[template(path = "contact_way.html")]
pub(crate) struct ContactWayPage {
    pub(crate) w: &'static Words,
    pub(crate) y: &'static WayWords,
    pub(crate) shell: Shell,
    /// What it is called; of a new one that it is new.
    pub(crate) title: String,
    /// Where the form goes.
    pub(crate) action: String,
    pub(crate) facts: Option<WayFacts>,
    pub(crate) may_change: bool,
    /// Why it was not done.
    pub(crate) refused: Option<String>,
    /// The apps to choose from, for a new one where there are several.
    pub(crate) apps: Vec<Choice>,
    pub(crate) name: Typed,
    pub(crate) state: Typed,
    pub(crate) users: Typed,
    pub(crate) departments: Typed,
    pub(crate) single: bool,
    pub(crate) skip_verify: bool,
}

/// `/contact-ways/{app}/{config_id}/delete`.
#[derive(Debug, Template)]
#[template(path = "contact_way_delete.html")]
pub(crate) struct DeleteWayPage {
    pub(crate) w: &'static Words,
    pub(crate) y: &'static WayWords,
    pub(crate) shell: Shell,
    pub(crate) question: String,
    pub(crate) came: String,
    pub(crate) refused: Option<String>,
    pub(crate) action: String,
    pub(crate) back: String,
}

/// A row of a table that would be made.
#[derive(Clone, Debug)]
pub(crate) struct PlannedWay {
    pub(crate) line: u64,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) whom: String,
    pub(crate) greeter: GreeterView,
}

/// A fault of a table.
#[derive(Clone, Debug)]
pub(crate) struct TableFaultRow {
    pub(crate) line: u64,
    pub(crate) column: String,
    pub(crate) what: String,
}

/// `/contact-ways/table`.
#[derive(Debug, Template)]
#[template(path = "contact_ways_table.html")]
pub(crate) struct WayTablePage {
    pub(crate) w: &'static Words,
    pub(crate) y: &'static WayWords,
    pub(crate) shell: Shell,
    pub(crate) headline: Option<Headline>,
    pub(crate) notes: Vec<String>,
    pub(crate) faults: Vec<TableFaultRow>,
    pub(crate) rows: Vec<PlannedWay>,
    pub(crate) apps: Vec<Choice>,
    pub(crate) app: String,
    pub(crate) text: String,
    /// Whether it may be made now.
    pub(crate) sound: bool,
}

/// A row of a table that is being made.
#[derive(Clone, Debug)]
pub(crate) struct MadeRow {
    pub(crate) line: i64,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) mark: Mark,
    pub(crate) why: String,
    pub(crate) href: Option<String>,
}

/// `/contact-ways/table/{id}`.
#[derive(Debug, Template)]
#[template(path = "contact_ways_batch.html")]
pub(crate) struct WayBatchPage {
    pub(crate) w: &'static Words,
    pub(crate) y: &'static WayWords,
    pub(crate) shell: Shell,
    pub(crate) headline: Headline,
    pub(crate) done: usize,
    pub(crate) all: usize,
    /// Whether it goes on by itself.
    pub(crate) running: bool,
    /// Where it is made to go on, where it has stopped.
    pub(crate) go_on: Option<String>,
    pub(crate) rows: Vec<MadeRow>,
}
