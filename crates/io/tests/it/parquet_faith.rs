//! A Parquet file comes back as it was but for the changed values.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, DurationSecondArray,
    Float32Array, Float64Array, Int8Array, Int32Array, LargeStringArray, ListArray, RecordBatch, StringArray,
    StructArray, Time32MillisecondArray, TimestampMicrosecondArray, UInt64Array, new_null_array,
};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{DataType, Field, Int8Type, Int32Type, Schema};
use lustrate_io::{
    ApartRow, ApartRows, Overwrite, Restoration, RowSpelling, Selection, TableFile, fits, read_table,
    read_table_without_rows, row_groups, write_restored, write_rows, write_table,
};
use lustrate_table::{AttributeId, CellId, RowId, Table};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::data_type::{
    ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type as Int32Column, Int96, Int96Type,
};
use parquet::file::metadata::{KeyValue, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const ROWS: usize = 7;

/// A column of each kind. (Without numbers of 16 bits: a debug build of Polars stops at those that others write.)
fn batch() -> RecordBatch {
    let dictionary: DictionaryArray<Int8Type> = ["x", "y", "x", "x", "y", "x", "y"].into_iter().collect();
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1), None]),
        None,
        Some(vec![]),
        Some(vec![Some(2)]),
        Some(vec![Some(3), Some(4), Some(5)]),
        Some(vec![None]),
        None,
    ]);
    let text: ArrayRef =
        Arc::new(StringArray::from(vec![Some("Rome"), None, Some(""), Some("Rom"), None, Some("é"), Some("z")]));
    let pair = StructArray::from(vec![
        (Arc::new(Field::new("name", DataType::Utf8, true)), text.clone()),
        (Arc::new(Field::new("n", DataType::Int32, false)), Arc::new(Int32Array::from_iter_values(0..7)) as ArrayRef),
    ]);
    let numbers = || (0..ROWS as i64).map(|n| (n != 4).then_some(n));
    let micros = || numbers().map(|n| n.map(|n| 1_704_164_645_123_456 + n));
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("city", text, true),
        ("large", Arc::new(LargeStringArray::from_iter_values(["a", "b", "c", "d", "e", "f", "g"])), false),
        ("kind", Arc::new(dictionary), true),
        ("list", Arc::new(list), true),
        ("small", Arc::new(numbers().map(|n| n.map(|n| n as i8)).collect::<Int8Array>()), true),
        ("big", Arc::new(numbers().map(|n| n.map(|n| u64::MAX - n as u64)).collect::<UInt64Array>()), true),
        ("share", Arc::new(numbers().map(|n| n.map(|n| n as f64 / 10.0)).collect::<Float64Array>()), true),
        ("single", Arc::new(numbers().map(|n| n.map(|n| n as f32 / 10.0)).collect::<Float32Array>()), true),
        ("open", Arc::new(numbers().map(|n| n.map(|n| n % 2 == 0)).collect::<BooleanArray>()), true),
        ("day", Arc::new(numbers().map(|n| n.map(|n| n as i32)).collect::<Date32Array>()), true),
        ("time", Arc::new(numbers().map(|n| n.map(|n| n as i32)).collect::<Time32MillisecondArray>()), true),
        ("seen", Arc::new(micros().collect::<TimestampMicrosecondArray>().with_timezone("Europe/Berlin")), true),
        ("clock", Arc::new(micros().collect::<TimestampMicrosecondArray>()), true),
        ("price", Arc::new(decimals(9, 2)), true),
        ("sum", Arc::new(decimals(18, 3)), true),
        ("total", Arc::new(decimals(38, 10)), true),
        ("blob", Arc::new(BinaryArray::from_iter_values((0..7).map(|n| vec![0xff, n]))), false),
        ("span", Arc::new(DurationSecondArray::from_iter_values(0..7)), false),
        ("pair", Arc::new(pair), true),
        ("nothing", new_null_array(&DataType::Null, ROWS), true),
    ];
    let field = |(name, array, nulls): &(&str, ArrayRef, bool)| {
        let told = [("unit".to_owned(), format!("of {name}"))].into();
        Field::new(*name, array.data_type().clone(), *nulls).with_metadata(told)
    };
    let said = [("owner".to_owned(), "stewards".to_owned())].into();
    let schema = Schema::new_with_metadata(columns.iter().map(field).collect::<Vec<_>>(), said);
    RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, array, _)| array).collect()).unwrap()
}

fn decimals(precision: u8, scale: i8) -> Decimal128Array {
    let numbers = (0..ROWS as i128).map(|n| (n != 4).then_some(100 * n - 150));
    numbers.collect::<Decimal128Array>().with_precision_and_scale(precision, scale).unwrap()
}

