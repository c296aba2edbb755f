//! What the project stands on: the licences of everything that is linked, what is never linked, and how little the
//! published crates bring along. Asked of cargo itself, so that nothing has to be installed for it.

use std::{collections::BTreeSet, process::Command};

use serde::Deserialize;

/// Licences under which code may be linked into a program that is given away under Apache-2.0 and sold by others:
/// permissive ones. No GPL, LGPL or MPL: whoever ships the binary has nothing to offer but the notice.
const LICENCES: &[&str] = &[
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    // Mozilla's list of root certificates: data, with a licence for data.
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What is not linked, each with its reason.
const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "TLS is rustls: the binary must not depend on a library of the machine"),
    ("native-tls", "TLS is rustls: the binary must not depend on a library of the machine"),
    ("aws-lc-sys", "rustls stands on ring, which builds with nothing but a C compiler"),
    ("serde_yaml", "archived; rules are read with granit-parser, which knows the place of every fault"),
    ("actix-governor", "GPL"),
    ("chrono", "time is jiff's"),
];

/// How many packages a published crate may bring along, itself included: (crate, features, at most).
const PACKAGES_MAX: &[(&str, &[&str], usize)] =
    &[("wecom-core", &["--no-default-features"], 45), ("wecom-client", &["--no-default-features"], 130)];

/// What a client of WeCom has no use for.
const SERVERS_ONLY: &[&str] = &["actix-web", "sqlx", "clap", "wecom-greeter", "wecom-simulator"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// Every package that is built on this kind of machine.
fn packages() -> Vec<Package> {
    let host = cargo(&["-vV"]);
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo names its host");
    let metadata = cargo(&["metadata", "--format-version", "1", "--locked", "--filter-platform", host]);
    serde_json::from_str::<Metadata>(&metadata).expect("cargo describes the packages").packages
}

#[test]
fn licences_are_permissive_and_sources_are_the_registry() {
    let mut faults = Vec::new();
    for Package { name, version, license, source } in packages() {
        let expression = license.as_deref().unwrap_or("(none)");
        let is_allowed = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX).is_ok_and(|parsed| {
            parsed.evaluate(|needed| needed.license.id().is_some_and(|id| LICENCES.contains(&id.name)))
        });
        if !is_allowed {
            faults.push(format!("{name} {version}: {expression}"));
        }
        // A package without a source is one of the workspace.
        if source.is_some_and(|source| !source.starts_with("registry+")) {
            faults.push(format!("{name} {version}: not from the registry"));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn what_is_banned_is_not_there() {
    let names: BTreeSet<String> = packages().into_iter().map(|package| package.name).collect();
    let found: Vec<_> = BANNED.iter().filter(|(name, _)| names.contains(*name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_databases_are_built_once() {
    // sqlx's macros bring both drivers once more, for the compiler's own use, and SQLite's C with them: minutes of
    // everybody's first build. Rows are read by `row!`, and `migrations!` lists the migrations.
    let tree = cargo(&["tree", "--locked", "--prefix", "none", "-p", "wecom-greeter"]);
    let macros: Vec<_> = tree.lines().filter(|line| line.starts_with("sqlx-macros")).collect();
    assert!(macros.is_empty(), "{macros:?}");
}

#[test]
fn the_published_crates_bring_little_along() {
    for (package, features, at_most) in PACKAGES_MAX {
        let arguments =
            [&["tree", "--locked", "-e", "normal", "--prefix", "none", "-p", package], *features].concat();
        let tree = cargo(&arguments);
        // A line is `name v1.2.3 (path or *)`; what is shown again is marked and counted once.
        let packages: BTreeSet<_> =
            tree.lines().map(|line| line.split(" (").next().unwrap_or(line)).collect();
        assert!(packages.len() <= *at_most, "{package}: {} packages, at most {at_most}", packages.len());
        let names: BTreeSet<_> = packages.iter().filter_map(|line| line.split(' ').next()).collect();
        let heavy: Vec<_> = SERVERS_ONLY.iter().filter(|name| names.contains(*name)).collect();
        assert!(heavy.is_empty(), "{package} brings {heavy:?} along");
    }
}
