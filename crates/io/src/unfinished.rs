//! The files that are being written, so that a program that is interrupted leaves none of them behind.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use crate::Overwrite;

/// Held while a file is made, renamed or removed, and never while one is filled: so who waits for it waits for no write.
static UNFINISHED: Mutex<Unfinished> = Mutex::new(Unfinished { paths: BTreeSet::new(), finished_bytes: 0 });

thread_local! {
    /// The new files of each [`write_together`] that this thread is in, the innermost last.
    static TOGETHER: RefCell<Vec<Vec<PathBuf>>> = const { RefCell::new(Vec::new()) };
}

struct Unfinished {
    /// Temporary files, and new files whose like are still being written.
    paths: BTreeSet<PathBuf>,
    /// The bytes of the files that got their name.
    finished_bytes: u64,
}

fn unfinished() -> MutexGuard<'static, Unfinished> {
    // A set of paths is whole after every step.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes several files of which none is of use without the others. Each gets its name once it is whole. If `write` fails, or
/// the program is interrupted before it ends, the new ones are removed; one that took the place of an old file stays,
/// as the old one is gone. It must write on the thread that calls it.
///
/// Files do not wait under temporary names until all are whole, as later ones tell the hashes of earlier ones by name.
///
/// # Errors
/// What `write` returns.
pub fn write_together<T, E>(write: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    TOGETHER.with_borrow_mut(|all| all.push(Vec::new()));
    let written = write();
    let mut unfinished = unfinished();
    let made = TOGETHER.with_borrow_mut(|all| all.pop()).unwrap_or_default();
    if written.is_err() {
        // What went wrong is worth more words than that one of them cannot be removed.
        made.iter().for_each(|path| drop(fs::remove_file(path)));
    } else if TOGETHER.with_borrow(|all| !all.is_empty()) {
        TOGETHER.with_borrow_mut(|all| all.last_mut().expect("it is not empty").extend(made));
        return written;
    }
    unfinished.paths.retain(|path| !made.contains(path));
    written
}

/// Removes every file that is not finished, also while another thread writes to it, and lets no file get its name as long as what
/// it gives is there: for a program that ends at once. It waits for no write.
///
/// A system that cannot remove open files (Windows) keeps those that are open under their temporary names.
pub fn abandon_unfinished() -> Abandoned {
    let unfinished = unfinished();
    unfinished.paths.iter().for_each(|path| drop(fs::remove_file(path)));
    Abandoned { _unfinished: unfinished }
}

/// No file is made, renamed or removed as long as this is there.
#[must_use = "files get their names again when this is dropped"]
pub struct Abandoned {
    _unfinished: MutexGuard<'static, Unfinished>,
}

/// The bytes that this program has written so far to files that are whole or absent. It may fall when one is given up.
pub fn bytes_written() -> u64 {
    let unfinished = unfinished();
    let open = unfinished.paths.iter().filter(|path| is_temporary(path));
    unfinished.finished_bytes + open.map(|path| length(path)).sum::<u64>()
}

/// How the names of temporary files begin.
pub(crate) const PREFIX: &str = ".lustrate-";

fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// A file that is gone when it is dropped, or the program interrupted, before it got its name.
pub(crate) struct TemporaryFile {
    /// It is there until the file has its name.
    file: Option<NamedTempFile>,
}

impl TemporaryFile {
    /// The file that `make` makes.
    pub(crate) fn new(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<Self> {
        let mut unfinished = unfinished();
        let file = make()?;
        unfinished.paths.insert(file.path().to_owned());
        Ok(TemporaryFile { file: Some(file) })
    }

    pub(crate) fn file(&self) -> &NamedTempFile {
        self.file.as_ref().expect("only what consumes it takes it out")
    }

    /// Gives the file its name.
    pub(crate) fn persist(mut self, target: &Path, overwrite: Overwrite) -> io::Result<()> {
        let file = self.file.take().expect("only what consumes it takes it out");
        let bytes = length(file.path());
        let mut unfinished = unfinished();
        let path = file.path().to_owned();
        let is_new = target.symlink_metadata().is_err();
        let persisted = match overwrite {
            Overwrite::Yes => file.persist(target),
            // Someone may have made the file since it was looked for.
            Overwrite::No => file.persist_noclobber(target),
        };
        // If it failed the file is removed with the error, before the lock is let go.
        let persisted = persisted.map(drop).map_err(|error| error.error);
        unfinished.paths.remove(&path);
        persisted?;
        unfinished.finished_bytes += bytes;
        if is_new {
            TOGETHER.with_borrow_mut(|all| {
                if let Some(made) = all.last_mut() {
                    made.push(target.to_owned());
                    unfinished.paths.insert(target.to_owned());
                }
            });
        }
        Ok(())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            let mut unfinished = unfinished();
            unfinished.paths.remove(file.path());
            drop(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::{WriteError, write_file_safely};

    fn write(path: &Path, overwrite: Overwrite) -> Result<(), WriteError> {
        write_file_safely(path, overwrite, |out| Ok(out.write_all(b"new")?))
    }

    fn paths() -> [(tempfile::TempDir, PathBuf, PathBuf); 1] {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        [(folder, one, two)]
    }

    #[test]
    fn of_files_that_belong_together_the_new_ones_go_when_a_later_one_fails() {
        let [(folder, one, two)] = paths();
        fs::write(&one, "old").unwrap();
        let missing = folder.path().join("no/three");
        let failed = write_together(|| {
            write(&one, Overwrite::Yes)?;
            write_together(|| write(&two, Overwrite::Yes))?;
            assert!(unfinished().paths.contains(&two), "an inner group is finished with the outer one");
            write(&missing, Overwrite::Yes)
        });
        assert!(failed.is_err());
        assert_eq!((fs::read_to_string(&one).unwrap().as_str(), two.exists()), ("new", false));
        assert!(!unfinished().paths.contains(&two));
    }

    #[test]
    fn files_that_are_written_together_are_finished_at_the_end() {
        let [(_folder, one, two)] = paths();
        write_together(|| {
            write(&one, Overwrite::No)?;
            assert!(unfinished().paths.contains(&one));
            write(&two, Overwrite::No)
        })
        .unwrap();
        assert!(one.exists() && two.exists());
        assert!(unfinished().paths.iter().all(|path| *path != one && *path != two));
    }

    #[test]
    fn a_file_is_unfinished_until_it_has_its_name() {
        let [(_folder, one, _)] = paths();
        let mut temporary = PathBuf::new();
        write_file_safely(&one, Overwrite::No, |out| {
            out.write_all(b"half")?;
            let is_its = |path: &&PathBuf| path.parent() == one.parent();
            temporary = unfinished().paths.iter().find(is_its).unwrap().clone();
            Ok(())
        })
        .unwrap();
        assert!(one.exists() && !temporary.exists());
        assert!(!unfinished().paths.contains(&temporary));
        assert!(bytes_written() >= 4);
    }
}
