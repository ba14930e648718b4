//! Polars columns as texts, and texts as values of a column's type.

use std::fmt::Debug;
use std::str::FromStr;

use arrow::array::temporal_conversions::time64ns_to_time;
use arrow::array::timezone::Tz;
use arrow::array::types::{Date32Type, Time64NanosecondType};
use arrow::compute::kernels::cast_utils::{Parser, string_to_datetime};
use lustrate_table::{Column, ColumnBuilder, SecondPart, ValueType, Zone};
use polars::prelude::{
    DataType, Float32Chunked, Float64Chunked, NamedFrom, PlSmallStr, PolarsResult, Series, TimeUnit,
};

use crate::float::push_floats;

/// The type of a column whose values can be written as text and read back; `None` for nested columns, binary ones
/// and spans of time.
pub(crate) fn value_type(dtype: &DataType) -> Option<ValueType> {
    Some(match dtype {
        DataType::Boolean => ValueType::Boolean,
        DataType::Int8 => ValueType::Signed(8),
        DataType::Int16 => ValueType::Signed(16),
        DataType::Int32 => ValueType::Signed(32),
        DataType::Int64 => ValueType::Signed(64),
        DataType::Int128 => ValueType::Signed(128),
        DataType::UInt8 => ValueType::Unsigned(8),
        DataType::UInt16 => ValueType::Unsigned(16),
        DataType::UInt32 => ValueType::Unsigned(32),
        DataType::UInt64 => ValueType::Unsigned(64),
        DataType::UInt128 => ValueType::Unsigned(128),
        DataType::Float16 => ValueType::Float(16),
        DataType::Float32 => ValueType::Float(32),
        DataType::Float64 => ValueType::Float(64),
        DataType::Decimal(precision, scale) => ValueType::Decimal { precision: *precision, scale: *scale },
        DataType::String | DataType::Categorical(_, _) => ValueType::Text,
        DataType::Enum(categories, _) => {
            ValueType::OneOf(categories.categories().values_iter().map(str::to_owned).collect())
        }
        DataType::Date => ValueType::Date,
        DataType::Time => ValueType::Time { unit: SecondPart::Nano },
        DataType::Datetime(unit, zone) => {
            let unit = match unit {
                TimeUnit::Milliseconds => SecondPart::Milli,
                TimeUnit::Microseconds => SecondPart::Micro,
                TimeUnit::Nanoseconds => SecondPart::Nano,
            };
            ValueType::Datetime { unit, zone: if zone.is_some() { Zone::Known } else { Zone::Unknown } }
        }
        _ => return None,
    })
}

/// A column of a flat type as texts that parse back to the same values; nulls stay null.
pub(crate) fn texts(series: &Series) -> PolarsResult<Column> {
    match series.dtype() {
        DataType::Float64 => Ok(float_column(series.f64()?.iter())),
        DataType::Float32 => Ok(float_column(series.f32()?.iter())),
        DataType::Float16 => texts(&series.cast(&DataType::Float32)?),
        DataType::Time => {
            // The cast of Polars drops the parts of seconds.
            let times = series.to_physical_repr();
            let times = times.i64()?.iter().map(|time| time.and_then(time64ns_to_time).map(|time| time.to_string()));
            let mut column = ColumnBuilder::new();
            times.for_each(|time| column.push(time.as_deref()));
            Ok(column.finish())
        }
        _ => Ok(series.cast(&DataType::String)?.str()?.iter().collect()),
    }
}

fn float_column<F: Debug>(values: impl Iterator<Item = Option<F>>) -> Column {
    let mut column = ColumnBuilder::new();
    push_floats(values, &mut column);
    column.finish()
}

