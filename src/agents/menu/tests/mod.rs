//! The menu in whole heists.

mod heists;
mod honest;
