//! Rule files as JSON: nothing is lost, nothing gets in that a text could not say, and mistakes are told with their
//! place in the JSON.

use std::sync::Arc;

use lustrate_diagnostic::SourceText;
use lustrate_rules::{Form, Parsed, bind, format, parse, statement_kinds, to_json};
use lustrate_table::Schema;

fn source(text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new("x", text))
}

/// JSON of one statement without mistakes around it.
fn one(statement: &str) -> String {
    format!("{{\"version\": 1, \"statements\": [\n{statement}\n]}}")
}

/// The mistakes of a text, each with the piece that is marked and its mend.
fn mistakes(text: &str) -> Vec<(&'static str, String, String)> {
    let parsed = parse(&source(text));
    shown(&parsed)
}

fn shown(parsed: &Parsed) -> Vec<(&'static str, String, String)> {
    let shown = parsed.diagnostics.iter().map(|diagnostic| {
        let label = diagnostic.label.as_ref().unwrap();
        let marked = label.source.text[label.span.start..label.span.end].to_owned();
        (diagnostic.code, marked, diagnostic.help.clone().unwrap())
    });
    shown.collect()
}

/// The one mistake of a statement: its code, the piece that is marked, and the mend.
fn check(statement: &str, code: &'static str, marked: &str, help: &str) {
    let found = mistakes(&one(statement));
    assert_eq!(found, [(code, marked.to_owned(), help.to_owned())], "{statement}");
}

/// A statement in the language and in JSON.
fn same(text: &str, json: &str) {
    let file = to_json(&source(text)).unwrap_or_else(|errors| panic!("{errors}"));
    let line = file.lines().find(|line| line.contains("\"kind\"")).unwrap().trim();
    assert_eq!(line, json);
    assert_eq!(format(&source(&file)).unwrap(), format!("{text}\n"));
}

