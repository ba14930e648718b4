//! Denial constraint files as HoloClean reads them, one constraint a line:
//! `t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)`.
//!
//! Columns are written without quotes, whatever they hold, so what a comma or a bracket means is told by what
//! follows it: a comma ends an operand where another operand begins, a bracket where `&` or the line's end follows
//! (or the next predicate, so that a forgotten `&` is seen).

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, Span, nearest};
use lustrate_table::parse_number;

use crate::condition::{Cell, Condition, Constant, Manner, Relation, Side, Test};
use crate::lines::{Line, lines};
use crate::name::{At, Name};
use crate::statements::Deny;
use crate::{Comparison, Form, Parsed, Rule, Tuple, Written};

/// The operators and what they mean.
const OPERATORS: &[(&str, Comparison)] = &[
    ("EQ", Comparison::Equal),
    ("IQ", Comparison::NotEqual),
    ("LT", Comparison::Less),
    ("GT", Comparison::Greater),
    ("LTE", Comparison::LessOrEqual),
    ("GTE", Comparison::GreaterOrEqual),
];

/// Whether a line begins with the name of a tuple and `&`, or with an operator and a bracket.
pub(crate) fn looks_like_constraint(line: &str) -> bool {
    let line = line.trim_start();
    let tuple = line.split_once('&').is_some_and(|(tuple, _)| is_tuple_name(tuple.trim_end()));
    tuple || begins_predicate(line)
}

/// Reads every line; one with a mistake is reported and left out.
pub(crate) fn parse(source: &Arc<SourceText>, parsed: &mut Parsed) {
    for line in lines(source) {
        match parse_line(line, &mut parsed.diagnostics) {
            Ok(rule) => {
                let (source, span) = (source.clone(), line.span());
                parsed.admit(Written { rule, form: Form::HoloClean, source, span });
            }
            Err(diagnostic) => parsed.diagnostics.push(diagnostic),
        }
    }
}

fn parse_line(line: Line<'_>, diagnostics: &mut Diagnostics) -> Result<Rule, Diagnostic> {
    let mut reader = Reader { line, rest: line, tuples: Vec::new() };
    reader.read_tuples()?;
    let mut conditions = vec![reader.predicate()?];
    while !reader.rest.text.is_empty() {
        reader.expect('&')?;
        conditions.push(reader.predicate()?);
    }
    let uses = |tuple| conditions.iter().flat_map(Condition::cells).any(|cell| cell.tuple == Some(tuple));
    if !(uses(Tuple::A) && uses(Tuple::B)) {
        if reader.tuples.len() == 2 {
            let title = "two tuples are named and one is used, so the constraint is read as one about one row";
            let diagnostic = Diagnostic::note("one-tuple-used", title);
            let help = "name one tuple at the start of the line";
            diagnostics.push(diagnostic.at(line.source, line.span(), "about one row").help(help));
        }
        conditions.iter_mut().for_each(forget_tuples);
    }
    let deny = Deny { conditions };
    Ok(deny.as_fd().map_or_else(|| Rule::new(deny), Rule::from))
}

fn forget_tuples(condition: &mut Condition) {
    let Test::Relation(relation) = &mut condition.test else { return };
    relation.left.tuple = None;
    if let Side::Cell(cell) = &mut relation.right {
        cell.tuple = None;
    }
}

/// What is left of a line.
struct Reader<'a> {
    line: Line<'a>,
    rest: Line<'a>,
    tuples: Vec<&'a str>,
}

/// Which operand of a predicate; it decides what ends it.
#[derive(Clone, Copy, PartialEq)]
enum Position {
    /// A comma, behind which another operand begins.
    Left,
    /// A bracket, behind which `&` or nothing follows.
    Right,
}

impl<'a> Reader<'a> {
    /// Reads `t1&` or `t1&t2&`.
    fn read_tuples(&mut self) -> Result<(), Diagnostic> {
        while let Some(end) = self.rest.text.find('&') {
            let tuple = self.rest.to(end).trimmed();
            if !is_tuple_name(tuple.text) {
                break;
            }
            self.tuples.push(tuple.text);
            self.rest = self.rest.from(end + 1).trimmed();
        }
        if matches!(self.tuples.len(), 1 | 2) {
            return Ok(());
        }
        let title = format!("a constraint names one tuple or two, this one {}", self.tuples.len());
        let diagnostic = Diagnostic::error("tuples", title).at(self.line.source, self.line.span(), "names them first");
        Err(diagnostic.help("write `t1&` or `t1&t2&` and then the predicates"))
    }

