//! How far the work has come.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lustrate::Progress;

/// Work that is done sooner shows no meter.
const A_WHILE: Duration = Duration::from_secs(2);

/// A progress bar on standard error. It goes away when it is dropped.
pub(crate) struct Meter {
    bar: ProgressBar,
    alarm: Option<Alarm>,
}

/// What makes the bar appear.
struct Alarm {
    /// Dropped when the work is done.
    done: Sender<()>,
    thread: JoinHandle<()>,
}

impl Meter {
    /// A meter that nobody sees.
    pub(crate) fn hidden() -> Self {
        Meter { bar: ProgressBar::hidden(), alarm: None }
    }

    /// A meter that appears when the work takes longer than two seconds.
    pub(crate) fn after_a_while() -> Self {
        let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("[{bar:24}] {msg}, {elapsed}").expect("the template is right");
        bar.set_style(style.progress_chars("=> "));
        let (done, finished) = channel();
        let shown = bar.clone();
        let thread = thread::spawn(move || show_after_a_while(&shown, &finished));
        Meter { bar, alarm: Some(Alarm { done, thread }) }
    }

    /// Says what is being done, in a few words.
    pub(crate) fn say(&self, doing: impl Into<String>) {
        self.bar.set_message(doing.into());
    }

    /// Says how far a repair has come.
    pub(crate) fn show(&self, progress: Progress) {
        match progress {
            Progress::Detecting => self.say("checking the rules"),
            Progress::Fitting { round, of } => {
                // Judging and holding against the rules take about as long as a round each.
                self.bar.set_length(u64::from(of) + 2);
                self.bar.set_position(u64::from(round) - 1);
                self.say(format!("learning, round {round} of {of}"));
            }
            Progress::Inferring => self.step("judging every cell"),
            Progress::Reconciling => self.step("holding the repairs against the rules"),
        }
    }

    fn step(&self, doing: &'static str) {
        self.bar.inc(1);
        self.say(doing);
    }
}

fn show_after_a_while(bar: &ProgressBar, finished: &Receiver<()>) {
    if finished.recv_timeout(A_WHILE) == Err(RecvTimeoutError::Timeout) {
        bar.set_draw_target(ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(100));
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
