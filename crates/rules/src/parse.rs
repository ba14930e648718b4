//! Text to rules, keeping what is right and reporting everything that is wrong.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, Span, nearest};

use crate::cursor::Cursor;
use crate::form::starts_statement;
use crate::keywords::mended;
use crate::lexer::{Token, TokenKind, lex};
use crate::name::Name;
use crate::policy::{self, Policy};
use crate::statements::{self, Role, StatementKind, statement_kinds};
use crate::{Form, Rule, Rules, Written, fd_list, holoclean};

/// What a rule file holds.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The statements without mistakes, in order.
    pub rules: Rules,
    /// All messages about the others, sorted by place.
    pub diagnostics: Diagnostics,
}

impl Parsed {
    /// The rules, unless there was an error.
    pub fn into_result(self) -> Result<Rules, Diagnostics> {
        if self.diagnostics.has_errors() { Err(self.diagnostics) } else { Ok(self.rules) }
    }
}

/// Reads rules in any of the forms, which the content tells. Never fails: a statement with a mistake is left out and
/// reported, and hides no mistake in the next.
///
/// ```
/// use std::sync::Arc;
/// use lustrate_diagnostic::SourceText;
///
/// let source = SourceText::new("hospital.rules", "zip: fd zip -> city\nfd zip city\n");
/// let parsed = lustrate_rules::parse(&Arc::new(source));
/// assert_eq!(parsed.rules.to_string(), "zip: fd zip -> city\n");
/// assert_eq!(parsed.diagnostics.iter().next().unwrap().title, "expected `,` or `->`, found `city`");
/// ```
pub fn parse(source: &Arc<SourceText>) -> Parsed {
    parse_as(source, Form::of(source))
}

/// Reads rules in one form.
pub fn parse_as(source: &Arc<SourceText>, form: Form) -> Parsed {
    let mut parsed = Parsed::default();
    match form {
        Form::Lustrate => parse_statements(source, &mut parsed),
        Form::HoloClean => holoclean::parse(source, &mut parsed),
        Form::Dependencies => fd_list::parse(source, &mut parsed),
    }
    parsed.diagnostics.sort();
    if parsed.rules.is_empty() && parsed.diagnostics.len() > LONGEST_LIST_OF_MISTAKES {
        parsed.diagnostics = not_a_rule_file(&parsed.diagnostics, source);
    }
    parsed
}

/// A file without one right statement and with more mistakes than this is probably no rule file.
const LONGEST_LIST_OF_MISTAKES: usize = 20;

/// The first few mistakes, and the doubt whether the file is what it should be: a table that was given as a rule
/// file has a mistake in every line.
fn not_a_rule_file(mistakes: &Diagnostics, source: &Arc<SourceText>) -> Diagnostics {
    let shown = 3;
    let title =
        format!("no statement in {} is right, and {} mistakes are not shown", source.name, mistakes.len() - shown);
    let doubt = Diagnostic::error("no-rule-file", title).help(
        "is this a rule file? it has lines such as `fd zip -> city` or `t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)`",
    );
    mistakes.iter().take(shown).cloned().chain([doubt]).collect()
}

impl Parsed {
    /// Reports what is wrong with a statement that is none of the rules for that.
    pub(crate) fn leave_out(&mut self, mistakes: impl Into<Diagnostics>) {
        self.rules.left_out += 1;
        self.diagnostics.extend(mistakes.into());
    }

    /// Keeps a rule if it is right whatever the table is, and reports what is wrong with it otherwise.
    pub(crate) fn admit(&mut self, written: Written) {
        let mut found = written.rule.statement.check(&written.source);
        found.extend(written.rule.policy.check(&written.source));
        if found.is_empty() {
            self.rules.push(written);
        } else {
            self.rules.left_out += 1;
        }
        found.into_iter().for_each(|diagnostic| self.diagnostics.push(diagnostic));
    }
}

fn parse_statements(source: &Arc<SourceText>, parsed: &mut Parsed) {
    let (tokens, diagnostics) = lex(source);
    parsed.diagnostics.extend(diagnostics);
    for tokens in split(&tokens) {
        // The lexer has reported why, and what follows from it is not worth reading.
        if tokens.iter().any(|token| token.kind == TokenKind::Stray) {
            parsed.rules.left_out += 1;
            continue;
        }
        match parts(source, &tokens) {
            Ok(parts) => parse_line(source, &parts, parsed),
            Err(diagnostic) => parsed.leave_out(diagnostic),
        }
    }
}

