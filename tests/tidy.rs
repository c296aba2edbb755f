//! The repository's own habits, held by reading it: who may import whom, where SQL and printing belong, that every
//! file says what it is, that nothing was left unfinished. What clippy can hold is in `.clippy.toml`.
//!
//! It reads text and knows only as much Rust as it needs: comments, strings, paths and braces. Every failure is a list
//! of `path:line: what is wrong`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Modules or rooms, each with those that it may name.
type Imports = &'static [(&'static str, &'static [&'static str])];

/// Who may import whom: a module of the server and the modules below it that it may name. Imports point up in this
/// list, so there is no circle. A line that is missing is added with care; it is the architecture.
const MAY_IMPORT: Imports = &[
    // Pure: no I/O, no clock, no async, no logging.
    ("language", &[]),
    ("action", &["language"]),
    ("refusal", &["language", "action"]),
    ("access", &["action"]),
    ("when", &[]),
    ("network", &[]),
    ("rules", &["language", "action"]),
    // The frame, as far as everybody may need it.
    ("shutdown", &[]),
    ("config", &["language", "access", "network"]),
    ("telemetry", &["action", "refusal", "config"]),
    // The edges: the places where bytes leave the process.
    ("store", &["action", "access", "refusal"]),
    ("forward", &["action"]),
    // What is remembered of WeCom.
    ("known", &["language", "action", "network", "rules", "shutdown", "telemetry", "store"]),
    // What statistics are called and mean, wherever they are shown.
    ("stats", &["language", "store"]),
    // The flow.
    (
        "flow",
        &[
            "language",
            "action",
            "refusal",
            "access",
            "rules",
            "shutdown",
            "config",
            "telemetry",
            "store",
            "forward",
            "known",
        ],
    ),
    // What the program says by itself of its own trouble.
    ("alert", &["refusal", "when", "language", "config", "telemetry", "store", "forward", "known", "flow"]),
    (
        "doctor",
        &[
            "action",
            "refusal",
            "network",
            "rules",
            "language",
            "config",
            "telemetry",
            "store",
            "forward",
            "known",
            "flow",
        ],
    ),
    // What people and programs touch.
    (
        "http",
        &[
            "language",
            "action",
            "access",
            "when",
            "network",
            "rules",
            "shutdown",
            "config",
            "telemetry",
            "store",
            "known",
            "stats",
            "flow",
            "doctor",
        ],
    ),
    ("app", &["shutdown", "config", "telemetry", "store", "flow", "alert", "http"]),
    (
        "cli",
        &[
            "action",
            "refusal",
            "access",
            "when",
            "rules",
            "language",
            "shutdown",
            "config",
            "telemetry",
            "store",
            "forward",
            "known",
            "stats",
            "flow",
            "doctor",
            "http",
            "app",
        ],
    ),
    ("main", &["cli"]),
];

/// Which of the other crates a module of the server may name. Whoever is pure has no business with what calls WeCom, and
/// the simulated company is there for the command line only. What the crates may name of each other stands in their
/// manifests, which Cargo holds.
const MAY_USE: &[(&str, &[&str])] =
    &[("wecom_client", &["store", "known", "flow", "doctor", "cli"]), ("wecom_simulator", &["cli"])];

