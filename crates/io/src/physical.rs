//! Texts as the values that a Parquet column stores.

use arrow::datatypes::{ArrowPrimitiveType, Float16Type};
use lustrate_table::{SecondPart, ValueType};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::schema::types::ColumnDescriptor;
use polars::prelude::Series;

use crate::typed::parse;

/// A value as a column of some physical type stores it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Physical {
    Boolean(bool),
    Int32(i32),
    Int64(i64),
    Int96(Int96),
    Float(f32),
    Double(f64),
    /// Of a fixed length or not.
    Bytes(Vec<u8>),
}

/// A type of values that columns store.
pub(crate) trait Stored: Sized {
    /// The value, if it is of this type.
    fn stored(value: &Physical) -> Option<Self>;
}

macro_rules! stored {
    ($type:ty, $variant:ident) => {
        impl Stored for $type {
            fn stored(value: &Physical) -> Option<Self> {
                if let Physical::$variant(value) = value { Some(value.clone().into()) } else { None }
            }
        }
    };
}

stored!(bool, Boolean);
stored!(i32, Int32);
stored!(i64, Int64);
stored!(Int96, Int96);
stored!(f32, Float);
stored!(f64, Double);
stored!(ByteArray, Bytes);

impl Stored for FixedLenByteArray {
    fn stored(value: &Physical) -> Option<Self> {
        ByteArray::stored(value).map(FixedLenByteArray::from)
    }
}

/// Texts as the values that a column stores; `None` stays null.
///
/// # Errors
/// The place of the first text that does not parse as the type of the column, or that it cannot store without loss.
pub(crate) fn physical(
    texts: &[Option<&str>],
    value_type: &ValueType,
    column: &ColumnDescriptor,
) -> Result<Vec<Option<Physical>>, usize> {
    let parsed = parse(texts, value_type)?;
    let stored = store(&parsed, value_type, column).unwrap_or_else(|| vec![None; texts.len()]);
    match texts.iter().zip(&stored).position(|(text, value)| text.is_some() && value.is_none()) {
        Some(place) => Err(place),
        None => Ok(stored),
    }
}

/// The parsed values, null where they cannot be stored; `None` where the column stores values of this type in no way that
/// is known.
fn store(parsed: &Series, value_type: &ValueType, column: &ColumnDescriptor) -> Option<Vec<Option<Physical>>> {
    let length = usize::try_from(column.type_length()).unwrap_or(0);
    Some(match (value_type, column.physical_type()) {
        (ValueType::Text | ValueType::OneOf(_), Type::BYTE_ARRAY) => {
            each(parsed.str().ok()?.iter(), |text| Some(Physical::Bytes(text.as_bytes().to_vec())))
        }
        (ValueType::Boolean, Type::BOOLEAN) => each(parsed.bool().ok()?.iter(), |value| Some(Physical::Boolean(value))),
        (ValueType::Signed(128), Type::FIXED_LEN_BYTE_ARRAY) => {
            each(parsed.i128().ok()?.iter(), |number| Some(Physical::Bytes(number.to_le_bytes().to_vec())))
        }
        (ValueType::Signed(_), of) => each(parsed.i128().ok()?.iter(), |number| whole(number, of, length)),
        (ValueType::Unsigned(128), Type::FIXED_LEN_BYTE_ARRAY) => {
            each(parsed.u128().ok()?.iter(), |number| Some(Physical::Bytes(number.to_le_bytes().to_vec())))
        }
        // Numbers without a sign are stored as the bits that they have.
        (ValueType::Unsigned(_), Type::INT32) => {
            each(parsed.u128().ok()?.iter(), |number| Some(Physical::Int32(u32::try_from(number).ok()? as i32)))
        }
        (ValueType::Unsigned(_), Type::INT64) => {
            each(parsed.u128().ok()?.iter(), |number| Some(Physical::Int64(u64::try_from(number).ok()? as i64)))
        }
        (ValueType::Float(64), Type::DOUBLE) => {
            each(parsed.f64().ok()?.iter(), |number| Some(Physical::Double(number)))
        }
        (ValueType::Float(32), Type::FLOAT) => each(parsed.f32().ok()?.iter(), |number| Some(Physical::Float(number))),
        (ValueType::Float(16), Type::FIXED_LEN_BYTE_ARRAY) => each(parsed.f32().ok()?.iter(), |number| {
            let half = <Float16Type as ArrowPrimitiveType>::Native::from_f32(number);
            Some(Physical::Bytes(half.to_le_bytes().to_vec()))
        }),
        (ValueType::Decimal { scale, .. }, of) => {
            each(parsed.str().ok()?.iter(), |text| whole(unscaled(text, *scale)?, of, length))
        }
        (ValueType::Date, of) => each(parsed.i32().ok()?.iter(), |day| whole(day.into(), of, length)),
        (ValueType::Time { .. }, of) => {
            let unit = unit(column).unwrap_or(SecondPart::Nano);
            each(parsed.i64().ok()?.iter(), |time| whole(in_unit(time, SecondPart::Nano, unit)?, of, length))
        }
        (ValueType::Datetime { unit, .. }, Type::INT96) => {
            each(parsed.i64().ok()?.iter(), |moment| int96(in_unit(moment, *unit, SecondPart::Nano)?))
        }
        (ValueType::Datetime { unit: from, .. }, of) => {
            let to = unit(column).unwrap_or(*from);
            each(parsed.i64().ok()?.iter(), |moment| whole(in_unit(moment, *from, to)?, of, length))
        }
        _ => return None,
    })
}

