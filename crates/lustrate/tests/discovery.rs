//! What a table shows when no rules are given: the proposed rule file, and the run that goes by it.

use std::sync::Arc;

use lustrate::{
    AttributeId, CellId, Column, Outcome, Proposals, RowId, Rules, Section, Settings, SourceText, Table, check,
    discover, parse, read_table, repair,
};
use lustrate_eval::{DirtSettings, Shape, generate, score, spoil};
use lustrate_testkit::{dataset, skip};

const DATASETS: [&str; 7] = ["beers", "beers-mixed20", "flights", "hospital", "hospital-mixed20", "rayyan", "tax10k"];

fn found(table: &Table) -> Proposals {
    discover(table, &Settings::new()).expect("the settings make sense")
}

fn without_rules(table: &Table) -> Outcome {
    repair(table, &Rules::default(), &Settings::new()).expect("what is discovered binds")
}

/// The file that `discover` writes, as a person reads it in again.
fn written(found: &Proposals) -> Rules {
    parse(&Arc::new(SourceText::new("proposed.rules", found.text("some.csv")))).into_result().expect("it parses")
}

/// A dirty table of every made-up shape.
fn made_up() -> impl Iterator<Item = (String, Table)> {
    Shape::ALL.into_iter().map(|shape| {
        let generated = generate(shape, 500, 21);
        let dirt = DirtSettings::new(0.05).seed(3);
        (shape.name().to_owned(), spoil(&generated.table, &dirt).expect("the settings are of the table").dirty)
    })
}

/// The tables of real data sets, where they are.
fn real() -> impl Iterator<Item = (String, Table)> {
    DATASETS.into_iter().filter_map(|name| {
        let paths = dataset(name).or_else(|| {
            skip(&format!("the data set {name}"), "shared/datasets");
            None
        })?;
        Some((name.to_owned(), read_table(&paths.dirty).expect("the dirty table can be read")))
    })
}

#[test]
fn the_proposed_file_gives_the_repairs_of_a_run_without_rules() {
    // A second pass looks for rules anew, as a run over the repaired table does.
    let once = &Settings::new().passes(1);
    for (name, table) in made_up().chain(real()) {
        let file = written(&found(&table));
        let with = repair(&table, &file, once).expect("the file binds");
        let without = repair(&table, &Rules::default(), once).expect("no rules bind");
        assert_eq!(with.repairs, without.repairs, "{name}");
    }
}

#[test]
fn check_has_nothing_to_say_of_the_proposed_file() {
    for (name, table) in made_up().chain(real()) {
        let found = found(&table);
        let parsed = parse(&Arc::new(SourceText::new("proposed.rules", found.text("some.csv"))));
        let told = check(parsed, Some(&table));
        assert!(told.iter().next().is_none(), "{name}:\n{}\n{told}", found.text("some.csv"));
    }
}

#[test]
fn a_person_reads_ten_dependencies_at_most() {
    for (name, table) in made_up().chain(real()) {
        let lines = found(&table).of(Section::Dependencies).count();
        assert!(lines <= 10, "{name}: {lines}");
    }
}

#[test]
fn real_tables_are_repaired_without_rules() {
    let least = [
        ("hospital", 0.97),
        ("flights", 0.89),
        ("beers", 0.995),
        ("tax10k", 0.83),
        ("hospital-mixed20", 0.93),
        ("beers-mixed20", 0.64),
    ];
    for (name, least) in least {
        let Some(paths) = dataset(name) else { return skip("repairs without rules", "shared/datasets") };
        let [dirty, truth] = [&paths.dirty, &paths.truth].map(|path| read_table(path).expect("it can be read"));
        let outcome = without_rules(&dirty);
        let total = score(&dirty, &outcome.table, &truth).expect("the tables are of one shape").raw.total;
        assert!(total.f1 >= least, "{name}: {total:?}");
    }
}

#[test]
fn clean_tables_are_left_alone() {
    // What a truth file itself has wrong, as a town in another state than all its other rows, is repaired in it.
    for name in DATASETS {
        let Some(paths) = dataset(name) else { return skip("clean tables without rules", "shared/datasets") };
        let clean = read_table(&paths.truth).expect("the truth can be read");
        let changed: Vec<String> = without_rules(&clean).applied().map(ToString::to_string).collect();
        assert!(changed.len() <= clean.cells().div_ceil(4_000), "{name}: {changed:?}");
    }
}

