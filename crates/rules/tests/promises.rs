//! The rule files of the project keep the promises that the fuzz target holds against made-up bytes, whole and cut off.

use std::fs;
use std::path::Path;

use lustrate_rules::statement_kinds;
use lustrate_testkit::project_root;

#[path = "../fuzz/promises.rs"]
mod promises;

/// Every file is cut off at so many places.
const CUTS: usize = 12;

#[test]
fn every_rule_file_keeps_the_promises_wherever_it_is_cut_off() {
    let mut texts: Vec<Vec<u8>> =
        statement_kinds().map(|kind| kind.documentation.example.rules.as_bytes().to_vec()).collect();
    for folder in ["rules", "testdata"] {
        collect(&project_root().join(folder), &mut texts);
    }
    for text in &texts {
        (0..CUTS).for_each(|cut| promises::hold(&text[..text.len() * cut / CUTS]));
        promises::hold(text);
    }
}

/// The files of a folder that are no literate cases.
fn collect(folder: &Path, texts: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder of the project can be read") {
        let path = entry.expect("a folder of the project can be read").path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rules" || extension == "txt") {
            texts.push(fs::read(&path).expect("a file of the project can be read"));
        }
    }
}
