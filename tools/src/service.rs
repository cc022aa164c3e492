//! The five services by name, with their ports.

use std::fmt;
use std::str::FromStr;

/// One of the five services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Issues and verifies access tokens; the only one that holds the private key.
    Oauth,
    /// Calculates with arithmetic expressions.
    Calculator,
    /// Reads the documents of the caller's bank.
    FileReader,
    /// Answers read-only SQL on the security database of the caller's bank.
    DatabaseQuery,
    /// Keeps the turns of a conversation and compresses old ones.
    Memory,
}

impl Service {
    /// All five, `oauth` first: the others verify tokens with its keys.
    pub const ALL: [Self; 5] = [Self::Oauth, Self::Calculator, Self::FileReader, Self::DatabaseQuery, Self::Memory];

    /// The name in commands, containers and health replies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Oauth => "oauth",
            Self::Calculator => "calculator",
            Self::FileReader => "file-reader",
            Self::DatabaseQuery => "database-query",
            Self::Memory => "memory",
        }
    }

    /// How many ports above the base port (8001 by default) the service listens.
    #[must_use]
    pub const fn port_offset(self) -> u16 {
        self as u16
    }

    /// The port where nothing else is said: 8001 to 8005. Inside a container it is always this one.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        8001 + self.port_offset()
    }

    /// Whether the service keeps something in its data folder.
    #[must_use]
    pub const fn keeps_data(self) -> bool {
        matches!(self, Self::Oauth | Self::Memory)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Service {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|service| service.name() == name)
            .ok_or_else(|| format!("no such service: {name} (there are {})", Self::ALL.map(Self::name).join(", ")))
    }
}
