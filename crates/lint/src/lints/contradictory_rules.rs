//! Two rules that no row can keep both.

use std::collections::BTreeMap;

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{
    CellOf, CellTest, Columns, Compare, Comparison, Constraint, Domain, Operand, Polarity, Predicate, Scope,
};
use lustrate_table::{AttributeId, parse_number};

use crate::subject::Subject;
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "contradictory-rules",
    needs: Needs::Rules,
    documentation: Documentation {
        summary: "two rules that no row can keep both",
        what: "Under the same conditions, or one of them under none, two rules ask for values of one column of which \
               none satisfies both.",
        why: "Every row that meets the conditions breaks one of the two, whatever is written there. One has a wrong \
              constant, or lacks a condition.",
        example: Example {
            table: "",
            rules: "if area = \"212\" then city = \"New York\"\nif area = \"212\" then city = \"Boston\"",
        },
    },
    find,
};

/// What one predicate of a rule on single rows forbids one cell, and the others that it depends on.
struct Demand<'a> {
    constraint: &'a Constraint,
    forbidden: &'a Predicate,
    attribute: AttributeId,
    given: String,
}

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let of_rows = subject.all().filter(|constraint| constraint.scope == Scope::Row);
    let mut groups: BTreeMap<(AttributeId, String), Vec<Demand>> = BTreeMap::new();
    for demand in of_rows.flat_map(demands) {
        groups.entry((demand.attribute, demand.given.clone())).or_default().push(demand);
    }
    let mut found = Vec::new();
    for ((attribute, given), demands) in &groups {
        let unconditional = groups.get(&(*attribute, String::new())).filter(|_| !given.is_empty());
        for (place, later) in demands.iter().enumerate() {
            // A condition that always holds (`if currency = "EUR" then …` where the list has nothing else) contradicts nothing:
            // what follows from it can be satisfied.
            let unconditional = unconditional.filter(|_| !is_condition(later.forbidden)).into_iter().flatten();
            let mut earlier = demands[..place].iter().chain(unconditional);
            let clash = earlier.find(|earlier| {
                earlier.constraint.origin != later.constraint.origin
                    && none_satisfies(subject.columns(), earlier.forbidden, later.forbidden)
            });
            found.extend(clash.map(|earlier| diagnostic(subject, earlier, later)));
        }
    }
    found
}

/// Whether a forbidden predicate reads like a condition of others rather than like the opposite of what is demanded.
fn is_condition(forbidden: &Predicate) -> bool {
    match forbidden {
        Predicate::Compare(compare) => compare.comparison == Comparison::Equal,
        Predicate::Member { polarity, .. } => *polarity == Polarity::Positive,
        _ => false,
    }
}

fn demands(constraint: &Constraint) -> Vec<Demand<'_>> {
    let on_one_cell = constraint.predicates.iter().enumerate().filter_map(|(place, forbidden)| {
        let cell = cell_against_constants(forbidden)?;
        let others = constraint.predicates.iter().enumerate().filter(|(other, _)| *other != place);
        let mut given: Vec<String> = others.map(|(_, predicate)| format!("{predicate:?}")).collect();
        given.sort();
        Some(Demand { constraint, forbidden, attribute: cell.attribute, given: given.join(" and ") })
    });
    on_one_cell.collect()
}

/// The cell that a predicate holds against constants and nothing else.
fn cell_against_constants(predicate: &Predicate) -> Option<CellOf> {
    match predicate {
        Predicate::Compare(Compare { left, right: Operand::Constant(_), .. })
        | Predicate::Member { cell: left, .. } => Some(*left),
        _ => None,
    }
}

/// Whether every value that a column can have satisfies one of two predicates. Only what a finite list of values
/// decides is found: the constants, and for numbers one between and beside each of them.
fn none_satisfies(columns: &Columns, one: &Predicate, other: &Predicate) -> bool {
    let mut texts = constants(one);
    texts.extend(constants(other));
    let finite = asks_for_listed(one) || asks_for_listed(other);
    if !finite {
        // Between and beside the numbers there is always another, so these stand for all.
        let numbers: Option<Vec<f64>> = texts.iter().map(|text| parse_number(text)).collect();
        let Some(mut numbers) = numbers.filter(|_| is_numeric(one) && is_numeric(other)) else { return false };
        numbers.sort_by(f64::total_cmp);
        let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else { return false };
        let between: Vec<f64> = numbers.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0).collect();
        texts.extend(between.into_iter().chain([first - 1.0, last + 1.0]).map(|number| number.to_string()));
    }
    let broken = |text: &str| {
        let holds = |predicate: &Predicate| predicate.holds(columns, &|_| Some(text));
        match (holds(one), holds(other)) {
            (Some(one), Some(other)) => Some(one || other),
            _ => None,
        }
    };
    !texts.is_empty() && texts.iter().all(|text| broken(text) == Some(true))
}

fn constants(predicate: &Predicate) -> Vec<String> {
    match predicate {
        Predicate::Compare(Compare { right: Operand::Constant(text), .. }) => vec![text.clone()],
        Predicate::Member { test: CellTest::OneOf(values), .. } => values.iter().cloned().collect(),
        Predicate::Member { test: CellTest::OneOfNumbers(values), .. } => values.iter().map(f64::to_string).collect(),
        Predicate::Member { test: CellTest::Between(low, high), .. } => vec![low.to_string(), high.to_string()],
        _ => Vec::new(),
    }
}

/// Whether the only texts that do not satisfy a predicate are its constants: what is demanded is one of a list.
fn asks_for_listed(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Compare(compare) => compare.comparison == Comparison::NotEqual,
        Predicate::Member { test: CellTest::OneOf(_) | CellTest::OneOfNumbers(_), polarity, .. } => {
            *polarity == Polarity::Negative
        }
        _ => false,
    }
}

fn is_numeric(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Compare(compare) => compare.domain == Domain::Number,
        Predicate::Member { test, .. } => matches!(test, CellTest::Between(..) | CellTest::OneOfNumbers(_)),
        _ => false,
    }
}

fn diagnostic(subject: &Subject<'_>, earlier: &Demand<'_>, later: &Demand<'_>) -> Diagnostic {
    let origin = &earlier.constraint.origin;
    let title = format!(
        "no value of `{}` satisfies both this and `{}` ({}:{})",
        subject.column(later.attribute),
        earlier.constraint.name,
        origin.file,
        origin.line
    );
    subject
        .at(Diagnostic::warning(LINT.code, title), &later.constraint.origin, "excludes another rule")
        .help("correct one of the constants, or add a condition that tells the two cases apart")
}
