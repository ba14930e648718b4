//! Delimited text to a table.

use std::path::Path;

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::{ColumnBuilder, CsvDialect, Encoding, Origin, OriginFile, RowId, RowLines, Table};

use crate::encoding::{self, SAMPLE};
use crate::header::column_names;
use crate::parse::{Ragged, Rows, parse_rows};
use crate::read::NoRows;
use crate::scan::{Record, Scanner, count_line_ends, is_open};
use crate::sniff::sniff_delimiter;
use crate::{ReadError, Reading};

/// What is known of a delimited text file beforehand. `None` stands for finding out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The ASCII byte between fields.
    pub delimiter: Option<u8>,
    /// The character encoding. A byte order mark of the same encoding is still taken for one.
    pub encoding: Option<Encoding>,
}

/// Reads a table from the bytes of a delimited text file, which messages call `name`. The first record is the header.
///
/// An empty field, quoted or not, is missing; all other text is kept as it is, outer space too. Rows shorter than the
/// header are filled up with missing cells; what longer rows have too many of is not in the table. The table is the
/// same for any number of threads. It has no origin: only a file can be written back.
///
/// # Errors
/// When the bytes are none, a header only, no text, or hold a quote before the last line that nothing closes.
///
/// ```
/// use lustrate_io::{CsvOptions, read_csv_bytes};
///
/// let reading = read_csv_bytes("beers.csv", b"name;city\nPub Beer;Bend\n", &CsvOptions::default())?;
/// assert_eq!(reading.table.schema().len(), 2);
/// # Ok::<(), lustrate_io::ReadError>(())
/// ```
pub fn read_csv_bytes(name: &str, bytes: &[u8], options: &CsvOptions) -> Result<Reading, ReadError> {
    let mut notes = Diagnostics::new();
    let parts = parse(name, bytes, options, NoRows::Refused, &mut notes)?;
    Ok(Reading { table: parts.table, notes })
}

/// The same for the bytes of a file without its compression; the file becomes the origin of the table.
pub(crate) fn read_csv_file(
    name: &Path,
    file: OriginFile,
    bytes: &[u8],
    options: &CsvOptions,
    no_rows: NoRows,
) -> Result<Reading, ReadError> {
    let mut notes = Diagnostics::new();
    let parts = parse(&name.display().to_string(), bytes, options, no_rows, &mut notes)?;
    let origin = Origin::Csv { file, dialect: parts.dialect };
    Ok(Reading { table: parts.table.with_origin(origin), notes })
}

struct Parts {
    table: Table,
    dialect: CsvDialect,
}

fn parse(
    name: &str,
    bytes: &[u8],
    options: &CsvOptions,
    no_rows: NoRows,
    notes: &mut Diagnostics,
) -> Result<Parts, ReadError> {
    let detected = encoding::detect(name, bytes, options.encoding, notes);
    refuse_binary(name, bytes, detected.encoding, notes)?;
    let text = encoding::decode(name, bytes, detected)?;
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    let delimiter = match options.delimiter {
        Some(delimiter) => usable_delimiter(delimiter)?,
        None => sniff_delimiter(sample),
    };
    let dialect = CsvDialect { delimiter, encoding: detected.encoding, bom: detected.bom };

    let (mut scanner, mut header) = (Scanner::new(&text, delimiter), Record::default());
    if !scanner.read(&mut header) {
        return Err(empty(name));
    }
    let start = scanner.position();
    let lines_before = count_line_ends(&text, 0..start);
    refuse_open_header(name, &text, &header)?;
    let fields: Vec<&str> = (0..header.len()).map(|field| header.value(field)).collect();
    let names = column_names(name, &fields, notes);

    let rows = parse_rows(&text[start..], delimiter, names.len());
    if let Some(at) = rows.open_quote.map(|at| start + at) {
        if !is_on_last_line(&text, at) {
            return Err(open_quote(name, &text, at).into());
        }
        notes.push(open_at_the_end(name, &text, at));
    }
    let Rows { columns, lines: rows_lines, mut ragged, open_quote: open, .. } = rows;
    if no_rows == NoRows::Refused && columns.iter().all(ColumnBuilder::is_empty) {
        return Err(header_only(name, &text));
    }
    ragged.iter_mut().for_each(|row| row.line += lines_before);
    note_ragged(name, &ragged, names.len(), notes);
    let mut lines = RowLines::new();
    lines.append(&rows_lines, lines_before);
    let columns = names.into_iter().zip(columns.into_iter().map(ColumnBuilder::finish)).collect();
    let table = Table::new(columns).map_err(|error| {
        Diagnostic::error("no-table", format!("`{name}`: {error}")).help("split the file into smaller ones")
    })?;
    let mut ragged: Vec<RowId> = ragged.iter().map(|ragged| RowId(ragged.row)).collect();
    let torn = is_torn(bytes, detected.encoding) && text.ends_with('\u{fffd}');
    if torn {
        notes.push(torn_at_the_end(name));
    }
    if torn || open.is_some() {
        // How the row was to go on nobody knows, so it is as doubtful as one with too few fields.
        ragged.extend(table.row_ids().last());
        ragged.dedup();
    }
    Ok(Parts { table: table.with_lines(lines, ragged), dialect })
}