/// The rooms inside a module or a crate, named by its folder, and which of the rooms above it in this list each may name:
/// imports point up here as well. The folder's own file (`mod.rs`, `lib.rs`) may name all of them, and they may name what
/// that file declares, as `Store` and `External`: the type that every room adds its methods to. What it only passes on from
/// a room is named by its room. A folder without an entry has no rooms yet.
const ROOMS: &[(&str, Imports)] = &[
    (
        "src/rules",
        &[
            ("facts", &[]),
            ("document", &["facts"]),
            ("text", &["facts", "document"]),
            ("when", &["facts", "document"]),
            ("file", &["facts", "document", "text", "when"]),
            ("form", &["facts", "document", "when"]),
            ("plan", &["facts", "document", "text", "when", "file"]),
            ("trial", &["facts", "document", "text", "when", "file", "plan"]),
        ],
    ),
    (
        "src/store",
        &[
            ("backend", &[]),
            ("access", &["backend"]),
            ("processes", &["backend"]),
            ("flags", &["backend"]),
            ("refusals", &["backend"]),
            ("alerts", &["backend", "processes"]),
            ("media", &["backend", "access", "processes", "flags"]),
            ("probe", &["backend", "processes"]),
            ("rulesets", &["backend", "access", "media"]),
            ("record", &["backend", "processes", "flags"]),
            ("standing", &["backend", "processes", "record"]),
            ("hot", &["backend", "flags", "record"]),
            ("read", &["backend", "record"]),
            ("operator", &["backend", "access", "processes", "record", "read"]),
            ("backup", &["backend", "operator"]),
        ],
    ),
    (
        "src/known",
        &[
            ("memory", &[]),
            ("tags", &["memory"]),
            ("contact_ways", &["memory"]),
            ("media", &["memory"]),
            ("apps", &["tags", "contact_ways", "media"]),
            ("callers", &["apps"]),
            ("directory", &["memory", "apps"]),
            ("customers", &["memory", "apps"]),
            ("online", &["tags"]),
        ],
    ),
    (
        "src/flow",
        &[
            ("facts", &[]),
            ("case", &["facts"]),
            ("reported", &[]),
            ("replay_request", &["reported"]),
            ("lookups", &["facts", "case"]),
            ("rulebook", &[]),
            ("refusals", &[]),
            ("forgotten", &[]),
            ("context", &["lookups", "rulebook", "refusals", "forgotten"]),
            ("forget", &["context"]),
            ("retention", &["context"]),
            ("readiness", &["context"]),
            ("live", &["context"]),
            ("publish", &["context"]),
            ("trying", &[]),
            ("client_words", &[]),
            ("by_hand", &["client_words"]),
            ("login", &[]),
            ("changes", &["context"]),
            ("dispatch", &["facts", "case", "reported", "lookups", "context"]),
            ("planner", &["facts", "case", "replay_request", "lookups", "context", "dispatch"]),
            ("intake", &["case", "context", "dispatch", "planner"]),
            ("sweep", &["case", "context", "dispatch", "planner"]),
            ("engine", &["context", "forget", "retention", "dispatch", "planner", "sweep"]),
            ("replay", &["case", "replay_request", "planner", "engine"]),
            ("bulk", &["replay_request", "planner", "engine"]),
        ],
    ),
    (
        "crates/wecom-client/src",
        &[
            ("client", &[]),
            // A method's row stands in the file of the method, so the families know how rows are made.
            ("method", &["client"]),
            ("contact", &["client", "method"]),
            ("media", &["client", "method"]),
            ("upload", &["client", "method", "media"]),
            ("agent", &["client", "method"]),
            ("directory_types", &["client"]),
            ("directory", &["client", "method", "directory_types"]),
            ("app_message", &["client", "method"]),
            ("platform", &["client", "method"]),
            ("web_login", &["client", "method"]),
            (
                "catalogue",
                &[
                    "client",
                    "method",
                    "contact",
                    "media",
                    "upload",
                    "agent",
                    "directory",
                    "app_message",
                    "platform",
                    "web_login",
                ],
            ),
        ],
    ),
    (
        "crates/wecom-client/src/client",
        &[
            ("values", &[]),
            ("read", &["values"]),
            ("timestamp", &["values"]),
            ("day", &["values", "timestamp"]),
            ("endpoint", &[]),
            ("misfit", &[]),
            ("fault", &["misfit"]),
            ("error", &["fault"]),
            ("done", &["values"]),
            ("limits", &["timestamp", "endpoint", "fault", "error"]),
            ("media_file", &["fault", "error"]),
            ("body", &[]),
            ("call", &["endpoint", "error", "media_file", "body"]),
            ("http", &["endpoint", "error", "media_file", "call"]),
            ("answer", &["values", "endpoint", "error", "http"]),
            ("pauses", &["error"]),
            ("token", &["values", "endpoint", "error", "call", "http", "pauses"]),
            ("download", &["error", "media_file", "http", "answer"]),
            ("prepared", &["endpoint", "misfit", "fault", "error", "media_file", "call"]),
            ("ask", &["endpoint", "error", "call", "download", "prepared"]),
            ("paging", &["endpoint", "error"]),
        ],
    ),
    (
        "crates/wecom-simulator/src",
        &[
            ("error", &[]),
            ("page_language", &[]),
            ("texts", &["error"]),
            ("json", &[]),
            ("time", &["error"]),
            ("tasks", &[]),
            ("ids", &[]),
            ("corp", &[]),
            ("set_up", &[]),
            ("customer", &["error", "texts", "ids"]),
            ("occurrence", &[]),
            ("people", &[]),
            ("world", &["error", "texts", "corp", "customer", "occurrence", "set_up"]),
            ("acts", &["error", "texts", "ids", "corp", "customer", "occurrence", "people", "world"]),
            ("api", &["json", "ids", "corp", "customer", "world"]),
            ("post", &["error", "page_language", "time", "tasks", "corp", "occurrence"]),
            ("running", &["error", "time", "world", "acts", "post"]),
            (
                "door",
                &[
                    "error",
                    "page_language",
                    "json",
                    "time",
                    "tasks",
                    "corp",
                    "customer",
                    "occurrence",
                    "set_up",
                    "acts",
                    "api",
                    "post",
                    "running",
                ],
            ),
            (
                "simulator",
                &[
                    "error",
                    "page_language",
                    "time",
                    "tasks",
                    "corp",
                    "customer",
                    "occurrence",
                    "set_up",
                    "world",
                    "acts",
                    "post",
                    "running",
                    "door",
                ],
            ),
        ],
    ),
];

