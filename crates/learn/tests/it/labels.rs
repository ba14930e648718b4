//! The rows that cleanlab flags.

use lustrate_learn::{Class, LabelRanking, LabelSettings, Probabilities, label_issues};

use crate::saved::{json, records};

struct Saved {
    truth: Vec<Class>,
    given: Vec<Class>,
    flagged: Vec<usize>,
    p: Probabilities,
}

fn saved(name: &str) -> Saved {
    let records = records(name);
    let class = |text: &String| Class(text.parse().unwrap());
    let shares = |record: &Vec<String>| record[3..].iter().map(|share| share.parse().unwrap()).collect::<Vec<f64>>();
    Saved {
        truth: records.iter().map(|record| class(&record[0])).collect(),
        given: records.iter().map(|record| class(&record[1])).collect(),
        flagged: (0..records.len()).filter(|&row| records[row][2] == "1").collect(),
        p: Probabilities::new(records[0].len() - 3, records.iter().flat_map(shares).collect()),
    }
}

fn flags_what_cleanlab_flags(name: &str) {
    let Saved { given, flagged, p, .. } = saved(&format!("{name}.csv"));
    let found = label_issues(&p, &given, &LabelSettings::default());
    assert_eq!(found.joint, json::<Vec<Vec<usize>>>(&format!("{name}.joint.json")));
    let mut rows: Vec<usize> = found.issues.iter().map(|issue| issue.row).collect();
    rows.sort_unstable();
    assert_eq!(rows, flagged);
}

#[test]
fn the_flags_of_two_classes_are_those_of_cleanlab() {
    flags_what_cleanlab_flags("breast_cancer");
}

#[test]
fn the_flags_of_ten_classes_are_those_of_cleanlab() {
    flags_what_cleanlab_flags("digits");
}

#[test]
fn most_of_the_labels_that_come_first_are_wrong() {
    for name in ["breast_cancer.csv", "digits.csv"] {
        let Saved { truth, given, p, .. } = saved(name);
        for ranking in [LabelRanking::Given, LabelRanking::Corrected] {
            let found = label_issues(&p, &given, &LabelSettings { ranking, groups: None });
            let wrong = found.issues.iter().take(30).filter(|issue| truth[issue.row] != issue.given).count();
            assert!(wrong >= 24, "{name}, {ranking:?}: {wrong} of 30");
        }
    }
}
