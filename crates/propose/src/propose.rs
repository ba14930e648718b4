//! From a table to its rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lustrate_detect::detect;
use lustrate_diagnostic::SourceText;
use lustrate_discover::{DependencySearch, proposed_dependencies};
use lustrate_lint::lint;
use lustrate_normalise::{CONVENTIONS, ConversionKind, find_formats, normalise, view};
use lustrate_rules::{Constraints, Form, Rules, bind, bind_what_fits, parse_as};
use lustrate_table::{AttributeId, RowId, Table};

use crate::draft::{Draft, Evidence};
use crate::drafts::{columns, conditions, dependencies, keys, numbers, sources, units};
use crate::remarks::remarks;
use crate::seen::Seen;
use crate::words::holds;
use crate::{Proposal, Proposals};

/// What is not proposed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Without {
    /// Columns that identify rows, of which nothing is said.
    pub ids: Vec<AttributeId>,
    /// Conventions of writing that are not looked for, by name.
    pub conventions: BTreeSet<String>,
}

/// The rules that a table shows.
///
/// Types and conventions are found in the distinct values of each column, dependencies in the table as these conventions
/// write it. Every statement is then parsed, bound and counted on all rows; what a lint doubts is left out, so that the file
/// is one that `check` passes. The result depends neither on threads nor on the order of the rows. It never fails: a table of
/// nothing shows nothing.
pub fn propose(table: &Table, without: &Without) -> Proposals {
    let mut formats = find_formats(table, &Constraints::default());
    formats.retain(|format| {
        let of_id = |id: &AttributeId| without.ids.contains(id);
        let touches_id = of_id(&format.attribute) || format.with.as_ref().is_some_and(of_id);
        !touches_id && !without.conventions.contains(format.convention.name)
    });
    let view = normalise(table, &Constraints::default()).with_formats(table, &formats).table;
    let seen = Seen::new(&view, &without.ids);
    let (codes, [targets, determinants]) = (seen.codes(), seen.targets_and_determinants());
    let search =
        DependencySearch { columns: &codes, hashes: &seen.hashes, determinants: &determinants, targets: &targets };
    let known = proposed_dependencies(&search);
    let none_wanted = CONVENTIONS.iter().all(|convention| without.conventions.contains(convention.name));
    let mixed = match none_wanted {
        true => BTreeMap::new(),
        false => units::mixed_types(&view, &seen.profiles, &without.ids),
    };
    let mut drafts = columns::drafts(&view, &seen.profiles, &formats, &mixed);
    drafts.extend(sources::drafts(&view));
    drafts.extend(keys::drafts(&seen));
    drafts.extend(dependencies::drafts(&seen, &known));
    drafts.extend(conditions::drafts(&seen, &search, &known));
    drafts.extend(numbers::drafts(&seen));
    drafts.retain(|draft| draft.declares.is_none_or(|id| !without.ids.contains(&id)));
    drafts.sort_by_key(|draft| draft.section);
    let items = counted(table, undoubted(table, drafts));
    Proposals { items, remarks: remarks(&seen), rows: table.rows() as u64, columns: table.schema().len() as u64 }
}

/// Drafts as rules, one a line.
fn parsed(drafts: &[Draft]) -> Rules {
    let lines: String = drafts.iter().map(|draft| format!("{}\n", draft.statement().unwrap_or_default())).collect();
    parse_as(&Arc::new(SourceText::new(Proposals::NAME, lines)), Form::Lustrate).rules
}

/// The drafts that can be read and bound, rewrite no cell by their types, and of which no lint has a doubt. Of a column that
/// has a weaker statement that one is kept.
fn undoubted(table: &Table, mut drafts: Vec<Draft>) -> Vec<Draft> {
    loop {
        let doubted = doubted(table, &drafts);
        if doubted.is_empty() {
            return drafts;
        }
        for &place in &doubted {
            drafts[place].weaken();
        }
        drafts.retain(|draft| !draft.statements.is_empty());
    }
}

/// The places of drafts that cannot stay as they are.
fn doubted(table: &Table, drafts: &[Draft]) -> BTreeSet<usize> {
    let rules = parsed(drafts);
    let (constraints, misfits) = bind_what_fits(&rules, table.schema());
    let of_line = |line: u32| line as usize - 1;
    let read: BTreeSet<usize> =
        rules.iter().map(|written| of_line(written.source().place(written.span().start).0)).collect();
    let mut doubted: BTreeSet<usize> = (0..drafts.len()).filter(|place| !read.contains(place)).collect();
    let declares: BTreeMap<AttributeId, usize> =
        drafts.iter().enumerate().filter_map(|(place, draft)| Some((draft.declares?, place))).collect();
    // A statement that mends units is there for that; all others are to leave the cells as they are.
    let rewritten = normalise(table, &constraints).conversions;
    let rewritten = rewritten.iter().filter(|conversion| conversion.kind != ConversionKind::InferredUnit);
    // Blanks around values are of no account in a column that is declared; where it is a convention of the column to have
    // none they are taken away all the same.
    let without_blanks = |id: AttributeId| constraints.columns().get(id).formats.contains("blanks");
    let rewritten = rewritten
        .filter(|conversion| conversion.kind != ConversionKind::Trim || !without_blanks(conversion.cell.attribute));
    doubted.extend(rewritten.filter_map(|conversion| declares.get(&conversion.cell.attribute)));
    let (view, _) = view(table, &constraints);
    let lints = lint(&rules, Some((&view.table, &constraints)));
    for diagnostic in misfits.iter().chain(lints.iter()) {
        if let Some(label) = &diagnostic.label {
            doubted.insert(of_line(label.source.place(label.span.start).0));
        }
    }
    doubted
}

/// The drafts with how often each holds.
fn counted(table: &Table, drafts: Vec<Draft>) -> Vec<Proposal> {
    let rules = parsed(&drafts);
    let constraints = bind(&rules, table.schema()).unwrap_or_default();
    let (view, _) = view(table, &constraints);
    let detection = detect(&view.table, &constraints);
    // Of each line the cells that have to change, and the rows that they are in.
    let mut of_line: BTreeMap<u32, (u64, BTreeSet<RowId>)> = BTreeMap::new();
    for (id, constraint) in constraints.iter() {
        let (changes, rows) = of_line.entry(constraint.origin.line).or_default();
        let blame = &detection.of(id).blame;
        *changes += blame.changes;
        rows.extend(blame.cells.iter().map(|cell| cell.row));
    }
    let rows = table.rows() as u64;
    let proposal = |(line, draft): (u32, Draft)| {
        let count = || match of_line.get(&line) {
            // Where it cannot be told which of several rows is the exception, all of them are blamed.
            Some((changes, blamed)) => holds((*changes).min(blamed.len() as u64), rows),
            None => format!("of {rows} rows"),
        };
        Proposal {
            section: draft.section,
            evidence: match &draft.evidence {
                Evidence::Counted => count(),
                Evidence::Told(words) => words.clone(),
                Evidence::ToldOfFirst(first, words) => format!("{first}; {words}"),
            },
            statement: draft.statements.into_iter().next().unwrap_or_default(),
        }
    };
    (1..).zip(drafts).map(proposal).collect()
}
