//! Where things are kept: the folders that the system sets aside for users' data and programs' state.
//!
//! They are known by variables alone. What else the C library would ask for a user's home, it loads into the program,
//! which a static one does not survive (see `heist_tools::names`).

use std::env;
use std::path::PathBuf;

/// The folder within each of them.
const OWN: &str = "heist-tui";

/// Why there is no place.
#[derive(Debug, thiserror::Error)]
#[error("there is no home folder to keep the {what} in ({HOME} is not set): {remedy}")]
pub struct PlaceError {
    what: &'static str,
    remedy: &'static str,
}

/// The variable that names the home folder.
const HOME: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// A folder of the system's: the variable that names it, and where else it is in the home folder.
struct Folder(&'static str, &'static str);

const DATA: Folder =
    if cfg!(windows) { Folder("APPDATA", "AppData/Roaming") } else { Folder("XDG_DATA_HOME", ".local/share") };
const CONFIG: Folder = if cfg!(windows) { DATA } else { Folder("XDG_CONFIG_HOME", ".config") };
const STATE: Folder =
    if cfg!(windows) { Folder("LOCALAPPDATA", "AppData/Local") } else { Folder("XDG_STATE_HOME", ".local/state") };

impl Folder {
    /// Our file in it. A variable that does not name a place from the root on counts as not set, as the rule is for them.
    fn file(&self, name: &str) -> Option<PathBuf> {
        let named = env::var_os(self.0).map(PathBuf::from).filter(|path| path.is_absolute());
        let folder = named.or_else(|| Some(home()?.join(self.1)))?;
        Some(folder.join(OWN).join(name))
    }
}

/// The user's home folder.
#[must_use]
pub fn home() -> Option<PathBuf> {
    env::var_os(HOME).filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// The database: `heist.db` in `$XDG_DATA_HOME/heist-tui`, or wherever the system keeps such things.
///
/// # Errors
/// If there is no home folder.
pub fn database() -> Result<PathBuf, PlaceError> {
    DATA.file("heist.db").ok_or(PlaceError { what: "database", remedy: "name a file with --db" })
}

/// The configuration file: `config.toml` in `$XDG_CONFIG_HOME/heist-tui`, or wherever the system keeps such things.
///
/// # Errors
/// If there is no home folder.
pub fn config() -> Result<PathBuf, PlaceError> {
    CONFIG.file("config.toml").ok_or(PlaceError { what: "configuration", remedy: "name a file with --config" })
}

/// The pace at which the player has left the scripted crew: `pace` in the folder of the [log].
///
/// # Errors
/// If there is no home folder.
pub fn pace() -> Result<PathBuf, PlaceError> {
    STATE.file("pace").ok_or(PlaceError { what: "pace", remedy: "set HOME" })
}

/// The log of a heist that is watched: `heist-tui.log` in `$XDG_STATE_HOME/heist-tui`, or wherever the system keeps such
/// things.
///
/// # Errors
/// If there is no home folder.
pub fn log() -> Result<PathBuf, PlaceError> {
    STATE.file("heist-tui.log").ok_or(PlaceError { what: "log", remedy: "set HOME" })
}
