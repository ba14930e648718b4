//! One line: its tuples and its predicates.
//!
//! Columns are written without quotes, whatever they hold, so what a comma or a bracket means is told by what follows
//! it: a comma ends an operand where another operand begins, a bracket where `&` and the next predicate or the line's
//! end follow (or the next predicate at once, so that a forgotten `&` is seen).

use lustrate_diagnostic::{Diagnostic, Diagnostics, Span};
use lustrate_table::parse_number;

use super::operators::{begins_predicate, comparison, help, resembles_predicate};
use crate::condition::{Cell, Condition, Constant, Manner, Relation, Side, Test};
use crate::fd_list::as_constraints;
use crate::lines::Line;
use crate::name::{At, Name};
use crate::{Comparison, Presence, Tuple};

/// The text that stands for a missing value in the original's data, and so in its constraints.
const MISSING: &str = "_nan_";

/// What is left of a line.
pub(super) struct Reader<'a> {
    line: Line<'a>,
    rest: Line<'a>,
    /// The names of the tuples, in the order in which they are named.
    pub tuples: Vec<&'a str>,
}

/// Which operand of a predicate; it decides what ends it.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    /// A comma, behind which another operand begins.
    Left,
    /// A bracket, behind which the next predicate or nothing follows.
    Right,
}

/// What is wrong with a predicate, and whether the predicates behind it can be found.
enum Mistake {
    /// They can.
    Apart(Diagnostic),
    /// A text is open, so that what is behind it cannot be told from what is in it.
    Open(Diagnostic),
}

impl From<Diagnostic> for Mistake {
    fn from(diagnostic: Diagnostic) -> Self {
        Mistake::Apart(diagnostic)
    }
}

impl<'a> Reader<'a> {
    /// Reads `t1&` or `t1&t2&`.
    pub(super) fn new(line: Line<'a>) -> Result<Self, Diagnostic> {
        let mut reader = Reader { line, rest: line, tuples: Vec::new() };
        while let Some(end) = reader.rest.text.find('&') {
            let tuple = reader.rest.to(end).trimmed();
            if !is_tuple_name(tuple.text) {
                break;
            }
            if reader.tuples.contains(&tuple.text) {
                let title = format!("two tuples are called `{}`", tuple.text);
                let diagnostic = Diagnostic::error("tuples", title).at(line.source, tuple.span(), "named already");
                return Err(diagnostic.help("write `t1&t2&` for two rows, or `t1&` for one"));
            }
            reader.tuples.push(tuple.text);
            reader.rest = reader.rest.from(end + 1).trimmed();
        }
        if matches!(reader.tuples.len(), 1 | 2) {
            return Ok(reader);
        }
        let title = format!("a constraint names one tuple or two, this one {}", reader.tuples.len());
        let label =
            if reader.tuples.is_empty() { "no tuple is named first" } else { "one tuple or two are named first" };
        let diagnostic = Diagnostic::error("tuples", title).at(line.source, line.span(), label);
        Err(diagnostic.help(tuples_help(line, reader.tuples.len())))
    }

    /// Reads all predicates; one with a mistake hides no other's.
    pub(super) fn predicates(&mut self) -> Result<Vec<Condition>, Diagnostics> {
        let (mut conditions, mut mistakes) = (Vec::new(), Diagnostics::new());
        loop {
            match self.predicate() {
                Ok(condition) => {
                    conditions.push(condition);
                    if self.rest.text.is_empty() {
                        break;
                    }
                }
                Err(Mistake::Apart(diagnostic)) => {
                    mistakes.push(diagnostic);
                    if !self.skip() {
                        break;
                    }
                }
                Err(Mistake::Open(diagnostic)) => {
                    mistakes.push(diagnostic);
                    break;
                }
            }
            if let Err(diagnostic) = self.expect('&') {
                mistakes.push(diagnostic);
                let next = begins_predicate(self.rest.text) || (self.skip() && self.expect('&').is_ok());
                if !next {
                    break;
                }
            }
        }
        if mistakes.is_empty() { Ok(conditions) } else { Err(mistakes) }
    }