#[test]
fn proposals_depend_neither_on_threads_nor_on_the_order_of_rows() {
    let generated = generate(Shape::Orders, 500, 5);
    let table = spoil(&generated.table, &DirtSettings::new(0.05).seed(1)).expect("the settings are of the table").dirty;
    let plain = found(&table);
    assert!(plain.items.len() > 10, "{}", plain.text("orders.csv"));
    let threads = discover(&table, &Settings::new().threads(3)).expect("the settings make sense");
    assert_eq!(plain, threads);
    let order = |row: usize| row * 211 % 500;
    let column = |attribute: AttributeId| -> Column {
        (0..500).map(|row| table.text(CellId { row: RowId(order(row) as u32), attribute })).collect()
    };
    let schema = table.schema();
    let columns = schema.ids().map(|id| (schema.name(id).to_owned(), column(id))).collect();
    assert_eq!(plain, found(&Table::new(columns).expect("names differ")));
}

#[test]
fn names_and_values_that_the_language_reads_otherwise_are_quoted() {
    let cells = |of: &dyn Fn(usize) -> String| -> Column {
        (0..300).map(of).collect::<Vec<_>>().iter().map(|text| Some(text.as_str())).collect()
    };
    let names = ["table", "a \"b\"\nc", "x, y", "# no", ""];
    let values: [&dyn Fn(usize) -> String; 5] = [
        &|row| format!("k{}", row % 30),
        &|row| format!("v\"{}\n", row % 30 % 6),
        &|row| ["# no", "a, b", "yes\\"][row % 3].to_owned(),
        &|row| format!("{:05}", row % 30 * 7),
        &|row| format!("2020-01-{:02}", row % 28 + 1),
    ];
    let columns = names.iter().zip(values).map(|(name, of)| ((*name).to_owned(), cells(of)));
    let table = Table::new(columns.collect()).expect("names differ");
    let found = found(&table);
    assert_eq!(written(&found).iter().len(), found.items.len() + 1, "{}", found.text("a\nb.csv"));
    assert!(found.of(Section::Dependencies).count() > 0, "{}", found.text("x.csv"));
    assert!(found.text("a\nb.csv").lines().all(|line| !line.starts_with("b.csv")));
}

#[test]
fn what_the_file_says_of_a_column_is_what_the_run_does_with_it() {
    let cells = |of: &dyn Fn(usize) -> String| -> Column {
        (0..300).map(of).collect::<Vec<_>>().iter().map(|text| Some(text.as_str())).collect()
    };
    let size = cells(&|row| if row % 60 == 7 { format!(" {}", 10 + row % 9) } else { format!("{}", 10 + row % 9) });
    let town = cells(&|row| ["Rome", "Oslo", "Bern", "ROME"][if row % 50 == 49 { 3 } else { row % 3 }].to_owned());
    let table = Table::new(vec![("size".into(), size), ("town".into(), town)]).expect("names differ");
    let text = found(&table).text("x.csv");
    assert!(text.contains("column size integer format blanks  #") && text.contains(" format case  #"), "{text}");
    let outcome = without_rules(&table);
    assert_eq!(outcome.applied().filter(|repair| repair.column == "size").count(), 5);
    assert_eq!(outcome.applied().filter(|repair| repair.new.as_deref() == Some("Rome")).count(), 6);
}

#[test]
fn tables_of_nothing_show_nothing() {
    let column = |cells: Vec<Option<&str>>| cells.into_iter().collect::<Column>();
    let tables = [
        vec![],
        vec![("a".to_owned(), column(vec![]))],
        vec![("a".to_owned(), column(vec![Some("x")])), ("b".to_owned(), column(vec![None]))],
        vec![("a".to_owned(), column(vec![None; 500])), ("b".to_owned(), column(vec![Some(""); 500]))],
    ];
    for columns in tables {
        let table = Table::new(columns).expect("names differ");
        let found = found(&table);
        assert_eq!(found.items, [], "{}", found.text("x.csv"));
        assert_eq!(without_rules(&table).totals.applied, 0);
    }
}

#[test]
fn ids_and_conventions_that_are_left_out_are_not_proposed() {
    let generated = generate(Shape::Orders, 400, 2);
    let settings = Settings::new().id("customer_id").without_formats();
    let found = discover(&generated.table, &settings).expect("the column is there");
    let text = found.text("orders.csv");
    assert!(!text.contains("customer_id") && !text.contains(" format "), "{text}");
    assert!(discover(&generated.table, &Settings::new().id("no such column")).is_err());
}
