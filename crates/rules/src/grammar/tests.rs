//! The grammar gives every token of every right file the scope of its kind.
//!
//! What is right is not taken from the grammar: the tokens are those of the lexer, and a word is a name if the file
//! is still right with that word in quotes, and a keyword otherwise.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use lustrate_diagnostic::{SourceText, Span};
use lustrate_testkit::{cases_in, project_root};
use syntect::parsing::{ParseState, ScopeStack, SyntaxDefinition, SyntaxSetBuilder};

use super::engine::Grammar;
use super::{grammar, sublime_syntax};
use crate::aggregate::SUMMARIES;
use crate::condition::MEASURES;
use crate::declaration::TYPES;
use crate::form::starts_statement;
use crate::keywords::is_reserved;
use crate::lexer::{Token, TokenKind, lex};
use crate::name::quoted;
use crate::split::split;
use crate::statements::statement_kinds;
use crate::{Form, parse_as, reference};

/// Files in which much looks like something else.
const CAREFUL: &[&str] = &[
    // Signs within texts and expressions.
    "require x != \"# no comment / 1..2\" and y matches /#\\/[a-z,\"]+/ # a comment \"with\" /all/ 1..2 of it\n",
    "unique \"no #\" because \"a \\\"quote\\\", a \\\\ and an end\\n\" # \"\nfd a->b\n",
    // A slash divides, or begins an expression.
    "deny total / count > 1 / 2 and a/b > 2 and (x) / y < 3\ndeny x not matches /a b/ and y matches /\\//\n",
    "column a /[0-9]{5}/\ncolumn b text /x/ required # /\ncolumn c /a#b/\n",
    // Keywords in quotes are columns, and so are words that are keywords elsewhere.
    "fd \"table\", \"and\" -> \"fd\"\nunique \"check\"\n\"if\": deny \"null\" = \"null\"\nhard: unique x hard\n",
    "fd date, text -> number, time when rows = \"1\" and between in 1..2 and only is not null\n",
    "deny matches matches /x/ and case = \"x\" ignoring case and text < number by text and time > text by number\n",
    // Missing values that count.
    "fd x -> null_name, counting2 counting null when y = z counting null and counted is null hard\ndeny a.null2 = b.text  counting  null\n",
    "use \"counting null\" as holoclean counting null # as lustrate\nuse \"x\" as dependencies  counting  null\n",
    "deny case = text by number or text and like ~ lev and jw ~jw(0.9) token and token !~days(2) column like\n",
    "require (matches\n  not matches /x/)\nfd only -> of repair of, only only where of = psi\n",
    // Rows.
    "deny a.a = b.b and a.\"b\" != b.\"a\" and (a.matches + b.case) * 2 > a.text - -1 and a.b ~ b.a\ndeny a = b\n",
    "deny a.x ~lev(0.8) b.x and a.x ~ b.y and b.z !~ a.z and a.v ~within(5%) b.v\nrequire a in 1..5 and b in (1, 2)\n",
    // Ranges of columns and of values.
    "columns q1..q12 integer 1..5\ncolumns q1..q3, date, text, \"x 1\"..\"x 2\", q01..q09 integer\n",
    "columns q1..q12, text,\n  # more\n\n  number1..number3 date \"2020-01-01\"..\"2020-12-31\" accept \"%d/%m/%Y\"\n",
    "column text text\ncolumn date date\ncolumn time time\ncolumn number number unit unit\ncolumn \"time\" time\n",
    "column of one of \"a\", \"b\" time id\ncolumn x text time\ncolumn y required time weight\ncolumn z -1..5 time\n",
    "column infer duration in min accept\th,s , \"h:mm\"  0..480  infer unit by time, text, \"by\" required\n",
    "column id quantity in in accept cm never repair label\ncolumn y number unit % null -1, 999, \"n/a\" required\n",
    "column state text in \"states.csv\".in_use case upper\ncolumn x text in \"f.csv\".text label good \">50K\", 1\n",
    "column x in \"f.csv\".code protected where in_use = \"1\" and text is null repair x, text only because \"law\"\n",
    "column x ..5 source entity\ncolumn y \"2020\".. time\ncolumn z date ..\"2020-01-31\" fail if > 2%\n",
    // Words of one statement are names in another, and in the statement itself.
    "lookup \"f.csv\" on on = on, set ~ set(0.92), jw ~jw(0.9) trusted, lev ~ lev(0.8) set set = trust, trust = set trust 0.9\n",
    "lookup \"f.csv\" on x ~ jw(0.9) hard\nlookup \"g.csv\" on x ~ lev(0.9) set y = z where x = \"1\" repair y, trust only\n",
    "lookup \"f.csv\" on x ~lev(0.9) \"set\", y ~ z,\n  z = u because \"x\"\n",
    "same: duplicate when keep ~ 0.9 and first =, or most = keep most complete\nduplicate when x ~jw(0.9) keep first\n",
    "duplicate when lev =,\n  or \"when\" ~ and days ~days(2) keep newest newest where last in (\"a\")\nduplicate when a = keep last\n",
    "duplicate by at,\n  by_name, \"x at\" at 0.95 keep source source_of \"at\", \"b\" # c\nduplicate by *\nduplicate by * at 1 keep newest at\n",
    "duplicate by keep, first keep first where at = 1\nduplicate by x at 0.5 hard\n",
    "rewrite rewrite every \"a/b\" -> \"\", null -> 1, /0+(\\/)/ -> \"{1}\" # x\nfd rewrite -> every\nrewrite every \"a\" ->\n  \"b\",\n  null -> 2,\n  -1 -> \"b\" where every = 1\n",
    "unique x,\n rewrite,\n every\nrewrite: rewrite \"rewrite\" every 1 -> 2\nfd x ->\n rewrite where rewrite in (1, 2) because \"y\"\n",
    "fusion: source source_of entity entity, trust trust \"x\" 0.9, \"trust\" 1 soft\nsource trust entity source_of\n",
    "check rows >= 1; rows: check rows like \"rows.csv\" psi < 0.2; check like like \"f\".like psi < 1 warn\n",
    "check mean(mean) by by_ward, between, rows between 1 and 30; check sum(count) < -1.5e3 where rows = \"1\" fail\n",
    "check mean(\n  mean # of all\n) by psi > \"2 h\"; check nulls(\"by\") <= 5% # ; check\ncheck \"rows\" like \"x\" psi = 0\n",
    "use \"a.rules\" as lustrate\nuse \"b.txt\" as holoclean # as\nuse \"c\"\nuse \"d\" as dependencies\n",
    // Statements on several lines.
    "deny (\n x =\n\n # not this\n 1\n and matches matches /x/ and y=y2\n)\nif x = 1 and\n case = 2 then (matches\n is null)\nunique x,\n y\n",
    "zip:\tfd zip ->   # the town\n\n  city ,\n  state   hard\r\nstreet: fd zip -> street\r\n",
    "\u{feff}version 1\ntable \"x # y.csv\"\nnull \"\" \"N/A\" -1, 5\nrequire x ~= y + z within 0.01 and y ~= z within 5% and\n  -x < -(2)\n",
    "unique x soft 2.5 never repair\nunique x warn\nfd x -> y fail if > 0.5%\nfd x -> y repair \"y 1\", y,\n  z only where y < 3",
];

