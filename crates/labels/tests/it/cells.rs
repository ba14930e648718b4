//! The form with one line a cell.

use lustrate_labels::Said;

use crate::cities::{CITIES, read, read_for, said, table, tasks};

/// The lines of the task file with answers: each line of the pair gets its `answer,correct,who`.
fn answered(answers: [&str; 2]) -> String {
    let text = tasks();
    let mut lines = text.lines();
    let mut out = lines.next().unwrap().to_owned() + "\n";
    for (line, answer) in lines.zip(answers) {
        out += &format!("{},{answer}\n", line.rsplitn(4, ',').nth(3).unwrap());
    }
    out
}

#[test]
fn right_wrong_and_unknown_are_labels() {
    let labels = read(&answered(["right,Rome,ann", "wrong,Paris,"])).unwrap();
    assert_eq!(said(&labels, 2), [(1, "Rom".to_owned()), (4, "Paris".to_owned())]);
    assert_eq!(labels.items[0].who.as_deref(), Some("ann"));
    let labels = read(&answered(["unknown,Rome,", "wrong,Lyon,"])).unwrap();
    assert_eq!(labels.items[0].said, Said::Unknown);
    assert_eq!(said(&labels, 2)[1], (4, "Lyon".to_owned()));
    let labels = read(&answered(["wrong,,", ",Paris,"])).unwrap();
    assert_eq!(said(&labels, 2), [(1, "-".to_owned())], "a line without an answer is none");
}

#[test]
fn crowd_platforms_may_move_rename_and_add_columns() {
    let text = answered(["right,Rome,", "wrong,Paris,"]);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let mut out = "HITId,WorkerId,Answer.correct,Answer.answer,Input.task,Input.column,Input.original,Input.proposed,Input.correct\n"
        .to_owned();
    for row in &rows[1..] {
        for (worker, answer, correct) in [("A1", "right", row[6]), ("A2", "wrong", "Roma")] {
            out += &format!("h,{worker},{correct},{answer},{},{},{},{},{}\n", row[0], row[3], row[5], row[6], row[10]);
        }
    }
    let labels = read(&out).unwrap();
    let expected = [(1, "Rom"), (1, "Roma"), (4, "-"), (4, "Roma")];
    assert_eq!(said(&labels, 2), expected.map(|(row, said)| (row, said.to_owned())));
    assert_eq!(labels.items[1].who.as_deref(), Some("A2"));
}

#[test]
fn by_hand_three_columns_are_enough() {
    let labels = read("Row;Column;Correct\n4;city;Paris\n1;zip;\n2;city;?\n").unwrap();
    assert_eq!(said(&labels, 2), [(4, "Paris".to_owned()), (2, "?".to_owned())]);
    assert_eq!(said(&labels, 1), [(1, "-".to_owned())]);
    assert_eq!(said(&read("key,column,correct\n3,city,Roma\n").unwrap(), 2), [(3, "Roma".to_owned())]);
}

#[test]
fn a_task_is_found_where_its_row_is_now() {
    let text = answered(["wrong,Rome,", "wrong,Paris,"]);
    let mut lines: Vec<&str> = CITIES.lines().collect();
    lines[1..].reverse();
    let moved = read_for(&text, &table(&lines.join("\n"))).unwrap();
    assert_eq!(said(&moved, 2), [(4, "Rome".to_owned()), (1, "Paris".to_owned())]);
    let changed = lines.join("\n").replace("1/2", "2/2");
    assert_eq!(said(&read_for(&text, &table(&changed)).unwrap(), 2)[0], (4, "Rome".to_owned()), "by its key");
}
