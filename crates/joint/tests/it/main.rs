//! The joint posterior on whole tables, from the rules to the decisions.

mod census;
mod numbers;
mod references;
mod rows;

use std::sync::Arc;

use lustrate_detect::{Detection, detect};
use lustrate_diagnostic::SourceText;
use lustrate_joint::{Joint, concerned, joint};
use lustrate_model::{Posterior, Settings, fit, infer_asked};
use lustrate_repair::{Policy, Repair, decide};
use lustrate_rules::{Constraints, bind, parse};
use lustrate_table::{Column, Table};

/// A table of rows of texts; the empty text is a missing value.
fn table(names: &[&str], rows: &[Vec<String>]) -> Table {
    let column = |place: usize| {
        rows.iter().map(|row| Some(row[place].as_str()).filter(|text| !text.is_empty())).collect::<Column>()
    };
    let columns = names.iter().enumerate().map(|(place, name)| ((*name).to_owned(), column(place)));
    Table::new(columns.collect()).expect("the names differ")
}

fn constraints(rules: &str, table: &Table) -> Constraints {
    let parsed = parse(&Arc::new(SourceText::new("test.rules", rules)));
    bind(&parsed.rules, table.schema()).expect("the rules fit the table")
}

fn posterior(table: &Table, constraints: &Constraints) -> Posterior {
    let detection = detect(table, constraints);
    let model = fit(table, constraints, &Settings::new());
    let plain = infer_asked(&model, table, &concerned(table, constraints, &detection));
    let whole = joint(plain.clone(), table, constraints, &detection);
    assert_eq!(in_parts(plain, table, constraints, &detection), whole, "parts come to the same as the whole");
    whole
}

/// The same of a posterior that comes in three parts.
fn in_parts(plain: Posterior, table: &Table, constraints: &Constraints, detection: &Detection) -> Posterior {
    let mut joint = Joint::new(table, constraints, detection);
    let mut cells = plain.cells.into_iter().peekable();
    let mut all = Vec::new();
    for part in 0..3 {
        let end = (part + 1) * table.rows() as u32 / 3;
        let here = std::iter::from_fn(|| cells.next_if(|cell| cell.cell.row.0 < end)).collect();
        all.extend(joint.weigh(part * table.rows() as u32 / 3..end, Posterior { cells: here }).cells);
    }
    all.extend(joint.finish().cells);
    all.sort_by_key(|cell| cell.cell);
    Posterior { cells: all }
}

fn repairs(table: &Table, constraints: &Constraints) -> Vec<Repair> {
    decide(&posterior(table, constraints), &Policy::default()).items
}

/// The contributions of every candidate add up to its log odds.
fn assert_adds_up(posterior: &Posterior) {
    for cell in &posterior.cells {
        for candidate in cell.candidates.iter().filter(|candidate| candidate.probability > 1e-200) {
            let log_odds = (candidate.probability / cell.observed_probability).ln();
            let sum: f64 = candidate.contributions.iter().map(|contribution| contribution.log_odds).sum();
            assert!((log_odds - sum).abs() < 1e-6 * sum.abs().max(1.0), "{log_odds} is not {sum}: {cell:?}");
        }
    }
}
