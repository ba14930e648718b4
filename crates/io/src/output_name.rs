//! What the files that are made of a table are called.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lustrate_table::Compression;

use crate::compression::{compression_by_name, compression_of, without_compression};
use crate::format::PARQUET_MAGIC;
use crate::read::start_of;
use crate::workbook::{is_workbook_name, may_be_workbook};
use crate::{ReadError, TableFile};

/// The endings of files that hold tables, workbooks apart.
const TABLES: [&str; 4] = ["csv", "parquet", "pq", "tsv"];

/// The file beside a table that is called like it with a word before the extension: `orders.clean.csv`. It ends as files do
/// that are compressed as the table is: `orders.clean.csv.gz`. What is made of a workbook is CSV.
///
/// ```
/// use std::path::Path;
///
/// assert_eq!(lustrate_io::with_word("in/orders.csv", "clean"), Path::new("in/orders.clean.csv"));
/// assert_eq!(lustrate_io::with_word("in/orders.csv.gz", "clean"), Path::new("in/orders.clean.csv.gz"));
/// assert_eq!(lustrate_io::with_word("in/orders.xlsx", "clean"), Path::new("in/orders.clean.csv"));
/// ```
pub fn with_word(table: impl AsRef<Path>, word: &str) -> PathBuf {
    let table = table.as_ref();
    let within = without_compression(table);
    let mut name = stem(table);
    name.push(".");
    name.push(word);
    // A pipe can be read once, and not for its name.
    let start = Some(table).filter(|table| table.is_file()).and_then(|table| start_of(table, table).ok());
    let start = start.map(|(start, _)| start);
    let compression = start.as_deref().map_or_else(|| compression_by_name(table), compression_of);
    let ending = match compression {
        Compression::None => None,
        by_name if by_name == compression_by_name(table) => table.extension(),
        Compression::Gzip => Some("gz".as_ref()),
        Compression::Zstd => Some("zst".as_ref()),
    };
    let is_workbook = is_workbook_name(&within) || start.as_deref().is_some_and(may_be_workbook);
    let extension = if is_workbook { Some("csv".as_ref()) } else { within.extension() };
    for ending in extension.into_iter().chain(ending) {
        name.push(".");
        name.push(ending);
    }
    table.with_file_name(name)
}

/// The name of a table with another ending, `repairs.csv` say, instead of its own: `orders.repairs.csv` for `orders.csv.gz`.
pub fn renamed(table: impl AsRef<Path>, ending: &str) -> OsString {
    let mut name = stem(table.as_ref());
    name.push(".");
    name.push(ending);
    name
}

/// The ending of a file in the form of a table: `parquet`, `csv`, or `csv.gz` and `csv.zst` for text that is compressed so.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub fn ending_by_content(table: &TableFile) -> Result<&'static str, ReadError> {
    let (start, _) = start_of(table.path(), table.name())?;
    Ok(match compression_of(&start) {
        Compression::None if start == PARQUET_MAGIC => "parquet",
        Compression::None => "csv",
        Compression::Gzip => "csv.gz",
        Compression::Zstd => "csv.zst",
    })
}

/// Whether a file is called like a table.
///
/// ```
/// assert!(lustrate_io::is_table_name("orders.tsv.zst") && !lustrate_io::is_table_name("orders.rules"));
/// ```
pub fn is_table_name(path: impl AsRef<Path>) -> bool {
    let within = without_compression(path.as_ref());
    let extension = within.extension().unwrap_or_default();
    is_workbook_name(&within) || TABLES.iter().any(|table| extension.eq_ignore_ascii_case(table))
}

fn stem(table: &Path) -> OsString {
    without_compression(table).file_stem().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_named_after_the_table() {
        assert_eq!(with_word("in/orders.v2.csv", "clean"), Path::new("in/orders.v2.clean.csv"));
        assert_eq!(with_word("orders", "clean"), Path::new("orders.clean"));
        assert_eq!(with_word("orders.tsv.zst", "clean"), Path::new("orders.clean.tsv.zst"));
        assert_eq!(renamed("in/orders.parquet", "repairs.csv"), "orders.repairs.csv");
        assert_eq!(renamed("in/orders.v2.csv.gz", "repairs.csv"), "orders.v2.repairs.csv");
    }

    #[test]
    fn the_ending_says_how_the_table_is_compressed_and_not_how_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let named = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            with_word(&path, "clean").file_name().unwrap().to_string_lossy().into_owned()
        };
        assert_eq!(named("a.csv", b"\x1f\x8b\x08\0"), "a.clean.csv.gz");
        assert_eq!(named("b.csv.gz", b"a,b\n"), "b.clean.csv");
        assert_eq!(named("c.csv.gz", b"\x28\xb5\x2f\xfd"), "c.clean.csv.zst");
        assert_eq!(named("d.csv.GZ", b"\x1f\x8b\x08\0"), "d.clean.csv.GZ");
    }
}
