//! Column chunks of Parquet files: copied byte for byte, or written anew with other values in some rows or without some
//! rows.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageReader};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::{ColumnCloseResult, ColumnWriter, ColumnWriterImpl, get_column_writer};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use parquet::file::properties::{EnabledStatistics, ReaderProperties, WriterProperties, WriterVersion};
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};

use crate::ended::EndedFile;
use crate::physical::{Physical, Stored};

/// Rows that are in memory at a time.
const BATCH: usize = 1 << 13;

/// A Parquet file that is read.
pub(crate) struct Source {
    file: File,
    reader: SerializedFileReader<EndedFile>,
    metadata: ParquetMetaData,
}

impl Source {
    /// Reads what is said of a file, the indexes of its pages and its filters too.
    pub(crate) fn new(file: File) -> Result<Self> {
        let indexes = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = indexes.parse_and_finish(&file)?;
        let properties = ReaderProperties::builder().set_read_bloom_filter(true).build();
        let options = ReadOptionsBuilder::new().with_reader_properties(properties).build();
        let reader = SerializedFileReader::new_with_options(EndedFile::new(file.try_clone()?), options)?;
        Ok(Source { file, reader, metadata })
    }

    /// The file itself.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// What is said of it.
    pub(crate) fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    /// One of its row groups.
    pub(crate) fn row_group(&self, group: usize) -> Result<Box<dyn RowGroupReader + '_>> {
        self.reader.get_row_group(group)
    }

    fn chunk(&self, place: Place) -> &ColumnChunkMetaData {
        self.metadata.row_group(place.group).column(place.column)
    }

    fn column_index(&self, place: Place) -> Option<&ColumnIndexMetaData> {
        let index = &self.metadata.column_index()?[place.group][place.column];
        (!matches!(index, ColumnIndexMetaData::NONE)).then_some(index)
    }

    fn offset_index(&self, place: Place) -> Option<&OffsetIndexMetaData> {
        let index = &self.metadata.offset_index()?[place.group][place.column];
        (!index.page_locations.is_empty()).then_some(index)
    }
}

/// What becomes of a column chunk.
pub(crate) struct Change<'a> {
    /// New values, by their place in the row group.
    pub(crate) values: &'a [(usize, Option<Physical>)],
    /// Which rows of the row group are written; `None` for all.
    pub(crate) kept: Option<&'a [bool]>,
}

/// The place of a column chunk: the row group and the column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) group: usize,
    pub(crate) column: usize,
}