/// Names that were given up because nobody understood them or they meant two things, and what stands in their place; with a
/// star at the end, whatever begins so. The glossary at the end of docs/ARCHITECTURE.md has the words that hold.
const RETIRED: &[(&str, &str)] = &[
    ("fn tell*", "say what it does: log, print, reply, notify, describe, to_json"),
    ("fn told*", "say what it does: log, print, reply, notify, describe, to_json"),
    ("Tiding", "a notice or a forward is a report"),
    ("tidings", "notices and forwards are reports"),
    ("heed", "`invalidate` forgets what a callback says has changed"),
    ("half_known", "what was found in part is `incomplete`"),
    ("Wishes", "options"),
    ("Spot", "a place in a rules file is a Position"),
    ("seed", "the number that decides what is random is the simulator's `chance`"),
    ("seed_names", "the names that other libraries have for a method"),
];

/// How long a file of `src` may be, its tests included, before it holds two concepts.
const MAX_LINES: usize = 450;

/// The sources of all four crates.
const SOURCES: &[&str] =
    &["src", "crates/wecom-core/src", "crates/wecom-client/src", "crates/wecom-simulator/src"];

/// All Rust files of the repository.
const EVERYTHING: &[&str] = &["src", "tests", "benches", "crates", "fuzz/src", "fuzz/fuzz_targets"];

/// Files that are longer, each with the reason for which it is better whole.
const LONG_FILES: &[(&str, &str)] = &[];

/// One file of the repository.
struct File {
    /// From the repository's root, with slashes.
    path: String,
    text: String,
    /// The text with comments and the insides of strings made blank: same length, same lines.
    code: String,
}

impl File {
    /// The module of the crate that the file belongs to: `store` for `src/store/record/claim.rs`.
    fn module(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inner.split('/').next().unwrap_or(inner).trim_end_matches(".rs")
    }

