//! What other languages write: their signs, quotes and brackets. Each is told with ours for it, and read as what was meant
//! where that is clear.

use lustrate_table::parse_number;

use super::{Lexer, SIGNS, Token, TokenKind};
use crate::keywords::is_reserved;
use crate::name::quoted;
use crate::statements;

/// Signs of other languages, and ours for them. Looked at before [`SIGNS`], in this order.
pub(crate) const FOREIGN_SIGNS: &[(&str, &str)] = &[
    ("===", "="),
    ("!==", "!="),
    ("==", "="),
    ("=<", "<="),
    ("<>", "!="),
    ("&&", "and"),
    ("&", "and"),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("→", "->"),
    ("⇒", "->"),
    ("‐", "-"),
    ("‑", "-"),
    ("–>", "->"),
    ("—>", "->"),
    ("−", "-"),
    ("–", "-"),
    ("—", "-"),
    ("×", "*"),
    ("÷", "/"),
];

/// Characters other than letters, digits and white space that can begin a token.
pub(crate) const OWN_CHARACTERS: &str = "_\"#-!=<>:,.()~+*/%;";

impl Lexer<'_> {
    /// A sign of another language, as ours.
    pub(super) fn foreign_sign(&mut self) -> Option<TokenKind> {
        let rest = self.rest();
        let double_arrow = rest.starts_with("=>").then(|| ("=>", if self.determines() { "->" } else { ">=" }));
        let foreign = || FOREIGN_SIGNS.iter().copied().find(|(sign, _)| rest.starts_with(sign));
        let (foreign, ours) = double_arrow.or_else(foreign)?;
        let title = format!("`{foreign}` is no sign of this language");
        self.stray(foreign.len(), title, "no sign of this language", format!("write `{ours}`"));
        let sign = SIGNS.iter().find(|(sign, _)| *sign == ours).map(|(_, kind)| kind.clone());
        Some(sign.unwrap_or_else(|| TokenKind::Word(ours.to_owned())))
    }

    /// Whether an arrow is expected here: behind `fd` and no other arrow, behind what `rewrite` rewrites, or where no
    /// statement has begun.
    fn determines(&self) -> bool {
        let line = self.tokens.iter().rev().take_while(|token| token.kind != TokenKind::LineEnd);
        if line.last().is_some_and(|first| first.kind == TokenKind::Word("rewrite".to_owned())) {
            return true;
        }
        for token in self.tokens.iter().rev() {
            match &token.kind {
                TokenKind::Arrow => return false,
                TokenKind::Word(word) if word == "fd" => return true,
                TokenKind::Word(word) if statements::find(word).is_some() => return false,
                _ => {}
            }
        }
        true
    }

    /// A regular expression with a blank behind its first slash, or without its second.
    pub(super) fn mistaken_regex(&mut self) -> Option<TokenKind> {
        let rest = self.rest();
        let behind = rest.strip_prefix('/')?;
        let line = behind.lines().next().unwrap_or_default().trim_end();
        let follows_matches =
            matches!(self.tokens.last(), Some(Token { kind: TokenKind::Word(word), .. }) if word == "matches");
        let inside = line.trim_start();
        if let (true, Some(end)) = (follows_matches && inside.len() < line.len(), inside.find('/')) {
            let written = inside[..end].trim_end();
            let length = 1 + (line.len() - inside.len()) + end + 1;
            let title = "a regular expression begins behind its first slash without a blank".to_owned();
            self.stray(length, title, "a blank behind the slash", format!("write `/{written}/`"));
            return Some(TokenKind::Regex(written.to_owned()));
        }
        let begins_expression = line.starts_with(['[', '^', '(', '.', '\\']) || follows_matches;
        let blank_before = self.source.text[..self.at].ends_with(char::is_whitespace);
        if !(begins_expression && blank_before && line.starts_with(|c: char| !c.is_whitespace())) {
            return None;
        }
        let written = line.split(char::is_whitespace).next().unwrap_or_default();
        let title = "a regular expression without its closing slash".to_owned();
        let help = format!("write `/{written}/`, with the second slash where it ends");
        Some(self.stray(1 + line.len(), title, "starts here", help))
    }

    /// Other quotes than ours around a text, other brackets than ours, or characters that mean nothing here.
    pub(super) fn foreign_quote_or_characters(&mut self, first: char) -> TokenKind {
        let rest = self.rest();
        let closing = match first {
            '\'' => Some(['\'', '\'']),
            '`' => Some(['`', '\'']),
            '“' | '”' | '„' => Some(['”', '“']),
            '‘' | '’' | '‚' => Some(['’', '‘']),
            '«' | '»' => Some(['»', '«']),
            _ => None,
        };
        let inside = &rest[first.len_utf8()..];
        let line = inside.lines().next().unwrap_or_default();
        let found = closing.and_then(|closing| line.char_indices().find(|(_, c)| closing.contains(c)));
        if let Some((place, c)) = found {
            let text = inside[..place].to_owned();
            let help = format!("write `{}`", quoted(&text));
            let length = first.len_utf8() + place + c.len_utf8();
            self.stray(length, "texts are in double quotes".to_owned(), "other quotes", help);
            // A letter behind the quote: it was an apostrophe, and where the text ends is not clear.
            let clear = !self.rest().starts_with(char::is_alphanumeric);
            return if clear { TokenKind::Text(text) } else { TokenKind::Stray };
        }
        let close = match first {
            '[' => line.find(']'),
            '{' => line.find('}'),
            _ => None,
        };
        if let Some(close) = close {
            let inside = inside[..close].to_owned();
            return self.foreign_brackets(first, &inside);
        }
        self.foreign_characters(first)
    }

    /// `["a", "b"]` for a list, `[Zip Code]` for a name, `[0-9]+` for a regular expression without its slashes.
    fn foreign_brackets(&mut self, first: char, inside: &str) -> TokenKind {
        let behind = match self.tokens.last() {
            Some(Token { kind: TokenKind::Word(word), .. }) => word.as_str(),
            _ => "",
        };
        let is_list = inside.split(',').all(|item| {
            let item = item.trim();
            item.starts_with(['"', '\'']) || parse_number(item).is_some()
        });
        let is_name = inside.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.'));
        let length = inside.len() + 2;
        let title = format!("`{first}` is no bracket of this language");
        let label = "other brackets";
        if behind == "matches" {
            let whole = self.rest().split(char::is_whitespace).next().unwrap_or_default().to_owned();
            let title = "a regular expression stands between slashes".to_owned();
            self.stray(whole.len().max(length), title, "without slashes", format!("write `/{whole}/`"));
            return if length > whole.len() { TokenKind::Stray } else { TokenKind::Regex(whole) };
        }
        if is_list {
            let list = inside.replace('\'', "\"");
            if matches!(behind, "null" | "of") {
                return self.stray(length, title, label, format!("write `{}` without brackets", list.trim()));
            }
            return self.stray(length, title, label, format!("write `({})`", list.trim()));
        }
        if is_name && !inside.trim().is_empty() {
            self.stray(length, title, label, format!("write `{}`", quoted(inside.trim())));
            return TokenKind::Text(inside.trim().to_owned());
        }
        self.foreign_characters(first)
    }

    /// Characters that mean nothing here, as many as stand together.
    fn foreign_characters(&mut self, first: char) -> TokenKind {
        let inside = &self.rest()[first.len_utf8()..];
        let is_seen = |c: char| !is_unseen(c);
        let is_other = |c: char| {
            c.is_alphanumeric() || c.is_whitespace() || OWN_CHARACTERS.contains(c) || is_seen(c) != is_seen(first)
        };
        let run = inside.find(|c: char| c != first && is_other(c));
        let length = first.len_utf8() + run.unwrap_or(inside.len());
        let ends_line = inside.starts_with(['\n', '\r']) || inside.is_empty();
        if is_unseen(first) {
            let title = format!("the character `{}` cannot be seen and means nothing here", first.escape_unicode());
            return self.stray(length, title, "something that cannot be seen", "delete it".to_owned());
        }
        let title = format!("the character `{first}` means nothing here");
        let follows_side = match self.tokens.last().map(|token| &token.kind) {
            Some(TokenKind::Word(word)) => !is_reserved(word),
            Some(TokenKind::Text(_) | TokenKind::Number(_)) => true,
            _ => false,
        };
        let help = match first {
            '!' if follows_side && !inside.starts_with('(') => "write `!=`, or `!~` for what is not alike",
            '!' => "write the opposite: `!=` for `=`, `>=` for `<`, `x not in (…)`, `x is not null`, `!~` for `~`",
            '|' => "write a rule for each side of an \"or\"",
            '^' => "write powers as products: `a * a`",
            '\\' if ends_line => {
                "leave it out: a comma, an operator, `and` or an open bracket at the end of a line continues it"
            }
            _ => "put texts, and names with other characters than letters, digits and `_`, in double quotes",
        };
        let goes_on = first == '\\' && ends_line;
        let stray = self.stray(length, title, "means nothing here", help.to_owned());
        if goes_on {
            // The next line was meant to belong to this one.
            self.at += self.rest().find('\n').map_or(0, |end| end + 1);
        }
        stray
    }
}

/// Whether a character is not seen where it stands: controls, marks of writing direction, spaces without width.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
}
