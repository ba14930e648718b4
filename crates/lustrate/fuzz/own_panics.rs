//! Which panics are findings where some are told as a damaged file.

use std::{panic, thread};

use lustrate_io::is_guarded;

/// From now on a panic that is told as a damaged file is no finding, unless it is in the code of the project.
pub fn are_findings() {
    let told = panic::take_hook();
    panic::set_hook(Box::new(move |panicked| {
        let of_project = |file: &str| file.starts_with("crates/") || file.contains("/crates/");
        let is_own = panicked.location().is_none_or(|location| of_project(location.file()));
        if is_own || !is_guarded(thread::current().name()) {
            told(panicked);
        }
    }));
}