/// Other properties for each column, row groups of three rows, something said of the file.
fn properties(version: WriterVersion) -> WriterProperties {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3).unwrap());
    WriterProperties::builder()
        .set_writer_version(version)
        .set_max_row_group_row_count(Some(3))
        .set_created_by("the bureau of weights version 7".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("licence".to_owned(), "CC0".to_owned())]))
        .set_sorting_columns(Some(vec![SortingColumn { column_idx: 1, descending: false, nulls_first: false }]))
        .set_compression(Compression::SNAPPY)
        .set_column_compression("city".into(), zstd)
        .set_column_compression("large".into(), Compression::GZIP(GzipLevel::default()))
        .set_column_compression("small".into(), Compression::UNCOMPRESSED)
        .set_column_compression("big".into(), Compression::LZ4_RAW)
        .set_column_dictionary_enabled("large".into(), false)
        .set_column_encoding("large".into(), Encoding::DELTA_BYTE_ARRAY)
        .set_column_dictionary_enabled("share".into(), false)
        .set_column_encoding("share".into(), Encoding::BYTE_STREAM_SPLIT)
        .set_column_statistics_enabled("small".into(), EnabledStatistics::None)
        .set_column_bloom_filter_enabled("city".into(), true)
        .build()
}

fn write(batch: &RecordBatch, path: &Path, properties: WriterProperties) {
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn read(path: &Path) -> RecordBatch {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = builder.schema().clone();
    let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

fn metadata(path: &Path) -> ParquetMetaData {
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    reader.parse_and_finish(&File::open(path).unwrap()).unwrap()
}

/// All that is said of a file and its chunks, but for places and sizes.
fn said(path: &Path, values: bool) -> Vec<String> {
    let metadata = metadata(path);
    let file = metadata.file_metadata();
    let mut said = vec![format!("{:?} {:?} {:?}", file.version(), file.created_by(), file.schema())];
    said.push(format!("{:?}", file.key_value_metadata()));
    for (place, group) in metadata.row_groups().iter().enumerate() {
        said.push(format!("{} rows, sorted by {:?}", group.num_rows(), group.sorting_columns()));
        for (column, chunk) in group.columns().iter().enumerate() {
            let mut encodings: Vec<String> = chunk.encodings().map(|encoding| encoding.to_string()).collect();
            encodings.sort();
            let indexed = metadata.column_index().map(|index| std::mem::discriminant(&index[place][column]));
            said.push(format!(
                "{} {:?} {encodings:?} {:?} {indexed:?} {:?} {:?}",
                chunk.column_path(),
                chunk.compression_codec(),
                chunk.bloom_filter_offset().is_some(),
                if values { chunk.statistics() } else { None },
                chunk.statistics().is_some(),
            ));
        }
    }
    said
}

fn cell(table: &Table, row: u32, column: &str) -> CellId {
    CellId { row: RowId(row), attribute: table.schema().find(column).unwrap() }
}

#[test]
fn an_unchanged_table_is_the_same_file_chunk_by_chunk() {
    let folder = tempfile::tempdir().unwrap();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        let [path, out] = ["t.parquet", "out.parquet"].map(|name| folder.path().join(name));
        write(&batch(), &path, properties(version));
        write_table(&read_table(&path).unwrap(), &out, Overwrite::Yes).unwrap();
        assert_eq!(said(&out, true), said(&path, true));
        assert_eq!(read(&out), read(&path));
        let (before, after) = (fs::read(&path).unwrap(), fs::read(&out).unwrap());
        for (old, new) in metadata(&path).row_groups().iter().zip(metadata(&out).row_groups()) {
            for (old, new) in old.columns().iter().zip(new.columns()) {
                let bytes =
                    |file: &[u8], (start, length): (u64, u64)| file[start as usize..(start + length) as usize].to_vec();
                assert_eq!(bytes(&after, new.byte_range()), bytes(&before, old.byte_range()));
            }
        }
    }
}

/// New texts for columns, each in another row, and what they are read back as.
const CHANGES: [(&str, u32, Option<&str>, &str); 14] = [
    ("city", 3, Some("Rome"), "Rome"),
    ("kind", 1, Some("w"), "w"),
    ("small", 4, Some("-128"), "-128"),
    ("big", 0, Some("18446744073709551615"), "18446744073709551615"),
    ("share", 2, Some("-0.25"), "-0.25"),
    ("single", 6, Some("1e10"), "10000000000"),
    ("open", 5, None, ""),
    ("day", 4, Some("2024-02-29"), "2024-02-29"),
    ("time", 6, Some("23:59:59.999"), "23:59:59.999"),
    ("seen", 1, Some("2024-01-02T03:04:05+01:00"), "2024-01-02 03:04:05.000000+01:00"),
    ("clock", 2, Some("1969-12-31 23:59:59.999999"), "1969-12-31 23:59:59.999999"),
    ("price", 0, Some("-99.5"), "-99.50"),
    ("sum", 3, Some("12345678.125"), "12345678.125"),
    ("total", 4, Some("-0.0000000001"), "-0.0000000001"),
];

#[test]
fn changed_values_are_stored_as_their_column_is_and_all_else_stays() {
    let folder = tempfile::tempdir().unwrap();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        let [path, out] = ["t.parquet", "out.parquet"].map(|name| folder.path().join(name));
        write(&batch(), &path, properties(version));
        let mut table = read_table(&path).unwrap();
        for (column, row, text, _) in CHANGES {
            let cell = cell(&table, row, column);
            assert!(fits(&table, cell, text), "{column}");
            table.set(cell, text);
        }
        write_table(&table, &out, Overwrite::Yes).unwrap();
        assert_eq!(said(&out, false), said(&path, false));
        assert_eq!(read(&out).schema(), read(&path).schema());
        let again = read_table(&out).unwrap();
        for attribute in table.schema().ids() {
            let name = table.schema().name(attribute);
            for row in table.row_ids() {
                let cell = CellId { row, attribute };
                let change = CHANGES.iter().find(|(column, changed, _, _)| *column == name && *changed == row.0);
                let expected = change.map_or(table.text(cell), |(_, _, text, shown)| text.map(|_| *shown));
                assert_eq!(again.text(cell), expected, "{name}, row {}", row.number());
            }
        }
        let changed: BTreeSet<&str> = CHANGES.iter().map(|(column, ..)| *column).collect();
        for field in batch().schema().fields().iter().filter(|field| !changed.contains(field.name().as_str())) {
            assert_eq!(read(&out).column_by_name(field.name()), batch().column_by_name(field.name()));
        }
    }
}