/// The statements of a line: checks with `;` between them, or one statement of any kind.
fn parts<'a>(source: &Arc<SourceText>, tokens: &'a [Token]) -> Result<Vec<&'a [Token]>, Diagnostic> {
    let parts: Vec<_> = tokens.split(|token| token.kind == TokenKind::Semicolon).collect();
    let mut semicolons = tokens.iter().filter(|token| token.kind == TokenKind::Semicolon);
    let Some(first) = semicolons.next() else { return Ok(parts) };
    let misplaced = |at: Span, help: &str| {
        let diagnostic = Diagnostic::error("syntax", "`;` stands only between checks");
        Err(diagnostic.at(source, at, "not between two checks").help(help))
    };
    let is_check = |part: &&[Token]| {
        let named = matches!(part.get(1), Some(Token { kind: TokenKind::Colon, .. }));
        let keyword = part.get(if named { 2 } else { 0 }).map(|token| &token.kind);
        matches!(keyword, Some(TokenKind::Word(word)) if statements::find(word).is_some_and(|kind| kind.role == Role::Check))
    };
    if let Some(empty) = parts.iter().position(|part| part.is_empty()) {
        let at = std::iter::once(first).chain(semicolons).nth(empty.saturating_sub(1)).unwrap_or(first);
        return misplaced(at.span, "leave the `;` out");
    }
    if parts.iter().all(is_check) {
        Ok(parts)
    } else {
        misplaced(first.span, "write each statement on a line of its own")
    }
}

/// Reads the statements of a line. The policy behind the last is that of all without one.
fn parse_line(source: &Arc<SourceText>, parts: &[&[Token]], parsed: &mut Parsed) {
    let read: Vec<_> = parts.iter().map(|tokens| parse_statement(source, tokens)).collect();
    let last = read.last().and_then(|last| last.as_ref().ok()).and_then(|(_, policy)| policy.clone());
    for (tokens, read) in parts.iter().zip(read) {
        let span = tokens[0].span.to(tokens[tokens.len() - 1].span);
        match read {
            Ok((mut rule, policy)) => {
                rule.policy = policy.or_else(|| last.clone()).unwrap_or_default();
                match repeated_setting(&parsed.rules, &rule, source, span) {
                    Some(diagnostic) => parsed.leave_out(diagnostic),
                    None => parsed.admit(Written { rule, form: Form::Lustrate, source: source.clone(), span }),
                }
            }
            Err(diagnostic) => parsed.leave_out(diagnostic),
        }
    }
}

/// The tokens of each statement, without line ends. A statement ends with its line, unless a bracket is open or the
/// line ends with a comma, an operator or `and`; a line that begins a statement always ends the one before.
fn split(tokens: &[Token]) -> Vec<Vec<Token>> {
    let mut statements = Vec::new();
    let mut current: Vec<Token> = Vec::new();
    let mut open = 0usize;
    for line in tokens.split(|token| token.kind == TokenKind::LineEnd) {
        let continues = open > 0 || current.last().is_some_and(|token| expects_more(&token.kind));
        if !current.is_empty() && !line.is_empty() && (!continues || starts_statement(line)) {
            statements.push(std::mem::take(&mut current));
            open = 0;
        }
        for token in line {
            match token.kind {
                TokenKind::Open => open += 1,
                TokenKind::Close => open = open.saturating_sub(1),
                _ => {}
            }
        }
        current.extend_from_slice(line);
    }
    if !current.is_empty() {
        statements.push(current);
    }
    statements
}

fn expects_more(kind: &TokenKind) -> bool {
    match kind {
        TokenKind::Comma | TokenKind::Arrow | TokenKind::Compare(_) | TokenKind::Dot => true,
        TokenKind::Alike | TokenKind::Unlike | TokenKind::About => true,
        TokenKind::Plus | TokenKind::Minus | TokenKind::Star | TokenKind::Slash => true,
        TokenKind::Word(word) => word == "and",
        _ => false,
    }
}

/// Reads one statement, and apart from it the policy that stands behind it.
fn parse_statement(source: &Arc<SourceText>, tokens: &[Token]) -> Result<(Rule, Option<Policy>), Diagnostic> {
    let mut cursor = Cursor::new(source, tokens);
    let name = parse_name(&mut cursor);
    let kind = parse_keyword(&mut cursor)?;
    if let (Some(name), Role::Setting | Role::Inclusion) = (&name, kind.role) {
        return Err(Diagnostic::error("name-of-setting", format!("a `{}` statement has no name", kind.keyword))
            .at(source, name.span(), "a name")
            .help("leave the name and its colon out"));
    }
    let mut rule = (kind.parse)(&mut cursor).map_err(|diagnostic| match diagnostic.help {
        Some(_) => diagnostic,
        None => diagnostic.help(format!("a statement of this kind is written `{}`", kind.usage)),
    })?;
    let policy = match kind.role {
        Role::Rule | Role::Check => Policy::parse(&mut cursor, kind.role)?,
        Role::Setting | Role::Inclusion if cursor.peek().is_none() => None,
        Role::Setting | Role::Inclusion => return Err(cursor.expected("nothing more").help(format!("write `{rule}`"))),
    };
    if cursor.peek().is_some() {
        return Err(behind_rule(&cursor));
    }
    rule.name = name;
    Ok((rule, policy))
}

/// The diagnostic for something behind a rule that is no policy.
fn behind_rule(cursor: &Cursor<'_>) -> Diagnostic {
    let expected = cursor.expected("a policy or the end of the statement");
    let near = match cursor.peek() {
        Some(TokenKind::Word(word)) => nearest(word, policy::WORDS.iter().copied()),
        _ => None,
    };
    expected.help(match near {
        Some(near) => format!("write `{near}`"),
        None => format!("{}; columns have commas between them", policy::LISTING),
    })
}

