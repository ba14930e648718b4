//! What the value of a cell should be: candidates, context, noise, posterior.
//!
//! Detection and repair are one question. For every cell, `score(v) = log pt(v) + Σ_f w_f phi_f(v) + log Ch(o | v)`:
//! how common and well-formed `v` is in its column ([prior](self#notation)), what the rest of the row says of it (factors),
//! and how what is written, `o`, may have come from it (the error channel). A cell is wrong if another value than the
//! written one has the greatest score.
//!
//! Where two cells of a row hold each other's values, the exchange is one error, and they are judged together.
//!
//! [`fit`] learns a [`Model`] in rounds: every column is scored on the same state of belief, then the counts are renewed
//! by what is believed. [`infer`] gives the [`Posterior`] of a table under a model. Models add up: [`Model::merge`]. What a model
//! learned can be kept and put to its rows again: [`Parameters`].
//!
//! # Notation
//!
//! | symbol | is |
//! |---|---|
//! | `o`, `v`, `x` | the written value of a cell; a candidate; the value of a key |
//! | `n`; `n_v`, `n_x`, `n_xv` | rows; rows with value `v`, with key `x`, with both, weighted by confidence |
//! | `pi(v)` | the share of `v` in its column, with mass left for values not seen |
//! | `pt(v)` | the type-level prior of `v`: the evidence of the whole type, per cell |
//! | `phi_f(v)` | the log odds that factor `f` gives `v` against `pi(v)` |
//! | `w_f` | the weight of a factor, within 0 to 1 |
//! | `eps`, `k` | the share of wrong cells of a column; the shares of the kinds of noise among them |
//! | `rho`, `alpha` | the share of groups of a context in which one value is meant; its smoothing |
//! | `e` | the chance that the key of a row is wrong |
//!
//! A cell is left out of every count that explains it.
//!
//! The model knows no rule kinds: it reads the dependencies off lowered constraints.

mod absences;
mod added;
mod alone;
mod calibrate;
mod channel;
mod column;
mod confidence;
mod counting;
mod describe;
mod elsewhere;
mod exchange;
mod factors;
mod fit;
mod glance;
mod hold;
mod infer;
mod labelled;
mod lexicon;
mod map;
mod merge;
mod model;
mod noise_sums;
mod outcomes;
mod parameters;
mod placeholders;
mod posterior;
mod proposals;
mod room;
mod round;
mod sampled;
mod scorer;
mod screen;
mod settings;
mod settle;
mod state;
mod tally;
mod text;
mod values;
mod weights;

pub use added::infer_added;
pub use alone::temper;
pub use channel::{NOISES, Noise};
pub use fit::{fit, fit_with};
pub use hold::Hold;
pub use infer::{infer, infer_asked, infer_in_parts};
pub use labelled::Judgement;
pub use merge::MergeError;
pub use model::{Attention, LearnedColumn, LearnedRule, Model, RuleSupport, UnusedRule};
pub use parameters::Parameters;
pub use posterior::{Alone, Candidate, CellPosterior, Contradiction, Contribution, Evidence, Posterior, Way};
pub use room::room_of;
pub use settings::{Part, Settings};