#[test]
fn rows_without_a_changed_value_are_what_they_were_to_any_reader() {
    let folder = tempfile::tempdir().unwrap();
    let [path, out] = ["t.parquet", "out.parquet"].map(|name| folder.path().join(name));
    write(&batch(), &path, properties(WriterVersion::PARQUET_1_0));
    let mut table = read_table(&path).unwrap();
    table.set(cell(&table, 3, "city"), Some("Rome"));
    write_table(&table, &out, Overwrite::Yes).unwrap();
    let city = read(&out);
    let city = city.column_by_name("city").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
    let expected = StringArray::from(vec![Some("Rome"), None, Some(""), Some("Rome"), None, Some("é"), Some("z")]);
    assert_eq!(city, &expected);
}

#[test]
fn rows_that_stay_and_rows_that_are_set_apart_are_all_rows_with_all_columns() {
    let folder = tempfile::tempdir().unwrap();
    let [path, kept, apart] = ["t.parquet", "kept.parquet", "apart.parquet"].map(|name| folder.path().join(name));
    write(&batch(), &path, properties(WriterVersion::PARQUET_1_0));
    let table = read_table(&path).unwrap();
    // The whole last row group, and one row of each other.
    let rows = [1, 5, 6];
    let reasons: BTreeMap<RowId, String> = rows.iter().map(|&row| (RowId(row), format!("because of {row}"))).collect();
    write_rows(&table, &kept, Overwrite::Yes, Selection::Without(&reasons.keys().copied().collect())).unwrap();
    write_rows(&table, &apart, Overwrite::Yes, Selection::SetApart(&reasons)).unwrap();
    let of = |wanted: bool| {
        let mask = (0..ROWS as u32).map(|row| Some(rows.contains(&row) == wanted)).collect::<BooleanArray>();
        filter_record_batch(&read(&path), &mask).unwrap()
    };
    assert_eq!(read(&kept), of(false));
    let set_apart = read(&apart);
    assert_eq!(set_apart.num_columns(), batch().num_columns() + 1);
    let projected = set_apart.project(&(0..batch().num_columns()).collect::<Vec<_>>()).unwrap();
    assert_eq!(projected, of(true));
    let because = set_apart.column_by_name("quarantined_because").unwrap();
    assert_eq!(because.as_ref(), &StringArray::from(vec!["because of 1", "because of 5", "because of 6"]));
    let groups = |path: &Path| metadata(path).row_groups().iter().map(|group| group.num_rows()).collect::<Vec<_>>();
    assert_eq!((groups(&kept), groups(&apart)), (vec![2, 2], vec![1, 1, 1]));
}

