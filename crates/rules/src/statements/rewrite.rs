//! `rewrite COLUMN FROM -> TO, …`: how values are written otherwise.

mod parse;

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};
use lustrate_values::{Rewrite, between_slashes, quoted};

use super::{Documentation, Example, Role, Statement, StatementKind, same};
use crate::json::{Fields, Json, Node, Object, Output, Value};
use crate::lexer::TokenKind;
use crate::lowering::{Lowering, Relation, Standing};
use crate::name::{At, Name};
use crate::{BoundRewrite, Columns};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "rewrite",
    usage: "rewrite COLUMN \"TEXT\" -> \"TEXT\"",
    role: Role::Rewriting,
    documentation: Documentation {
        summary: "how values of a column are written otherwise",
        what: "`rewrite COLUMN FROM -> TO, FROM -> TO …`. What a value becomes when it is, or looks, as said before the \
               arrow:\n\n\
               - `\"Calif.\" -> \"CA\"`: a value that is this text.\n\
               - `null -> \"none\"`: a missing value.\n\
               - `\"?\" -> null`: a value that becomes a missing one.\n\
               - `/(\\d+)-(\\d+)/ -> \"{2}/{1}\"`: a value that the regular expression matches from end to end is put together \
               anew. `{1}` is what the first group matches. Behind the number may stand what is done with it, one after the \
               other: `pad 2` (zeros before it, up to so many characters), `strip zeros`, `month name` (3 becomes Mar), \
               `month number`, `first 3`, `last 2` (characters), `upper`, `lower`, `title`, `trim`, `number` (the number \
               that it is, in its shortest form): `{3 last 2}`, `{1 strip zeros pad 3}`. `{{` and `}}` are braces. Where a \
               group does not fit what is done with it (`{1 month name}` of 31) the value stays.\n\
               - `every \"Ã©\" -> \"é\"`: every occurrence of the text within a value.\n\n\
               Of those before which no `every` stands the first is taken that makes something else of the value. Where \
               none does, the first that does so of the value without the blanks around it. Then each `every` is made, in \
               order. Texts are compared exactly. Several statements of a column are made one after the other, in the order \
               of the rules, each of what those before it give.\n\n\
               Rewrites come before all else that is known of a column: spellings of missing values, its type, its letters and the \
               conventions that are looked for in it see what they give, and so do all rules. They declare nothing of the \
               column. Each cell that reads otherwise is written so, with the rewrite as the reason; cells of a column that \
               identifies rows or is never repaired are read so and stay in the file.\n\n\
               Of the policies a rewrite has `because` and `where CONDITION`: only values of rows that satisfy it are \
               rewritten. The condition is asked of the row as it reads without any rewrite.",
        why: "Values that were written by another system, in another year or by another hand are often wrong in one way, \
              which is known or can be learned from a few that a person has corrected. Said once, it mends all of them, and \
              those of the next delivery too.",
        example: Example {
            table: "zip,state,day\n02139,Calif.,3/14/2015\n2139,CA,14.03.15\n2140,?,4/2/2015\n2141,Texas,n/a\n",
            rules: "rewrite state  \"Calif.\" -> \"CA\", \"N.Y.\" -> \"NY\", \"?\" -> null\n\
                    rewrite zip    /0+(\\d+)/ -> \"{1}\"\n\
                    dates: rewrite day  /(\\d+)\\/(\\d+)\\/(\\d{4})/ -> \"{2 pad 2}.{1 pad 2}.{3 last 2}\"  \
                    because \"the old system wrote the month first\"\n\
                    column state  /[A-Z]{2}/\n\
                    column zip    /[1-9][0-9]*/\n\
                    column day    date \"%d.%m.%y\"  null \"n/a\"",
            files: &[],
            breaking: &[4],
            failing: &[],
        },
        when_it_is_wrong: "When it fits values that were right: an expression that is too wide, a text that means \
                           something else in other rows (say of which with `where`). And when it fits what it has made \
                           itself: days and months that change places change back where the clean file is cleaned again, \
                           so give them another form, as `{2}/{1}` does for `3-14`.",
    },
    parse: parse::parse,
    read_json,
};

/// How the values of a column are written otherwise.
#[derive(Clone, Debug, PartialEq)]
struct Rewriting {
    column: Name,
    /// One at least.
    arms: Vec<Arm>,
}

/// `FROM -> TO`
#[derive(Clone, Debug, PartialEq)]
struct Arm {
    rewrite: Rewrite,
    /// Where it was written.
    at: At,
}

const ARMS: &str = "[{\"from\": \"TEXT\", \"to\": \"TEXT\"}]";

