//! The corpus of rule files: `testdata/rules/ok` holds files without a mistake, `testdata/rules/err` files with mistakes,
//! each beside what is told of it.
//!
//! A file may have the first rows of its table beside it, `NAME.csv`, to which it is bound; reference tables and rule
//! files that it names are looked for in its folder. `LUSTRATE_BLESS=1` writes what is told; the diff is for a person to
//! judge: does it say what is wrong, where, and what to write instead?

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lustrate_diagnostic::{Colour, Diagnostic, Diagnostics, SourceText};
use lustrate_rules::{
    Form, Parsed, Rules, WantedKind, bind_what_fits, bind_without_table, format, parse, parse_as, statement_kinds,
};
use lustrate_table::{Column, Table};
use lustrate_testkit::{check_file, project_root};
use lustrate_values::Unit;

/// So many files the corpus has at least, and so many lines what is told of one has at most.
const LEAST_FILES: usize = 120;
const MOST_LINES: usize = 60;

#[test]
fn a_file_without_a_mistake_gets_no_message() {
    let mut told = Diagnostics::new();
    for file in files("ok") {
        let parsed = parse(&read(&file));
        told.extend(parsed.diagnostics.clone());
        told.extend(match table_beside(&file) {
            Some(table) => bind_what_fits(&with_files(&file, parsed).rules, table.schema()).1,
            None => bind_without_table(&parsed.rules).2,
        });
    }
    // Tables and rule files that are named need not be there.
    let there_or_not = |told: &&Diagnostic| matches!(told.code, "no-reference" | "no-rules");
    let told: Diagnostics = told.iter().filter(|told| !there_or_not(told)).cloned().collect();
    assert!(told.is_empty(), "\n{told}");
}

#[test]
fn the_canonical_form_of_a_file_says_the_same_and_stays_as_it_is() {
    for file in files("ok") {
        let source = read(&file);
        let rules = parse(&source).rules;
        let canonical = |text: &str| Arc::new(SourceText::new("canonical.rules", text));
        for text in [rules.to_string(), format(&source).unwrap_or_else(|mistakes| panic!("{mistakes}"))] {
            let again = parse(&canonical(&text));
            assert!(again.diagnostics.is_empty(), "{}: {}", file.display(), again.diagnostics);
            assert_eq!(again.rules, rules, "{}: {text}", file.display());
            assert_eq!(format(&canonical(&text)).as_deref(), Ok(&*text), "{}", file.display());
        }
        assert_eq!(parse(&canonical(&rules.to_string())).rules.to_string(), rules.to_string());
    }
}

#[test]
fn the_rules_of_a_file_are_kept_as_texts() {
    for file in files("ok") {
        let rules = with_files(&file, parse(&read(&file))).rules;
        let mut again = Rules::new();
        for (name, text) in rules.texts() {
            again.extend(parse_as(&Arc::new(SourceText::new(name, text)), Form::Lustrate).into_result().unwrap());
        }
        assert_eq!(again.to_string(), rules.to_string(), "{}", file.display());
        assert_eq!(again.texts(), rules.texts(), "{}", file.display());
    }
}

#[test]
fn files_without_a_mistake_use_every_statement() {
    let used: BTreeSet<_> = files("ok")
        .iter()
        .flat_map(|file| parse(&read(file)).rules.iter().map(|written| written.rule().keyword()).collect::<Vec<_>>())
        .collect();
    assert_eq!(used, statement_kinds().map(|kind| kind.keyword).collect());
}

