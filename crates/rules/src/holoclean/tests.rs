//! The quirks of the form, and what is told where a line has a mistake.

use std::sync::Arc;

use lustrate_diagnostic::{Diagnostic, SourceText};
use lustrate_table::Schema;

use crate::{Domain, Form, bind, parse, parse_as};

/// The rules in our language, and the titles of the messages with their columns.
fn check(text: &str) -> (Vec<String>, Vec<String>) {
    let parsed = parse_as(&Arc::new(SourceText::new("constraints.txt", text)), Form::HoloClean);
    let place = |d: &Diagnostic| {
        let place = d.label.as_ref().map_or(0, |label| label.source.place(label.span.start).1);
        format!("{place}: {}", d.title)
    };
    let rules = parsed.rules.iter().map(|written| written.rule().to_string()).collect();
    (rules, parsed.diagnostics.iter().map(place).collect())
}

fn rule(text: &str) -> String {
    let (rules, messages) = check(text);
    assert_eq!(messages, [""; 0], "{text}");
    rules.join("\n")
}

/// What to write instead, mistake by mistake.
fn helps(text: &str) -> Vec<String> {
    let parsed = parse_as(&Arc::new(SourceText::new("constraints.txt", text)), Form::HoloClean);
    parsed.diagnostics.iter().map(|diagnostic| diagnostic.help.clone().unwrap_or_default()).collect()
}

#[test]
fn a_dependency_is_read_as_one() {
    assert_eq!(rule("t1&t2&EQ(t1.Zip,t2.Zip)&IQ(t1.City,t2.City)"), "fd Zip -> City");
    assert_eq!(rule("x & y & IQ( y.b , x.b )&eq(x.a,y.a)\n\n"), "fd a -> b");
    assert_eq!(rule("t1&t2&EQ(t1.a,t2.a)&EQ(t2.a,t1.a)&IQ(t1.b,t2.b)&IQ(t1.b,t2.b)"), "fd a -> b");
    assert_eq!(rule("t1&t2&EQ(t1.x,t2.y)&IQ(t1.z,t2.z)"), "deny a.x = b.y and a.z != b.z");
}

#[test]
fn a_dependency_on_some_rows_is_read_as_one() {
    let told = "fd zip -> street when country = \"uk\" ignoring case";
    assert_eq!(rule("t1&t2&EQ(t1.country,'uk')&EQ(t2.country,'uk')&EQ(t1.zip,t2.zip)&IQ(t1.street,t2.street)"), told);
    assert_eq!(
        rule("t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)&EQ(t1.state,'ca')"),
        "deny a.zip = b.zip and a.city != b.city and a.state = \"ca\" ignoring case"
    );
}

