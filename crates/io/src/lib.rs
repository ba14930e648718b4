//! CSV and Parquet to and from a table; the only crate with Polars.
