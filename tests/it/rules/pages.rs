//! The rules and tests in the pages of the documentation, as a reader would copy them.

use std::{fs, path::Path};

/// The pages that have rules in them.
pub const PAGES: [&str; 4] = [MANUAL[0], MANUAL[1], "docs/COOKBOOK.md", "docs/COOKBOOK.zh-CN.md"];

/// The manual, in English and in Chinese.
pub const MANUAL: [&str; 2] = ["docs/RULES.md", "docs/RULES.zh-CN.md"];

/// A fenced block of a page.
#[derive(Debug)]
pub struct Block {
    /// The words behind its fence: `yaml`, `yaml test`, `yaml wrong`, `text`, `sh`.
    pub info: String,
    pub text: String,
    /// `docs/RULES.md:17`, where its first line stands.
    pub place: String,
}

/// All blocks of a page, in their order.
pub fn blocks(page: &str) -> Vec<Block> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
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