/// All texts, each with a name for messages.
fn texts() -> Vec<(String, String)> {
    let mut texts: Vec<_> = CAREFUL.iter().map(|&text| (text.to_owned(), text.to_owned())).collect();
    texts.extend(statement_kinds().map(|kind| (kind.keyword.to_owned(), kind.documentation.example.rules.to_owned())));
    let page = reference();
    let block = |rest: &str| rest.split("```").next().unwrap().to_owned();
    texts.extend(page.split("```rules\n").skip(1).map(|rest| ("reference.md".to_owned(), block(rest))));
    let root = project_root();
    collect(&root.join("rules"), &mut texts);
    collect(&root.join("testdata"), &mut texts);
    for theme in fs::read_dir(root.join("testdata/cases")).unwrap() {
        for case in cases_in(&theme.unwrap().path()) {
            texts.extend(case.block("rules").map(|rules| (case.name.clone(), rules.to_owned())));
        }
    }
    texts
}

/// A text without mistakes, and what the grammar says of each of its bytes.
struct Coloured {
    name: String,
    text: String,
    scopes: Vec<String>,
}

/// All texts without mistakes, and the expressions that matched in them; made once for all tests.
static COLOURED: LazyLock<(Vec<Coloured>, BTreeSet<String>)> = LazyLock::new(|| {
    let grammar = Grammar::read(&grammar());
    let mut used = BTreeSet::new();
    let right = texts().into_iter().filter(|(_, text)| is_right(text));
    let coloured =
        right.map(|(name, text)| Coloured { scopes: grammar.scopes_and_rules(&text, &mut used), name, text });
    (coloured.collect(), used)
});

