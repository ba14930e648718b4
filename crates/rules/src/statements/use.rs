//! `use "FILE" as FORM`: the rules of another file.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, nearest};

use super::fd::{NULLS, nulls_from_json, nulls_to_json};
use super::{Documentation, Example, Nulls, Role, Statement, StatementKind, same};
use crate::condition::COUNTING_NULL;
use crate::cursor::Cursor;
use crate::files::{NamedFile, WantedKind};
use crate::json::{Fields, Json, Object};
use crate::lexer::TokenKind;
use crate::lowering::Lowering;
use crate::name::{Name, quoted};
use crate::{Form, Rule};

pub(super) static KIND: StatementKind = StatementKind {
    keyword: "use",
    usage: "use \"FILE\" as FORM",
    role: Role::Inclusion,
    documentation: Documentation {
        summary: "the rules of another file",
        what: "`use \"FILE\" as FORM`: the rules of the file stand here. The form is `lustrate` for this language, \
               `json` for its form in JSON, `holoclean` for denial constraints or `dependencies` for a list of them; \
               without `as` the content tells it. `counting null` behind `holoclean` or `dependencies` gives missing \
               values the meaning that they have in HoloClean: in the comparisons of two columns of that file, missing \
               is a text like any other, equal to itself and different from all others. The file is looked for beside \
               the one that uses it, and must lie in the folder of the rule file of the run or below unless that has \
               `--allow-outside`. A file that several use counts once. Its `table` statement does not count.",
        why: "Constraint files that are there already are used unchanged, and rules that several tables share are \
              written once.",
        example: Example {
            table: "zip,city\n00184,Rome\n00184,Rom\n",
            rules: "use \"published.txt\" as holoclean",
            files: &[("published.txt", "t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)\n")],
            breaking: &[1, 2],
            failing: &[],
        },
        when_it_is_wrong: "When the other file was written for another version of the table: its columns must be those \
                           of this one, and a rule of it cannot be taken back here.",
    },
    parse,
    read_json,
};

/// The names of forms.
pub(crate) const FORMS: &[(&str, Form)] = &[
    ("dependencies", Form::Dependencies),
    ("holoclean", Form::HoloClean),
    ("json", Form::Json),
    ("lustrate", Form::Lustrate),
];

/// The rules of another file.
#[derive(Clone, Debug, PartialEq)]
struct Use {
    file: Name,
    form: Option<Form>,
    nulls: Nulls,
}

fn parse(cursor: &mut Cursor<'_>) -> Result<Rule, Diagnostic> {
    let file = cursor.file()?;
    let form = if cursor.accept_word("as") { Some(form(cursor)?) } else { None };
    if let (Some(TokenKind::Word(word)), None) = (cursor.peek(), form)
        && let Some(near) = nearest(word, FORMS.iter().map(|(name, _)| *name))
    {
        return Err(cursor.expected("`as` before the form of the file").help(format!("write `as {near}`")));
    }
    let nulls = nulls(cursor, form)?;
    Ok(Rule::new(Use { file, form, nulls }))
}

fn nulls(cursor: &mut Cursor<'_>, form: Option<Form>) -> Result<Nulls, Diagnostic> {
    let start = cursor.span();
    if !cursor.accept_counting_null()? {
        return Ok(Nulls::LeftOut);
    }
    let (title, help) = match form {
        Some(Form::HoloClean | Form::Dependencies) => return Ok(Nulls::Counted),
        Some(Form::Json | Form::Lustrate) => (
            "a file of this language says itself what a missing value is",
            "leave `counting null` out, and write it behind the rules of that file",
        ),
        None => ("`counting null` needs the form of the file before it", "write `as holoclean counting null`"),
    };
    let diagnostic = Diagnostic::error("counting-null", title).help(help);
    Err(diagnostic.at(cursor.source, start.to(cursor.before()), "not behind a form of others"))
}

