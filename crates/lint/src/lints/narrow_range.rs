//! A range that leaves out much of its column.

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{CellOf, CellTest, Comparison, Constraint, Domain, Operand, Polarity, Predicate, Scope};

use crate::subject::Subject;
use crate::words::{of, shown};
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "narrow-range",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "a range that leaves out more than a fifth of its column",
        what: "More than a fifth of the cells that read as numbers lie outside the range, or beyond the bound, that a \
               rule asks for without any other condition.",
        why: "So many values are hardly all wrong: the range is in another unit, or one of its ends is mistyped.",
        example: Example { table: "stay\n3\n40\n2\n5\n", rules: "require stay <= 30" },
    },
    find,
};

/// One in so many may lie outside.
const TOLERATED: u64 = 5;

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    subject.all().filter_map(|constraint| diagnostic(subject, constraint)).collect()
}

fn diagnostic(subject: &Subject<'_>, constraint: &Constraint) -> Option<Diagnostic> {
    let data = subject.data?;
    let (cell, predicate) = outside(constraint)?;
    let values = data.values(cell.attribute, subject.columns().get(cell.attribute));
    let (mut beyond, mut whole, mut example) = (0, 0, None);
    for (text, cells) in values {
        match predicate.holds(subject.columns(), &|_| Some(text)) {
            Some(true) => {
                example.get_or_insert(text);
                beyond += cells;
                whole += cells;
            }
            Some(false) => whole += cells,
            None => {}
        }
    }
    let example = example.filter(|_| beyond * TOLERATED > whole)?;
    let column = subject.column(cell.attribute);
    let cells = of(beyond, whole, "values");
    let title = format!("`{}` leaves out {cells} of `{column}`, {} for one", constraint.name, shown(example));
    let help = "correct the end of the range, or its unit";
    Some(subject.at(Diagnostic::warning(LINT.code, title), &constraint.origin, "leaves out much").help(help))
}

/// The cell that a rule keeps within a range, and the predicate that it lies outside.
fn outside(constraint: &Constraint) -> Option<(CellOf, &Predicate)> {
    let [predicate] = constraint.predicates.as_slice() else { return None };
    if constraint.scope != Scope::Row {
        return None;
    }
    let cell = match predicate {
        Predicate::Member { cell, test: CellTest::Between(..), polarity: Polarity::Negative } => *cell,
        Predicate::Compare(compare) => {
            let is_order = !matches!(compare.comparison, Comparison::Equal | Comparison::NotEqual);
            let is_bound = is_order && compare.domain == Domain::Number;
            matches!(compare.right, Operand::Constant(_)).then_some(compare.left).filter(|_| is_bound)?
        }
        _ => return None,
    };
    Some((cell, predicate))
}
