//! The rules and tests in the pages of the documentation, as a reader would copy them.

use std::{
    env, fs,
    path::Path,
    sync::{Mutex, PoisonError},
};

use wecom_greeter::language::Language;

/// The pages that have rules in them.
pub const PAGES: [&str; 4] = [MANUAL[0], MANUAL[1], "docs/COOKBOOK.md", "docs/COOKBOOK.zh-CN.md"];

/// The manual, in English and in Chinese.
pub const MANUAL: [&str; 2] = ["docs/RULES.md", "docs/RULES.zh-CN.md"];

/// In which language a page is.
pub fn language(page: &str) -> Language {
    if page.ends_with(".zh-CN.md") { Language::Zh } else { Language::En }
}

/// A fenced block of a page.
#[derive(Debug)]
pub struct Block {
    /// The words behind its fence: `yaml`, `yaml test`, `yaml wrong`, `text`, `sh`.
    pub info: String,
    pub text: String,
    /// `docs/RULES.md:17`, where its first line stands.
    pub place: String,
}

/// Held by whoever reads or writes a page: tests run at the same time, and one that writes leaves half a page for a moment.
static PAGES_HELD: Mutex<()> = Mutex::new(());

fn read(page: &str) -> String {
    let _held = PAGES_HELD.lock().unwrap_or_else(PoisonError::into_inner);
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap()
}

/// Holds a block of a page to what the program says. With UPDATE_DOCS=1 in the environment it is written instead.
#[expect(clippy::disallowed_methods, reason = "the variable is no setting of the program")]
pub fn hold(page: &str, block: &Block, said: &[String]) {
    let said: String = said.iter().flat_map(|line| [line, "\n"]).collect();
    if env::var_os("UPDATE_DOCS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let _held = PAGES_HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let page = fs::read_to_string(&path).unwrap();
        fs::write(path, page.replacen(&block.text, &said, 1)).unwrap();
    } else {
        assert_eq!(
            (block.info.as_str(), &block.text),
            ("text", &said),
            "{}: run it with UPDATE_DOCS=1",
            block.place
        );
    }
}

/// All blocks of a page, in their order.
pub fn blocks(page: &str) -> Vec<Block> {
    let text = read(page);
    let mut lines = text.lines().zip(1..);
    let mut blocks = Vec::new();
    while let Some((line, number)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let inside = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```");
        let text = inside.flat_map(|line| [line, "\n"]).collect();
        blocks.push(Block { info: info.to_owned(), text, place: format!("{page}:{}", number + 1) });
    }
    blocks
}

/// The test blocks of a page, each with its rules: those in the block itself, or else the block of rules above it, put in as
/// the page says.
pub fn tests(page: &str) -> Vec<Block> {
    let (mut rules, mut tests) = (String::new(), Vec::new());
    for block in blocks(page) {
        match block.info.as_str() {
            "yaml" => rules = block.text,
            "yaml test" if block.text.starts_with("tests:") => {
                let indented: String = rules.lines().flat_map(|line| ["  ", line, "\n"]).collect();
                tests.push(Block { text: format!("rules: |\n{indented}{}", block.text), ..block });
            }
            "yaml test" => tests.push(block),
            _ => {}
        }
    }
    tests
}
