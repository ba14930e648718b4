//! Tokens to conditions.

use lustrate_diagnostic::{Diagnostic, nearest};

use super::term::{arithmetic_follows, term};
use super::{Cell, Condition, Constant, Manner, Relation, Side, Sign, Term, Test, membership, mends, similarity};
use crate::cursor::Cursor;
use crate::lexer::TokenKind;
use crate::name::{At, Name};
use crate::share::of_percent;
use crate::{Comparison, Polarity, Presence, Tolerance, Tuple};

/// So many brackets may be open around conditions.
const MOST_BRACKETS: usize = 50;

/// Reads conditions with `and` between them; brackets around one or several are allowed, so that they can stand on
/// several lines.
pub(crate) fn conditions(cursor: &mut Cursor<'_>) -> Result<Vec<Condition>, Diagnostic> {
    let mut conditions = Vec::new();
    joined_by_and(cursor, &mut conditions, 0)?;
    Ok(conditions)
}

fn joined_by_and(cursor: &mut Cursor<'_>, conditions: &mut Vec<Condition>, brackets: usize) -> Result<(), Diagnostic> {
    loop {
        if opens_conditions(cursor) {
            if brackets == MOST_BRACKETS {
                let title = format!("more than {MOST_BRACKETS} brackets around conditions");
                return Err(Diagnostic::error("many-brackets", title)
                    .at(cursor.source, cursor.span(), "one too many")
                    .help("leave brackets out: conditions need none"));
            }
            cursor.advance();
            joined_by_and(cursor, conditions, brackets + 1)?;
            if !cursor.accept(&TokenKind::Close) {
                return Err(mends::not_closed(cursor, "`and` or `)`"));
            }
        } else {
            conditions.push(one(cursor)?);
        }
        if matches!(cursor.peek(), Some(TokenKind::Word(word)) if word == "or") {
            return Err(cursor.expected("`and`").help("write a rule for each side of `or`"));
        }
        if !cursor.accept_word("and") {
            return Ok(());
        }
    }
}

/// Whether the next token is a bracket around conditions, and not around arithmetic: one that holds what arithmetic
/// never does.
fn opens_conditions(cursor: &Cursor<'_>) -> bool {
    if cursor.peek() != Some(&TokenKind::Open) {
        return false;
    }
    let mut open = 0usize;
    for skip in 0.. {
        match cursor.peek_after(skip) {
            Some(TokenKind::Open) => open += 1,
            Some(TokenKind::Close) => open -= 1,
            Some(TokenKind::Compare(_) | TokenKind::Alike | TokenKind::Unlike | TokenKind::About) => return true,
            Some(TokenKind::Regex(_)) => return true,
            Some(TokenKind::Word(word)) if matches!(word.as_str(), "is" | "in" | "not" | "and" | "or") => return true,
            Some(_) => {}
            None => return false,
        }
        if open == 0 {
            return false;
        }
    }
    false
}

/// Reads one condition.
pub(crate) fn one(cursor: &mut Cursor<'_>) -> Result<Condition, Diagnostic> {
    let start = cursor.span();
    if let Some(diagnostic) = mends::no_left_side(cursor) {
        return Err(diagnostic);
    }
    let left = term(cursor, "a column").map_err(|error| match (&error.help, mends::cut_off(cursor)) {
        (None, Some(help)) => error.help(help),
        _ => error,
    })?;
    let test = test(cursor, left)?;
    let at = At(start.to(cursor.before()));
    if matches!(cursor.peek(), Some(TokenKind::Word(word)) if word == "within") {
        return Err(mends::within_equality(cursor, &test));
    }
    if let Some(TokenKind::Compare(_) | TokenKind::Alike | TokenKind::Unlike | TokenKind::About) = cursor.peek() {
        return Err(mends::double_comparison(cursor, &test));
    }
    if !test_has_cell(&test) {
        let diagnostic = Diagnostic::error("two-constants", "a comparison of two constants is about no cell");
        let help = "write a column on the left, in double quotes if it starts with a digit";
        return Err(diagnostic.at(cursor.source, at.0, "two constants").help(help));
    }
    Ok(Condition { test, at })
}

