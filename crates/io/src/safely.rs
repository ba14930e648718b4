//! Files that are whole or not there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use lustrate_diagnostic::Diagnostic;
use tempfile::Builder;

use crate::WriteError;
use crate::error::cannot_write;
use crate::synced_file::SyncedFile;
use crate::unfinished::{PREFIX, TemporaryFile};

/// What to do with a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it and refuse.
    No,
    /// Put the new file in its place, if it is a regular file or a link to one.
    Yes,
}

/// Writes a file under a temporary name in its folder and renames it once it is on disk, so that whatever happens
/// there is the old file, the new one, or none; a program that is interrupted calls [`abandon_unfinished`](crate::abandon_unfinished())
/// for that. A symbolic link stays: the file that it leads to is written.
///
/// # Errors
/// When the file is there and must not be overwritten, is no regular file, or is a link that leads nowhere (found out
/// before `body` runs), when the folder is missing or cannot be written to, and what `body` returns.
///
/// ```no_run
/// use lustrate_io::{Overwrite, write_file_safely, write_record};
///
/// write_file_safely("repairs.csv", Overwrite::No, |out| Ok(write_record(out, ["row", "column"])?))?;
/// # Ok::<(), lustrate_io::WriteError>(())
/// ```
pub fn write_file_safely<T>(
    path: impl AsRef<Path>,
    overwrite: Overwrite,
    body: impl FnOnce(&mut BufWriter<SyncedFile>) -> Result<T, WriteError>,
) -> Result<T, WriteError> {
    let path = path.as_ref();
    let target = target_of(path, overwrite)?;
    let named = temporary_beside(&target).map_err(|error| cannot_write(path, &error))?;
    let fail = |error: io::Error| WriteError::from(cannot_write(path, &error));
    let mut out = BufWriter::new(SyncedFile::new(named.file().as_file().try_clone().map_err(fail)?));
    let result = body(&mut out).map_err(|error| error.on(path))?;
    out.flush().map_err(fail)?;
    named.file().as_file().sync_all().map_err(fail)?;
    named.persist(&target, overwrite).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => already_there(path).into(),
        _ => fail(error),
    })?;
    sync_folder(folder_of(&target));
    Ok(result)
}

/// Refuses an output that is there already and must stay, that is no regular file, or that no file can have the name
/// of.
///
/// [`write_file_safely`] does this by itself; a program that works for long before it writes asks earlier.
///
/// # Errors
/// As it says.
pub fn check_output(path: impl AsRef<Path>, overwrite: Overwrite) -> Result<(), WriteError> {
    target_of(path.as_ref(), overwrite).map(drop)
}

/// The path that the new file gets: `path`, or what it leads to if it is a symbolic link.
///
/// # Errors
/// Those of [`check_output`].
fn target_of(path: &Path, overwrite: Overwrite) -> Result<PathBuf, WriteError> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        let title = format!("cannot write `{}`: there is no folder `{}`", path.display(), folder.display());
        return Err(Diagnostic::error("no-such-folder", title).help("make the folder first").into());
    }
    let Ok(itself) = path.symlink_metadata() else {
        return Ok(path.to_owned());
    };
    // What the link leads to decides, not its resolved name: an open pipe has none (`/dev/stdout`).
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => {
            let title = format!("cannot write `{}`: it is a folder", path.display());
            return Err(Diagnostic::error("is-a-folder", title).help("name a file in it").into());
        }
        Ok(there) if !there.is_file() => return Err(not_a_file(path).into()),
        Err(_) if itself.is_symlink() => return Err(dangling(path).into()),
        Err(error) => return Err(cannot_write(path, &error).into()),
        Ok(_) if overwrite == Overwrite::No => return Err(already_there(path).into()),
        Ok(_) => {}
    }
    if itself.is_symlink() {
        return fs::canonicalize(path).map_err(|error| cannot_write(path, &error).into());
    }
    Ok(path.to_owned())
}

fn temporary_beside(path: &Path) -> io::Result<TemporaryFile> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(".tmp");
    let permissions = fs::metadata(path).ok().map(|old| old.permissions());
    #[cfg(unix)]
    let permissions = permissions.or_else(|| {
        // What a new file gets: the system takes away what the user's mask forbids.
        Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
    });
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    TemporaryFile::new(|| builder.tempfile_in(folder_of(path)))
}

