//! Cleaning for a model: which labels, rows and repairs help or hurt it, and whom.
//!
//! A table and a target column become [`Examples`]: sparse rows in a space of features that stays the same when the table is
//! cleaned ([`Featuriser`]), and classes ([`Target`]). What may spoil a verdict is told first ([`leaks`]).
//! The model is a [`Logistic`] regression, or one of trees ([`Learner`]), which judges rows that it was not fitted on
//! ([`out_of_fold`], [`out_of_fold_by`]).
//!
//! | question | answer |
//! |---|---|
//! | Which records should be cleaned next? | [`Active`] |
//! | Which detector and repair help? | [`boost()`] |
//! | Which rows poison the model? | [`sanitise()`] |
//! | Which labels are wrong? | [`label_issues`] |
//! | Whom does the model, or the table, favour? | [`group_report`], [`reweighed`] |
//! | Has cleaning gone too far? | [`shifts`] |
//!
//! Whatever is recommended has been judged on rows that it was not made from, beside doing nothing.
//! Every function is deterministic in its seed, on any number of threads.

mod active;
mod boost;
mod fairness;
mod features;
mod folds;
mod groups;
mod labels;
mod lbfgs;
mod leak;
mod learner;
mod logistic;
mod probabilities;
mod pruning;
mod random;
mod ridge;
mod rows;
mod sanitise;
mod shift;
mod target;
mod trees;

pub use active::{Active, ActiveSettings, CurvePoint, Drawn, Estimator, Next, Pool, Sampling};
pub use boost::{
    Action, Arm, BoostSettings, Boosted, Detector, Finding, JudgedArm, JudgedPicking, MarkedCells, Picking,
    RepairedTable, apply, apply_marked, boost, boost_marked,
};
pub use fairness::{Disparity, GroupRates, GroupReport, PredictedRates, group_report, reweighed};
pub use features::{ColumnFeatures, Encoding, Examples, FeatureError, FeatureSettings, Featuriser, LeftOut};
pub use folds::{out_of_fold, out_of_fold_by, stratified_folds, stratified_split};
pub use groups::{NoSuchColumn, ProtectedGroups};
pub use labels::{LabelFindings, LabelIssue, LabelRanking, LabelSettings, label_issues};
pub use leak::{Leak, leaks};
pub use learner::{Fitted, Learner};
pub use logistic::{Logistic, LogisticSettings};
pub use probabilities::{Probabilities, Score};
pub use pruning::{JudgedPruning, judge_pruning};
pub use rows::Rows;
pub use sanitise::{Blind, JudgedShare, SanitiseSettings, Sanitised, merged_weights, sanitise};
pub use shift::{Compared, Shift, Subject, Verdict, shifts};
pub use target::{Class, RareClasses, Target, TargetError};
