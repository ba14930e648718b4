//! What is explained of cells: contributions add up, and the numbers are those of the repairs.

use std::collections::BTreeMap;
use std::sync::Arc;

use lustrate::{
    CellId, CellName, Column, CsvOptions, Decision, Doubt, Explanation, Outcome, RowId, Rules, Settings, SourceText,
    Table, Verdict, explain, parse, repair, repair_and_explain,
};
use lustrate_eval::{DirtSettings, Shape, generate, spoil};

fn rules(text: &str) -> Rules {
    let parsed = parse(&Arc::new(SourceText::new("t.rules", text)));
    assert!(!parsed.diagnostics.has_errors(), "{text}");
    parsed.rules
}

/// Every cell of every so many rows.
fn cells(table: &Table, every: usize) -> Vec<CellId> {
    let rows = table.row_ids().step_by(every);
    rows.flat_map(|row| table.schema().ids().map(move |attribute| CellId { row, attribute })).collect()
}

#[track_caller]
fn adds_up(explanation: &Explanation) -> usize {
    let Some(written) = explanation.probability else {
        assert!(explanation.candidates.is_empty(), "{explanation:?}");
        return 0;
    };
    for candidate in &explanation.candidates {
        let sum: f64 = candidate.contributions.iter().map(|contribution| contribution.log_odds).sum();
        let log_odds = (candidate.probability / written).ln();
        assert!((sum - log_odds).abs() < 1e-6, "{sum} is not {log_odds}: {candidate:?} of {explanation:?}");
        assert_eq!(sum, candidate.log_odds);
        let sizes: Vec<f64> = candidate.contributions.iter().map(|contribution| contribution.log_odds.abs()).collect();
        assert!(sizes.is_sorted_by(|a, b| a >= b), "{candidate:?}");
        assert!(candidate.contributions.iter().all(|contribution| !contribution.words.is_empty()));
    }
    let all: f64 = explanation.candidates.iter().map(|candidate| candidate.probability).sum();
    assert!(written + all <= 1.0 + 1e-6, "{explanation:?}");
    explanation.candidates.len()
}

#[test]
fn contributions_add_up_to_the_log_odds_and_fates_are_those_of_the_repairs() {
    for shape in Shape::ALL {
        let generated = generate(shape, 400, 21);
        let table = spoil(&generated.table, &DirtSettings::new(0.08).seed(4)).unwrap().dirty;
        let rules = rules(generated.rules_text);
        let cells = cells(&table, 3);
        let explanations = explain(&table, &rules, &Settings::new(), &cells).unwrap();
        assert_eq!(explanations.len(), cells.len());
        let candidates: usize = explanations.iter().map(adds_up).sum();
        assert!(candidates > cells.len(), "{}: {candidates} candidates", shape.name());

        let outcome = repair(&table, &rules, &Settings::new()).unwrap();
        let repairs: BTreeMap<(u64, &str), _> =
            outcome.repairs.iter().map(|repair| ((repair.row, repair.column.as_str()), repair)).collect();
        for explanation in &explanations {
            let fate = &explanation.fate;
            let Some(repair) = repairs.get(&(explanation.row, explanation.column.as_str())) else {
                assert_eq!(fate.decision, Verdict::Leave, "{explanation:?}");
                continue;
            };
            let verdict = if repair.decision == Decision::Apply { Verdict::Apply } else { Verdict::Review };
            assert_eq!(fate.decision, verdict, "{explanation:?}");
            assert_eq!((&fate.value, fate.confidence), (&repair.new, Some(repair.confidence)));
            assert_eq!((fate.doubt, &explanation.written), (repair.doubt, &repair.old));
        }
    }
}

#[test]
fn contributions_of_the_orders_that_ship_add_up() {
    let text = include_str!("../../../testdata/orders.csv");
    let first: String = text.split_inclusive('\n').take(701).collect();
    let reading = lustrate::read_csv_bytes("orders.csv", first.as_bytes(), &CsvOptions::default()).unwrap();
    let rules = rules(include_str!("../../../testdata/orders.rules"));
    let explanations = explain(&reading.table, &rules, &Settings::new(), &cells(&reading.table, 2)).unwrap();
    let candidates: usize = explanations.iter().map(adds_up).sum();
    assert!(candidates > 4 * explanations.len() / 2, "{candidates}");
}

