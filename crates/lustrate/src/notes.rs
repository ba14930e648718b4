//! What a run tells beside its results: rules that say nothing, checks that were not finished.

use std::collections::{BTreeMap, BTreeSet};

use lustrate_detect::Detection;
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_model::{Model, UnusedRule};
use lustrate_normalise::{CONVENTIONS, Convention, Conversion, ConversionKind, FoundFormat, Written};
use lustrate_propose::Proposals;
use lustrate_rules::{ConstraintId, Constraints, Fusion, column_name};
use lustrate_table::{AttributeId, Table};

/// The code of the note that a rule is used for no repair.
pub(crate) const UNUSED_RULE: &str = "rule-not-used";

/// The code of the note that for a rule no repair is withheld.
pub(crate) const RULE_NOT_BORNE_OUT: &str = "rule-not-borne-out";

/// A given dependency that says nothing of repairs is told, never silently dropped.
pub(crate) fn unused_rules(constraints: &Constraints, model: &Model) -> Diagnostics {
    let note = |unused: &UnusedRule| {
        let name = &constraints.get(unused.rule).name;
        let percent = |share: f64| (share * 100.0).round();
        let (coverage, agreement) = (percent(unused.coverage), percent(unused.agreement));
        let why = format!("its key repeats in {coverage} % of the rows, and {agreement} % of those agree");
        let title = format!("rule {name} is checked but used for no repair: {why}");
        Diagnostic::note(UNUSED_RULE, title).help("check that its columns are the ones that were meant")
    };
    model.unused_rules().iter().map(note).collect()
}

/// That repairs are made although they break a rule is told, with why.
pub(crate) fn rules_not_borne_out(constraints: &Constraints, rules: &BTreeSet<ConstraintId>) -> Diagnostics {
    let note = |&rule: &ConstraintId| {
        let name = &constraints.get(rule).name;
        let why = "rows that meet its condition do what it asks no more often than any two rows do";
        let title = format!("rule {name} is broken more often than before, and no repair is withheld for it: {why}");
        Diagnostic::note(RULE_NOT_BORNE_OUT, title).help("leave it out, or write `hard` behind it if it is meant")
    };
    rules.iter().map(note).collect()
}

/// Columns of one convention that a note names.
const MOST_NAMED: usize = 4;

/// That columns are rewritten of which nothing is declared is told, with what speaks for it and how it is stopped: one note a
/// convention, however many columns follow it.
pub(crate) fn formats_found(table: &Table, formats: &[FoundFormat]) -> Diagnostics {
    let of = |convention: &Convention| -> Vec<&FoundFormat> {
        formats.iter().filter(|format| format.convention.name == convention.name).collect()
    };
    CONVENTIONS.iter().filter_map(|convention| format_found(table, &of(convention))).collect()
}

/// The note on the columns of a convention; `None` where there is none.
fn format_found(table: &Table, formats: &[&FoundFormat]) -> Option<Diagnostic> {
    let first = formats.first()?;
    let name = first.convention.name;
    let column = |format: &FoundFormat| table.schema().name(format.attribute).to_owned();
    let cells: u64 = formats.iter().map(|format| format.cells).sum();
    let whose = match formats.len() {
        1 => format!("`{}`", column(first)),
        columns => {
            let mut most: Vec<_> = formats.iter().collect();
            most.sort_by_key(|format| std::cmp::Reverse(format.cells));
            let named: Vec<_> = most.iter().take(MOST_NAMED).map(|f| format!("`{}` {}", column(f), f.cells)).collect();
            let others = if columns > MOST_NAMED { ", …" } else { "" };
            format!("{columns} columns ({}{others})", named.join(", "))
        }
    };
    let done = match first.written {
        Written::AsFound => format!("{cells} cells of {whose} are written otherwise"),
        Written::AsRead => {
            format!("{cells} cells of {whose} are taken for missing, and stay as they are where nothing fills them")
        }
    };
    let of_first = if formats.len() > 1 { format!("of `{}`, ", column(first)) } else { String::new() };
    let help = format!(
        "if values are meant as they are, `--no-formats={name}` leaves them, and so does `column {} text` among the rules",
        column_name(&column(first))
    );
    let title = format!("{done} (format {name}): {of_first}{}", first.evidence);
    Some(Diagnostic::note("format-found", title).help(help))
}

/// That bare numbers are taken for those of another unit by a rule that nobody gave is told, with the rule and how it is stopped.
pub(crate) fn units_found(table: &Table, constraints: &Constraints, conversions: &[Conversion]) -> Diagnostics {
    let mut cells: BTreeMap<AttributeId, u64> = BTreeMap::new();
    for conversion in conversions.iter().filter(|conversion| conversion.kind == ConversionKind::InferredUnit) {
        *cells.entry(conversion.cell.attribute).or_default() += 1;
    }
    let discovered = |attribute: &AttributeId| {
        constraints.columns().get(*attribute).origin.as_ref().is_some_and(|origin| origin.file == Proposals::NAME)
    };
    let note = |(attribute, cells): (AttributeId, u64)| {
        let column = table.schema().name(attribute);
        let title = format!("{cells} cells of `{column}` are taken for numbers of another unit");
        let help = "`lustrate discover` shows the rule and what speaks for it; leave `infer unit` out of that file, or run \
                    with `--no-formats`, if they are meant as they are";
        Diagnostic::note("units-found", title).help(help)
    };
    cells.into_iter().filter(|(attribute, _)| discovered(attribute)).map(note).collect()
}

/// That rows are taken for the reports of sources is told, with the rule that says so.
pub(crate) fn sources_found(table: &Table, fusion: &Fusion) -> Diagnostic {
    let distinct = |attribute| table.column(attribute).dictionary().len();
    let (source, entity) = (table.schema().name(fusion.source), &fusion.entity);
    let named: Vec<&str> = entity.iter().map(|&part| table.schema().name(part)).collect();
    let title = format!(
        "rows are taken for reports of {} sources (`{source}`) on one thing each (`{}`), which count by how often they are right",
        distinct(fusion.source),
        named.join("`, `")
    );
    let help = format!("write `{}` into the rules if so, or `{} warn` if they are none", fusion.name, fusion.name);
    Diagnostic::note("sources-found", title).help(help)
}

/// A budget that ran out is told, never silent.
pub(crate) fn partial_coverage(constraints: &Constraints, detection: &Detection) -> Diagnostics {
    let partial = detection.violations().iter().filter_map(|violations| match violations.coverage {
        lustrate_detect::Coverage::Complete => None,
        lustrate_detect::Coverage::Partial { compared, of } => {
            let name = &constraints.get(violations.constraint).name;
            let title = format!("rule {name}: {compared} of {of} pairs of rows were compared");
            let help = "an equality between the rows (`a.x = b.x`) makes the rule cheap to check";
            Some(Diagnostic::warning("partial-check", title).help(help))
        }
    });
    let mut diagnostics = Diagnostics::new();
    partial.for_each(|diagnostic| diagnostics.push(diagnostic));
    diagnostics
}
