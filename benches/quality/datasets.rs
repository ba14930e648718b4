//! The data sets with truth, and what other systems made of them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::job::Files;
use crate::plan::{Peer, Source, Subject};

/// What is in a folder of data sets.
#[derive(Debug)]
pub(crate) struct Found {
    /// The data sets, by name.
    pub(crate) subjects: Vec<Subject>,
    /// A note on each folder that is none.
    pub(crate) left_out: Vec<String>,
}

/// The data sets of a folder, all or only some by their names, each with what is in the folder of its name among the
/// peers.
///
/// # Errors
/// A folder that cannot be read, or in which there is no data set.
pub(crate) fn find(datasets: &Path, peers: &Path, only: &[String]) -> Result<Found, String> {
    let mut found = Found { subjects: Vec::new(), left_out: Vec::new() };
    for folder in entries(datasets)?.into_iter().filter(|path| path.is_dir()) {
        let name = stem(&folder);
        match files(&folder) {
            _ if !only.is_empty() && !only.contains(&name) => (),
            Ok(files) => found.subjects.push(Subject {
                peers: peers_of(&peers.join(&name)),
                group: name.clone(),
                name,
                source: Source::Dataset,
                tables: Ok(vec![files]),
            }),
            Err(lacks) => found.left_out.push(format!("left out: {} has no {lacks}", folder.display())),
        }
    }
    if found.subjects.is_empty() && only.is_empty() {
        return Err(format!("there is none in {}", datasets.display()));
    }
    Ok(found)
}

/// The files of a data set, or the name of one that it lacks.
fn files(folder: &Path) -> Result<Files, &'static str> {
    let file = |name: &'static str| Some(folder.join(name)).filter(|path| path.is_file()).ok_or(name);
    Ok(Files { dirty: file("dirty.csv")?, truth: file("clean.csv")?, rules: file("constraints.txt")? })
}

/// The tables of a folder, by the name of the file; none where there is no folder, since few systems ran on all tables.
fn peers_of(folder: &Path) -> Vec<Peer> {
    let tables = entries(folder).unwrap_or_default().into_iter();
    let tables = tables.filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    tables.map(|repaired| Peer { system: stem(&repaired).replace('-', " "), repaired }).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unread = |error| format!("cannot read {}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(unread)?.collect::<Result<Vec<_>, _>>().map_err(unread)?;
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn folder() -> TempDir {
        let folder = TempDir::new().unwrap();
        for path in [
            "datasets/cities/dirty.csv",
            "datasets/cities/clean.csv",
            "datasets/cities/constraints.txt",
            "datasets/notes/dirty.csv",
            "peers/cities/some-system.csv",
            "peers/cities/notes.txt",
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    fn found(folder: &TempDir, only: &[String]) -> Result<Found, String> {
        find(&folder.path().join("datasets"), &folder.path().join("peers"), only)
    }

    #[test]
    fn a_folder_with_three_files_is_a_data_set_and_others_are_told() {
        let found = found(&folder(), &[]).unwrap();
        assert_eq!(found.subjects.iter().map(|subject| &subject.name).collect::<Vec<_>>(), ["cities"]);
        assert_eq!(found.subjects[0].peers.iter().map(|peer| &peer.system).collect::<Vec<_>>(), ["some system"]);
        assert!(found.left_out[0].ends_with("notes has no clean.csv"), "{:?}", found.left_out);
    }

    #[test]
    fn only_those_that_are_named_are_taken() {
        let found = found(&folder(), &["orders".to_owned()]).unwrap();
        assert!(found.subjects.is_empty() && found.left_out.is_empty());
    }

    #[test]
    fn an_absent_folder_is_told() {
        let folder = TempDir::new().unwrap();
        assert!(found(&folder, &[]).unwrap_err().starts_with("cannot read "));
        fs::create_dir(folder.path().join("datasets")).unwrap();
        assert!(found(&folder, &[]).unwrap_err().starts_with("there is none in "));
    }
}
