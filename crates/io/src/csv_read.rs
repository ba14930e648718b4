//! Delimited text to a table.

use std::path::Path;

use lustrate_diagnostic::{Diagnostic, Diagnostics};
use lustrate_table::{ColumnBuilder, CsvDialect, Encoding, Origin, OriginFile, RowId, Table, TableError};

use crate::csv_messages::{
    empty, header_only, long_record, note_ragged, open_at_the_end, open_quote, too_much_memory, torn_at_the_end,
};
use crate::decoding::torn;
use crate::encoding::{self, Detected, SAMPLE};
use crate::header::{column_names, refuse_wide};
use crate::no_table::no_table;
use crate::parse::{OpenQuote, Rows, Shape, Stop, parse_rows, usual_block};
use crate::read::NoRows;
use crate::scan::{Record, Scanner, count_line_ends, is_open};
use crate::sniff::sniff_delimiter;
use crate::source::Source;
use crate::split::LONGEST;
use crate::window::Window;
use crate::{ReadError, Reading};

/// What is known of a delimited text file beforehand. `None` stands for finding out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// The ASCII byte between fields.
    pub delimiter: Option<u8>,
    /// The character encoding. A byte order mark of the same encoding is still taken for one.
    pub encoding: Option<Encoding>,
    /// The bytes of memory that the table may take, whatever its kind; `None` for as many as it needs.
    pub memory: Option<u64>,
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
    let parts = parse(name, &Source::Bytes(bytes), options, (NoRows::Refused, usual_block()), &mut notes)?;
    Ok(Reading { table: parts.table, notes })
}

/// The same for a file, which becomes the origin of the table.
pub(crate) fn read_csv_file(
    name: &Path,
    file: OriginFile,
    source: &Source<'_>,
    options: &CsvOptions,
    no_rows: NoRows,
) -> Result<Reading, ReadError> {
    let mut notes = Diagnostics::new();
    let parts = parse(&name.display().to_string(), source, options, (no_rows, usual_block()), &mut notes)?;
    let origin = Origin::Csv { file, dialect: parts.dialect };
    Ok(Reading { table: parts.table.with_origin(origin), notes })
}

struct Parts {
    table: Table,
    dialect: CsvDialect,
}

/// Why a text is not read.
enum Refused {
    For(ReadError),
    /// It is no UTF-8, as which it was read.
    NoUtf8,
}

impl From<ReadError> for Refused {
    fn from(error: ReadError) -> Self {
        Refused::For(error)
    }
}

impl From<Diagnostic> for Refused {
    fn from(diagnostic: Diagnostic) -> Self {
        Refused::For(diagnostic.into())
    }
}

/// Reads the text in blocks of so many bytes, on which what comes out does not depend.
fn parse(
    name: &str,
    source: &Source<'_>,
    options: &CsvOptions,
    (no_rows, block): (NoRows, usize),
    notes: &mut Diagnostics,
) -> Result<Parts, ReadError> {
    // Enough for a sample of the text, whatever the encoding.
    const START: usize = 2 * SAMPLE + 4;
    let start = source.start(START)?;
    let start = Start { bytes: &start, is_all: start.len() < START };
    let detected = encoding::detect(start.bytes, options.encoding);
    let read =
        |detected, notes: &mut Diagnostics| parse_as(name, (source, start), detected, options, (no_rows, block), notes);
    let mut told = Diagnostics::new();
    let parts = match read(detected.unwrap_or(encoding::UTF_8), &mut told) {
        Ok(parts) => parts,
        Err(Refused::For(error)) => return Err(error),
        Err(Refused::NoUtf8) => {
            // Of what was told by the way nothing holds.
            told = Diagnostics::new();
            let fallback = encoding::no_utf8(name, source, detected, &mut told)?;
            read(fallback, &mut told).map_err(|refused| match refused {
                Refused::For(error) => error,
                Refused::NoUtf8 => unreachable!("every byte has a character in the encoding that is left"),
            })?
        }
    };
    notes.extend(told);
    Ok(parts)
}