    /// The room of the folder that the file belongs to, `when` for `src/rules/when/glob.rs` in `src/rules`, and how many
    /// levels the file lies below the folder's module; `None` for that module's own file and for files elsewhere.
    fn room_in(&self, folder: &str) -> Option<(&str, usize)> {
        let below = self.path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".rs")?;
        let below = below.strip_suffix("/mod").unwrap_or(below);
        let room = below.split('/').next()?;
        (!matches!(below, "mod" | "lib")).then(|| (room, below.split('/').count()))
    }

    /// The code without the tests inside of the file, which may take their examples from anywhere.
    fn code_without_tests(&self) -> &str {
        self.code.rfind("\nmod tests {").map_or(&self.code, |at| &self.code[..at])
    }

    /// Whether it is a module's own file: `src/app.rs`, `src/store/mod.rs`.
    fn is_door(&self) -> bool {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        !inner.contains('/') || inner.split_once('/').is_some_and(|(_, file)| file == "mod.rs")
    }

    fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below the folders, in order.
fn rust_files(folders: &[&str]) -> Vec<File> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a source file is UTF-8");
            let path =
                path.strip_prefix(root()).expect("it is below the root").to_string_lossy().replace('\\', "/");
            File { path, code: without_text(&text), text }
        })
        .collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    // A folder that is not there has nothing in it to be untidy.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.expect("a folder can be read").path()) {
        if path.is_dir() { walk(&path, paths) } else { paths.push(path) }
    }
}

/// Makes comments, and what stands inside string and character literals, blank.
fn without_text(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let word_before = at > 0 && is_word(bytes[at - 1]);
        let end = if rest.starts_with("//") {
            at + rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            at + block_comment(rest)
        } else if !word_before
            && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br"))
        {
            at + raw_string(rest)
        } else if rest.starts_with('"') {
            at + quoted(rest)
        } else if rest.starts_with('\'') {
            at + character(rest)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let end = end.max(at + 1);
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end;
    }
    // Blanking replaces whole characters only, as every literal and comment begins and ends at one.
    String::from_utf8(code).expect("whole characters were replaced")
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The length of a block comment; they nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a raw string, or 1 if it is something else (`r#type`, a name that begins with `br`).
fn raw_string(rest: &str) -> usize {
    let prefix = if rest.starts_with("br") { 2 } else { 1 };
    let hashes = rest[prefix..].bytes().take_while(|byte| *byte == b'#').count();
    let open = prefix + hashes;
    if rest.as_bytes().get(open) != Some(&b'"') {
        return 1;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    rest[open + 1..].find(&close).map_or(rest.len(), |end| open + 1 + end + close.len())
}

/// The length of a string literal.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, char) in rest.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character literal, or 1 if it is a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[3..].find('\'').map_or(1, |end| end + 4),
        Some((at, char)) if rest[at + char.len_utf8()..].starts_with('\'') => at + char.len_utf8() + 1,
        _ => 1,
    }
}

/// The modules that are named through `root` (`crate`, or the crate's name in the binary), each with its place:
/// `crate::a::b`, `crate::{a::{b, c}, d}` and anything within an expression.
fn named_through(code: &str, root: &str) -> Vec<(usize, String)> {
    let start = format!("{root}::");
    let mut named = Vec::new();
    for (at, _) in code.match_indices(&start) {
        if at > 0 && is_word(code.as_bytes()[at - 1]) {
            continue;
        }
        let rest = &code[at + start.len()..];
        if rest.starts_with('{') {
            let mut depth = 0;
            let mut expects_name = true;
            let mut name = String::new();
            for (offset, char) in rest.char_indices() {
                if depth == 1 && expects_name && is_word_char(char) {
                    name.push(char);
                    continue;
                }
                if !name.is_empty() {
                    named.push((at + start.len() + offset - name.len(), std::mem::take(&mut name)));
                    expects_name = false;
                }
                match char {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => expects_name = true,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            let name: String = rest.chars().take_while(|char| is_word_char(*char)).collect();
            if !name.is_empty() {
                named.push((at, name));
            }
        }
    }
    named
}

/// Every `super` with how many levels it climbs in all, counted from the file's own module: those before it in the path
/// and in the braces around it, without the inline modules that it climbs out of.
fn climbs(code: &str) -> Vec<(usize, usize)> {
    let mut climbs = Vec::new();
    // For each open brace: how far the paths inside have climbed already, and whether it is an inline module's.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let (mut levels, mut last, mut before_last) = (0, "", "");
    let mut at = 0;
    while let Some(char) = code[at..].chars().next() {
        let rest = &code[at..];
        let end = rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
        let token = if end > 0 { &rest[..end] } else { &rest[..char.len_utf8()] };
        match token {
            "super" => {
                levels += 1;
                let inline = open.iter().filter(|(_, is_module)| *is_module).count();
                climbs.push((at, usize::saturating_sub(levels, inline)));
            }
            "{" => {
                let goes_on = last == ":";
                open.push((if goes_on { levels } else { 0 }, before_last == "mod"));
            }
            "}" => {
                open.pop();
            }
            _ => {}
        }
        if !matches!(token, ":" | "super") && !token.chars().all(char::is_whitespace) {
            levels = open.last().map_or(0, |(levels, _)| *levels);
        }
        if !token.chars().all(char::is_whitespace) {
            (before_last, last) = (last, token);
        }
        at += token.len();
    }
    climbs
}

fn is_word_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// The places where `word` stands as a word of its own.
fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = at.checked_sub(1).is_none_or(|at| !is_word(code.as_bytes()[at]));
        let after = code.as_bytes().get(at + word.len()).is_none_or(|byte| !is_word(*byte));
        before && (after || !word.ends_with(is_word_char))
    })
}

