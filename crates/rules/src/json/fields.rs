//! The fields of an object to the tokens of a statement.
//!
//! JSON is not read into statements but into the tokens of their text, each with its place in the JSON. The one parser
//! reads them, so that JSON says nothing that the language cannot say, and every check of a text is one of JSON.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, Span, nearest};

use super::tree::{Member, Node, Value};
use crate::condition::conditions_from_json;
use crate::lexer::{Token, TokenKind, lex};
use crate::pattern;

/// The tokens of a statement, and what is wrong with its JSON.
pub(crate) struct Output {
    source: Arc<SourceText>,
    pub tokens: Vec<Token>,
    pub mistakes: Vec<Diagnostic>,
}

impl Output {
    /// Nothing yet, of a text that is JSON.
    pub fn new(source: &Arc<SourceText>) -> Self {
        Output { source: source.clone(), tokens: Vec::new(), mistakes: Vec::new() }
    }

    /// Adds a token that stands for something at a place.
    pub fn token(&mut self, kind: TokenKind, span: Span) {
        self.tokens.push(Token { kind, span, mended: false });
    }

    /// Adds a word that stands for something at a place.
    pub fn word(&mut self, word: &str, span: Span) {
        self.token(TokenKind::Word(word.to_owned()), span);
    }

    /// Reports a value that is of another type than `what` says; `shape` is how it is written.
    pub fn expected(&mut self, node: &Node, what: &str, shape: &str) {
        let found = match node.value {
            Value::Null => "`null`",
            Value::Bool(true) => "`true`",
            Value::Bool(false) => "`false`",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        };
        let diagnostic = Diagnostic::error("json-type", format!("expected {what}, found {found}"));
        self.mistake(diagnostic, first_line(&self.source, node.span), found, format!("write `{shape}`"));
    }

    /// Reports what is wrong with a value.
    pub fn mistake(&mut self, diagnostic: Diagnostic, span: Span, label: &str, help: impl Into<String>) {
        self.mistakes.push(diagnostic.at(&self.source, span, label).help(help));
    }

    /// Reads a text; `what` and `shape` are for messages, as everywhere here.
    pub fn text(&mut self, node: &Node, what: &str, shape: &str) {
        match &node.value {
            Value::Text(text) => self.token(TokenKind::Text(text.clone()), node.span),
            _ => self.expected(node, what, shape),
        }
    }

    /// Reads a number.
    pub fn number(&mut self, node: &Node, shape: &str) {
        match &node.value {
            Value::Number(number) => self.token(TokenKind::Number(number.clone()), node.span),
            _ => self.expected(node, "a number", shape),
        }
    }

    /// Reads `5` or `{"percent": 5}`.
    pub fn number_or_percent(&mut self, node: &Node, shape: &str) {
        match &node.value {
            Value::Object(_) => self.percent(node),
            _ => self.number(node, shape),
        }
    }

    /// Reads `{"percent": 5}`.
    pub fn percent(&mut self, node: &Node) {
        const SHAPE: &str = "{\"percent\": 5}";
        self.object(node, "a share", SHAPE, |fields| {
            if let Some(number) = fields.need("percent", "5") {
                fields.output.number(number, "5");
                fields.sign(TokenKind::Percent);
            }
        });
    }

    /// Reads a text, or a number as it is written: `5` or `{"number": "007"}`.
    pub fn constant(&mut self, node: &Node) {
        match &node.value {
            Value::Text(text) => self.token(TokenKind::Text(text.clone()), node.span),
            Value::Object(_) => self.written_number(node),
            _ => self.number(node, "\"TEXT\""),
        }
    }

    /// Reads `5` or `{"number": "007"}`.
    pub fn written_number(&mut self, node: &Node) {
        const SHAPE: &str = "{\"number\": \"007\"}";
        if !matches!(node.value, Value::Object(_)) {
            return self.number(node, "5");
        }
        self.object(node, "a number", SHAPE, |fields| {
            let Some(written) = fields.need("number", "\"007\"") else { return };
            let Value::Text(text) = &written.value else {
                return fields.output.expected(written, "a text with the digits of the number", "\"007\"");
            };
            let (tokens, _) = lex(&Arc::new(SourceText::new("", text.as_str())));
            match &tokens[..] {
                [Token { kind: TokenKind::Number(number), .. }] if number == text => {
                    fields.output.token(TokenKind::Number(text.clone()), written.span);
                }
                _ => {
                    let diagnostic = Diagnostic::error("no-number", format!("`{}` is no number", text.escape_debug()));
                    let help = "write digits as in `\"007\"`, `\"-1.50\"` or `\"1e5\"`, or the text without `number`";
                    fields.output.mistake(diagnostic, written.span, "not a number", help);
                }
            }
        });
    }

