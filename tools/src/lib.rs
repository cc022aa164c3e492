//! The tool services of a heist: who may call what (`oauth`), and the four services that agents call.
//!
//! Nothing here knows of heists. Every service is a function that starts it on a listener, so that the same code
//! serves as a process, in a container, and inside another program.

pub mod service;
