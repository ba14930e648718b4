//! Files that are nearly right, and files that are nothing: whatever stands in a rule file, it gets messages with their
//! places and mends, and no panic.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, LazyLock};

use lustrate_diagnostic::{Colour, Diagnostic, Diagnostics, SourceText};
use lustrate_rules::{Form, Parsed, WantedKind, bind_what_fits, parse, parse_as};
use lustrate_table::{Attribute, Column, Kind, Schema, Table};
use lustrate_testkit::project_root;
use proptest::prelude::*;
use proptest::sample::Index;

/// The files of the corpus of which many can be read in a second.
static CORPUS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut texts = Vec::new();
    for folder in ["ok", "err"] {
        let folder = project_root().join("testdata/rules").join(folder);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "rules" || ending == "txt"));
        paths.sort();
        texts.extend(paths.iter().map(|path| fs::read_to_string(path).unwrap()).filter(|text| text.len() < 3000));
    }
    assert!(texts.len() > 120, "the corpus is there");
    texts
});

/// What is put between the pieces of a file: signs, words and characters that are trouble somewhere.
const TROUBLE: &[&str] = &[
    "\"",
    "'",
    "“",
    "`",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "/",
    "\\",
    "\\\n",
    "#",
    ";",
    ":",
    ",",
    ".",
    "..",
    "->",
    "=>",
    "–>",
    "⇒",
    "=",
    "==",
    "<>",
    "≥",
    "!",
    "~",
    "~=",
    "&",
    "&&",
    "|",
    "%",
    "$",
    "^",
    "-",
    "--",
    "−",
    "0",
    "-1",
    "1e999",
    "99999999999999999999",
    "2nd",
    "é",
    "ß",
    "日本",
    "עברית",
    "😀",
    "\u{0}",
    "\u{7}",
    "\u{1b}",
    "\u{ad}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "\u{a0}",
    "\u{301}",
    "\r",
    "\r\n",
    "\n",
    "\t",
    " ",
    "and",
    "or",
    "not",
    "null",
    "fd",
    "deny",
    "fdd",
    "FD",
    "hard",
    "soft",
    "where",
    "repair",
    "in",
    "between",
    "matches",
    "like",
    "within",
    "case",
    "of",
    "unit",
    "min",
    "a.",
    "b.",
    "t1",
    "t1&t2&EQ(t1.",
    "IQ(",
    "\"x y\"",
    "\"%Y-%m-%d\"",
    "/[0-9]+/",
    "/(/",
    "/ x/",
];

