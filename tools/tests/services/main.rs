//! Real services on loopback ports, spoken to over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "where these fail, the test should")]

mod attacks;
mod banks;
mod calculator;
mod database_query;
mod door;
mod file_reader;
mod house;
mod killed;
mod limits;
mod live;
mod mcp;
mod memory;
mod oauth;
mod process;
mod summaries;
mod table;