fn not_a_file(path: &Path) -> Diagnostic {
    let title = format!("cannot write `{}`: it is a device, a pipe or a socket and no regular file", path.display());
    Diagnostic::error("not-a-file", title).help("name a regular file, and copy it there afterwards")
}

fn dangling(path: &Path) -> Diagnostic {
    let title = format!("cannot write `{}`: it is a symbolic link that leads to no file", path.display());
    Diagnostic::error("dangling-link", title).help("name the file itself, or remove the link")
}

fn already_there(path: &Path) -> Diagnostic {
    let title = format!("`{}` is there already", path.display());
    Diagnostic::error("output-exists", title).help("name another output, or ask for it to be overwritten (`--force`)")
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Puts the new name itself on disk. Not every system can; the file is whole either way.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_failure_half_way_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let failed = write_file_safely(&path, Overwrite::Yes, |out| {
            out.write_all(b"half")?;
            Err::<(), _>(io::Error::other("the lights went out").into())
        });
        let expected = format!("cannot write `{}`: the lights went out", path.display());
        assert_eq!(failed.unwrap_err().to_string(), expected);
        assert_eq!(
            (fs::read_to_string(&path).unwrap().as_str(), names(folder.path())),
            ("old", vec!["out.csv".into()])
        );
    }

    #[test]
    fn an_existing_file_is_overwritten_only_where_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let write = |overwrite, text: &'static str| {
            write_file_safely(&path, overwrite, |out| Ok(out.write_all(text.as_bytes())?))
        };
        write(Overwrite::No, "one").unwrap();
        let refused = write(Overwrite::No, "two").unwrap_err().into_diagnostic();
        assert_eq!((refused.code, fs::read_to_string(&path).unwrap().as_str()), ("output-exists", "one"));
        write(Overwrite::Yes, "three").unwrap();
        assert_eq!(
            (fs::read_to_string(&path).unwrap().as_str(), names(folder.path())),
            ("three", vec!["out.csv".into()])
        );
    }

    #[test]
    fn a_missing_folder_and_a_folder_for_a_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let code =
            |path: &Path| write_file_safely(path, Overwrite::Yes, |_| Ok(())).unwrap_err().into_diagnostic().code;
        assert_eq!(code(&folder.path().join("no/out.csv")), "no-such-folder");
        assert_eq!(code(folder.path()), "is-a-folder");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_refused_and_stays_whether_named_itself_or_by_a_link() {
        use std::os::unix::fs::{FileTypeExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let [pipe, link] = ["pipe", "link"].map(|name| folder.path().join(name));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        symlink("pipe", &link).unwrap();
        for path in [&pipe, &link] {
            for overwrite in [Overwrite::No, Overwrite::Yes] {
                let beforehand = check_output(path, overwrite).unwrap_err().into_diagnostic();
                let refused = write_file_safely(path, overwrite, |_| Ok(())).unwrap_err().into_diagnostic();
                assert_eq!((beforehand.code, &beforehand), ("not-a-file", &refused));
            }
        }
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
        assert!(link.is_symlink());
        assert_eq!(names(folder.path()).len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_written_through_and_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let [inner, link] = ["inner", "link.csv"].map(|name| folder.path().join(name));
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("out.csv"), "old").unwrap();
        std::os::unix::fs::symlink("inner/out.csv", &link).unwrap();
        assert_eq!(check_output(&link, Overwrite::No).unwrap_err().into_diagnostic().code, "output-exists");
        check_output(&link, Overwrite::Yes).unwrap();
        write_file_safely(&link, Overwrite::Yes, |out| {
            assert_eq!((names(&inner).len(), names(folder.path()).len()), (2, 2), "the temporary file is in `inner`");
            Ok(out.write_all(b"new")?)
        })
        .unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(inner.join("out.csv")).unwrap(), "new");
        assert_eq!(names(&inner), ["out.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let [gone, round] = ["gone", "round"].map(|name| folder.path().join(name));
        std::os::unix::fs::symlink("nothing.csv", &gone).unwrap();
        std::os::unix::fs::symlink("round", &round).unwrap();
        for path in [&gone, &round] {
            for overwrite in [Overwrite::No, Overwrite::Yes] {
                let beforehand = check_output(path, overwrite).unwrap_err().into_diagnostic();
                let refused = write_file_safely(path, overwrite, |_| Ok(())).unwrap_err().into_diagnostic();
                assert_eq!((beforehand.code, &beforehand), ("dangling-link", &refused));
            }
        }
        assert_eq!(names(folder.path()).len(), 2);
    }
}
