//! Which files rules may name: a rule file from a stranger reads nothing that does not lie beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lustrate_diagnostic::Diagnostic;
use lustrate_rules::{Wanted, WantedKind};

/// Where the files may lie that rules name (`lookup`, `use`, `in`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// In the folder of the rule file that was asked for, or below it; links are followed first.
    #[default]
    Folder,
    /// Anywhere.
    Anywhere,
}

/// The folders in which the rule files of a run may read. A file that another one uses may read where that one may.
pub(crate) struct Folders {
    reach: Reach,
    /// Those of the files that others use, by their paths. That of a file which was asked for is its own.
    of_used: BTreeMap<String, PathBuf>,
}

impl Folders {
    /// None is known yet.
    pub(crate) fn new(reach: Reach) -> Self {
        Folders { reach, of_used: BTreeMap::new() }
    }

    /// The message about a file that the rules may not read; `None` for one that they may.
    pub(crate) fn refused(&mut self, wanted: &Wanted) -> Option<Diagnostic> {
        let asked_for = || folder_of(Path::new(&wanted.rules_file)).to_owned();
        let folder = self.of_used.get(&wanted.rules_file).cloned().unwrap_or_else(asked_for);
        let path = Path::new(&wanted.path);
        let refused = if self.reach == Reach::Folder && !lies_below(path, &folder) {
            let title = format!("`{}` lies outside the folder of the rule file", wanted.file);
            let help =
                "copy it below that folder; or, if you trust who wrote the rules, allow this with `--allow-outside`";
            Some(Diagnostic::error("outside-folder", title).help(help))
        } else if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            // Who reads a device may never come to its end.
            let title = format!("`{}` is a device, a pipe or a socket and no regular file", wanted.file);
            Some(Diagnostic::error("not-a-file", title).help("copy what it holds into a file, and name that"))
        } else {
            None
        };
        if let (WantedKind::RuleFile { .. }, None) = (wanted.kind, &refused) {
            self.of_used.insert(wanted.path.clone(), folder);
        }
        refused.map(|diagnostic| diagnostic.at(&wanted.source, wanted.span, "named here"))
    }
}

/// Whether a path, once links are followed, is in a folder or below it. Of a file that is not there its folder tells, so that
/// nobody learns from the message what there is elsewhere.
fn lies_below(path: &Path, folder: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(if path.as_os_str().is_empty() { Path::new(".") } else { path }).ok();
    let there = path.ancestors().find_map(real);
    real(folder).zip(there).is_some_and(|(folder, there)| there.starts_with(folder))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_below_a_folder_lies_below_it() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir_all(at("in/deep")).unwrap();
        fs::create_dir(at("in-too")).unwrap();
        for name in ["in/a.csv", "in/deep/b.csv", "in-too/c.csv", "d.csv"] {
            fs::write(at(name), "x\n1\n").unwrap();
        }
        let below = |name: &str| lies_below(&at(name), &at("in"));
        assert!(below("in/a.csv") && below("in/deep/b.csv") && below("in/none.csv") && below("in/none/none.csv"));
        assert!(!below("in-too/c.csv") && !below("d.csv") && !below("none.csv") && !below("none/none.csv"));
        assert!(lies_below(Path::new("Cargo.toml"), Path::new("")) && !lies_below(Path::new("/"), Path::new("")));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_where_it_leads() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir_all(at("in/deep")).unwrap();
        fs::write(at("d.csv"), "x\n1\n").unwrap();
        fs::write(at("in/a.csv"), "x\n1\n").unwrap();
        std::os::unix::fs::symlink("../d.csv", at("in/out.csv")).unwrap();
        std::os::unix::fs::symlink("..", at("in/up")).unwrap();
        std::os::unix::fs::symlink("../a.csv", at("in/deep/same.csv")).unwrap();
        assert!(!lies_below(&at("in/out.csv"), &at("in")) && !lies_below(&at("in/up/d.csv"), &at("in")));
        assert!(lies_below(&at("in/deep/same.csv"), &at("in")));
    }
}