    /// Reads a regular expression, which must be one that stands between slashes.
    pub fn pattern(&mut self, node: &Node) {
        let Value::Text(written) = &node.value else {
            return self.expected(node, "a regular expression", "\"[0-9]{5}\"");
        };
        let (tokens, _) = lex(&Arc::new(SourceText::new("", pattern::between_slashes(written))));
        match &tokens[..] {
            [Token { kind: TokenKind::Regex(read), .. }] if read == written => {
                self.token(TokenKind::Regex(written.clone()), node.span);
            }
            _ => {
                let diagnostic = Diagnostic::error("bad-pattern", "the regular expression does not stand on a line");
                let help = "write `\\\\n` for a line end, `\\\\x20` for a blank at the start, and `/` without `\\\\`";
                self.mistake(diagnostic, node.span, "cannot be written between slashes", help);
            }
        }
    }

    /// Reads a list of one item at least, with commas between the items.
    pub fn list<'a>(&mut self, node: &'a Node, what: &str, shape: &str, mut item: impl FnMut(&mut Output, &'a Node)) {
        for (place, node) in self.items(node, what, shape).iter().enumerate() {
            if place > 0 {
                self.token(TokenKind::Comma, Span::new(node.span.start, node.span.start));
            }
            item(self, node);
        }
    }

    /// The items of a list of one at least; none of what is no such list, which is reported.
    pub fn items<'a>(&mut self, node: &'a Node, what: &str, shape: &str) -> &'a [Node] {
        match &node.value {
            Value::List(items) if !items.is_empty() => items,
            Value::List(_) => {
                let diagnostic = Diagnostic::error("json-type", format!("expected {what}, found an empty list"));
                self.mistake(
                    diagnostic,
                    node.span,
                    "nothing in it",
                    format!("write `{shape}`, or leave the field out"),
                );
                &[]
            }
            _ => {
                self.expected(node, what, shape);
                &[]
            }
        }
    }

    /// Reads names of columns with commas between them.
    pub fn names(&mut self, node: &Node) {
        self.list(node, "a list of columns", "[\"COLUMN\"]", |output, name| {
            output.text(name, "the name of a column", "\"COLUMN\"");
        });
    }

    /// The one of several words that a text is; `what` is how messages call them.
    pub fn chosen(&mut self, node: &Node, what: &str, words: &[&'static str]) -> Option<(&'static str, Span)> {
        let Value::Text(found) = &node.value else {
            self.expected(node, &format!("the {what}, a text"), &format!("\"{}\"", words.first()?));
            return None;
        };
        let chosen = words.iter().find(|word| *word == found);
        if chosen.is_none() {
            let listing: Vec<_> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
            let help = match nearest(found, words.iter().copied()) {
                Some(near) => format!("write `\"{near}\"`"),
                None => format!("write one of {}", listing.join(", ")),
            };
            let diagnostic =
                Diagnostic::error("unknown-word", format!("no {what} is called `{}`", found.escape_debug()));
            self.mistake(diagnostic, node.span, &format!("not a {what}"), help);
        }
        chosen.map(|word| (*word, node.span))
    }

    /// Reads an object; what it has of fields that were not asked for is reported.
    pub fn object(&mut self, node: &Node, whole: &str, shape: &str, read: impl FnOnce(&mut Fields<'_>)) {
        let Value::Object(members) = &node.value else { return self.expected(node, whole, shape) };
        let brace = Span::new(node.span.start, node.span.start + 1);
        let mut fields = Fields { output: self, members, brace, whole, asked: Vec::new(), unclear: false };
        fields.report_repeated();
        read(&mut fields);
        fields.report_unknown();
    }
}

/// An object that is being read.
pub(crate) struct Fields<'a> {
    /// Where tokens and mistakes go.
    pub output: &'a mut Output,
    members: &'a [Member],
    brace: Span,
    /// What it is, for messages.
    whole: &'a str,
    asked: Vec<&'static str>,
    /// Whether it is not known what it should hold.
    unclear: bool,
}