fn collect(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rules") {
            texts.push((path.display().to_string(), fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("x.rules", text))
}

/// Whether a text is in our language and without a mistake.
fn is_right(text: &str) -> bool {
    Form::of(&source(text)) == Form::Lustrate && parse_as(&source(text), Form::Lustrate).diagnostics.is_empty()
}

/// Whether a word of a right text is a name: of a column, a unit or a rule.
fn is_name(text: &str, word: Span) -> bool {
    let with = |instead: &str| format!("{}{instead}{}", &text[..word.start], &text[word.end..]);
    let quoted = quoted(&text[word.start..word.end]);
    if is_reserved(&text[word.start..word.end]) {
        // Behind what may be a column or a measure a text would decide the question.
        let printed = |text: &str| parse_as(&source(text), Form::Lustrate).rules.to_string();
        is_right(&with(&quoted)) && printed(&with(&quoted)) == printed(text)
    } else {
        // Where a text would be a constant, a column in quotes is written with `column`.
        is_right(&with(&quoted)) || is_right(&with(&format!("column {quoted}")))
    }
}

/// The same, asked of the statement alone that holds the word: a long file would be read anew for each of its words.
fn is_name_in(text: &str, statements: &[Span], word: Span) -> bool {
    let holds = |statement: &&Span| statement.start <= word.start && word.end <= statement.end;
    let statement = statements.iter().find(holds).expect("every word is of a statement");
    let within = Span::new(word.start - statement.start, word.end - statement.start);
    is_name(&text[statement.start..statement.end], within)
}

/// What the grammar must say of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    RuleName,
    Name,
    Row,
    Statement,
    Type,
    Function,
    Keyword,
}

impl Kind {
    /// The scopes of which the innermost one of a word of the kind is.
    fn scopes(self) -> &'static [&'static str] {
        match self {
            Kind::RuleName => &["entity.name.function."],
            Kind::Name => &["variable.other.column.", "constant.other.unit."],
            Kind::Row => &["variable.language.row."],
            Kind::Statement => &["keyword.control."],
            Kind::Type => &["storage.type."],
            Kind::Function => &["support.function."],
            Kind::Keyword => &["keyword.other.", "keyword.operator.logical.", "constant.language."],
        }
    }
}

/// What each word is; `None` for other tokens.
fn kinds(text: &str, tokens: &[Token]) -> Vec<Option<Kind>> {
    let mut kinds = Vec::with_capacity(tokens.len());
    let statements: Vec<Span> =
        split(tokens).iter().map(|statement| statement[0].span.to(statement[statement.len() - 1].span)).collect();
    let mut statement = "";
    for (place, token) in tokens.iter().enumerate() {
        let TokenKind::Word(word) = &token.kind else {
            kinds.push(None);
            continue;
        };
        let before = place.checked_sub(1).map(|before| &tokens[before].kind);
        let behind = |skip: usize| tokens.get(place + skip).map(|token| &token.kind);
        let begins = matches!(before, None | Some(TokenKind::LineEnd | TokenKind::Colon | TokenKind::Semicolon));
        let kind = if behind(1) == Some(&TokenKind::Colon) {
            Kind::RuleName
        } else if is_name_in(text, &statements, token.span) {
            Kind::Name
        } else if begins && starts_statement(&tokens[place..]) {
            statement = word;
            Kind::Statement
        } else if behind(1) == Some(&TokenKind::Dot) && behind(2) != Some(&TokenKind::Dot) {
            Kind::Row
        } else if TYPES.contains(&word.as_str()) && statement.starts_with("column") && names_end(tokens, &kinds)
            || word == "of" && matches!(before, Some(TokenKind::Word(one)) if one == "one")
        {
            Kind::Type
        } else if behind(1) == Some(&TokenKind::Open)
            && (MEASURES.iter().any(|(known, _)| known == word) || SUMMARIES.iter().any(|(known, _)| known == word))
            || statement == "check" && word == "rows"
        {
            Kind::Function
        } else {
            Kind::Keyword
        };
        kinds.push(Some(kind));
    }
    kinds
}