#[test]
fn rows_that_were_set_apart_come_back_into_the_file_that_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let [path, kept, apart, back] =
        ["t.parquet", "kept.parquet", "apart.parquet", "back.parquet"].map(|name| folder.path().join(name));
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        write(&batch(), &path, properties(version));
        let table = read_table(&path).unwrap();
        // Some rows, a whole row group in the middle, and all rows.
        for rows in [vec![1, 5, 6], vec![3, 4, 5], (0..ROWS as u32).collect()] {
            let reasons: BTreeMap<RowId, String> = rows.iter().map(|&row| (RowId(row), "why".to_owned())).collect();
            write_rows(&table, &kept, Overwrite::Yes, Selection::Without(&reasons.keys().copied().collect())).unwrap();
            write_rows(&table, &apart, Overwrite::Yes, Selection::SetApart(&reasons)).unwrap();
            let spelling = RowSpelling { fields: 0, before: 0, line_end: 0 };
            let apart_rows =
                (0..).zip(&rows).map(|(place, &row)| ApartRow { row: RowId(row), place: RowId(place), spelling });
            let returning =
                ApartRows { file: apart.clone(), rows: apart_rows.collect(), row_groups: row_groups(&table).unwrap() };
            let staying = read_table_without_rows(&TableFile::new(&kept)).unwrap().table;
            let restoration = Restoration { rows: Some(returning), ..Restoration::default() };
            write_restored(&staying, &back, Overwrite::Yes, &restoration).unwrap();
            assert_eq!(read(&back), read(&path), "{rows:?}");
            assert_eq!(said(&back, true), said(&path, true), "{rows:?}");
        }
    }
}

#[test]
fn what_a_column_cannot_hold_does_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    write(&batch(), &path, properties(WriterVersion::PARQUET_1_0));
    let table = read_table(&path).unwrap();
    let fits = |column, text| fits(&table, cell(&table, 0, column), text);
    assert!(!fits("large", None) && fits("large", Some("")) && fits("city", None));
    assert!(!fits("time", Some("10:00:00.0001")) && fits("time", Some("10:00:00.001")));
    assert!(!fits("price", Some("1.005")) && !fits("big", Some("-1")) && !fits("day", Some("Rome")));
    let mut table = table.clone();
    table.set(cell(&table, 2, "large"), None);
    let error = write_table(&table, folder.path().join("out.parquet"), Overwrite::No).unwrap_err();
    assert_eq!(error.to_string(), "row 3, column `large`: a missing value does not fit the column's type");
}

#[test]
fn values_that_are_stored_in_unusual_ways_are_stored_so_again() {
    let message = "message m {
        required int32 id;
        optional int96 old;
        optional int32 cents (DECIMAL(9, 2));
        optional binary many (DECIMAL(20, 1));
        optional fixed_len_byte_array(5) few (DECIMAL(10, 0));
        optional binary name (UTF8);
    }";
    let folder = tempfile::tempdir().unwrap();
    let [path, out] = ["t.parquet", "out.parquet"].map(|name| folder.path().join(name));
    let schema = Arc::new(parse_message_type(message).unwrap());
    let mut writer = SerializedFileWriter::new(File::create(&path).unwrap(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut place = 0;
    while let Some(mut column) = group.next_column().unwrap() {
        let there = Some([1i16, 0].as_slice());
        let bytes = |bytes: &[u8]| ByteArray::from(bytes.to_vec());
        match place {
            0 => column.typed::<Int32Column>().write_batch(&[1, 2], None, None),
            1 => column.typed::<Int96Type>().write_batch(&[Int96::from(vec![0, 0, 2_440_588])], there, None),
            2 => column.typed::<Int32Column>().write_batch(&[-150], there, None),
            3 => column.typed::<ByteArrayType>().write_batch(&[bytes(&[0xff, 0x00]), bytes(&[5])], Some(&[1, 1]), None),
            4 => column.typed::<FixedLenByteArrayType>().write_batch(
                &[FixedLenByteArray::from(bytes(&[0, 0, 0, 1, 0]))],
                there,
                None,
            ),
            _ => column.typed::<ByteArrayType>().write_batch(&[bytes(b"x")], there, None),
        }
        .unwrap();
        column.close().unwrap();
        place += 1;
    }
    group.close().unwrap();
    writer.close().unwrap();

    let mut table = read_table(&path).unwrap();
    let changes = [
        ("old", "2024-01-02 03:04:05.123456789"),
        ("cents", "7.25"),
        ("many", "1234567890.5"),
        ("few", "-256"),
        ("name", "é"),
    ];
    for (column, text) in changes {
        assert!(fits(&table, cell(&table, 1, column), Some(text)), "{column}");
        table.set(cell(&table, 1, column), Some(text));
    }
    write_table(&table, &out, Overwrite::No).unwrap();
    let again = read_table(&out).unwrap();
    for attribute in (0..table.schema().len() as u32).map(AttributeId) {
        for row in table.row_ids() {
            assert_eq!(again.text(CellId { row, attribute }), table.text(CellId { row, attribute }));
        }
    }
    assert_eq!(metadata(&out).file_metadata().schema(), metadata(&path).file_metadata().schema());
}
