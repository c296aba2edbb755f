//! The documents: that both languages have the same parts, that links lead somewhere, and that the book has every page.
//!
//! What a sentence says in the other language no test can hold. Headings, examples and tables of keys show where one of two
//! pages was changed and the other forgotten.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

/// What the name of a page in Chinese ends in.
const CHINESE: &str = ".zh-CN.md";

/// Pages that somebody who reads Chinese only cannot do without.
const IN_BOTH: [&str; 8] = [
    "README.md",
    "docs/ADMIN_API.md",
    "docs/API.md",
    "docs/COOKBOOK.md",
    "docs/DEPLOY.md",
    "docs/OPERATING.md",
    "docs/REASONS.md",
    "docs/RULES.md",
];

/// Where documents lie, beside those of the crates.
const FOLDERS: [&str; 2] = ["", "docs"];

/// The contents of the book, as they stand in docs/.
const SUMMARY: &str = "docs/SUMMARY.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder of the project");
    let entries = entries.map(|entry| entry.expect("a readable folder"));
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "md")
}

/// All documents, by their paths from the root.
fn documents() -> BTreeSet<String> {
    let mut folders: Vec<PathBuf> = FOLDERS.map(PathBuf::from).to_vec();
    folders.extend(names(Path::new("crates")).iter().map(|name| Path::new("crates").join(name)));
    let mut documents = BTreeSet::new();
    for folder in folders {
        let pages = names(&folder).into_iter().filter(|name| is_page(name));
        documents.extend(pages.map(|name| folder.join(name).to_string_lossy().into_owned()));
    }
    documents
}

/// A part of a page that the other language has too.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// How deep it is.
    Heading(usize),
    /// A fenced block: what is behind its fence, and its text as far as it is the same in every language.
    Block(String, String),
    /// What stands in code in the first column of each row. A language may have a column more.
    Table(Vec<Vec<String>>),
}

/// The parts of a page with their lines, in their order.
fn parts(page: &str) -> Vec<(usize, Part)> {
    let lines: Vec<&str> = page.lines().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let began = at + 1;
        if let Some(info) = line.strip_prefix("```") {
            let inside: Vec<&str> =
                lines[began..].iter().copied().take_while(|line| *line != "```").collect();
            at += inside.len() + 1;
            parts.push((began, Part::Block(info.to_owned(), same_in_all(info, &inside))));
        } else if line.starts_with('#') && line.trim_start_matches('#').starts_with(' ') {
            parts.push((began, Part::Heading(line.len() - line.trim_start_matches('#').len())));
        } else if line.starts_with('|') {
            let rows: Vec<&str> =
                lines[at..].iter().copied().take_while(|line| line.starts_with('|')).collect();
            at += rows.len() - 1;
            let keys = rows.iter().skip(2).map(|row| code(&cells(row)[0])).collect();
            parts.push((began, Part::Table(keys)));
        }
        at += 1;
    }
    parts
}

