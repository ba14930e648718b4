//! `lustrate rules`: the reference and its pages.

use crate::session::Session;

#[test]
fn the_whole_reference_has_every_statement_and_every_warning() {
    let reference = Session::with(&[]).done("rules");
    for part in ["# The rule language\n", "### `fd`: ", "### `version`: ", "- `no-support`: "] {
        assert!(reference.contains(part), "{part}");
    }
}

#[test]
fn a_word_shows_its_page_alone() {
    let session = Session::with(&[]);
    let page = session.done("rules fd");
    assert!(page.starts_with("### `fd`: ") && page.contains("```rules\n") && !page.contains("### `deny`"), "{page}");
    assert!(session.done("rules dependency-cycle").starts_with("### `dependency-cycle`: "));
}

#[test]
fn an_unknown_word_is_told_with_the_nearest() {
    let told = Session::with(&[]).run("rules uniq");
    assert!(told.starts_with("exit 2\n--- stderr\nerror[unknown-page]: the reference has no page `uniq`\n"), "{told}");
    assert!(told.contains("help: write `lustrate rules unique`; the statements are "), "{told}");
}
