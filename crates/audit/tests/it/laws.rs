//! What holds of every text file and all repairs of it.

use std::fs;

use lustrate_audit::{Choice, Mark, conditions};
use lustrate_io::CsvOptions;
use proptest::prelude::*;

use crate::odd_text::{OddText, odd_text};
use crate::round::{Proposal, Round, bytes, only};

fn proposal() -> impl Strategy<Value = Proposal> {
    let new = prop::sample::select(
        &[None, Some("Rome"), Some("a;b,c\td|e"), Some("\"q\""), Some("\"\""), Some("l\nm"), Some("€"), Some(" ")][..],
    );
    let mark = prop_oneof![3 => Just(Mark::Apply), 1 => Just(Mark::Review)];
    (0_u32..20, 0_u32..20, new, mark).prop_map(|(row, column, new, mark)| Proposal {
        row,
        column,
        new: new.map(str::to_owned),
        mark,
    })
}

fn round(text: &OddText, proposals: &[Proposal], apart: &[u32], form: &str) -> Option<Round> {
    Round::new("d.csv", |path| fs::write(path, &text.bytes).unwrap(), &text.options, proposals, apart, form)
}

#[test]
fn line_ends_that_read_as_one_without_the_row_between_them_are_told_apart() {
    let odd = b"a\rb\n\nc\r\nd\re".to_vec();
    let options = CsvOptions { delimiter: Some(b','), encoding: None, ..CsvOptions::default() };
    let text = OddText { bytes: odd, options };
    for apart in [vec![0], vec![0, 1], vec![2, 3], vec![1, 3], vec![0, 1, 2]] {
        let round = round(&text, &[], &apart, "csv").unwrap();
        assert_eq!(bytes(&round.undo(&round.cleaned, &Choice::default(), "back.csv")), text.bytes, "{apart:?}");
    }
}

proptest! {
    #[test]
    fn replayed_is_what_the_run_wrote_and_taken_back_is_what_it_read(
        text in odd_text(),
        proposals in prop::collection::vec(proposal(), 0..8),
        apart in prop::collection::vec(0_u32..20, 0..4),
        form in prop::sample::select(&["csv", "jsonl"][..]),
    ) {
        let round = round(&text, &proposals, &apart, form);
        prop_assume!(round.is_some());
        let round = round.unwrap();
        prop_assert_eq!(bytes(&round.replay(&Choice::default(), "again.csv")), bytes(&round.cleaned));
        prop_assert_eq!(bytes(&round.undo(&round.cleaned, &Choice::default(), "back.csv")), bytes(&round.data));
    }

    #[test]
    fn some_of_the_repairs_and_the_others_taken_back_are_the_same(
        text in odd_text(),
        proposals in prop::collection::vec(proposal(), 1..8),
        apart in prop::collection::vec(0_u32..20, 0..3),
        last in 1_u32..6,
    ) {
        let round = round(&text, &proposals, &apart, "csv");
        prop_assume!(round.is_some());
        let round = round.unwrap();
        let (first, rest) = (only(&format!("row <= {last}")), only(&format!("row > {last}")));
        let some = round.replay(&first, "some.csv");
        if bytes(&round.cleaned) != bytes(&round.data) {
            prop_assert_eq!(bytes(&round.undo(&round.cleaned, &rest, "undone.csv")), bytes(&some));
        }
        if bytes(&some) != bytes(&round.data) {
            prop_assert_eq!(bytes(&round.undo(&some, &Choice::default(), "back.csv")), bytes(&round.data));
        }
    }

    #[test]
    fn what_was_accepted_can_be_taken_back(
        text in odd_text(),
        proposals in prop::collection::vec(proposal(), 1..8),
        apart in prop::collection::vec(0_u32..20, 0..4),
    ) {
        let round = round(&text, &proposals, &apart, "jsonl");
        prop_assume!(round.is_some());
        let round = round.unwrap();
        let accepted = conditions("--accept", "decision = review").unwrap();
        let choice = Choice { accepted: Some(accepted), ..Choice::default() };
        let more = round.replay(&choice, "more.csv");
        if bytes(&more) != bytes(&round.data) {
            prop_assert_eq!(bytes(&round.undo(&more, &choice, "back.csv")), bytes(&round.data));
        }
    }
}
