//! The tool services of a heist: who may call what (`oauth`), and the four services that agents call.
//!
//! Nothing here knows of heists. Every service is a function that gives its routes and its background work ([`parts`]),
//! and one that serves them on an address ([`start`]), so that the same code serves as a process, in a container, and
//! inside another program:
//!
//! ```no_run
//! # async fn example() -> Result<(), heist_tools::StartError> {
//! use heist_tools::{Service, Settings, start};
//! let listen = ([127, 0, 0, 1], 0).into();
//! let settings = Settings { data: "data/oauth".into(), ..Settings::default() };
//! let oauth = start(Service::Oauth, listen, settings).await?;
//! let settings = Settings { issuer: Some(format!("http://{}", oauth.addr())), ..Settings::default() };
//! let calculator = start(Service::Calculator, listen, settings).await?;
//! calculator.stop().await;
//! # Ok(())
//! # }
//! ```

mod answers;
mod api;
mod banks;
mod bare;
mod calculator;
mod chance;
pub mod cli;
mod clock;
mod connection;
mod crowd;
mod database_query;
mod db;
mod file_reader;
mod guard;
pub mod http;
mod log;
mod mcp;
mod memory;
mod metrics;
pub mod names;
mod oauth;
mod parts;
mod refusal;
mod resource;
mod seed;
mod server;
pub mod service;
pub mod table;
pub mod telemetry;
mod token;
mod tool;
pub mod trust;
pub mod wire;

pub use answers::Answers;
pub use memory::Llm;
pub use parts::{Parts, Settings, parts};
pub use server::{Running, StartError, start};
pub use service::Service;