fn read_json(fields: &mut Fields<'_>) {
    fields.name("column");
    if let Some(arms) = fields.need("arms", ARMS) {
        fields.output.list(arms, "a list of what becomes what", ARMS, |output, arm| {
            output.object(arm, "what becomes what", "{\"from\": \"TEXT\", \"to\": \"TEXT\"}", arm_from_json);
        });
    }
}

fn arm_from_json(fields: &mut Fields<'_>) {
    if let Some(pattern) = fields.get("pattern") {
        fields.output.pattern(pattern);
    } else if let Some(every) = fields.get("every") {
        fields.word("every");
        fields.output.constant(every);
    } else if let Some(from) = fields.need("from", "\"TEXT\"") {
        text_or_null(fields.output, from);
    }
    fields.sign(TokenKind::Arrow);
    if let Some(to) = fields.need("to", "\"TEXT\"") {
        text_or_null(fields.output, to);
    }
}

fn text_or_null(output: &mut Output, node: &Node) {
    match node.value {
        Value::Null => output.word("null", node.span),
        _ => output.constant(node),
    }
}

impl Arm {
    fn to_json(&self) -> Json {
        let value = |value: &Option<String>| value.as_deref().map_or(Json::Null, Json::text);
        let object = match &self.rewrite {
            Rewrite::Value { from, to } => Object::default().with("from", value(from)).with("to", value(to)),
            Rewrite::Every { from, to } => Object::default().with("every", Json::text(from)).with("to", Json::text(to)),
            Rewrite::Pattern { pattern, to } => {
                Object::default().with("pattern", Json::text(pattern.written())).with("to", Json::text(&to.to_string()))
            }
        };
        Json::Object(object)
    }

    /// What stands before the arrow.
    fn from(&self) -> String {
        match &self.rewrite {
            Rewrite::Value { from: None, .. } => "null".to_owned(),
            Rewrite::Value { from: Some(from), .. } => quoted(from),
            Rewrite::Every { from, .. } => format!("every {}", quoted(from)),
            Rewrite::Pattern { pattern, .. } => between_slashes(pattern.written()),
        }
    }

    /// Whether another that is tried before this one takes every value that this one fits.
    fn is_taken_by(&self, earlier: &Arm) -> bool {
        match (&self.rewrite, &earlier.rewrite) {
            (Rewrite::Every { .. }, _) | (_, Rewrite::Every { .. }) => false,
            (Rewrite::Value { from, .. }, _) => earlier.rewrite.apply(from.as_deref()).is_some(),
            _ => false,
        }
    }
}

impl fmt::Display for Rewriting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arms: Vec<String> = self.arms.iter().map(|arm| arm.rewrite.to_string()).collect();
        write!(f, "rewrite {} {}", self.column, arms.join(", "))
    }
}

impl Statement for Rewriting {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        let arms = self.arms.iter().map(Arm::to_json).collect();
        Object::default().with("column", Json::text(&self.column.text)).with_list("arms", arms)
    }

    fn check(&self, source: &Arc<SourceText>) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for (place, arm) in self.arms.iter().enumerate() {
            let mut report = |code, title: String, label: &str, help: String| {
                diagnostics.push(Diagnostic::error(code, title).at(source, arm.at.0, label).help(help));
            };
            let (from, before) = (arm.from(), &self.arms[..place]);
            if arm.rewrite.changes_nothing() {
                let title = format!("`{from}` becomes what it is");
                report("no-change", title, "changes nothing", "leave it out, or write what it becomes".to_owned());
            } else if before.iter().any(|earlier| earlier.from() == from) {
                let title = format!("what `{from}` becomes is said twice");
                report("repeated-arm", title, "the second", "leave one of the two out".to_owned());
            } else if let Some(earlier) = before.iter().find(|earlier| arm.is_taken_by(earlier)) {
                let title = format!("`{from}` is never reached: `{}` before it takes such a value", earlier.from());
                let help = format!("put it before `{}`, or leave it out", earlier.rewrite);
                report("unreachable-arm", title, "never reached", help);
            }
        }
        diagnostics
    }

    fn declare(&self, _: &mut Lowering<'_>, _: &mut Columns) {}

    fn lower(&self, lowering: &mut Lowering<'_>) {
        let Some(attribute) = lowering.attribute(&self.column, Standing::Left) else { return };
        let rewrite = BoundRewrite {
            name: lowering.called(&format!("rewrite {}", self.column)),
            origin: lowering.origin(),
            rewrites: self.arms.iter().map(|arm| arm.rewrite.clone()).collect(),
            filter: lowering.filter().to_vec(),
            because: lowering.policy().because.clone(),
        };
        lowering.relate(Relation::Rewrite(attribute, rewrite));
    }
}

#[cfg(test)]
mod tests {
    use lustrate_table::{AttributeId, Schema};