/// Refuses a header that a quote opens which nothing closes, so that all of the text is in it.
fn refuse_open_header(name: &str, text: &str, header: &Record) -> Result<(), ReadError> {
    let last = header.raw(header.len() - 1);
    match !header.terminated() && is_open(&text[last.clone()]) {
        true => Err(open_quote(name, text, last.start).into()),
        false => Ok(()),
    }
}

/// Whether bytes break off within a unit of their encoding.
fn is_torn(bytes: &[u8], encoding: Encoding) -> bool {
    matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) && bytes.len() % 2 == 1
}

fn usable_delimiter(delimiter: u8) -> Result<u8, ReadError> {
    if delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\r' | b'\n' | 0) {
        return Ok(delimiter);
    }
    let title = format!("the byte {} cannot be the delimiter", delimiter.escape_ascii());
    Err(Diagnostic::error("bad-delimiter", title)
        .help("take an ASCII character, such as `,`, `;`, `|` or a tab")
        .into())
}

/// Refuses what is no text: more than one control character in twenty at the start, or zeros among bytes of which many
/// are no letters. A zero in what is text otherwise is kept as it is, and told.
fn refuse_binary(name: &str, bytes: &[u8], encoding: Encoding, notes: &mut Diagnostics) -> Result<(), ReadError> {
    if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        return Ok(());
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    let first = sample.iter().position(|&byte| is_control(byte));
    let controls = sample.iter().filter(|&&byte| is_control(byte)).count();
    let letters = sample.iter().filter(|byte| byte.is_ascii() && !is_control(**byte)).count();
    let zero = memchr::memchr(0, sample);
    let mostly_letters = encoding == Encoding::Utf8 || 10 * letters > 9 * sample.len();
    let refused = first.filter(|_| 20 * controls > sample.len()).or(zero.filter(|_| !mostly_letters));
    let place = |at| {
        let (line, column) = encoding::place(bytes, at);
        format!("line {line}, byte {column} is 0x{:02x}", bytes[at])
    };
    let Some(at) = refused else {
        if let Some(zero) = zero {
            let title = format!("`{name}` holds bytes that are zero: {}", place(zero));
            notes.push(Diagnostic::warning("zero-bytes", title).help("they are kept as they are"));
        }
        return Ok(());
    };
    let title = format!("`{name}` is no text: {}", place(zero.unwrap_or(at)));
    let help = match bytes {
        [b'P', b'K', 3, 4, ..] => "it looks like a workbook or a zip archive: export or unpack it as CSV",
        [0x1f, 0x8b, ..] => "it is compressed with gzip: unpack it first",
        _ => "name a CSV or Parquet file",
    };
    Err(Diagnostic::error("not-text", title).help(help).into())
}

