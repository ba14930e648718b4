//! Tables that are compressed as a whole.

use std::fs;
use std::io::{Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use snapbox::{assert_data_eq, str};

use crate::session::{CITIES, Session};

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn unzstd(bytes: &[u8]) -> String {
    String::from_utf8(zstd::decode_all(bytes).unwrap()).unwrap()
}

fn of_gzip() -> Session {
    let session = Session::of_cities();
    session.write("cities.csv.gz", &gzip(CITIES.as_bytes()));
    fs::remove_file(session.path().join("cities.csv")).unwrap();
    session
}

fn bytes(session: &Session, name: &str) -> Vec<u8> {
    fs::read(session.path().join(name)).unwrap()
}

fn repaired() -> String {
    CITIES.replace("Rom\n", "Rome\n")
}

#[test]
fn a_compressed_table_comes_out_compressed_and_otherwise_byte_for_byte() {
    let session = of_gzip();
    assert_data_eq!(
        session.run("repair cities.csv.gz -r cities.rules"),
        str![[r#"
exit 0
--- stdout
Table      cities.csv.gz: 9 rows, 2 columns, 18 cells
Rules      1 given; 1 was broken (1 change needed), none is now
Repaired   1 of 18 cells (5.6 %): city 1
To review  0 of 18 cells
Such as    row 4, city: "Rom" -> "Rome" (0.99); 4 of 4 other rows with zip = "00184" agree (rule places)
Written    cities.clean.csv.gz and cities.repairs.csv, which says for each cell what, why and how sure
Next       see what changed in cities.repairs.csv

"#]]
    );
    assert_eq!(gunzip(&bytes(&session, "cities.clean.csv.gz")), repaired());
}

#[test]
fn every_form_is_written_by_the_ending_of_the_output() {
    let session = of_gzip();
    session.done("repair cities.csv.gz -r cities.rules -o a.csv");
    assert_eq!(session.read("a.csv"), repaired());
    session.done("repair cities.csv.gz -r cities.rules -o b.csv.zst --force");
    assert_eq!(unzstd(&bytes(&session, "b.csv.zst")), repaired());
    session.done("repair b.csv.zst -o c.parquet");
    session.done("repair c.parquet -o d.tsv.gz");
    assert_eq!(gunzip(&bytes(&session, "d.tsv.gz")), repaired().replace(',', "\t"));
}

#[test]
fn what_a_file_is_the_content_tells_and_members_and_frames_go_one_behind_the_other() {
    let session = Session::with(&[("cities.rules", crate::session::CITY_RULE)]);
    let (start, end) = CITIES.split_at(40);
    session.write("cities.csv", &[gzip(start.as_bytes()), gzip(end.as_bytes())].concat());
    session.done("repair cities.csv -r cities.rules");
    assert_eq!(gunzip(&bytes(&session, "cities.clean.csv.gz")), repaired());
    let frames = [start, end].map(|text| zstd::encode_all(text.as_bytes(), 19).unwrap()).concat();
    session.write("frames.csv.zst", &frames);
    session.done("repair frames.csv.zst -r cities.rules");
    assert_eq!(unzstd(&bytes(&session, "frames.clean.csv.zst")), repaired());
    session.write("plain.csv.gz", CITIES.as_bytes());
    session.done("repair plain.csv.gz -r cities.rules");
    assert_eq!(session.read("plain.clean.csv"), repaired());
}

#[test]
fn all_commands_that_read_a_table_read_compressed_ones() {
    let session = of_gzip();
    assert_eq!(session.output("detect cities.csv.gz -r cities.rules").status.code(), Some(1));
    let sarif = session.run("detect cities.csv.gz -r cities.rules --format sarif");
    assert!(sarif.contains("\"startLine\": 5"), "{sarif}");
    assert!(session.done("explain cities.csv.gz 4:city -r cities.rules").contains("Rome"));
    assert!(session.done("check cities.rules cities.csv.gz").contains("1 rule, 0 errors"));
    let lines = session.done("repair cities.csv.gz -r cities.rules --dry-run");
    assert!(lines.contains("-00184,Rom\n") && lines.contains("+00184,Rome\n"), "{lines}");
}

#[test]
fn repairs_of_a_compressed_table_are_made_again_and_taken_back() {
    let session = of_gzip();
    session.done("repair cities.csv.gz -r cities.rules");
    session.done("apply cities.repairs.csv cities.csv.gz -o again.csv.gz");
    assert_eq!(bytes(&session, "again.csv.gz"), bytes(&session, "cities.clean.csv.gz"));
    let undone = session.done("apply cities.repairs.csv cities.clean.csv.gz --undo");
    assert!(undone.contains("cities.clean.undone.csv.gz"), "{undone}");
    assert_eq!(gunzip(&bytes(&session, "cities.clean.undone.csv.gz")), CITIES);
    // Nor does it matter whether somebody has decompressed the tables since.
    session.write("cities.csv", CITIES.as_bytes());
    session.done("apply cities.repairs.csv cities.csv -o decompressed.csv");
    assert_eq!(session.read("decompressed.csv"), repaired());
    session.done("apply cities.repairs.csv decompressed.csv --undo -o back.csv");
    assert_eq!(session.read("back.csv"), CITIES);
}

#[test]
fn rows_that_were_set_apart_come_back_out_of_a_compressed_file() {
    let people = "id;state;age\n1;child;7\n2;married;5\n3;married;44\n4;child;9\n5;married;6\n6;married;51\n";
    let rule = "young: deny state = \"married\" and age < 14 hard because \"by law\"\n";
    let session = Session::with(&[("people.rules", rule)]);
    session.write("people.csv.gz", &gzip(people.as_bytes()));
    session.done("repair people.csv.gz -r people.rules --id id");
    assert_eq!(gunzip(&bytes(&session, "people.quarantine.csv.gz")).lines().count(), 3);
    assert_eq!(gunzip(&bytes(&session, "people.clean.csv.gz")).lines().count(), 5);
    session.done("apply people.repairs.csv people.clean.csv.gz --undo -o back.csv.gz");
    assert_eq!(gunzip(&bytes(&session, "back.csv.gz")), people);
}

#[test]
fn what_breaks_off_is_damaged_or_holds_no_text_is_told() {
    let session = Session::of_cities();
    let whole = gzip(CITIES.as_bytes());
    session.write("cut.csv.gz", &whole[..whole.len() / 2]);
    session.fails(
        "repair cut.csv.gz",
        str![[r#"
exit 2
--- stderr
error[cut-short]: `cut.csv.gz` was cut short: it is compressed with gzip, and its end is missing
 |
 = help: download or compress the file again


"#]],
    );
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 8].fill(0xff);
    session.write("damaged.csv.gz", &damaged);
    session.fails("repair damaged.csv.gz", str![[r#"
exit 2
--- stderr
error[damaged-compression]: `damaged.csv.gz` is compressed with gzip and damaged: corrupt gzip stream does not have a matching checksum
 |
 = help: download or compress the file again


"#]]);
    session.write("cut.csv.zst", &zstd::encode_all(CITIES.as_bytes(), 3).unwrap()[..20]);
    session.fails(
        "detect cut.csv.zst -r cities.rules",
        str![[r#"
exit 2
--- stderr
error[cut-short]: `cut.csv.zst` was cut short: it is compressed with Zstandard, and its end is missing
 |
 = help: download or compress the file again


"#]],
    );
    session.write("twice.csv.gz", &gzip(&whole));
    session.fails(
        "repair twice.csv.gz",
        str![[r#"
exit 2
--- stderr
error[compressed-twice]: `twice.csv.gz` is compressed with gzip, and what is in it is compressed once more
 |
 = help: decompress it first (`gzip -d` or `zstd -d`): Parquet files and workbooks are read as they are, and text is compressed once


"#]],
    );
    session.done("repair cities.csv -o cities.parquet");
    let parquet = bytes(&session, "cities.parquet");
    session.write("cities.parquet.gz", &gzip(&parquet));
    session.fails("repair cities.parquet.gz --force", str![[r#"
exit 2
--- stderr
error[compressed-twice]: `cities.parquet.gz` is compressed with gzip, and what is in it is a Parquet file
 |
 = help: decompress it first (`gzip -d` or `zstd -d`): Parquet files and workbooks are read as they are, and text is compressed once


"#]]);
    session.fails(
        "repair cities.csv -o other.parquet.gz",
        str![[r#"
exit 2
--- stderr
error[compressed-parquet]: cannot write `other.parquet.gz`: Parquet files are compressed within themselves
 |
 = help: name it `other.parquet`


"#]],
    );
    session.write("empty.csv.gz", &gzip(b""));
    session.fails(
        "repair empty.csv.gz",
        str![[r#"
exit 2
--- stderr
error[empty-file]: `empty.csv.gz` is empty
 |
 = help: name a file with a header and at least one data row


"#]],
    );
    session.write("rubbish.csv.gz", &gzip(b"\x7fELF\x02\x01\0\0\0\xff\xfe"));
    session.fails(
        "repair rubbish.csv.gz",
        str![[r#"
exit 2
--- stderr
error[not-text]: `rubbish.csv.gz` is no text: line 1, byte 7 is 0x00
 |
 = help: name a CSV or Parquet file


"#]],
    );
}
