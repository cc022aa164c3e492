//! The tool services of a heist: who may call what (`oauth`), and the four services that agents call.
//!
//! Nothing here knows of heists. Every service is a function that starts it on an address, so that the same code
//! serves as a process, in a container, and inside another program:
//!
//! ```no_run
//! # async fn example() -> Result<(), heist_tools::StartError> {
//! use heist_tools::{Options, Service, start};
//! let listen = ([127, 0, 0, 1], 0).into();
//! let oauth = start(Service::Oauth, Options { listen, data: "data/oauth".into(), issuer: None }).await?;
//! let issuer = Some(format!("http://{}", oauth.addr()));
//! let calculator = start(Service::Calculator, Options { listen, data: "data".into(), issuer }).await?;
//! calculator.stop().await;
//! # Ok(())
//! # }
//! ```

mod api;
mod calculator;
pub mod cli;
mod database_query;
mod db;
mod file_reader;
mod guard;
mod memory;
mod metrics;
mod oauth;
mod refusal;
mod server;
pub mod service;
mod token;
mod tool;
pub mod wire;

pub use server::{Options, Running, StartError, start};
pub use service::Service;
