//! Records of a fixed schema to and from Parquet, which no table is.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use lustrate_table::Table;
use polars::frame::DataFrame;
use polars::prelude::{
    Column, DataType, IntoSeries, KeyValueMetadata, NamedFrom, ParquetReader, ParquetWriter, PlSmallStr, PolarsError,
    PolarsResult, SerReader, Series, StructChunked,
};

use crate::guarded::{CONTRADICTS_ITSELF, guarded};
use crate::no_table::no_table;
use crate::parquet_read::{damaged, open_parquet};
use crate::read::{cannot_read, open};
use crate::typed::{texts, value_type};
use crate::{ReadError, WriteError};

/// One field of all records.
#[derive(Clone, Debug)]
pub enum RecordField<'a> {
    /// Whole numbers.
    Number(Vec<Option<u64>>),
    /// Probabilities.
    Probability(Vec<Option<f64>>),
    /// Texts.
    Text(Vec<Option<&'a str>>),
    /// Lists of texts.
    Texts(Vec<&'a [String]>),
    /// Lists of values with their probabilities.
    Values(Vec<Vec<(Option<&'a str>, f64)>>),
}

/// Writes records as Parquet, with pairs of key and value in the metadata of the file.
///
/// # Errors
/// Those of the writer.
pub fn write_records(
    out: &mut impl Write,
    fields: &[(&str, RecordField<'_>)],
    metadata: Vec<(String, String)>,
) -> Result<(), WriteError> {
    let columns: PolarsResult<Vec<Column>> =
        fields.iter().map(|(name, field)| series(name, field).map(Column::from)).collect();
    let columns = columns.map_err(failed)?;
    let height = columns.first().map_or(0, Column::len);
    let mut frame = DataFrame::new(height, columns).map_err(failed)?;
    let metadata = KeyValueMetadata::from_static(metadata);
    ParquetWriter::new(out).with_key_value_metadata(Some(metadata)).finish(&mut frame).map_err(failed)?;
    Ok(())
}

fn series(name: &str, field: &RecordField<'_>) -> PolarsResult<Series> {
    let name = PlSmallStr::from(name);
    Ok(match field {
        RecordField::Number(numbers) => Series::new(name, numbers),
        RecordField::Probability(numbers) => Series::new(name, numbers),
        RecordField::Text(texts) => Series::new(name, texts),
        RecordField::Texts(lists) => {
            let all: Vec<&str> = lists.iter().flat_map(|list| list.iter().map(String::as_str)).collect();
            lists_of(name, &Series::new("".into(), all), lists.iter().map(|list| list.len()))?
        }
        RecordField::Values(lists) => {
            let values: Vec<Option<&str>> = lists.iter().flatten().map(|(value, _)| *value).collect();
            let probabilities: Vec<f64> = lists.iter().flatten().map(|(_, probability)| *probability).collect();
            let fields = [Series::new("value".into(), values), Series::new("probability".into(), probabilities)];
            let length = fields[0].len();
            let all = StructChunked::from_series("".into(), length, fields.iter())?.into_series();
            lists_of(name, &all, lists.iter().map(Vec::len))?
        }
    })
}

/// Values cut into lists of these lengths.
fn lists_of(name: PlSmallStr, all: &Series, lengths: impl Iterator<Item = usize>) -> PolarsResult<Series> {
    let mut start = 0;
    let lists: Vec<Series> = lengths
        .map(|length| {
            let list = all.slice(start, length);
            start += length as i64;
            list
        })
        .collect();
    if lists.is_empty() {
        return Ok(Series::new_empty(name, &DataType::List(Box::new(all.dtype().clone()))));
    }
    Ok(Series::new(name, lists))
}

/// Records that were read from Parquet.
#[derive(Clone, Debug)]
pub struct Records {
    /// The flat fields as text, and lists of texts joined by `|`; `None` where there is no record. Fields of other types
    /// are left out.
    pub table: Option<Table>,
    /// The pairs of key and value in the metadata of the file.
    pub metadata: Vec<(String, String)>,
}

/// Reads records from Parquet.
///
/// # Errors
/// When the file is not there, is no Parquet file or is damaged.
pub fn read_records(path: impl AsRef<Path>) -> Result<Records, ReadError> {
    let path = path.as_ref();
    let file = open(path)?;
    let read = guarded(|| read_whole(path, file)).map_err(|error| cannot_read(path, &error))?;
    read.unwrap_or_else(|| Err(damaged(path, &CONTRADICTS_ITSELF)))
}

fn read_whole(path: &Path, file: File) -> Result<Records, ReadError> {
    let bytes = file.metadata().map_err(|error| cannot_read(path, &error))?.len();
    open_parquet(path, &file, bytes, None)?;
    let mut reader = ParquetReader::new(file);
    let file = reader.get_metadata().map_err(|error| damaged(path, &error))?;
    let pairs = file.key_value_metadata().iter().flatten();
    let metadata = pairs.filter_map(|pair| Some((pair.key.clone(), pair.value.clone()?))).collect();
    let frame = reader.finish().map_err(|error| damaged(path, &error))?;
    if frame.height() == 0 {
        return Ok(Records { table: None, metadata });
    }
    let columns = frame.columns().iter().filter_map(|column| {
        let texts = field_texts(column.as_materialized_series()).transpose()?;
        Some(texts.map(|texts| (column.name().to_string(), texts)))
    });
    let columns: Vec<_> = columns.collect::<PolarsResult<_>>().map_err(|error| damaged(path, &error))?;
    let table = Table::new(columns).map_err(|error| no_table(&path.display().to_string(), &error))?;
    Ok(Records { table: Some(table), metadata })
}

fn field_texts(series: &Series) -> PolarsResult<Option<lustrate_table::Column>> {
    if value_type(series.dtype()).is_some() {
        return texts(series).map(Some);
    }
    if series.dtype() != &DataType::List(Box::new(DataType::String)) {
        return Ok(None);
    }
    let joined = |list: Option<Series>| -> PolarsResult<Option<String>> {
        let Some(list) = list.filter(|list| !list.is_empty()) else { return Ok(None) };
        Ok(Some(list.str()?.iter().flatten().collect::<Vec<_>>().join("|")))
    };
    let lists = series.list()?;
    let mut column = lustrate_table::ColumnBuilder::new();
    for place in 0..lists.len() {
        column.push(joined(lists.get_as_series(place))?.as_deref());
    }
    Ok(Some(column.finish()))
}

fn failed(error: PolarsError) -> WriteError {
    WriteError::Io(io::Error::other(error))
}

#[cfg(test)]
mod tests {
    use lustrate_table::RowId;

    use super::*;

    fn fields<'a>(lists: &'a [Vec<String>], length: usize) -> Vec<(&'static str, RecordField<'a>)> {
        vec![
            ("row", RecordField::Number([Some(7), None][..length].to_vec())),
            ("sure", RecordField::Probability([Some(0.1), None][..length].to_vec())),
            ("old", RecordField::Text([Some(""), None][..length].to_vec())),
            ("key", RecordField::Texts(lists[..length].iter().map(Vec::as_slice).collect())),
            ("values", RecordField::Values([vec![(Some("x"), 0.5), (None, 0.25)], vec![]][..length].to_vec())),
        ]
    }

    #[test]
    fn missing_and_empty_stay_apart_and_metadata_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let lists = [vec!["a".to_owned(), "b".to_owned()], Vec::new()];
        for length in [2, 0] {
            let path = folder.path().join(format!("{length}.parquet"));
            let mut bytes = Vec::new();
            write_records(&mut bytes, &fields(&lists, length), vec![("k".into(), "v".into())]).unwrap();
            std::fs::write(&path, bytes).unwrap();
            let records = read_records(&path).unwrap();
            assert!(records.metadata.contains(&("k".into(), "v".into())));
            let Some(table) = records.table else {
                assert_eq!(length, 0);
                continue;
            };
            let texts = |name: &str| {
                let column = table.column(table.schema().find(name).unwrap());
                [0, 1].map(|row| column.text(RowId(row)).map(str::to_owned))
            };
            assert_eq!(texts("old"), [Some(String::new()), None]);
            assert_eq!(texts("row"), [Some("7".into()), None]);
            assert_eq!(texts("key"), [Some("a|b".into()), None]);
            assert_eq!(table.schema().find("values"), None);
        }
    }
}