impl<'a> Fields<'a> {
    /// A field, where it is there.
    pub fn get(&mut self, field: &'static str) -> Option<&'a Node> {
        if !self.asked.contains(&field) {
            self.asked.push(field);
        }
        self.members.iter().find(|member| member.key == field).map(|member| &member.node)
    }

    /// Whether it has no field at all.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// A field that must be there; `shape` is how its value is written.
    pub fn need(&mut self, field: &'static str, shape: &str) -> Option<&'a Node> {
        let found = self.get(field);
        if found.is_none() {
            let diagnostic = Diagnostic::error("missing-field", format!("{} lacks the field `{field}`", self.whole));
            let help = format!("write `\"{field}\": {shape}` into it");
            self.output.mistake(diagnostic, self.brace, &format!("has no `{field}`"), help);
        }
        found
    }

    /// Adds a word of the language that no field stands for.
    pub fn word(&mut self, word: &str) {
        self.output.word(word, self.brace);
    }

    /// Adds a sign of the language that no field stands for.
    pub fn sign(&mut self, sign: TokenKind) {
        self.output.token(sign, self.brace);
    }

    /// Reads the name of a column.
    pub fn name(&mut self, field: &'static str) {
        if let Some(node) = self.need(field, "\"COLUMN\"") {
            self.output.text(node, "the name of a column", "\"COLUMN\"");
        }
    }

    /// Reads names of columns with commas between them.
    pub fn names(&mut self, field: &'static str) {
        if let Some(node) = self.need(field, "[\"COLUMN\"]") {
            self.output.names(node);
        }
    }

    /// Reads conditions that hold together.
    pub fn conditions(&mut self, field: &'static str) {
        if let Some(node) = self.need(field, "[{\"test\": \"null\", \"cell\": {\"column\": \"COLUMN\"}}]") {
            conditions_from_json(self.output, node);
        }
    }

    /// Reads the name of a file.
    pub fn file(&mut self, field: &'static str) {
        if let Some(node) = self.need(field, "\"FILE\"") {
            self.output.text(node, "the name of a file", "\"FILE\"");
        }
    }

    /// Reads a field that is there, behind words of the language.
    pub fn behind(&mut self, words: &[&str], field: &'static str, read: impl FnOnce(&mut Output, &'a Node)) {
        if let Some(node) = self.get(field) {
            words.iter().for_each(|word| self.word(word));
            read(self.output, node);
        }
    }

    /// Whether something is said, by `true`.
    pub fn flag(&mut self, field: &'static str) -> bool {
        match self.get(field) {
            None => false,
            Some(Node { value: Value::Bool(said), .. }) => *said,
            Some(node) => {
                self.output.expected(node, "`true` or `false`", "true");
                false
            }
        }
    }

    /// One of several words, where the field is there.
    pub fn choice(&mut self, field: &'static str, words: &[&'static str]) -> Option<(&'static str, Span)> {
        self.get(field).and_then(|node| self.output.chosen(node, field, words))
    }

    /// One of several words. Where it is not known which, what else the object holds is not reported.
    pub fn need_choice(&mut self, field: &'static str, words: &[&'static str]) -> Option<(&'static str, Span)> {
        let node = self.need(field, &format!("\"{}\"", words.first().unwrap_or(&"WORD")));
        let chosen = node.and_then(|node| self.output.chosen(node, field, words));
        self.unclear |= chosen.is_none();
        chosen
    }

    fn report_repeated(&mut self) {
        for (place, member) in self.members.iter().enumerate() {
            if self.members[..place].iter().any(|earlier| earlier.key == member.key) {
                let title = format!("{} has the field `{}` twice", self.whole, member.key.escape_debug());
                let diagnostic = Diagnostic::error("repeated-field", title);
                self.output.mistake(diagnostic, member.at, "there already", "leave one of the two out");
            }
        }
    }

    fn report_unknown(&mut self) {
        if self.unclear {
            return;
        }
        for member in self.members.iter().filter(|member| !self.asked.contains(&member.key.as_str())) {
            let listing: Vec<_> = self.asked.iter().map(|field| format!("`{field}`")).collect();
            let listing = format!("its fields are {}", listing.join(", "));
            let help = match nearest(&member.key, self.asked.iter().copied()) {
                Some(near) => format!("write `\"{near}\"`; {listing}"),
                None => format!("leave it out; {listing}"),
            };
            let title = format!("{} has no field `{}`", self.whole, member.key.escape_debug());
            self.output.mistake(Diagnostic::error("unknown-field", title), member.at, "not a field here", help);
        }
    }
}

/// A place up to the end of its first line, so that a message shows no more of a value than that.
fn first_line(source: &SourceText, span: Span) -> Span {
    let text = &source.text[span.start..span.end];
    Span::new(span.start, span.start + text.lines().next().unwrap_or_default().len())
}