/// Sixty rows of a code, a city that it determines, a note, a number of the row and a country; one city is misspelled.
fn cities() -> Table {
    let column = |make: &dyn Fn(usize) -> String| -> Column {
        let texts: Vec<String> = (0..60).map(make).collect();
        texts.iter().map(|text| Some(text.as_str())).collect()
    };
    let city = |row: usize| if row == 31 { "Brelin" } else { ["Rome", "Berlin", "Bern"][row % 3] };
    Table::new(vec![
        ("code".into(), column(&|row| format!("C{}", row % 3))),
        ("city".into(), column(&|row| city(row).to_owned())),
        ("number".into(), column(&|row| format!("N-{:05}", row * 7919 % 100_000))),
        ("country".into(), column(&|_| "Europe".to_owned())),
    ])
    .unwrap()
}

fn of(rules_text: &str, settings: &Settings, cell: &str) -> Explanation {
    let table = cities();
    let cell = cell.parse::<CellName>().unwrap().find(&table).unwrap();
    explain(&table, &rules(rules_text), settings, &[cell]).unwrap().remove(0)
}

const CITY: &str = "places: fd code -> city\n";

#[test]
fn a_wrong_cell_is_explained_by_what_speaks_for_its_repair() {
    let explanation = of(CITY, &Settings::new(), "32:city");
    assert_eq!(explanation.fate.decision, Verdict::Apply);
    assert_eq!(explanation.fate.reason, "cells are changed from 0.7 on");
    let best = &explanation.candidates[0];
    assert_eq!(best.value.as_deref(), Some("Berlin"));
    let words: Vec<&str> = best.contributions.iter().map(|contribution| contribution.words.as_str()).collect();
    assert!(words.contains(&"19 of 19 other rows with code = \"C1\" agree (rule places)"), "{words:?}");
    let by_rule = best.contributions.iter().find(|contribution| contribution.rule.is_some()).unwrap();
    assert_eq!((by_rule.kind, by_rule.rule.as_deref()), ("context", Some("places")));
}

#[test]
fn a_cell_that_is_surely_right_is_explained_too() {
    let explanation = of(CITY, &Settings::new(), "1:city");
    assert!(explanation.probability.unwrap() > 0.99 && !explanation.candidates.is_empty(), "{explanation:?}");
    assert!(explanation.candidates.iter().all(|candidate| candidate.log_odds < 0.0));
    assert_eq!(explanation.fate.reason, "nothing else is more probable than what is written");
}

#[test]
fn a_cell_that_waits_for_review_says_why() {
    let explanation = of(CITY, &Settings::new().apply_at(1.0), "32:city");
    assert_eq!((explanation.fate.decision, explanation.fate.doubt), (Verdict::Review, Some(Doubt::NotSure)));
    assert_eq!(explanation.fate.reason, "it is less sure than 1, from which on cells are changed");
    let explanation = of("column city protected\nfd code -> city soft\n", &Settings::new(), "32:city");
    assert_eq!(explanation.fate.doubt, Some(Doubt::Protected));
    assert!(explanation.fate.reason.starts_with("the column is protected"), "{explanation:?}");
}

