//! The records of a delimited text, each field with its place.

use std::sync::Arc;

use csv_core::{ReadFieldResult, ReaderBuilder};
use lustrate_diagnostic::{Diagnostic, SourceText, Span};

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// What it holds, without quotes.
    pub(crate) text: String,
    /// Where it is, with its quotes.
    pub(crate) span: Span,
}

/// A record in which something is written.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Its fields.
    pub(crate) fields: Vec<Field>,
    /// From its first field to its last.
    pub(crate) span: Span,
    /// The line on which it starts, from 1.
    pub(crate) line: usize,
}

impl Record {
    /// The text of a field; empty where the record is too short.
    pub(crate) fn text(&self, place: usize) -> &str {
        self.fields.get(place).map_or("", |field| &field.text)
    }

    /// Where a field is; the whole record where it is too short.
    pub(crate) fn span_of(&self, place: usize) -> Span {
        self.fields.get(place).map_or(self.span, |field| field.span)
    }
}

/// Splits a text into records, those in which all fields are blank left out.
///
/// # Errors
/// A quote that is never closed.
pub(crate) fn records(source: &Arc<SourceText>, delimiter: u8) -> Result<Vec<Record>, Diagnostic> {
    let bytes = source.text.as_bytes();
    let mut reader = ReaderBuilder::new().delimiter(delimiter).build();
    let mut records = Vec::new();
    let mut fields: Vec<Field> = Vec::new();
    let mut at = 0;
    let mut piece = [0; 1024];
    loop {
        let mut text = Vec::new();
        let start = at;
        let record_end = loop {
            let (result, read, written) = reader.read_field(&bytes[at..], &mut piece);
            at += read;
            text.extend_from_slice(&piece[..written]);
            match result {
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::End => return Ok(records),
            }
        };
        let span = trimmed(bytes, start, at, delimiter, fields.is_empty());
        if is_open(&bytes[span.start..span.end]) {
            return Err(open_quote(source, span));
        }
        let text = String::from_utf8(text).expect("the fields of a text are cut at ASCII characters");
        fields.push(Field { text, span });
        if record_end {
            let fields = std::mem::take(&mut fields);
            if fields.iter().any(|field| !field.text.trim().is_empty()) {
                records.push(record(source, fields));
            }
        }
    }
}

fn record(source: &SourceText, fields: Vec<Field>) -> Record {
    let span = fields.iter().map(|field| field.span).reduce(Span::to).expect("a record has a field");
    Record { fields, span, line: source.place(span.start).0 as usize }
}

/// Where a field is between two places, without the line ends before the first of a record and what ends it.
fn trimmed(bytes: &[u8], mut start: usize, mut end: usize, delimiter: u8, is_first: bool) -> Span {
    while is_first && start < end && matches!(bytes[start], b'\r' | b'\n') {
        start += 1;
    }
    if start < end && [delimiter, b'\r', b'\n'].contains(&bytes[end - 1]) {
        let ends_quoted = bytes[start] == b'"' && is_open(&bytes[start..end]);
        end -= usize::from(!ends_quoted);
    }
    Span::new(start, end)
}

/// Whether a field begins with a quote that is not closed.
fn is_open(field: &[u8]) -> bool {
    field.first() == Some(&b'"') && field.iter().filter(|&&byte| byte == b'"').count() % 2 == 1
}

fn open_quote(source: &Arc<SourceText>, span: Span) -> Diagnostic {
    let (line, _) = source.place(span.start);
    let title = format!("`{}`, line {line}: a quote is never closed", source.name);
    Diagnostic::error("open-quote", title)
        .at(source, Span::new(span.start, span.start + 1), "opened here")
        .help("close the field with a second `\"`; or fetch the file again, if it was cut short")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, delimiter: u8) -> Vec<(usize, Vec<(String, String)>)> {
        let source = Arc::new(SourceText::new("x", text));
        let shown = |field: &Field| {
            let span = field.span;
            (field.text.clone(), source.text[span.start..span.end].to_owned())
        };
        let records = records(&source, delimiter).unwrap();
        records.iter().map(|record| (record.line, record.fields.iter().map(shown).collect())).collect()
    }

    #[test]
    fn fields_have_their_places_whatever_ends_their_lines() {
        let field = |text: &str, raw: &str| (text.to_owned(), raw.to_owned());
        let expected = vec![
            (1, vec![field("a", "a"), field("b\nc", "\"b\nc\"")]),
            (4, vec![field("", ""), field("d\"", "\"d\"\"\"")]),
        ];
        assert_eq!(of("a;\"b\nc\"\n;\n;\"d\"\"\"", b';'), expected);
        assert_eq!(of("a;\"b\nc\"\n;\n;\"d\"\"\"\n", b';'), expected);
        let shown = of("a,b\r\n\r\nc,\r\n", b',');
        assert_eq!(shown[1], (3, vec![field("c", "c"), field("", "")]));
    }

    #[test]
    fn an_open_quote_is_told_at_its_place() {
        let source = Arc::new(SourceText::new("x.csv", "a,b\n1,\"2\n3,4\n"));
        let told = records(&source, b',').unwrap_err();
        assert_eq!(told.title, "`x.csv`, line 2: a quote is never closed");
        assert_eq!(told.label.unwrap().span, Span::new(6, 7));
    }

    proptest! {
        #[test]
        fn any_text_has_records_with_fields_inside_it_or_an_open_quote(text in "[a\",;\r\n é]{0,30}") {
            let source = Arc::new(SourceText::new("x", text));
            for delimiter in [b',', b';'] {
                let Ok(records) = records(&source, delimiter) else { continue };
                let spans: Vec<Span> = records.iter().flat_map(|record| &record.fields).map(|field| field.span).collect();
                prop_assert!(spans.iter().all(|span| source.text.get(span.start..span.end).is_some()));
                prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
        }
    }
}
