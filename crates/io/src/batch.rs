//! Arrow record batches to and from a table.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Schema};
use arrow::error::ArrowError;
use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::{ColumnBuilder, Table};

use crate::float::push_floats;
use crate::{ReadError, Reading};

/// A table of the flat columns of record batches of one schema, one below the other, as text: numbers, booleans,
/// texts, dictionaries, dates and times in Arrow's text form. Nulls stay null. Columns of other types are left out
/// and noted.
///
/// # Errors
/// When there is no batch, no row or no flat column, or the schemas of the batches differ.
pub fn from_record_batches(batches: &[RecordBatch]) -> Result<Reading, ReadError> {
    let Some(first) = batches.first() else {
        return Err(refuse("there is no record batch"));
    };
    let schema = first.schema();
    if batches.iter().any(|batch| batch.schema().fields() != schema.fields()) {
        return Err(refuse("the record batches have different columns"));
    }
    if batches.iter().all(|batch| batch.num_rows() == 0) {
        return Err(refuse("the record batches have no rows"));
    }
    let (mut columns, mut notes) = (Vec::new(), Diagnostics::new());
    for (place, field) in schema.fields().iter().enumerate() {
        if !is_flat(field.data_type()) {
            let title = format!("column `{}` is {} and is not looked at", field.name(), field.data_type());
            notes.push(
                Diagnostic::note("column-passed-over", title).help("give it a flat type if it should be looked at"),
            );
            continue;
        }
        let mut column = ColumnBuilder::new();
        for batch in batches {
            push_texts(batch.column(place), &mut column)
                .map_err(|error| refuse(&format!("cannot read column `{}`: {error}", field.name())))?;
        }
        columns.push((field.name().clone(), column.finish()));
    }
    if columns.is_empty() {
        return Err(refuse("the record batches have no column of numbers, texts, booleans, dates or times"));
    }
    let table = Table::new(columns).map_err(|error| refuse(&error.to_string()))?;
    Ok(Reading { table, notes })
}

/// A record batch of text columns (`Utf8`), nulls where cells are missing.
///
/// # Errors
/// When a column has more than 2³¹ − 1 bytes of text, which `Utf8` cannot address.
pub fn to_record_batch(table: &Table) -> Result<RecordBatch, ArrowError> {
    let (mut fields, mut arrays) = (Vec::new(), Vec::<ArrayRef>::new());
    for attribute in table.schema().ids() {
        let (name, column) = (table.schema().name(attribute), table.column(attribute));
        let bytes: usize = table.row_ids().filter_map(|row| column.text(row)).map(str::len).sum();
        if i32::try_from(bytes).is_err() {
            return Err(ArrowError::OffsetOverflowError(bytes));
        }
        fields.push(Field::new(name, DataType::Utf8, true));
        arrays.push(Arc::new(table.row_ids().map(|row| column.text(row)).collect::<StringArray>()));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
}

fn is_flat(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_flat(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Boolean => true,
        DataType::Date32 | DataType::Date64 | DataType::Time32(_) | DataType::Time64(_) => true,
        DataType::Timestamp(_, _) => true,
        other => other.is_numeric(),
    }
}

fn push_texts(array: &ArrayRef, column: &mut ColumnBuilder) -> Result<(), ArrowError> {
    match array.data_type() {
        DataType::Float64 => push_floats(array.as_primitive::<Float64Type>().iter(), column),
        DataType::Float32 => push_floats(array.as_primitive::<Float32Type>().iter(), column),
        _ => {
            let texts = cast(array, &DataType::LargeUtf8)?;
            texts.as_string::<i64>().iter().for_each(|text| column.push(text));
        }
    }
    Ok(())
}

fn refuse(title: &str) -> ReadError {
    Diagnostic::error("bad-batches", title).into()
}
