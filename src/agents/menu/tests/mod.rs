//! The menu in whole heists.
