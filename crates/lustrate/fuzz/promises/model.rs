//! What is promised of any bytes that are given as a saved model.

use std::sync::LazyLock;

use ciborium::Value;
use lustrate::{SavedModel, Settings, Table, repair_with_model};
use lustrate_table::{Column, RowId};
use sha2::{Digest, Sha256};

use crate::messages::are_sound;

/// What a file begins with, before the length and the hash of its body.
const FIRST_LINE: &[u8] = b"lustrate model 1 0.1.0\n";

/// New rows of the columns of the seeds.
static NEW_ROWS: LazyLock<Table> = LazyLock::new(|| {
    let column = |cells: [Option<&'static str>; 3]| cells.into_iter().collect::<Column>();
    let columns = vec![
        ("zip".to_owned(), column([Some("00184"), Some("10115"), None])),
        ("city".to_owned(), column([Some("Rpme"), Some("Berlin"), Some("Paris")])),
    ];
    Table::new(columns).expect("the names differ")
});

/// Reads the bytes as a saved model, writes it again, and repairs new rows by it. Bytes that do not begin as a model does are
/// taken for what is in one, as JSON or as CBOR, and get the right length and hash, without which nothing is looked at.
///
/// # Panics
/// If one of the promises is broken.
pub fn hold(bytes: &[u8]) {
    if bytes.starts_with(b"lustrate") {
        return hold_of_file(bytes);
    }
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else { return hold_of_file(&file_of(bytes)) };
    let mut plain = Vec::new();
    ciborium::into_writer(&json, &mut plain).expect("plain data is written to memory");
    hold_of_file(&file_of(&plain));
}

/// The file with this body.
fn file_of(plain: &[u8]) -> Vec<u8> {
    let body = zstd::encode_all(plain, 1).expect("memory is read and written");
    [FIRST_LINE, &(body.len() as u64).to_le_bytes(), &Sha256::digest(&body), &body].concat()
}

fn hold_of_file(bytes: &[u8]) {
    let model = match SavedModel::from_bytes("m.lustrate", bytes) {
        Ok(model) => model,
        Err(error) => {
            let messages = error.diagnostics();
            assert!(messages.has_errors(), "it is refused without an error");
            return are_sound(&messages);
        }
    };
    let written = model.to_bytes();
    let again = SavedModel::from_bytes("again.lustrate", &written);
    let again = again.unwrap_or_else(|error| panic!("{}", error.diagnostics()));
    assert!(again.to_bytes() == written, "a model is not read as it was written");
    // The rows alone decide how long a run takes.
    if model.rows().rows() > 200 || model.rows().schema().len() > 8 {
        return;
    }
    let empty = model.rows().select(&[] as &[RowId]);
    for table in [&*NEW_ROWS, &empty] {
        if let Err(error) = repair_with_model(table, &model, &Settings::new().threads(1)) {
            are_sound(&error.diagnostics());
        }
    }
}
