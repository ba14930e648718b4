//! Libraries that panic on some damaged files, on a thread of their own, whose end is all that their panic comes to.

use std::{io, thread};

/// The name of these threads.
const GUARDED: &str = "guarded";

/// What the names of the threads of Polars begin with, which work for those that ask them.
const POLARS: &str = "polars";

/// Does something with a file by libraries that panic on some that are damaged; `None` if they do.
///
/// # Errors
/// When the system gives no thread.
pub(crate) fn guarded<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<Option<T>> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(GUARDED.to_owned()).spawn_scoped(scope, work)?;
        Ok(thread.join().ok())
    })
}

/// What is said of a file where that is all that is known.
pub(crate) const CONTRADICTS_ITSELF: &str = "what is in it contradicts itself";

/// Whether a panic in a thread of this name is told as a damaged file, so that nobody has to be told of the panic. A program
/// asks this in its panic hook.
pub fn is_guarded(thread: Option<&str>) -> bool {
    thread.is_some_and(|name| name == GUARDED || name.starts_with(POLARS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_result_and_its_thread_is_known_by_its_name() {
        let name = || thread::current().name().map(str::to_owned);
        assert!(is_guarded(guarded(name).unwrap().unwrap().as_deref()));
        assert!(!is_guarded(name().as_deref()) && !is_guarded(None));
        let places: [u8; 0] = [];
        assert_eq!(guarded(|| places[places.len()]).unwrap(), None);
    }
}