/// Copies a column chunk as it is, with its statistics, indexes and filter.
pub(crate) fn copy_chunk<W: Write + Send>(
    from: &Source,
    place: Place,
    out: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<()> {
    let chunk = from.chunk(place);
    let close = ColumnCloseResult {
        bytes_written: chunk.compressed_size() as u64,
        rows_written: from.metadata.row_group(place.group).num_rows() as u64,
        metadata: chunk.clone(),
        bloom_filter: from.reader.get_row_group(place.group)?.get_column_bloom_filter(place.column).cloned(),
        column_index: from.column_index(place).cloned(),
        offset_index: from.offset_index(place).cloned(),
    };
    out.append_column(&from.file, close)
}

/// Writes a column chunk anew, in the codec and the encodings that it has.
pub(crate) fn rewrite_chunk<W: Write + Send>(
    from: &Source,
    place: Place,
    change: &Change<'_>,
    out: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<()> {
    let reader = from.row_group(place.group)?.get_column_reader(place.column)?;
    write_chunk(from, place, out, |writer| match (reader, writer) {
        (ColumnReader::BoolColumnReader(from), ColumnWriter::BoolColumnWriter(to)) => rewrite(from, to, change),
        (ColumnReader::Int32ColumnReader(from), ColumnWriter::Int32ColumnWriter(to)) => rewrite(from, to, change),
        (ColumnReader::Int64ColumnReader(from), ColumnWriter::Int64ColumnWriter(to)) => rewrite(from, to, change),
        (ColumnReader::Int96ColumnReader(from), ColumnWriter::Int96ColumnWriter(to)) => rewrite(from, to, change),
        (ColumnReader::FloatColumnReader(from), ColumnWriter::FloatColumnWriter(to)) => rewrite(from, to, change),
        (ColumnReader::DoubleColumnReader(from), ColumnWriter::DoubleColumnWriter(to)) => rewrite(from, to, change),
        (ColumnReader::ByteArrayColumnReader(from), ColumnWriter::ByteArrayColumnWriter(to)) => {
            rewrite(from, to, change)
        }
        (ColumnReader::FixedLenByteArrayColumnReader(from), ColumnWriter::FixedLenByteArrayColumnWriter(to)) => {
            rewrite(from, to, change)
        }
        _ => Err(ParquetError::General("a column is read as another type than it is written".to_owned())),
    })
}

/// Writes a column chunk in the codec and the encodings of another; `fill` puts its values into the writer.
pub(crate) fn write_chunk<W: Write + Send>(
    model: &Source,
    place: Place,
    out: &mut SerializedRowGroupWriter<'_, W>,
    fill: impl FnOnce(&mut ColumnWriter<'_>) -> Result<()>,
) -> Result<()> {
    let properties = properties(model, &*model.row_group(place.group)?, place)?;
    let mut bytes = TrackedWrite::new(Vec::new());
    let pages = Box::new(SerializedPageWriter::new(&mut bytes));
    let mut writer = get_column_writer(model.chunk(place).column_descr_ptr(), Arc::new(properties), pages);
    fill(&mut writer)?;
    let close = writer.close()?;
    out.append_column(&bytes::Bytes::from(bytes.into_inner()?), close)
}

/// How a chunk is written: in the form of its pages, with the statistics that it has.
fn properties(from: &Source, group: &dyn RowGroupReader, place: Place) -> Result<WriterProperties> {
    let chunk = from.chunk(place);
    let encodings: Vec<Encoding> = chunk.encodings().collect();
    let in_dictionary = encodings.iter().any(|e| matches!(e, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY));
    let statistics = match (from.column_index(place), chunk.statistics()) {
        (Some(_), _) => EnabledStatistics::Page,
        (None, Some(_)) => EnabledStatistics::Chunk,
        (None, None) => EnabledStatistics::None,
    };
    let version = page_version(group.get_column_page_reader(place.column)?)?;
    Ok(WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(chunk.compression())
        .set_dictionary_enabled(in_dictionary)
        .set_encoding(plain_encoding(chunk, &encodings))
        .set_statistics_enabled(statistics)
        .set_bloom_filter_enabled(chunk.bloom_filter_offset().is_some())
        .set_offset_index_disabled(from.offset_index(place).is_none())
        .build())
}

/// The encoding of pages that use no dictionary.
fn plain_encoding(chunk: &ColumnChunkMetaData, encodings: &[Encoding]) -> Encoding {
    let particular = [
        Encoding::DELTA_BINARY_PACKED,
        Encoding::DELTA_LENGTH_BYTE_ARRAY,
        Encoding::DELTA_BYTE_ARRAY,
        Encoding::BYTE_STREAM_SPLIT,
    ];
    if let Some(&encoding) = particular.iter().find(|encoding| encodings.contains(encoding)) {
        return encoding;
    }
    // Levels are always encoded in runs; booleans are where they are not plain.
    let in_runs = chunk.column_type() == Type::BOOLEAN && !encodings.contains(&Encoding::PLAIN);
    if in_runs { Encoding::RLE } else { Encoding::PLAIN }
}

/// The version whose data pages a chunk has.
fn page_version(mut pages: Box<dyn PageReader>) -> Result<WriterVersion> {
    while let Some(page) = pages.get_next_page()? {
        match page {
            Page::DictionaryPage { .. } => {}
            Page::DataPage { .. } => return Ok(WriterVersion::PARQUET_1_0),
            Page::DataPageV2 { .. } => return Ok(WriterVersion::PARQUET_2_0),
        }
    }
    Ok(WriterVersion::PARQUET_1_0)
}

/// Reads all rows of a chunk, some at a time, and writes what becomes of them. New values are of flat columns only.
fn rewrite<T: DataType>(
    mut from: ColumnReaderImpl<T>,
    to: &mut ColumnWriterImpl<'_, T>,
    change: &Change<'_>,
) -> Result<()>
where
    T::T: Stored,
{
    let (max_definition, max_repetition) = (to.get_descriptor().max_def_level(), to.get_descriptor().max_rep_level());
    let (mut first, mut changes) = (0, change.values);
    loop {
        let mut batch = Batch::default();
        let (definition, repetition) = (Some(&mut batch.definition), Some(&mut batch.repetition));
        let (rows, _, levels) = from.read_records(BATCH, definition, repetition, &mut batch.values)?;
        if rows == 0 {
            return Ok(());
        }
        if max_definition == 0 {
            batch.definition = vec![0; levels];
        }
        if max_repetition == 0 {
            batch.repetition = vec![0; levels];
        }
        let here = changes.partition_point(|&(row, _)| row < first + rows);
        let mut written = Batch::default();
        batch.pass_on(max_definition, first, &changes[..here], change.kept, &mut written)?;
        written.write(to)?;
        changes = &changes[here..];
        first += rows;
    }
}

/// Some rows of a column: the values that are there, and for each place the levels that say what is.
pub(crate) struct Batch<V> {
    pub(crate) values: Vec<V>,
    pub(crate) definition: Vec<i16>,
    pub(crate) repetition: Vec<i16>,
}

impl<V> Default for Batch<V> {
    fn default() -> Self {
        Batch { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() }
    }
}

impl<V> Batch<V> {
    /// Writes the rows; levels of which a column has only one are not stored.
    pub(crate) fn write<T: DataType<T = V>>(&self, to: &mut ColumnWriterImpl<'_, T>) -> Result<()> {
        if self.definition.is_empty() {
            return Ok(());
        }
        let (has_definition, has_repetition) =
            (to.get_descriptor().max_def_level() > 0, to.get_descriptor().max_rep_level() > 0);
        let definition = has_definition.then_some(self.definition.as_slice());
        to.write_batch(&self.values, definition, has_repetition.then_some(self.repetition.as_slice()))?;
        Ok(())
    }
}

impl<V: Stored> Batch<V> {
    /// Gives on what becomes of the rows, the first of which is row `first` of the row group.
    fn pass_on(
        self,
        max_definition: i16,
        first: usize,
        changes: &[(usize, Option<Physical>)],
        kept: Option<&[bool]>,
        to: &mut Self,
    ) -> Result<()> {
        let mut values = self.values.into_iter();
        let mut changes = changes.iter().peekable();
        let mut next = first;
        for (&definition, &repetition) in self.definition.iter().zip(&self.repetition) {
            next += usize::from(repetition == 0);
            let row = next - 1;
            let old = if definition == max_definition { values.next() } else { None };
            let change = changes.next_if(|&&(changed, _)| changed == row);
            if kept.is_some_and(|kept| !kept[row]) {
                continue;
            }
            let (definition, value) = match change {
                None => (definition, old),
                Some((_, None)) => (max_definition - 1, None),
                Some((_, Some(new))) => {
                    let new =
                        V::stored(new).ok_or_else(|| ParquetError::General("a value of another type".to_owned()))?;
                    (max_definition, Some(new))
                }
            };
            to.definition.push(definition);
            to.repetition.push(repetition);
            to.values.extend(value);
        }
        Ok(())
    }
}
