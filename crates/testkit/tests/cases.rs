//! The literate cases are whole.

use std::fs;

use lustrate_testkit::{cases, project_root};

const INPUT: [&str; 7] = ["clean", "csv", "fds", "holoclean", "labels", "pack", "rules"];
const EXPECTED: [&str; 10] =
    ["apart", "diagnostics", "findings", "lints", "output", "repairs", "review", "taught", "told", "whole"];

/// A block that is called like a file is that file, which the rules of the case name.
fn is_file(info: &str) -> bool {
    info.ends_with(".csv")
}

fn themes() -> Vec<String> {
    let entries = fs::read_dir(project_root().join("testdata/cases")).expect("the cases lie in testdata/cases");
    let folders = entries.map(|entry| entry.expect("a folder of cases can be read").file_name());
    let mut themes: Vec<_> = folders.map(|name| name.to_string_lossy().into_owned()).collect();
    themes.sort();
    themes
}

#[test]
fn every_case_has_input_and_something_to_expect() {
    for case in themes().iter().flat_map(|theme| cases(theme)) {
        let has = |infos: &[&str]| infos.iter().any(|info| case.block(info).is_some());
        assert!(has(&INPUT), "{}: no block of {INPUT:?}", case.path.display());
        assert!(has(&EXPECTED), "{}: no block of {EXPECTED:?}", case.path.display());
    }
}

#[test]
fn every_block_of_a_case_has_a_known_name_that_comes_once() {
    for case in themes().iter().flat_map(|theme| cases(theme)) {
        let mut infos: Vec<&str> = case.blocks.iter().map(|block| block.info.as_str()).collect();
        infos.sort_unstable();
        assert!(infos.windows(2).all(|pair| pair[0] != pair[1]), "{}: {infos:?}", case.path.display());
        let known = |info: &&str| INPUT.contains(info) || EXPECTED.contains(info) || is_file(info);
        let unknown = infos.iter().find(|info| !known(info));
        assert_eq!(unknown, None, "{}", case.path.display());
    }
}
