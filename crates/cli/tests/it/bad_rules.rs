//! Rules that cannot be used: all mistakes at once, each with its place and mend.

use snapbox::str;

use crate::session::Session;

#[test]
fn an_unknown_column_in_a_rule_is_shown_with_the_one_that_was_meant() {
    let session = Session::of_cities();
    session.write("wrong.rules", b"fd zipcode -> city\n");
    session.fails(
        "repair cities.csv -r wrong.rules",
        str![[r#"
exit 2
--- stderr
error[unknown-column]: no column `zipcode` in cities.csv
 --> wrong.rules:1:4
  |
1 | fd zipcode -> city
  |    ^^^^^^^ not in the header
  |
  = help: write `zip`; the columns are zip, city


"#]],
    );
    session.fails(
        "detect cities.csv -r wrong.rules",
        str![[r#"
exit 2
--- stderr
error[unknown-column]: no column `zipcode` in cities.csv
 --> wrong.rules:1:4
  |
1 | fd zipcode -> city
  |    ^^^^^^^ not in the header
  |
  = help: write `zip`; the columns are zip, city


"#]],
    );
}

#[test]
fn the_mistakes_of_all_rule_files_come_together() {
    let session = Session::of_cities();
    session.write("one.rules", b"fd zip city\nfd zip -> city\ndeny zip\n");
    session.write("two.rules", b"deny zip >\n");
    session.fails(
        "repair cities.csv -r one.rules -r two.rules -r three.rules",
        str![[r#"
exit 2
--- stderr
error[rule-file]: there is no rule file `three.rules`
 |
 = help: check the path

error[syntax]: expected `,` or `->`, found `city`
 --> one.rules:1:8
  |
1 | fd zip city
  |        ^^^^ not expected
  |
  = help: write `zip -> city`

error[syntax]: expected `=`, `!=`, `<`, `<=`, `>` or `>=`, found the end of the statement
 --> one.rules:3:9
  |
3 | deny zip
  |         ^ something is missing
  |
  = help: write what is said of it, such as `zip = "TEXT"`, `zip > 5` or `zip is null`

error[syntax]: expected a column, a text in double quotes or a number, found the end of the statement
 --> two.rules:1:11
  |
1 | deny zip >
  |           ^ something is missing
  |
  = help: write what `zip` is compared with, such as `zip > 5`


"#]],
    );
}

#[test]
fn mistakes_that_the_header_shows_come_with_those_of_the_language() {
    let session = Session::of_cities();
    session.write("wrong.rules", b"fd zipcode -> city\nfd zip -> town\ndeny cty = \"x\"\nfd zip city\n");
    session.write("more.rules", b"unique ctiy\n");
    for command in ["repair", "detect"] {
        session.fails(
            &format!("{command} cities.csv -r wrong.rules -r more.rules"),
            str![[r#"
exit 2
--- stderr
error[unknown-column]: no column `ctiy` in cities.csv
 --> more.rules:1:8
  |
1 | unique ctiy
  |        ^^^^ not in the header
  |
  = help: write `city`; the columns are zip, city

error[unknown-column]: no column `zipcode` in cities.csv
 --> wrong.rules:1:4
  |
1 | fd zipcode -> city
  |    ^^^^^^^ not in the header
  |
  = help: write `zip`; the columns are zip, city

error[unknown-column]: no column `town` in cities.csv
 --> wrong.rules:2:11
  |
2 | fd zip -> town
  |           ^^^^ not in the header
  |
  = help: the columns are zip, city

error[unknown-column]: no column `cty` in cities.csv
 --> wrong.rules:3:6
  |
3 | deny cty = "x"
  |      ^^^ not in the header
  |
  = help: write `city`; the columns are zip, city

error[syntax]: expected `,` or `->`, found `city`
 --> wrong.rules:4:8
  |
4 | fd zip city
  |        ^^^^ not expected
  |
  = help: write `zip -> city`


"#]],
        );
    }
}

#[test]
fn a_table_given_as_rules_gets_a_short_answer() {
    let session = Session::of_cities();
    session.fails(
        "repair cities.csv -r cities.csv",
        str![[r#"
exit 2
--- stderr
error[same-input]: `cities.csv` is given as the table and as a rule file
 |
 = help: name a file of rules after `--rules`, in lines such as `fd zip -> city`


"#]],
    );
    session.write("other.csv", "9,x,y\n".repeat(3_000).as_bytes());
    session.fails(
        "repair cities.csv -r other.csv",
        str![[r#"
exit 2
--- stderr
error[no-rule-file]: no statement in other.csv is right, and 2997 mistakes are not shown
 |
 = help: is this a rule file? it has lines such as `fd zip -> city` or `t1&t2&EQ(t1.zip,t2.zip)&IQ(t1.city,t2.city)`

error[syntax]: expected a statement, found `9`
 --> other.csv:1:1
  |
1 | 9,x,y
  | ^ not expected
  |
  = help: the statements are check, column, columns, deny, duplicate, fd, if, lookup, null, require, rewrite, source, table, unique, use, version

error[syntax]: expected a statement, found `9`
 --> other.csv:2:1
  |
2 | 9,x,y
  | ^ not expected
  |
  = help: the statements are check, column, columns, deny, duplicate, fd, if, lookup, null, require, rewrite, source, table, unique, use, version

error[syntax]: expected a statement, found `9`
 --> other.csv:3:1
  |
3 | 9,x,y
  | ^ not expected
  |
  = help: the statements are check, column, columns, deny, duplicate, fd, if, lookup, null, require, rewrite, source, table, unique, use, version


"#]],
    );
}

#[test]
fn a_file_without_a_rule_is_not_passed_over() {
    let session = Session::of_cities();
    session.write("empty.rules", b"# to do\n");
    session.fails(
        "repair cities.csv -r empty.rules",
        str![[r#"
exit 2
--- stderr
error[no-rules]: there is no rule in `empty.rules`
 |
 = help: write lines such as `fd zip -> city`


"#]],
    );
}
