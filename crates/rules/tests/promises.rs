//! The rule files of the project keep the promises that the fuzz targets hold against made-up bytes, whole and cut off.

use std::fs;
use std::path::Path;

use lustrate_rules::statement_kinds;
use lustrate_testkit::project_root;

#[path = "../../lustrate/fuzz/promises/holoclean.rs"]
mod holoclean;
#[path = "../../lustrate/fuzz/promises/messages.rs"]
mod messages;
#[path = "../../lustrate/fuzz/promises/rule_text.rs"]
mod rule_text;
#[path = "../../lustrate/fuzz/promises/rules.rs"]
mod rules;

/// Every file is cut off at so many places, its end among them.
const CUTS: usize = 12;

#[test]
fn every_rule_file_keeps_the_promises_wherever_it_is_cut_off() {
    let mut texts: Vec<Vec<u8>> =
        statement_kinds().map(|kind| kind.documentation.example.rules.as_bytes().to_vec()).collect();
    for folder in ["rules", "testdata"] {
        collect(&project_root().join(folder), &mut texts);
    }
    for text in &texts {
        for cut in (0..=CUTS).rev() {
            let bytes = &text[..text.len() * cut / CUTS];
            rules::hold(bytes);
            holoclean::hold(bytes);
        }
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
