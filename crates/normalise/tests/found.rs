//! Conventions that are found, beside what rules say of the columns.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_normalise::{Conversion, ConversionKind, Normalised, Written, find_formats, normalise};
use lustrate_rules::{Constraints, bind, parse};
use lustrate_table::{AttributeId, CellId, Column, RowId, RowLines, Table};

/// A table of one column `x` with these cells, forty in all.
fn table(cells: &[Option<&'static str>]) -> Table {
    let column: Column = (0..40).map(|row| cells[row % cells.len()]).collect();
    let rows: Column = (0..40).map(|row| Some(["a", "b", "c"][row % 3])).collect();
    Table::new(vec![("x".into(), column), ("y".into(), rows)]).unwrap()
}

fn constraints(table: &Table, rules: &str) -> Constraints {
    let parsed = parse(&Arc::new(SourceText::new("x.rules", rules)));
    assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
    bind(&parsed.rules, table.schema()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The names of the conventions that are found beside these rules.
fn found(table: &Table, rules: &str) -> Vec<&'static str> {
    let found = find_formats(table, &constraints(table, rules));
    found.iter().map(|format| format.convention.name).collect()
}

fn view(table: &Table) -> Normalised {
    let nothing = Constraints::default();
    normalise(table, &nothing).with_formats(table, &find_formats(table, &nothing))
}

const OUNCES: [Option<&str>; 4] = [Some("12.0 oz"), Some("16.0 oz."), Some("12.0 ounces"), Some("16.0 oz")];

#[test]
fn a_conversion_names_its_conventions_and_their_evidence() {
    let table = table(&OUNCES);
    let view = view(&table);
    assert_eq!(view.conversions.len(), 40);
    let Conversion { old, new, confidence, kind, reason, .. } = &view.conversions[1];
    assert_eq!((old.as_deref(), new.as_deref()), (Some("16.0 oz."), Some("16")));
    assert_eq!(*kind, ConversionKind::Found("suffix"));
    assert!((0.95..0.98).contains(confidence), "both must be right: {confidence}");
    assert_eq!(
        reason,
        "format suffix: 40 of 40 values are numbers with one unit behind them, which is spelt in 3 ways (`oz`, `ounce`, \
         `oz.`); format decimals: 40 of 40 values end in `.0`, as programs print them; the shortest form is the same \
         number"
    );
}

#[test]
fn a_declared_column_is_left_to_its_declaration() {
    let table = table(&OUNCES);
    assert_eq!(found(&table, ""), ["suffix", "decimals"]);
    assert_eq!(found(&table, "column x text"), [""; 0]);
    assert_eq!(found(&table, "column x protected"), [""; 0]);
    assert_eq!(found(&table, "column y text"), ["suffix", "decimals"]);
}

#[test]
fn a_column_of_which_a_rule_names_texts_is_left_as_it_is() {
    let table = table(&OUNCES);
    for rule in ["deny x = \"12.0 oz\" and y = \"a\"", "require x matches /.*oz.*/", "require x in (\"12.0 oz\")"] {
        assert_eq!(found(&table, rule), [""; 0], "{rule}");
    }
    for rule in ["fd x -> y", "require x is not null"] {
        assert_eq!(found(&table, rule), ["suffix", "decimals"], "{rule}");
    }
}

#[test]
fn null_spellings_that_a_rule_lists_are_all() {
    let table = table(&[Some("12"), Some("14"), Some("15"), Some("N/A")]);
    assert_eq!(found(&table, ""), ["nulls"]);
    assert_eq!(found(&table, "null \"?\""), [""; 0]);
}

#[test]
fn a_null_beside_empty_cells_is_missing_in_the_view_only() {
    let table = table(&[Some("12"), Some("14"), None, Some("N/A")]);
    let (nothing, cell) = (Constraints::default(), CellId { row: RowId(3), attribute: AttributeId(0) });
    assert_eq!(find_formats(&table, &nothing)[0].written, Written::AsRead);
    let view = view(&table);
    assert_eq!((view.table.text(cell), view.conversions), (None, vec![]));
}

#[test]
fn cells_of_ragged_lines_stay_as_they_are() {
    let whole = table(&OUNCES);
    let ragged = table(&OUNCES).with_lines(RowLines::default(), vec![RowId(1)]);
    let rows =
        |table: &Table| view(table).conversions.iter().map(|conversion| conversion.cell.row.0).collect::<Vec<_>>();
    assert_eq!(rows(&whole)[..3], [0, 1, 2]);
    assert_eq!(rows(&ragged)[..3], [0, 2, 3]);
}

#[test]
fn a_few_cells_are_no_habit() {
    let cells: Column = ["12 oz", "12 oz.", "16 ounces"].into_iter().map(Some).collect();
    let table = Table::new(vec![("x".into(), cells)]).unwrap();
    assert!(find_formats(&table, &Constraints::default()).is_empty());
}

#[test]
fn what_a_convention_wrote_follows_it() {
    let table = table(&[Some("12.0 oz"), Some("16.0"), Some("N/A"), Some("12.0")]);
    let once = view(&table).table;
    assert!(find_formats(&once, &Constraints::default()).is_empty());
}

#[test]
fn a_value_at_the_end_of_another_column_is_moved_and_both_cells_are_told() {
    let row = |row: usize| if row < 6 { ("Denver CO", None) } else { ("Austin", Some(["TX", "CO"][row % 2])) };
    let cities: Column = (0..40).map(|i| Some(row(i).0)).collect();
    let states: Column = (0..40).map(|i| row(i).1).collect();
    let table = Table::new(vec![("city".into(), cities), ("state".into(), states)]).unwrap();
    let view = view(&table);
    let told: Vec<_> =
        view.conversions[..2].iter().map(|made| (made.kind, made.old.as_deref(), made.new.as_deref())).collect();
    let moved = ConversionKind::Found("moved");
    assert_eq!(told, [(moved, Some("Denver CO"), Some("Denver")), (moved, None, Some("CO"))]);
    assert_eq!(view.conversions.len(), 12);
}
