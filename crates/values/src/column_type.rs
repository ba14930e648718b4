//! The types of columns.

use lustrate_table::parse_number;

/// What the values of a column are.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ColumnType {
    /// Any text; its order is that of code points, where a rule asks for it.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Number,
    /// One of these texts.
    OneOf(Vec<String>),
}

/// A text as a type reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is compared by, where the type has an order: the number, days since 1970 for a date, seconds for a time of
    /// day, the declared unit for a duration or a quantity.
    pub number: Option<f64>,
    /// How the declared format writes it, where the text is written otherwise; `None` where it is written so.
    pub canonical: Option<String>,
}

impl ColumnType {
    /// The text as a value of this type; `None` where it is none.
    pub fn read(&self, text: &str) -> Option<Reading> {
        let number = parse_number(text);
        match self {
            ColumnType::Text => Some(Reading { number: None, canonical: None }),
            ColumnType::Number => number.map(|number| Reading { number: Some(number), canonical: None }),
            ColumnType::Integer => number
                .filter(|number| number.fract() == 0.0)
                .map(|number| Reading { number: Some(number), canonical: None }),
            ColumnType::OneOf(values) => {
                values.iter().any(|value| value == text).then_some(Reading { number: None, canonical: None })
            }
        }
    }

    /// Whether its values have an order that is not that of text.
    pub fn is_ordered(&self) -> bool {
        matches!(self, ColumnType::Integer | ColumnType::Number)
    }
}