/// One change of a file.
#[derive(Clone, Debug)]
enum Change {
    Delete(Index),
    Double(Index),
    Exchange(Index, Index),
    Put(Index, &'static str),
    Replace(Index, &'static str),
    Cut(Index),
    DropCharacter(Index),
    DoubleCharacter(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || any::<Index>();
    let trouble = || prop::sample::select(TROUBLE);
    prop_oneof![
        3 => at().prop_map(Change::Delete),
        2 => at().prop_map(Change::Double),
        2 => (at(), at()).prop_map(|(one, other)| Change::Exchange(one, other)),
        4 => (at(), trouble()).prop_map(|(at, put)| Change::Put(at, put)),
        4 => (at(), trouble()).prop_map(|(at, put)| Change::Replace(at, put)),
        1 => at().prop_map(Change::Cut),
        2 => at().prop_map(Change::DropCharacter),
        1 => at().prop_map(Change::DoubleCharacter),
    ]
}

/// Words, blanks and signs, each a piece.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        match pieces.last_mut() {
            Some(last) if is_word(c) && last.chars().all(is_word) => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

fn changed(text: &str, changes: &[Change]) -> String {
    let mut pieces = pieces(text);
    for change in changes {
        if pieces.is_empty() {
            return String::new();
        }
        let place = |index: &Index| index.index(pieces.len());
        match change {
            Change::Delete(at) => {
                pieces.remove(place(at));
            }
            Change::Double(at) => {
                let at = place(at);
                pieces.insert(at, pieces[at].clone());
            }
            Change::Exchange(one, other) => {
                let (one, other) = (place(one), place(other));
                pieces.swap(one, other);
            }
            Change::Put(at, put) => {
                let at = place(at);
                pieces.insert(at, (*put).to_owned());
            }
            Change::Replace(at, put) => {
                let at = place(at);
                pieces[at] = (*put).to_owned();
            }
            Change::Cut(at) => pieces.truncate(place(at)),
            Change::DropCharacter(at) | Change::DoubleCharacter(at) => {
                let which = place(at);
                let piece = &mut pieces[which];
                let characters: Vec<char> = piece.chars().collect();
                let chosen = at.index(characters.len().max(1));
                let twice = matches!(change, Change::DoubleCharacter(_));
                let kept = characters.iter().enumerate().filter(|&(place, _)| place != chosen || twice);
                let doubled = kept.flat_map(|(place, &c)| std::iter::repeat_n(c, if place == chosen { 2 } else { 1 }));
                *piece = doubled.collect();
            }
        }
    }
    pieces.concat()
}

/// A file of the corpus, or the beginning of one and the end of another, with some changes.
fn nearly_right() -> impl Strategy<Value = String> {
    let file = || any::<Index>().prop_map(|index| CORPUS[index.index(CORPUS.len())].clone());
    let joined = (file(), file(), any::<Index>(), any::<Index>()).prop_map(|(one, other, end, start)| {
        let (one, other) = (pieces(&one), pieces(&other));
        let (end, start) = (end.index(one.len() + 1), start.index(other.len() + 1));
        [&one[..end], &other[start..]].concat().concat()
    });
    let text = prop_oneof![4 => file(), 1 => joined];
    (text, prop::collection::vec(change(), 1..6)).prop_map(|(text, changes)| changed(&text, &changes))
}

/// Columns of the words that a file has, so that its rules are bound as far as they can be.
fn columns(text: &str) -> Vec<String> {
    let is_name = |piece: &String| piece.starts_with(char::is_alphabetic);
    let words: BTreeSet<_> = pieces(text).into_iter().filter(is_name).take(60).collect();
    words.into_iter().chain(["x y".to_owned()]).collect()
}

fn schema(columns: &[String]) -> Schema {
    let kinds = [Kind::Text, Kind::Number];
    let attributes = columns.iter().zip(kinds.iter().cycle());
    Schema::new(attributes.map(|(name, &kind)| Attribute { name: name.clone(), kind }).collect()).unwrap()
}

/// Gives the rules a table for every reference that they name.
fn attach(parsed: &mut Parsed, columns: &[String]) {
    let cells = || -> Column { [Some("1"), None].into_iter().collect() };
    let table = Arc::new(Table::new(columns.iter().map(|name| (name.clone(), cells())).collect()).unwrap());
    for wanted in parsed.rules.wanted() {
        if wanted.kind == WantedKind::Reference {
            parsed.rules.attach(&wanted.rules_file, &wanted.file, table.clone());
        }
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let source = Arc::new(SourceText::new("x.rules", text));
    let columns = columns(text);
    let (own, other) = (schema(&columns), Schema::of_text(["zip", "City", "x y", "a", "table"]).unwrap());
    for form in [Form::Lustrate, Form::HoloClean, Form::Dependencies] {
        let mut parsed = parse_as(&source, form);
        check_all(text, &parsed.diagnostics)?;
        check_all(text, &bind_what_fits(&parsed.rules, &other).1)?;
        attach(&mut parsed, &columns);
        check_all(text, &bind_what_fits(&parsed.rules, &own).1)?;
    }
    let parsed = parse(&source);
    let unbound = bind_what_fits(&parsed.rules, &other).1;
    // Many alike are drawn alike.
    for diagnostic in parsed.diagnostics.iter().chain(unbound.iter()).take(10) {
        prop_assert!(!diagnostic.render(Colour::Off).is_empty());
    }
    Ok(())
}

fn check_all(text: &str, diagnostics: &Diagnostics) -> Result<(), TestCaseError> {
    let mut places = Vec::new();
    for diagnostic in diagnostics.iter() {
        let Diagnostic { code, title, label, help, .. } = diagnostic;
        prop_assert!(!code.is_empty() && !title.is_empty());
        prop_assert!(help.as_deref().is_some_and(|help| !help.trim().is_empty()), "{diagnostic:?}");
        // A mend that names nothing was made from a token that is not there.
        let names_nothing = help.as_deref().unwrap_or_default().contains("``") && !text.contains('`');
        prop_assert!(!names_nothing, "{diagnostic:?}");
        let Some(label) = label else {
            prop_assert_eq!(*code, "no-rule-file");
            continue;
        };
        prop_assert!(!label.text.is_empty());
        let span = label.span;
        prop_assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{diagnostic:?}");
        places.push(span);
    }
    prop_assert!(places.is_sorted(), "{places:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_file_that_is_nearly_right_gets_messages_within_its_text(text in nearly_right()) {
        check(&text)?;
    }

    #[test]
    fn any_text_gets_messages_within_it(text in prop_oneof![any::<String>(), "\\PC{0,80}", "[ -~\\n]{0,120}"]) {
        check(&text)?;
    }

    #[test]
    fn any_bytes_are_a_text_or_a_message_with_its_place(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        match SourceText::decode("x.rules", &bytes) {
            Ok(source) => check(&source.text)?,
            Err(diagnostic) => {
                let label = diagnostic.label.as_ref().unwrap();
                prop_assert!(label.source.text.get(label.span.start..label.span.end).is_some());
                prop_assert!(diagnostic.help.as_deref().is_some_and(|help| !help.is_empty()));
                prop_assert!(!diagnostic.render(Colour::Off).is_empty());
            }
        }
    }
}

#[test]
fn a_file_that_is_cut_off_behind_any_word_gets_messages_within_its_text() {
    for text in CORPUS.iter().filter(|text| text.len() < 250) {
        let mut begun = String::new();
        for piece in pieces(text) {
            begun.push_str(&piece);
            check(&begun).unwrap_or_else(|error| panic!("{begun:?}: {error}"));
        }
    }
}
