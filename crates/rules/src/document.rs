//! A rule file whole: its statements, and the comments and blank lines that rules do not keep.
//!
//! The lexer drops comments. Whatever lies between two tokens is blanks and at most one comment, so they are found again
//! from the places of the tokens, and a `#` inside a text or a regular expression is none.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostics, SourceText, Span};

use crate::lexer::lex;
use crate::{Form, Rule, Rules, json, parse_as};

/// A rule file in the order in which it is read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Document {
    /// The statements.
    pub statements: Vec<Noted>,
    /// What stands behind the last one.
    pub end: Vec<Line>,
}

/// A statement and what is noted on it.
#[derive(Debug, PartialEq)]
pub(crate) struct Noted {
    /// What stands before it, behind the statement before.
    pub before: Vec<Line>,
    /// The statement.
    pub rule: Rule,
    /// The comment behind it on its line.
    pub behind: Option<String>,
}

/// A line without a statement: a comment, without `#` and the blank behind that, or `None` for a blank line.
pub(crate) type Line = Option<String>;

impl Document {
    /// The document of a text in any of the forms.
    ///
    /// # Errors
    /// All mistakes of the text: nothing of it may be lost.
    pub fn read(source: &Arc<SourceText>) -> Result<Self, Diagnostics> {
        let form = Form::of(source);
        if form == Form::Json {
            return json::document(source);
        }
        let rules = parse_as(source, form).into_result()?;
        Ok(lay_out(source, &rules, remarks(source, form)))
    }
}

/// A comment and where it is.
struct Remark {
    text: String,
    span: Span,
}

impl Remark {
    /// The comment that begins at this byte and ends with its line.
    fn at(source: &SourceText, start: usize) -> Self {
        let rest = &source.text[start..];
        let end = start + rest.find('\n').unwrap_or(rest.len());
        Remark { text: comment(&source.text[start + 1..end]), span: Span::new(start, end) }
    }
}

/// What a comment says, given what stands behind its `#`.
fn comment(text: &str) -> String {
    text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned()
}

/// The comments of a text, in order.
fn remarks(source: &Arc<SourceText>, form: Form) -> Vec<Remark> {
    match form {
        Form::Lustrate => {
            let (tokens, _) = lex(source);
            let starts = [0].into_iter().chain(tokens.iter().map(|token| token.span.end));
            let ends = tokens.iter().map(|token| token.span.start).chain([source.text.len()]);
            let hash = |(start, end): (usize, usize)| source.text[start..end].find('#').map(|place| start + place);
            starts.zip(ends).filter_map(hash).map(|start| Remark::at(source, start)).collect()
        }
        // A comment has a line of its own there, since a name may hold `#`.
        Form::HoloClean | Form::Dependencies | Form::Json => {
            let mut start = 0;
            let mut remarks = Vec::new();
            for line in source.text.split_inclusive('\n') {
                let text = line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
                if text.starts_with('#') {
                    remarks.push(Remark::at(source, start + line.len() - text.len()));
                }
                start += line.len();
            }
            remarks
        }
    }
}

/// Puts each comment where it stays: before the statement that follows it or that it stands in, or behind the one that
/// ends on its line.
fn lay_out(source: &SourceText, rules: &Rules, remarks: Vec<Remark>) -> Document {
    let mut lines = Lines::of(source);
    let mut remarks = remarks.into_iter().peekable();
    let mut document = Document::default();
    let mut written = rules.iter().peekable();
    while let Some(this) = written.next() {
        let span = this.span();
        while let Some(remark) = remarks.next_if(|remark| remark.span.start < span.start) {
            lines.comment(remark);
        }
        lines.pass(span);
        while let Some(remark) = remarks.next_if(|remark| remark.span.start < span.end) {
            lines.found.push(Some(remark.text));
        }
        let next = written.peek().map_or(source.text.len(), |next| next.span().start);
        let end = lines.number(span.end);
        let behind = remarks.next_if(|remark| remark.span.start < next && lines.number(remark.span.start) == end);
        document.statements.push(Noted {
            before: std::mem::take(&mut lines.found),
            rule: this.rule().clone(),
            behind: behind.map(|remark| remark.text),
        });
    }
    remarks.for_each(|remark| lines.comment(remark));
    document.end = lines.found;
    document
}

/// Goes down a text, and collects the comments and blank lines since the last statement.
struct Lines {
    /// The first byte of each line but the first.
    starts: Vec<usize>,
    /// The line of what was passed last.
    last: Option<usize>,
    found: Vec<Line>,
}

impl Lines {
    fn of(source: &SourceText) -> Self {
        let starts = source.text.match_indices('\n').map(|(place, _)| place + 1).collect();
        Lines { starts, last: None, found: Vec::new() }
    }

    fn number(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte)
    }

    /// Notes a blank line where there is one at least between this and what was passed last.
    fn pass(&mut self, span: Span) {
        let first = self.number(span.start);
        if self.last.is_some_and(|last| first > last + 1) {
            self.found.push(None);
        }
        self.last = Some(self.number(span.end));
    }

    fn comment(&mut self, remark: Remark) {
        self.pass(remark.span);
        self.found.push(Some(remark.text));
    }
}

/// The one canonical form, a statement a line.
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Noted { before, rule, behind } in &self.statements {
            lines(f, before)?;
            write!(f, "{rule}")?;
            if let Some(comment) = behind {
                f.write_str("  ")?;
                hash(f, comment)?;
            }
            f.write_str("\n")?;
        }
        lines(f, &self.end)
    }
}

fn lines(f: &mut fmt::Formatter<'_>, lines: &[Line]) -> fmt::Result {
    for line in lines {
        if let Some(comment) = line {
            hash(f, comment)?;
        }
        f.write_str("\n")?;
    }
    Ok(())
}

/// A comment with its sign, and with a blank behind that unless a second sign follows, as in `## Rules`.
fn hash(f: &mut fmt::Formatter<'_>, comment: &str) -> fmt::Result {
    let between = if comment.is_empty() || comment.starts_with('#') { "" } else { " " };
    write!(f, "#{between}{comment}")
}
