//! The rule packs of `rules/`: each is used as it is on a dirty table and on a clean one of its kind.
//!
//! The literate cases are in `testdata/cases/packs`. A `pack` block names the file in `rules/`; `csv` is the dirty table,
//! and `clean` one in which nothing may be found or changed. `lints` is what `check` says of the pack with the dirty
//! table.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use lustrate::{
    Colour, CsvOptions, Decision, Outcome, Rules, Settings, Table, check, find, parse_rule_files, read_csv_bytes,
    read_rules, read_table, repair,
};
use lustrate_testkit::{Case, cases, project_root};

#[test]
fn a_pack_repairs_and_finds_what_a_person_would() {
    let mut failures = Vec::new();
    for case in cases("packs") {
        let (rules, table) = (pack(&case), table(&case, "csv"));
        let outcome = run(&case, &rules, &table);
        let came_out = [
            ("repairs", repairs(&outcome, Decision::Apply)),
            ("review", repairs(&outcome, Decision::Review)),
            ("findings", findings(&case, &rules, &table)),
            ("lints", lints(&case, &table)),
        ];
        for (block, actual) in came_out {
            failures.extend(case.check(block, &actual).err().map(|mismatch| mismatch.to_string()));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn a_clean_table_of_its_kind_gives_a_pack_nothing_to_say() {
    for case in cases("packs") {
        let (rules, table) = (pack(&case), table(&case, "clean"));
        let outcome = run(&case, &rules, &table);
        assert_eq!(outcome.repairs.iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0], "{}", case.name);
        assert_eq!(outcome.quarantine, [], "{}", case.name);
        assert_eq!(findings(&case, &rules, &table), "", "{}", case.name);
    }
}

#[test]
fn no_pack_is_doubtful_by_itself() {
    for file in packs() {
        let told = check(parse_rule_files([root("rules").join(&file)]), None);
        assert!(told.is_empty(), "{file}:\n{}", told.render(Colour::Off));
    }
}

#[test]
fn every_pack_is_listed_and_has_a_case_and_a_header() {
    let listed = std::fs::read_to_string(root("rules/README.md")).expect("the list is there");
    let shown: BTreeSet<String> = cases("packs").iter().map(|case| pack_name(case).to_owned()).collect();
    assert_eq!(shown, packs());
    for file in shown {
        assert!(listed.contains(&format!("[{file}]({file})")), "{file} is not listed");
        let text = std::fs::read_to_string(root("rules").join(&file)).expect("it can be read");
        for word in ["version 1\n\n# ", "\n# For: ", "\n# Columns: ", "\n# Strike: "] {
            assert!(text.contains(word), "the header of {file} lacks {word:?}");
        }
    }
}

#[test]
fn every_zip_prefix_is_of_the_state_that_the_reference_says() {
    let rules = read_rules(root("rules/us_zip_codes.rules")).expect("the pack parses");
    let listed = reference("us_zip_prefixes.csv");
    let of_prefix = |state: &dyn Fn(&str) -> String| {
        let line = |row: &Vec<String>| format!("{}01,{}\n", row[0], state(&row[1]));
        read(&format!("zip,state\n{}", listed.iter().map(line).collect::<String>()))
    };
    let blamed = |table: &Table| -> BTreeSet<u64> {
        let found = find(table, &rules).expect("the pack binds");
        found.rules.iter().flat_map(|rule| rule.cells.iter().map(|cell| cell.row)).collect()
    };
    assert_eq!(blamed(&of_prefix(&|state| state.to_owned())), BTreeSet::new());
    // No prefix is forgotten: with a state that there is not, each row breaks a rule.
    assert_eq!(blamed(&of_prefix(&|_| "??".to_owned())), (1..=listed.len() as u64).collect());
}

#[test]
fn postal_codes_have_the_form_that_the_reference_says() {
    let text = std::fs::read_to_string(root("rules/international_addresses.rules")).expect("the pack is there");
    // One rule a piece, its line breaks within brackets included.
    let rules: Vec<&str> = text.split("if country_code ").collect();
    for row in reference("postal_codes.csv") {
        let (country, form) = (format!("{:?}", row[0]), format!("postal_code matches /{}/\n", row[1]));
        let of_country: Vec<_> = rules.iter().filter(|rule| rule.contains(&country)).collect();
        assert!(matches!(of_country.as_slice(), [rule] if rule.contains(&form)), "{row:?}: {of_country:?}");
    }
}

#[test]
fn clinical_ranges_are_those_that_the_reference_says() {
    let text = std::fs::read_to_string(root("rules/clinical_measures.rules")).expect("the pack is there");
    let listed = reference("clinical_measures.csv");
    let mut ranges = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let measure = listed.iter().find(|row| line.split_whitespace().any(|word| word == row[0]));
        let (Some(measure), true) = (measure, line.contains("..") && !line.starts_with("column glucose ")) else {
            continue;
        };
        let of_measure = listed.iter().filter(|row| row[0] == measure[0]);
        assert!(of_measure.clone().any(|row| line.contains(&format!(" {}..{} ", row[2], row[3]))), "{line}");
        ranges += 1;
    }
    assert_eq!(ranges, 15);
}

#[test]
fn references_are_small_keyed_and_agree_with_each_other() {
    let named = std::fs::read_to_string(root("rules/reference/README.md")).expect("the list is there");
    let files: Vec<_> = std::fs::read_dir(root("rules/reference")).expect("the folder is there").collect();
    for file in files {
        let file = file.expect("it can be read");
        let name = file.file_name().to_string_lossy().into_owned();
        if name.ends_with(".csv") {
            assert!(named.contains(&format!("| `{name}` |")), "{name} has no source and licence");
            assert!(file.metadata().expect("it can be read").len() < 20_000, "{name} is large");
            let rows = reference(&name);
            assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len(), "a row of {name} is there twice");
        }
    }
    let column = |file: &str, place: usize| -> Vec<String> {
        reference(file).into_iter().map(|mut row| row.swap_remove(place)).collect()
    };
    let codes = |file: &str, place: usize| -> BTreeSet<String> { column(file, place).into_iter().collect() };
    let countries = codes("countries.csv", 0);
    assert_eq!(countries.len(), 249);
    for (file, places) in [("countries.csv", 0..4), ("currencies.csv", 0..2), ("languages.csv", 0..3)] {
        for place in places {
            assert_eq!(codes(file, place).len(), column(file, place).len(), "column {place} of {file} is no key");
        }
    }
    assert_eq!(codes("country_names.csv", 1).len(), column("country_names.csv", 1).len(), "a name of two countries");
    assert_eq!(codes("country_names.csv", 0), countries);
    assert!(codes("calling_codes.csv", 0).is_subset(&countries) && codes("postal_codes.csv", 0).is_subset(&countries));
    assert_eq!(codes("us_zip_prefixes.csv", 1), codes("us_states.csv", 0));
    assert_eq!(codes("us_state_names.csv", 0), codes("us_states.csv", 0));
    assert_eq!(codes("us_state_names.csv", 1).len(), column("us_state_names.csv", 1).len(), "a name of two states");
}