    use crate::{Constraints, bind, parse};

    use super::*;

    fn told(rules: &str) -> Vec<(String, String)> {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rules)));
        let place = |diagnostic: &Diagnostic| {
            let span = diagnostic.label.as_ref().unwrap().span;
            (rules[span.start..span.end].to_owned(), diagnostic.title.clone())
        };
        parsed.diagnostics.iter().map(place).collect()
    }

    fn bound(rules: &str) -> Constraints {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", rules)));
        assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
        bind(&parsed.rules, &Schema::of_text(["zip", "state", "rewrite"]).unwrap()).unwrap()
    }

    #[test]
    fn rewrites_are_bound_to_their_column_in_the_order_of_the_rules() {
        let constraints = bound(
            "first: rewrite zip /0+(\\d+)/ -> \"{1}\" where state = \"MA\" because \"u\"\nrewrite zip null -> \"0\"\n\
             column zip text",
        );
        let zip = constraints.columns().get(AttributeId(0));
        let names: Vec<&str> = zip.rewrites.iter().map(|rewrite| rewrite.name.as_str()).collect();
        assert_eq!(names, ["first", "rewrite zip"]);
        assert_eq!((zip.rewrites[0].filter.len(), zip.rewrites[0].because.as_deref()), (1, Some("u")));
        assert_eq!(zip.origin.as_ref().map(|origin| origin.line), Some(3));
        assert!(constraints.is_empty());
    }

    #[test]
    fn a_rewrite_declares_nothing_of_its_column() {
        let constraints = bound("rewrite zip every \"-\" -> \"\"");
        assert_eq!(constraints.columns().get(AttributeId(0)).origin, None);
    }

    #[test]
    fn a_column_may_be_called_like_the_statement_and_its_words() {
        let same = |text: &str| {
            let parsed = parse(&Arc::new(SourceText::new("x.rules", text)));
            assert_eq!((parsed.rules.to_string(), parsed.diagnostics.len()), (format!("{text}\n"), 0));
        };
        same("fd rewrite -> every");
        same("rewrite rewrite every \"a\" -> \"b\"");
        same("rewrite every every \"a\" -> \"b\"");
        same("rewrite: rewrite every \"a\" -> \"b\"");
        let parsed = parse(&Arc::new(SourceText::new(
            "x.rules",
            "fd zip ->\n rewrite,\n every hard\ndeny x = 1 and\n rewrite = 2",
        )));
        assert_eq!(parsed.rules.to_string(), "fd zip -> rewrite, every hard\ndeny x = 1 and rewrite = 2\n");
        let parsed = parse(&Arc::new(SourceText::new("x.rules", "fd zip ->\nrewrite zip \"a\" -> \"b\"")));
        assert_eq!(parsed.rules.to_string(), "rewrite zip \"a\" -> \"b\"\n");
    }

    #[test]
    fn what_is_wrong_with_an_arm_is_told_of_the_arm() {
        let one = |arms: &str| told(&format!("rewrite zip {arms}"));
        let told = |at: &str, title: &str| vec![(at.to_owned(), title.to_owned())];
        assert_eq!(one("\"a\" -> \"a\""), told("\"a\" -> \"a\"", "`\"a\"` becomes what it is"));
        assert_eq!(one("null -> null"), told("null -> null", "`null` becomes what it is"));
        assert_eq!(one("/(.*)/ -> \"{1}\""), told("/(.*)/ -> \"{1}\"", "`/(.*)/` becomes what it is"));
        assert_eq!(one("\"a\" -> \"b\", \"a\" -> null"), told("\"a\" -> null", "what `\"a\"` becomes is said twice"));
        assert_eq!(
            one("/[a-c]+/ -> \"x\", \"b\" -> \"y\""),
            told("\"b\" -> \"y\"", "`\"b\"` is never reached: `/[a-c]+/` before it takes such a value")
        );
        assert_eq!(one("/[a-c]+/ -> \"x\", every \"b\" -> \"y\", \"x\" -> \"b\""), []);
    }

    #[test]
    fn what_is_wrong_with_a_template_is_told_with_its_place_in_the_text() {
        let one = |arms: &str| told(&format!("rewrite zip {arms}")).into_iter().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(one(r#"/(a)/ -> "\\é{1 padd 2}""#), ["{1 padd 2}"]);
        assert_eq!(one(r#"/(a)/ -> "\"}""#), ["}"]);
        assert_eq!(one(r#"/(a)/ -> "{{1} {2 upper}""#), ["}"]);
        assert_eq!(one(r#"/(a)/ -> "{{{1}}} {2 upper}""#), ["{2 upper}"]);
        assert_eq!(one(r#"/(a)/ -> "x{1""#), ["{1"]);
    }
}
