//! The delimiter of a text, read off its start.

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
}
