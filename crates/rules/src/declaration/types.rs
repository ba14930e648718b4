//! Words to types: units and formats are found, and clauses that do not fit the type are told.

use std::collections::BTreeSet;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span, nearest};
use lustrate_table::parse_number;
use lustrate_values::{Clock, ColumnType, Dimension, DurationForm, Format, Moment, Unit};

use super::mends::in_our_letters;
use super::{Declaration, Range, TypeWords};
use crate::name::{Name, quoted};

impl Declaration {
    /// The type, where one is said.
    ///
    /// # Errors
    /// What is wrong with it and with its clauses, whatever the table is.
    pub fn resolve(&self, source: &Arc<SourceText>) -> Result<Option<ColumnType>, Vec<Diagnostic>> {
        let mut found = Found { source, diagnostics: Vec::new() };
        let column_type = self.column_type.as_ref().and_then(|words| found.column_type(words, self));
        if found.diagnostics.is_empty() {
            found.clauses(self, column_type.as_ref());
        }
        if found.diagnostics.is_empty() { Ok(column_type) } else { Err(found.diagnostics) }
    }
}

impl Range {
    /// The ends as a type reads them; an open end lies at infinity.
    pub fn ends(&self, column_type: Option<&ColumnType>) -> Option<(f64, f64)> {
        let end = |end: &Option<Name>, open| end.as_ref().map_or(Some(open), |end| read_end(&end.text, column_type));
        Some((end(&self.low, f64::NEG_INFINITY)?, end(&self.high, f64::INFINITY)?))
    }
}

fn read_end(text: &str, column_type: Option<&ColumnType>) -> Option<f64> {
    match column_type {
        Some(column_type) => column_type.constant(text),
        None => parse_number(text),
    }
}

/// The mistakes so far.
struct Found<'a> {
    source: &'a Arc<SourceText>,
    diagnostics: Vec<Diagnostic>,
}