fn run(case: &Case, rules: &Rules, table: &Table) -> Outcome {
    repair(table, rules, &Settings::new()).unwrap_or_else(|error| panic!("{}: {}", case.name, error.diagnostics()))
}

/// Decisions are asserted, not digits: the confidence is left out.
fn repairs(outcome: &Outcome, decision: Decision) -> String {
    let chosen = outcome.repairs.iter().filter(|repair| repair.decision == decision);
    let line = |repair: &lustrate::Repair| repair.to_string().rsplit_once(" (").unwrap_or_default().0.to_owned();
    chosen.map(line).collect::<Vec<_>>().join("\n")
}

/// What breaks the rules of the pack: each cell to blame, and each check that does not hold.
fn findings(case: &Case, rules: &Rules, table: &Table) -> String {
    let found = find(table, rules).unwrap_or_else(|error| panic!("{}: {}", case.name, error.diagnostics()));
    let lines = found.rules.iter().flat_map(|rule| {
        let cells = rule.cells.iter().map(|cell| {
            let value = cell.value.as_deref().unwrap_or_default();
            format!("{}: row {}, {} {value:?}", rule.name, cell.row, cell.column)
        });
        let blamed: Vec<String> = cells.collect();
        let without_cell = (blamed.is_empty() && rule.broken > 0).then(|| format!("{}: does not hold", rule.name));
        blamed.into_iter().chain(without_cell).collect::<Vec<_>>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The titles alone: where a rule stands is no part of what a case says. Many of one code are counted: a pack speaks of
/// more than one table holds.
fn lints(case: &Case, table: &Table) -> String {
    let mut parsed = parse_rule_files([root("rules").join(pack_name(case))]);
    parsed.rules.set_table("case.csv");
    let mut titles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let here = format!("{}/", project_root().display());
    for lint in check(parsed, Some(table)).iter() {
        titles.entry(lint.code).or_default().push(lint.title.replace(&here, ""));
    }
    let lines = titles.into_iter().flat_map(|(code, titles)| match titles.len() {
        0..=8 => titles.into_iter().map(|title| format!("{code}: {title}")).collect::<Vec<_>>(),
        many => vec![format!("{code}: {many} times")],
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn pack_name(case: &Case) -> &str {
    case.block("pack").unwrap_or_else(|| panic!("{} has a pack block", case.name)).trim()
}

fn pack(case: &Case) -> Rules {
    let name = pack_name(case);
    let rules = read_rules(root("rules").join(name));
    let mut rules = rules.unwrap_or_else(|error| panic!("{name}: {}", error.diagnostics()));
    rules.set_table("case.csv");
    rules
}

fn table(case: &Case, block: &str) -> Table {
    let csv = case.block(block).unwrap_or_else(|| panic!("{} has a {block} block", case.name));
    read(csv)
}

fn read(csv: &str) -> Table {
    read_csv_bytes("case.csv", csv.as_bytes(), &CsvOptions::default()).expect("the table can be read").table
}

/// The rows of a reference table. What is missing is the empty text.
fn reference(name: &str) -> Vec<Vec<String>> {
    let table = read_table(root("rules/reference").join(name)).expect("the reference can be read");
    let columns: Vec<_> = table.schema().ids().map(|attribute| table.column(attribute)).collect();
    let cells = |row| columns.iter().map(|column| column.text(row).unwrap_or_default().to_owned()).collect();
    table.row_ids().map(cells).collect()
}

/// The names of all packs.
fn packs() -> BTreeSet<String> {
    let entries = std::fs::read_dir(root("rules")).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".rules")).collect()
}

fn root(path: &str) -> PathBuf {
    project_root().join(path)
}