    /// Goes to the `&` before the next predicate; whether there is one.
    fn skip(&mut self) -> bool {
        self.rest = self.rest.from(self.next_predicate());
        !self.rest.text.is_empty()
    }

    /// Reads `EQ(t1.zip,t2.zip)`.
    fn predicate(&mut self) -> Result<Condition, Mistake> {
        let start = self.rest.span().start;
        let comparison = self.operator()?;
        self.expect('(')?;
        let left = self.operand(Position::Left)?;
        self.expect(',')?;
        let right = self.operand(Position::Right)?;
        self.expect(')')?;
        let text = self.line.from(start - self.line.start);
        let span = text.to(text.text.len() - self.rest.text.len()).trimmed().span();
        let (left, comparison, right) = match (left, right) {
            (Side::Cell(left), right) => (left, comparison, right),
            (constant, Side::Cell(right)) => (right, comparison.flipped(), constant),
            _ => {
                let diagnostic = Diagnostic::error("two-constants", "a comparison of two constants is about no cell");
                let help = format!("write `{}.` and a column on one side", self.tuples[0]);
                return Err(diagnostic.at(self.line.source, span, "two constants").help(help).into());
            }
        };
        Ok(Condition { test: test(left, comparison, right), at: At(span) })
    }

    fn operator(&mut self) -> Result<Comparison, Diagnostic> {
        let end = self.rest.text.find(['(', '&']).unwrap_or(self.rest.text.len());
        let operator = self.rest.to(end).trimmed();
        if let Some(comparison) = comparison(operator.text) {
            self.rest = self.rest.from(end).trimmed();
            return Ok(comparison);
        }
        let (title, label) = match operator.text {
            "" => ("expected an operator".to_owned(), "an operator is missing here"),
            text => (format!("no operator is called `{text}`"), "not an operator"),
        };
        let diagnostic = Diagnostic::error("unknown-operator", title);
        Err(diagnostic.at(self.line.source, operator.span(), label).help(help(operator.text)))
    }

