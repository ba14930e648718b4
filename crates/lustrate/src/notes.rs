//! What a run tells beside its results: rules that say nothing, checks that were not finished.

use lustrate_detect::Detection;
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_model::{Model, UnusedRule};
use lustrate_rules::Constraints;

/// A given dependency that says nothing of repairs is told, never silently dropped.
pub(crate) fn unused_rules(constraints: &Constraints, model: &Model) -> Diagnostics {
    let note = |unused: &UnusedRule| {
        let name = &constraints.get(unused.rule).name;
        let percent = |share: f64| (share * 100.0).round();
        let (coverage, agreement) = (percent(unused.coverage), percent(unused.agreement));
        let why = format!("its key repeats in {coverage} % of the rows, and {agreement} % of those agree");
        let title = format!("rule {name} is checked but used for no repair: {why}");
        Diagnostic::note("rule-not-used", title).help("check that its columns are the ones that were meant")
    };
    model.unused_rules().iter().map(note).collect()
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
