//! How a delimited text is written, read off its start.

use lustrate_table::{LineEnd, Quoting};

use crate::scan::{Record, Scanner};

/// The delimiters that are tried, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The delimiter that gives most records as many fields as the header, and at least two; a comma where none does.
///
/// `sample` is the start of the text; a record that it cuts in two does no harm.
pub(crate) fn sniff_delimiter(sample: &str) -> u8 {
    let mut best = (b',', 0.0, 1);
    for delimiter in DELIMITERS {
        let (agreeing, fields) = agreement(sample, delimiter);
        if fields > 1 && (agreeing > best.1 || (agreeing == best.1 && fields > best.2)) {
            best = (delimiter, agreeing, fields);
        }
    }
    best.0
}

/// The share of records with as many fields as the first, and the fields of the first.
fn agreement(sample: &str, delimiter: u8) -> (f64, usize) {
    let (mut scanner, mut record) = (Scanner::new(sample, delimiter), Record::default());
    if !scanner.read(&mut record) {
        return (0.0, 0);
    }
    let fields = record.len();
    let (mut agreeing, mut all) = (1.0, 1.0);
    while scanner.read(&mut record) {
        all += 1.0;
        agreeing += f64::from(u8::from(record.len() == fields));
    }
    (agreeing / all, fields)
}

/// The end of most lines, and whether all fields that hold something are in quotes.
pub(crate) fn sniff_habits(sample: &str, delimiter: u8) -> (LineEnd, Quoting) {
    let (mut scanner, mut record) = (Scanner::new(sample, delimiter), Record::default());
    let (mut lf, mut crlf, mut bare, mut quoted) = (0, 0, 0, 0);
    while scanner.read(&mut record) {
        let end = record.extent().end;
        if sample[end..].starts_with("\r\n") {
            crlf += 1;
        } else {
            lf += 1;
        }
        for raw in (0..record.len()).map(|field| &sample[record.raw(field)]).filter(|raw| !raw.is_empty()) {
            if raw.starts_with('"') {
                quoted += 1;
            } else {
                bare += 1;
            }
        }
    }
    let line_end = if crlf > lf { LineEnd::CrLf } else { LineEnd::Lf };
    (line_end, if quoted > 0 && bare == 0 { Quoting::Always } else { Quoting::WhereNeeded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_that_splits_like_the_header_is_taken() {
        assert_eq!(sniff_delimiter("a,b\n1;2;3,4\n"), b',');
        assert_eq!(sniff_delimiter("a;b\n1,5;2\n2,5;3\n"), b';');
        assert_eq!(sniff_delimiter("a\tb, c\n1\t2, 3\n4\t5\n"), b'\t');
        assert_eq!(sniff_delimiter("a|b|c\n1|2|3\n"), b'|');
        assert_eq!(sniff_delimiter("\"a;b\",c\n\"1;2\",3\n"), b',');
        assert_eq!(sniff_delimiter("name\nx;y\n"), b',');
        assert_eq!(sniff_delimiter(""), b',');
    }

    #[test]
    fn habits_are_those_of_most_lines_and_all_fields() {
        assert_eq!(sniff_habits("a,b\r\nc,d\r\ne,\"f\"", b','), (LineEnd::CrLf, Quoting::WhereNeeded));
        assert_eq!(sniff_habits("\"a\",\"b\"\n\"c\",\n", b','), (LineEnd::Lf, Quoting::Always));
    }
}
