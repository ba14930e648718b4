//! How far the work has come.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{BinaryBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use lustrate::{Progress, bytes_read, bytes_written};
use lustrate_report::{counted, grouped};

/// Work that is done sooner shows no meter.
const A_WHILE: Duration = Duration::from_secs(2);
/// How often the bytes that were read or written are looked at.
const A_MOMENT: Duration = Duration::from_millis(200);

/// A line on standard error: the stage, the rows, the time that it has taken and, where that can be told, the time that
/// it will take yet. It goes away when it is dropped.
pub(crate) struct Meter {
    bar: ProgressBar,
    /// The rows of the table, once it is read.
    rows: OnceLock<u64>,
    judged_at_first: AtomicU64,
    followed: Arc<Followed>,
    alarm: Option<Alarm>,
}

/// What makes the bar appear.
struct Alarm {
    /// Dropped when the work is done.
    done: Sender<()>,
    thread: JoinHandle<()>,
}

/// The bytes by which the present stage is measured, if it reads or writes.
#[derive(Default)]
struct Followed(Mutex<Option<Bytes>>);

/// Bytes that are counted.
struct Bytes {
    count: fn() -> u64,
    /// The count when the stage began.
    before: u64,
    /// How many there will be, about.
    of: u64,
}

impl Meter {
    /// A meter that nobody sees.
    pub(crate) fn hidden() -> Self {
        Meter {
            bar: ProgressBar::hidden(),
            rows: OnceLock::new(),
            judged_at_first: AtomicU64::new(0),
            followed: Arc::default(),
            alarm: None,
        }
    }

    /// A meter that appears when the work takes longer than two seconds.
    pub(crate) fn after_a_while() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(without_length());
        let followed = Arc::<Followed>::default();
        let (done, finished) = channel();
        let (shown, counted) = (bar.clone(), Arc::clone(&followed));
        let thread = thread::spawn(move || show_after_a_while(&shown, &counted, &finished));
        Meter {
            bar,
            rows: OnceLock::new(),
            judged_at_first: AtomicU64::new(0),
            followed,
            alarm: Some(Alarm { done, thread }),
        }
    }

    /// The table that the next stages are about has so many rows.
    pub(crate) fn of_rows(&self, rows: usize) {
        // A run reads one table that its stages are about.
        let _ = self.rows.set(rows as u64);
    }

    /// Says what is being done, in a few words.
    pub(crate) fn say(&self, doing: impl Into<String>) {
        self.begin(None);
        self.bar.set_message(doing.into());
    }

    /// Says what is being done with all rows of the table.
    pub(crate) fn stage(&self, doing: &str) {
        self.say(self.with_rows(doing));
    }

    /// Says what is being read, which has so many bytes. A bar comes with the first of them: not all that is read is counted.
    pub(crate) fn read(&self, name: &str, bytes: u64) {
        self.say(format!("reading {name} ({})", BinaryBytes(bytes)));
        self.follow(bytes_read, bytes);
    }

    /// Says that the table is being written, which takes about so many bytes.
    pub(crate) fn write(&self, bytes: u64) {
        self.begin(Some(bytes.max(1)));
        self.bar.set_message(self.with_rows("writing, and hashing what is written"));
        self.follow(bytes_written, bytes);
    }

    fn follow(&self, count: fn() -> u64, bytes: u64) {
        *self.followed.lock() = Some(Bytes { count, before: count(), of: bytes.max(1) });
    }

    /// Says how far a repair has come.
    pub(crate) fn show(&self, progress: Progress) {
        match progress {
            Progress::FindingFormats => self.stage("looking for formats"),
            Progress::Detecting => self.stage("checking the rules"),
            Progress::Counting => self.stage("counting what goes with what"),
            Progress::Fitting { round, of } => {
                if round == 1 {
                    self.begin(Some(u64::from(of)));
                }
                self.bar.set_position(u64::from(round) - 1);
                self.bar.set_message(self.with_rows(&format!("learning, round {round} of {of}")));
            }
            Progress::Inferring { rows: 0, of } => {
                self.say(format!("looking for doubtful cells: {}", counted(of, "row")));
            }
            Progress::Inferring { rows, of } => self.judge(rows, of),
            Progress::Reconciling => self.stage("holding the repairs against the rules"),
        }
    }

    /// Says how many rows are judged. The bar is one of those that come after the first of them: how long these took shows only
    /// together with the search before.
    fn judge(&self, rows: u64, of: u64) {
        if self.bar.length().is_none() {
            self.begin(Some((of - rows).max(1)));
            self.judged_at_first.store(rows, Ordering::Relaxed);
        }
        self.bar.set_position(rows - self.judged_at_first.load(Ordering::Relaxed));
        self.bar.set_message(format!("judging every cell: {} of {}", grouped(rows), counted(of, "row")));
    }

    /// Begins a stage of so many steps.
    fn begin(&self, steps: Option<u64>) {
        *self.followed.lock() = None;
        self.bar.reset();
        match steps {
            Some(steps) => {
                self.bar.set_length(steps);
                self.bar.set_style(with_length());
            }
            None => {
                self.bar.unset_length();
                self.bar.set_style(without_length());
            }
        }
    }

    fn with_rows(&self, doing: &str) -> String {
        match self.rows.get() {
            Some(&rows) => format!("{doing}: {}", counted(rows, "row")),
            None => doing.to_owned(),
        }
    }
}

