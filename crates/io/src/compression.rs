//! Files that are compressed as a whole: told by their first bytes, read and written as if they were not.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use lustrate_diagnostic::Diagnostic;
use lustrate_table::Compression;

use crate::WriteError;
use crate::format::Format;
use crate::unpacking::too_far;
use crate::workbook::is_workbook_name;

/// How many of the first bytes tell how a file is compressed.
pub(crate) const MAGIC_LENGTH: usize = 4;

/// The first bytes of a member of gzip.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The first bytes of a frame of Zstandard.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What a frame of Zstandard that is skipped starts with, behind a byte from 0x50 to 0x5f.
const ZSTD_SKIPPED: [u8; 3] = [0x2a, 0x4d, 0x18];

/// How a file is compressed that starts with these bytes.
pub(crate) fn compression_of(start: &[u8]) -> Compression {
    match start {
        [a, b, ..] if [*a, *b] == GZIP_MAGIC => Compression::Gzip,
        [0x50..=0x5f, rest @ ..] if rest.starts_with(&ZSTD_SKIPPED) => Compression::Zstd,
        _ if start.starts_with(&ZSTD_MAGIC) => Compression::Zstd,
        _ => Compression::None,
    }
}

/// How a file is written that is called so: `.gz`, `.zst`, or not compressed.
pub(crate) fn compression_by_name(path: &Path) -> Compression {
    let extension = path.extension().unwrap_or_default();
    match ["gz", "gzip", "zst", "zstd"].into_iter().find(|known| extension.eq_ignore_ascii_case(known)) {
        None => Compression::None,
        Some("gz" | "gzip") => Compression::Gzip,
        Some(_) => Compression::Zstd,
    }
}

/// The name without the ending that says how the file is compressed.
pub(crate) fn without_compression(path: &Path) -> PathBuf {
    match compression_by_name(path) {
        Compression::None => path.to_owned(),
        Compression::Gzip | Compression::Zstd => path.with_extension(""),
    }
}

/// What people call it.
pub(crate) fn shown(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "nothing",
        Compression::Gzip => "gzip",
        Compression::Zstd => "Zstandard",
    }
}

/// The bytes that compressed ones stand for, all members or frames one after the other.
///
/// # Errors
/// When the decoder cannot be set up.
pub(crate) fn decompressed<'r>(
    input: impl Read + Send + 'r,
    compression: Compression,
) -> io::Result<Box<dyn Read + Send + 'r>> {
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(MultiGzDecoder::new(io::BufReader::new(input))),
        Compression::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::new(input)?;
            // As `zstd --long=31` writes at the most.
            decoder.window_log_max(31)?;
            Box::new(decoder)
        }
    })
}

/// The message for compressed bytes that stand for nothing, break off, or stand for more than they may.
pub(crate) fn not_decompressed(path: &Path, compression: Compression, error: &io::Error) -> Diagnostic {
    if let Some(told) = too_far(path, error) {
        return told;
    }
    let (shown, packed) = (path.display(), shown(compression));
    let mend = "download or compress the file again";
    if error.kind() == io::ErrorKind::UnexpectedEof {
        let title = format!("`{shown}` was cut short: it is compressed with {packed}, and its end is missing");
        return Diagnostic::error("cut-short", title).help(mend);
    }
    let title = format!("`{shown}` is compressed with {packed} and damaged: {error}");
    Diagnostic::error("damaged-compression", title).help(mend)
}

/// Lets something be written, compresses it, and gives back where it went.
///
/// # Errors
/// Those of what writes, and of the compression.
pub(crate) fn write_compressed<W: Write>(
    mut out: W,
    compression: Compression,
    body: impl FnOnce(&mut dyn Write) -> Result<(), WriteError>,
) -> Result<W, WriteError> {
    match compression {
        Compression::None => {
            body(&mut out)?;
            Ok(out)
        }
        Compression::Gzip => {
            // Without a name and a time, so that the same table gives the same bytes.
            let mut encoder = GzEncoder::new(out, flate2::Compression::default());
            body(&mut encoder)?;
            Ok(encoder.finish()?)
        }
        Compression::Zstd => {
            let mut encoder = zstd::stream::write::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            body(&mut encoder)?;
            Ok(encoder.finish()?)
        }
    }
}

/// Refuses an output that is called like no table that is written: Parquet is compressed within itself, and workbooks are
/// not written.
///
/// [`write_table`](crate::write_table) does this by itself; a program that works for long before it writes asks earlier.
///
/// # Errors
/// One message, which says how to name it.
pub fn check_table_name(path: impl AsRef<Path>) -> Result<(), Diagnostic> {
    let path = path.as_ref();
    let (shown, within) = (path.display(), without_compression(path));
    if within != path && Format::by_extension(&within) == Format::Parquet {
        let title = format!("cannot write `{shown}`: Parquet files are compressed within themselves");
        return Err(Diagnostic::error("compressed-parquet", title).help(format!("name it `{}`", within.display())));
    }
    if is_workbook_name(&within) {
        let title = format!("cannot write `{shown}`: workbooks are read, and not written");
        let help = format!("name it `{}`, which spreadsheets open", within.with_extension("csv").display());
        return Err(Diagnostic::error("output-is-workbook", title).help(help));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &[u8], compression: Compression) -> Vec<u8> {
        write_compressed(Vec::new(), compression, |out| Ok(out.write_all(text)?)).unwrap()
    }

    fn unpacked(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        decompressed(bytes, compression_of(bytes))?.read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_is_written_is_told_by_its_first_bytes_and_read_again() {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let bytes = packed(b"zip,city\n", compression);
            assert_eq!(compression_of(&bytes), compression);
            assert_eq!(unpacked(&bytes).unwrap(), b"zip,city\n");
            let twice = [&bytes[..], &bytes[..]].concat();
            assert_eq!(unpacked(&twice).unwrap(), b"zip,city\nzip,city\n", "{compression:?}");
        }
        assert_eq!(compression_of(b""), Compression::None);
    }

    #[test]
    fn what_breaks_off_and_what_is_damaged_are_told_apart() {
        let code = |bytes: &[u8], compression| {
            let error = unpacked(bytes).unwrap_err();
            not_decompressed(Path::new("t.csv.gz"), compression, &error).code
        };
        let text: Vec<u8> =
            (0..2000u32).flat_map(|n| format!("{},{n}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
        for compression in [Compression::Gzip, Compression::Zstd] {
            let bytes = packed(&text, compression);
            for length in [5, bytes.len() / 2, bytes.len() - 1] {
                assert_eq!(code(&bytes[..length], compression), "cut-short", "{compression:?}, {length}");
            }
            let mut damaged = bytes.clone();
            let middle = damaged.len() / 2;
            damaged[middle..middle + 16].fill(0xff);
            assert_eq!(code(&damaged, compression), "damaged-compression", "{compression:?}");
        }
    }

    #[test]
    fn the_name_of_an_output_says_how_it_is_compressed() {
        let of = |name| (compression_by_name(Path::new(name)), without_compression(Path::new(name)));
        assert_eq!(of("a/t.csv.gz"), (Compression::Gzip, "a/t.csv".into()));
        assert_eq!(of("t.tsv.ZST"), (Compression::Zstd, "t.tsv".into()));
        assert_eq!(of("t.csv"), (Compression::None, "t.csv".into()));
        assert_eq!(check_table_name("t.parquet.gz").unwrap_err().code, "compressed-parquet");
        assert_eq!(check_table_name("t.xlsx").unwrap_err().code, "output-is-workbook");
        check_table_name("t.csv.gz").unwrap();
    }
}
