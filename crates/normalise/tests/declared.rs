//! What declared columns become, from the text of the rules on.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_normalise::{Conversion, ConversionKind, Normalised, normalise};
use lustrate_rules::{bind, parse};
use lustrate_table::{AttributeId, CellId, Column, RowId, Table};

fn table(columns: &[(&str, Vec<&str>)]) -> Table {
    let column = |cells: &[&str]| -> Column { cells.iter().map(|&cell| Some(cell)).collect() };
    Table::new(columns.iter().map(|(name, cells)| ((*name).to_owned(), column(cells))).collect()).unwrap()
}

fn normalised(table: &Table, rules: &str) -> Normalised {
    let parsed = parse(&Arc::new(SourceText::new("x.rules", rules)));
    assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
    let constraints = bind(&parsed.rules, table.schema()).unwrap_or_else(|errors| panic!("{errors}"));
    normalise(table, &constraints)
}

fn texts(normalised: &Normalised, attribute: u32) -> Vec<Option<&str>> {
    let cell = |row| CellId { row, attribute: AttributeId(attribute) };
    normalised.table.row_ids().map(|row| normalised.table.text(cell(row))).collect()
}

fn check(rules: &str, cells: &[&str], expected: &[Option<&str>]) -> Vec<Conversion> {
    let table = table(&[("x", cells.to_vec()), ("y", cells.to_vec())]);
    let normalised = normalised(&table, rules);
    assert_eq!(texts(&normalised, 0), expected);
    assert!(normalised.table.shares(&table, AttributeId(1)), "a column of which nothing is said is shared");
    normalised.conversions
}

#[test]
fn suffixes_and_clocks_become_the_declared_unit_for_sure() {
    let conversions = check(
        "column x duration in min accept h, \"h:mm\"",
        &["90", "2 h", " 1:30"],
        &[Some("90"), Some("120"), Some("90")],
    );
    assert!(conversions.iter().all(|c| c.kind == ConversionKind::Unit && c.confidence == 0.99));
    assert_eq!(conversions.iter().map(|c| c.cell.row.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(conversions[1].old.as_deref(), Some(" 1:30"));
}

#[test]
fn a_date_in_doubt_is_read_as_most_others_are() {
    let cells = ["2020-01-05", "13/01/2020", "14/01/2020", "15/01/2020", "01/20/2020", "03/04/2020"];
    let conversions = check(
        "column x date \"%Y-%m-%d\" accept \"%m/%d/%Y\", \"%d/%m/%Y\"",
        &cells,
        &[
            Some("2020-01-05"),
            Some("2020-01-13"),
            Some("2020-01-14"),
            Some("2020-01-15"),
            Some("2020-01-20"),
            Some("2020-04-03"),
        ],
    );
    let doubtful = conversions.last().unwrap();
    assert_eq!((doubtful.kind, doubtful.cell.row), (ConversionKind::Format, RowId(5)));
    let (day_first, month_first) = (4.0 / 6.0, 2.0 / 6.0);
    assert_eq!(doubtful.confidence, day_first);
    let expected = [("2020-04-03".to_owned(), day_first), ("2020-03-04".to_owned(), month_first)];
    assert_eq!(doubtful.alternatives, expected);
}

#[test]
fn null_spellings_are_missing_and_no_conversion() {
    let conversions = check("column x number null -1, \"n/a\"", &["5", "-1", " n/a "], &[Some("5"), None, None]);
    assert_eq!(conversions, []);
}

#[test]
fn cells_that_are_never_repaired_are_canonical_in_the_view_only() {
    assert_eq!(check("column x text case upper never repair", &["ny"], &[Some("NY")]), []);
    assert_eq!(check("column x text id", &[" 7"], &[Some("7")]), []);
}

#[test]
fn bare_hours_among_minutes_are_told_by_their_group() {
    let minutes = ["95", "100", "110", "118", "120", "124", "130", "133", "140", "155"];
    let hours = ["1.6", "1.7", "1.8", "2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"];
    let (mut waits, mut wards) = (Vec::new(), Vec::new());
    for (ward, numbers) in
        [("A", minutes), ("B", hours), ("C", minutes), ("D", minutes), ("E", minutes), ("F", minutes)]
    {
        waits.extend(numbers);
        wards.extend([ward; 10]);
    }
    // One in hours among minutes, and one that says so.
    (waits[3], waits[4]) = ("2", "2 h");
    let table = table(&[("wait", waits), ("ward", wards)]);
    let normalised = normalised(&table, "column wait duration in min accept h infer unit by ward");
    let inferred: Vec<_> = normalised
        .conversions
        .iter()
        .filter(|c| c.kind == ConversionKind::InferredUnit && c.confidence >= 0.5)
        .collect();
    assert_eq!(inferred.iter().map(|c| c.cell.row.0).collect::<Vec<_>>(), [vec![3], (10..20).collect()].concat());
    assert_eq!(inferred[0].new.as_deref(), Some("120"));
    let ward = "ward B: 10 of 10 bare numbers lie around 2.2; as h they fit the ";
    assert!(inferred[1].reason.starts_with(ward), "{}", inferred[1].reason);
    assert!(inferred.iter().all(|c| (0.8..=0.99).contains(&c.confidence)), "{inferred:?}");
}

#[test]
fn the_outcome_is_the_same_for_any_number_of_threads() {
    let cells: Vec<String> =
        (0..300).map(|i| if i % 7 == 0 { "2".to_owned() } else { (90 + i % 50).to_string() }).collect();
    let table = table(&[("x", cells.iter().map(String::as_str).collect())]);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| normalised(&table, "column x duration in min accept h, s infer unit").conversions)
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn degrees_that_have_another_zero_are_told_too() {
    let (mut degrees, mut rooms) = (Vec::new(), Vec::new());
    for room in 0..8 {
        for reading in 0..12 {
            let celsius = 20.0 + f64::from((reading * 7 + room * 3) % 23) / 10.0;
            let written = if room == 5 { celsius * 1.8 + 32.0 } else { celsius };
            degrees.push(format!("{written:.1}"));
            rooms.push(format!("room {room}"));
        }
    }
    // What lies at zero or below is no logarithm and no other unit either.
    (degrees[3], degrees[4]) = ("0".to_owned(), "-1.5".to_owned());
    let texts = |cells: &'_ [String]| cells.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let (degrees, rooms) = (texts(&degrees), texts(&rooms));
    let table = table(&[("t", degrees.lines().collect()), ("room", rooms.lines().collect())]);
    let normalised = normalised(&table, "column t quantity in \"°C\" accept \"°F\" infer unit by room");
    let rows: Vec<u32> = normalised.conversions.iter().map(|c| c.cell.row.0).collect();
    assert_eq!(rows, (60..72).collect::<Vec<_>>());
    let first = &normalised.conversions[0];
    assert!(first.confidence > 0.9 && first.new.as_deref() == Some("21.5"), "{first:?}");
}
