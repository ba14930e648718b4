//! The grammar for editors that is committed is the one that the program makes.

use std::path::Path;

use lustrate_rules::grammar;

#[test]
fn the_file_is_what_the_program_makes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("lustrate.tmLanguage.json");
    if std::env::var_os("LUSTRATE_BLESS").is_some() {
        std::fs::write(&path, grammar()).unwrap();
    }
    let file = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(file == grammar(), "lustrate.tmLanguage.json is out of date: run this test with LUSTRATE_BLESS=1");
}