/// Texts as values of a type, as a series that casts to the column's own; `Err` with the place of the first text that
/// does not parse as one.
pub(crate) fn parse(texts: &[Option<&str>], value_type: &ValueType) -> Result<Series, usize> {
    let name = PlSmallStr::EMPTY;
    match value_type {
        ValueType::Text => Ok(Series::new(name, texts)),
        ValueType::OneOf(values) => {
            each(texts, |text| values.iter().any(|value| value == text).then_some(text)).map(|v| Series::new(name, v))
        }
        ValueType::Boolean => each(texts, |text| text.parse::<bool>().ok()).map(|v| Series::new(name, v)),
        ValueType::Signed(bits) => {
            let range = i128::MIN >> (128 - bits)..=i128::MAX >> (128 - bits);
            let parse = |text: &str| text.parse::<i128>().ok().filter(|number| range.contains(number));
            each(texts, parse).map(|v| Series::new(name, v))
        }
        ValueType::Unsigned(bits) => {
            let parse = |text: &str| text.parse::<u128>().ok().filter(|number| *number <= u128::MAX >> (128 - bits));
            each(texts, parse).map(|v| Series::new(name, v))
        }
        ValueType::Float(64) => {
            let values = each(texts, |text| text.parse::<f64>().ok())?;
            Ok(values.into_iter().collect::<Float64Chunked>().into())
        }
        ValueType::Float(_) => {
            let values = each(texts, |text| text.parse::<f32>().ok())?;
            Ok(values.into_iter().collect::<Float32Chunked>().into())
        }
        ValueType::Decimal { precision, scale } => {
            let parse = |text| is_decimal(text, *precision, *scale).then_some(text);
            each(texts, parse).map(|v| Series::new(name, v))
        }
        ValueType::Date => each(texts, Date32Type::parse).map(|v| Series::new(name, v)),
        ValueType::Time { unit } => {
            let whole = |time: &i64| time % i64::from(unit.nanos()) == 0;
            each(texts, |text| Time64NanosecondType::parse(text).filter(whole)).map(|v| Series::new(name, v))
        }
        ValueType::Datetime { unit, zone } => {
            each(texts, |text| parse_datetime(text, *unit, *zone)).map(|v| Series::new(name, v))
        }
    }
}

fn each<'t, T>(texts: &[Option<&'t str>], parse: impl Fn(&'t str) -> Option<T>) -> Result<Vec<Option<T>>, usize> {
    let parse = |(place, text): (usize, &Option<&'t str>)| match text {
        None => Ok(None),
        Some(text) => parse(text).map(Some).ok_or(place),
    };
    texts.iter().enumerate().map(parse).collect()
}

/// Whether a text is a decimal number that loses no digit. `1.50` has two digits after the point, so has `1.500`.
fn is_decimal(text: &str, precision: usize, scale: usize) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !whole.is_empty()
        && all_digits(whole)
        && all_digits(part)
        && part.trim_end_matches('0').len() <= scale
        && whole.trim_start_matches('0').len() <= precision - scale.min(precision)
}

/// The moment since 1970 in the unit, where the text loses no digit.
fn parse_datetime(text: &str, unit: SecondPart, zone: Zone) -> Option<i64> {
    let at = |offset: &str| string_to_datetime(&Tz::from_str(offset).ok()?, text).ok();
    let moment = at("+00:00")?;
    // Only a text with an offset of its own is the same moment wherever it is read.
    let stated = if at("+01:00")? == moment { Zone::Known } else { Zone::Unknown };
    if stated != zone {
        return None;
    }
    let nanos = i128::from(moment.timestamp()) * 1_000_000_000 + i128::from(moment.timestamp_subsec_nanos());
    let per_unit = i128::from(unit.nanos());
    if nanos % per_unit == 0 { i64::try_from(nanos / per_unit).ok() } else { None }
}