#[test]
fn a_column_that_is_left_alone_says_why() {
    let of = |rules_text: &str, settings: Settings, cell: &str| of(rules_text, &settings, cell);
    let attention = |explanation: &Explanation| explanation.attention.clone().unwrap_or_default();
    let one_value = of(CITY, Settings::new(), "1:country");
    assert_eq!(attention(&one_value), "it is left alone: all rows have the same value, or none");
    assert_eq!(one_value.probability, None);
    assert_eq!(one_value.fate.reason, "nothing is believed of it: its column is left alone");
    let id = of(CITY, Settings::new().id("number"), "1:number");
    assert_eq!(attention(&id), "it is left alone: it identifies rows");
    assert_eq!(id.key, ["N-00000"]);
    let long_tailed = of(CITY, Settings::new(), "1:number");
    assert!(attention(&long_tailed).contains("nearly every row has a value of its own"), "{long_tailed:?}");
    let label = of("column city label\n", Settings::new(), "1:city");
    assert_eq!(attention(&label), "it is left alone: it is a label, which the rules declare");
    let never = of("column city never repair\nfd code -> city\n", Settings::new(), "32:city");
    assert_eq!(never.fate.reason, "the column is never repaired, as the rules say");
    assert!(adds_up(&never) > 0);
}

#[test]
fn what_was_changed_before_the_model_is_told() {
    let column = |make: &dyn Fn(usize) -> String| -> Column {
        let texts: Vec<String> = (0..40).map(make).collect();
        texts.iter().map(|text| Some(text.as_str())).collect()
    };
    let wait = |row: usize| match row {
        7 => "1:30".to_owned(),
        9 => "n/a".to_owned(),
        _ => (80 + row % 20).to_string(),
    };
    let table = Table::new(vec![
        ("region".into(), column(&|row| ["North", "South"][row % 2].to_owned())),
        ("wait".into(), column(&wait)),
    ])
    .unwrap();
    let rules = rules("column wait duration in min accept \"h:mm\" null \"n/a\"\n");
    let cell = |row: u32| CellId { row: RowId(row), attribute: table.schema().find("wait").unwrap() };
    let explanations = explain(&table, &rules, &Settings::new(), &[cell(7), cell(9), cell(1)]).unwrap();
    let [converted, missing, same] = &explanations[..] else { panic!("{explanations:?}") };
    assert_eq!(converted.written.as_deref(), Some("1:30"));
    assert_eq!(converted.read_as.as_ref().and_then(|read| read.value.as_deref()), Some("90"));
    assert_eq!((converted.fate.decision, converted.fate.value.as_deref()), (Verdict::Apply, Some("90")));
    assert_eq!(missing.read_as.as_ref().map(|read| read.reason.as_str()), Some("it stands for a missing value"));
    assert_eq!(same.read_as, None);
}

#[test]
fn a_rewrite_is_why_a_cell_reads_as_it_does() {
    let states: Column = (0..40).map(|row| Some(["NY", "TX", "Calif.", "TX"][row % 4])).collect();
    let table = Table::new(vec![("state".into(), states.clone()), ("kept".into(), states)]).unwrap();
    let rules = rules(
        "ca: rewrite state \"Calif.\" -> \"CA\" because \"as the post writes it\"\nrewrite kept \"Calif.\" -> \"CA\"\n\
         column kept never repair\n",
    );
    let cell = |row: u32, column: &str| CellId { row: RowId(row), attribute: table.schema().find(column).unwrap() };
    let asked = [cell(2, "state"), cell(2, "kept"), cell(0, "state")];
    let explanations = explain(&table, &rules, &Settings::new(), &asked).unwrap();
    let [rewritten, kept, same] = &explanations[..] else { panic!("{explanations:?}") };
    let read = |explanation: &Explanation| {
        explanation.read_as.as_ref().map(|read| (read.value.clone().unwrap_or_default(), read.reason.clone()))
    };
    let reason = "rule ca: `Calif.` becomes `CA` (as the post writes it)";
    assert_eq!(read(rewritten), Some(("CA".to_owned(), reason.to_owned())));
    assert_eq!((rewritten.fate.decision, rewritten.fate.value.as_deref()), (Verdict::Apply, Some("CA")));
    assert!(rewritten.fate.reason.ends_with(reason), "{}", rewritten.fate.reason);
    assert_eq!(read(kept), Some(("CA".to_owned(), "a rewrite of the column says how it is written".to_owned())));
    assert_eq!(kept.fate.decision, Verdict::Leave);
    assert_eq!(read(same), None);
    let outcome = repair(&table, &rules, &Settings::new()).unwrap();
    assert!(outcome.repairs.iter().all(|repair| repair.rule.as_deref() == Some("ca")), "{:?}", outcome.repairs);
    assert_eq!(outcome.repairs.len(), 10);
}

