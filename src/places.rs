//! Where things are kept: the folders that the system sets aside for users' data and programs' state.

use std::path::PathBuf;

use etcetera::{AppStrategy, AppStrategyArgs, HomeDirError, choose_app_strategy};

/// Why there is no place.
#[derive(Debug, thiserror::Error)]
#[error("there is no home folder to keep the {what} in ({cause}): {remedy}")]
pub struct PlaceError {
    what: &'static str,
    remedy: &'static str,
    cause: HomeDirError,
}

/// The database: `heist.db` in `$XDG_DATA_HOME/heist-tui`, or wherever the system keeps such things.
///
/// # Errors
/// If there is no home folder.
pub fn database() -> Result<PathBuf, PlaceError> {
    let app = app().map_err(|cause| PlaceError { what: "database", remedy: "name a file with --db", cause })?;
    Ok(app.in_data_dir("heist.db"))
}

/// The configuration file: `config.toml` in `$XDG_CONFIG_HOME/heist-tui`, or wherever the system keeps such things.
///
/// # Errors
/// If there is no home folder.
pub fn config() -> Result<PathBuf, PlaceError> {
    let app =
        app().map_err(|cause| PlaceError { what: "configuration", remedy: "name a file with --config", cause })?;
    Ok(app.in_config_dir("config.toml"))
}

/// The log of a heist that is watched: `heist-tui.log` in `$XDG_STATE_HOME/heist-tui`, or beside the database where the
/// system knows no place for programs' state.
///
/// # Errors
/// If there is no home folder.
pub fn log() -> Result<PathBuf, PlaceError> {
    let app = app().map_err(|cause| PlaceError { what: "log", remedy: "set HOME", cause })?;
    Ok(app.in_state_dir("heist-tui.log").unwrap_or_else(|| app.in_data_dir("heist-tui.log")))
}

fn app() -> Result<impl AppStrategy, HomeDirError> {
    choose_app_strategy(AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "heist-tui".to_owned(),
    })
}
