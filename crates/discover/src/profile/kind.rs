//! What a column is.

use std::fmt;

use lustrate_values::{Format, Moment, Unit};

/// What the values of a column are, as far as most of them show.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnKind {
    /// No cell holds a value.
    Empty,
    /// All cells with a value hold this one, but for misspellings.
    Constant(String),
    /// One of two values that say yes and no.
    Boolean {
        /// The values, in the order of their texts.
        members: Vec<String>,
    },
    /// Whole numbers.
    Integer(Digits),
    /// Decimal numbers.
    Number {
        /// How they are written.
        digits: Digits,
        /// How many digits most of them have behind the point.
        decimals: usize,
    },
    /// Numbers with a percent sign behind them.
    Percent,
    /// Amounts of money, with the sign or the code of the currency.
    Currency(String),
    /// Numbers with a unit or a word behind them.
    Measured {
        /// The unit, in its commonest spelling.
        unit: String,
        /// The unit, where it is known.
        known: Option<Unit>,
        /// Other units that are written too.
        others: Vec<String>,
    },
    /// Spans of time.
    Duration {
        /// The commonest unit; `None` for forms with several units or with colons.
        unit: Option<Unit>,
    },
    /// Dates or times of day.
    Moment {
        /// Which of them.
        moment: Moment,
        /// How most are written; `None` where no format says so.
        format: Option<Format>,
        /// How others are written.
        others: Vec<Format>,
        /// The day and the month may have changed places: every value reads as well the other way round.
        order: DayOrder,
    },
    /// One of few values, each of which repeats.
    Enumeration {
        /// The values, without rare misspellings, in the order of their texts.
        members: Vec<String>,
    },
    /// Values of one shape or few that name something: `35233`, `AA-3859-IAH-ORD`, numbers that are counted through.
    Code(Numbering),
    /// Telephone numbers.
    Phone,
    /// Postal codes.
    PostalCode,
    /// E-mail addresses.
    Email,
    /// Addresses of pages.
    Url,
    /// Any text.
    Text,
}

/// How the digits of numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// `1234.5`
    Plain,
    /// With separators of thousands or a decimal comma: `1,234.5`, `1234,5`.
    Separated,
}

/// What is known of the order of day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrder {
    /// The values show it, or the format has but one.
    Known,
    /// All values read in both orders.
    Unknown,
}

/// What codes are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbering {
    /// Signs of a shape.
    Shape,
    /// Whole numbers without leading zeros, nearly all different and nearly without gaps.
    Counted,
}

impl ColumnKind {
    /// Its name in a word or two: `integer`, `date`, `postal code`.
    pub fn name(&self) -> &'static str {
        match self {
            ColumnKind::Empty => "empty",
            ColumnKind::Constant(_) => "constant",
            ColumnKind::Boolean { .. } => "yes or no",
            ColumnKind::Integer(_) => "integer",
            ColumnKind::Number { .. } => "number",
            ColumnKind::Percent => "percent",
            ColumnKind::Currency(_) => "amount of money",
            ColumnKind::Measured { .. } => "number with a unit",
            ColumnKind::Duration { .. } => "duration",
            ColumnKind::Moment { moment: Moment::Date, .. } => "date",
            ColumnKind::Moment { moment: Moment::Time, .. } => "time of day",
            ColumnKind::Moment { moment: Moment::DateTime, .. } => "date with a time",
            ColumnKind::Enumeration { .. } => "enumeration",
            ColumnKind::Code(_) => "code",
            ColumnKind::Phone => "phone number",
            ColumnKind::PostalCode => "postal code",
            ColumnKind::Email => "e-mail address",
            ColumnKind::Url => "web address",
            ColumnKind::Text => "text",
        }
    }

    /// Whether values are numbers, dates, times or durations.
    pub fn is_measured(&self) -> bool {
        matches!(
            self,
            ColumnKind::Integer(_)
                | ColumnKind::Number { .. }
                | ColumnKind::Percent
                | ColumnKind::Currency(_)
                | ColumnKind::Measured { .. }
                | ColumnKind::Duration { .. }
                | ColumnKind::Moment { .. }
        )
    }
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            ColumnKind::Integer(Digits::Separated) => f.write_str(", with separators"),
            ColumnKind::Number { digits, decimals } => {
                let separated = if *digits == Digits::Separated { ", with separators" } else { "" };
                match decimals {
                    0 => f.write_str(separated),
                    1 => write!(f, " of 1 decimal{separated}"),
                    _ => write!(f, " of {decimals} decimals{separated}"),
                }
            }
            ColumnKind::Currency(sign) => write!(f, " in {sign}"),
            ColumnKind::Measured { unit, others, .. } => {
                write!(f, ": {unit}")?;
                others.iter().try_for_each(|other| write!(f, ", {other}"))
            }
            ColumnKind::Duration { unit: Some(unit) } => write!(f, " in {unit}"),
            ColumnKind::Moment { format, others, order, .. } => {
                let mut before = " as ";
                for format in format.iter().chain(others) {
                    write!(f, "{before}{format}")?;
                    before = " or ";
                }
                if *order == DayOrder::Unknown { f.write_str(", or day and month the other way round") } else { Ok(()) }
            }
            ColumnKind::Enumeration { members } => write!(f, " of {} values", members.len()),
            ColumnKind::Code(Numbering::Counted) => f.write_str(": a running number"),
            _ => Ok(()),
        }
    }
}
