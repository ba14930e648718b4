//! How sure the repairs are.

use lustrate::Decision;
use serde::Serialize;

use super::Content;
use crate::numbers::{counted, grouped, of_whole};
use crate::page::Subject;
use crate::page::charts::{Bars, Pile, histogram, legend};
use crate::page::html::{Html, tag};
use crate::page::table::{behind, head, named, number, numbers};

/// How sure the repairs are.
#[derive(Serialize)]
pub(crate) struct Confidence {
    /// From which confidence on a cell is changed, and shown for review.
    apply_at: f64,
    review_at: f64,
    /// Cells that were changed with a confidence of 0.9 or more, and all that were.
    sure: u64,
    changed: u64,
    /// Twenty bins of one width over 0 to 1.
    bins: Vec<Bin>,
}

/// Cells with a confidence from `from` on, below `to`.
#[derive(Clone, Copy, Serialize)]
struct Bin {
    from: f64,
    to: f64,
    changed: u64,
    for_review: u64,
}

const BINS: u32 = 20;
const SURE: f64 = 0.9;

impl Content for Confidence {
    const TITLE: &'static str = "How sure it is";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let outcome = subject.report.outcome;
        let bound = |bin: u32| f64::from(bin) / f64::from(BINS);
        let bin = |bin| Bin { from: bound(bin), to: bound(bin + 1), changed: 0, for_review: 0 };
        let mut bins: Vec<Bin> = (0..BINS).map(bin).collect();
        for repair in &outcome.repairs {
            let place = (repair.confidence * f64::from(BINS)).floor().clamp(0.0, f64::from(BINS - 1)) as usize;
            match repair.decision {
                Decision::Apply => bins[place].changed += 1,
                Decision::Review => bins[place].for_review += 1,
            }
        }
        let settings = subject.report.settings;
        (!outcome.repairs.is_empty()).then(|| Confidence {
            apply_at: settings.apply_at,
            review_at: settings.review_at,
            sure: outcome.applied().filter(|repair| repair.confidence >= SURE).count() as u64,
            changed: outcome.totals.applied,
            bins,
        })
    }

    fn html(&self) -> Html {
        let text = format!(
            "{} have a confidence of {SURE} or more. Cells are changed from {} on, if nothing holds the change back, and \
             listed for review from {} on; below that only where a rule contradicts what is written.",
            of_whole(self.sure, self.changed, "change"),
            self.apply_at,
            self.review_at
        );
        // What lies below all bins with a cell says nothing.
        let first = self.bins.iter().position(|bin| bin.changed + bin.for_review > 0).unwrap_or(0);
        let shown = &self.bins[first.min(BINS as usize / 2)..];
        let label =
            |bin: &Bin| if (bin.from * 10.0).fract() < 1e-9 { format!("{:.1}", bin.from) } else { String::new() };
        let bars: Vec<Bars> =
            shown.iter().map(|bin| Bars { label: label(bin), heights: [bin.changed, bin.for_review] }).collect();
        let says = format!(
            "Histogram of {} by confidence",
            counted(self.bins.iter().map(|bin| bin.changed + bin.for_review).sum(), "cell")
        );
        let row = |bin: &Bin| {
            tag("tr")
                .with(named(format!("{:.2} to {:.2}", bin.from, bin.to)))
                .with(number(grouped(bin.changed), bin.changed as f64))
                .with(number(grouped(bin.for_review), bin.for_review as f64))
        };
        let heads = [head("Confidence"), numbers("Changed"), numbers("To review")];
        Html::from(tag("p").with(text))
            .and(legend(["changed", "to review"]))
            .and(histogram(&says, &bars, Pile::Stacked))
            .and(behind("Cells by confidence", &heads, shown.iter().map(row).collect::<Html>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::fixture::{cities, orders};

    #[test]
    fn every_cell_is_in_the_bin_of_its_confidence() {
        let fixture = orders();
        let confidence = Confidence::of(&fixture.subject()).unwrap();
        let sums = confidence.bins.iter().fold((0, 0), |sum, bin| (sum.0 + bin.changed, sum.1 + bin.for_review));
        assert_eq!(sums, (fixture.outcome.totals.applied, fixture.outcome.totals.for_review));
        // Nothing is changed below the threshold.
        assert!(confidence.bins.iter().filter(|bin| bin.to <= 0.7).all(|bin| bin.changed == 0));
    }

    #[test]
    fn without_repairs_there_is_nothing_to_be_sure_of() {
        assert!(Confidence::of(&cities("city", "Rome", "Rome").subject()).is_none());
    }
}