/// Reads `name:` if it is there.
fn parse_name(cursor: &mut Cursor<'_>) -> Option<Name> {
    let (Some(TokenKind::Word(name) | TokenKind::Text(name)), Some(TokenKind::Colon)) =
        (cursor.peek(), cursor.peek_after(1))
    else {
        return None;
    };
    let name = Name::new(name, cursor.span());
    cursor.advance();
    cursor.advance();
    Some(name)
}

fn parse_keyword(cursor: &mut Cursor<'_>) -> Result<&'static StatementKind, Diagnostic> {
    let Some(TokenKind::Word(word)) = cursor.peek() else { return Err(cursor.expected("a statement").help(listing())) };
    if let Some(kind) = statements::find(word) {
        cursor.advance();
        return Ok(kind);
    }
    let help = match word.as_str() {
        "and" | "then" | "when" | "within" | "because" | "fail" | "hard" | "never" | "repair" | "soft" | "warn"
        | "where" => {
            "it belongs to the line before: put `and` or a comma at the end of that line, or write both on one"
                .to_owned()
        }
        word => match nearest(word, statement_kinds().map(|kind| kind.keyword)) {
            Some(near) => {
                let line = cursor.source.text[cursor.span().start..].lines().next().unwrap_or_default();
                let mend = mended(line.trim()).unwrap_or_else(|| format!("write `{near}`"));
                format!("{mend}; {}", listing())
            }
            None => listing(),
        },
    };
    Err(Diagnostic::error("unknown-statement", format!("no statement begins with `{word}`"))
        .at(cursor.source, cursor.span(), "not a statement")
        .help(help))
}

fn listing() -> String {
    let keywords: Vec<_> = statement_kinds().map(|kind| kind.keyword).collect();
    format!("the statements are {}", keywords.join(", "))
}

fn repeated_setting(rules: &Rules, rule: &Rule, source: &Arc<SourceText>, span: Span) -> Option<Diagnostic> {
    let kind = rule.statement.kind();
    let earlier = rules.iter().find(|earlier| earlier.rule.keyword() == kind.keyword)?;
    let (line, _) = source.place(earlier.span.start);
    (kind.role == Role::Setting).then(|| {
        Diagnostic::error("repeated-setting", format!("a file says `{}` once", kind.keyword))
            .at(source, span, format!("line {line} says it already"))
            .help("leave one of the two out")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (String, Vec<String>) {
        let parsed = parse_as(&Arc::new(SourceText::new("x.rules", text)), Form::Lustrate);
        let place = |d: &Diagnostic| {
            let label = d.label.as_ref().unwrap();
            let (line, column) = label.source.place(label.span.start);
            format!("{line}:{column} {}", d.title)
        };
        (parsed.rules.to_string(), parsed.diagnostics.iter().map(place).collect())
    }

    #[test]
    fn names_and_policies_are_kept() {
        let text =
            "zip:   fd zip -> city,state   hard because \"by law\" # x\n\"q 1\": unique id soft 0.50\r\nfd x->y soft";
        let canonical = "zip: fd zip -> city, state hard because \"by law\"\n\"q 1\": unique id soft 0.5\nfd x -> y\n";
        assert_eq!(check(text), (canonical.to_owned(), vec![]));
    }

    #[test]
    fn a_comma_an_operator_or_an_open_bracket_continues_the_line() {
        let text = "fd zip ->\n city,\n\n state\ndeny (\n x =\n 1\n and y = 2\n)\nunique x";
        let canonical = "fd zip -> city, state\ndeny x = 1 and y = 2\nunique x\n";
        assert_eq!(check(text), (canonical.to_owned(), vec![]));
    }

    #[test]
    fn a_mistake_does_not_hide_the_next() {
        let text = "fd zip\nfd zip -> city,\nfdd x -> y\ndeny (x = 1\nz: fd 'a' -> hard\ntable x\nunique ok\nversion 1 hard\nand x";
        let (rules, messages) = check(text);
        assert_eq!(rules, "unique ok\n");
        let expected = [
            "1:7 expected `,` or `->`, found the end of the statement",
            "3:5 expected a policy or the end of the statement, found `x`",
            "4:12 expected `and` or `)`, found the end of the statement",
            "5:7 texts are in double quotes",
            "6:7 expected the name of a file in double quotes, found `x`",
            "8:11 expected nothing more, found the keyword `hard`",
            "9:1 no statement begins with `and`",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn a_table_given_as_a_rule_file_gets_a_short_answer() {
        let table: String = (0..1000).map(|row| format!("{row},Rome,IT\n")).collect();
        let parsed = parse(&Arc::new(SourceText::new("dirty.csv", table)));
        assert_eq!(parsed.diagnostics.len(), 4);
        let last = parsed.diagnostics.iter().last().unwrap();
        assert_eq!(last.title, "no statement in dirty.csv is right, and 997 mistakes are not shown");
    }
}