fn test_has_cell(test: &Test) -> bool {
    match test {
        Test::Formula { left, right, .. } => !(left.cells().is_empty() && right.cells().is_empty()),
        _ => true,
    }
}

/// Reads what is said of the left side.
fn test(cursor: &mut Cursor<'_>, left: Term) -> Result<Test, Diagnostic> {
    match cursor.peek() {
        Some(&TokenKind::Compare(comparison)) => {
            cursor.advance();
            compared(cursor, left, comparison)
        }
        Some(TokenKind::About) => {
            cursor.advance();
            let right = formula(cursor)?;
            Ok(Test::Formula { left, sign: Sign::About(tolerance(cursor)?), right })
        }
        Some(TokenKind::Alike | TokenKind::Unlike) => {
            let left = only_cell(cursor, left)?;
            let polarity = if cursor.accept(&TokenKind::Alike) { Polarity::Positive } else { Polarity::Negative };
            if polarity == Polarity::Negative {
                cursor.advance();
            }
            let measure = similarity::measure(cursor)?;
            if let Some(TokenKind::Regex(_)) = cursor.peek() {
                let not = if polarity == Polarity::Negative { "not " } else { "" };
                let help = format!("write `{left} {not}matches {}`", cursor.written(0, 0));
                return Err(cursor.expected("a column or a text").help(help));
            }
            if let Some(TokenKind::Compare(_)) = cursor.peek() {
                return Err(cursor.expected("a column or a text").help("write one sign between the two sides"));
            }
            let right = alike_to(cursor)?;
            Ok(Test::Alike { left, right, measure, polarity })
        }
        Some(TokenKind::Word(word)) => match word.as_str() {
            "is" => null(cursor, left),
            "in" | "matches" | "not" => member(cursor, left),
            _ => Err(mends::no_comparison(cursor, &left)),
        },
        _ => Err(mends::no_comparison(cursor, &left)),
    }
}

/// Reads the right side of one of the six comparisons.
fn compared(cursor: &mut Cursor<'_>, left: Term, comparison: Comparison) -> Result<Test, Diagnostic> {
    const RIGHT: &str = "a column, a text in double quotes or a number";
    let relation = |left, comparison, right| Relation { left, comparison, right, manner: Manner::Plain };
    if let Some(diagnostic) = mends::no_value(cursor, &left, comparison, RIGHT) {
        return Err(diagnostic);
    }
    let mut relation = match cursor.peek() {
        Some(TokenKind::Text(text)) if !arithmetic_follows(cursor) => {
            let place = cursor.span();
            cursor.advance();
            let right = Side::Constant(Constant::Text(text.clone()));
            match left {
                Term::Cell(left) => relation(left, comparison, right),
                Term::Number(_) => {
                    let title = "a comparison of two constants is about no cell";
                    return Err(Diagnostic::error("two-constants", title)
                        .at(cursor.source, place, "a constant")
                        .help(format!("write `column {right}` if the column is meant")));
                }
                _ => return Err(text_in_arithmetic(cursor, place, &right)),
            }
        }
        Some(TokenKind::Word(word)) if word == "null" => {
            let help = match comparison {
                Comparison::NotEqual => format!("write `{left} is not null`"),
                _ => format!("write `{left} is null`"),
            };
            return Err(cursor.expected(RIGHT).help(help));
        }
        _ => match (left, term(cursor, RIGHT)?) {
            (Term::Cell(left), Term::Cell(right)) => relation(left, comparison, Side::Cell(right)),
            (Term::Cell(left), Term::Number(right)) => {
                relation(left, comparison, Side::Constant(Constant::Number(right)))
            }
            (Term::Number(left), Term::Cell(right)) => {
                relation(right, comparison.flipped(), Side::Constant(Constant::Number(left)))
            }
            (left, right) => {
                if let Some(TokenKind::Word(word)) = cursor.peek().filter(|_| has_manner(cursor)) {
                    let help = "arithmetic is by number: leave it out";
                    return Err(cursor.expected(&format!("nothing like `{word}` behind arithmetic")).help(help));
                }
                return Ok(Test::Formula { left, sign: Sign::Compare(comparison), right });
            }
        },
    };
    relation.manner = manner(cursor, comparison, &relation.right)?;
    Ok(Test::Relation(relation))
}

