//! Why single cells read as they do: what speaks for a change and against it, adding up.

use lustrate::{ExplainedCandidate, Explanation, Verdict};
use serde::Serialize;

use super::Content;
use super::examples::row_text;
use crate::page::Subject;
use crate::page::charts::{Step, waterfall};
use crate::page::html::{Html, tag};
use crate::page::room::fitted;
use crate::page::value::{change, name, prose, value};
use crate::repairs_file::rounded_down;
use crate::values::cut;

/// Why single cells read as they do.
#[derive(Serialize)]
pub(crate) struct Explanations(Vec<Explanation>);

/// Bytes that explanations take at most.
const ROOM: usize = 140_000;
/// Characters of words that are shown.
const LONGEST: usize = 400;
/// Terms that are shown by themselves.
const MOST_TERMS: usize = 12;
/// Terms below this, in nats, are shown together.
const SMALL: f64 = 0.05;

impl Content for Explanations {
    const TITLE: &'static str = "Why, in numbers that add up";

    fn of(subject: &Subject<'_>) -> Option<Self> {
        let explanations = subject.report.explanations;
        (!explanations.is_empty()).then(|| Explanations(explanations.to_vec()))
    }

    fn html(&self) -> Html {
        let text = "What speaks for a change and what against it, in nats: a nat more makes the odds of what the cell should \
                    read against what is written 2.7 times as great. The terms add up to the log odds. ";
        let more = "`lustrate explain` says the same of any cell.";
        let figures = self.0.iter().enumerate().map(|(place, explanation)| figure(place + 1, explanation));
        let list = fitted(figures, ROOM);
        Html::from(tag("p").with(text).with(prose(more))).and(tag("div").class("pictures wide").with(list.html))
    }
}

/// The name of an explanation in links, by its place from 1.
pub(super) fn why(place: usize) -> String {
    format!("why-{place}")
}

fn figure(place: usize, explanation: &Explanation) -> Html {
    let row = row_text(explanation.row, explanation.line, &explanation.key);
    let heading = tag("h3").with(name(&explanation.column)).with(" ").with(tag("small").with(row));
    let candidate = decided(explanation);
    let read = explanation.read_as.as_ref();
    let read_as = read.map(|read| {
        tag("p")
            .class("aside")
            .with("Read as ")
            .with(value(read.value.as_deref()))
            .with(": ")
            .with(cut(&read.reason, LONGEST))
    });
    let drawn = candidate.map(|candidate| {
        let from = read.map_or(explanation.written.as_deref(), |read| read.value.as_deref());
        let (old, new) = change(from, candidate.value.as_deref());
        let (right, instead) = (explanation.probability.unwrap_or(0.0), candidate.probability);
        let said = tag("p")
            .with(old)
            .with(format!(" is right with a probability of {}, ", probability(right)))
            .with(new)
            .with(format!(" with {}.", probability(instead)));
        let caption =
            format!("What speaks for the change in row {} of {}", explanation.row, cut(&explanation.column, 60));
        Html::from(said).and(waterfall(caption, &steps(candidate)))
    });
    let article = tag("article").attr("id", why(place)).with(heading).with(read_as).with(drawn);
    article.with(tag("p").class("aside").with(fate(explanation))).into()
}

/// The candidate that the decision is about: the one that is applied or shown for review, else the likeliest.
fn decided(explanation: &Explanation) -> Option<&ExplainedCandidate> {
    let is_it = |candidate: &&ExplainedCandidate| candidate.value == explanation.fate.value;
    explanation.candidates.iter().find(is_it).or(explanation.candidates.first())
}

/// The terms, the greatest first; small ones together, so that all add up to the log odds.
fn steps(candidate: &ExplainedCandidate) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let (mut small, mut sum) = (0, 0.0);
    for term in &candidate.contributions {
        if steps.len() < MOST_TERMS && term.log_odds.abs() >= SMALL {
            steps.push(Step { words: cut(&term.words, LONGEST), log_odds: term.log_odds });
        } else {
            small += 1;
            sum += term.log_odds;
        }
    }
    let words = match small {
        0 => return steps,
        1 => "one smaller thing".to_owned(),
        number => format!("{number} smaller things"),
    };
    steps.push(Step { words, log_odds: sum });
    steps
}

fn fate(explanation: &Explanation) -> String {
    let fate = &explanation.fate;
    let sure = fate.confidence.map_or(String::new(), |sure| format!(" ({})", rounded_down(sure, 4)));
    let done = match fate.decision {
        Verdict::Apply => "Changed",
        Verdict::Review => "For review, not applied",
        Verdict::Leave => "Left as it is written",
    };
    format!("{done}{sure}: {}.", cut(&fate.reason, LONGEST))
}

/// A probability with four decimals, never as greater than it is; very small ones by their power of ten.
fn probability(probability: f64) -> String {
    match probability {
        0.0 => "0".to_owned(),
        0.001.. => rounded_down(probability, 4),
        _ => format!("{probability:.1e}").replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use lustrate::ExplainedContribution;

    use super::*;
    use crate::page::fixture::{cities, orders};

    #[test]
    fn the_terms_add_up_to_the_log_odds_of_the_decision() {
        let fixture = orders();
        for explanation in &fixture.explanations {
            let candidate = decided(explanation).unwrap();
            let sum: f64 = steps(candidate).iter().map(|step| step.log_odds).sum();
            assert!((sum - candidate.log_odds).abs() < 1e-9);
            let odds = (candidate.probability / explanation.probability.unwrap()).ln();
            assert!((sum - odds).abs() < 1e-6, "{sum} {odds}");
        }
    }

    #[test]
    fn small_terms_are_one_term() {
        let term = |log_odds: f64| ExplainedContribution {
            kind: "prior",
            rule: None,
            rule_at: None,
            rows: Vec::new(),
            words: format!("{log_odds}"),
            log_odds,
        };
        let candidate = |terms: &[f64]| ExplainedCandidate {
            value: None,
            probability: 0.5,
            log_odds: terms.iter().sum(),
            contributions: terms.iter().copied().map(term).collect(),
        };
        let steps = steps(&candidate(&[3.0, 0.02, -0.01]));
        assert_eq!(steps[1].words, "2 smaller things");
        assert_eq!(steps.len(), 2);
    }

    #[test]
    fn an_explanation_can_be_linked_to_and_says_what_became_of_the_cell() {
        let fixture = cities("city", "Rome", "Rone");
        let html = Explanations::of(&fixture.subject()).unwrap().html().into_string();
        assert!(html.contains("<article id=\"why-1\">"), "{html}");
        assert!(html.contains("Changed (0.9"), "{html}");
    }
}
