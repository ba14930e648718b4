//! How much memory this process took.

use std::fs;

/// The most memory that this process held resident, in bytes; `None` where the system does not tell.
pub(crate) fn peak_bytes() -> Option<u64> {
    high_water_mark(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Reads it from the status that Linux gives of a process, where it is in KiB.
fn high_water_mark(status: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        assert_eq!(high_water_mark("VmPeak:\t  900 kB\nVmHWM:\t   38444 kB\nVmRSS:\t 1 kB\n"), Some(38_444 * 1024));
        assert_eq!(high_water_mark("VmPeak:\t  900 kB\n"), None);
    }
}