    fn operand(&mut self, position: Position) -> Result<Side, Mistake> {
        let text = self.rest.text;
        if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            return self.constant(quote, position);
        }
        let Some(end) = self.end(position) else {
            return Err(match position {
                Position::Left => self
                    .error("a predicate with one operand", "starts here")
                    .help("write a comma and the second operand behind it, as in `EQ(t1.zip,t2.zip)`")
                    .into(),
                Position::Right => self.missing_bracket().into(),
            });
        };
        let operand = self.rest.to(end).trimmed();
        if position == Position::Right
            && let Some(comma) = commas(operand.text).find(|&place| self.begins_cell(&operand.text[place + 1..]))
        {
            let diagnostic = Diagnostic::error("syntax", "a predicate with three operands");
            let diagnostic = diagnostic.at(operand.source, operand.from(comma + 1).trimmed().span(), "one too many");
            return Err(diagnostic.help("write a predicate for each comparison, with `&` between them").into());
        }
        let side = self.cell_or_number(operand)?;
        self.rest = self.rest.from(end).trimmed();
        Ok(side)
    }

    /// Reads a text in quotes, which may hold its quote too.
    fn constant(&mut self, quote: char, position: Position) -> Result<Side, Mistake> {
        let text = self.rest.text;
        let mut ends = text.match_indices(quote).skip(1).map(|(place, _)| place);
        let is_last =
            |rest: &str| rest.trim_start().strip_prefix(')').is_some_and(|rest| rest.trim_start().starts_with('#'));
        let ends_before = |rest| self.ends_at(rest, position) || (position == Position::Right && is_last(rest));
        let Some(end) = ends.find(|&place| ends_before(&text[place + 1..])) else {
            let diagnostic = self.error("a constant without its closing quote", "starts here");
            return Err(Mistake::Open(diagnostic.help(format!("close it with `{quote}`"))));
        };
        let constant = text[1..end].to_owned();
        self.rest = self.rest.from(end + 1).trimmed();
        Ok(Side::Constant(Constant::Text(constant)))
    }

    /// The end of an operand without quotes, which lies before the next predicate.
    fn end(&self, position: Position) -> Option<usize> {
        let text = &self.rest.text[..self.next_predicate()];
        let follows = |place: usize| &self.rest.text[place + 1..];
        match position {
            Position::Left => {
                let sure = commas(text).find(|&place| self.begins_cell_or_text(follows(place)));
                let number = || commas(text).find(|&place| begins_number(follows(place)));
                // What follows the last comma is no operand, and is told as such.
                sure.or_else(number).or_else(|| commas(text).last())
            }
            Position::Right => {
                let brackets = || text.match_indices(')').map(|(place, _)| place);
                let sure = brackets().find(|&place| self.ends_at(&self.rest.text[place..], position));
                sure.or_else(|| brackets().find(|&place| follows(place).trim_start().starts_with(['&', '#'])))
            }
        }
    }

    /// The place of the next `&` with a predicate behind it, whose operator may be mistyped where one ends before it; or
    /// the end of the line.
    fn next_predicate(&self) -> usize {
        let text = self.rest.text;
        let follows = |place: usize| {
            let next = text[place + 1..].trim_start();
            begins_predicate(next) || (resembles_predicate(next) && text[..place].trim_end().ends_with(')'))
        };
        let mut joints = text.match_indices('&').map(|(place, _)| place);
        joints.find(|&place| follows(place)).unwrap_or(text.len())
    }

    /// Whether what must follow an operand does.
    fn ends_at(&self, rest: &str, position: Position) -> bool {
        let rest = rest.trim_start();
        match position {
            Position::Left => {
                rest.strip_prefix(',').is_some_and(|rest| self.begins_cell_or_text(rest) || begins_number(rest))
            }
            Position::Right => rest.strip_prefix(')').map(str::trim_start).is_some_and(|rest| {
                let next = rest.strip_prefix('&').map(str::trim_start);
                let joined = next.is_some_and(|next| next.is_empty() || resembles_predicate(next));
                rest.is_empty() || joined || begins_predicate(rest)
            }),
        }
    }

    fn begins_cell(&self, text: &str) -> bool {
        let text = text.trim_start();
        self.tuples.iter().any(|tuple| text.strip_prefix(tuple).is_some_and(|rest| rest.starts_with('.')))
    }

    fn begins_cell_or_text(&self, text: &str) -> bool {
        self.begins_cell(text) || text.trim_start().starts_with(['"', '\''])
    }

    /// Whether a word is the name of a tuple in other letters, or `t` with a number.
    fn resembles_tuple(&self, word: &str) -> bool {
        let numbered = word.strip_prefix(['t', 'T']).is_some_and(|number| number.parse::<u32>().is_ok());
        numbered || self.tuples.iter().any(|tuple| tuple.eq_ignore_ascii_case(word))
    }

    /// `t1.zip`, or a number.
    fn cell_or_number(&self, operand: Line<'a>) -> Result<Side, Diagnostic> {
        let number = parse_number(operand.text).is_some();
        for (&tuple, which) in self.tuples.iter().zip([Tuple::A, Tuple::B]) {
            if operand.text.strip_prefix(tuple).is_some_and(|rest| rest.starts_with('.')) {
                let column = operand.from(tuple.len() + 1).trimmed();
                if column.text.is_empty() {
                    let diagnostic = Diagnostic::error("syntax", "expected a column, found nothing");
                    let help = format!("write a column of the table behind `{tuple}.`");
                    return Err(diagnostic.at(operand.source, operand.span(), "no column is named").help(help));
                }
                return Ok(Side::Cell(Cell { tuple: Some(which), column: Name::new(column.text, column.span()) }));
            }
        }
        if number {
            return Ok(Side::Constant(Constant::Text(operand.text.to_owned())));
        }
        let shown = |column: &str| {
            let cells: Vec<_> = self.tuples.iter().map(|tuple| format!("`{tuple}.{column}`")).collect();
            cells.join(" or ")
        };
        let (title, help) = match operand.text.split_once('.') {
            Some((tuple, column)) if self.resembles_tuple(tuple) && !column.trim().is_empty() => {
                let title = format!("`{}` is of a tuple that this constraint does not name", operand.text);
                (title, format!("write {}, or name `{tuple}&` at the start of the line", shown(column.trim())))
            }
            _ if operand.text.is_empty() => {
                let title = "expected an operand, found nothing".to_owned();
                (title, format!("write {}, or a constant in quotes", shown("column")))
            }
            _ => {
                let bare = operand.text.trim_matches(['“', '”', '„', '‘', '’', '`', '´', '"', '\'']);
                let title = format!("`{}` is neither a column of a tuple nor a constant", operand.text);
                (title, format!("write `\"{bare}\"` for a text, or {} for a column", shown(bare)))
            }
        };
        Err(Diagnostic::error("syntax", title).at(operand.source, operand.span(), "not an operand").help(help))
    }

    fn expect(&mut self, sign: char) -> Result<(), Diagnostic> {
        if self.rest.text.starts_with(sign) {
            self.rest = self.rest.from(sign.len_utf8()).trimmed();
            return Ok(());
        }
        if self.rest.text.starts_with('#') {
            let error = self.error("a comment behind a constraint", "a comment has a line of its own");
            return Err(error.help("put the comment on the line before"));
        }
        let error = self.error(&format!("expected `{sign}`"), &format!("`{sign}` is missing here"));
        Err(error.help("a predicate is written `EQ(t1.zip,t2.zip)`, with `&` between two"))
    }

    /// The diagnostic for a predicate that should have been closed before the next one.
    fn missing_bracket(&self) -> Diagnostic {
        let place = self.rest.to(self.next_predicate()).trimmed().span().end;
        Diagnostic::error("syntax", "a predicate without its closing bracket")
            .at(self.line.source, Span::new(place, place), "`)` is missing here")
            .help("close it with `)`")
    }

    fn error(&self, title: &str, label: &str) -> Diagnostic {
        let span = self.rest.span();
        let first = self.rest.text.chars().next().map_or(0, char::len_utf8);
        Diagnostic::error("syntax", title).at(self.line.source, Span::new(span.start, span.start + first), label)
    }
}

