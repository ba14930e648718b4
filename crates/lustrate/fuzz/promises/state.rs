//! What is promised of any bytes that are given as the state of `active`.

use std::sync::LazyLock;

use lustrate::{ActiveLoop, ActiveState, Rules, Settings, Table};
use lustrate::{ActiveOptions, ModelTask};
use lustrate_table::Column;
use serde_json::Value;

use crate::messages::are_sound;

/// A table with the columns and as many rows as that of the seeds.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let texts: Vec<(String, &str)> =
        (0..30).map(|row| (row * 37 % 101).to_string()).map(|x| (x.clone(), class(&x))).collect();
    let x: Column = texts.iter().map(|(x, _)| Some(x.as_str())).collect();
    let class: Column = texts.iter().map(|(_, class)| Some(*class)).collect();
    Table::new(vec![("x".to_owned(), x), ("class".to_owned(), class)]).expect("the names differ")
});

fn class(x: &str) -> &'static str {
    if x.parse().is_ok_and(|x: u32| x > 50) { "yes" } else { "no" }
}

/// What a state says the table and the trusted rows are, of this table.
static HASHES: LazyLock<Value> = LazyLock::new(|| {
    let task = ModelTask { target: Some("class".to_owned()), ..ModelTask::default() };
    let options = ActiveOptions { all_rows: true, trusted: Some(TABLE.clone()), ..ActiveOptions::default() };
    let started = ActiveLoop::start(&TABLE, &Rules::default(), &task, &options, &Settings::new(), &|_| ());
    let started = started.unwrap_or_else(|error| panic!("{}", error.diagnostics()));
    serde_json::to_value(started.state()).expect("a state is plain data")
});

/// Reads the bytes as a state, writes it again, and goes on by it. A state of any table is taken for one of the table at hand, as
/// it would else be refused at once.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    let of_table = serde_json::from_slice::<Value>(bytes).ok().map(of_table);
    let bytes = of_table.as_deref().unwrap_or(bytes);
    let state = match ActiveState::from_bytes("s.json", bytes) {
        Ok(state) => state,
        Err(error) => return are_sound(&error.diagnostics()),
    };
    let written = serde_json::to_vec(&state).expect("a state is plain data");
    let again = ActiveState::from_bytes("again.json", &written);
    assert!(again.is_ok_and(|again| again == state), "a state is not read as it was written");
    let trusted = of_value(&written, "trusted").is_string().then_some(&*TABLE);
    match ActiveLoop::resume(&TABLE, &Rules::default(), state, trusted, &Settings::new().threads(1)) {
        Ok(mut resumed) => drop(resumed.next_batch()),
        Err(error) => are_sound(&error.diagnostics()),
    }
}

fn of_value(json: &[u8], name: &str) -> Value {
    serde_json::from_slice::<Value>(json).map_or(Value::Null, |value| value[name].clone())
}

/// The same state, of the table at hand.
fn of_table(mut state: Value) -> Vec<u8> {
    if let Value::Object(fields) = &mut state {
        for name in ["table", "trusted"] {
            if let Some(hash) = fields.get_mut(name).filter(|hash| hash.is_string()) {
                *hash = HASHES[name].clone();
            }
        }
    }
    serde_json::to_vec(&state).expect("a value is written as it was read")
}
