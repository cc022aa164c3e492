//! The crew: what each agent is for, how it speaks, which tools it may use, its task in each phase, and the orders of a
//! mole among them.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use heist_tools::table::{self, Gives, TOOLS, ToolRow};
use serde::{Deserialize, Serialize};

use super::file;
use crate::document::Flaw;
use crate::heist::{AgentName, Colour, Difficulty, Member, Phase, Strategy};

/// The built-in crew, as a crew file.
pub const BUILT_IN: &str = include_str!("../../assets/crew.toml");

/// Something an agent is able to do: a tool, with the scope that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ability(&'static ToolRow);

impl Ability {
    /// To calculate.
    pub const CALCULATE: Self = Self(&table::CALCULATE);
    /// To read the bank's documents.
    pub const READ: Self = Self(&table::READ);
    /// To query the bank's security database.
    pub const QUERY: Self = Self(&table::QUERY);

    /// All that there are: one for each tool.
    pub fn all() -> impl Iterator<Item = Self> {
        TOOLS.iter().map(Self)
    }

    /// The tool's name.
    #[must_use]
    pub const fn tool(self) -> &'static str {
        self.0.name
    }

    /// The OAuth scope that the tool asks for.
    #[must_use]
    pub const fn scope(self) -> &'static str {
        self.0.scope
    }

    /// What the tool's answers are.
    #[must_use]
    pub const fn gives(self) -> Gives {
        self.0.gives
    }

    /// The tool.
    #[must_use]
    pub const fn row(self) -> &'static ToolRow {
        self.0
    }

    /// The ability in one word, as it is kept: `read`, the scope without what it is a scope of.
    fn word(self) -> &'static str {
        self.scope().rsplit(':').next().unwrap_or_default()
    }
}

impl From<Ability> for String {
    fn from(ability: Ability) -> Self {
        ability.word().to_owned()
    }
}

impl TryFrom<String> for Ability {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::all().find(|ability| ability.word() == word).ok_or_else(|| format!("there is no ability {word:?}"))
    }
}

/// One of the crew, as it is played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Persona {
    /// The name the others use.
    pub name: AgentName,
    /// What it does for the heist, in a few words.
    pub role: String,
    /// How it speaks and thinks, addressed to it.
    pub voice: String,
    /// What it is told that it may do.
    pub abilities: Vec<Ability>,
    /// What its token really opens to it.
    pub opened: Vec<Ability>,
    /// The colour of its name.
    pub colour: Colour,
    /// The model that speaks for it, where that is not the one that speaks for all.
    pub model: Option<String>,
    pub(super) tasks: [String; 5],
}

impl Persona {
    /// The persona's task in a phase, addressed to it.
    #[must_use]
    pub fn task(&self, phase: Phase) -> &str {
        &self.tasks[phase as usize]
    }

    /// The OAuth scopes of its token, separated by spaces.
    #[must_use]
    pub fn scopes(&self) -> String {
        self.opened.iter().map(|ability| ability.scope()).collect::<Vec<_>>().join(" ")
    }

    /// What the outside sees of it.
    #[must_use]
    pub fn member(&self) -> Member {
        Member {
            name: self.name.clone(),
            role: self.role.clone(),
            tools: self.abilities.iter().map(|ability| ability.tool().to_owned()).collect(),
            colour: Some(self.colour),
        }
    }
}

/// A crew: its agents, and how a mole among them is told to sabotage. The first agent is the planner, who opens every
/// round and closes the heist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crew {
    pub(super) agents: Vec<Persona>,
    pub(super) orders: BTreeMap<Strategy, [String; 3]>,
}

impl Crew {
    /// Reads a crew file. What it leaves out of the orders is as in the built-in crew.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        file::parse(text, Some(&roster()))
    }

    /// How a mole sabotages, addressed to it.
    pub(crate) fn order(&self, strategy: Strategy, difficulty: Difficulty) -> &str {
        self.orders.get(&strategy).map_or("", |orders| &orders[difficulty as usize])
    }

    /// The agents' names.
    pub fn names(&self) -> impl Iterator<Item = &AgentName> {
        self.agents.iter().map(|persona| &persona.name)
    }
}

impl Deref for Crew {
    type Target = [Persona];

    fn deref(&self) -> &[Persona] {
        &self.agents
    }
}

impl Default for Crew {
    /// The built-in crew.
    fn default() -> Self {
        Self::clone(&roster())
    }
}

/// The built-in crew of six.
#[must_use]
pub fn roster() -> Arc<Crew> {
    // A test holds that it is a crew, so that nobody ever sees the empty one.
    static CREW: LazyLock<Arc<Crew>> = LazyLock::new(|| {
        Arc::new(file::parse(BUILT_IN, None).unwrap_or(Crew { agents: Vec::new(), orders: BTreeMap::new() }))
    });
    Arc::clone(&CREW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_different_agents_each_with_a_tool() {
        let crew = roster();
        assert_eq!(file::parse(BUILT_IN, None).as_ref(), Ok(&*crew));
        let names: Vec<_> = crew.names().map(|name| &**name).collect();
        assert_eq!(names, ["planner", "hacker", "safecracker", "intel", "driver", "lookout"]);
        assert!(crew.iter().all(|persona| !persona.abilities.is_empty() && persona.opened == persona.abilities));
    }

    #[test]
    fn an_ability_is_kept_as_one_word_as_it_always_was() {
        let words = serde_json::json!(["calculate", "read", "query"]);
        assert_eq!(serde_json::to_value(Ability::all().collect::<Vec<_>>()).unwrap(), words);
        let all: Vec<Ability> = serde_json::from_value(words).unwrap();
        assert_eq!(all, [Ability::CALCULATE, Ability::READ, Ability::QUERY]);
        assert!(serde_json::from_str::<Ability>("\"fly\"").is_err());
    }

    #[test]
    fn every_agent_has_a_colour_and_tasks_of_its_own_and_every_strategy_its_orders() {
        let crew = roster();
        let distinct = |mut all: Vec<String>| {
            all.sort();
            all.dedup();
            all.len()
        };
        assert_eq!(distinct(crew.iter().map(|persona| persona.colour.name().to_owned()).collect()), 6);
        assert_eq!(distinct(crew.iter().flat_map(|persona| persona.tasks.clone()).collect()), 30);
        assert!(crew.orders.values().flatten().all(|order| !order.is_empty()));
        assert_eq!(distinct(crew.orders.values().flatten().cloned().collect()), 15);
    }
}
