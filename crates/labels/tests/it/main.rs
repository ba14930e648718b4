//! Label files as people and programs give them back.

mod cells;
mod cities;
mod mistakes;
mod sheets;