/// Whether the last of the tokens that are known so far is the last name of a declaration: a name or a text behind the
/// keyword, a comma or the two dots of a range of names.
fn names_end(tokens: &[Token], kinds: &[Option<Kind>]) -> bool {
    let [.., before, last] = kinds else { return false };
    let [before_token, last_token] = &tokens[kinds.len() - 2..kinds.len()] else { return false };
    let is_last = *last == Some(Kind::Name) || matches!(last_token.kind, TokenKind::Text(_));
    let begun = kinds.iter().rposition(|kind| *kind == Some(Kind::Statement)).unwrap_or(0);
    if kinds[begun..].iter().any(|kind| matches!(kind, Some(Kind::Type | Kind::Keyword))) {
        return false;
    }
    let two_dots = kinds.len() > 3 && matches!(kinds[kinds.len() - 4], Some(Kind::Name));
    is_last
        && match before_token.kind {
            TokenKind::Comma => true,
            TokenKind::Dot => two_dots,
            _ => *before == Some(Kind::Statement),
        }
}

/// The scope that every byte of a token must have, apart from words.
fn scope_of(tokens: &[Token], place: usize) -> Option<&'static str> {
    let is = |place: Option<usize>, kind: &TokenKind| {
        place.and_then(|place| tokens.get(place)).is_some_and(|token| token.kind == *kind)
    };
    let (before, behind) = (place.checked_sub(1), Some(place + 1));
    Some(match &tokens[place].kind {
        TokenKind::Text(_) => "string.quoted.double.",
        TokenKind::Regex(_) => "string.regexp.",
        TokenKind::Number(_) => "constant.numeric.",
        TokenKind::Percent => match before.map(|before| &tokens[before].kind) {
            Some(TokenKind::Number(_)) => "constant.numeric.percentage.",
            _ => "constant.other.unit.",
        },
        TokenKind::Compare(_) | TokenKind::Alike | TokenKind::Unlike | TokenKind::About | TokenKind::Arrow => {
            "keyword.operator."
        }
        TokenKind::Plus | TokenKind::Minus | TokenKind::Star | TokenKind::Slash => "keyword.operator.",
        TokenKind::Dot if is(before, &TokenKind::Dot) || is(behind, &TokenKind::Dot) => "keyword.operator.range.",
        TokenKind::Semicolon
        | TokenKind::Colon
        | TokenKind::Comma
        | TokenKind::Dot
        | TokenKind::Open
        | TokenKind::Close => "punctuation.",
        TokenKind::Word(_) | TokenKind::LineEnd | TokenKind::Stray => return None,
    })
}

/// What is wrong with the scopes of a text without mistakes.
fn differences(Coloured { text, scopes, .. }: &Coloured) -> Vec<String> {
    let (tokens, _) = lex(&source(text));
    let kinds = kinds(text, &tokens);
    let mut differences = Vec::new();
    let mut differ = |start: usize, end: usize, expected: &str| {
        let (line, column) = source(text).place(start);
        differences.push(format!("{line}:{column} `{}`: not {expected} but `{}`", &text[start..end], scopes[start]));
    };
    let mut last = 0;
    for (place, token) in tokens.iter().enumerate() {
        let (start, end) = (token.span.start, token.span.end);
        comments(text, last, start).into_iter().for_each(|(start, end)| {
            if !scopes[start..end].iter().all(|scope| scope.starts_with("comment.line.number-sign.")) {
                differ(start, end, "a comment");
            }
        });
        last = end;
        let of = &scopes[start..end];
        if of.iter().any(|scope| scope.contains("comment") || scope.contains("invalid")) {
            differ(start, end, "right");
        }
        if let Some(expected) = scope_of(&tokens, place)
            && !of.iter().all(|scope| scope.split(' ').any(|scope| scope.starts_with(expected)))
        {
            differ(start, end, expected);
        }
        if let Some(kind) = kinds[place]
            && !of
                .iter()
                .all(|scope| kind.scopes().iter().any(|expected| scope.starts_with(expected)) && !scope.contains(' '))
        {
            differ(start, end, &format!("{kind:?}"));
        }
    }
    comments(text, last, text.len()).into_iter().for_each(|(start, end)| {
        if !scopes[start..end].iter().all(|scope| scope.starts_with("comment.line.number-sign.")) {
            differ(start, end, "a comment");
        }
    });
    differences
}

