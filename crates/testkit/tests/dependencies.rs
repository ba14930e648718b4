//! What the program is made of beside its own code: which packages, under which licences.
//!
//! `crates/DEPENDENCIES.md` lists them. After a change of `Cargo.lock`, `LUSTRATE_BLESS=1` writes the list anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::process::Command;
use std::{env, fs};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use lustrate_testkit::project_root;
use spdx::{Expression, LicenseId, ParseMode};

/// Licences that let the program be given on under the licences of the project.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// All packages that are built for this machine, with all features.
fn metadata() -> Metadata {
    let about = Command::new("rustc").arg("-vV").output().expect("rustc is there where cargo is");
    let about = String::from_utf8_lossy(&about.stdout);
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc says what it builds for");
    let mut command = MetadataCommand::new();
    command.manifest_path(project_root().join("Cargo.toml")).features(CargoOpt::AllFeatures);
    command.other_options(["--locked".to_owned(), format!("--filter-platform={host}")]);
    command.exec().expect("cargo reads the workspace")
}

fn foreign(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    metadata.packages.iter().filter(|package| package.source.is_some())
}

/// Whether a licence expression can be satisfied by what is allowed.
fn is_allowed(expression: &Expression) -> bool {
    expression.evaluate(|requirement| {
        requirement.license.id().is_some_and(|licence: LicenseId| ALLOWED.contains(&licence.name))
    })
}

#[test]
fn every_package_may_be_given_on() {
    let metadata = metadata();
    for package in foreign(&metadata) {
        let licence = package.license.as_deref().unwrap_or_else(|| panic!("{} names no licence", package.name));
        let expression = Expression::parse_mode(licence, ParseMode::LAX).expect("a licence expression");
        assert!(is_allowed(&expression), "{} {} is under {licence}", package.name, package.version);
    }
}

#[test]
fn a_licence_that_asks_for_more_is_told() {
    let allowed = |text: &str| is_allowed(&Expression::parse_mode(text, ParseMode::LAX).unwrap());
    assert!(allowed("MIT/Apache-2.0") && allowed("GPL-3.0-only OR MIT") && allowed("(MIT OR ISC) AND Zlib"));
    assert!(!allowed("GPL-3.0-only") && !allowed("MIT AND AGPL-3.0-only"));
}

/// The packages that are in the program: what `lustrate-cli` needs to run, and what that needs.
fn in_the_program(metadata: &Metadata) -> BTreeSet<&PackageId> {
    let nodes = &metadata.resolve.as_ref().expect("dependencies are resolved").nodes;
    let nodes: BTreeMap<&PackageId, _> = nodes.iter().map(|node| (&node.id, node)).collect();
    let program = metadata.packages.iter().find(|package| package.name == "lustrate-cli").expect("the program");
    let (mut found, mut open) = (BTreeSet::new(), vec![&program.id]);
    while let Some(id) = open.pop() {
        if !found.insert(id) {
            continue;
        }
        let normal =
            |kinds: &[cargo_metadata::DepKindInfo]| kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
        open.extend(nodes[id].deps.iter().filter(|dependency| normal(&dependency.dep_kinds)).map(|dep| &dep.pkg));
    }
    found
}

#[test]
fn the_list_names_every_package_of_the_program() {
    let metadata = metadata();
    let program = in_the_program(&metadata);
    let mut lines: Vec<(String, String)> = foreign(&metadata)
        .filter(|package| program.contains(&package.id))
        .map(|package| {
            let licence = package.license.as_deref().unwrap_or("none");
            (package.name.to_string(), format!("| {} | {} | {licence} |", package.name, package.version))
        })
        .collect();
    lines.sort();
    let mut list = "# Packages in the program\n\nWhat `lustrate` is built of on Linux beside the code of the project, with licences; \
                    a test (`testkit/tests/dependencies.rs`) keeps the list and holds the licences against those that let the program \
                    be given on. All versions are pinned by `Cargo.lock`.\n\n| package | version | licence |\n|---|---|---|\n"
        .to_owned();
    lines.iter().for_each(|(_, line)| writeln!(list, "{line}").expect("a text can be written to"));
    let path = project_root().join("crates/DEPENDENCIES.md");
    if env::var_os("LUSTRATE_BLESS").is_some() {
        fs::write(&path, &list).unwrap();
    }
    if cfg!(target_os = "linux") {
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == list, "crates/DEPENDENCIES.md is not what Cargo.lock says: LUSTRATE_BLESS=1 writes it anew");
    }
}
