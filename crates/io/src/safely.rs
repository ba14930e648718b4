//! Files that are whole or not there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use lustrate_diagnostic::Diagnostic;
use tempfile::{Builder, NamedTempFile};

use crate::WriteError;
use crate::error::cannot_write;

/// What to do with a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// Leave it and refuse.
    No,
    /// Put the new file in its place.
    Yes,
}

/// Writes a file under a temporary name in its folder and renames it once it is on disk, so that whatever happens
/// there is the old file, the new one, or none.
///
/// # Errors
/// When the file is there and must not be overwritten (found out before `body` runs), when the folder is missing or
/// cannot be written to, and what `body` returns.
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
    body: impl FnOnce(&mut BufWriter<File>) -> Result<T, WriteError>,
) -> Result<T, WriteError> {
    let path = path.as_ref();
    check_output(path, overwrite)?;
    let named = temporary_beside(path)?;
    let fail = |error: io::Error| WriteError::from(cannot_write(path, &error));
    let mut out = BufWriter::new(named.as_file().try_clone().map_err(fail)?);
    let result = body(&mut out).map_err(|error| error.on(path))?;
    out.flush().map_err(fail)?;
    named.as_file().sync_all().map_err(fail)?;
    let persisted = match overwrite {
        Overwrite::Yes => named.persist(path),
        // Someone may have made the file since it was looked for.
        Overwrite::No => named.persist_noclobber(path),
    };
    persisted.map_err(|error| match error.error.kind() {
        io::ErrorKind::AlreadyExists => already_there(path).into(),
        _ => fail(error.error),
    })?;
    sync_folder(folder_of(path));
    Ok(result)
}

/// Refuses an output that is there already and must stay, or that no file can have the name of.
///
/// [`write_file_safely`] does this by itself; a program that works for long before it writes asks earlier.
///
/// # Errors
/// As it says.
pub fn check_output(path: impl AsRef<Path>, overwrite: Overwrite) -> Result<(), WriteError> {
    let path = path.as_ref();
    if path.is_dir() {
        let title = format!("cannot write `{}`: it is a folder", path.display());
        return Err(Diagnostic::error("is-a-folder", title).help("name a file in it").into());
    }
    let folder = folder_of(path);
    if !folder.is_dir() {
        let title = format!("cannot write `{}`: there is no folder `{}`", path.display(), folder.display());
        return Err(Diagnostic::error("no-such-folder", title).help("make the folder first").into());
    }
    if overwrite == Overwrite::No && path.symlink_metadata().is_ok() {
        return Err(already_there(path).into());
    }
    Ok(())
}

fn temporary_beside(path: &Path) -> Result<NamedTempFile, WriteError> {
    let mut builder = Builder::new();
    builder.prefix(".lustrate-").suffix(".tmp");
    let permissions = fs::metadata(path).ok().map(|old| old.permissions());
    #[cfg(unix)]
    let permissions = permissions.or_else(|| {
        // What a new file gets: the system takes away what the user's mask forbids.
        Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
    });
    let named = match &permissions {
        Some(permissions) => builder.permissions(permissions.clone()).tempfile_in(folder_of(path)),
        None => builder.tempfile_in(folder_of(path)),
    };
    named.map_err(|error| cannot_write(path, &error).into())
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
}
