//! Text to tokens, each with its place. Any text gives tokens; what is no token of the language has a diagnostic that
//! says what to write instead, and is that token where it is clear which one was meant, and a [`TokenKind::Stray`]
//! otherwise.

mod foreign;

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, Diagnostics, SourceText, Span};

use crate::Comparison;
use crate::name::quoted;

pub(crate) use foreign::{FOREIGN_SIGNS, OWN_CHARACTERS};

/// A piece of the text that means something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is; always within the text, on character boundaries.
    pub span: Span,
    /// Whether something else is written, for which a diagnostic has been made: the statement is read to find its other
    /// mistakes, and not used.
    pub mended: bool,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// `[A-Za-z_][A-Za-z0-9_]*`: a keyword or a name.
    Word(String),
    /// A text in double quotes, without them and with its escapes resolved.
    Text(String),
    /// A number, as written.
    Number(String),
    /// One of the six comparisons.
    Compare(Comparison),
    /// A regular expression between slashes, without them; `\/` stands for a slash.
    Regex(String),
    /// `~`
    Alike,
    /// `!~`
    Unlike,
    /// `~=`
    About,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `;`
    Semicolon,
    /// `->`
    Arrow,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `(`
    Open,
    /// `)`
    Close,
    /// The end of a line; comments are dropped.
    LineEnd,
    /// Something that is no token; a diagnostic has been made for it.
    Stray,
}

/// Signs of the language, longest first where one begins another.
pub(crate) const SIGNS: &[(&str, TokenKind)] = &[
    ("->", TokenKind::Arrow),
    ("!=", TokenKind::Compare(Comparison::NotEqual)),
    ("!~", TokenKind::Unlike),
    ("~=", TokenKind::About),
    ("~", TokenKind::Alike),
    ("+", TokenKind::Plus),
    ("-", TokenKind::Minus),
    ("*", TokenKind::Star),
    ("/", TokenKind::Slash),
    ("%", TokenKind::Percent),
    (";", TokenKind::Semicolon),
    ("<=", TokenKind::Compare(Comparison::LessOrEqual)),
    (">=", TokenKind::Compare(Comparison::GreaterOrEqual)),
    ("=", TokenKind::Compare(Comparison::Equal)),
    ("<", TokenKind::Compare(Comparison::Less)),
    (">", TokenKind::Compare(Comparison::Greater)),
    (":", TokenKind::Colon),
    (",", TokenKind::Comma),
    (".", TokenKind::Dot),
    ("(", TokenKind::Open),
    (")", TokenKind::Close),
    ("\n", TokenKind::LineEnd),
];

/// The tokens of a text in order, and a diagnostic for each stray one.
pub(crate) fn lex(source: &Arc<SourceText>) -> (Vec<Token>, Diagnostics) {
    let mut lexer = Lexer { source, at: 0, tokens: Vec::new(), diagnostics: Diagnostics::new() };
    while let Some(first) = lexer.rest().chars().next() {
        let (start, told) = (lexer.at, lexer.diagnostics.len());
        let kind = lexer.token(first);
        if let Some(kind) = kind {
            let mended = lexer.diagnostics.len() > told && kind != TokenKind::Stray;
            lexer.tokens.push(Token { kind, span: Span::new(start, lexer.at), mended });
        }
    }
    (lexer.tokens, lexer.diagnostics)
}

