//! The command line as its users meet it: a folder with files, a line that is typed, and what comes of it.

mod apply;
mod apply_changed;
mod apply_repairs_file;
mod apply_set_apart;
mod bad_output;
mod bad_rules;
mod bad_settings;
mod bad_table;
mod check;
mod compressed;
mod detect;
mod dirt;
mod documentation;
mod dry_run;
mod explain;
mod fidelity;
mod keep_going;
mod program;
mod quarantine;
mod readme;
mod repair;
mod report;
mod rules;
mod score;
mod session;
mod streams;