/// The first bytes of a file.
#[derive(Clone, Copy)]
struct Start<'s> {
    bytes: &'s [u8],
    is_all: bool,
}

impl Start<'_> {
    /// The start of the text.
    fn sample(self, name: &str, from: Detected) -> Result<String, Refused> {
        let cut = if self.is_all || from.encoding != Encoding::Utf8 { 0 } else { torn(self.bytes) };
        let text = encoding::decode(name, &self.bytes[..self.bytes.len() - cut], from).map_err(|_| Refused::NoUtf8)?;
        Ok(text[..text.floor_char_boundary(SAMPLE)].to_owned())
    }
}

fn parse_as(
    name: &str,
    (source, start): (&Source<'_>, Start<'_>),
    detected: Detected,
    options: &CsvOptions,
    (no_rows, block): (NoRows, usize),
    notes: &mut Diagnostics,
) -> Result<Parts, Refused> {
    refuse_binary(name, start.bytes, (detected.encoding, options.encoding), notes)?;
    let sample = start.sample(name, detected)?;
    let memory = options.memory;
    let delimiter = match options.delimiter {
        Some(delimiter) => usable_delimiter(delimiter)?,
        None => sniff_delimiter(&sample),
    };
    let dialect = CsvDialect { delimiter, encoding: detected.encoding, bom: detected.bom };

    let mark = if detected.bom { encoding::bom(detected.encoding) } else { b"" };
    let mut input = source.open()?;
    input.read_exact(&mut vec![0; mark.len()]).map_err(|error| source.failed(&error))?;
    let mut window = Window::new(input, detected.encoding, block);
    let header = header(name, source, &mut window, delimiter, memory)?;
    refuse_wide(name, header.record.len())?;
    let fields: Vec<&str> = (0..header.record.len()).map(|field| header.record.value(field)).collect();
    let names = column_names(name, &fields, notes);

    let shape = Shape { delimiter, columns: names.len(), line_ends: header.line_ends, length: source.length(), memory };
    let (input, begun) = window.into_rest(header.end);
    let rows = parse_rows(input, begun, &shape, block).map_err(|stop| stopped(name, source, stop))?;
    if let Some(open) = &rows.open_quote {
        if !open.on_last_line {
            return Err(open_quote(name, open).into());
        }
        notes.push(open_at_the_end(name, open));
    }
    let Rows { columns, lines, ragged, open_quote, ends_garbled, bytes } = rows;
    if no_rows == NoRows::Refused && columns.iter().all(ColumnBuilder::is_empty) {
        return Err(header_only(name, &header.text).into());
    }
    note_ragged(name, &ragged, names.len(), notes);
    let columns = names.into_iter().zip(columns.into_iter().map(ColumnBuilder::finish)).collect();
    let table = Table::new(columns).map_err(|error| no_table(name, &error))?;
    let mut ragged: Vec<RowId> = ragged.iter().map(|ragged| RowId(ragged.row)).collect();
    let torn = is_torn(bytes, detected.encoding) && ends_garbled;
    if torn {
        notes.push(torn_at_the_end(name));
    }
    if torn || open_quote.is_some() {
        // How the row was to go on nobody knows, so it is as doubtful as one with too few fields.
        ragged.extend(table.row_ids().last());
        ragged.dedup();
    }
    Ok(Parts { table: table.with_lines(lines, ragged), dialect })
}

/// The first record of a text.
struct Header {
    record: Record,
    /// As it is written.
    text: String,
    /// How far it goes in the text of the window.
    end: usize,
    /// The line ends up to there.
    line_ends: u64,
}

/// Reads it, and takes in as much of the text as it takes.
fn header(
    name: &str,
    source: &Source<'_>,
    window: &mut Window<impl std::io::Read>,
    delimiter: u8,
    memory: Option<u64>,
) -> Result<Header, Refused> {
    loop {
        if window.text().len() > LONGEST {
            return Err(long_record(name, 1).into());
        }
        if memory.is_some_and(|most| window.text().len() as u64 > most) {
            return Err(too_much_memory(name).into());
        }
        window.fill().map_err(|error| stopped(name, source, error.into()))?;
        let text = window.text();
        let (mut scanner, mut record) = (Scanner::new(text, delimiter), Record::default());
        let found = scanner.read(&mut record);
        let end = scanner.position();
        if !window.is_last() && (!found || end == text.len()) {
            continue;
        }
        if !found {
            return Err(empty(name).into());
        }
        refuse_open_header(name, text, &record)?;
        let line_ends = count_line_ends(text, 0..end);
        return Ok(Header { text: text[record.extent()].to_owned(), record, end, line_ends });
    }
}

