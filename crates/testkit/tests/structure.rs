//! What holds for every source file.

use std::fs;
use std::path::{Path, PathBuf};

use lustrate_testkit::project_root;

/// The most lines that a source file has; about 400 is the aim.
const MOST_LINES: usize = 800;

/// Names that say nothing about what a module is for.
const NAMELESS: &[&str] = &["common", "helper", "helpers", "misc", "util", "utils"];

const PRINTING: &[&str] = &["dbg!(", "eprint!(", "eprintln!(", "print!(", "println!("];

fn sources() -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for top in ["crates", "benches"] {
        collect(&project_root().join(top), &mut sources);
    }
    assert!(!sources.is_empty(), "the project has source files");
    sources.sort();
    sources
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the project can be read") {
        let path = entry.expect("a folder of the project can be read").path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a source file is UTF-8")
}

/// The path within the project.
fn within(path: &Path) -> String {
    path.strip_prefix(project_root()).unwrap_or(path).display().to_string()
}

#[test]
fn no_source_file_is_too_long() {
    for path in sources() {
        let lines = read(&path).lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines, of {MOST_LINES} at the most", within(&path));
    }
}

#[test]
fn no_folder_or_module_goes_by_a_name_that_says_nothing() {
    for path in sources() {
        let within = PathBuf::from(within(&path).trim_end_matches(".rs"));
        let nameless = within.iter().find(|part| NAMELESS.iter().any(|name| *part == *name));
        assert!(nameless.is_none(), "{}: name it by what it holds", within.display());
    }
}

#[test]
fn only_the_command_line_prints() {
    let library = |path: &Path| {
        let within = within(path);
        !within.starts_with("crates/cli") && within.starts_with("crates") && within.contains("/src/")
    };
    for path in sources().into_iter().filter(|path| library(path)) {
        for (number, line) in read(&path).lines().enumerate().filter(|(_, line)| !line.trim().starts_with("//")) {
            let prints = PRINTING.iter().any(|name| line.contains(name));
            assert!(!prints, "{}:{} prints: return it to the command line", within(&path), number + 1);
        }
    }
}

#[test]
fn no_clock_is_read_so_that_every_day_gives_the_same_bytes() {
    const CLOCKS: &[&str] =
        &["SystemTime::now", "Timestamp::now", "Zoned::now", "Utc::now", "Local::now", "TimeZone::system"];
    let is_code = |path: &PathBuf| within(path).starts_with("crates") && within(path).contains("/src/");
    for path in sources().into_iter().filter(is_code) {
        for (number, line) in read(&path).lines().enumerate() {
            let clock = CLOCKS.iter().find(|clock| line.contains(*clock));
            assert!(clock.is_none(), "{}:{} reads a clock: take the time from the user", within(&path), number + 1);
        }
    }
}

#[test]
fn every_crate_is_on_the_map() {
    let root = project_root().join("crates");
    let map = fs::read_to_string(root.join("README.md")).expect("crates/README.md is the map of the crates");
    for entry in fs::read_dir(&root).expect("the folder of the crates can be read") {
        let path = entry.expect("the folder of the crates can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.join("Cargo.toml").is_file() {
            assert!(map.contains(&format!("`{name}`")), "crates/README.md has no line for `{name}`");
        }
    }
}
