//! What editors do with a TextMate grammar, as far as this one asks for it: `match`, `begin` and `end`, captures and
//! includes. Of expressions that match at one place the first one counts, that of the end before all others.

use std::collections::{BTreeMap, BTreeSet};

use fancy_regex::Regex;

use serde_json::Value;

type Captures<'t> = fancy_regex::Captures<'t>;

/// A grammar with its expressions compiled.
pub(super) struct Grammar {
    root: Value,
    rules: Vec<Value>,
    expressions: BTreeMap<String, Regex>,
}

/// A region that is open: the rule that began it.
type Open<'a> = Vec<&'a Value>;

impl Grammar {
    pub fn read(text: &str) -> Self {
        let root: Value = serde_json::from_str(text).unwrap();
        let (mut rules, mut expressions) = (Vec::new(), BTreeMap::new());
        compile(&root, &mut rules, &mut expressions);
        Grammar { root, rules, expressions }
    }

    /// The scopes of every byte of a text, from the outermost to the innermost, with blanks between them.
    pub fn scopes(&self, text: &str) -> Vec<String> {
        self.scopes_and_rules(text, &mut BTreeSet::new())
    }

    /// All its expressions but those for what is no token of the language.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        let invalid = |rule: &Value| scope_of(rule).starts_with("invalid.");
        let rules = self.rules.iter().filter(move |rule| !invalid(rule));
        rules.flat_map(|rule| ["match", "begin", "end"].into_iter().filter_map(|key| rule[key].as_str()))
    }

    /// The same, and the expressions that matched.
    pub fn scopes_and_rules(&self, text: &str, used: &mut BTreeSet<String>) -> Vec<String> {
        let mut scopes = Vec::with_capacity(text.len());
        let mut open = Vec::new();
        for line in text.split_inclusive('\n') {
            scopes.extend(self.line(line, &mut open, used));
        }
        scopes
    }

    fn line<'a>(&'a self, line: &str, open: &mut Open<'a>, used: &mut BTreeSet<String>) -> Vec<String> {
        let mut scopes = vec![String::new(); line.len()];
        let mut at = 0;
        for step in 0.. {
            assert!(step < 10 * line.len() + 100, "the grammar does not come to the end of {line:?}");
            let around = around(open);
            let found = self.first(line, at, open);
            let start = found.as_ref().map_or(line.len(), |(_, _, found)| found.get(0).unwrap().start());
            scopes[at..start].iter_mut().for_each(|scope| *scope = around.clone());
            let Some((rule, part, found)) = found else { break };
            let (expression, captures) = match part {
                Part::Match => ("match", "captures"),
                Part::Begin => ("begin", "beginCaptures"),
                Part::End => ("end", "endCaptures"),
            };
            used.extend(rule[expression].as_str().map(str::to_owned));
            if part == Part::Begin {
                open.push(rule);
            }
            let own = if part == Part::Match { joined(&around, scope_of(rule)) } else { self::around(open) };
            if part == Part::End {
                open.pop();
            }
            at = found.get(0).unwrap().end();
            scopes[start..at].iter_mut().for_each(|scope| *scope = own.clone());
            capture(&found, rule.get(captures), &mut scopes);
        }
        scopes
    }

    /// What matches first from a place on.
    fn first<'a, 't>(&'a self, line: &'t str, at: usize, open: &Open<'a>) -> Option<(&'a Value, Part, Captures<'t>)> {
        let mut candidates = Vec::new();
        if let Some(&inside) = open.last() {
            candidates.push((inside, Part::End));
        }
        self.collect(open.last().copied().unwrap_or(&self.root), &mut candidates);
        let mut first: Option<(&Value, Part, Captures<'t>)> = None;
        for (rule, part) in candidates {
            let key = match part {
                Part::Match => "match",
                Part::Begin => "begin",
                Part::End => "end",
            };
            let expression = &self.expressions[rule[key].as_str().unwrap()];
            let Some(found) = expression.captures_from_pos(line, at).unwrap() else { continue };
            let start = |found: &Captures<'_>| found.get(0).unwrap().start();
            if first.as_ref().is_none_or(|(_, _, earlier)| start(&found) < start(earlier)) {
                first = Some((rule, part, found));
            }
        }
        first
    }

    /// The rules of a rule, with what it includes in its place.
    fn collect<'a>(&'a self, rule: &'a Value, candidates: &mut Vec<(&'a Value, Part)>) {
        for rule in rule["patterns"].as_array().into_iter().flatten() {
            self.add(rule, candidates);
        }
    }

    fn add<'a>(&'a self, rule: &'a Value, candidates: &mut Vec<(&'a Value, Part)>) {
        if let Some(include) = rule.get("include") {
            let name = include.as_str().unwrap().strip_prefix('#').expect("only the repository is included");
            self.add(&self.root["repository"][name], candidates);
        } else if rule.get("match").is_some() {
            candidates.push((rule, Part::Match));
        } else if rule.get("begin").is_some() {
            candidates.push((rule, Part::Begin));
        } else {
            assert!(rule["patterns"].is_array(), "a rule that is none: {rule}");
            self.collect(rule, candidates);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Match,
    Begin,
    End,
}

/// The keys that [`Grammar`] knows what to do with.
const KNOWN: &[&str] =
    &["begin", "beginCaptures", "captures", "end", "endCaptures", "include", "match", "name", "patterns"];

fn compile(rule: &Value, rules: &mut Vec<Value>, expressions: &mut BTreeMap<String, Regex>) {
    for key in ["match", "begin", "end"] {
        if let Some(expression) = rule.get(key).and_then(Value::as_str) {
            let compiled = Regex::new(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
            expressions.insert(expression.to_owned(), compiled);
        }
    }
    rules.push(rule.clone());
    let repository = rule.get("repository").and_then(Value::as_object).into_iter().flat_map(|rules| rules.values());
    for rule in rule["patterns"].as_array().into_iter().flatten().chain(repository) {
        assert!(rule.as_object().unwrap().keys().all(|key| KNOWN.contains(&key.as_str())), "{rule}");
        compile(rule, rules, expressions);
    }
}

fn scope_of(rule: &Value) -> &str {
    rule.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn joined(around: &str, scope: &str) -> String {
    [around, scope].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The scopes of all open regions.
fn around(open: &Open<'_>) -> String {
    open.iter().fold(String::new(), |around, rule| joined(&around, scope_of(rule)))
}

fn capture(found: &Captures<'_>, captures: Option<&Value>, scopes: &mut [String]) {
    for (group, capture) in captures.and_then(Value::as_object).into_iter().flatten() {
        let Some(place) = found.get(group.parse().unwrap()) else { continue };
        for scope in &mut scopes[place.start()..place.end()] {
            *scope = joined(scope, scope_of(capture));
        }
    }
}