fn stopped(name: &str, source: &Source<'_>, stop: Stop) -> Refused {
    match stop {
        Stop::NoText => Refused::NoUtf8,
        Stop::Io(error) => source.failed(&error).into(),
        Stop::TooManyRows => no_table(name, &TableError::TooManyRows).into(),
        Stop::LongRecord(line) => long_record(name, line).into(),
        Stop::TooMuchMemory => too_much_memory(name).into(),
    }
}

/// Refuses a header that a quote opens which nothing closes, so that all of the text is in it.
fn refuse_open_header(name: &str, text: &str, header: &Record) -> Result<(), ReadError> {
    let last = header.raw(header.len() - 1);
    match !header.terminated() && is_open(&text[last.clone()]) {
        true => Err(open_quote(name, &OpenQuote::in_text(text, last.start, 0)).into()),
        false => Ok(()),
    }
}

/// Whether bytes break off within a unit of their encoding.
fn is_torn(bytes: u64, encoding: Encoding) -> bool {
    matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) && bytes % 2 == 1
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
/// are no letters. A zero in what is text otherwise is kept as it is, and told. Whoever says in which encoding it is says that
/// it is text, as what takes repairs back does: they may have made the letters fewer.
fn refuse_binary(
    name: &str,
    bytes: &[u8],
    (encoding, asked): (Encoding, Option<Encoding>),
    notes: &mut Diagnostics,
) -> Result<(), ReadError> {
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
    let refused = refused.filter(|_| asked.is_none());
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARTS: &[&[u8]] = &[
        b"a",
        b"b,c",
        b"1;2",
        b"\n",
        b"\r\n",
        b"\r",
        b"\"",
        b"\"x\ny\",",
        b"x,y\n",
        b"\xc3\xa9",
        b"\xe2\x82\xac",
        b"\xf0\x9d\x84\x9e",
        b"\xe9",
        b"\xf0\x9d",
        b"\0",
    ];

    /// What there is to see of what is read in blocks of so many bytes.
    fn seen(bytes: &[u8], options: &CsvOptions, block: usize) -> Result<String, String> {
        let mut notes = Diagnostics::new();
        let read = parse("t.csv", &Source::Bytes(bytes), options, (NoRows::Refused, block), &mut notes);
        let Parts { table, dialect } = read.map_err(|error| format!("{:?}", error.into_diagnostic()))?;
        let cells: Vec<_> =
            table.schema().ids().map(|id| (table.schema().name(id), table.column(id).clone())).collect();
        let lines: Vec<_> = table.row_ids().map(|row| table.line(row)).collect();
        let columns = cells.iter().map(|(name, column)| {
            (
                *name,
                column.codes().to_vec(),
                column.dictionary().iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>(),
            )
        });
        Ok(format!("{:?} {lines:?} {:?} {dialect:?} {notes}", columns.collect::<Vec<_>>(), table.ragged()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn the_length_of_the_blocks_shows_in_no_table_note_or_message(
            parts in prop::collection::vec(prop::sample::select(PARTS), 0..30),
            asked in prop::option::of(prop_oneof![
                Just(Encoding::Utf8), Just(Encoding::Utf16Le), Just(Encoding::Utf16Be), Just(Encoding::Windows1252)
            ]),
            block in 1usize..40,
        ) {
            let bytes = parts.concat();
            let options = CsvOptions { encoding: asked, ..CsvOptions::default() };
            prop_assert_eq!(seen(&bytes, &options, block), seen(&bytes, &options, bytes.len() + 1));
        }
    }
}
