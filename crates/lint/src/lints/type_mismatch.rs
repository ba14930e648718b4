//! Values that are not what a rule takes them for.

use std::collections::BTreeSet;

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{CellTest, Compare, Comparison, Constraint, Domain, Operand, Predicate, Scope, Tuple};
use lustrate_table::{AttributeId, Kind};
use lustrate_values::Similarity;

use crate::subject::{Data, Subject};
use crate::words::{of, shown};
use crate::{Documentation, Example, Lint, Needs};

pub(super) static LINT: Lint = Lint {
    code: "type-mismatch",
    needs: Needs::Table,
    documentation: Documentation {
        summary: "a column that mostly is not what a rule takes it for",
        what: "A rule compares a column by number, or declares a type for it, and more than half of the values are \
               not read so; or it compares the order of a column of numbers as text.",
        why: "Values that are not read compare as unknown, and what is unknown breaks no rule: most of the column is \
              not checked. As text, 9 comes after 10.",
        example: Example {
            table: "grade,points\nA,1\nB,9\nC,10\n",
            rules: "require grade < 5 by number\ndeny points > \"5\" by text",
        },
    },
    find,
};

fn find(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(data) = subject.data else { return Vec::new() };
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for constraint in subject.all() {
        for (attribute, taken) in constraint.predicates.iter().flat_map(|predicate| taken(predicate, constraint.scope))
        {
            if told.insert((&constraint.origin.file, constraint.origin.span, attribute)) {
                found.extend(diagnostic(subject, data, constraint, attribute, taken));
            }
        }
    }
    found
}

/// What a predicate takes a column for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Number,
    Declared,
    OrderedText,
}

/// The columns of the table in a predicate, and what it takes each for.
fn taken(predicate: &Predicate, scope: Scope) -> Vec<(AttributeId, Taken)> {
    let taken = match predicate {
        Predicate::Compare(Compare { domain: Domain::Number, .. }) | Predicate::Formula { .. } => Taken::Number,
        Predicate::Compare(Compare { comparison, domain: Domain::Text, right, .. })
            if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) && is_ordered_like_numbers(right) =>
        {
            Taken::OrderedText
        }
        Predicate::Member { test: CellTest::Between(..) | CellTest::OneOfNumbers(_), .. } => Taken::Number,
        Predicate::Member { test: CellTest::OfType, .. } => Taken::Declared,
        Predicate::Similar { measure: Similarity::Within(_) | Similarity::Days(_), .. } => Taken::Number,
        _ => return Vec::new(),
    };
    let of_table = |tuple| tuple == Tuple::A || !matches!(scope, Scope::Reference(_));
    let cells = predicate.cells().into_iter().filter(|cell| of_table(cell.tuple));
    cells.map(|cell| (cell.attribute, taken)).collect()
}

fn is_ordered_like_numbers(right: &Operand) -> bool {
    match right {
        Operand::Cell(_) => true,
        Operand::Constant(text) => lustrate_table::parse_number(text).is_some(),
    }
}

fn diagnostic(
    subject: &Subject<'_>,
    data: Data<'_>,
    constraint: &Constraint,
    attribute: AttributeId,
    taken: Taken,
) -> Option<Diagnostic> {
    let (columns, column) = (subject.columns(), subject.column(attribute));
    let declared = columns.get(attribute);
    let values = data.values(attribute, declared);
    let whole: u64 = values.iter().map(|(_, cells)| cells).sum();
    if taken == Taken::OrderedText {
        let numbers = subject.schema.kind(attribute) == Kind::Number && declared.column_type.is_none();
        let title = format!("`{column}` holds numbers, and `{}` takes their order for that of text", constraint.name);
        let diagnostic = Diagnostic::warning(LINT.code, title).help("write `by number` behind the condition");
        return numbers
            .then(|| subject.at_piece(diagnostic, &constraint.origin, "by text", "as text 9 comes after 10"));
    }
    let is_read = |text: &str| match (taken, &declared.column_type) {
        (Taken::Declared, Some(of_type)) => of_type.read(text).is_some(),
        _ => columns.number(attribute, text).is_some(),
    };
    let unread: Vec<&(&str, u64)> = values.iter().filter(|(text, _)| !is_read(text)).collect();
    let cells: u64 = unread.iter().map(|(_, cells)| cells).sum();
    let (example, _) = unread.first().filter(|_| cells * 2 > whole)?;
    let what = if taken == Taken::Declared { "of the type that is declared for it" } else { "read as numbers" };
    let title = format!("{} of `{column}` are not {what}, {} for one", of(cells, whole, "values"), shown(example));
    let diagnostic = Diagnostic::warning(LINT.code, title);
    let help = match taken {
        Taken::Declared => format!("correct the type of `{column}`, or accept the form in which it is written"),
        _ => format!("declare what it is (`column {column} date \"%d/%m/%Y\"`, say), or compare another column"),
    };
    Some(subject.at_piece(diagnostic, &constraint.origin, column, "mostly something else").help(help))
}
