//! The grammars for editors that are committed are those that the program makes.

use std::path::Path;

use lustrate_rules::{grammar, sublime_syntax};

#[test]
fn the_files_are_what_the_program_makes() {
    for (name, made) in [("lustrate.tmLanguage.json", grammar()), ("lustrate.sublime-syntax", sublime_syntax())] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        if std::env::var_os("LUSTRATE_BLESS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let file = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(file == made, "{name} is out of date: run this test with LUSTRATE_BLESS=1");
    }
}