/// What to write instead of a line that names no tuple, or too many.
fn tuples_help(line: Line<'_>, named: usize) -> String {
    let example = "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)";
    if named > 0 {
        return format!("write `t1&` or `t1&t2&` and then the predicates, as in `{example}`");
    }
    if resembles_predicate(line.text) {
        let tuples = if line.text.contains("t2.") { "t1&t2&" } else { "t1&" };
        return format!("write `{tuples}{}`", line.text);
    }
    match as_constraints(line) {
        Some(constraints) => {
            let constraints: Vec<_> = constraints.iter().map(|constraint| format!("`{constraint}`")).collect();
            format!("a file has one form: write {}", constraints.join(" and "))
        }
        None => format!("a constraint is written `{example}`"),
    }
}

fn test(left: Cell, comparison: Comparison, right: Side) -> Test {
    let missing = matches!(&right, Side::Constant(Constant::Text(text)) if text == MISSING);
    match comparison {
        Comparison::Equal if missing => return Test::Null { cell: left, presence: Presence::Missing },
        Comparison::NotEqual if missing => return Test::Null { cell: left, presence: Presence::Present },
        _ => {}
    }
    let manner = match &right {
        _ if comparison.is_order() => Manner::ByNumberOrText,
        Side::Cell(_) => Manner::Plain,
        // The original lower-cased all data and all constants.
        Side::Constant(_) => Manner::IgnoringCase,
    };
    Test::Relation(Relation { left, comparison, right, manner })
}

fn commas(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices(',').map(|(place, _)| place)
}

fn begins_number(text: &str) -> bool {
    text.split([')', ',', '&']).next().is_some_and(|text| parse_number(text.trim()).is_some())
}

pub(super) fn is_tuple_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
