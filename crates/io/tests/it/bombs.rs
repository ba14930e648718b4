//! Small files that are made to fill the memory: they are refused before they do.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use lustrate_io::{CsvOptions, TableFile, read_table_file};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::Int32Type;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The bytes that these files have at the most.
const SMALL: usize = 1_000_000;

/// What is said of a file that is read into so much memory: its code and its title.
fn refused(name: &str, bytes: &[u8], memory: Option<u64>) -> (String, String) {
    assert!(bytes.len() < SMALL, "{name} has {} bytes", bytes.len());
    let folder = TempDir::new().unwrap();
    let path: PathBuf = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let wanted = TableFile::new(&path).called(name).text(CsvOptions { memory, ..CsvOptions::default() });
    let error = read_table_file(&wanted).expect_err(name).into_diagnostic();
    assert!(error.help.is_some());
    (error.code.to_owned(), error.title)
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook of one sheet with such rows, all of whose texts are this one.
fn xlsx(rows: &str, text: &str) -> Vec<u8> {
    xlsx_of(rows, text, "")
}

/// The same, with attributes of the list of its texts.
fn xlsx_of(rows: &str, text: &str, attributes: &str) -> Vec<u8> {
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let workbook = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"t\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
    );
    let of_workbook = format!(
        "<Relationships xmlns=\"{relations}\"><Relationship Id=\"a\" Type=\"{office}/worksheet\" Target=\"worksheets/t.xml\"/>\
         <Relationship Id=\"b\" Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let of_all = format!(
        "<Relationships xmlns=\"{relations}\"><Relationship Id=\"a\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let strings = format!("<sst xmlns=\"{main}\" {attributes}><si><t>{text}</t></si></sst>");
    archive(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", of_all.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_workbook.as_bytes()),
        ("xl/worksheets/t.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
    ])
}

/// So many rows with one cell each, of the one text.
fn rows(count: usize) -> String {
    (1..=count).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>")).collect()
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"t\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn workbooks_made_so_are_read_where_they_stand_for_little() {
    let folder = TempDir::new().unwrap();
    let row = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell office:value-type=\"string\"><text:p>a</text:p></table:table-cell>\
               </table:table-row>";
    for (name, bytes) in [("t.xlsx", xlsx(&rows(3), "a")), ("t.ods", ods(row))] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let reading = read_table_file(&TableFile::new(&path)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(reading.table.rows(), 2, "{name}");
    }
}

#[test]
fn a_workbook_that_unpacks_to_more_than_it_may_is_refused() {
    let bytes = xlsx(&rows(2), &"a".repeat(9 << 20));
    let (code, title) = refused("t.xlsx", &bytes, Some(8 << 20));
    assert_eq!(code, "too-large");
    assert!(title.starts_with("`t.xlsx` is small and stands for more than 8 MiB"), "{title}");
}

#[test]
fn a_text_that_a_workbook_holds_once_for_many_cells_is_not_copied_into_all_of_them() {
    let bytes = xlsx(&rows(5_000), &"a".repeat(1 << 20));
    assert_eq!(refused("t.xlsx", &bytes, Some(64 << 20)).0, "too-large");
    // Without a word on memory it is as much as any file may stand for; the rest of five gigabytes is not copied.
    assert_eq!(refused("t.xlsx", &bytes, None).0, "too-large");
}

#[test]
fn a_workbook_that_says_it_shares_more_texts_than_there_is_room_for_is_refused() {
    let bytes = xlsx_of(&rows(2), "a", "uniqueCount=\"99999999999\"");
    assert_eq!(refused("t.xlsx", &bytes, None).0, "too-large");
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("t.xlsx");
    fs::write(&path, xlsx_of(&rows(2), "a", "uniqueCount=\"1\"")).unwrap();
    assert_eq!(read_table_file(&TableFile::new(&path)).unwrap().table.rows(), 1);
}

#[test]
fn cells_that_an_open_document_repeats_are_counted_before_they_are_made() {
    let cell = |times: &str, text: &str| {
        format!("<table:table-cell office:value-type=\"string\" {times}><text:p>{text}</text:p></table:table-cell>")
    };
    let (wide, deep) = ("table:number-columns-repeated=\"16384\"", "table:number-rows-repeated=\"1048576\"");
    let text = "a".repeat(1 << 20);
    for rows in [
        format!("<table:table-row {deep}>{}</table:table-row>", cell(wide, "a")),
        format!("<table:table-row>{}</table:table-row>", cell(wide, &text)),
        format!("<table:table-row>{}</table:table-row>", cell(wide, "a")).repeat(2_000),
    ] {
        let (code, title) = refused("t.ods", &ods(&rows), None);
        assert_eq!(code, "too-large");
        assert!(title.starts_with("`t.ods` is small and stands for more than 1024 MiB"), "{title}");
    }
}

/// A Parquet file of row groups with so many rows each, all of one number.
fn parquet(groups: usize, rows: usize) -> Vec<u8> {
    let schema = Arc::new(parse_message_type("message m { required int32 x; }").unwrap());
    let mut one = SerializedFileWriter::new(Vec::new(), schema.clone(), Arc::default()).unwrap();
    let mut group = one.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let ColumnWriter::Int32ColumnWriter(_) = column.untyped() else { panic!("the column holds integers") };
    column.typed::<Int32Type>().write_batch(&vec![7; rows], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let one = Bytes::from(one.into_inner().unwrap());
    let close = || {
        let reader = SerializedFileReader::new(one.clone()).unwrap();
        let metadata = reader.metadata().row_group(0).column(0).clone();
        parquet::column::writer::ColumnCloseResult {
            bytes_written: metadata.compressed_size() as u64,
            rows_written: rows as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        }
    };
    let mut many = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    for _ in 0..groups {
        let mut group = many.next_row_group().unwrap();
        group.append_column(&one, close()).unwrap();
        group.close().unwrap();
    }
    many.into_inner().unwrap()
}

#[test]
fn a_parquet_file_whose_few_bytes_are_many_rows_is_refused() {
    let bytes = parquet(400, 1_000_000);
    let (code, title) = refused("t.parquet", &bytes, None);
    assert_eq!(code, "too-large");
    assert!(title.starts_with("`t.parquet` is small and stands for more than 6103 MiB"), "{title}");
    let (code, title) = refused("t.parquet", &parquet(1, 1_000_000), Some(3_999_999));
    assert_eq!((code.as_str(), title.as_str()), ("too-large", "`t.parquet` takes more memory than it may"));
}
