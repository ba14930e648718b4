//! Measures and limits to what is measured of a table.

use lustrate_diagnostic::Diagnostic;
use lustrate_table::{AttributeId, Kind};
use lustrate_values::ColumnType;

use super::{Aggregate, Limit, LimitValue, Limits, Summary};
use crate::declaration::example;
use crate::lowering::{Lowering, Standing};
use crate::name::Name;
use crate::{Bound, Comparison, End, Measure};

impl Aggregate {
    /// What is measured; `None` where it does not fit the table, which has been reported.
    pub fn lower(&self, lowering: &mut Lowering<'_>) -> Option<Measure> {
        match self {
            Aggregate::Rows => Some(Measure::Rows),
            Aggregate::Of(summary, column) => {
                let attribute = lowering.attribute(column, Standing::Left)?;
                fits(lowering, *summary, column, attribute).then(|| summary.of(attribute))
            }
            Aggregate::Drift { column, file, other } => {
                let attribute = lowering.attribute(column, Standing::Left);
                let reference = lowering.reference(file);
                let in_reference =
                    reference.and_then(|id| lowering.reference_attribute(id, other.as_ref().unwrap_or(column)));
                Some(Measure::Drift { attribute: attribute?, reference: reference?, other: in_reference? })
            }
        }
    }
}

impl Summary {
    fn of(self, attribute: AttributeId) -> Measure {
        match self {
            Summary::Count => Measure::Count(attribute),
            Summary::Distinct => Measure::Distinct(attribute),
            Summary::Max => Measure::Max(attribute),
            Summary::Mean => Measure::Mean(attribute),
            Summary::Median => Measure::Median(attribute),
            Summary::Min => Measure::Min(attribute),
            Summary::Nulls => Measure::Nulls(attribute),
            Summary::Deviation => Measure::Deviation(attribute),
            Summary::Sum => Measure::Sum(attribute),
        }
    }
}

/// Whether a summary can be made of what a column holds; what cannot has been reported.
fn fits(lowering: &mut Lowering<'_>, summary: Summary, column: &Name, attribute: AttributeId) -> bool {
    if matches!(summary, Summary::Count | Summary::Distinct | Summary::Nulls) {
        return true;
    }
    let word = summary.word();
    let declared = lowering.declared(attribute);
    let numbers = declared.map_or(lowering.kind(attribute) == Kind::Number, ColumnType::is_ordered);
    if !numbers {
        let title = format!("`{word}` is taken of numbers, and `{}` is not a column of numbers", column.text);
        let help = match declared {
            Some(_) => {
                format!("write `distinct({column})` for the number of values, or declare `column {column} number`")
            }
            None => format!("declare what it holds, such as `column {column} number`, or write `distinct({column})`"),
        };
        let diagnostic = Diagnostic::error("number-against-text", title).help(help);
        lowering.report(diagnostic.at(lowering.source(), column.span(), "holds text"));
        return false;
    }
    if summary == Summary::Sum && declared.is_some_and(|declared| !declared.is_number()) {
        let diagnostic =
            Diagnostic::error("type-mismatch", format!("dates and times as in `{}` do not add up", column.text));
        let help = format!("write `mean({column})`, `min({column})` or `max({column})`");
        lowering.report(diagnostic.at(lowering.source(), column.span(), "days or times of day").help(help));
        return false;
    }
    true
}

impl Limits {
    /// What the measure must satisfy; `None` where an end is no value of its column, which has been reported.
    pub fn lower(&self, lowering: &mut Lowering<'_>, aggregate: &Aggregate, measure: &Measure) -> Option<Bound> {
        let mut number = |limit: &Limit| limit.lower(lowering, aggregate, measure);
        let (low, high) = match self {
            Limits::Between(low, high) => {
                let (low, high) = (number(low), number(high));
                (Some((low?, End::Included)), Some((high?, End::Included)))
            }
            Limits::Compare(comparison, limit) => {
                let number = number(limit)?;
                match comparison {
                    Comparison::Less => (None, Some((number, End::Excluded))),
                    Comparison::LessOrEqual => (None, Some((number, End::Included))),
                    Comparison::Greater => (Some((number, End::Excluded)), None),
                    Comparison::GreaterOrEqual => (Some((number, End::Included)), None),
                    // `!=` is not read.
                    Comparison::Equal | Comparison::NotEqual => {
                        (Some((number, End::Included)), Some((number, End::Included)))
                    }
                }
            }
        };
        if let (Some((from, _)), Some((to, _)), Limits::Between(first, last)) = (low, high, self)
            && from > to
        {
            let diagnostic = Diagnostic::error("empty-range", format!("nothing lies between {first} and {last}"));
            let help = format!("write `{aggregate} between {last} and {first}`");
            lowering.report(diagnostic.at(lowering.source(), first.at.0.to(last.at.0), "upside down").help(help));
            return None;
        }
        Some(Bound { low, high })
    }
}

impl Limit {
    fn lower(&self, lowering: &mut Lowering<'_>, aggregate: &Aggregate, measure: &Measure) -> Option<f64> {
        let value = match (aggregate, measure) {
            (
                Aggregate::Of(summary, column),
                Measure::Max(attribute)
                | Measure::Mean(attribute)
                | Measure::Median(attribute)
                | Measure::Min(attribute)
                | Measure::Sum(attribute),
            ) if summary.is_a_value() => Some((column, *attribute)),
            _ => None,
        };
        let declared = value.and_then(|(_, attribute)| lowering.declared(attribute));
        let read = match (&self.value, declared) {
            (LimitValue::Number(number), Some(declared)) if !declared.is_number() => {
                declared.constant(&number.to_string())
            }
            (LimitValue::Number(number) | LimitValue::Share(number), _) => Some(*number),
            (LimitValue::Text(text), Some(declared)) => declared.constant(text.trim()),
            (LimitValue::Text(_), None) => None,
        };
        if let (None, Some((column, _))) = (read, value) {
            let (title, help) = match declared {
                Some(declared) => {
                    (format!("{self} is no value of the type of `{}`", column.text), example(declared).to_owned())
                }
                None => (
                    format!("{self} is no number, and `{}` is a column of numbers", column.text),
                    format!("write a number, or declare what it holds, such as `column {column} date \"%Y-%m-%d\"`"),
                ),
            };
            let diagnostic = Diagnostic::error("constant-type", title).help(help);
            lowering.report(diagnostic.at(lowering.source(), self.at.0, "of another type"));
        }
        read
    }
}
