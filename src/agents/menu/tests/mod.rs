//! The menu in whole heists: that it makes sense, that the mole really sabotages, that honest agents seldom err, and that nothing
//! tells the one from the others.

mod acts;
mod check;
mod heists;
mod honest;
mod questions;
mod words;