/// What a text of a type looks like, for messages.
pub(crate) fn describe(value_type: &ValueType) -> String {
    match value_type {
        ValueType::Text => "text".to_owned(),
        ValueType::OneOf(values) => format!("one of {} fixed texts", values.len()),
        ValueType::Boolean => "`true` or `false`".to_owned(),
        ValueType::Signed(bits) => format!("whole numbers of {bits} bits"),
        ValueType::Unsigned(bits) => format!("whole numbers of {bits} bits, none below 0"),
        ValueType::Float(bits) => format!("numbers of {bits} bits"),
        ValueType::Decimal { precision, scale } => {
            format!("decimal numbers of {precision} digits, {scale} of them after the point")
        }
        ValueType::Date => "dates such as `2024-01-31`".to_owned(),
        ValueType::Time { .. } => "times such as `23:59:59`".to_owned(),
        ValueType::Datetime { zone: Zone::Unknown, .. } => "times such as `2024-01-31 23:59:59`".to_owned(),
        ValueType::Datetime { zone: Zone::Known, .. } => "times such as `2024-01-31 23:59:59+01:00`".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::{Categories, FrozenCategories, TimeZone};
    use proptest::prelude::*;

    use super::*;

    fn assert_parses_back(series: Series) {
        let kind = value_type(series.dtype()).unwrap();
        let column = texts(&series).unwrap();
        let cells: Vec<_> = (0..series.len() as u32).map(|row| column.text(lustrate_table::RowId(row))).collect();
        let parsed = parse(&cells, &kind).unwrap_or_else(|at| panic!("{:?} as {kind:?}", cells[at]));
        let back = parsed.cast(series.dtype()).unwrap();
        assert!(back.equals_missing(&series), "{series} {back}");
    }

    fn moments(moments: &[Option<i64>], unit: TimeUnit, zone: Option<&'static str>) -> Series {
        let zone = TimeZone::opt_try_new(zone).unwrap();
        Series::new("t".into(), moments).cast(&DataType::Datetime(unit, zone)).unwrap()
    }

    #[test]
    fn every_flat_type_parses_back_to_the_same_values() {
        let numbers = Series::new("n".into(), [Some(0i64), None, Some(-7), Some(127)]);
        for dtype in [DataType::Int8, DataType::Int16, DataType::Int32, DataType::Int64, DataType::Int128] {
            assert_parses_back(numbers.cast(&dtype).unwrap());
        }
        let naturals = Series::new("n".into(), [Some(0u8), None, Some(255)]);
        for dtype in [DataType::UInt8, DataType::UInt16, DataType::UInt32, DataType::UInt64, DataType::UInt128] {
            assert_parses_back(naturals.cast(&dtype).unwrap());
        }
        for dtype in [DataType::Date, DataType::Decimal(10, 2), DataType::Float16] {
            assert_parses_back(numbers.cast(&dtype).unwrap());
        }
        assert_parses_back(Series::new("b".into(), [Some(true), None, Some(false)]));
        let noon = Series::new("t".into(), [Some(43_200_000_000_000i64), None, Some(1), Some(86_399_999_999_999)]);
        assert_parses_back(noon.cast(&DataType::Time).unwrap());
        let words = Series::new("w".into(), [Some("x"), None, Some(""), Some("y")]);
        assert_parses_back(words.clone());
        assert_parses_back(words.cast(&DataType::from_categories(Categories::global())).unwrap());
        let frozen = FrozenCategories::new(["x", "", "y"]).unwrap();
        assert_parses_back(words.cast(&DataType::from_frozen_categories(frozen)).unwrap());
    }

    #[test]
    fn a_text_that_would_lose_something_does_not_fit() {
        let fits = |text: &str, kind: &ValueType| parse(&[None, Some(text)], kind).is_ok();
        let decimal = ValueType::Decimal { precision: 4, scale: 2 };
        assert!(fits("12.50", &decimal) && fits("-1", &decimal));
        assert!(!fits("1.505", &decimal) && !fits("123", &decimal) && !fits("x", &decimal));
        assert!(fits("-128", &ValueType::Signed(8)) && !fits("128", &ValueType::Signed(8)));
        assert!(!fits("1.0", &ValueType::Signed(64)) && !fits("-1", &ValueType::Unsigned(128)));
        assert!(!fits("", &ValueType::Float(64)) && !fits("yes", &ValueType::Boolean));
        assert!(!fits("z", &ValueType::OneOf(vec!["x".into()])));
        let clock = ValueType::Datetime { unit: SecondPart::Milli, zone: Zone::Unknown };
        assert!(fits("2024-01-31 10:00:00.125", &clock) && fits("2024-01-31", &clock));
        assert!(!fits("2024-01-31 10:00:00.0001", &clock) && !fits("2024-01-31 10:00:00Z", &clock));
        let moment = ValueType::Datetime { unit: SecondPart::Milli, zone: Zone::Known };
        assert!(fits("2024-01-31 10:00:00+01:00", &moment) && !fits("2024-01-31 10:00:00", &moment));
    }

    proptest! {
        #[test]
        fn floats_parse_back(values in prop::collection::vec(prop::option::of(any::<f64>()), 1..20)) {
            assert_parses_back(Series::new("f".into(), &values));
            let narrow: Vec<_> = values.iter().map(|value| value.map(|value| value as f32)).collect();
            assert_parses_back(Series::new("f".into(), &narrow));
        }

        #[test]
        fn times_parse_back(
            values in prop::collection::vec(prop::option::of(-62_000_000_000_000i64..250_000_000_000_000), 1..20),
        ) {
            for unit in [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds] {
                for zone in [None, Some("UTC"), Some("Europe/Berlin")] {
                    // Before zones were agreed on, offsets had seconds, which the text has not.
                    let late = |moment: i64| if zone.is_some() { moment.abs() } else { moment };
                    let values: Vec<_> = values.iter().map(|moment| moment.map(late)).collect();
                    assert_parses_back(moments(&values, unit, zone));
                }
            }
        }
    }
}