#[test]
fn files_without_a_mistake_use_every_unit() {
    let mut unused: Vec<_> = Unit::all().map(Unit::symbol).collect();
    for file in files("ok") {
        let text = parse(&read(&file)).rules.to_string();
        let uses = |symbol: &str| {
            let quoted = format!("\"{symbol}\"");
            text.contains(&quoted) || text.split([' ', ',', '\n']).any(|word| word == symbol)
        };
        unused.retain(|symbol| !uses(symbol));
    }
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_mistake_is_told_as_expected() {
    let failures: Vec<_> = files("err")
        .iter()
        .filter_map(|file| check_file(&file.with_extension("expected"), &told(file).render(Colour::Off)).err())
        .map(|mismatch| mismatch.to_string())
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_message_has_a_code_a_place_a_label_and_a_mend_and_stands_in_order() {
    for file in files("err") {
        let source = read(&file);
        let told = told(&file);
        assert!(!told.is_empty(), "{}: nothing is told", file.display());
        let mut places = Vec::new();
        for Diagnostic { code, title, label, help, .. } in told.iter() {
            let at = || format!("{}: {title}", file.display());
            assert!(!code.is_empty() && !title.is_empty(), "{}", at());
            assert!(help.as_deref().is_some_and(|help| !help.trim().is_empty()), "{} has no mend", at());
            // That a whole file is none of rules is said behind its first mistakes, which have their places.
            if *code == "no-rule-file" {
                continue;
            }
            let label = label.as_ref().unwrap_or_else(|| panic!("{} has no place", at()));
            assert!(!label.text.is_empty(), "{}", at());
            assert_eq!(label.source.name, source.name, "{}", at());
            let span = label.span;
            assert!(span.start <= span.end && source.text.get(span.start..span.end).is_some(), "{}: {span:?}", at());
            places.push(span);
        }
        assert!(places.is_sorted(), "{}: {places:?}", file.display());
    }
}

#[test]
fn every_file_has_what_it_needs_and_nothing_is_left_over() {
    let (ok, err) = (files("ok"), files("err"));
    assert!(ok.len() + err.len() >= LEAST_FILES, "{} files", ok.len() + err.len());
    for file in &err {
        let expected = file.with_extension("expected");
        let text = fs::read_to_string(&expected).unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
        assert!(text.lines().count() <= MOST_LINES, "{} is longer than a screen", expected.display());
    }
    let stems = |files: &[PathBuf]| files.iter().map(|file| file.with_extension("")).collect::<BTreeSet<_>>();
    assert_eq!(stems(&err).len(), err.len(), "two files have one expected text");
    for (folder, stems) in [("ok", stems(&ok)), ("err", stems(&err))] {
        for path in entries(folder) {
            let known = match path.extension().and_then(|ending| ending.to_str()) {
                Some("rules" | "txt") => true,
                Some("expected") => folder == "err" && stems.contains(&path.with_extension("")),
                // A table belongs to a file, or a rule names it as a reference.
                Some("csv") => stems.contains(&path.with_extension("")) || is_named(folder, &path),
                _ => false,
            };
            assert!(known, "{} belongs to no rule file", path.display());
        }
    }
}

/// Whether a rule file of a folder names a file of it.
fn is_named(folder: &str, path: &Path) -> bool {
    let wanted = |file: &PathBuf| parse(&read(file)).rules.wanted();
    files(folder).iter().flat_map(wanted).any(|wanted| path.ends_with(&wanted.file))
}

/// All that is told of a file: as a text, and held against its table where there is one.
fn told(file: &Path) -> Diagnostics {
    let parsed = parse(&read(file));
    let mut told = parsed.diagnostics.clone();
    if let Some(table) = table_beside(file) {
        let mut parsed = with_files(file, parsed);
        let name = file.with_extension("csv");
        parsed.rules.set_table(&name_of(&name));
        told.extend(bind_what_fits(&parsed.rules, table.schema()).1);
        told.sort();
    }
    told
}

/// The rules with the reference tables that they name and that are in their folder.
fn with_files(file: &Path, mut parsed: Parsed) -> Parsed {
    for wanted in parsed.rules.wanted() {
        let path = file.with_file_name(&wanted.file);
        if let (WantedKind::Reference, Ok(csv)) = (wanted.kind, fs::read_to_string(&path)) {
            parsed.rules.attach(&wanted.rules_file, &wanted.file, Arc::new(table(&csv)));
        }
    }
    parsed
}

fn table_beside(file: &Path) -> Option<Table> {
    fs::read_to_string(file.with_extension("csv")).ok().map(|csv| table(&csv))
}

/// A table from lines with commas between cells, none of which is in quotes.
fn table(csv: &str) -> Table {
    let rows: Vec<Vec<_>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let column = |place: usize| -> Column {
        rows[1..].iter().map(|row| Some(row[place]).filter(|cell| !cell.is_empty())).collect()
    };
    let columns = rows[0].iter().enumerate().map(|(place, name)| ((*name).to_owned(), column(place)));
    Table::new(columns.collect()).expect("the columns of a table of the corpus have different names")
}

/// The rule files of a folder, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let is_rule_file = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "rules" || ending == "txt");
    entries(folder).into_iter().filter(is_rule_file).collect()
}

fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = project_root().join("testdata/rules").join(folder);
    let read = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = read.map(|entry| entry.expect("a folder can be read to its end").path()).collect();
    paths.sort();
    paths
}

fn read(file: &Path) -> Arc<SourceText> {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Arc::new(SourceText::new(name_of(file), text))
}

fn name_of(file: &Path) -> String {
    file.file_name().expect("a file of the corpus has a name").to_string_lossy().into_owned()
}