fn has_manner(cursor: &Cursor<'_>) -> bool {
    matches!(cursor.peek(), Some(TokenKind::Word(word)) if ["by", "counting", "ignoring"].contains(&word.as_str()))
}

/// Reads the right side of `~=`.
fn formula(cursor: &mut Cursor<'_>) -> Result<Term, Diagnostic> {
    if let (Some(TokenKind::Text(text)), false) = (cursor.peek(), arithmetic_follows(cursor)) {
        let constant = Side::Constant(Constant::Text(text.clone()));
        return Err(text_in_arithmetic(cursor, cursor.span(), &constant));
    }
    term(cursor, "a column or a number")
}

fn text_in_arithmetic(cursor: &Cursor<'_>, place: lustrate_diagnostic::Span, constant: &Side) -> Diagnostic {
    Diagnostic::error("text-in-arithmetic", format!("arithmetic is held against the text {constant}"))
        .at(cursor.source, place, "a text in quotes")
        .help(format!("write `column {constant}` if the column is meant, or a number without quotes"))
}

/// Reads `within 0.01` or `within 5%` behind `~=`; without it only rounding is forgiven.
fn tolerance(cursor: &mut Cursor<'_>) -> Result<Tolerance, Diagnostic> {
    if !cursor.accept_word("within") {
        return Ok(Tolerance::Rounding);
    }
    const SHAPE: &str = "write `within 0.01` or `within 5%`";
    let number = match cursor.peek() {
        Some(TokenKind::Number(number)) => number.parse::<f64>().ok(),
        _ => None,
    };
    let Some(number) = number.filter(|number| number.is_finite() && *number >= 0.0) else {
        return Err(cursor.expected("a number of at least 0").help(SHAPE));
    };
    let place = cursor.span();
    cursor.advance();
    // Minus zero is at least 0 and would be printed with its sign.
    let number = number.abs();
    if !cursor.accept(&TokenKind::Percent) {
        return Ok(Tolerance::Absolute(number));
    }
    if number > 100.0 {
        return Err(Diagnostic::error("share-out-of-range", format!("{number}% is more than the whole"))
            .at(cursor.source, place, "more than 100%")
            .help(SHAPE));
    }
    Ok(Tolerance::Relative(of_percent(number)))
}

/// Reads what a cell is like: a column or a constant.
fn alike_to(cursor: &mut Cursor<'_>) -> Result<Side, Diagnostic> {
    match cursor.peek() {
        Some(TokenKind::Text(text)) => {
            cursor.advance();
            Ok(Side::Constant(Constant::Text(text.clone())))
        }
        Some(TokenKind::Number(number)) => {
            cursor.advance();
            Ok(Side::Constant(Constant::Number(number.clone())))
        }
        _ => {
            let right = term(cursor, "a column, a text in double quotes or a number")?;
            only_cell(cursor, right).map(Side::Cell)
        }
    }
}

/// The cell that a term is; only cells are alike, are missing or belong to lists.
fn only_cell(cursor: &Cursor<'_>, term: Term) -> Result<Cell, Diagnostic> {
    match term {
        Term::Cell(cell) => Ok(cell),
        other => Err(Diagnostic::error("not-a-column", format!("`{other}` is no column"))
            .at(cursor.source, cursor.span(), "this test is of a column")
            .help("write a column, or compare arithmetic by `=`, `!=`, `<`, `<=`, `>`, `>=` or `~=`")),
    }
}

/// Reads `is null` or `is not null`.
fn null(cursor: &mut Cursor<'_>, left: Term) -> Result<Test, Diagnostic> {
    let cell = only_cell(cursor, left)?;
    cursor.advance();
    let presence = if cursor.accept_word("not") { Presence::Present } else { Presence::Missing };
    if cursor.accept_word("null") {
        return Ok(Test::Null { cell, presence });
    }
    if let Some(TokenKind::Word(word)) = cursor.peek()
        && matches!(
            word.to_lowercase().as_str(),
            "blank" | "empty" | "missing" | "na" | "nan" | "nil" | "none" | "null"
        )
    {
        return Err(cursor.expected("`null`").help("write `null`"));
    }
    let sign = if presence == Presence::Present { "!=" } else { "=" };
    let value = match cursor.peek() {
        Some(TokenKind::Text(text)) => crate::name::quoted(text),
        Some(TokenKind::Number(number)) => number.clone(),
        _ => "\"TEXT\"".to_owned(),
    };
    Err(cursor.expected("`null`").help(format!("write `{cell} {sign} {value}`, or `{cell} is null`")))
}

