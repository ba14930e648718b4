//! Conditions by themselves, which select rows: what `--where` holds.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, nearest};
use lustrate_table::{AttributeId, Schema};

use crate::bind::attempt;
use crate::condition::{Joint, conditions, conflicts, only_one_row};
use crate::cursor::Cursor;
use crate::keywords::is_reserved;
use crate::lexer::{Token, TokenKind, lex};
use crate::statements::Deny;
use crate::{CellOf, Constraints, Form, Rule, Rules, Written};

/// Conditions with `and` between them, bound to the columns of a table.
#[derive(Clone, Debug)]
pub struct Filter {
    constraints: Constraints,
}

impl Filter {
    /// Whether a row with these texts satisfies every condition. A comparison with a missing value never holds.
    pub fn selects<'t>(&self, text: &dyn Fn(AttributeId) -> Option<&'t str>) -> bool {
        let columns = self.constraints.columns();
        let text = |cell: CellOf| text(cell.attribute);
        self.constraints.iter().any(|(_, constraint)| constraint.is_broken(columns, &text))
    }
}

/// Reads conditions as a rule about one row writes them, for the rows of `table`, which messages call so.
///
/// In a shell quotes are a nuisance. So a word on the right of a sign that is no column is a text here, `column` on the left
/// is the column of that name, and `.9` is a number.
///
/// # Errors
/// All mistakes at once, each with its place: what is no condition, columns that there are not, comparisons that do not
/// fit what the columns hold, conditions that exclude each other.
///
/// ```
/// use lustrate_rules::filter;
/// use lustrate_table::Schema;
///
/// let schema = Schema::of_text(["column", "rule"]).unwrap();
/// let filter = filter("--where", "column = city and rule is not null", "orders.repairs.csv", &schema)?;
/// assert!(filter.selects(&|attribute| Some(["city", "zip"][attribute.index()])));
/// assert!(!filter.selects(&|attribute| [Some("city"), None][attribute.index()]));
/// # Ok::<(), lustrate_diagnostic::Diagnostics>(())
/// ```
pub fn filter(name: &str, text: &str, table: &str, schema: &Schema) -> Result<Filter, Diagnostics> {
    let source = Arc::new(SourceText::new(name, text));
    let (tokens, diagnostics) = lex(&source);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let tokens = as_in_a_shell(&tokens, &source, schema);
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        let diagnostic = Diagnostic::error("no-condition", format!("{name} holds no condition"));
        return Err(diagnostic.help("write a condition, such as `confidence >= 0.9`").into());
    };
    if let Some(or) = tokens.iter().find(|token| token.kind == TokenKind::Word("or".to_owned())) {
        let diagnostic = Diagnostic::error("or", "conditions are joined by `and` only");
        let help = "write `column in (\"city\", \"zip\")` for several values, or run the command once for each side";
        return Err(diagnostic.at(&source, or.span, "not `and`").help(help).into());
    }
    let mut cursor = Cursor::new(&source, &tokens);
    let conditions = conditions(&mut cursor)?;
    if cursor.peek().is_some() {
        return Err(cursor.expected("`and`").help("join conditions by `and`").into());
    }
    let mut mistakes = only_one_row(&source, name, &conditions);
    mistakes.extend(conflicts(&source, &conditions, Joint::Given, "nothing is selected"));
    let written =
        Written { rule: Rule::new(Deny { conditions }), form: Form::Lustrate, span: first.span.to(last.span), source };
    let mut rules = Rules::new();
    rules.set_table(table);
    rules.push(written);
    let bound = attempt(&rules, schema);
    let mut diagnostics: Diagnostics =
        bound.diagnostics.iter().cloned().map(|told| with_fields(told, schema)).collect();
    diagnostics.extend(mistakes.into_iter().collect());
    diagnostics.sort();
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(Filter { constraints: bound.constraints }) }
}

/// A message about a column that there is not, with the names of all that there are.
fn with_fields(told: Diagnostic, schema: &Schema) -> Diagnostic {
    let (Some(label), "unknown-column") = (&told.label, told.code) else { return told };
    let written = label.source.text[label.span.start..label.span.end].trim_matches('"').to_owned();
    let names: Vec<&str> = schema.attributes().iter().map(|attribute| attribute.name.as_str()).collect();
    let meant = nearest(&written, names.iter().copied()).map_or(String::new(), |near| format!("write `{near}`; "));
    told.help(format!("{meant}the columns are {}; a text of several words is in double quotes", names.join(", ")))
}