struct Lexer<'a> {
    source: &'a Arc<SourceText>,
    at: usize,
    tokens: Vec<Token>,
    diagnostics: Diagnostics,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source.text[self.at..]
    }

    /// Reads one token or skips something without meaning. Moves on by a character at least.
    fn token(&mut self, first: char) -> Option<TokenKind> {
        let rest = self.rest();
        if first != '\n' && (first.is_whitespace() || first == '\u{feff}') {
            self.at += first.len_utf8();
            return None;
        }
        if first == '#' {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return None;
        }
        if first == '"' {
            return Some(self.text());
        }
        let negative = rest.starts_with('-') && rest[1..].starts_with(|c: char| c.is_ascii_digit());
        if first.is_ascii_digit() || negative {
            return Some(self.number());
        }
        if first.is_alphanumeric() || first == '_' {
            return Some(self.word());
        }
        if let Some(end) = self.end_of_regex() {
            self.at += end;
            return Some(TokenKind::Regex(rest[1..end - 1].replace("\\/", "/")));
        }
        if let Some(mistaken) = self.mistaken_regex() {
            return Some(mistaken);
        }
        if let Some(meant) = self.foreign_sign() {
            return Some(meant);
        }
        if let Some((sign, kind)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            self.at += sign.len();
            return Some(kind.clone());
        }
        Some(self.foreign_quote_or_characters(first))
    }

    fn word(&mut self) -> TokenKind {
        let rest = self.rest();
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let word = &rest[..length];
        if word.is_ascii() {
            self.at += length;
            return TokenKind::Word(word.to_owned());
        }
        let title = format!("the name `{word}` needs quotes");
        self.stray(length, title, "holds letters other than a to z", format!("write `{}`", quoted(word)));
        TokenKind::Text(word.to_owned())
    }

    fn number(&mut self) -> TokenKind {
        let rest = self.rest();
        let digits = |from: usize| from + rest[from..].bytes().take_while(u8::is_ascii_digit).count();
        let mut end = digits(usize::from(rest.starts_with('-')));
        if rest[end..].starts_with('.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
        }
        if rest[end..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
            if digits(end + 1 + sign) > end + 1 + sign {
                end = digits(end + 1 + sign);
            }
        }
        if let Some(length) = length_of_date(rest) {
            let date = &rest[..length];
            let title = format!("the date `{date}` needs quotes");
            self.stray(length, title, "would be subtracted", format!("write `{}`", quoted(date)));
            return TokenKind::Text(date.to_owned());
        }
        let after = rest[end..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len() - end);
        if after > 0 {
            let word = &rest[..end + after];
            let title = format!("`{word}` is neither a number nor a name");
            self.stray(word.len(), title, "starts with a digit", format!("write `{}`", quoted(word)));
            return TokenKind::Text(word.to_owned());
        }
        self.at += end;
        TokenKind::Number(rest[..end].to_owned())
    }

    /// Where the regular expression that begins here ends, if one does: a slash with a blank before and none behind, and
    /// another on the line. What has blanks on both sides, or on none, divides.
    fn end_of_regex(&self) -> Option<usize> {
        let rest = self.rest().strip_prefix('/').filter(|rest| !rest.starts_with(char::is_whitespace))?;
        let before = self.source.text[..self.at].chars().next_back();
        if before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | ',')) {
            return None;
        }
        let line = rest.lines().next().unwrap_or_default();
        let mut escaped = false;
        let end = line.char_indices().find(|&(_, c)| {
            let ends = c == '/' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        end.map(|(place, _)| place + 2)
    }

    /// A text in double quotes. One that is not closed ends with its line, so that the next line is read.
    fn text(&mut self) -> TokenKind {
        let rest = self.rest();
        let mut text = String::new();
        let mut bad_escape = None;
        let mut characters = rest.char_indices().skip(1);
        while let Some((place, c)) = characters.next() {
            match c {
                '"' => {
                    let Some(escape) = bad_escape else {
                        self.at += place + 1;
                        return TokenKind::Text(text);
                    };
                    let title = "a backslash in a text begins `\\\"`, `\\\\`, `\\n`, `\\r` or `\\t`";
                    let meant = rest[1..place].replace("\\\"", "\"").replace("\\\\", "\\");
                    let help = format!("write `{}`", quoted(&meant));
                    self.stray(place + 1, title.to_owned(), escape, help);
                    return TokenKind::Text(meant);
                }
                '\n' => break,
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, c @ ('"' | '\\'))) => text.push(c),
                    Some((_, '\n')) | None => break,
                    Some(_) => bad_escape = Some("holds a backslash before another character"),
                },
                c => text.push(c),
            }
        }
        let line = rest.lines().next().unwrap_or_default().trim_end();
        let mut help = format!("write `{line}\"` if the text ends with the line");
        let on_this_line = self.tokens.iter().rev().take_while(|token| token.kind != TokenKind::LineEnd);
        if let Some(earlier) = on_this_line.filter(|token| matches!(token.kind, TokenKind::Text(_))).last() {
            let earlier = &self.source.text[earlier.span.start..earlier.span.end];
            help = format!("close the text before it, `{earlier}`, where it ends; or {help}");
        }
        self.stray(line.len(), "a text without its closing quote".to_owned(), "starts here", help)
    }

    fn stray(&mut self, length: usize, title: String, label: &str, help: String) -> TokenKind {
        let span = Span::new(self.at, self.at + length);
        self.diagnostics.push(Diagnostic::error("syntax", title).at(self.source, span, label).help(help));
        self.at = span.end;
        TokenKind::Stray
    }
}