#[test]
fn a_row_that_is_set_apart_is_told_so() {
    let column = |odd: &'static str, value: &'static str| -> Column {
        (0..30).map(|row| Some(if row == 4 { odd } else { value })).collect()
    };
    let table = Table::new(vec![("from".into(), column("9", "1")), ("to".into(), column("2", "3"))]).unwrap();
    let rules = rules("column from never repair\ncolumn to never repair\nspans: deny from > to by number hard\n");
    let cell = |row: u32| CellId { row: RowId(row), attribute: table.schema().find("to").unwrap() };
    let explanations = explain(&table, &rules, &Settings::new(), &[cell(4), cell(5)]).unwrap();
    let reason = explanations[0].set_apart.clone().unwrap_or_default();
    assert!(reason.contains("hard rule spans"), "{explanations:?}");
    assert_eq!(explanations[1].set_apart, None);
}

#[test]
fn cells_that_are_explained_beside_a_repair_are_explained_as_by_themselves() {
    let generated = generate(Shape::ALL[0], 300, 5);
    let table = spoil(&generated.table, &DirtSettings::new(0.08).seed(2)).unwrap().dirty;
    let rules = rules(generated.rules_text);
    let chosen = |outcome: &Outcome| outcome.repairs.iter().map(CellName::of).collect::<Vec<_>>();
    let (outcome, beside) = repair_and_explain(&table, &rules, &Settings::new(), &chosen, &|_| ()).unwrap();
    assert_eq!(beside.len(), outcome.repairs.len());
    let cells: Vec<CellId> = chosen(&outcome).iter().map(|name| name.find(&table).unwrap()).collect();
    let alone = explain(&table, &rules, &Settings::new(), &cells).unwrap();
    // Of what is only written in another form the model was not asked beside the repair.
    let believed = |explanation: &&(&Explanation, &Explanation)| explanation.0.probability.is_some();
    let pairs: Vec<_> = beside.iter().zip(&alone).collect();
    assert!(pairs.iter().filter(believed).count() > 20);
    assert!(pairs.iter().filter(believed).all(|(beside, alone)| beside == alone));
    assert_eq!(outcome.repairs, repair(&table, &rules, &Settings::new()).unwrap().repairs);
}

#[test]
fn a_cell_is_explained_by_the_pass_that_changed_it() {
    let cities = ["Rome", "Rome", "N/A", "Rome", "Bern", "N/A", "Rome", "Rom"];
    let column = |texts: [&'static str; 8]| texts.into_iter().map(Some).collect::<Column>();
    let columns = vec![("zip".to_owned(), column(["00184"; 8])), ("city".to_owned(), column(cities))];
    let table = Table::new(columns).unwrap();
    let rules = parse(&Arc::new(SourceText::new("t.rules", "fd zip -> city hard"))).rules;
    let repaired = |settings: &Settings| repair(&table, &rules, settings).unwrap();
    let outcome = repaired(&Settings::new());
    // Only what the first puts right makes the second sure enough.
    assert_eq!((repaired(&Settings::new().passes(1)).totals.applied, outcome.totals.applied), (1, 4));
    let city = table.schema().find("city").unwrap();
    let cells: Vec<CellId> = table.row_ids().map(|row| CellId { row, attribute: city }).collect();
    let explained = explain(&table, &rules, &Settings::new(), &cells).unwrap();
    for (explanation, written) in explained.iter().zip(cities) {
        assert_eq!(explanation.written.as_deref(), Some(written));
        let repair = outcome.repairs.iter().find(|repair| repair.row == explanation.row);
        let told = repair.map(|repair| (Verdict::Apply, repair.new.clone(), Some(repair.confidence)));
        let fate = &explanation.fate;
        let expected = told.unwrap_or((Verdict::Leave, None, None));
        assert_eq!((fate.decision, fate.value.clone(), fate.confidence), expected, "row {}", explanation.row);
    }
}
