//! Arms in words.

use lustrate_learn::{Action, Arm, Detector};

/// What an arm marks, and what is done in training and in prediction.
pub(super) fn words(arm: &Arm) -> [String; 3] {
    let nothing = || "nothing".to_owned();
    match arm {
        Arm::Nothing => ["do nothing".to_owned(), nothing(), nothing()],
        Arm::Repair { detector, training, prediction } => [
            detector_words(*detector).to_owned(),
            action_words(*training).to_owned(),
            action_words(*prediction).to_owned(),
        ],
        Arm::Marked { detector, training, prediction } => {
            [detector.clone(), action_words(*training).to_owned(), action_words(*prediction).to_owned()]
        }
        Arm::Given(name) => [name.clone(), "as repaired".to_owned(), "as repaired".to_owned()],
    }
}

pub(super) fn in_words(arm: &Arm) -> String {
    match arm {
        Arm::Nothing => "do nothing".to_owned(),
        Arm::Given(name) => name.clone(),
        arm => {
            let [detector, training, prediction] = words(arm);
            if training == prediction {
                format!("{detector}: {training}")
            } else {
                format!("{detector}: {training}, predicting {prediction}")
            }
        }
    }
}

fn detector_words(detector: Detector) -> &'static str {
    match detector {
        Detector::MissingOrUnparsable => "missing or no number",
        Detector::ZScore => "beyond 3 standard deviations",
        Detector::InterquartileRange => "beyond the quartiles (Tukey)",
        Detector::MedianDeviation => "beyond the median deviation",
        Detector::RareLevel => "rare value",
        Detector::PatternMismatch => "unusual shape",
        Detector::Sentinel => "stands for missing",
        Detector::IsolationForest => "row far from others",
        Detector::All => "any of these",
    }
}

fn action_words(action: Action) -> &'static str {
    match action {
        Action::Keep => "keep",
        Action::Mean => "mean",
        Action::Median => "median",
        Action::Mode => "most frequent",
        Action::Default => "zero or missing",
        Action::Delete => "row left out",
        Action::Clip => "clip",
        Action::Model => "by the other columns",
    }
}
