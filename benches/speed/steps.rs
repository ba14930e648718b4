//! What a process measures of its own steps; that of another system too.

use std::time::Instant;

use lustrate_benches::{cpu_seconds, peak_bytes};
use serde::{Deserialize, Serialize};

/// What a process measured of its steps, without its start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Steps {
    /// The most memory that the process held resident; `None` where the operating system does not tell.
    pub(crate) peak_bytes: Option<u64>,
    /// The steps, in order.
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// What it is called.
    pub(crate) name: String,
    /// Seconds of the processors, the least of all runs.
    pub(crate) cpu: f64,
    /// Seconds of the clock, of the same run.
    pub(crate) wall: f64,
    /// What came of it, as a number that all systems must agree on.
    pub(crate) answer: u64,
}

impl Steps {
    /// Runs a step so many times.
    ///
    /// # Errors
    /// What the step fails of, or a system that does not tell the seconds of a process.
    pub(crate) fn time(
        &mut self,
        name: &str,
        repeat: u32,
        step: impl Fn() -> Result<u64, String>,
    ) -> Result<(), String> {
        let untold = || "the system does not tell the seconds of a process".to_owned();
        let mut best: Option<Step> = None;
        for _ in 0..repeat {
            let (start, before) = (Instant::now(), cpu_seconds().ok_or_else(untold)?);
            let answer = step()?;
            let (cpu, wall) = (cpu_seconds().ok_or_else(untold)? - before, start.elapsed().as_secs_f64());
            if best.as_ref().is_none_or(|best| cpu < best.cpu) {
                best = Some(Step { name: name.to_owned(), cpu, wall, answer });
            }
        }
        self.steps.extend(best);
        self.peak_bytes = peak_bytes();
        Ok(())
    }

    /// Of several processes that make the same step, the one that took the least seconds for it.
    ///
    /// # Errors
    /// A process that failed, or whose answer is not the right one.
    pub(crate) fn least(
        repeat: u32,
        name: &str,
        right: u64,
        run: impl Fn() -> Result<Steps, String>,
    ) -> Result<Steps, String> {
        let mut least: Option<(f64, Steps)> = None;
        for _ in 0..repeat {
            let steps = run()?;
            let step = steps.find(name).ok_or_else(|| format!("there is no step `{name}`"))?;
            if step.answer != right {
                return Err(format!("{name}: {} rows, of {right}", step.answer));
            }
            let cpu = step.cpu;
            if least.as_ref().is_none_or(|(least, _)| cpu < *least) {
                least = Some((cpu, steps));
            }
        }
        least.map(|(_, steps)| steps).ok_or_else(|| "nothing was run".to_owned())
    }

    /// A step by its name.
    pub(crate) fn find(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_step_is_run_as_often_as_asked_and_kept_once() {
        let (runs, mut steps) = (Cell::new(0), Steps::default());
        steps.time("count", 3, || Ok(runs.replace(runs.get() + 1))).unwrap();
        assert_eq!((runs.get(), steps.steps.len(), steps.find("count").is_some()), (3, 1, true));
        assert_eq!(steps.time("fail", 3, || Err("no".into())), Err("no".to_owned()));
    }

    #[test]
    fn the_process_with_the_least_seconds_counts() {
        let next = Cell::new(0);
        let seconds = [3.0, 1.0, 2.0];
        let run = |answer: u64| {
            let cpu = seconds[next.replace(next.get() + 1)];
            let step = Step { name: "read".into(), cpu, wall: cpu, answer };
            Ok(Steps { peak_bytes: None, steps: vec![step] })
        };
        let least = Steps::least(3, "read", 7, || run(7)).unwrap();
        assert_eq!(least.find("read").map(|step| step.cpu), Some(1.0));
        next.set(0);
        assert_eq!(Steps::least(3, "read", 8, || run(7)), Err("read: 7 rows, of 8".to_owned()));
        assert_eq!(Steps::least(3, "read", 7, || Err("no".into())), Err("no".to_owned()));
    }

    #[test]
    fn what_another_system_prints_is_read() {
        let line = r#"{"peak_bytes": null, "steps": [{"name": "a", "cpu": 1e-3, "wall": 2, "answer": 7}]}"#;
        let steps: Steps = serde_json::from_str(line).unwrap();
        assert_eq!(steps.find("a").map(|step| step.answer), Some(7));
    }
}