fn empty(name: &str) -> ReadError {
    let diagnostic = Diagnostic::error("empty-file", format!("`{name}` is empty"));
    diagnostic.help("name a file with a header and at least one data row").into()
}

fn header_only(name: &str, text: &str) -> ReadError {
    let diagnostic = Diagnostic::error("no-rows", format!("`{name}` has a header and no data rows"));
    let help = if is_rule(text.trim()) {
        "is this a rule file? give it with `--rules`, after the table"
    } else {
        "name a file with at least one data row below the header"
    };
    diagnostic.help(help).into()
}

/// Whether a line looks like a rule, ours or HoloClean's, rather than a header.
fn is_rule(line: &str) -> bool {
    line.contains("->") || ["fd ", "deny ", "t1&"].iter().any(|start| line.starts_with(start))
}

fn open_quote(name: &str, text: &str, at: usize) -> Diagnostic {
    let title = format!("{}: nothing closes the quote that opens here", place_in(name, text, at));
    Diagnostic::error("open-quote", title)
        .help("close the quote; if it is part of the text, put the field in quotes and double it: `\"\"`")
}

/// The warning for a quote on the last line, which swallows no other line.
fn open_at_the_end(name: &str, text: &str, at: usize) -> Diagnostic {
    let title = format!("{}: nothing closes the quote that opens on the last line", place_in(name, text, at));
    Diagnostic::warning("open-quote", title).help("the row is kept as it is; was the file cut short?")
}

/// The warning for UTF-16 with an odd number of bytes.
fn torn_at_the_end(name: &str) -> Diagnostic {
    let title = format!("`{name}` is UTF-16 and breaks off within its last character");
    Diagnostic::warning("cut-short", title).help("the row is kept as it is; was the file cut short?")
}

/// The place of a character, for messages.
fn place_in(name: &str, text: &str, at: usize) -> String {
    let line_start = text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let (line, column) = (count_line_ends(text, 0..at) + 1, text[line_start..at].chars().count() + 1);
    format!("`{name}`, line {line}, column {column}")
}

/// Whether no line begins behind a place.
fn is_on_last_line(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let rest = rest.strip_suffix("\r\n").or_else(|| rest.strip_suffix(['\n', '\r'])).unwrap_or(rest);
    !rest.contains(['\n', '\r'])
}

fn note_ragged(name: &str, ragged: &[Ragged], width: usize, notes: &mut Diagnostics) {
    let short: Vec<u64> = ragged.iter().filter(|row| row.fields < width).map(|row| row.line).collect();
    let long: Vec<u64> = ragged.iter().filter(|row| row.fields > width).map(|row| row.line).collect();
    let kinds = [
        (short, "fewer", "the missing cells are read as empty"),
        (long, "more", "the fields beyond the last column are kept in the file and not looked at"),
    ];
    for (lines, fewer, help) in kinds.into_iter().filter(|(lines, _, _)| !lines.is_empty()) {
        let rows = if lines.len() == 1 { "row has" } else { "rows have" };
        let title = format!(
            "`{name}`: {} {rows} {fewer} fields than the header, which has {width}: {}",
            lines.len(),
            list_lines(&lines)
        );
        notes.push(Diagnostic::warning("ragged-rows", title).help(help));
    }
}

/// `line 7`, `lines 7, 9 and 12`, `lines 7, 9, 12, 13, 14 and 20 more`.
fn list_lines(lines: &[u64]) -> String {
    const SHOWN: usize = 5;
    let numbers: Vec<String> = lines.iter().take(SHOWN).map(u64::to_string).collect();
    match (numbers.split_last(), lines.len()) {
        (Some((only, [])), _) => format!("line {only}"),
        (Some((last, before)), ..=SHOWN) => format!("lines {} and {last}", before.join(", ")),
        (_, all) => format!("lines {} and {} more", numbers.join(", "), all - SHOWN),
    }
}
