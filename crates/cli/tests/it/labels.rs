//! `lustrate labels`: doubtful labels, what is done about them, and wrong input.

use crate::session::Session;

/// Rows of two classes that two columns tell apart, of which twenty labels are wrong, as many of each class.
pub fn flowers() -> String {
    let mut text = "id,width,colour,kind\n".to_owned();
    for row in 0..400_u32 {
        let is_rose = row.is_multiple_of(2);
        let jitter = f64::from(row * 37 % 100) / 100.0;
        let width = if is_rose { 4.0 + jitter } else { 2.0 + jitter };
        let colour = match (is_rose, row % 5) {
            (true, 0) | (false, 1..) => "white",
            _ => "red",
        };
        let is_wrong = [7, 14].contains(&(row % 40));
        let kind = if is_rose != is_wrong { "rose" } else { "lily" };
        text += &format!("{},{width:.2},{colour},{kind}\n", 1000 + row * 3);
    }
    text
}

fn session() -> Session {
    Session::with(&[("f.csv", &flowers()), ("f.rules", "column id id\ncolumn kind label\n")])
}

/// The lines of a repairs file, without the header.
fn records(session: &Session) -> Vec<String> {
    session.read("f.repairs.csv").lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn wrong_labels_are_listed_and_none_is_changed() {
    let session = session();
    let told = session.done("labels f.csv -r f.rules");
    assert_eq!(session.read("f.clean.csv"), flowers());
    let records = records(&session);
    assert!((18..=20).contains(&records.len()), "{told}");
    for record in &records {
        let row: u32 = record.split(',').next().unwrap().parse().unwrap();
        assert!([7, 14].contains(&((row - 1) % 40)), "{record}");
        assert!(record.contains(",kind,lily,rose,") || record.contains(",kind,rose,lily,"), "{record}");
        assert!(record.contains(",review,labels,"), "{record}");
    }
    for part in [
        &format!("Doubtful   {} of 400 labels", records.len()),
        "`kind` has 2 classes",
        "lustrate apply f.repairs.csv f.csv",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn what_a_person_marks_is_applied_and_taken_back() {
    let session = session();
    session.done("labels f.csv -r f.rules");
    let marked = session.read("f.repairs.csv").replace(",review,", ",apply,");
    session.write("f.repairs.csv", marked.as_bytes());
    session.done("apply f.repairs.csv f.csv -o mended.csv");
    let wrong = |text: &str| {
        text.lines().skip(1).enumerate().filter(|(row, line)| line.ends_with("rose") != row.is_multiple_of(2)).count()
    };
    assert_eq!(wrong(&flowers()), 20);
    assert!(wrong(&session.read("mended.csv")) <= 2);
    session.done("apply --undo f.repairs.csv mended.csv -o back.csv");
    assert_eq!(session.read("back.csv"), flowers());
}

#[test]
fn labels_are_changed_where_that_is_asked_for() {
    let session = session();
    let told = session.done("labels f.csv --target kind --exclude id --relabel-at 0.9");
    let applied = records(&session).iter().filter(|record| record.contains(",apply,labels,")).count();
    assert!(applied > 0, "{told}");
    let changed = session.read("f.clean.csv").lines().zip(flowers().lines()).filter(|(new, old)| new != old).count();
    assert_eq!(changed, applied);
}

#[test]
fn programs_get_the_joint_and_the_order() {
    let session = session();
    let told = session.done("labels f.csv -r f.rules --format json --ranking corrected");
    let json: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(json["target"], "kind");
    assert_eq!(json["ranking"], "corrected");
    assert_eq!(json["labelled"], 400);
    assert_eq!(json["classes"][0]["class"], "lily");
    assert_eq!(json["classes"][0]["probably"].as_array().unwrap().len(), 2);
    assert_eq!(json["order"].as_array().unwrap().len(), json["repairs"].as_array().unwrap().len());
    assert_eq!(json["schema"], 1);
}

#[test]
fn the_same_for_any_number_of_threads() {
    let (one, two) = (session(), session());
    let told = [(&one, 1), (&two, 2)].map(|(session, threads)| {
        session.done(&format!("labels f.csv -r f.rules --threads {threads}"));
        session.read("f.repairs.csv")
    });
    assert_eq!(told[0], told[1]);
}

#[test]
fn a_target_that_cannot_be_predicted_is_told_with_its_mend() {
    let mut text = "a,b,copy,number,one,kind,word\n".to_owned();
    for row in 0..60 {
        let kind = ["x", "y"][row % 2];
        text += &format!("{},{},{},{}.5,same,{kind},w{row}\n", row % 7, row % 3, ["left", "right"][row % 2], row * row);
    }
    let session = Session::with(&[("t.csv", &text), ("two.rules", "column a label\ncolumn kind label\n")]);
    for (line, code, mend) in [
        ("labels t.csv", "no-target", "name it with `--target COLUMN`"),
        ("labels t.csv --target kinds", "unknown-column", "write `kind`"),
        ("labels t.csv --target one", "constant-target", "two classes or more"),
        ("labels t.csv --target number", "continuous-target", "a class is needed"),
        ("labels t.csv --target word", "rare-classes", "5 rows or more"),
        ("labels t.csv --target kind", "target-leak", "leave it out with `--exclude copy`"),
        ("labels t.csv --target kind --exclude kind", "target-excluded", "name another target"),
        ("labels t.csv --target kind --exclude cpoy", "unknown-column", "write `copy`"),
        ("labels t.csv --target kind --exclude copy --protected one", "one-group", "several groups"),
        ("labels t.csv --target kind --exclude copy --protected sex", "unknown-column", "the columns are a, b"),
        ("labels t.csv --target kind --exclude copy --favourable z", "unknown-class", "the classes are x, y"),
        ("labels t.csv --target kind --exclude copy --relabel-at 0.2", "bad-probability", "from 0.5 to 1"),
        ("labels t.csv -r two.rules", "several-targets", "`--target COLUMN`"),
        (
            "labels t.csv --target kind --exclude copy --exclude a --exclude b --exclude number --exclude word",
            "no-features",
            "one (the same in all rows)",
        ),
    ] {
        let told = session.run(line);
        assert!(told.starts_with("exit 2\n"), "{line}\n{told}");
        assert!(told.contains(&format!("error[{code}]")) && told.contains(mend), "{line}\n{told}");
    }
    assert_eq!(session.names(), ["t.csv", "two.rules"]);
}

#[test]
fn numbers_with_a_decimal_comma_are_numbers_for_the_model() {
    let text: String = flowers().lines().map(|line| line.replace(',', ";").replace('.', ",") + "\r\n").collect();
    let comma = Session::with(&[("f.csv", &text), ("f.rules", "column id id\ncolumn kind label\n")]);
    comma.done("labels f.csv -r f.rules");
    assert_eq!(comma.read("f.clean.csv"), text);
    let point = session();
    point.done("labels f.csv -r f.rules");
    let rows = |session: &Session| -> Vec<String> {
        records(session).iter().map(|line| line.split(',').next().unwrap().to_owned()).collect()
    };
    assert_eq!(rows(&comma), rows(&point));
}
