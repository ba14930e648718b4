//! Arrow record batches and Polars data frames.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, LargeStringArray, ListArray,
    RecordBatch, StringArray, TimestampMillisecondArray,
};
use arrow::datatypes::{Int8Type, Int32Type};
use lustrate_io::{from_data_frame, from_record_batches, to_data_frame, to_record_batch};

use crate::csv::cells;

fn batch() -> RecordBatch {
    let dictionary: DictionaryArray<Int8Type> = [Some("x"), None, Some("x")].into_iter().collect();
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)]), None, Some([None])]);
    let columns: [(&str, ArrayRef); 8] = [
        ("text", Arc::new(StringArray::from(vec![Some("a"), None, Some("")]))),
        ("large", Arc::new(LargeStringArray::from(vec!["b", "c", "d"]))),
        ("dictionary", Arc::new(dictionary)),
        ("number", Arc::new(Int32Array::from(vec![Some(1), None, Some(-3)]))),
        ("share", Arc::new(Float64Array::from(vec![0.1, 1e300, 2.0]))),
        ("flag", Arc::new(BooleanArray::from(vec![true, false, true]))),
        ("day", Arc::new(Date32Array::from(vec![0, 1, 2]))),
        ("list", Arc::new(list)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn flat_arrow_columns_become_text_and_nulls_stay_null() {
    let reading = from_record_batches(&[batch().slice(0, 1), batch().slice(1, 2)]).unwrap();
    let expected = [
        [Some("a"), Some("b"), Some("x"), Some("1"), Some("0.1"), Some("true"), Some("1970-01-01")],
        [None, Some("c"), None, None, Some("1e300"), Some("false"), Some("1970-01-02")],
        [Some(""), Some("d"), Some("x"), Some("-3"), Some("2"), Some("true"), Some("1970-01-03")],
    ];
    assert_eq!(cells(&reading.table), expected);
    assert_eq!(reading.notes.iter().len(), 1);
}

#[test]
fn timestamps_are_written_with_their_zone() {
    let moments = TimestampMillisecondArray::from(vec![0]).with_timezone("+00:00");
    let batch = RecordBatch::try_from_iter([("t", Arc::new(moments) as ArrayRef)]).unwrap();
    assert_eq!(cells(&from_record_batches(&[batch]).unwrap().table), [[Some("1970-01-01T00:00:00Z")]]);
}

#[test]
fn a_table_goes_through_batches_and_frames_unchanged() {
    let table = from_record_batches(&[batch()]).unwrap().table;
    assert_eq!(cells(&from_record_batches(&[to_record_batch(&table).unwrap()]).unwrap().table), cells(&table));
    assert_eq!(cells(&from_data_frame(&to_data_frame(&table).unwrap()).unwrap().table), cells(&table));
}

#[test]
fn batches_that_make_no_table_are_refused() {
    let other = RecordBatch::try_from_iter([("a", Arc::new(Int32Array::from(vec![1])) as ArrayRef)]).unwrap();
    let message = |batches: &[RecordBatch]| from_record_batches(batches).unwrap_err().to_string();
    assert_eq!(message(&[]), "there is no record batch");
    assert_eq!(message(&[batch(), other]), "the record batches have different columns");
    assert_eq!(message(&[batch().slice(0, 0)]), "the record batches have no rows");
}