    /// Reads `EQ(t1.zip,t2.zip)`.
    fn predicate(&mut self) -> Result<Condition, Diagnostic> {
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
                return Err(diagnostic.at(self.line.source, span, "two constants").help(help));
            }
        };
        let manner = match &right {
            _ if comparison.is_order() => Manner::ByNumberOrText,
            Side::Cell(_) => Manner::Plain,
            // The original lower-cased all data and all constants.
            Side::Constant(_) => Manner::IgnoringCase,
        };
        Ok(Condition { test: Test::Relation(Relation { left, comparison, right, manner }), at: At(span) })
    }

    fn operator(&mut self) -> Result<Comparison, Diagnostic> {
        let end = self.rest.text.find(['(', '&']).unwrap_or(self.rest.text.len());
        let operator = self.rest.to(end).trimmed();
        if let Some(comparison) = comparison(operator.text) {
            self.rest = self.rest.from(end).trimmed();
            return Ok(comparison);
        }
        let names = || OPERATORS.iter().map(|(name, _)| *name);
        let listing = format!("the operators are {}", names().collect::<Vec<_>>().join(", "));
        let help = match nearest(operator.text, names()) {
            Some(near) => format!("write `{near}`; {listing}"),
            None => listing,
        };
        let title = match operator.text {
            "" => "expected an operator".to_owned(),
            text => format!("no operator is called `{text}`"),
        };
        Err(Diagnostic::error("unknown-operator", title)
            .at(self.line.source, operator.span(), "not an operator")
            .help(help))
    }

    fn operand(&mut self, position: Position) -> Result<Side, Diagnostic> {
        let text = self.rest.text;
        if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let mut ends = text.char_indices().skip(1).filter(|&(_, c)| c == quote).map(|(place, _)| place);
            let end = ends.find(|&place| self.ends_at(place + 1, position));
            let Some(end) = end else {
                return Err(self
                    .error("a constant without its closing quote", "starts here")
                    .help(format!("close it with `{quote}`")));
            };
            let constant = text[1..end].to_owned();
            self.rest = self.rest.from(end + 1).trimmed();
            return Ok(Side::Constant(Constant::Text(constant)));
        }
        let Some(end) = (0..text.len()).find(|&place| text.is_char_boundary(place) && self.ends_at(place, position))
        else {
            return Err(match position {
                Position::Left => self
                    .error("a predicate with one operand", "starts here")
                    .help("write a comma and the second operand"),
                Position::Right => self.missing_bracket(text.find('&').unwrap_or(text.len())),
            });
        };
        let operand = self.rest.to(end).trimmed();
        let mut joints = operand.text.match_indices('&').map(|(place, _)| place);
        let next = joints.find(|&place| begins_predicate(operand.text[place + 1..].trim_start()));
        if let (Position::Right, Some(next)) = (position, next) {
            return Err(self.missing_bracket(next));
        }
        let side = self.cell_or_number(operand)?;
        self.rest = self.rest.from(end).trimmed();
        Ok(side)
    }

    /// Whether an operand that ends before this byte is followed by what must follow it.
    fn ends_at(&self, place: usize, position: Position) -> bool {
        let rest = self.rest.text[place..].trim_start();
        match position {
            Position::Left => rest.strip_prefix(',').is_some_and(|rest| self.begins_operand(rest.trim_start())),
            Position::Right => rest.strip_prefix(')').is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.is_empty() || rest.starts_with('&') || begins_predicate(rest)
            }),
        }
    }

    fn begins_operand(&self, text: &str) -> bool {
        let cell = self.tuples.iter().any(|tuple| text.strip_prefix(tuple).is_some_and(|rest| rest.starts_with('.')));
        let number = text.split([')', ',', '&']).next().is_some_and(|text| parse_number(text).is_some());
        cell || number || text.starts_with(['"', '\''])
    }

    /// `t1.zip`, or a number.
    fn cell_or_number(&self, operand: Line<'a>) -> Result<Side, Diagnostic> {
        for (&tuple, which) in self.tuples.iter().zip([Tuple::A, Tuple::B]) {
            if operand.text.strip_prefix(tuple).is_some_and(|rest| rest.starts_with('.')) {
                let column = operand.from(tuple.len() + 1).trimmed();
                let column = Name::new(column.text, column.span());
                return Ok(Side::Cell(Cell { tuple: Some(which), column }));
            }
        }
        if parse_number(operand.text).is_some() {
            return Ok(Side::Constant(Constant::Text(operand.text.to_owned())));
        }
        let tuples: Vec<_> = self.tuples.iter().map(|tuple| format!("`{tuple}.`")).collect();
        let title = format!("`{}` is neither a column of a tuple nor a constant", operand.text);
        let help = format!("write {} before a column, or quotes around a constant", tuples.join(" or "));
        Err(Diagnostic::error("syntax", title).at(operand.source, operand.span(), "not an operand").help(help))
    }

    fn expect(&mut self, sign: char) -> Result<(), Diagnostic> {
        if !self.rest.text.starts_with(sign) {
            let error = self.error(&format!("expected `{sign}`"), &format!("`{sign}` is missing here"));
            return Err(error.help("a predicate is written `EQ(t1.zip,t2.zip)`, with `&` between two"));
        }
        self.rest = self.rest.from(sign.len_utf8()).trimmed();
        Ok(())
    }

    /// The diagnostic for a predicate that should have been closed before this byte of what is left.
    fn missing_bracket(&self, place: usize) -> Diagnostic {
        let place = self.rest.to(place).trimmed().span().end;
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

/// Whether a text begins with an operator and a bracket.
fn begins_predicate(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    comparison(word).is_some() && text[word.len()..].trim_start().starts_with('(')
}

fn comparison(operator: &str) -> Option<Comparison> {
    OPERATORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(operator)).map(|&(_, comparison)| comparison)
}

