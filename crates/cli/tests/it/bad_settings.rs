//! Options that make no sense, or do not fit the table.

use snapbox::str;

use crate::session::Session;

#[test]
fn thresholds_are_probabilities_in_order() {
    let session = Session::of_cities();
    session.fails(
        "repair cities.csv --apply-at 2",
        str![[r#"
exit 2
--- stderr
error[bad-thresholds]: repairs cannot be made from 2 on and shown for review from 0.3 on
 |
 = help: take two probabilities from 0 to 1, that for review no greater than the other


"#]],
    );
    session.fails(
        "repair cities.csv --apply-at -1",
        str![[r#"
exit 2
--- stderr
error[bad-thresholds]: repairs cannot be made from -1 on and shown for review from -1 on
 |
 = help: take two probabilities from 0 to 1, that for review no greater than the other


"#]],
    );
    session.fails(
        "repair cities.csv --apply-at 0.5 --review-at 0.9",
        str![[r#"
exit 2
--- stderr
error[bad-thresholds]: repairs cannot be made from 0.5 on and shown for review from 0.9 on
 |
 = help: take two probabilities from 0 to 1, that for review no greater than the other


"#]],
    );
    session.fails(
        "repair cities.csv --review-at nan",
        str![[r#"
exit 2
--- stderr
error[bad-thresholds]: repairs cannot be made from 0.7 on and shown for review from NaN on
 |
 = help: take two probabilities from 0 to 1, that for review no greater than the other


"#]],
    );
}

#[test]
fn settings_that_do_not_fit_the_table_are_told() {
    let session = Session::of_cities();
    session.fails(
        "repair cities.csv --id zipcode",
        str![[r#"
exit 2
--- stderr
error[unknown-column]: no column `zipcode` in the table, which was to identify rows
 |
 = help: write `zip`; the columns are zip, city


"#]],
    );
    session.fails(
        "repair cities.csv --threads 0",
        str![[r#"
exit 2
--- stderr
error[no-threads]: a run cannot have 0 threads
 |
 = help: take 1 or more


"#]],
    );
    session.fails(
        "repair cities.csv --delimiter \"",
        str![[r#"
exit 2
--- stderr
error[bad-delimiter]: the byte \" cannot be the delimiter
 |
 = help: take an ASCII character, such as `,`, `;`, `|` or a tab


"#]],
    );
}

#[test]
fn a_format_that_is_none_is_told() {
    let session = Session::of_cities();
    session.fails(
        "repair cities.csv --no-formats=suffixes",
        str![[r#"
exit 2
--- stderr
error[unknown-format]: no format `suffixes` that could be left out
 |
 = help: write `suffix`; the formats are mojibake, escapes, blanks, nulls, times, dates, durations, emails, phones, numbers, suffix, decimals, padding, disguised, case, moved


"#]],
    );
}

#[test]
fn dirt_that_does_not_fit_the_table_is_told() {
    let session = Session::of_cities();
    session.fails(
        "dirt cities.csv -o dirty.csv --skip street",
        str![[r#"
exit 2
--- stderr
error[unknown-column]: no column `street` in the table, which was to be left clean
 |
 = help: the columns are zip, city


"#]],
    );
    session.fails(
        "dirt cities.csv -o dirty.csv --rate 7",
        str![[r#"
exit 2
--- stderr
error[bad-rate]: the rate 7 is no share of the cells
 |
 = help: take a number from 0 to 1, such as `--rate 0.05`


"#]],
    );
}

#[test]
fn usage_errors_have_the_same_exit_code() {
    let session = Session::of_cities();
    session.fails(
        "repiar cities.csv",
        str![[r#"
exit 2
--- stderr
error: unrecognized subcommand 'repiar'

  tip: a similar subcommand exists: 'repair'

Usage: lustrate <COMMAND>

For more information, try '--help'.

"#]],
    );
    session.fails(
        "repair",
        str![[r#"
exit 2
--- stderr
error: the following required arguments were not provided:
  <DATA>...

Usage: lustrate repair <DATA>...

For more information, try '--help'.

"#]],
    );
    session.fails("dirt cities.csv -o dirty.csv --kinds typ",
        str![[r#"
exit 2
--- stderr
error: invalid value 'typ' for '--kinds <KINDS>'
  [possible values: case, date_order, decimal_shift, digit_slip, exchange, exchange_alike, foreign, keyboard, missing, near, outlier, placeholder, repeated, reversal, scramble, sign, stray, suffix, swap, thousands, transposition, typo, unit, value_exchange, white_space]

  tip: a similar value exists: 'typo'

For more information, try '--help'.

"#]],
    );
    session.fails(
        "dirt --generate orders --rows 0 -o dirty.csv",
        str![[r#"
exit 2
--- stderr
error: invalid value '0' for '--rows <N>': 0 is not in 1..=4294967295

For more information, try '--help'.

"#]],
    );
}

#[test]
fn what_is_shown_for_review_has_no_say_in_what_is_applied() {
    let session = Session::of_cities();
    session.fails(
        "repair cities.csv -r cities.rules --review-at 0.99",
        str![[r#"
exit 2
--- stderr
error[bad-thresholds]: repairs cannot be made from 0.7 on and shown for review from 0.99 on
 |
 = help: take 0.7 at most for review, or say from which confidence of 0.99 or more on repairs are made


"#]],
    );
    session.fails(
        "repair cities.csv -r cities.rules --review-at 2",
        str![[r#"
exit 2
--- stderr
error[bad-thresholds]: repairs cannot be made from 0.7 on and shown for review from 2 on
 |
 = help: take two probabilities from 0 to 1, that for review no greater than the other


"#]],
    );
}

#[test]
fn less_memory_than_the_table_takes_is_refused() {
    let session = Session::of_cities();
    session.fails(
        "repair cities.csv --memory 64MiB",
        str![[r#"
exit 2
--- stderr
error[too-little-memory]: the table alone takes about 148 MiB of memory, and the run may take 64 MiB
 |
 = help: allow 148 MiB or more


"#]],
    );
    session.fails(
        "repair cities.csv --memory 100B",
        str![[r#"
exit 2
--- stderr
error[too-large]: `cities.csv` takes more memory than it may
 |
 = help: allow more, or split the file into smaller ones


"#]],
    );
    assert!(session.run("repair cities.csv --memory plenty").starts_with("exit 2"));
}