/// The length of a date such as `2020-01-31` at the start of a text.
fn length_of_date(text: &str) -> Option<usize> {
    let date = text.as_bytes().get(..10)?;
    let fits = date.iter().enumerate().all(|(place, byte)| match place {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    // The ten bytes are digits and dashes, so that the rest begins with a character.
    (fits && !text[10..].starts_with(|c: char| c.is_alphanumeric() || c == '_')).then_some(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Vec<TokenKind>, Vec<String>) {
        let source = Arc::new(SourceText::new("x", text));
        let (tokens, diagnostics) = lex(&source);
        let helps = diagnostics.iter().map(|diagnostic| diagnostic.help.clone().unwrap_or_default());
        (tokens.into_iter().map(|token| token.kind).collect(), helps.collect())
    }

    #[test]
    fn words_texts_numbers_and_signs_are_told_apart() {
        use TokenKind::*;
        let (tokens, helps) = check("z_1: \"a \\\"b\\\\\" -1.5e3 -> <= 1..2 # rest\n(");
        assert_eq!(helps, [""; 0]);
        let expected = [
            Word("z_1".into()),
            Colon,
            Text("a \"b\\".into()),
            Number("-1.5e3".into()),
            Arrow,
            Compare(Comparison::LessOrEqual),
            Number("1".into()),
            Dot,
            Dot,
            Number("2".into()),
            LineEnd,
            Open,
        ];
        assert_eq!(tokens, expected);
    }

    #[test]
    fn an_open_text_ends_with_its_line() {
        use TokenKind::*;
        let (tokens, helps) = check("\"abc\nx");
        assert_eq!(tokens, [Stray, LineEnd, Word("x".into())]);
        assert_eq!(helps, ["write `\"abc\"` if the text ends with the line"]);
    }

    #[test]
    fn rubbish_is_reported_a_run_at_a_time() {
        let (tokens, helps) = check("x $§€^ y");
        assert_eq!((tokens.len(), helps.len()), (3, 1));
    }

    #[test]
    fn what_was_clearly_meant_is_that_token_and_marked() {
        use TokenKind::*;
        let source = Arc::new(SourceText::new("x", "straße ≥ 'y' [Zip Code] matches [0-9]+ \"\\d\" x"));
        let (tokens, diagnostics) = lex(&source);
        let mended: Vec<_> = tokens.iter().filter(|token| token.mended).map(|token| token.kind.clone()).collect();
        let expected = [
            Text("straße".into()),
            Compare(Comparison::GreaterOrEqual),
            Text("y".into()),
            Text("Zip Code".into()),
            Regex("[0-9]+".into()),
            Text("\\d".into()),
        ];
        assert_eq!(mended, expected);
        assert_eq!((tokens.len(), diagnostics.len()), (8, 6));
    }

    #[test]
    fn an_apostrophe_leaves_open_where_the_text_ends() {
        let (tokens, helps) = check("'it's'");
        assert_eq!(tokens.first(), Some(&TokenKind::Stray));
        assert_eq!(helps.first().map(String::as_str), Some("write `\"it\"`"));
    }

    #[test]
    fn a_double_arrow_is_an_order_where_no_dependency_is_open() {
        let (_, helps) = check("fd x => y when z => 1\ndeny x => 2\na => b");
        assert_eq!(helps, ["->", ">=", ">=", ">="].map(|ours| format!("write `{ours}`")));
    }

    #[test]
    fn what_cannot_be_seen_is_named_and_deleted() {
        let (_, helps) = check("x\u{200b} \u{0}y\u{202e}");
        assert_eq!(helps, ["delete it"; 3]);
    }

    #[test]
    fn signs_of_other_languages_are_answered_with_ours() {
        let (_, helps) = check("== <> ≠ => 'x' “y” Straße 2nd");
        let expected = ["=", "!=", "!=", "->", "\"x\"", "\"y\"", "\"Straße\"", "\"2nd\""];
        assert_eq!(helps, expected.map(|ours| format!("write `{ours}`")));
    }
}