/// Reads `in …`, `matches …` and both with `not` before them.
fn member(cursor: &mut Cursor<'_>, left: Term) -> Result<Test, Diagnostic> {
    let cell = only_cell(cursor, left)?;
    let polarity = if cursor.accept_word("not") { Polarity::Negative } else { Polarity::Positive };
    let membership = if cursor.accept_word("in") {
        membership::list_or_range(cursor, &cell)?
    } else if cursor.accept_word("matches") {
        membership::expression(cursor)?
    } else {
        let help = match cursor.peek() {
            Some(TokenKind::Word(word)) if word.eq_ignore_ascii_case("null") => format!("write `{cell} is not null`"),
            _ => format!("write `{cell} not in (\"a\", \"b\")`, or `{cell} != \"a\"`"),
        };
        return Err(cursor.expected("`in` or `matches`").help(help));
    };
    Ok(Test::Member { cell, membership, polarity })
}

/// A column, with its row before it in a rule about two rows.
pub(super) fn cell(cursor: &mut Cursor<'_>) -> Result<Cell, Diagnostic> {
    let (Some(TokenKind::Word(row)), Some(TokenKind::Dot)) = (cursor.peek(), cursor.peek_after(1)) else {
        return Ok(Cell { tuple: None, column: cursor.column()? });
    };
    let tuple = match row.as_str() {
        "a" => Tuple::A,
        "b" => Tuple::B,
        other => {
            let mut help = "write `a.` for one row and `b.` for the other".to_owned();
            if let Some(TokenKind::Word(column) | TokenKind::Text(column)) = cursor.peek_after(2) {
                let column = Name::unplaced(column);
                let whole = crate::name::quoted(&format!("{other}.{}", column.text));
                help = format!(
                    "write `a.{column}` or `b.{column}`, `{column}` in a rule about one row, or `{whole}` for a column of that name"
                );
            }
            return Err(Diagnostic::error("unknown-row", format!("no row is called `{other}`"))
                .at(cursor.source, cursor.span(), "the rows are `a` and `b`")
                .help(help));
        }
    };
    cursor.advance();
    cursor.advance();
    Ok(Cell { tuple: Some(tuple), column: cursor.column()? })
}

fn manner(cursor: &mut Cursor<'_>, comparison: Comparison, right: &Side) -> Result<Manner, Diagnostic> {
    let start = cursor.span();
    if cursor.accept_counting_null()? {
        let (title, help) = match right {
            _ if comparison.is_order() => ("only `=` and `!=` can count missing values", "leave `counting null` out"),
            Side::Constant(_) => {
                ("a constant is never missing", "leave `counting null` out; `is null` asks for what is")
            }
            Side::Cell(_) => return Ok(Manner::CountingNull),
        };
        let diagnostic = Diagnostic::error("counting-null", title).help(help);
        return Err(diagnostic.at(cursor.source, start.to(cursor.before()), "says nothing here"));
    }
    if cursor.accept_word("ignoring") {
        cursor.expect_word("case")?;
        if comparison.is_order() {
            let title = "only `=` and `!=` can ignore case";
            return Err(Diagnostic::error("no-case-in-order", title)
                .at(cursor.source, start.to(cursor.before()), "behind an order comparison")
                .help("write `by text` to compare as text"));
        }
        return Ok(Manner::IgnoringCase);
    }
    if !cursor.accept_word("by") {
        return Ok(Manner::Plain);
    }
    if cursor.accept_word("text") {
        return Ok(Manner::ByText);
    }
    if !cursor.accept_word("number") {
        let near = match cursor.peek() {
            Some(TokenKind::Word(word)) => nearest(word, ["text", "number"]),
            _ => None,
        };
        let help = near.map_or_else(|| "write `by text` or `by number`".to_owned(), |near| format!("write `{near}`"));
        return Err(cursor.expected("`text`, `number` or `number or text`").help(help));
    }
    if cursor.accept_word("or") {
        cursor.expect_word("text").map_err(|error| error.help("write `by number or text`"))?;
        return Ok(Manner::ByNumberOrText);
    }
    Ok(Manner::ByNumber)
}