fn each<T>(values: impl Iterator<Item = Option<T>>, store: impl Fn(T) -> Option<Physical>) -> Vec<Option<Physical>> {
    values.map(|value| value.and_then(&store)).collect()
}

/// A whole number; as bytes it is stored with the highest first, as decimal numbers are.
fn whole(number: i128, of: Type, length: usize) -> Option<Physical> {
    let bytes = number.to_be_bytes();
    // The leading bytes that only repeat the sign.
    let sign = if number < 0 { 0xff } else { 0 };
    let spare = (0..bytes.len() - 1).take_while(|&at| bytes[at] == sign && (bytes[at + 1] ^ sign) < 0x80).count();
    match of {
        Type::INT32 => i32::try_from(number).ok().map(Physical::Int32),
        Type::INT64 => i64::try_from(number).ok().map(Physical::Int64),
        Type::BYTE_ARRAY => Some(Physical::Bytes(bytes[spare..].to_vec())),
        Type::FIXED_LEN_BYTE_ARRAY if bytes.len() - spare <= length => {
            let mut filled = vec![sign; length];
            filled[length - (bytes.len() - spare)..].copy_from_slice(&bytes[spare..]);
            Some(Physical::Bytes(filled))
        }
        _ => None,
    }
}

/// A decimal number times ten to the power of its scale.
fn unscaled(text: &str, scale: usize) -> Option<i128> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    format!("{whole}{part}{}", "0".repeat(scale.checked_sub(part.len())?)).parse().ok()
}

/// The smallest part of a second that a column of times or moments stores.
pub(crate) fn unit(column: &ColumnDescriptor) -> Option<SecondPart> {
    let unit = match column.logical_type_ref() {
        Some(LogicalType::Time(time)) => time.unit,
        Some(LogicalType::Timestamp(moment)) => moment.unit,
        _ => match column.converted_type() {
            ConvertedType::TIME_MILLIS | ConvertedType::TIMESTAMP_MILLIS => TimeUnit::MILLIS,
            ConvertedType::TIME_MICROS | ConvertedType::TIMESTAMP_MICROS => TimeUnit::MICROS,
            _ => return None,
        },
    };
    Some(match unit {
        TimeUnit::MILLIS => SecondPart::Milli,
        TimeUnit::MICROS => SecondPart::Micro,
        TimeUnit::NANOS => SecondPart::Nano,
    })
}

/// A time in another unit, where it loses nothing.
fn in_unit(time: i64, from: SecondPart, to: SecondPart) -> Option<i128> {
    let nanos = i128::from(time) * i128::from(from.nanos());
    (nanos % i128::from(to.nanos()) == 0).then_some(nanos / i128::from(to.nanos()))
}

/// A moment in nanoseconds since 1970 as the nanoseconds of the day and the Julian day.
fn int96(nanos: i128) -> Option<Physical> {
    const DAY: i128 = 86_400_000_000_000;
    const JULIAN_DAY_OF_1970: i128 = 2_440_588;
    let day = u32::try_from(nanos.div_euclid(DAY) + JULIAN_DAY_OF_1970).ok()?;
    let of_day = u64::try_from(nanos.rem_euclid(DAY)).ok()?;
    let mut value = Int96::new();
    value.set_data(of_day as u32, (of_day >> 32) as u32, day);
    Some(Physical::Int96(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_stored_in_as_many_bytes_as_they_need_or_as_the_column_has() {
        let bytes = |number, of, length| match whole(number, of, length) {
            Some(Physical::Bytes(bytes)) => Some(bytes),
            _ => None,
        };
        for (number, expected) in
            [(0, vec![0]), (-1, vec![0xff]), (127, vec![127]), (128, vec![0, 128]), (-129, vec![0xff, 0x7f])]
        {
            assert_eq!(bytes(number, Type::BYTE_ARRAY, 0), Some(expected), "{number}");
        }
        assert_eq!(bytes(-129, Type::FIXED_LEN_BYTE_ARRAY, 4), Some(vec![0xff, 0xff, 0xff, 0x7f]));
        assert_eq!(bytes(-129, Type::FIXED_LEN_BYTE_ARRAY, 1), None);
        assert_eq!(whole(1 << 31, Type::INT32, 0), None);
    }

    #[test]
    fn decimal_numbers_are_counted_in_their_smallest_part() {
        let cases = [("1.5", Some(150)), ("-0.05", Some(-5)), ("+7", Some(700)), ("1.500", Some(150)), ("1.505", None)];
        for (text, expected) in cases {
            assert_eq!(unscaled(text, 2), expected, "{text}");
        }
    }

    #[test]
    fn old_moments_are_a_julian_day_and_a_time_of_day() {
        for nanos in [0, -1, 1_704_164_645_123_456_789] {
            let Some(Physical::Int96(value)) = int96(nanos) else { panic!("it is in range") };
            assert_eq!(i128::from(value.to_nanos()), nanos);
        }
    }
}