#[test]
fn every_statement_is_data() {
    same("table \"x.csv\"", r#"{"kind": "table", "file": "x.csv"}"#);
    same("null \"N/A\" -1", r#"{"kind": "null", "values": ["N/A", -1]}"#);
    same("use \"x.txt\" as holoclean", r#"{"kind": "use", "file": "x.txt", "form": "holoclean"}"#);
    same("version 1", r#"{"kind": "version", "version": 1}"#);
    same(
        "zip: fd zip, \"a b\" -> city hard where x is null",
        r#"{"kind": "fd", "name": "zip", "determining": ["zip", "a b"], "determined": ["city"], "policy": {"strength": "hard", "where": [{"test": "null", "cell": {"column": "x"}}]}}"#,
    );
    same(
        "unique id fail if > 0.7% never repair",
        r#"{"kind": "unique", "columns": ["id"], "policy": {"strength": "fail", "above": {"percent": 0.7}, "repair": "never"}}"#,
    );
    same("unique id repair id only", r#"{"kind": "unique", "columns": ["id"], "policy": {"repair": ["id"]}}"#);
    same(
        "deny a.x = b.x and a.y !~jw(0.9) b.y",
        r#"{"kind": "deny", "conditions": [{"test": "compare", "left": {"row": "a", "column": "x"}, "sign": "=", "right": {"row": "b", "column": "x"}}, {"test": "alike", "left": {"row": "a", "column": "y"}, "right": {"row": "b", "column": "y"}, "measure": {"jw": 0.9}, "not": true}]}"#,
    );
    same(
        "fd x -> y counting null when u != v counting null",
        r#"{"kind": "fd", "determining": ["x"], "determined": ["y"], "counting_null": true, "when": [{"test": "compare", "left": {"column": "u"}, "sign": "!=", "right": {"column": "v"}, "manner": "counting null"}]}"#,
    );
    same(
        "use \"c.txt\" as holoclean counting null",
        r#"{"kind": "use", "file": "c.txt", "form": "holoclean", "counting_null": true}"#,
    );
    same(
        "require x ~= (y + 1) * 2 within 5%",
        r#"{"kind": "require", "conditions": [{"test": "compare", "left": {"column": "x"}, "sign": "~=", "right": {"left": {"left": {"column": "y"}, "sign": "+", "right": 1}, "sign": "*", "right": 2}, "within": {"percent": 5}}]}"#,
    );
    same(
        "if x = \"a\" ignoring case and y in (007, \"7\") then z not in 1..5 and u matches /a\\/b/",
        r#"{"kind": "if", "if": [{"test": "compare", "left": {"column": "x"}, "sign": "=", "right": "a", "manner": "ignoring case"}, {"test": "in", "cell": {"column": "y"}, "values": [{"number": "007"}, "7"]}], "then": [{"test": "between", "cell": {"column": "z"}, "low": 1, "high": 5, "not": true}, {"test": "matches", "cell": {"column": "u"}, "pattern": "a/b"}]}"#,
    );
    same(
        "column wait duration in min in \"r.csv\".w accept h, \"h:mm\" 0..480 infer unit by ward null -1, 007 required",
        r#"{"kind": "column", "column": "wait", "type": "duration", "unit": "min", "in": {"file": "r.csv", "column": "w"}, "accept": ["h", "h:mm"], "range": {"low": 0, "high": 480}, "infer_unit": {"by": ["ward"]}, "null": [-1, "007"], "required": true}"#,
    );
    same(
        "columns x, q1..q3 one of \"a\", 2 case upper never repair id label good 2 because \"law\"",
        r#"{"kind": "columns", "columns": ["x", {"first": "q1", "last": "q3"}], "type": "one of", "values": ["a", 2], "case": "upper", "never_repair": true, "roles": ["id", "label"], "good": [2], "policy": {"because": "law"}}"#,
    );
    same(
        "check mean(stay) by ward between 1 and \"2 h\" fail",
        r#"{"kind": "check", "measure": "mean", "column": "stay", "by": ["ward"], "between": [1, "2 h"], "policy": {"strength": "fail"}}"#,
    );
    same(
        "check x like \"r.csv\".y psi < 0.2",
        r#"{"kind": "check", "measure": "psi", "column": "x", "reference": {"file": "r.csv", "column": "y"}, "sign": "<", "limit": 0.2}"#,
    );
    same(
        "check nulls(x) <= 5%",
        r#"{"kind": "check", "measure": "nulls", "column": "x", "sign": "<=", "limit": {"percent": 5}}"#,
    );
    same(
        "lookup \"z.csv\" on zip = code, l ~ s(0.9) set city = town trust 0.99 never repair",
        r#"{"kind": "lookup", "file": "z.csv", "on": [{"column": "zip", "reference": "code"}, {"column": "l", "reference": "s", "measure": {"lev": 0.9}}], "set": [{"column": "city", "reference": "town"}], "trust": 0.99, "policy": {"repair": "never"}}"#,
    );
    same(
        r#"dates: rewrite day /0(\d+)\/(\d+)/ -> "{2}/{1 pad 2}", null -> "", "?" -> null, every "é" -> "e" where x is null because "u""#,
        r#"{"kind": "rewrite", "name": "dates", "column": "day", "arms": [{"pattern": "0(\\d+)/(\\d+)", "to": "{2}/{1 pad 2}"}, {"from": null, "to": ""}, {"from": "?", "to": null}, {"every": "é", "to": "e"}], "policy": {"where": [{"test": "null", "cell": {"column": "x"}}], "because": "u"}}"#,
    );
    same(
        "duplicate when name ~ and birth =, or ssn = keep newest seen",
        r#"{"kind": "duplicate", "when": [[{"column": "name", "measure": {"lev": 0.85}}, {"column": "birth"}], [{"column": "ssn"}]], "keep": {"newest": "seen"}}"#,
    );
    same(
        "duplicate by name, birth at 0.95 keep source system \"crm\", \"shop\"",
        r#"{"kind": "duplicate", "by": ["name", "birth"], "at": 0.95, "keep": {"source": "system", "order": ["crm", "shop"]}}"#,
    );
    same("duplicate by * keep most complete", r#"{"kind": "duplicate", "by": "*", "keep": "most complete"}"#);
    same(
        "source src entity flight, day trust \"aa\" 0.95 soft 2.5",
        r#"{"kind": "source", "column": "src", "entity": ["flight", "day"], "trust": [{"source": "aa", "trust": 0.95}], "policy": {"strength": "soft", "weight": 2.5}}"#,
    );
}

#[test]
fn comments_and_blank_lines_are_kept() {
    let text = "## Keys\n\n# of the county\nunique id  # why\n\nfd x -> y\n# end\n\n#\n";
    let json = "{\n  \"version\": 1,\n  \"statements\": [\n    {\"before\": [\"# Keys\", null, \"of the county\"], \
                \"kind\": \"unique\", \"columns\": [\"id\"], \"comment\": \"why\"},\n    {\"before\": [null], \
                \"kind\": \"fd\", \"determining\": [\"x\"], \"determined\": [\"y\"]}\n  ],\n  \"end\": [\n    \
                \"end\",\n    null,\n    \"\"\n  ]\n}\n";
    assert_eq!(to_json(&source(text)).unwrap(), json);
    assert_eq!(format(&source(json)).unwrap(), text);
    assert_eq!(to_json(&source("")).unwrap(), "{\n  \"version\": 1,\n  \"statements\": []\n}\n");
}

#[test]
fn superfluous_blank_lines_are_dropped_as_those_of_a_text_are() {
    let json = "{\"version\": 1, \"statements\": [{\"before\": [null, null, \"x \", null, null], \"kind\": \"unique\", \
                \"columns\": [\"x\"]}], \"end\": [null, null]}";
    assert_eq!(format(&source(json)).unwrap(), "# x\n\nunique x\n");
}

#[test]
fn other_forms_become_json_with_what_they_mean() {
    let json = to_json(&source("t1&EQ(t1.a,\"X\")&LT(t1.b,t1.c)")).unwrap();
    assert!(json.contains("\"right\": \"X\", \"manner\": \"ignoring case\"}"), "{json}");
    assert!(json.contains("\"right\": {\"column\": \"c\"}, \"manner\": \"by number or text\"}"), "{json}");
}

#[test]
fn unknown_words_and_fields_are_told_with_the_nearest() {
    check(r#"{"kind": "uniq", "colums": ["x"]}"#, "unknown-word", "\"uniq\"", "write `\"unique\"`");
    let fields = "its fields are `before`, `comment`, `kind`, `name`, `columns`, `policy`";
    check(
        r#"{"kind": "unique", "columns": ["x"], "polcy": {}}"#,
        "unknown-field",
        "\"polcy\"",
        &format!("write `\"policy\"`; {fields}"),
    );
    check(
        r#"{"kind": "table", "file": "x", "name": "y"}"#,
        "unknown-field",
        "\"name\"",
        "leave it out; its fields are `before`, `comment`, `kind`, `file`",
    );
    check(
        r#"{"kind": "unique", "columns": ["x"], "policy": {"strength": "soft", "above": {"percent": 2}}}"#,
        "unknown-field",
        "\"above\"",
        "leave it out; its fields are `strength`, `weight`, `repair`, `where`, `because`",
    );
    check(
        r#"{"kind": "unique", "columns": ["x"], "columns": ["y"]}"#,
        "repeated-field",
        "\"columns\"",
        "leave one of the two out",
    );
}

#[test]
fn missing_fields_and_wrong_types_are_told_with_what_to_write() {
    check(
        r#"{"kind": "fd", "determining": ["x"]}"#,
        "missing-field",
        "{",
        "write `\"determined\": [\"COLUMN\"]` into it",
    );
    check(r#"{"columns": ["x"]}"#, "missing-field", "{", "write `\"kind\": \"check\"` into it");
    check(r#"{"kind": "unique", "columns": "x"}"#, "json-type", "\"x\"", "write `[\"COLUMN\"]`");
    check(r#"{"kind": "unique", "columns": ["x", 5]}"#, "json-type", "5", "write `\"COLUMN\"`");
    let keep =
        |sign: &str| format!("{{\"kind\": \"duplicate\", \"when\": [[{{\"column\": \"x\", \"measure\": {sign}}}]]}}");
    check(&keep("{}"), "json-type", "{}", "write `{\"lev\": 0.85}`");
    check(&keep("{\"lev\": 0.9, \"jw\": 0.9}"), "json-type", "{\"lev\": 0.9, \"jw\": 0.9}", "write `{\"lev\": 0.85}`");
    let measures = "its fields are `lev`, `jw`, `token`, `within`, `days`";
    check(&keep("{\"levv\": 0.9}"), "unknown-field", "\"levv\"", &format!("write `\"lev\"`; {measures}"));
    check(r#"{"kind": "unique", "columns": []}"#, "json-type", "[]", "write `[\"COLUMN\"]`, or leave the field out");
    check("[]", "json-type", "[]", "write `{\"kind\": \"fd\"}`");
    let version = "{\"version\": 2, \"statements\": []}";
    assert_eq!(mistakes(version), [("json-type", "2".to_owned(), "write `1`".to_owned())]);
    let missing = mistakes("{}").into_iter().map(|(code, ..)| code).collect::<Vec<_>>();
    assert_eq!(missing, ["missing-field", "missing-field"]);
}

#[test]
fn all_mistakes_are_told_at_once_and_hide_no_statement() {
    let parsed = parse(&source(&one(
        "{\"kind\": \"fd\", \"determining\": \"x\", \"determned\": 5},\n{\"kind\": \"unique\", \"columns\": [\"x\"]},\n\
         {\"kind\": \"unique\", \"columns\": [\"x\", \"x\"]}",
    )));
    let codes: Vec<_> = shown(&parsed).into_iter().map(|(code, ..)| code).collect();
    assert_eq!(codes, ["missing-field", "json-type", "unknown-field", "repeated-column"]);
    assert_eq!(parsed.rules.to_string(), "unique x\n");
    let rule = parsed.rules.iter().next().unwrap();
    assert_eq!(rule.source().place(rule.span().start), (3, 1));
    assert_eq!(rule.form(), Form::Json);
}

#[test]
fn every_check_of_a_text_is_one_of_json() {
    let compare = |more: &str| {
        let condition = format!("{{\"test\": \"compare\", \"left\": {{\"column\": \"x\"}}, {more}}}");
        format!("{{\"kind\": \"deny\", \"conditions\": [{condition}]}}")
    };
    check(
        r#"{"kind": "fd", "determining": ["x"], "determined": ["x"]}"#,
        "trivial-dependency",
        "\"x\"",
        "leave it out on the right",
    );
    check(
        &compare(r#""sign": "<", "right": "a", "manner": "ignoring case""#),
        "no-case-in-order",
        "\"ignoring case\"",
        "write `by text` to compare as text",
    );
    check(
        &compare(r#""sign": "=", "right": "a", "manner": "counting null""#),
        "counting-null",
        "\"counting null\"",
        "leave `counting null` out; `is null` asks for what is",
    );
    check(
        r#"{"kind": "use", "file": "c.txt", "counting_null": true}"#,
        "counting-null",
        "true",
        "write `as holoclean counting null`",
    );
    check(
        r#"{"kind": "fd", "determining": ["x"], "determined": ["y"], "counting_null": "yes"}"#,
        "json-type",
        "\"yes\"",
        "write `true`",
    );
    check(
        &compare(r#""sign": "<", "right": {"row": "a", "column": "y"}"#),
        "one-row-alone",
        "\"y\"",
        "write `y` without `a.` for a rule about one row, or compare with `b.y`",
    );
    check(
        r#"{"kind": "source", "column": "s", "entity": ["e"], "trust": [{"source": "a", "trust": 1.5}]}"#,
        "syntax",
        "1.5",
        "write a number such as `0.95`",
    );
    check(
        r#"{"kind": "column", "column": "x", "type": "duration", "unit": "minn"}"#,
        "unknown-unit",
        "\"minn\"",
        "write `min`",
    );
    check(
        r#"{"kind": "column", "column": "x", "pattern": "("}"#,
        "bad-pattern",
        "\"(\"",
        "close the group with `)`, or write `\\(` for the character",
    );
    check(
        r#"{"kind": "check", "measure": "rows", "sign": ">", "limit": 1, "policy": {"strength": "hard"}}"#,
        "policy-of-check",
        "\"hard\"",
        "write `fail`: the run fails where the check does not hold",
    );
    check(
        r#"{"kind": "rewrite", "column": "x", "arms": [{"pattern": "(a)", "to": "\u00e9{2}"}]}"#,
        "no-group",
        r#""\u00e9{2}""#,
        "write `{1}`, or put round brackets about another part of the expression",
    );
    check(
        r#"{"kind": "rewrite", "column": "x", "arms": [{"pattern": "(a)", "to": "é{2}"}]}"#,
        "no-group",
        "{2}",
        "write `{1}`, or put round brackets about another part of the expression",
    );
    check(
        r#"{"kind": "rewrite", "column": "x", "arms": [{"from": "a", "to": "a"}]}"#,
        "no-change",
        r#""a", "to": "a""#,
        "leave it out, or write what it becomes",
    );
    check(
        r#"{"kind": "rewrite", "column": "x", "arms": [{"from": "a", "to": "b"}], "policy": {"strength": "hard"}}"#,
        "policy-of-rewrite",
        "\"hard\"",
        "leave it out",
    );
    let twice = "{\"kind\": \"table\", \"file\": \"x\"}, {\"kind\": \"table\", \"file\": \"y\"}";
    assert_eq!(mistakes(&one(twice))[0].0, "repeated-setting");
}

#[test]
fn what_a_text_cannot_say_does_not_come_in() {
    let help = "write `\\\\n` for a line end, `\\\\x20` for a blank at the start, and `/` without `\\\\`";
    for pattern in [r#"" x""#, r#""a\nb""#, r#""a\\/b""#] {
        let statement = format!("{{\"kind\": \"column\", \"column\": \"x\", \"pattern\": {pattern}}}");
        check(&statement, "bad-pattern", pattern, help);
    }
    check(
        r#"{"kind": "unique", "columns": ["x"], "comment": "a\nb"}"#,
        "json-type",
        r#""a\nb""#,
        "write several into `before`, one text a line",
    );
    check(
        r#"{"kind": "column", "column": "x", "good": ["y"]}"#,
        "missing-field",
        r#"["y"]"#,
        "write `\"label\"` into `\"roles\"`, or leave `good` out",
    );
    let number = |written: &str| {
        let value = format!("{{\"number\": {written}}}");
        format!(
            "{{\"kind\": \"deny\", \"conditions\": [{{\"test\": \"in\", \"cell\": {{\"column\": \"x\"}}, \"values\": [{value}]}}]}}"
        )
    };
    let help = "write digits as in `\"007\"`, `\"-1.50\"` or `\"1e5\"`, or the text without `number`";
    for written in ["\"x\"", "\"1 2\"", "\"\"", "\"1) or (2\"", "\"+1\""] {
        check(&number(written), "no-number", written, help);
    }
}

#[test]
fn a_column_that_is_not_there_is_marked_in_the_json() {
    let text = one(r#"{"kind": "fd", "determining": ["zipcode"], "determined": ["city"]}"#);
    let rules = parse(&source(&text)).into_result().unwrap();
    let errors = bind(&rules, &Schema::of_text(["zip", "city"]).unwrap()).unwrap_err();
    let label = errors.iter().next().unwrap().label.clone().unwrap();
    assert_eq!(&text[label.span.start..label.span.end], "\"zipcode\"");
}

#[test]
fn a_formula_as_long_as_the_language_allows_passes_through_json() {
    for (open, sign, close) in [("", " + 1", ""), ("(", " - y)", ""), ("", " - (y", ")")] {
        let signs = if open.is_empty() && close.is_empty() { 200 } else { 100 };
        let text = format!("deny {}x{}{} > 1\n", open.repeat(signs), sign.repeat(signs), close.repeat(signs));
        let canonical = format(&source(&text)).unwrap();
        let json = to_json(&source(&text)).unwrap();
        assert_eq!(format(&source(&json)).unwrap(), canonical);
    }
    let long = to_json(&source(&format!("deny x{} > 1", " + 1".repeat(200)))).unwrap();
    let longer = long.replacen("{\"column\": \"x\"}", "{\"negative\": {\"column\": \"x\"}}", 1);
    assert_eq!(mistakes(&longer)[0].0, "long-formula");
}

#[test]
fn the_kinds_of_the_json_are_those_of_the_language() {
    for kind in statement_kinds() {
        let json = to_json(&source(kind.documentation.example.rules)).unwrap();
        let text = format(&source(kind.documentation.example.rules)).unwrap();
        assert!(json.contains(&format!("\"kind\": \"{}\"", kind.keyword)), "{json}");
        assert_eq!(format(&source(&json)).unwrap(), text);
    }
}