/// A block's text without its comments. What the program says is said in both languages, as are words that stand for values.
fn same_in_all(info: &str, lines: &[&str]) -> String {
    if info == "text" || info == "toml" {
        return String::new();
    }
    let mark = if info.starts_with("rust") { "// " } else { "# " };
    let kept = lines.iter().map(|line| {
        let comment = line
            .match_indices(mark)
            .find(|(at, _)| line[..*at].chars().all(char::is_whitespace) || line[..*at].ends_with(' '));
        comment.map_or(*line, |(at, _)| &line[..at]).trim_end()
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// The cells of a row; `\|` is no border.
fn cells(row: &str) -> Vec<String> {
    let inside = row.trim().trim_start_matches('|').replace("\\|", "\u{0}");
    let inside = inside.strip_suffix('|').unwrap_or(&inside);
    inside.split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// What stands in code.
fn code(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_pages_that_matter_are_there_in_both_languages() {
    let documents = documents();
    for page in IN_BOTH {
        assert!(documents.contains(&in_chinese(page)), "{page} has no page in Chinese");
    }
    for page in documents.iter().filter_map(|path| path.strip_suffix(CHINESE)) {
        assert!(
            IN_BOTH.contains(&format!("{page}.md").as_str()),
            "{page}{CHINESE}: name its pair in IN_BOTH"
        );
    }
}

fn in_chinese(page: &str) -> String {
    page.replace(".md", CHINESE)
}

#[test]
fn both_languages_have_the_same_headings_examples_and_keys() {
    let mut faults = Vec::new();
    for page in IN_BOTH {
        let chinese_page = in_chinese(page);
        let (english, chinese) = (parts(&read(page)), parts(&read(&chinese_page)));
        assert!(english.len() > 10, "{page} was not read");
        let other = english.iter().zip(&chinese).find(|(english, chinese)| english.1 != chinese.1);
        if let Some(((line, english), (there, chinese))) = other {
            faults.push(format!("{page}:{line} and {chinese_page}:{there}\n  {english:?}\n  {chinese:?}"));
        } else if english.len() != chinese.len() {
            faults.push(format!("{page} has {} parts, {chinese_page} {}", english.len(), chinese.len()));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The links of a page that lead to files, with their lines: path and anchor.
fn links(page: &str) -> Vec<(usize, String, String)> {
    let mut fenced = false;
    let mut links = Vec::new();
    for (line, number) in page.lines().zip(1..) {
        fenced ^= line.starts_with("```");
        // What stands in code is no link.
        let text = line.split('`').enumerate().map(|(index, part)| if index % 2 == 0 { part } else { "`" });
        let text: String = if fenced { String::new() } else { text.collect() };
        for part in text.split("](").skip(1) {
            let target = part.split(')').next().unwrap_or_default();
            if !target.contains("://") {
                let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
                links.push((number, path.to_owned(), anchor.to_owned()));
            }
        }
    }
    links
}

/// The path from the root of what a page links to.
fn target(page: &str, link: &str) -> String {
    if link.is_empty() {
        return page.to_owned();
    }
    let mut path = PathBuf::new();
    for part in Path::new(page).with_file_name(link).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{page}: {link} leads out of the project"),
            part => path.push(part),
        }
    }
    path.to_string_lossy().into_owned()
}

/// The anchors of a page, as forges and mdBook make them of its headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut fenced = false;
    let mut anchors = BTreeSet::new();
    for line in page.lines() {
        fenced ^= line.starts_with("```");
        if fenced || !line.starts_with('#') {
            continue;
        }
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        anchors.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
    }
    anchors
}

#[test]
fn every_link_leads_somewhere() {
    let mut faults = Vec::new();
    let mut followed = 0;
    for page in documents() {
        for (line, path, anchor) in links(&read(&page)) {
            followed += 1;
            let target = target(&page, &path);
            let there = root().join(&target);
            if !there.exists() {
                faults.push(format!("{page}:{line}: there is no {target}"));
            } else if !anchor.is_empty() && !anchors(&read(&target)).contains(&anchor) {
                faults.push(format!("{page}:{line}: {target} has no heading #{anchor}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(followed > 100, "{followed} links were found");
}

/// Who reads a page in Chinese stays in Chinese, where there is a page, but for the switch to the other language.
#[test]
fn pages_in_chinese_link_to_pages_in_chinese() {
    let mut faults = Vec::new();
    for page in IN_BOTH {
        let chinese = in_chinese(page);
        for (line, path, _) in links(&read(&chinese)) {
            let target = target(&chinese, &path);
            // The other language of the page itself, and of the manual's companion, is offered beside it.
            let offered = target == page || read(&chinese).contains(&format!("[English]({path})"));
            if IN_BOTH.contains(&target.as_str()) && !offered {
                faults.push(format!("{chinese}:{line}: {target} is there in Chinese"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// What docs/book.sh copies, so that the book has it.
fn copied() -> Vec<String> {
    let script = read("docs/book.sh");
    let (_, rest) = script.split_once("paths='").expect("the paths are named");
    rest.split('\'').next().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_book_has_every_page_and_whatever_they_link_to() {
    let chapters: BTreeSet<String> =
        links(&read(SUMMARY)).into_iter().map(|(_, path, _)| target(SUMMARY, &path)).collect();
    let redirects = read("docs/book.toml");
    let copied = copied();
    let mut faults = Vec::new();
    for page in documents().into_iter().filter(|page| page.starts_with("docs/") && page != SUMMARY) {
        if !chapters.contains(&page) {
            faults.push(format!("{page} is not in {SUMMARY}"));
        }
    }
    for page in &chapters {
        let links = links(&read(page)).into_iter().map(|(_, path, _)| target(page, &path));
        for target in links.chain([page.clone()]) {
            if !copied.iter().any(|path| Path::new(&target).starts_with(path))
                && !root().join(&target).is_dir()
            {
                faults.push(format!("{page}: docs/book.sh does not copy {target}"));
            } else if is_page(&target) && !chapters.contains(&target) {
                faults.push(format!("{page}: {target} is not in {SUMMARY}"));
            } else if root().join(&target).is_dir()
                && !redirects.contains(&format!("\"/{target}/index.html\" ="))
            {
                faults.push(format!("{page}: docs/book.toml says not what stands for the folder {target}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Where the console has its own welcome is said by one path, so that nobody looks for a second place.
#[test]
fn the_welcome_of_the_console_is_found_by_one_path() {
    const PATH: &str = "客户与上下游 → 客户联系 → 聊天工具 → 欢迎语";
    let mut named = 0;
    let sources = ["src/doctor/words/zh.rs", "src/doctor/words/en.rs"].map(str::to_owned);
    for page in documents().into_iter().chain(sources) {
        let text = read(&page);
        let short = text.replace(PATH, "");
        named += text.matches(PATH).count();
        assert!(!short.contains("→ 欢迎语"), "{page}");
    }
    assert!(named >= 8, "{named}");
}

/// A command is pasted line by line: what goes on without a backslash is a command of its own there.
#[test]
fn commands_can_be_pasted() {
    let (mut commands, mut faults) = (0, Vec::new());
    for page in IN_BOTH.iter().flat_map(|page| [(*page).to_owned(), in_chinese(page)]) {
        for (began, part) in parts(&read(&page)) {
            let Part::Block(_, text) = part else { continue };
            let lines: Vec<&str> = text.lines().collect();
            for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.starts_with("wecom-greeter "))
            {
                commands += 1;
                let next_is_more = lines.get(at + 1).is_some_and(|next| next.starts_with(' '));
                if line.ends_with('|') || next_is_more != line.ends_with('\\') {
                    faults.push(format!("{page}:{}: {line}", began + at + 1));
                }
            }
        }
    }
    assert!(commands > 50, "{commands}");
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_reader_of_pages_finds_their_parts() {
    let page = "# A\n\n```sh\ndo it   # now\n# really\n```\n\n| `a` `b` | x |\n|---|---|\n| `k` or `l\\|m` | `no` |\n| n | |\n### B\n";
    let parts: Vec<Part> = parts(page).into_iter().map(|(_, part)| part).collect();
    let keys = vec![vec!["k".to_owned(), "l\u{0}m".to_owned()], vec![]];
    assert_eq!(
        parts,
        [
            Part::Heading(1),
            Part::Block("sh".to_owned(), "do it\n".to_owned()),
            Part::Table(keys),
            Part::Heading(3)
        ]
    );
    let found = links("[a](b.md#c-d) `[no](x)` [e](#f) [g](https://h)\n```\n[no](y)\n```\n");
    assert_eq!(found, [(1, "b.md".to_owned(), "c-d".to_owned()), (1, String::new(), "f".to_owned())]);
    assert_eq!(target("docs/A.md", "../README.md"), "README.md");
    assert!(
        anchors("## 条件：`when`\n## `a` and `b_c`, d\n")
            .is_superset(&BTreeSet::from(["条件when".to_owned(), "a-and-b_c-d".to_owned()]))
    );
}

/// The tables that the migrations make, and that stay.
fn tables_of_the_schema() -> BTreeSet<String> {
    let folder = Path::new("migrations/sqlite");
    let texts = names(folder).into_iter().map(|name| read(&folder.join(name).to_string_lossy()));
    let tables = texts.flat_map(|text| {
        let made = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.strip_suffix(" ("));
        made.map(str::to_owned).collect::<Vec<_>>()
    });
    tables.collect()
}

/// Whoever is responsible for the data asks of every table how long it is kept.
#[test]
fn every_table_of_the_schema_is_said_to_be_kept_for_so_long() {
    let tables = tables_of_the_schema();
    assert!(tables.len() > 20, "{tables:?}");
    for (page, head) in
        [("docs/OPERATING.md", "| | kept | tables |"), ("docs/OPERATING.zh-CN.md", "| | 保留 | 表 |")]
    {
        let text = read(page);
        let rows =
            text.lines().skip_while(|line| *line != head).skip(2).take_while(|line| line.starts_with('|'));
        let rows: Vec<Vec<String>> = rows.map(cells).collect();
        assert!(rows.iter().all(|row| row.len() == 3 && !row[1].is_empty()), "{page}: {rows:?}");
        let told: BTreeSet<String> = rows.iter().flat_map(|row| code(&row[2])).collect();
        assert_eq!(told, tables, "{page}, \"What is kept for how long\": a row for each table");
    }
}
