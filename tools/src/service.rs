//! The five services by name: ports, scopes, and how one is started.

use std::fmt;
use std::str::FromStr;

/// One of the five services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Issues and verifies access tokens; the only one that holds the private key.
    Oauth,
    /// Reckons with arithmetic expressions.
    Calculator,
    /// Reads the bank's documents.
    FileReader,
    /// Answers read-only SQL on the bank's security database.
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
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Service {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|service| service.name() == name).ok_or_else(|| {
            format!("no such service: {name} (there are oauth, calculator, file-reader, database-query, memory)")
        })
    }
}