/// The comment between two tokens, if there is one.
fn comments(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let start = start + text[start..end].find('#')?;
    Some((start, start + text[start..].find('\n').unwrap_or(text.len() - start)))
}

#[test]
fn every_token_of_every_right_file_has_the_scope_of_its_kind() {
    let mut wrong = String::new();
    for text in CAREFUL.iter().filter(|text| !is_right(text)) {
        wrong += &format!("{text}\n{}\n", parse_as(&source(text), Form::Lustrate).diagnostics);
    }
    for coloured in &COLOURED.0 {
        let differences = differences(coloured);
        if !differences.is_empty() {
            wrong += &format!("{}\n  {}\n", coloured.name, differences.join("\n  "));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    // The corpus alone has more.
    assert!(COLOURED.0.len() > CAREFUL.len() + 50, "only {} texts are right", COLOURED.0.len());
}

#[test]
fn sublime_text_and_bat_see_the_same() {
    let mut syntaxes = SyntaxSetBuilder::new();
    syntaxes.add(SyntaxDefinition::load_from_str(&sublime_syntax(), true, None).unwrap());
    let syntaxes = syntaxes.build();
    for Coloured { name, text, scopes } in &COLOURED.0 {
        let mut state = ParseState::new(syntaxes.find_syntax_by_extension("rules").unwrap());
        let mut stack = ScopeStack::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let mut changes = state.parse_line(line, &syntaxes).unwrap().into_iter().peekable();
            for byte in 0..line.len() {
                while let Some((_, change)) = changes.next_if(|(place, _)| *place <= byte) {
                    stack.apply(&change).unwrap();
                }
                let seen: Vec<_> = stack.as_slice()[1..].iter().map(|scope| scope.build_string()).collect();
                assert_eq!(seen.join(" "), scopes[start + byte], "{name}: {line}");
            }
            changes.for_each(|(_, change)| stack.apply(&change).unwrap());
            start += line.len();
        }
    }
}

#[test]
fn no_pattern_is_there_in_vain() {
    let grammar = Grammar::read(&grammar());
    let idle: Vec<_> = grammar.expressions().filter(|expression| !COLOURED.1.contains(*expression)).collect();
    assert_eq!(idle, [""; 0]);
}

#[test]
fn what_the_lexer_does_not_know_is_marked() {
    let grammar = Grammar::read(&grammar());
    for (text, invalid) in [
        ("deny x == 1", "=="),
        ("deny x <> 1", "<>"),
        ("fd a => b", "=>"),
        ("fd a ⇒ b", "⇒"),
        ("deny x = 1 && y = 2", "&&"),
        ("deny x = 'y'", "'y'"),
        ("deny x = “y”", "“y”"),
        ("fd Straße -> y", "Straße"),
        ("fd x -> 2nd", "2nd"),
        ("deny x > 1e5x", "1e5x"),
        ("deny !x", "!"),
        ("fd x -> $y", "$"),
        ("column x text {", "{"),
        ("deny x = \"a\\qb\"", "\\q"),
        ("@", "@"),
    ] {
        let scopes = grammar.scopes(text);
        let marked: Vec<_> = (0..text.len()).filter(|&byte| scopes[byte].contains("invalid.illegal.")).collect();
        let start = text.find(invalid).unwrap();
        assert_eq!(marked, (start..start + invalid.len()).collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_mistake_does_not_reach_into_the_next_statement() {
    let grammar = Grammar::read(&grammar());
    for mistake in [
        "deny (x = ",
        "fd x ->",
        "require x = \"open",
        "column x one of",
        "check mean(",
        "lookup \"x\" on a ~ lev(",
        "duplicate when",
        "unique x where",
        "x: y",
        "fd x -> y repair a,",
        "column x accept",
        "columns a..",
        "deny x ~",
        "rewrite x /a/ -> ",
        "rewrite x every",
    ] {
        let text = format!("{mistake}\n  z: fd zip -> city\n");
        let scopes = grammar.scopes(&text);
        let scope = |piece: &str| scopes[mistake.len() + text[mistake.len()..].find(piece).unwrap()].as_str();
        assert_eq!(scope("z"), "entity.name.function.lustrate", "{mistake}");
        assert_eq!(scope("fd"), "keyword.control.lustrate", "{mistake}");
        assert_eq!(scope("zip"), "variable.other.column.lustrate", "{mistake}");
        assert_eq!(scope("city"), "variable.other.column.lustrate", "{mistake}");
    }
}
