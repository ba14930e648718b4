//! What `rewrite` rules make of a table, from the text of the rules on.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_normalise::{Conversion, ConversionKind, Normalised, find_formats, normalise};
use lustrate_rules::{Constraints, bind, parse};
use lustrate_table::{AttributeId, CellId, Column, RowId, Table};

fn table(columns: &[(&str, &[Option<&str>])]) -> Table {
    let columns = columns.iter().map(|(name, cells)| ((*name).to_owned(), cells.iter().copied().collect::<Column>()));
    Table::new(columns.collect()).unwrap()
}

fn bound(table: &Table, rules: &str) -> Constraints {
    let parsed = parse(&Arc::new(SourceText::new("x.rules", rules)));
    assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
    bind(&parsed.rules, table.schema()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn texts(normalised: &Normalised) -> Vec<Option<&str>> {
    let cell = |row| CellId { row, attribute: AttributeId(0) };
    normalised.table.row_ids().map(|row| normalised.table.text(cell(row))).collect()
}

/// The column `x` as it is read, and what is told of it.
fn check(rules: &str, cells: &[Option<&str>], read: &[Option<&str>]) -> Vec<Conversion> {
    let ys: Vec<String> = (1..=cells.len()).map(|row| row.to_string()).collect();
    let ys: Vec<Option<&str>> = ys.iter().map(|y| Some(y.as_str())).collect();
    let table = table(&[("x", cells), ("y", &ys)]);
    let normalised = normalise(&table, &bound(&table, rules));
    assert_eq!(texts(&normalised), read, "{rules}");
    assert!(normalised.table.shares(&table, AttributeId(1)), "a column that no rewrite names is shared");
    normalised.conversions
}

#[test]
fn a_rewrite_comes_before_the_type() {
    let told = check(
        "us: rewrite x /(\\d+)\\/(\\d+)\\/(\\d{4})/ -> \"{2 pad 2}.{1 pad 2}.{3}\"\n\
         column x date \"%Y-%m-%d\" accept \"%d.%m.%Y\"",
        &[Some("3/14/2015"), Some("14.03.2015"), Some("2015-03-14"), Some("14.3.2015")],
        &[Some("2015-03-14"), Some("2015-03-14"), Some("2015-03-14"), Some("2015-03-14")],
    );
    let kinds: Vec<_> = told.iter().map(|conversion| conversion.kind).collect();
    assert_eq!(kinds, [ConversionKind::Rewritten(0), ConversionKind::Format, ConversionKind::Format]);
    assert_eq!(told[0].old.as_deref(), Some("3/14/2015"));
    assert_eq!(
        told[0].reason,
        "rule us: its parts come in another order: the second part, the first part and the third part, with `.` between \
         them, the second part with zeros before it up to 2 characters, the first part with zeros before it up to 2 \
         characters; `14.03.2015` is `2015-03-14` in the declared form"
    );
}

#[test]
fn missing_values_are_filled_and_made_and_all_of_it_is_told() {
    let told = check(
        "rewrite x null -> \"none\", \"?\" -> null, \"x\" -> \"N/A\"\nnull \"N/A\"",
        &[None, Some("?"), Some("x"), Some("y"), Some("N/A")],
        &[Some("none"), None, None, Some("y"), None],
    );
    let told: Vec<_> =
        told.iter().map(|told| (told.cell.row, told.old.as_deref(), told.new.as_deref(), told.confidence)).collect();
    assert_eq!(
        told,
        [
            (RowId(0), None, Some("none"), 0.99),
            (RowId(1), Some("?"), None, 0.99),
            // What stands for a missing value stays as it is rewritten.
            (RowId(2), Some("x"), Some("N/A"), 0.99),
        ]
    );
}

#[test]
fn statements_follow_each_other_and_a_cell_that_ends_as_it_was_is_not_told() {
    let told = check(
        "rewrite x \"a\" -> \"b\"\nsecond: rewrite x \"b\" -> \"a\" because \"of the order\"\nrewrite x \"c\" -> \"d\"",
        &[Some("a"), Some("b"), Some("c")],
        &[Some("a"), Some("a"), Some("d")],
    );
    let reasons: Vec<_> = told.iter().map(|told| (told.kind, told.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (ConversionKind::Rewritten(1), "rule second: `b` becomes `a` (of the order)"),
            (ConversionKind::Rewritten(2), "rule rewrite x: `c` becomes `d`"),
        ]
    );
}

#[test]
fn a_condition_is_asked_of_the_row_as_it_reads_without_any_rewrite() {
    let told = check(
        "rewrite x \"a\" -> \"b\" where y > 1\nrewrite x \"b\" -> \"c\" where x = \"a\"\ncolumn y integer",
        &[Some("a"), Some("a"), Some("b")],
        &[Some("a"), Some("c"), Some("b")],
    );
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].reason, "rule rewrite x: `a` becomes `b`; rule rewrite x: `b` becomes `c`");
    // A spelling of a missing value is missing to the condition.
    check(
        "rewrite x \"a\" -> \"b\" where x is null\ncolumn x case upper null \"a\"",
        &[Some("a"), Some(" a"), Some("A")],
        &[Some("B"), Some("B"), Some("A")],
    );
}

#[test]
fn cells_of_a_column_that_is_never_repaired_stay() {
    for rule in ["column x never repair", "column x id"] {
        let told = check(&format!("rewrite x /0+(\\d)/ -> \"{{1}}\"\n{rule}"), &[Some("01")], &[Some("1")]);
        assert_eq!(told, []);
    }
}

#[test]
fn a_column_that_only_a_rewrite_names_is_looked_at_as_before() {
    let cells: Vec<Option<&str>> = (0..40).map(|row| Some(["12 kg", "14", "15", "about 12 kg"][row % 4])).collect();
    let table = table(&[("x", &cells)]);
    let constraints = bound(&table, "rewrite x every \"about \" -> \"\"");
    let view = normalise(&table, &constraints);
    let found = find_formats(&view.table, &constraints);
    assert_eq!(found.iter().map(|found| found.convention.name).collect::<Vec<_>>(), ["suffix"]);
    let view = view.with_formats(&table, &found);
    assert_eq!(texts(&view)[..4], [Some("12"), Some("14"), Some("15"), Some("12")]);
    let both: Vec<_> = view.conversions.iter().filter(|told| told.cell.row == RowId(3)).collect();
    assert_eq!(both.len(), 1, "a cell has one conversion");
    assert_eq!((both[0].kind, both[0].old.as_deref()), (ConversionKind::Rewritten(0), Some("about 12 kg")));
    assert!(both[0].reason.starts_with("rule rewrite x: every `about ` is taken away; format suffix: "));
    assert!(both[0].confidence < 0.99 && both[0].new.as_deref() == Some("12"));
}

#[test]
fn a_column_in_which_nothing_is_rewritten_is_shared() {
    let table = table(&[("x", &[Some("b"), None])]);
    let normalised = normalise(&table, &bound(&table, "rewrite x \"a\" -> \"b\", null -> \"c\" where x = \"b\""));
    assert!(normalised.table.shares(&table, AttributeId(0)));
    assert_eq!(normalised.conversions, []);
}
