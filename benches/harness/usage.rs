//! What processes take: seconds of the processors, seconds of the clock, memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::process::last_words;

/// What a process took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Seconds of the processors, in the program and in the system for it; `None` where the system does not tell.
    pub cpu: Option<f64>,
    /// Seconds of the clock.
    pub wall: f64,
    /// The most memory that it held resident, in bytes; `None` where the system does not tell.
    pub peak_bytes: Option<u64>,
}

/// Runs a program to its end, what it prints being dropped. This must be the only program that the calling process runs, and
/// the calling process a small one: the system counts for all children together, and counts for a child what its parent
/// held when it was started.
///
/// # Errors
/// A program that cannot be started, or fails; with the last that it said.
pub fn run(command: &mut Command) -> Result<Used, String> {
    let start = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let output = child.and_then(|child| child.wait_with_output());
    let output = output.map_err(|error| format!("cannot start {}: {error}", command.get_program().display()))?;
    let wall = start.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, last_words(&String::from_utf8_lossy(&output.stderr))));
    }
    let (cpu, peak_bytes) = system::children();
    Ok(Used { cpu, wall, peak_bytes })
}

/// Seconds of the processors that this process took, in the program and in the system for it; `None` where the system
/// does not tell.
pub fn cpu_seconds() -> Option<f64> {
    system::cpu_seconds()
}

/// The most memory that this process held resident, in bytes; `None` where the system does not tell.
pub fn peak_bytes() -> Option<u64> {
    high_water_mark(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Reads it from the status that Linux gives of a process, where it is in KiB.
fn high_water_mark(status: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(unix)]
mod system {
    use nix::sys::resource::{Usage, UsageWho, getrusage};
    use nix::sys::time::TimeVal;

    pub(super) fn cpu_seconds() -> Option<f64> {
        getrusage(UsageWho::RUSAGE_SELF).ok().map(|usage| seconds(&usage))
    }

    /// The seconds and the peak of all children that have ended.
    pub(super) fn children() -> (Option<f64>, Option<u64>) {
        let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok();
        // Apple counts bytes where others count KiB.
        let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
        let peak = usage.as_ref().and_then(|usage| u64::try_from(usage.max_rss()).ok());
        (usage.as_ref().map(seconds), peak.map(|peak| peak * unit))
    }

    fn seconds(usage: &Usage) -> f64 {
        let of = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
        of(usage.user_time()) + of(usage.system_time())
    }
}

#[cfg(not(unix))]
mod system {
    pub(super) fn cpu_seconds() -> Option<f64> {
        None
    }

    pub(super) fn children() -> (Option<f64>, Option<u64>) {
        (None, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        assert_eq!(high_water_mark("VmPeak:\t  900 kB\nVmHWM:\t   38444 kB\nVmRSS:\t 1 kB\n"), Some(38_444 * 1024));
        assert_eq!(high_water_mark("VmPeak:\t  900 kB\n"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_process_that_works_takes_time_and_memory() {
        let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done";
        let used = run(Command::new("sh").args(["-c", script])).unwrap();
        assert!(used.cpu.unwrap() > 0.0 && used.wall > 0.0 && used.peak_bytes.unwrap() > 100_000, "{used:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_is_told_with_its_last_words() {
        let failed = run(Command::new("sh").args(["-c", "echo no room >&2; exit 3"]));
        assert_eq!(failed.unwrap_err(), "exit status: 3: no room");
        assert!(run(&mut Command::new("no such program")).unwrap_err().starts_with("cannot start no such program: "));
    }

    #[cfg(unix)]
    #[test]
    fn work_shows_in_the_seconds_of_this_process() {
        let before = cpu_seconds().unwrap();
        let sum = (0..20_000_000_u64).fold(0, |sum, number| sum ^ number.wrapping_mul(sum | 1));
        assert!(cpu_seconds().unwrap() > before, "{sum}");
    }
}