/// The tokens as they were meant where nothing is in quotes.
fn as_in_a_shell(tokens: &[Token], source: &Arc<SourceText>, schema: &Schema) -> Vec<Token> {
    let mut meant: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut in_list = false;
    for (place, token) in tokens.iter().enumerate() {
        let (before, next) = (meant.last().map(|token| token.kind.clone()), tokens.get(place + 1));
        in_list = match &token.kind {
            TokenKind::Open => before == Some(TokenKind::Word("in".to_owned())),
            TokenKind::Close => false,
            _ => in_list,
        };
        match &token.kind {
            TokenKind::LineEnd => {}
            TokenKind::Word(word) if word == "column" && next.is_some_and(says_something) => {
                meant.push(Token { kind: TokenKind::Text(word.clone()), ..token.clone() });
            }
            TokenKind::Word(word) if !is_reserved(word) && is_constant(word, before.as_ref(), in_list, schema) => {
                meant.push(Token { kind: TokenKind::Text(word.clone()), ..token.clone() });
            }
            TokenKind::Number(number) if before == Some(TokenKind::Dot) => match meant.pop() {
                Some(dot) if begins_constant(&meant) && dot.span.end == token.span.start && !number.contains('.') => {
                    let kind = TokenKind::Number(format!("0{}", &source.text[dot.span.start..token.span.end]));
                    meant.push(Token { kind, span: dot.span.to(token.span), mended: false });
                }
                dot => {
                    meant.extend(dot);
                    meant.push(token.clone());
                }
            },
            _ => meant.push(token.clone()),
        }
    }
    meant
}

/// Whether a token begins what is said of the column before it.
fn says_something(token: &Token) -> bool {
    match &token.kind {
        TokenKind::Compare(_) | TokenKind::Alike | TokenKind::Unlike | TokenKind::About => true,
        TokenKind::Word(word) => ["is", "in", "not", "matches"].contains(&word.as_str()),
        _ => false,
    }
}

/// Whether a word stands where a constant does and is no column.
fn is_constant(word: &str, before: Option<&TokenKind>, in_list: bool, schema: &Schema) -> bool {
    let on_the_right = matches!(before, Some(TokenKind::Compare(_) | TokenKind::Alike | TokenKind::Unlike));
    in_list || (on_the_right && schema.find(word).is_none())
}

/// Whether what follows these tokens is a side of a comparison or a value of a list.
fn begins_constant(tokens: &[Token]) -> bool {
    match tokens.last().map(|token| &token.kind) {
        None | Some(TokenKind::Compare(_) | TokenKind::Open | TokenKind::Comma) => true,
        Some(TokenKind::Word(word)) => ["and", "in", "within"].contains(&word.as_str()),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::{Attribute, Kind};

    use super::*;

    /// Which of the rows `1 city 0.95 zip`, `2 zip 0.5 -` a filter selects, or its messages.
    fn check(text: &str) -> Result<Vec<u32>, Vec<String>> {
        let columns =
            [("row", Kind::Number), ("column", Kind::Text), ("confidence", Kind::Number), ("rule", Kind::Text)];
        let attributes = columns.map(|(name, kind)| Attribute { name: name.to_owned(), kind });
        let schema = Schema::new(attributes.into()).unwrap();
        let filter = filter("--where", text, "t.repairs.csv", &schema);
        let filter = filter.map_err(|told| told.iter().map(|told| told.title.clone()).collect::<Vec<_>>())?;
        let rows = [[Some("1"), Some("city"), Some("0.95"), Some("zip")], [Some("2"), Some("zip"), Some("0.5"), None]];
        let selected = (1..).zip(rows).filter(|(_, row)| filter.selects(&|attribute| row[attribute.index()]));
        Ok(selected.map(|(number, _)| number).collect())
    }

    #[test]
    fn conditions_are_those_of_rules() {
        assert_eq!(check("confidence >= 0.9"), Ok(vec![1]));
        assert_eq!(check("\"column\" = \"zip\""), Ok(vec![2]));
        assert_eq!(check("rule is null"), Ok(vec![2]));
        assert_eq!(check("rule != \"x\""), Ok(vec![1]));
        assert_eq!(check("row in 1..2 and \"column\" matches /z.*/"), Ok(vec![2]));
        assert_eq!(check("row * 2 > 3"), Ok(vec![2]));
    }

    #[test]
    fn quotes_may_be_left_out_where_that_is_clear() {
        assert_eq!(check("column = city and confidence >= .9"), Ok(vec![1]));
        assert_eq!(check("column in (city, zip)"), Ok(vec![1, 2]));
        assert_eq!(check("column != city"), Ok(vec![2]));
        assert_eq!(check("column = rule"), Ok(vec![]));
        assert_eq!(check("confidence in .1..1 and confidence in (.5, .6)"), Ok(vec![2]));
        assert_eq!(check("confidence > .5e0\n and column ~ city"), Ok(vec![1]));
    }

    #[test]
    fn mistakes_are_told_all_at_once() {
        assert_eq!(
            check("colum = city and confidnce > 1"),
            Err(vec!["no column `colum` in t.repairs.csv".into(), "no column `confidnce` in t.repairs.csv".into()])
        );
        assert_eq!(check("confidence > 0.9 and confidence < 0.5").unwrap_err().len(), 1);
        assert_eq!(check("a.row = 1"), Err(vec!["`--where` is about one row".into()]));
        assert_eq!(check(" "), Err(vec!["--where holds no condition".into()]));
        assert_eq!(check("row = 1 or row = 2"), Err(vec!["conditions are joined by `and` only".into()]));
        assert_eq!(check("row = 1 row = 2"), Err(vec!["expected `and`, found `row`".into()]));
        assert!(check("row == 1").is_err() && check("row =").is_err() && check("= 1").is_err() && check("§").is_err());
    }
}
