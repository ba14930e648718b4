//! What sources report of one thing, as the posterior of the cells of their rows.

use std::collections::BTreeMap;
use std::ops::Range;

use lustrate_link::{Claim, Fused, fuse};
use lustrate_model::{Candidate, CellPosterior, Contribution, Evidence};
use lustrate_rules::{ColumnRole, Constraints, Fusion};
use lustrate_table::{AttributeId, CellId, Code, RowId, Table};

/// Claims that are reported for a cell.
const REPORTED: usize = 6;

/// What the sources of a table say of its things: rows of one thing are its reports, and a count of them, as the model takes
/// it, believes what most sources copy.
pub(crate) struct SourcesOf<'a> {
    table: &'a Table,
    fused: Vec<(&'a Fusion, Fused)>,
}

impl<'a> SourcesOf<'a> {
    pub(crate) fn new(table: &'a Table, constraints: &'a Constraints) -> Self {
        let fused = constraints.fusions().iter().filter(|fusion| fusion.strength.repairs()).map(|fusion| {
            let attributes = table.schema().ids().filter(|&attribute| is_reported(constraints, attribute));
            (fusion, fuse(table, fusion, attributes, constraints.known()))
        });
        SourcesOf { table, fused: fused.collect() }
    }

    /// Puts what the sources say of the cells of these rows in the place of what the model believes of them.
    pub(crate) fn weigh(&self, rows: Range<u32>, cells: &mut BTreeMap<CellId, CellPosterior>) {
        for (fusion, fused) in &self.fused {
            for (&attribute, beliefs) in &fused.beliefs {
                let things = rows.clone().filter_map(|row| Some((RowId(row), fused.thing[row as usize]?)));
                for (row, thing) in things {
                    let claims = &beliefs[thing];
                    // A single source is contradicted by nobody, and the model may know more than it.
                    if claims.iter().map(|claim| claim.sources).sum::<usize>() > 1 {
                        let cell = CellId { row, attribute };
                        cells.insert(cell, posterior(self.table, fusion, cell, claims));
                    }
                }
            }
        }
    }
}

/// Whether a column may be about the thing that is reported.
fn is_reported(constraints: &Constraints, attribute: AttributeId) -> bool {
    let column = constraints.columns().get(attribute);
    let apart = [ColumnRole::Id, ColumnRole::Label, ColumnRole::Weight, ColumnRole::Source, ColumnRole::Entity];
    !column.never_repair && !apart.iter().any(|role| column.roles.contains(role))
}

fn posterior(table: &Table, fusion: &Fusion, cell: CellId, claims: &[Claim]) -> CellPosterior {
    let column = table.column(cell.attribute);
    let written = column.code(cell.row);
    let of: usize = claims.iter().map(|claim| claim.sources).sum();
    let all: f64 = claims.iter().map(|claim| claim.probability).sum();
    // Nobody reports that there is no value: the share of a missing cell is that of what nobody reports.
    let probability = |code: Code| claims.iter().find(|claim| claim.code == code).map(|claim| claim.probability);
    let observed_probability = probability(written).unwrap_or(1.0 - all).clamp(1e-9, 1.0);
    let thing: Vec<(AttributeId, String)> = fusion
        .entity
        .iter()
        .filter_map(|&part| Some((part, table.text(CellId { row: cell.row, attribute: part })?.to_owned())))
        .collect();
    let source = |code: Code| table.column(fusion.source).dictionary().text(code).unwrap_or_default().to_owned();
    let candidate = |claim: &Claim| {
        let (best, thing) = (source(claim.best_source), thing.clone());
        let evidence = Evidence::Sources { saying: claim.sources, of, best, thing };
        let probability = claim.probability.max(1e-9);
        let log_odds = probability.ln() - observed_probability.ln();
        Candidate {
            value: column.dictionary().text(claim.code).map(str::to_owned),
            probability,
            contributions: vec![Contribution { evidence, log_odds }],
        }
    };
    let others = claims.iter().filter(|claim| claim.code != written).take(REPORTED);
    CellPosterior {
        cell,
        observed: column.text(cell.row).map(str::to_owned),
        observed_probability,
        candidates: others.map(candidate).collect(),
        unlisted: if written.is_null() { 0.0 } else { (1.0 - all).max(0.0) },
        contradiction: None,
        hold: None,
        alone: None,
    }
}
