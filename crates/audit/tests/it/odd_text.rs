//! Text files as people and programs write them: every way of quoting, of ending lines, of encoding.

use lustrate_io::CsvOptions;
use lustrate_table::Encoding;
use proptest::prelude::*;

/// The bytes of a file, and how it is to be read.
#[derive(Clone, Debug)]
pub struct OddText {
    pub bytes: Vec<u8>,
    pub options: CsvOptions,
}

/// Odd files with one of four delimiters in one of six encodings.
pub fn odd_text() -> impl Strategy<Value = OddText> {
    let shape = (prop::sample::select(&[',', ';', '\t', '|'][..]), 1_usize..5, 0_usize..6, any::<bool>());
    shape.prop_flat_map(|(delimiter, columns, encoding, ended)| {
        let line = (record(columns), line_end(), prop::collection::vec(line_end(), 0..2));
        prop::collection::vec(line, 2..8).prop_map(move |lines| {
            let mut text = String::new();
            for (place, (fields, end, blank)) in lines.iter().enumerate() {
                text += &fields.join(&delimiter.to_string());
                if ended || place + 1 < lines.len() {
                    text += end;
                    // Blank lines are rare, and not at the start.
                    text.extend(blank.iter().filter(|_| place % 2 == 1).copied());
                }
            }
            encoded(&text, delimiter, encoding)
        })
    })
}

fn record(columns: usize) -> impl Strategy<Value = Vec<String>> {
    // Most lines have as many fields as the header; some have fewer or more.
    let ragged = prop_oneof![8 => Just(0_isize), 1 => Just(-1), 1 => Just(1)];
    (prop::collection::vec(field(), columns + 1), ragged).prop_map(move |(fields, more)| {
        let count = columns.saturating_add_signed(more).max(1);
        let mut fields: Vec<String> = fields.into_iter().take(count).collect();
        if let [only] = fields.as_mut_slice()
            && only.is_empty()
        {
            // Bare, it would be a blank line.
            *only = "\"\"".to_owned();
        }
        fields
    })
}

fn field() -> impl Strategy<Value = String> {
    let plain =
        prop::sample::select(&["", "x", "Rom", " a b ", "NULL", "N/A", "007", "1.50", "é", "5\" pipe", "-"][..]);
    let inner = prop::sample::select(&["", "Rom", "a,b;c\td|e", "say \"\"hi\"\"", "two\nlines", "cr\r\nlf", " é "][..]);
    prop_oneof![
        5 => plain.prop_map(str::to_owned),
        3 => inner.prop_map(|text| format!("\"{text}\"")),
        1 => Just("\"x\"y".to_owned()),
    ]
}

fn line_end() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\r")]
}

fn encoded(text: &str, delimiter: char, encoding: usize) -> OddText {
    let units = |of: fn(u16) -> [u8; 2], bom: bool| {
        let marked = if bom { format!("\u{feff}{text}") } else { text.to_owned() };
        marked.encode_utf16().flat_map(of).collect::<Vec<u8>>()
    };
    let (bytes, encoding) = match encoding {
        0 => (text.as_bytes().to_vec(), Encoding::Utf8),
        1 => (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8),
        2 => (units(u16::to_le_bytes, true), Encoding::Utf16Le),
        3 => (units(u16::to_be_bytes, true), Encoding::Utf16Be),
        4 => (units(u16::to_le_bytes, false), Encoding::Utf16Le),
        _ => (text.chars().map(|c| c as u8).collect(), Encoding::Windows1252),
    };
    OddText {
        bytes,
        options: CsvOptions { delimiter: Some(delimiter as u8), encoding: Some(encoding), ..CsvOptions::default() },
    }
}
