//! Text to rules, keeping what is right and reporting everything that is wrong.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, Span};

use crate::cursor::Cursor;
use crate::form::starts_statement;
use crate::lexer::{Token, TokenKind, lex};
use crate::name::Name;
use crate::policy::{self, Policy};
use crate::split::{apart, split};
use crate::statements::{self, Role, StatementKind};
use crate::{Form, Rule, Rules, Written, fd_list, holoclean, json, mends};

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
    if form != Form::Json {
        parsed.rules.told_apart.push(source.clone());
    }
    match form {
        Form::Lustrate => parse_statements(source, &mut parsed),
        Form::HoloClean => holoclean::parse(source, &mut parsed),
        Form::Dependencies => fd_list::parse(source, &mut parsed),
        Form::Json => json::parse(source, &mut parsed),
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
        if self.report_mistakes(&written) { self.rules.push_unfit(written) } else { self.rules.push(written) }
    }

    /// Reports what is wrong with a rule of which a mistake has been reported already, and keeps it only so that its
    /// other mistakes are found.
    fn doubt(&mut self, written: Written) {
        self.report_mistakes(&written);
        self.rules.push_unfit(written);
    }

    /// Reports what is wrong with a rule whatever the table is, and whether there is anything.
    fn report_mistakes(&mut self, written: &Written) -> bool {
        let mut found = written.rule.statement.check(&written.source);
        found.extend(written.rule.policy.check(&written.source));
        let has_mistakes = !found.is_empty();
        found.into_iter().for_each(|diagnostic| self.diagnostics.push(diagnostic));
        has_mistakes
    }
}

fn parse_statements(source: &Arc<SourceText>, parsed: &mut Parsed) {
    let (tokens, diagnostics) = lex(source);
    parsed.diagnostics.extend(diagnostics);
    for tokens in split(&tokens) {
        let is_right = |tokens: &[Token]| is_read(tokens) && parse_statement(source, tokens).is_ok();
        for tokens in apart(source, &tokens, is_right) {
            if let Some(diagnostic) = constraint_of_holoclean(source, tokens) {
                parsed.diagnostics = without(&parsed.diagnostics, whole(tokens));
                parsed.leave_out(diagnostic);
                continue;
            }
            if !is_read(tokens) {
                parsed.rules.left_out += 1;
                continue;
            }
            match parts(source, tokens) {
                Ok(parts) => parse_line(source, &parts, parsed),
                Err(diagnostic) => parsed.leave_out(diagnostic),
            }
        }
    }
}

/// Whether all tokens are of the language; otherwise the lexer has reported why, and what follows from it is not worth
/// reading.
fn is_read(tokens: &[Token]) -> bool {
    tokens.iter().all(|token| token.kind != TokenKind::Stray)
}

/// The place of all tokens, of which there is one at least.
fn whole(tokens: &[Token]) -> Span {
    tokens[0].span.to(tokens[tokens.len() - 1].span)
}

/// The diagnostic for a denial constraint in the form of HoloClean among statements of our language.
fn constraint_of_holoclean(source: &Arc<SourceText>, tokens: &[Token]) -> Option<Diagnostic> {
    let place = whole(tokens);
    let is_one = !starts_statement(tokens) && holoclean::looks_like_constraint(&source.text[place.start..place.end]);
    is_one.then(|| {
        Diagnostic::error("unknown-statement", "a denial constraint in the form of HoloClean is no statement here")
            .at(source, place, "in another form than this file")
            .help("put such lines into a file of their own, and write `use \"FILE\" as holoclean` here")
    })
}

/// The diagnostics that are not about a place.
fn without(diagnostics: &Diagnostics, place: Span) -> Diagnostics {
    let outside = |diagnostic: &&Diagnostic| {
        diagnostic.label.as_ref().is_none_or(|label| label.span.start < place.start || label.span.start >= place.end)
    };
    diagnostics.iter().filter(outside).cloned().collect()
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
    let begins = |part: &&[Token]| starts_statement(part);
    if let Some(empty) = parts.iter().position(|part| part.is_empty()).filter(|_| parts.iter().any(begins)) {
        let at = std::iter::once(first).chain(semicolons).nth(empty.saturating_sub(1)).unwrap_or(first);
        return misplaced(at.span, "leave the `;` out");
    }
    if parts.iter().all(is_check) {
        Ok(parts)
    } else if !parts.iter().any(begins) {
        Err(mends::unknown_statement(&Cursor::new(source, tokens)))
    } else {
        let is_policy = |part: &&[Token]| matches!(part.first(), Some(Token { kind: TokenKind::Word(word), .. }) if policy::WORDS.contains(&word.as_str()));
        let help = if parts[1..].iter().all(is_policy) {
            "leave the `;` out"
        } else {
            "write each statement on a line of its own"
        };
        misplaced(first.span, help)
    }
}