#[test]
fn operators_in_names_and_signs_in_constants_mean_nothing() {
    assert_eq!(rule("t1&t2&EQ(t1.FREQUENCY,t2.FREQUENCY)&IQ(t1.GTE,t2.GTE)"), "fd FREQUENCY -> GTE");
    assert_eq!(rule("t1&t2&EQ(t1.IQ_score,t2.IQ_score)&IQ(t1.EQ,t2.EQ)"), "fd IQ_score -> EQ");
    assert_eq!(
        rule("t1&EQ(t1.a,\"x & y), (z\")&IQ(t1.b,'it's \"so\"')"),
        r#"deny a = "x & y), (z" ignoring case and b != "it's \"so\"" ignoring case"#
    );
    assert_eq!(rule("t1&EQ(t1.a,'&EQ(')&EQ(t1.b,',')"), r#"deny a = "&EQ(" ignoring case and b = "," ignoring case"#);
}

#[test]
fn signs_in_names_of_columns_mean_nothing() {
    assert_eq!(
        rule("t1&t2&EQ(t1.City, State,t2.City, State)&GT(t1.Rate (%),t2.Rate (%))"),
        r#"deny a."City, State" = b."City, State" and a."Rate (%)" > b."Rate (%)" by number or text"#
    );
    assert_eq!(rule("t1&t2&EQ(t1.(R)&D (x),t2.(R)&D (x))&IQ(t1.b,t2.b)"), "fd \"(R)&D (x)\" -> b");
    assert_eq!(rule("t1&t2&EQ(t1.Top, 5,t2.Top, 5)&IQ(t1.b,t2.b)"), "fd \"Top, 5\" -> b");
    assert_eq!(rule("t1&t2&EQ(t1.N#,t2.N#)&IQ(t1.it's,t2.it's)"), "fd \"N#\" -> \"it's\"");
}

#[test]
fn blanks_line_ends_comments_and_a_byte_order_mark_are_let_be() {
    let text = "\u{feff}# from the paper\r\n\r\n  t1 & t2 & EQ ( t1.a , t2.a ) & IQ(t1.b,t2.b)  \t\r\n\r\n#t1&t2\r\nT2&T1&EQ(T2.b,T1.b)&IQ(T2.c,T1.c)";
    assert_eq!(rule(text), "fd a -> b\nfd b -> c");
}

#[test]
fn one_tuple_is_about_one_row() {
    assert_eq!(rule("t1&LTE(t1.a,5)"), "deny a <= \"5\" by number or text");
    assert_eq!(rule("t2&EQ('x',t2.a)"), "deny a = \"x\" ignoring case");
    assert_eq!(rule("t1&GT(t1.start,t1.end)"), "deny start > end by number or text");
    let (rules, messages) = check("t1&t2&EQ(t1.a,'x')");
    assert_eq!(rules, ["deny a = \"x\" ignoring case"]);
    assert_eq!(messages.len(), 1);
}

#[test]
fn a_constant_on_each_of_two_rows_stays_with_its_row() {
    assert_eq!(
        rule("t1&t2&EQ(t1.C,'f')&EQ(t2.C,'m')&EQ(t1.E,t2.E)"),
        "deny a.C = \"f\" ignoring case and b.C = \"m\" ignoring case and a.E = b.E"
    );
}

#[test]
fn constants_compare_without_case_and_columns_with() {
    let parsed = parse(&Arc::new(SourceText::new("x.txt", "t1&EQ(t1.sex,'FEMALE')\nt1&t2&EQ(t1.sex,t2.zip)")));
    let constraints = bind(&parsed.rules, &Schema::of_text(["sex", "zip"]).unwrap()).unwrap();
    let domains = constraints.iter().map(|(_, constraint)| constraint.predicates[0].as_compare().unwrap().domain);
    assert_eq!(domains.collect::<Vec<_>>(), [Domain::FoldedText, Domain::Text]);
}

#[test]
fn the_text_that_stood_for_a_missing_value_is_one() {
    assert_eq!(rule("t1&EQ(t1.a,\"_nan_\")&IQ(t1.b,'_nan_')"), "deny a is null and b is not null");
    assert_eq!(rule("t1&t2&EQ(t1.a,t2.a)&EQ(t2.b,'_nan_')"), "deny a.a = b.a and b.b is null");
}

#[test]
fn a_missing_bracket_is_told_where_it_should_be() {
    for (text, place) in [
        ("t1&t2&EQ(t1.zip,t2.zip&IQ(t1.city,t2.city)", 23),
        ("t1&t2&EQ(t1.zip,t2.zip & IQ(t1.city,t2.city)", 23),
        ("t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city", 43),
    ] {
        let message = format!("{place}: a predicate without its closing bracket");
        assert_eq!(check(text), (vec![], vec![message]), "{text}");
    }
}

#[test]
fn every_mistake_has_its_place() {
    let text = "EQ(t1.a,t2.a)\nt1&t2&t3&EQ(t1.a,t2.a)\nt1&t2&EX(t1.a,t2.a)\nt1&EQ(t2.a,t1.a)\nt1&EQ(t1.a,\"x)\n\
                t1&EQ(t1.a\nt1&t2&EQ(t1.a,t2.a)IQ(t1.b,t2.b)\nt1&EQ('a','b')\nt1&EQ(t1.a,'x')&\nt1&t2&EQ(t1.a,t1.a)\n\
                t1&t1&EQ(t1.a,t1.b)\nt1&EQ(t1.,'x')\nt1&t2&EQ(t1.a,t2.a,t1.b)\nt1&EQ(t1.a,)\nt1&EQ(t1.a,'x') # so";
    let (rules, messages) = check(text);
    assert_eq!(rules, [""; 0]);
    let expected = [
        "1: a constraint names one tuple or two, this one 0",
        "1: a constraint names one tuple or two, this one 3",
        "7: no operator is called `EX`",
        "7: `t2.a` is of a tuple that this constraint does not name",
        "12: a constant without its closing quote",
        "7: a predicate with one operand",
        "20: expected `&`",
        "4: a comparison of two constants is about no cell",
        "17: expected an operator",
        "1: two tuples are named and one is used, so the constraint is read as one about one row",
        "7: `a` is compared with itself",
        "4: two tuples are called `t1`",
        "7: expected a column, found nothing",
        "20: a predicate with three operands",
        "12: expected an operand, found nothing",
        "17: a comment behind a constraint",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn a_mistake_in_a_predicate_hides_none_in_the_next() {
    let (rules, messages) = check("t1&t2&EX(t1.R&D (x),t2.R&D (x))&IQ(t1.a,t3.a)&NEQ(t1.b,t2.b)&GT(t1.c)");
    assert_eq!(rules, [""; 0]);
    let expected = [
        "7: no operator is called `EX`",
        "41: `t3.a` is of a tuple that this constraint does not name",
        "47: no operator is called `NEQ`",
        "65: a predicate with one operand",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn what_to_write_instead_can_be_pasted() {
    for (text, help) in [
        ("t1&EQ(t1.sex,Female)", "write `\"Female\"` for a text, or `t1.Female` for a column"),
        ("t1&EQ(t1.sex,“Female”)", "write `\"Female\"` for a text, or `t1.Female` for a column"),
        ("t1&EQ(t1.who,St. Mary)", "write `\"St. Mary\"` for a text, or `t1.St. Mary` for a column"),
        ("t1&t2&EQ(t1.a,T2.a)", "write `t1.a` or `t2.a`, or name `T2&` at the start of the line"),
        ("EQ(t1.a,t2.a)", "write `t1&t2&EQ(t1.a,t2.a)`"),
        ("EQ(t1.a,'x')", "write `t1&EQ(t1.a,'x')`"),
        ("a -> b", "a file has one form: write `t1&t2&EQ(t1.a,t2.a)&IQ(t1.b,t2.b)`"),
        ("what", "a constraint is written `t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)`"),
        ("t1&NEQ(t1.a,'x')", "write `IQ`; the operators are EQ, IQ, LT, GT, LTE, GTE"),
    ] {
        assert_eq!(helps(text), [help], "{text}");
    }
}

#[test]
fn the_rest_is_usable_after_a_mistake() {
    let (rules, messages) = check("t1&EQ(t1.a,'x')\nt1&EX(t1.a,'x')\nt1&t2&EQ(t1.a,t2.a)&IQ(t1.b,t2.b)");
    assert_eq!(rules, ["deny a = \"x\" ignoring case", "fd a -> b"]);
    assert_eq!(messages, ["4: no operator is called `EX`"]);
}

/// Where it grew with its square, each of these would take minutes.
#[test]
fn a_long_line_is_read_in_time_that_grows_with_it() {
    let begun = std::time::Instant::now();
    for piece in ["&EQ(", "&EQ('", ")&", ",t1.", "&EX(t1.a", "&EQ(t1.a,t1.b)", " ", "('&,\"&EQ(t1.a,"] {
        let line = format!("t1&EQ(t1.a,{}", piece.repeat(400_000 / piece.len()));
        check(&line);
    }
    assert!(begun.elapsed().as_secs() < 30);
}