/// The places where a word begins with `start`.
fn beginnings<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(start)
        .map(|(at, _)| at)
        .filter(|at| at.checked_sub(1).is_none_or(|at| !is_word(code.as_bytes()[at])))
}

#[track_caller]
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn imports_point_down() {
    let mut faults = Vec::new();
    for file in rust_files(&["src"]).iter().filter(|file| file.path != "src/lib.rs") {
        let module = file.module();
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{}:1: {module} is not in MAY_IMPORT: what may it import?", file.path));
            continue;
        };
        let crate_name = if module == "main" { "wecom_greeter" } else { "crate" };
        for (at, name) in named_through(&file.code, crate_name) {
            if name != module && !allowed.contains(&name.as_str()) {
                faults.push(format!("{}:{}: {module} may not import {name}", file.path, file.line_of(at)));
            }
        }
        // `super::` at the level of a module's own file is the crate's root by another name.
        if file.is_door() {
            for at in words(&file.code, "super") {
                let before = &file.code[..at];
                let outside = before.matches('{').count() == before.matches('}').count();
                if outside && file.code[at..].starts_with("super::") {
                    faults.push(format!(
                        "{}:{}: write `crate::` for the crate's root",
                        file.path,
                        file.line_of(at)
                    ));
                }
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn other_crates_are_named_by_whom_they_concern() {
    let mut faults = Vec::new();
    for file in &rust_files(&["src"]) {
        for (used, by) in MAY_USE {
            for at in words(&file.code, used).filter(|_| !by.contains(&file.module())) {
                faults.push(format!(
                    "{}:{}: {} may not use {used}",
                    file.path,
                    file.line_of(at),
                    file.module()
                ));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn retired_words_do_not_come_back() {
    let mut faults = Vec::new();
    for file in rust_files(EVERYTHING).iter().filter(|file| file.path != "tests/tidy.rs") {
        for (retired, instead) in RETIRED {
            let is_test = !file.path.contains("src/");
            let found: Vec<usize> = match retired.strip_suffix('*') {
                Some(start) => beginnings(&file.code, start).collect(),
                None => words(&file.code, retired).collect(),
            };
            for at in found.into_iter().filter(|_| !is_test) {
                faults.push(format!("{}:{}: `{retired}` is retired: {instead}", file.path, file.line_of(at)));
            }
        }
        for (at, _) in file.text.match_indices("ocument ") {
            let number = &file.text[at + "ocument ".len()..];
            if number.bytes().take_while(u8::is_ascii_digit).count() == 5 {
                let line = file.text[..at].matches('\n').count() + 1;
                faults.push(format!("{}:{line}: a page of WeCom's documentation is `page 92599`", file.path));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn the_import_table_has_no_circle() {
    for (place, (module, allowed)) in MAY_IMPORT.iter().enumerate() {
        for import in *allowed {
            let below = MAY_IMPORT[..place].iter().any(|(name, _)| name == import);
            assert!(below, "{module} may import {import}, which does not stand above it in the table");
        }
    }
}

#[test]
fn imports_between_rooms_point_down() {
    let mut faults = Vec::new();
    let files = rust_files(SOURCES);
    for (folder, rooms) in ROOMS {
        // The crate's own folder is named `crate` in paths, every other by its name.
        let module = folder.rsplit_once("src").map_or("", |(_, inside)| inside.trim_start_matches('/'));
        let (module, path) = if module.is_empty() {
            ("crate", "crate".to_owned())
        } else {
            (module, format!("crate::{module}"))
        };
        let own = files.iter().find(|file| {
            file.path.strip_prefix(folder).is_some_and(|rest| matches!(rest, "/mod.rs" | "/lib.rs"))
        });
        let own = own.unwrap_or_else(|| panic!("{folder} is in ROOMS and has no file of its own"));
        for file in &files {
            let Some((room, depth)) = file.room_in(folder) else { continue };
            let mut fault = |at: usize, what: String| {
                faults.push(format!("{}:{}: {what}", file.path, file.line_of(at)));
            };
            let Some((_, allowed)) = rooms.iter().find(|(name, _)| *name == room) else {
                fault(0, format!("{folder}/{room} is not in ROOMS: what may it import?"));
                continue;
            };
            let code = file.code_without_tests();
            // `crate::flow::case`, `crate::{flow::{case, context}}`, and `super::case` from where that is the same.
            let mut named = named_through(code, module);
            for (at, levels) in climbs(code) {
                if levels > depth {
                    fault(at, format!("write `{path}::` for another room"));
                } else if levels == depth {
                    let rest = &code[at..];
                    let path = &rest[..rest.find(';').unwrap_or(rest.len())];
                    named.extend(
                        named_through(path, "super").into_iter().map(|(offset, name)| (at + offset, name)),
                    );
                }
            }
            let is_room = |name: &str| rooms.iter().any(|(room, _)| *room == name);
            for (at, name) in named {
                if is_room(&name) {
                    if name != room && !allowed.contains(&name.as_str()) {
                        fault(at, format!("{folder}/{room} may not import {path}::{name}"));
                    }
                } else if !matches!(name.as_str(), "self" | "super") && !declares(&own.code, &name) {
                    fault(
                        at,
                        format!("name the room that declares `{name}`: {} only passes it on", own.path),
                    );
                }
            }
        }
    }
    assert_none(&faults);
}

/// Whether the file declares this name itself, and does not only pass it on from elsewhere.
fn declares(code: &str, name: &str) -> bool {
    ["struct", "enum", "trait", "fn", "const", "static", "type", "mod", "macro_rules!"]
        .iter()
        .any(|keyword| words(code, name).any(|at| code[..at].trim_end().ends_with(keyword)))
}

#[test]
fn the_tables_of_rooms_have_no_circle() {
    for (module, rooms) in ROOMS {
        for (place, (room, allowed)) in rooms.iter().enumerate() {
            for import in *allowed {
                let above = rooms[..place].iter().any(|(name, _)| name == import);
                assert!(above, "{module}/{room} may import {import}, which does not stand above it in ROOMS");
            }
        }
    }
}

#[test]
fn sql_lives_in_the_store() {
    let mut faults = Vec::new();
    for file in rust_files(&["src"]).iter().filter(|file| !file.path.starts_with("src/store/")) {
        for at in words(&file.code, "sqlx") {
            faults.push(format!("{}:{}: sqlx is named outside src/store", file.path, file.line_of(at)));
        }
    }
    assert_none(&faults);
}

#[test]
fn every_file_begins_by_saying_what_it_is() {
    let faults: Vec<_> = rust_files(EVERYTHING)
        .iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("{}:1: it does not begin with a `//!` that says what it is", file.path))
        .collect();
    assert_none(&faults);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| -> BTreeSet<String> {
        let mut paths = Vec::new();
        walk(&root().join("migrations").join(folder), &mut paths);
        paths.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert_eq!(sqlite, postgres, "a migration is missing in one of the two folders");
    for (number, name) in sqlite.iter().enumerate() {
        let right = format!("{:04}_", number + 1);
        assert!(name.starts_with(&right), "migrations/*/{name}: the next number is {right}");
    }
    let path = "src/store/backend/schema.rs";
    let code = std::fs::read_to_string(root().join(path)).expect("a file of this project");
    let list =
        code.split_once("migrations![").and_then(|(_, list)| list.split_once("];")).expect("the list").0;
    let listed: Vec<_> =
        list.split(',').map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty()).collect();
    let there: Vec<_> = sqlite.iter().map(|name| name.trim_end_matches(".sql")).collect();
    assert_eq!(listed, there, "{path} does not embed the migrations that there are");
}

#[test]
fn nothing_is_left_unfinished() {
    // Written in pieces, so that this file does not find itself.
    let notes = [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X")];
    let mut faults = Vec::new();
    for file in &rust_files(EVERYTHING) {
        for code in ["todo!", "unimplemented!", "#[ignore", "#[allow", "#![allow"] {
            for (at, _) in file.code.match_indices(code) {
                faults.push(format!(
                    "{}:{}: `{code}`: finish it, or leave it out",
                    file.path,
                    file.line_of(at)
                ));
            }
        }
        for note in notes {
            for at in words(&file.text, note) {
                let line = file.text[..at].matches('\n').count() + 1;
                faults.push(format!("{}:{line}: `{note}`: do it, or write down why not", file.path));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn no_file_holds_two_concepts() {
    let mut faults = Vec::new();
    for file in &rust_files(SOURCES) {
        let lines = file.text.lines().count();
        let reason = LONG_FILES.iter().find(|(path, _)| *path == file.path);
        match (lines > MAX_LINES, reason) {
            (true, None) => {
                faults.push(format!("{}:{lines}: longer than {MAX_LINES} lines: split it", file.path));
            }
            (false, Some(_)) => {
                faults.push(format!("{}:{lines}: no longer long: take it off LONG_FILES", file.path));
            }
            _ => {}
        }
    }
    assert_none(&faults);
}

#[test]
fn only_the_command_line_prints() {
    let mut faults = Vec::new();
    for file in &rust_files(SOURCES) {
        if file.path == "src/main.rs" || file.module() == "cli" {
            continue;
        }
        for print in ["print!", "println!", "eprint!", "eprintln!", "dbg!"] {
            for at in words(&file.code, print) {
                faults.push(format!(
                    "{}:{}: `{print}`: log it, or let cli/ print it",
                    file.path,
                    file.line_of(at)
                ));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn the_reader_of_all_this_finds_paths_and_skips_text() {
    let source = r##"
        use crate::{alpha::{self, crate_inner}, beta::Gamma, delta};
        fn f<'a>(x: &'a str) -> char { crate::epsilon::g(x); '"' }
        // crate::comment
        /* crate::block /* nested */ crate::block */
        const S: &str = "crate::text \" crate::text";
        const R: &str = r#"crate::raw " crate::raw"#;
        const C: char = '\'';
        fn r#type() { my_crate::no(); crate :: spaced(); pub(in crate::zeta) }
    "##;
    let code = without_text(source);
    assert_eq!(code.len(), source.len());
    let names: Vec<_> = named_through(&code, "crate").into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["alpha", "beta", "delta", "epsilon", "zeta"]);
    assert_eq!(words("print! println! xprint!", "print!").count(), 1);
    assert_eq!(beginnings("fn tell() fn tell_all() fn tells() fn retell() fn told()", "fn tell").count(), 3);
    assert!(declares("pub struct Store(Arc<Inner>);", "Store") && !declares("pub use a::Store;", "Store"));
    let code =
        "use super::{super::a, b}; fn f() { super::c(); } mod tests { use super::*; use super::super::d; }";
    let levels: Vec<_> = climbs(code).into_iter().map(|(_, levels)| levels).collect();
    assert_eq!(levels, [1, 2, 1, 0, 0, 1]);
}