/// Reads the statements of a line. The policy behind the last is that of all without one.
pub(crate) fn parse_line(source: &Arc<SourceText>, parts: &[&[Token]], parsed: &mut Parsed) {
    let read: Vec<_> = parts.iter().map(|tokens| parse_statement(source, tokens)).collect();
    let last = read.last().and_then(|last| last.as_ref().ok()).and_then(|(_, policy)| policy.clone());
    for (tokens, read) in parts.iter().zip(read) {
        let span = whole(tokens);
        match read {
            Ok((mut rule, policy)) => {
                rule.policy = policy.or_else(|| last.clone()).unwrap_or_default();
                let repeated = repeated_setting(&parsed.rules, &rule, source, span);
                let written = Written { rule, form: Form::Lustrate, source: source.clone(), span };
                match repeated {
                    Some(diagnostic) => parsed.leave_out(diagnostic),
                    None if tokens.iter().any(|token| token.mended) => parsed.doubt(written),
                    None => parsed.admit(written),
                }
            }
            Err(diagnostic) if follows_from_mended(&diagnostic, tokens) => parsed.rules.left_out += 1,
            Err(diagnostic) => parsed.leave_out(diagnostic),
        }
    }
}

/// Whether what is told is only that something stands there for which there is a diagnostic already.
fn follows_from_mended(diagnostic: &Diagnostic, tokens: &[Token]) -> bool {
    let place = diagnostic.label.as_ref().map(|label| label.span.start);
    tokens.iter().any(|token| token.mended && Some(token.span.start) == place)
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
    let usage = |diagnostic: Diagnostic| match diagnostic.help {
        Some(_) => diagnostic,
        None => diagnostic.help(format!("a statement of this kind is written `{}`", kind.usage)),
    };
    let mut rule = (kind.parse)(&mut cursor).map_err(usage)?;
    let policy = match kind.role {
        Role::Rule | Role::Rewriting | Role::Check => {
            Policy::parse(&mut cursor, kind.role).map_err(|diagnostic| match diagnostic.help {
                Some(_) => diagnostic,
                None => diagnostic.help(policy::LISTING),
            })?
        }
        Role::Setting | Role::Inclusion if cursor.peek().is_none() => None,
        Role::Setting | Role::Inclusion => return Err(mends::behind_setting(&cursor, kind, &rule.to_string())),
    };
    if cursor.peek().is_some() {
        return Err(mends::behind_rule(&cursor));
    }
    rule.name = name;
    Ok((rule, policy))
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
    let found = match cursor.peek() {
        Some(TokenKind::Word(word)) => statements::find(word),
        _ => None,
    };
    let kind = found.ok_or_else(|| mends::unknown_statement(cursor))?;
    cursor.advance();
    Ok(kind)
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
            "2:16 expected a column, found the end of the statement",
            "3:1 no statement begins with `fdd`",
            "4:12 expected `and` or `)`, found the end of the statement",
            "5:7 texts are in double quotes",
            "5:14 expected a column, found the keyword `hard`",
            "6:7 expected the name of a file in double quotes, found `x`",
            "8:11 expected nothing more, found the keyword `hard`",
            "9:1 no statement begins with `and`",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn a_policy_that_breaks_off_says_what_policies_there_are() {
        for text in
            ["unique x where", "unique x where y <", "unique x where y = \"1\" ignoring", "fd x -> y where y by"]
        {
            let parsed = parse(&Arc::new(SourceText::new("x.rules", text)));
            let helps: Vec<_> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.help.as_deref()).collect();
            assert!(matches!(helps[..], [Some(help)] if help.len() > 10), "{text}: {helps:?}");
        }
    }

    #[test]
    fn a_mistyped_keyword_behind_an_open_bracket_begins_a_statement() {
        let (rules, messages) = check("deny (x = 1 and\n y = 2\nuniqe id\nfd x ->\ncolum z text\nunique x");
        assert_eq!(rules, "unique x\n");
        let expected = [
            "2:7 expected `and` or `)`, found the end of the statement",
            "3:1 no statement begins with `uniqe`",
            "4:8 expected a column, found the end of the statement",
            "5:1 no statement begins with `colum`",
        ];
        assert_eq!(messages, expected);
        // What can be read is no mistake.
        assert_eq!(check("fd x ->\n uniqe,\n colum hard").0, "fd x -> uniqe, colum hard\n");
    }

    #[test]
    fn a_sign_of_another_language_hides_no_other_mistake_of_its_statement() {
        let (rules, messages) = check("fd x ⇒ x\ncolumn 'y' intger\nunique é, 'é'\ndeny x == 1");
        assert_eq!(rules, "");
        let titles: Vec<_> = messages.iter().map(|message| message.split_once(' ').unwrap()).collect();
        let expected = [
            ("1:6", "`⇒` is no sign of this language"),
            ("1:8", "`x` stands on both sides, and always determines itself"),
            ("2:8", "texts are in double quotes"),
            ("2:12", "there is no type `intger`"),
            ("3:8", "the name `é` needs quotes"),
            ("3:11", "texts are in double quotes"),
            ("3:11", "`é` is listed twice"),
            ("4:8", "`==` is no sign of this language"),
        ];
        assert_eq!(titles, expected);
    }

    #[test]
    fn a_constraint_of_holoclean_among_statements_gets_one_message() {
        let (_, messages) = check("fd x -> y\nt1&t2&EQ(t1.x,t2.x)&IQ(t1.y,t2.y)\nfd x & y");
        let expected = [
            "2:1 a denial constraint in the form of HoloClean is no statement here",
            "3:6 `&` is no sign of this language",
        ];
        assert_eq!(messages[..2], expected);
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
