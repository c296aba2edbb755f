//! The tree of a document: what stands in it, where, and what becomes of one that cannot be read to its end.

use rstest::rstest;

use super::*;

/// The tree in one line, with quotes around what is no plain text, and the faults, each with its place and code.
fn tree(document: &str) -> (Option<String>, bool, Vec<String>) {
    let mut log = Log::default();
    let read = read(document, &mut log);
    let faults = log.into_faults().err().map_or_else(Vec::new, |faults| faults.faults);
    let faults = faults.iter().map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.code()));
    let is_whole = read.as_ref().is_some_and(|read| read.is_whole);
    (read.map(|read| shown(&read.root)), is_whole, faults.collect())
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) if scalar.plain => scalar.text.clone(),
        Value::Scalar(scalar) => format!("\"{}\"", scalar.text),
        Value::List(items) => {
            format!("[{}]", items.iter().map(|item| shown(item)).collect::<Vec<_>>().join("; "))
        }
        Value::Map(pairs) => {
            let pairs: Vec<String> =
                pairs.iter().map(|(key, value)| format!("{}: {}", shown(key), shown(value))).collect();
            format!("{{{}}}", pairs.join("; "))
        }
    }
}

#[rstest]
#[case("a: 1\nb: [x, 'y']\n", "{a: 1; b: [x; \"y\"]}")]
#[case("- a\n- b: c\n", "[a; {b: c}]")]
#[case("a: &n [x]\nb: *n\n", "{a: [x]; b: [x]}")]
// YAML has a key `很高兴` without a value there; nobody means that.
#[case("{ text: 您好,很高兴 }", "{text: 您好,很高兴}")]
#[case("{ text: 您好,很高兴,再见, b: 1 }", "{text: 您好,很高兴,再见; b: 1}")]
#[case("{ a: x, b }", "{a: x; b: ~}")]
#[case("{ a: 'x',b }", "{a: \"x\"; b: ~}")]
#[case("{ a: x,b: y }", "{a: x; b: y}")]
#[case("{ a: [x],b }", "{a: [x]; b: ~}")]
fn a_whole_document_is_a_tree(#[case] document: &str, #[case] right: &str) {
    assert_eq!(tree(document), (Some(right.to_owned()), true, Vec::new()));
}

#[rstest]
#[case("", "1:1 file_empty")]
#[case("~", "1:1 file_empty")]
#[case("# nothing\n", "1:1 file_empty")]
fn nothing_is_no_document(#[case] document: &str, #[case] fault: &str) {
    assert_eq!(tree(document), (None, false, vec![fault.to_owned()]));
}

#[rstest]
#[case("a: *x\nb: 1\n", "{a: \"*x\"; b: 1}", "1:4 unknown_alias")]
#[case("a: &a [*a]\nb: 1\n", "{a: [\"*a\"]; b: 1}", "1:8 alias_inside_its_value")]
#[case("a: !x 1\nb: 1\n", "{a: \"1\"; b: 1}", "1:4 yaml_tag")]
#[case("a: 1\n---\nb: 2\n", "{a: 1}", "2:1 second_document")]
fn reading_goes_on_behind_what_cannot_be_read(
    #[case] document: &str,
    #[case] right: &str,
    #[case] fault: &str,
) {
    let (tree, is_whole, faults) = tree(document);
    assert_eq!((tree.as_deref(), is_whole), (Some(right), true));
    assert_eq!(
        faults.iter().map(|it| it.split_once(' ').unwrap().1).collect::<Vec<_>>(),
        [fault.split_once(' ').unwrap().1]
    );
    assert_eq!(faults[0].split(':').next(), fault.split(':').next(), "the line");
}

/// The last values are missing, and the others are complete.
#[rstest]
#[case("a: 1\nb:\n  - x\n  - y\nc: [", "{a: 1; b: [x; y]; c: []}")]
#[case("a: 1\nb:\n  - x\n  - y\nc: {d", "{a: 1; b: [x; y]}")]
#[case("a:\n  - x\n  - {b: c\n", "{a: [x]}")]
fn of_a_broken_document_the_part_before_is_there(#[case] document: &str, #[case] right: &str) {
    let (tree, is_whole, faults) = tree(document);
    assert_eq!((tree.as_deref(), is_whole, faults.len()), (Some(right), false, 1), "{faults:?}");
    assert!(faults[0].ends_with("not_yaml"), "{faults:?}");
}

#[test]
fn a_document_has_an_end_to_its_depth_its_weight_and_its_length() {
    let nested = |depth: usize| format!("{}x{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(tree(&nested(DEPTH_MAX - 1)).2, Vec::<String>::new());
    let code_of = |document: &str| {
        let faults = tree(document).2;
        faults.first().map(|fault| fault.split_once(' ').unwrap().1.to_owned())
    };
    assert_eq!(code_of(&nested(DEPTH_MAX + 1)).as_deref(), Some("too_deep"));
    // An alias takes its depth along.
    let half = DEPTH_MAX / 2;
    let by_alias =
        |depth: usize| format!("- &a {}\n- {}*a{}\n", nested(half), "[".repeat(depth), "]".repeat(depth));
    assert_eq!(code_of(&by_alias(half - 2)), None);
    assert_eq!(code_of(&by_alias(half)).as_deref(), Some("too_deep"));

    let times = |name: char, of: &str| format!("{name}: &{name} [{}]\n", [of; 9].join(", "));
    let bomb: String =
        [('a', "lol"), ('b', "*a"), ('c', "*b"), ('d', "*c"), ('e', "*d"), ('f', "*e"), ('g', "*f")]
            .into_iter()
            .map(|(name, of)| times(name, of))
            .collect();
    assert_eq!(code_of(&bomb).as_deref(), Some("too_many_aliases"));
    assert_eq!(tree(&bomb).0, None, "not even the part before is looked at");
    assert_eq!(code_of(&bomb[..bomb.find("e:").unwrap()]), None, "thousands of values are no bomb");

    let text = |bytes: usize| format!("a: {}", "x".repeat(bytes - 3));
    assert_eq!(code_of(&text(DOCUMENT_BYTES_MAX)), None);
    assert_eq!(code_of(&text(DOCUMENT_BYTES_MAX + 1)).as_deref(), Some("file_too_large"));
}

#[test]
fn every_value_knows_its_place_and_its_kind() {
    let mut log = Log::default();
    let document = read("甲: {b: 'x'}\nc:\n  - 12\n  - '12'\n  - true\n  - ~\n  - 1.5\n", &mut log).unwrap();
    let Value::Map(pairs) = &document.root.value else { panic!("a map") };
    let place = |node: &Node| (node.at.line, node.at.column, node.kind());
    assert_eq!(place(&pairs[0].0), (1, 1, Kind::Text));
    assert_eq!(place(&pairs[0].1), (1, 4, Kind::Map));
    let Value::Map(inner) = &pairs[0].1.value else { panic!("a map") };
    assert_eq!(place(&inner[0].1), (1, 8, Kind::Text));
    let Value::List(items) = &pairs[1].1.value else { panic!("a list") };
    assert_eq!(pairs[1].1.kind(), Kind::List);
    let kinds: Vec<_> = items.iter().map(|item| place(item)).collect();
    assert_eq!(
        kinds,
        [
            (3, 5, Kind::Number),
            (4, 5, Kind::Text),
            (5, 5, Kind::Boolean),
            (6, 5, Kind::Nothing),
            (7, 5, Kind::Text)
        ]
    );
}