impl Found<'_> {
    fn report(&mut self, code: &'static str, title: String, span: Span, label: &str, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(code, title).at(self.source, span, label).help(help));
    }

    fn column_type(&mut self, words: &TypeWords, declared: &Declaration) -> Option<ColumnType> {
        match words {
            TypeWords::Text => Some(ColumnType::Text),
            TypeWords::Integer => Some(ColumnType::Integer),
            TypeWords::Number => Some(match &declared.unit {
                Some(unit) => ColumnType::NumberOf(unit.text.clone()),
                None => ColumnType::Number,
            }),
            TypeWords::OneOf(values) => {
                let mut seen = BTreeSet::new();
                for value in values.iter().filter(|value| !seen.insert(&value.text)) {
                    let title = format!("{} is listed twice", quoted(&value.text));
                    self.report("repeated-value", title, value.span(), "listed already", "leave it out here");
                }
                Some(ColumnType::OneOf(values.iter().map(|value| value.text.clone()).collect()))
            }
            TypeWords::Date(format) => {
                let (format, accept) = self.formats(Moment::Date, format.as_ref(), &declared.accept)?;
                Some(ColumnType::Date { format, accept })
            }
            TypeWords::Time(format) => {
                let (format, accept) = self.formats(Moment::Time, format.as_ref(), &declared.accept)?;
                Some(ColumnType::Time { format, accept })
            }
            TypeWords::DateTime(format) => {
                let (format, accept) = self.formats(Moment::DateTime, format.as_ref(), &declared.accept)?;
                Some(ColumnType::DateTime { format, accept })
            }
            TypeWords::Duration(unit) => {
                let unit = self.unit(unit, Some(Dimension::Time));
                let accept: Vec<_> = declared.accept.iter().map(|form| self.duration_form(form)).collect();
                let accept = accept.into_iter().collect::<Option<_>>();
                Some(ColumnType::Duration { unit: unit?, accept: accept? })
            }
            TypeWords::Quantity(unit) => {
                let unit = self.unit(unit, None);
                let dimension = unit.map(Unit::dimension);
                let accept: Vec<_> = declared.accept.iter().map(|other| self.unit(other, dimension)).collect();
                Some(ColumnType::Quantity { unit: unit?, accept: accept.into_iter().collect::<Option<_>>()? })
            }
        }
    }

    fn formats(&mut self, moment: Moment, format: Option<&Name>, accept: &[Name]) -> Option<(Format, Vec<Format>)> {
        let declared = match format {
            Some(format) => self.format(moment, format),
            None => Some(moment.plain_format()),
        };
        let accept: Vec<_> = accept.iter().map(|format| self.format(moment, format)).collect();
        Some((declared?, accept.into_iter().collect::<Option<_>>()?))
    }

    fn format(&mut self, moment: Moment, written: &Name) -> Option<Format> {
        match Format::new(moment, &written.text) {
            Ok(format) => Some(format),
            Err(cause) => {
                let title = format!("{} is not a format here: {cause}", quoted(&written.text));
                let ours = in_our_letters(moment, &written.text);
                let help = match ours {
                    Some(ours) => format!("write `{}`", quoted(&ours)),
                    None => format!("write a format such as `{}`", quoted(moment.plain_format().written())),
                };
                self.report("bad-format", title, written.span(), "not a format", help);
                None
            }
        }
    }

    fn duration_form(&mut self, form: &Name) -> Option<DurationForm> {
        if let Some(clock) = Clock::find(&form.text) {
            return Some(DurationForm::Clock(clock));
        }
        if form.text.contains([':', '.']) {
            let title = format!("{} is no clock form", quoted(&form.text));
            let forms: Vec<_> = Clock::ALL.iter().map(|clock| format!("`{}`", quoted(clock.written()))).collect();
            let near = Clock::ALL.into_iter().find(|clock| clock.written().replace(':', ".") == form.text);
            let help = match near {
                Some(near) => format!("write `{}`", quoted(near.written())),
                None => format!("write {}", forms.join(", ")),
            };
            self.report("unknown-unit", title, form.span(), "not a clock form", help);
            return None;
        }
        self.unit(form, Some(Dimension::Time)).map(DurationForm::Unit)
    }

    /// The unit of a name, which must measure what the column does, where that is known.
    fn unit(&mut self, name: &Name, dimension: Option<Dimension>) -> Option<Unit> {
        let found = match dimension {
            Some(dimension) => Unit::find_of(dimension, &name.text),
            None => Unit::find(&name.text),
        };
        if found.is_some() {
            return found;
        }
        let fits = |unit: &Unit| dimension.is_none_or(|dimension| unit.dimension() == dimension);
        let is_other = Unit::find(&name.text).is_some();
        let near = nearest(&name.text, Unit::all().filter(fits).flat_map(Unit::names)).filter(|_| !is_other);
        let listing = || Unit::all().filter(fits).map(Unit::symbol).collect::<Vec<_>>().join(", ");
        let help = match (near, dimension) {
            (Some(near), _) => format!("write `{}`", super::unit_or_format(near)),
            (None, Some(_)) => format!("the units are {}", listing()),
            (None, None) => format!("write `number unit {}` for a unit that does not convert", quoted(&name.text)),
        };
        let (title, label) = if is_other {
            (format!("`{}` measures something else than the column", name.text), "does not convert")
        } else {
            (format!("there is no unit `{}`", name.text), "not a unit")
        };
        self.report("unknown-unit", title, name.span(), label, help);
        None
    }

    fn clauses(&mut self, declared: &Declaration, column_type: Option<&ColumnType>) {
        let is_text = matches!(column_type, None | Some(ColumnType::Text | ColumnType::OneOf(_)));
        let takes_accept = matches!(
            column_type,
            Some(
                ColumnType::Date { .. }
                    | ColumnType::Time { .. }
                    | ColumnType::DateTime { .. }
                    | ColumnType::Duration { .. }
                    | ColumnType::Quantity { .. }
            )
        );
        if let Some(first) = declared.accept.first().filter(|_| !takes_accept) {
            let help = "declare a date, a time, a duration or a quantity, or leave `accept` out";
            self.misfit("accept", first.span(), help);
        }
        if let Some(unit) = declared.unit.as_ref().filter(|_| !matches!(column_type, Some(ColumnType::NumberOf(_)))) {
            let help = match column_type {
                Some(ColumnType::Duration { .. } | ColumnType::Quantity { .. }) => {
                    format!(
                        "leave `unit` out: the unit of the column stands behind `in`, as in `in {}`",
                        super::unit_or_format(&unit.text)
                    )
                }
                None => format!("write `number` before `unit {}`", quoted(&unit.text)),
                Some(_) => format!("write `number unit {}` for the type and its unit", quoted(&unit.text)),
            };
            self.misfit("unit", unit.span(), &help);
        }
        if declared.letter_case.is_some() && !is_text {
            self.misfit("case", declared.at.0, "leave `case` out: only texts have letters in upper and lower case");
        }
        if let Some(inference) = &declared.infer_unit
            && !other_units(column_type)
        {
            let span = inference.at.0;
            let title = "`infer unit` needs another unit that bare numbers could be in".to_owned();
            let help = match column_type {
                Some(ColumnType::Duration { unit, .. }) => {
                    let other = if unit.symbol() == "h" { "min" } else { "h" };
                    format!("write `accept {other}` before it, or leave `infer unit` out")
                }
                Some(ColumnType::Quantity { unit, .. }) => {
                    let differs = |other: &Unit| other.dimension() == unit.dimension() && are_different(*other, *unit);
                    match Unit::all().find(differs) {
                        Some(other) => {
                            let other = super::unit_or_format(other.symbol());
                            format!("write `accept {other}`, or another unit, before it, or leave `infer unit` out")
                        }
                        None => "leave `infer unit` out".to_owned(),
                    }
                }
                _ => "declare `duration in min accept h infer unit`, say, or leave `infer unit` out".to_owned(),
            };
            self.report("clause-type", title, span, "no other unit is accepted", help);
        }
        if let Some(range) = &declared.range {
            self.range(range, column_type);
        }
        if let Some(ColumnType::OneOf(values)) = column_type {
            for good in declared.good.iter().filter(|good| !values.contains(&good.text)) {
                let title = format!("{} is not one of the values of the column", quoted(&good.text));
                let near =
                    nearest(&good.text, values.iter().map(String::as_str)).or(values.first().map(String::as_str));
                let help = format!("write `{}`", super::constant(near.unwrap_or_default()));
                self.report("unknown-value", title, good.span(), "not listed behind `one of`", help);
            }
        }
    }

    fn misfit(&mut self, clause: &str, span: Span, help: &str) {
        let title = format!("`{clause}` does not fit the type of the column");
        self.report("clause-type", title, span, "does not fit the type", help);
    }

    fn range(&mut self, range: &Range, column_type: Option<&ColumnType>) {
        if column_type.is_some_and(|column_type| !column_type.is_ordered()) {
            let help = "declare a number, a date, a time, a duration or a quantity, or leave the range out";
            return self.misfit(&range.to_string(), range.at.0, help);
        }
        for end in [&range.low, &range.high].into_iter().flatten() {
            if read_end(&end.text, column_type).is_none() {
                let title = format!("{} is not read by the type of the column", quoted(&end.text));
                let help = column_type.map_or("write a number", example);
                self.report("constant-type", title, end.span(), "not a value of this type", help);
            }
        }
        if let Some((low, high)) = range.ends(column_type)
            && low > high
        {
            let turned = Range { low: range.high.clone(), high: range.low.clone(), at: range.at };
            let help = format!("write `{turned}`");
            self.report("empty-range", "no value lies in this range".to_owned(), range.at.0, "upside down", help);
        }
    }
}

