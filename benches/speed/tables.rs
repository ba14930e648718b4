//! The tables that are measured, made from a seed and streamed to files.
//!
//! Rows come in blocks of a fixed number, each with a random stream of its own; what belongs to a key is numbers in memory,
//! and words are computed from their numbers. So a table of ten million rows takes little memory to make.

mod dirt;
mod domain;
mod orders;
mod pairs;
mod record;
mod wide;
mod words;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use lustrate_benches::megabytes;
use lustrate_report::counted;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use dirt::{Dirt, ErrorKind};
pub(crate) use record::Record;

pub(crate) use domain::Domain;
pub(crate) use orders::Orders;
pub(crate) use pairs::{DEPENDENCY, ORDER, Pairs, TYPES};
pub(crate) use wide::Wide;

/// The generator of everything random.
type Stream = ChaCha8Rng;

/// The seed of all tables.
const SEED: u64 = 1;
/// Rows with one random stream.
const BLOCK: u64 = 10_000;
/// The stream of what belongs to keys; blocks have those from 0.
const KEYS: u64 = u64::MAX;

/// A table that can be made row by row.
pub(crate) trait Made {
    /// A name for its files, that tells it from all others.
    fn name(&self) -> String;
    /// The number of rows.
    fn rows(&self) -> u64;
    /// The names of the columns.
    fn header(&self) -> Vec<String>;
    /// The rules that the true table satisfies.
    fn rules(&self) -> String;
    /// The share of wrong cells in a column.
    fn rate(&self, column: usize) -> f64;
    /// How they are wrong, each kind as often.
    fn errors(&self) -> &[ErrorKind] {
        ErrorKind::ALL
    }
    /// Draws the texts of a row; of its number only what numbers the rows depends.
    fn draw(&self, row: u64, stream: &mut Stream, record: &mut Record);
}

/// The files of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Files {
    /// With wrong cells.
    pub(crate) dirty: PathBuf,
    /// Without.
    pub(crate) truth: PathBuf,
    /// What the truth satisfies.
    pub(crate) rules: PathBuf,
    /// Data rows.
    pub(crate) rows: u64,
    /// Columns.
    pub(crate) columns: usize,
    /// Bytes of the dirty table.
    pub(crate) bytes: u64,
}

impl Files {
    /// Its rows and columns, in words.
    pub(crate) fn size(&self) -> String {
        format!(
            "{} of {} and {} MB",
            counted(self.rows, "row"),
            counted(self.columns as u64, "column"),
            megabytes(self.bytes)
        )
    }

    /// Cells of the table.
    pub(crate) fn cells(&self) -> u64 {
        self.rows * self.columns as u64
    }
}

/// Writes the files of a table into a folder, or takes those that an earlier run left there.
///
/// # Errors
/// A folder or a file that cannot be written.
pub(crate) fn make(table: &dyn Made, folder: &Path, say: &dyn Fn(&str)) -> Result<Files, String> {
    let place = |ending: &str| folder.join(format!("{}{ending}", table.name()));
    let (dirty, truth, rules) = (place(".csv"), place(".truth.csv"), place(".rules"));
    if !rules.is_file() {
        say(&format!("makes {}", dirty.display()));
        let written = fs::create_dir_all(folder).and_then(|()| write(table, &dirty, &truth));
        let written = written.and_then(|()| fs::write(&rules, table.rules()));
        written.map_err(|error| format!("cannot write to {}: {error}", folder.display()))?;
    }
    let bytes = fs::metadata(&dirty).map_err(|error| format!("cannot read {}: {error}", dirty.display()))?.len();
    Ok(Files { dirty, truth, rules, rows: table.rows(), columns: table.header().len(), bytes })
}

/// Both tables; the rules are written last, so that where they are the tables are whole.
fn write(table: &dyn Made, dirty: &Path, truth: &Path) -> io::Result<()> {
    let open = |path: &Path| File::create(path).map(|file| BufWriter::with_capacity(1 << 20, file));
    let (mut dirty, mut truth) = (open(dirty)?, open(truth)?);
    let header = table.header().join(",") + "\n";
    dirty.write_all(header.as_bytes())?;
    truth.write_all(header.as_bytes())?;
    rows(table, |right, spoilt| {
        right.write(&mut truth)?;
        spoilt.write(&mut dirty)
    })?;
    dirty.flush()?;
    truth.flush()
}

