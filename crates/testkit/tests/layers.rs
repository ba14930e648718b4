//! Each layer sees only those before it.

use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand};
use lustrate_testkit::project_root;

/// Which crates of the workspace a crate may depend on. Development dependencies are free, and so are the benches.
const LAYERS: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("table", &[]),
    ("testkit", &[]),
    ("values", &["table"]),
    ("labels", &["diagnostic", "table"]),
    ("learn", &["table"]),
    ("programs", &["values"]),
    ("rules", &["diagnostic", "table", "values"]),
    ("normalise", &["rules", "table", "values"]),
    ("io", &["diagnostic", "table"]),
    ("audit", &["diagnostic", "io", "rules", "table"]),
    ("eval", &["table"]),
    ("link", &["rules", "table", "values"]),
    ("detect", &["link", "rules", "table", "values"]),
    ("lint", &["detect", "diagnostic", "rules", "table", "values"]),
    ("discover", &["rules", "table", "values"]),
    ("propose", &["detect", "diagnostic", "discover", "link", "lint", "normalise", "rules", "table", "values"]),
    ("model", &["discover", "rules", "table"]),
    ("joint", &["detect", "link", "model", "rules", "table"]),
    ("repair", &["detect", "model", "normalise", "rules", "table"]),
    (
        "lustrate",
        &[
            "audit",
            "detect",
            "diagnostic",
            "discover",
            "io",
            "joint",
            "labels",
            "learn",
            "link",
            "lint",
            "model",
            "normalise",
            "programs",
            "propose",
            "repair",
            "rules",
            "table",
            "values",
        ],
    ),
    ("report", &["lustrate"]),
    ("cli", &["eval", "lustrate", "report"]),
];

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(project_root().join("Cargo.toml")).no_deps().other_options(["--offline".to_owned()]);
    command.exec().expect("the workspace has a manifest that cargo reads")
}

/// The short name of a crate of the workspace: `lustrate-table` is `table`.
fn short(package: &str) -> Option<&str> {
    if package == "lustrate" { Some(package) } else { package.strip_prefix("lustrate-") }
}

/// The crates under `crates/`, by their folders.
fn crates(metadata: &Metadata) -> Vec<(String, Vec<&Dependency>)> {
    let members = metadata.workspace_packages().into_iter().filter_map(|package| {
        let folder = package.manifest_path.parent()?;
        let normal = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        (folder.parent()?.file_name()? == "crates").then(|| (folder.file_name().map(str::to_owned), normal.collect()))
    });
    let mut crates: Vec<_> = members.filter_map(|(folder, normal)| Some((folder?, normal))).collect();
    crates.sort_by(|a, b| a.0.cmp(&b.0));
    crates
}

#[test]
fn every_crate_has_its_layer_and_every_layer_its_crate() {
    let metadata = metadata();
    let crates: Vec<_> = crates(&metadata).into_iter().map(|(name, _)| name).collect();
    let mut layers: Vec<_> = LAYERS.iter().map(|(name, _)| *name).collect();
    layers.sort_unstable();
    assert_eq!(crates, layers);
}

#[test]
fn no_crate_depends_on_a_later_layer() {
    let metadata = metadata();
    for (name, dependencies) in crates(&metadata) {
        let allowed = LAYERS.iter().find(|(layer, _)| *layer == name).map_or(&[][..], |(_, allowed)| allowed);
        for dependency in dependencies.iter().filter_map(|dependency| short(&dependency.name)) {
            assert!(allowed.contains(&dependency), "`{name}` depends on `{dependency}`, which is no layer below it");
        }
    }
}

#[test]
fn only_io_depends_on_polars_and_the_library_where_asked_to() {
    let metadata = metadata();
    for (name, dependencies) in crates(&metadata) {
        for polars in dependencies.iter().filter(|dependency| dependency.name.starts_with("polars")) {
            let allowed = name == "io" || (name == "lustrate" && polars.optional);
            assert!(allowed, "`{name}` depends on `{}`", polars.name);
        }
    }
}