/// How a constant of a type is written, for messages.
pub(crate) fn example(column_type: &ColumnType) -> &'static str {
    match column_type {
        ColumnType::Date { .. } => "write a date such as `\"2020-01-31\"`",
        ColumnType::Time { .. } => "write a time such as `\"12:30\"`",
        ColumnType::DateTime { .. } => "write a date and time such as `\"2020-01-31 12:30:00\"`",
        ColumnType::Duration { .. } => "write a number in the unit of the column, or with its unit such as `\"2 h\"`",
        ColumnType::Quantity { .. } => {
            "write a number in the unit of the column, or a text with a unit that it accepts"
        }
        _ => "write a number",
    }
}

/// Whether bare numbers could be in an accepted unit that differs from the declared one.
fn other_units(column_type: Option<&ColumnType>) -> bool {
    match column_type {
        Some(ColumnType::Duration { unit, accept }) => {
            accept.iter().any(|form| matches!(form, DurationForm::Unit(other) if are_different(*unit, *other)))
        }
        Some(ColumnType::Quantity { unit, accept }) => accept.iter().any(|other| are_different(*unit, *other)),
        _ => false,
    }
}

/// Whether numbers of two units that measure the same are different numbers.
fn are_different(one: Unit, other: Unit) -> bool {
    one.factor_to(other) != Some(1.0)
}
