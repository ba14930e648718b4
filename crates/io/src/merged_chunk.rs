//! Column chunks of Parquet files out of rows of two files.

use std::io::Write;
use std::iter::{Peekable, Zip};
use std::ops::Range;
use std::vec::IntoIter;

use parquet::column::reader::get_typed_column_reader;
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::DataType;
use parquet::errors::Result;
use parquet::file::writer::SerializedRowGroupWriter;

use crate::column_chunk::{Batch, Place, Source, write_chunk};

/// A row of one of two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MergedRow {
    /// Which of the files.
    pub(crate) source: usize,
    /// Which of its rows, in ascending order in each of the files.
    pub(crate) row: usize,
}

/// Writes a column of these rows, in the codec and the encodings that the first file has there, or the second where no row
/// is of the first.
pub(crate) fn merge_chunk<W: Write + Send>(
    sources: [&Source; 2],
    rows: &[MergedRow],
    column: usize,
    out: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<()> {
    let model = rows.iter().find(|row| row.source == 0).or(rows.first());
    let (source, row) = model.map_or((0, 0), |model| (model.source, model.row));
    let place = Place { group: group_of(sources[source], row), column };
    write_chunk(sources[source], place, out, |writer| match writer {
        ColumnWriter::BoolColumnWriter(to) => merge(sources, rows, column, to),
        ColumnWriter::Int32ColumnWriter(to) => merge(sources, rows, column, to),
        ColumnWriter::Int64ColumnWriter(to) => merge(sources, rows, column, to),
        ColumnWriter::Int96ColumnWriter(to) => merge(sources, rows, column, to),
        ColumnWriter::FloatColumnWriter(to) => merge(sources, rows, column, to),
        ColumnWriter::DoubleColumnWriter(to) => merge(sources, rows, column, to),
        ColumnWriter::ByteArrayColumnWriter(to) => merge(sources, rows, column, to),
        ColumnWriter::FixedLenByteArrayColumnWriter(to) => merge(sources, rows, column, to),
    })
}

/// The row group that a row is in.
fn group_of(source: &Source, row: usize) -> usize {
    let mut end = 0;
    let mut is_behind = |rows: i64| {
        end += rows as usize;
        end <= row
    };
    source.metadata().row_groups().iter().map(|group| group.num_rows()).take_while(|&rows| is_behind(rows)).count()
}

fn merge<T: DataType>(
    sources: [&Source; 2],
    rows: &[MergedRow],
    column: usize,
    to: &mut ColumnWriterImpl<'_, T>,
) -> Result<()> {
    let mut from = Vec::new();
    for (number, source) in sources.into_iter().enumerate() {
        let mut of_source = rows.iter().filter(|row| row.source == number).map(|row| row.row);
        let first = of_source.next().unwrap_or(0);
        let end = of_source.next_back().unwrap_or(first) + 1;
        let has_rows = rows.iter().any(|row| row.source == number);
        let span = if has_rows { first..end } else { 0..0 };
        let levels = [to.get_descriptor().max_def_level(), to.get_descriptor().max_rep_level()];
        from.push(Rows::new(read_rows::<T>(source, span.clone(), column, levels)?, span.start));
    }
    let max_definition = to.get_descriptor().max_def_level();
    let mut written = Batch::default();
    for row in rows {
        from[row.source].pass_on(row.row, max_definition, &mut written);
    }
    written.write(to)
}

/// Rows of a column, which may be in several row groups.
fn read_rows<T: DataType>(
    source: &Source,
    rows: Range<usize>,
    column: usize,
    [max_definition, max_repetition]: [i16; 2],
) -> Result<Batch<T::T>> {
    let (mut batch, mut first) = (Batch::default(), 0);
    for group in 0..source.metadata().num_row_groups() {
        let end = first + source.metadata().row_group(group).num_rows() as usize;
        let here = rows.start.max(first)..rows.end.min(end);
        if here.start < here.end {
            let reader = source.row_group(group)?.get_column_reader(column)?;
            let mut reader = get_typed_column_reader::<T>(reader);
            reader.skip_records(here.start - first)?;
            let mut missing = here.len();
            while missing > 0 {
                let (definition, repetition) = (Some(&mut batch.definition), Some(&mut batch.repetition));
                let (read, _, levels) = reader.read_records(missing, definition, repetition, &mut batch.values)?;
                if read == 0 {
                    break;
                }
                if max_definition == 0 {
                    batch.definition.extend(std::iter::repeat_n(0, levels));
                }
                if max_repetition == 0 {
                    batch.repetition.extend(std::iter::repeat_n(0, levels));
                }
                missing -= read;
            }
        }
        first = end;
    }
    Ok(batch)
}

/// Rows of a column that are given on one by one.
struct Rows<V> {
    /// The row that comes next.
    next: usize,
    levels: Peekable<Zip<IntoIter<i16>, IntoIter<i16>>>,
    values: IntoIter<V>,
}

impl<V> Rows<V> {
    fn new(batch: Batch<V>, next: usize) -> Self {
        let levels = batch.definition.into_iter().zip(batch.repetition).peekable();
        Rows { next, levels, values: batch.values.into_iter() }
    }

    /// Gives on a row; those before it that were not given on are passed over.
    fn pass_on(&mut self, row: usize, max_definition: i16, to: &mut Batch<V>) {
        while self.next <= row {
            let is_wanted = self.next == row;
            let mut is_first = true;
            while let Some((definition, repetition)) = self.levels.next_if(|&(_, level)| is_first || level > 0) {
                is_first = false;
                let value = if definition == max_definition { self.values.next() } else { None };
                if is_wanted {
                    to.definition.push(definition);
                    to.repetition.push(repetition);
                    to.values.extend(value);
                }
            }
            self.next += 1;
        }
    }
}
