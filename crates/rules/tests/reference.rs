//! The reference is what the program says, and its examples do what they say.

use std::path::Path;
use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{
    BoundRewrite, CellOf, Constraint, Constraints, Rules, Scope, Tuple, WantedKind, bind, format, parse, reference,
    statement_kinds, to_json,
};
use lustrate_table::{CellId, Column, RowId, Table};
use lustrate_values::rewrite;

#[test]
fn the_page_is_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference.md");
    if std::env::var_os("LUSTRATE_BLESS").is_some() {
        std::fs::write(&path, reference()).unwrap();
    }
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page == reference(), "reference.md is out of date: run this test with LUSTRATE_BLESS=1");
}

#[test]
fn every_block_of_rules_in_the_page_parses() {
    let page = reference();
    let blocks: Vec<_> = page.split("```rules\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), statement_kinds().len() + 2);
    for block in blocks {
        let parsed = parse(&Arc::new(SourceText::new("reference.md", block)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        assert!(!parsed.rules.is_empty());
    }
}

#[test]
fn the_json_of_the_page_is_that_of_its_rules() {
    let page = reference();
    let block = |text: &str, language: &str, number: usize| {
        let begin = format!("```{language}\n");
        text.split(&begin).nth(number).unwrap().split("```").next().unwrap().to_owned()
    };
    let section = page.split("\n## ").find(|section| section.starts_with("The canonical form, and JSON")).unwrap();
    let (rules, json, kinds) = (block(section, "rules", 1), block(section, "json", 1), block(section, "json", 2));
    let source = |text: &str| Arc::new(SourceText::new("reference.md", text));
    assert_eq!(to_json(&source(&rules)).unwrap(), json);
    assert_eq!(format(&source(&json)).unwrap(), rules);
    let of_kinds = format!("{{\"version\": 1, \"statements\": {kinds}}}");
    let read = read("reference.md", &of_kinds);
    let keywords: Vec<_> = read.iter().map(|written| written.rule().keyword()).collect();
    assert_eq!(keywords, statement_kinds().map(|kind| kind.keyword).collect::<Vec<_>>());
}

#[test]
fn every_example_finds_the_rows_that_it_says() {
    for kind in statement_kinds() {
        let example = &kind.documentation.example;
        let table = table(example.table);
        let mut rules = read(kind.keyword, example.rules);
        assert!(rules.iter().any(|written| written.rule().keyword() == kind.keyword));
        hand_over(&mut rules, example.files);
        let constraints = bind(&rules, table.schema()).unwrap_or_else(|errors| panic!("{errors}"));
        assert!(constraints.notes().is_empty(), "{}", constraints.notes());
        let table = in_case(table, &constraints);
        assert_eq!(breaking(&table, &constraints), example.breaking, "{}", kind.keyword);
    }
}

fn read(name: &str, text: &str) -> Rules {
    let parsed = parse(&Arc::new(SourceText::new(name, text)));
    assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
    parsed.rules
}

/// Gives rules the files that they name.
fn hand_over(rules: &mut Rules, files: &[(&str, &str)]) {
    for wanted in rules.wanted() {
        let (_, content) = files.iter().find(|(name, _)| *name == wanted.file).expect("an example has its files");
        match wanted.kind {
            WantedKind::Reference => rules.attach(&wanted.rules_file, &wanted.file, Arc::new(table(content))),
            WantedKind::RuleFile { .. } => {
                rules.include(&wanted.rules_file, &wanted.file, read(&wanted.path, content));
            }
        }
    }
    assert_eq!(rules.wanted(), []);
}

fn table(csv: &str) -> Table {
    let rows: Vec<Vec<_>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let column = |place: usize| -> Column {
        rows[1..].iter().map(|row| Some(row[place]).filter(|cell| !cell.is_empty())).collect()
    };
    Table::new(rows[0].iter().enumerate().map(|(place, name)| ((*name).to_owned(), column(place))).collect()).unwrap()
}

/// The table with its values rewritten and its letters as the columns are declared, which all rules are held against.
fn in_case(mut table: Table, constraints: &Constraints) -> Table {
    for (attribute, declared) in constraints.columns().declared() {
        for BoundRewrite { rewrites, .. } in &declared.rewrites {
            for row in table.row_ids().collect::<Vec<_>>() {
                let cell = CellId { row, attribute };
                if let Some((new, _)) = rewrite(rewrites, table.text(cell)) {
                    table.set(cell, new.as_deref());
                }
            }
        }
        if let Some(case) = declared.letter_case {
            let column = table.column(attribute);
            let texts: Vec<String> = column.dictionary().iter().map(|(_, text)| case.apply(text)).collect();
            let replaced = column.replaced(&texts.iter().map(|text| Some(text.as_str())).collect::<Vec<_>>());
            table.replace(attribute, replaced);
        }
    }
    table
}

/// The rows, from 1, that take part in a violation: every constraint on every pair of rows.
fn breaking(table: &Table, constraints: &Constraints) -> Vec<u32> {
    let violates = |constraint: &Constraint, a: RowId, b: RowId| {
        let text = |cell: CellOf| table.column(cell.attribute).text(if cell.tuple == Tuple::A { a } else { b });
        constraint.is_broken(constraints.columns(), &text)
    };
    let breaks = |row: RowId| {
        constraints.iter().any(|(_, constraint)| match constraint.scope {
            Scope::Row => violates(constraint, row, row),
            // Where several rows of the reference fit, a value of any of them is right; the examples have one.
            Scope::Reference(id) => {
                let reference = &constraints.reference(id).table;
                reference.row_ids().any(|other| {
                    let text = |cell: CellOf| match cell.tuple {
                        Tuple::A => table.column(cell.attribute).text(row),
                        Tuple::B => reference.column(cell.attribute).text(other),
                    };
                    constraint.is_broken(constraints.columns(), &text)
                })
            }
            Scope::Pair => table
                .row_ids()
                .any(|other| other != row && (violates(constraint, row, other) || violates(constraint, other, row))),
        })
    };
    table.row_ids().filter(|&row| breaks(row)).map(|row| row.0 + 1).collect()
}