/// Gives each row as it should be and as it is.
fn rows(table: &dyn Made, mut take: impl FnMut(&Record, &Record) -> io::Result<()>) -> io::Result<()> {
    let mut dirt = Dirt::new(table);
    let (mut right, mut spoilt) = (Record::default(), Record::default());
    for block in 0..table.rows().div_ceil(BLOCK) {
        let mut stream = stream(block);
        for row in block * BLOCK..table.rows().min((block + 1) * BLOCK) {
            right.clear();
            table.draw(row, &mut stream, &mut right);
            dirt.spoil(&right, &mut stream, &mut spoilt);
            take(&right, &spoilt)?;
        }
    }
    Ok(())
}

#[cfg(test)]
impl Files {
    /// Files that are not there, of ten rows and so many bytes.
    pub(crate) fn sample(bytes: u64) -> Self {
        let [dirty, truth, rules] = ["dirty.csv", "truth.csv", "table.rules"].map(PathBuf::from);
        Files { dirty, truth, rules, rows: 10, columns: 2, bytes }
    }
}

fn stream(of: u64) -> Stream {
    let mut stream = Stream::seed_from_u64(SEED);
    stream.set_stream(of);
    stream
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lustrate::{SourceText, bind, detect, parse, read_table};
    use tempfile::TempDir;

    use super::*;

    fn all() -> Vec<Box<dyn Made>> {
        let orders = [20, 15].map(|columns| Box::new(Orders::new(12_000, columns)) as Box<dyn Made>);
        let others: [Box<dyn Made>; 3] =
            [Box::new(Pairs::new(12_000)), Box::new(Wide::new(300)), Box::new(Domain::new(12_000))];
        orders.into_iter().chain(others).collect()
    }

    fn made(table: &dyn Made, folder: &Path) -> Files {
        make(table, folder, &|_| ()).unwrap()
    }

    #[test]
    fn a_table_is_the_same_each_time() {
        for table in all() {
            let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
            let [first, second] = folders.each_ref().map(|folder| made(&*table, folder.path()));
            assert_eq!(fs::read(first.dirty).unwrap(), fs::read(second.dirty).unwrap(), "{}", table.name());
            assert_eq!(fs::read(first.truth).unwrap(), fs::read(second.truth).unwrap(), "{}", table.name());
        }
    }

    #[test]
    fn a_true_table_breaks_none_of_its_rules_and_a_dirty_one_does() {
        for table in all() {
            let folder = TempDir::new().unwrap();
            let files = made(&*table, folder.path());
            let rules = parse(&Arc::new(SourceText::new("rules", table.rules()))).into_result().unwrap();
            let broken = |path: &Path| {
                let table = read_table(path).unwrap();
                let constraints = bind(&rules, table.schema()).unwrap();
                let detection = detect(&table, &constraints);
                (detection.violations().iter().filter(|found| found.any()).count(), detection.violations().len())
            };
            let (in_truth, of) = broken(&files.truth);
            assert_eq!((in_truth, of > 0), (0, true), "{}", table.name());
            assert!(broken(&files.dirty).0 > 0, "{}", table.name());
        }
    }

    #[test]
    fn the_share_of_wrong_cells_of_each_column_is_its_rate() {
        for table in all() {
            let columns = table.header().len();
            let mut wrong = vec![0_u32; columns];
            let count = |right: &Record, spoilt: &Record| {
                assert_eq!((right.len(), spoilt.len()), (columns, columns));
                (0..columns).for_each(|column| wrong[column] += u32::from(right.field(column) != spoilt.field(column)));
                Ok(())
            };
            rows(&*table, count).unwrap();
            for (column, &wrong) in wrong.iter().enumerate() {
                let expected = table.rate(column) * table.rows() as f64;
                // Five standard deviations of a binomial count.
                assert!((f64::from(wrong) - expected).abs() <= 5.0 * expected.sqrt(), "{} {column}", table.name());
            }
        }
    }

    #[test]
    fn every_text_is_a_field_without_quotes() {
        for table in all() {
            let plain = |record: &Record| {
                (0..record.len()).all(|column| record.field(column).bytes().all(|byte| byte != b',' && byte != b'"'))
            };
            rows(&*table, |right, spoilt| {
                assert!(plain(right) && plain(spoilt));
                Ok(())
            })
            .unwrap();
        }
    }

    #[test]
    fn the_main_table_is_of_the_size_of_those_that_were_measured_before() {
        let folder = TempDir::new().unwrap();
        let files = made(&Orders::new(20_000, 20), folder.path());
        let bytes = files.bytes as f64 / files.rows as f64;
        assert!((290.0..308.0).contains(&bytes), "{bytes} bytes a row, of 299");
    }

    #[test]
    fn files_that_are_there_are_taken() {
        let folder = TempDir::new().unwrap();
        let files = made(&Pairs::new(50), folder.path());
        fs::write(&files.dirty, "mine").unwrap();
        assert_eq!(made(&Pairs::new(50), folder.path()).bytes, 4);
    }
}
