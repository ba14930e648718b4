//! Other systems: an environment of Python of their own in the user's cache folder, and scripts that run them.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lustrate_benches::result_of;

use crate::steps::Steps;

/// The versions that are run.
const REQUIREMENTS: &str = include_str!("peers/requirements.txt");

/// Other systems, ready to run.
#[derive(Debug)]
pub(crate) struct Peers {
    python: PathBuf,
}

impl Peers {
    /// Makes the environment, or takes that of an earlier run.
    ///
    /// # Errors
    /// Why there is none: no cache folder, no Python, or packages that cannot be had.
    pub(crate) fn ready(say: &dyn Fn(&str)) -> Result<Peers, String> {
        let folder = cache().ok_or("no cache folder is known")?.join("lustrate-benches");
        let place = folder.join("python");
        let python = place.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
        // Written when all is there, so that half an environment is made again.
        let done = place.join("requirements.txt");
        if fs::read_to_string(&done).is_ok_and(|installed| installed == REQUIREMENTS) {
            return Ok(Peers { python });
        }
        say(&format!("installs {} into {}", versions().join(", "), place.display()));
        let unwritten = |error| format!("cannot write to {}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(unwritten)?;
        let wanted = folder.join("wanted.txt");
        fs::write(&wanted, REQUIREMENTS).map_err(unwritten)?;
        let system = if cfg!(windows) { "python" } else { "python3" };
        succeeds(Command::new(system).args(["-m", "venv", "--clear"]).arg(&place))?;
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
        succeeds(Command::new(&python).args(install).arg(&wanted))?;
        fs::rename(&wanted, &done).map_err(unwritten)?;
        Ok(Peers { python })
    }

    /// Runs a script on so many threads.
    ///
    /// # Errors
    /// The last that it said, where it fails.
    pub(crate) fn run(&self, script: &str, arguments: &[&OsStr], threads: usize) -> Result<Steps, String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("speed/peers").join(script);
        let mut command = Command::new(&self.python);
        command.arg(script).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
        result_of(command.env("POLARS_MAX_THREADS", threads.to_string()))
    }
}

/// The names and versions of the systems.
pub(crate) fn versions() -> Vec<String> {
    REQUIREMENTS.lines().filter(|line| !line.is_empty()).map(|line| line.replace("==", " ")).collect()
}

/// The folder in which programs keep what they can make again.
fn cache() -> Option<PathBuf> {
    let of = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let usual = match env::consts::OS {
        "windows" => of("LOCALAPPDATA"),
        "macos" => of("HOME").map(|home| home.join("Library/Caches")),
        _ => of("HOME").map(|home| home.join(".cache")),
    };
    of("XDG_CACHE_HOME").or(usual)
}

fn succeeds(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot start {}: {error}", command.get_program().display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].map(|said| String::from_utf8_lossy(&said).into_owned());
    let last = said.iter().flat_map(|said| said.lines().rev()).map(str::trim).find(|line| !line.is_empty());
    Err(format!("{}: {}", command.get_program().display(), last.unwrap_or("nothing was said")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_pinned() {
        assert_eq!(versions().len(), 3);
        assert!(REQUIREMENTS.lines().all(|line| line.contains("==")));
    }

    #[test]
    fn what_is_not_there_is_told() {
        let failed = succeeds(&mut Command::new("no such program"));
        assert!(failed.unwrap_err().starts_with("cannot start no such program: "));
        let peers = Peers { python: "no such python".into() };
        assert!(peers.run("read_polars.py", &[], 1).unwrap_err().starts_with("cannot start a process: "));
    }
}