fn is_tuple_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use crate::{Form, parse_as};

    use super::*;

    /// The rules in our language, and the titles of the messages with their columns.
    fn check(text: &str) -> (Vec<String>, Vec<String>) {
        let parsed = parse_as(&Arc::new(SourceText::new("constraints.txt", text)), Form::HoloClean);
        let place = |d: &Diagnostic| {
            let label = d.label.as_ref().unwrap();
            format!("{}: {}", label.source.place(label.span.start).1, d.title)
        };
        let rules = parsed.rules.iter().map(|written| written.rule().to_string()).collect();
        (rules, parsed.diagnostics.iter().map(place).collect())
    }

    fn rule(text: &str) -> String {
        let (rules, messages) = check(text);
        assert_eq!(messages, [""; 0], "{text}");
        rules.join("\n")
    }

    #[test]
    fn a_dependency_is_read_as_one() {
        assert_eq!(rule("t1&t2&EQ(t1.Zip,t2.Zip)&IQ(t1.City,t2.City)"), "fd Zip -> City");
        assert_eq!(rule("x & y & IQ( y.b , x.b )&eq(x.a,y.a)\n\n"), "fd a -> b");
        let crossed = "deny a.x = b.y and a.z != b.z";
        assert_eq!(rule("t1&t2&EQ(t1.x,t2.y)&IQ(t1.z,t2.z)"), crossed);
    }

    #[test]
    fn operators_in_names_and_signs_in_constants_mean_nothing() {
        assert_eq!(rule("t1&t2&EQ(t1.FREQUENCY,t2.FREQUENCY)&IQ(t1.GTE,t2.GTE)"), "fd FREQUENCY -> GTE");
        assert_eq!(
            rule("t1&EQ(t1.a,\"x & y), (z\")&IQ(t1.b,'it's \"so\"')"),
            r#"deny a = "x & y), (z" ignoring case and b != "it's \"so\"" ignoring case"#
        );
        assert_eq!(
            rule("t1&t2&EQ(t1.City, State,t2.City, State)&GT(t1.Rate (%),t2.Rate (%))"),
            r#"deny a."City, State" = b."City, State" and a."Rate (%)" > b."Rate (%)" by number or text"#
        );
    }

    #[test]
    fn one_tuple_is_about_one_row() {
        assert_eq!(rule("t1&LTE(t1.a,5)"), "deny a <= \"5\" by number or text");
        assert_eq!(rule("t2&EQ('x',t2.a)"), "deny a = \"x\" ignoring case");
        let (rules, messages) = check("t1&t2&EQ(t1.a,'x')");
        assert_eq!(rules, ["deny a = \"x\" ignoring case"]);
        assert_eq!(messages.len(), 1);
    }

    #[test]
    fn a_missing_bracket_is_told_where_it_should_be() {
        for (text, place) in [
            ("t1&t2&EQ(t1.zip,t2.zip&IQ(t1.city,t2.city)", 23),
            ("t1&t2&EQ(t1.zip,t2.zip & IQ(t1.city,t2.city", 23),
            ("t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city", 43),
        ] {
            let message = format!("{place}: a predicate without its closing bracket");
            assert_eq!(check(text), (vec![], vec![message]), "{text}");
        }
    }

    #[test]
    fn every_mistake_has_its_place() {
        let text = "EQ(t1.a,t2.a)\nt1&t2&t3&EQ(t1.a,t2.a)\nt1&t2&EX(t1.a,t2.a)\nt1&EQ(t2.a,t1.a)\nt1&EQ(t1.a,\"x)\n\
                    t1&EQ(t1.a\nt1&t2&EQ(t1.a,t2.a)IQ(t1.b,t2.b)\nt1&EQ('a','b')\nt1&EQ(t1.a,'x')&\nt1&t2&EQ(t1.a,t1.a)";
        let (rules, messages) = check(text);
        assert_eq!(rules, [""; 0]);
        let expected = [
            "1: a constraint names one tuple or two, this one 0",
            "1: a constraint names one tuple or two, this one 3",
            "7: no operator is called `EX`",
            "7: `t2.a` is neither a column of a tuple nor a constant",
            "12: a constant without its closing quote",
            "7: a predicate with one operand",
            "20: expected `&`",
            "4: a comparison of two constants is about no cell",
            "17: expected an operator",
            "1: two tuples are named and one is used, so the constraint is read as one about one row",
            "7: `a` is compared with itself",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn the_rest_is_usable_after_a_mistake() {
        let (rules, messages) = check("t1&EQ(t1.a,'x')\nt1&EX(t1.a,'x')\nt1&t2&EQ(t1.a,t2.a)&IQ(t1.b,t2.b)");
        assert_eq!(rules, ["deny a = \"x\" ignoring case", "fd a -> b"]);
        assert_eq!(messages, ["4: no operator is called `EX`"]);
    }
}
