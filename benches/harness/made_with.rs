//! What seconds and memory depend on.

use std::thread;

use lustrate_report::counted;
use serde::Serialize;

/// What seconds and memory depend on.
#[derive(Debug, Serialize)]
pub struct MadeWith {
    version: &'static str,
    build: &'static str,
    processors: usize,
}

impl MadeWith {
    /// This build, on this machine.
    pub fn this() -> Self {
        MadeWith {
            version: env!("CARGO_PKG_VERSION"),
            build: if cfg!(debug_assertions) { "development" } else { "release" },
            processors: thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// The number of processors.
    pub fn processors(&self) -> usize {
        self.processors
    }

    /// The same as a sentence.
    pub fn sentence(&self) -> String {
        let processors = counted(self.processors as u64, "processor");
        format!("Lustrate {}, {} build, {processors}.", self.version, self.build)
    }
}
