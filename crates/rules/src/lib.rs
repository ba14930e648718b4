//! The rule language: parse, bind to a schema, lower to constraints; foreign rule files.