#[cfg(test)]
mod tests {
    use crate::Rule;

    /// The conditions as they are printed, or the mend.
    fn check(conditions: &str) -> Result<String, String> {
        match format!("deny {conditions}").parse::<Rule>() {
            Ok(rule) => Ok(rule.to_string()["deny ".len()..].to_owned()),
            Err(errors) => Err(errors.iter().next().unwrap().help.clone().unwrap_or_default()),
        }
    }

    fn printed(conditions: &str, expected: &str) {
        assert_eq!(check(conditions), Ok(expected.to_owned()));
    }

    fn mended(conditions: &str, help: &str) {
        assert_eq!(check(conditions), Err(help.to_owned()), "{conditions}");
    }

    #[test]
    fn every_test_of_a_cell_is_printed_as_it_is_written() {
        for written in [
            "x is null and y is not null",
            "x in (\"a\", \"b\", 3) and y not in (-1)",
            "x in 1..5 and y not in -1.5..2 and z in \"2020-01-01\"..\"2020-12-31\"",
            "x matches /[0-9]{5}/ and y not matches /a\\/b/",
            "a.x ~ b.x and a.y !~ b.y and a.z ~jw(0.9) b.z",
            "x ~token(0.7) \"a b\" and y ~within(7%) 100 and z !~days(2) column \"Date of z\"",
            "x ~= y and x ~= y + z within 0.01 and y ~= z within 7%",
        ] {
            printed(written, written);
        }
        printed("a.x ~lev(0.85) b.x", "a.x ~ b.x");
    }

    #[test]
    fn brackets_around_conditions_are_dropped() {
        printed("((x = 1) and (y = 2 and z = 3)) and (u + 1) * 2 > v", "x = 1 and y = 2 and z = 3 and (u + 1) * 2 > v");
    }

    #[test]
    fn what_others_write_is_told_as_we_write_it() {
        mended("1 <= x <= 5", "write `x in 1..5`");
        mended("x < y < 5", "write `x < y and y < 5`");
        mended("x between 1 and 5", "write `x in 1..5`");
        mended("x = y within 2%", "write `x ~= y within 2%`");
        mended("x like \"a_%\"", "write `x matches /a..*/` with a regular expression for the whole text");
        mended("x = null", "write `x is null`");
        mended("x != null", "write `x is not null`");
        mended("x is \"a\"", "write `x = \"a\"`, or `x is null`");
        mended("x = 1 or y = 2", "write a rule for each side of `or`");
        mended("x in \"a\", \"b\"", "write `in (\"a\", \"b\")` for a list");
        mended("x + 1 = \"y\"", "write `column \"y\"` if the column is meant, or a number without quotes");
        mended("x + 1 > y by number", "arithmetic is by number: leave it out");
        mended("x matches \"a\"", "write `/a/`");
    }

    #[test]
    fn a_measure_is_known_and_within_its_bounds() {
        let listing = "the measures are days(2), jw(0.9), lev(0.8), token(0.7), within(5%)";
        mended("x ~tokens(0.7) \"y\"", &format!("write `token`; {listing}"));
        mended("x ~lev(1.5) \"y\"", "write `~lev(0.8)`");
        mended("x ~jw(0) \"y\"", "write `~jw(0.9)`");
        mended("x ~within(0.05) y", "write `~within(0.05%)`");
    }

    #[test]
    fn an_expression_that_does_not_compile_is_told_in_a_line() {
        let errors = "deny x matches /(/".parse::<Rule>().unwrap_err();
        let error = errors.iter().next().unwrap();
        assert_eq!(error.title, "the regular expression is not right: unclosed group");
        assert_eq!(error.label.as_ref().map(|label| label.span.start), Some(15));
    }
}
