//! What other libraries say of the same numbers: see `testdata/learn/make.py`.

mod groups;
mod labels;
mod odd;
mod saved;