fn form(cursor: &mut Cursor<'_>) -> Result<Form, Diagnostic> {
    let word = match cursor.peek() {
        Some(TokenKind::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    if let Some((_, form)) = FORMS.iter().find(|(name, _)| Some(*name) == word) {
        cursor.advance();
        return Ok(*form);
    }
    let names = FORMS.iter().map(|(name, _)| *name);
    let others = [("dc", "holoclean"), ("fd", "dependencies"), ("fds", "dependencies"), ("nadeef", "dependencies")];
    let other = others.iter().find(|(other, _)| Some(*other) == word).map(|(_, ours)| *ours);
    let help = match other.or_else(|| word.and_then(|word| nearest(word, names))) {
        Some(near) => format!("write `{near}`"),
        None => {
            "the forms are dependencies, holoclean, json and lustrate; leave `as` out if the content tells".to_owned()
        }
    };
    Err(cursor.expected("the form of the file").help(help))
}

fn read_json(fields: &mut Fields<'_>) {
    fields.file("file");
    let forms: Vec<_> = FORMS.iter().map(|(name, _)| *name).collect();
    if let Some((form, place)) = fields.choice("form", &forms) {
        fields.word("as");
        fields.output.word(form, place);
    }
    nulls_from_json(fields);
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "use {}", quoted(&self.file.text))?;
        match FORMS.iter().find(|(_, form)| Some(*form) == self.form) {
            Some((name, _)) => write!(f, " as {name}")?,
            None => return Ok(()),
        }
        f.write_str(if self.nulls == Nulls::Counted { COUNTING_NULL } else { "" })
    }
}

impl Statement for Use {
    fn kind(&self) -> &'static StatementKind {
        &KIND
    }

    fn equals(&self, other: &dyn Statement) -> bool {
        same(self, other)
    }

    fn to_json(&self) -> Object {
        let form = FORMS.iter().find(|(_, form)| Some(*form) == self.form);
        Object::default()
            .with("file", Json::text(&self.file.text))
            .with_some("form", form.map(|(name, _)| Json::text(name)))
            .with_some(NULLS, nulls_to_json(self.nulls))
    }

    fn check(&self, _: &Arc<SourceText>) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Its rules are lowered as those of a file of their own.
    fn lower(&self, _: &mut Lowering<'_>) {}

    fn files(&self) -> Vec<NamedFile<'_>> {
        vec![NamedFile { file: &self.file, kind: WantedKind::RuleFile { form: self.form } }]
    }

    fn nulls(&self) -> Nulls {
        self.nulls
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn check(text: &str) -> (String, Vec<String>) {
        let parsed = parse(&Arc::new(SourceText::new("x.rules", text)));
        let helps = parsed.diagnostics.iter().map(|diagnostic| diagnostic.help.clone().unwrap_or_default());
        (parsed.rules.to_string(), helps.collect())
    }

    #[test]
    fn several_files_may_be_used() {
        let text = "use \"a b.txt\"  as  holoclean\nuse \"c\"\n";
        assert_eq!(check(text), ("use \"a b.txt\" as holoclean\nuse \"c\"\n".to_owned(), vec![]));
    }

    #[test]
    fn missing_values_count_in_files_of_others_where_it_is_said() {
        let text = "use \"a.txt\" as holoclean counting null\nuse \"b\" as dependencies counting null\n";
        assert_eq!(check(text), (text.to_owned(), vec![]));
        assert_eq!(check("use \"a\" counting null").1, ["write `as holoclean counting null`"]);
        assert_eq!(
            check("use \"a\" as lustrate counting null").1,
            ["leave `counting null` out, and write it behind the rules of that file"]
        );
        assert_eq!(
            check("use \"a\" as json counting null").1,
            ["leave `counting null` out, and write it behind the rules of that file"]
        );
        assert_eq!(check("use \"a\" as holoclean counting nulls").1, ["write `null`"]);
    }

    #[test]
    fn a_mistyped_form_is_corrected() {
        assert_eq!(check("use \"a\" as holoclaen").1, ["write `holoclean`"]);
        assert_eq!(check("use a").1, ["write `\"a\"`"]);
        assert_eq!(check("x: use \"a\"").1, ["leave the name and its colon out"]);
    }
}