impl Followed {
    fn lock(&self) -> MutexGuard<'_, Option<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves a bar to where reading or writing has come.
    fn follow(&self, bar: &ProgressBar) {
        let followed = self.lock();
        let Some(Bytes { count, before, of }) = &*followed else { return };
        // A file may come out longer than the one that was read.
        let done = count().saturating_sub(*before).min(*of);
        if done > 0 && bar.length().is_none() {
            bar.set_length(*of);
            bar.set_style(with_length());
        }
        bar.set_position(done);
    }
}

fn without_length() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg}, {elapsed}").expect("the template is right")
}

fn with_length() -> ProgressStyle {
    ProgressStyle::with_template("[{bar:24}] {msg}, {elapsed}{left}")
        .expect("the template is right")
        .progress_chars("=> ")
        .with_key("left", |state: &ProgressState, out: &mut dyn fmt::Write| {
            let left = state.eta();
            // It is nothing too where nothing can be told yet. There is nowhere to tell that it cannot be written.
            if left.as_secs() > 0 {
                let _ = write!(out, ", about {} left", HumanDuration(left));
            }
        })
}

fn show_after_a_while(bar: &ProgressBar, followed: &Followed, finished: &Receiver<()>) {
    if finished.recv_timeout(A_WHILE) == Err(RecvTimeoutError::Timeout) {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(100));
        while finished.recv_timeout(A_MOMENT) == Err(RecvTimeoutError::Timeout) {
            followed.follow(bar);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some(Alarm { done, thread }) = self.alarm.take() {
            drop(done);
            // A bar that could not be shown is no reason to fail.
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(meter: &Meter) -> (String, u64, Option<u64>) {
        (meter.bar.message(), meter.bar.position(), meter.bar.length())
    }

    #[test]
    fn a_stage_is_told_with_the_rows_once_they_are_known() {
        let meter = Meter::hidden();
        meter.stage("looking for rules");
        assert_eq!(shown(&meter), ("looking for rules".into(), 0, None));
        meter.of_rows(100_000);
        meter.show(Progress::FindingFormats);
        assert_eq!(shown(&meter), ("looking for formats: 100,000 rows".into(), 0, None));
    }

    #[test]
    fn learning_is_a_bar_of_rounds_and_what_comes_after_is_none() {
        let meter = Meter::hidden();
        meter.of_rows(1);
        for round in 1..=3 {
            meter.show(Progress::Fitting { round, of: 5 });
        }
        assert_eq!(shown(&meter), ("learning, round 3 of 5: 1 row".into(), 2, Some(5)));
        meter.show(Progress::Reconciling);
        assert_eq!(shown(&meter), ("holding the repairs against the rules: 1 row".into(), 0, None));
    }

    #[test]
    fn judging_is_a_bar_of_the_rows_that_come_after_the_first_and_begins_anew() {
        let meter = Meter::hidden();
        meter.show(Progress::Fitting { round: 5, of: 5 });
        for _ in 0..2 {
            meter.show(Progress::Inferring { rows: 0, of: 100_000 });
            assert_eq!(shown(&meter), ("looking for doubtful cells: 100,000 rows".into(), 0, None));
            for (rows, words) in [(40_000, "40,000"), (70_000, "70,000"), (100_000, "100,000")] {
                meter.show(Progress::Inferring { rows, of: 100_000 });
                let expected = (format!("judging every cell: {words} of 100,000 rows"), rows - 40_000, Some(60_000));
                assert_eq!(shown(&meter), expected);
            }
        }
    }

    #[test]
    fn reading_is_a_bar_of_bytes_once_some_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.csv");
        std::fs::write(&file, "a,b\n".repeat(500)).unwrap();
        let meter = Meter::hidden();
        meter.read("t.csv", 2000);
        assert_eq!(shown(&meter), ("reading t.csv (1.95 KiB)".into(), 0, None));
        lustrate::read_table(&file).unwrap();
        meter.followed.follow(&meter.bar);
        let (_, position, length) = shown(&meter);
        // Other tests read too.
        assert_eq!((position, length), (2000, Some(2000)));
    }

    #[test]
    fn writing_is_a_bar_of_bytes_that_follows_what_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let meter = Meter::hidden();
        meter.write(1000);
        let before = meter.bar.position();
        lustrate::write_file_safely(folder.path().join("out"), lustrate::Overwrite::No, |out| {
            Ok(std::io::Write::write_all(out, &[b'x'; 600])?)
        })
        .unwrap();
        meter.followed.follow(&meter.bar);
        let after = meter.bar.position();
        assert_eq!(before, 0);
        assert!((600..=1000).contains(&after), "{after}");
        meter.say("done");
        meter.followed.follow(&meter.bar);
        assert_eq!(shown(&meter), ("done".into(), 0, None));
    }
}
