//! Fields and records as delimited text.

use std::io::{self, Write};

/// Whether a field must be in quotes to be read back as it is.
pub(crate) fn needs_quotes(field: &str, delimiter: u8) -> bool {
    let bytes = field.as_bytes();
    memchr::memchr3(b'"', b'\r', b'\n', bytes).is_some()
        || memchr::memchr(delimiter, bytes).is_some()
        || field.starts_with('\u{feff}')
}

/// Whether a field could be bare but for quotes behind its first character, which readers take as they are.
pub(crate) fn holds_quotes_only(field: &str, delimiter: u8) -> bool {
    field.contains('"') && !field.starts_with('"') && !needs_quotes(&field.replace('"', ""), delimiter)
}

/// A field in quotes, with its own quotes doubled.
pub(crate) fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}

/// Writes a field in quotes, with its own quotes doubled.
fn write_quoted<W: Write + ?Sized>(out: &mut W, field: &str) -> io::Result<()> {
    let mut rest = field.as_bytes();
    out.write_all(b"\"")?;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        out.write_all(&rest[..=quote])?;
        out.write_all(b"\"")?;
        rest = &rest[quote + 1..];
    }
    out.write_all(rest)?;
    out.write_all(b"\"")
}

/// Writes one record of comma-separated text, ended by `\n`, with quotes where they are needed.
///
/// # Errors
/// Those of the writer.
pub fn write_record<W: Write + ?Sized>(
    out: &mut W,
    fields: impl IntoIterator<Item = impl AsRef<str>>,
) -> io::Result<()> {
    write_delimited(out, b',', fields)
}

/// The same with any delimiter.
pub(crate) fn write_delimited<W: Write + ?Sized>(
    out: &mut W,
    delimiter: u8,
    fields: impl IntoIterator<Item = impl AsRef<str>>,
) -> io::Result<()> {
    let (mut count, mut bytes) = (0, 0);
    for field in fields {
        let field = field.as_ref();
        if count > 0 {
            out.write_all(&[delimiter])?;
        }
        match needs_quotes(field, delimiter) {
            true => write_quoted(out, field)?,
            false => out.write_all(field.as_bytes())?,
        }
        count += 1;
        bytes += field.len();
    }
    if count == 1 && bytes == 0 {
        // Bare, it would be a blank line, which readers skip.
        out.write_all(b"\"\"")?;
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_quotes_where_they_are_needed() {
        let mut out = Vec::new();
        for fields in [vec!["a", "b,c", "d\"e", "f\ng", ""], vec![""], vec![" x"]] {
            write_record(&mut out, fields).unwrap();
        }
        assert_eq!(String::from_utf8(out).unwrap(), "a,\"b,c\",\"d\"\"e\",\"f\ng\",\n\"\"\n x\n");
    }
}
