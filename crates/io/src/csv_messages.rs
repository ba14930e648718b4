//! What is told of delimited text that is read.

use lustrate_diagnostic::{Diagnostic, Diagnostics};

use crate::parse::{OpenQuote, Ragged};

pub(crate) fn empty(name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("empty-file", format!("`{name}` is empty"));
    diagnostic.help("name a file with a header and at least one data row")
}

pub(crate) fn header_only(name: &str, header: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error("no-rows", format!("`{name}` has a header and no data rows"));
    let help = if is_rule(header.trim()) {
        "is this a rule file? give it with `--rules`, after the table"
    } else {
        "name a file with at least one data row below the header"
    };
    diagnostic.help(help)
}

/// Whether a line looks like a rule, ours or HoloClean's, rather than a header.
fn is_rule(line: &str) -> bool {
    line.contains("->") || ["fd ", "deny ", "t1&"].iter().any(|start| line.starts_with(start))
}

pub(crate) fn open_quote(name: &str, quote: &OpenQuote) -> Diagnostic {
    let title = format!("{}: nothing closes the quote that opens here", place_of(name, quote));
    Diagnostic::error("open-quote", title)
        .help("close the quote; if it is part of the text, put the field in quotes and double it: `\"\"`")
}

/// The warning for a quote on the last line, which swallows no other line.
pub(crate) fn open_at_the_end(name: &str, quote: &OpenQuote) -> Diagnostic {
    let title = format!("{}: nothing closes the quote that opens on the last line", place_of(name, quote));
    Diagnostic::warning("open-quote", title).help("the row is kept as it is; was the file cut short?")
}

/// The warning for UTF-16 with an odd number of bytes.
pub(crate) fn torn_at_the_end(name: &str) -> Diagnostic {
    let title = format!("`{name}` is UTF-16 and breaks off within its last character");
    Diagnostic::warning("cut-short", title).help("the row is kept as it is; was the file cut short?")
}

/// The place of a quote, for messages.
fn place_of(name: &str, OpenQuote { line, column, .. }: &OpenQuote) -> String {
    format!("`{name}`, line {line}, column {column}")
}

pub(crate) fn note_ragged(name: &str, ragged: &[Ragged], width: usize, notes: &mut Diagnostics) {
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

/// The message for a record that is longer than any may be, by the line on which it starts.
pub(crate) fn long_record(name: &str, line: u64) -> Diagnostic {
    let title = format!("`{name}`, line {line}: the row that starts here is longer than two gigabytes");
    let help = "is there a quote that nothing closes? close it; if it is part of the text, put the field in quotes and double it: `\"\"`";
    Diagnostic::error("long-row", title).help(help)
}

/// The message for a table that takes more memory than it may.
pub(crate) fn too_much_memory(name: &str) -> Diagnostic {
    let title = format!("`{name}` takes more memory than it may");
    Diagnostic::error("too-large", title).help("allow more, or split the file into smaller ones")
}
