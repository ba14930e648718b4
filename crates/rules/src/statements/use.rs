//! `use "FILE" as FORM`: the rules of another file.

use std::fmt;
use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText, nearest};

use super::{Documentation, Example, Nulls, Role, Statement, StatementKind, same};
use crate::condition::COUNTING_NULL;
use crate::cursor::Cursor;
use crate::files::{NamedFile, WantedKind};
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
               `holoclean` for denial constraints or `dependencies` for a list of them; without `as` the content tells \
               it. `counting null` behind `holoclean` or `dependencies` gives missing values the meaning that they have \
               in HoloClean: in the comparisons of two columns of that file, missing is a text like any other, equal to \
               itself and different from all others. The file is looked for beside the one that uses it, unless its path is absolute. A file that \
               several use counts once. Its `table` statement does not count.",
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
};

/// The names of forms.
const FORMS: &[(&str, Form)] =
    &[("dependencies", Form::Dependencies), ("holoclean", Form::HoloClean), ("lustrate", Form::Lustrate)];

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
    let nulls = nulls(cursor, form)?;
    Ok(Rule::new(Use { file, form, nulls }))
}

fn nulls(cursor: &mut Cursor<'_>, form: Option<Form>) -> Result<Nulls, Diagnostic> {
    let start = cursor.span();
    if !cursor.accept_word("counting") {
        return Ok(Nulls::LeftOut);
    }
    cursor.expect_word("null")?;
    let (title, help) = match form {
        Some(Form::HoloClean | Form::Dependencies) => return Ok(Nulls::Counted),
        Some(Form::Lustrate) => {
            ("a file of this language says itself what a missing value is", "write `counting null` behind its rules")
        }
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
    let help = match word.and_then(|word| nearest(word, names)) {
        Some(near) => format!("write `{near}`"),
        None => "the forms are dependencies, holoclean and lustrate; leave `as` out if the content tells".to_owned(),
    };
    Err(cursor.expected("the form of the file").help(help))
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
        assert_eq!(check("use \"a\" as lustrate counting null").1, ["write `counting null` behind its rules"]);
        let Some(help) = check("use \"a\" as holoclean counting nulls").1.pop() else { panic!("`nulls` is no word") };
        assert_eq!(help, "a statement of this kind is written `use \"FILE\" as FORM`");
    }

    #[test]
    fn a_mistyped_form_is_corrected() {
        assert_eq!(check("use \"a\" as holoclaen").1, ["write `holoclean`"]);
        assert_eq!(check("use a").1, ["write `\"a\"`"]);
        assert_eq!(check("x: use \"a\"").1, ["leave the name and its colon out"]);
    }
}
