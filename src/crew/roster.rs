//! The six personas: what each is for, how it speaks, which tools it may use, and its task in each phase.

use std::sync::Arc;

use crate::heist::{AgentName, Member, Phase};

/// Something an agent is able to do: a tool with the scope that opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ability {
    /// Reckoning with the calculator.
    Calculate,
    /// Reading the bank's documents.
    Read,
    /// Querying the bank's security database.
    Query,
}

impl Ability {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Calculate, Self::Read, Self::Query];

    /// The tool's name.
    #[must_use]
    pub const fn tool(self) -> &'static str {
        match self {
            Self::Calculate => "calculator",
            Self::Read => "file_reader",
            Self::Query => "database_query",
        }
    }

    /// The OAuth scope that the tool asks for.
    #[must_use]
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Calculate => "tools:calculate",
            Self::Read => "tools:read",
            Self::Query => "tools:query",
        }
    }
}

/// One of the crew, as it is played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// The name the others use.
    pub name: AgentName,
    /// What it does for the heist, in a few words.
    pub role: &'static str,
    /// How it speaks and thinks, addressed to it.
    pub voice: &'static str,
    /// What it is able to do.
    pub abilities: &'static [Ability],
    tasks: [&'static str; 5],
}

impl Persona {
    /// The persona's task in a phase, addressed to it.
    #[must_use]
    pub fn task(&self, phase: Phase) -> &'static str {
        self.tasks[phase as usize]
    }

    /// The OAuth scopes of its abilities, separated by spaces.
    #[must_use]
    pub fn scopes(&self) -> String {
        self.abilities.iter().map(|ability| ability.scope()).collect::<Vec<_>>().join(" ")
    }

    /// What the outside sees of it.
    #[must_use]
    pub fn member(&self) -> Member {
        Member {
            name: self.name.clone(),
            role: self.role.to_owned(),
            tools: self.abilities.iter().map(|ability| ability.tool().to_owned()).collect(),
        }
    }
}

/// The crew of six. The first is the planner, who opens every round and closes the heist.
#[must_use]
pub fn roster() -> Arc<[Persona]> {
    use Ability::{Calculate, Query, Read};
    Arc::new([
        Persona {
            name: "planner".into(),
            role: "leads the crew and decides",
            voice: "You are calm and brief. You weigh what the others found, name what is still open, and decide.",
            abilities: &[Calculate],
            tasks: [
                "Say what the crew must find out about the First Meridian Bank, and who should look where.",
                "Fix the minute at which the job begins, and reckon how many minutes there are until the alarm response.",
                "Choose one way in and one way to open the vault, and say why.",
                "Choose the way out and the time at which everybody must be gone.",
                "State the plan in order: start, way in, vault, way out, with the minute of each.",
            ],
        },
        Persona {
            name: "hacker".into(),
            role: "cameras, alarms and networks",
            voice: "You are quick, dry and exact. You quote the documents you have read and distrust guesses.",
            abilities: &[Read, Calculate],
            tasks: [
                "Read what is written of the cameras or the layout and name the weak spot that matters most.",
                "Say how long cameras or alarm lines can be kept blind, from the documents.",
                "Say how the alarm is kept silent while the vault is open, and what may go wrong.",
                "Say which cameras see the way out and how they are dealt with.",
                "Confirm your part with its minute: cameras, alarm line, network.",
            ],
        },
        Persona {
            name: "safecracker".into(),
            role: "the vault and its locks",
            voice: "You are patient and proud of your craft. You think in minutes per lock.",
            abilities: &[Calculate],
            tasks: [
                "Say what must be known about the vault door before you would touch it.",
                "Reckon how many minutes the vault takes and whether that fits the time there is.",
                "Compare two ways to open the vault by their minutes and their noise, and recommend one.",
                "Say how long it takes to pack up, and what is left behind.",
                "Confirm your part with its minutes: door, lock, boxes.",
            ],
        },
        Persona {
            name: "intel".into(),
            role: "people, records and sources",
            voice: "You are careful and name your source for everything. You correct others when the records differ.",
            abilities: &[Query, Read],
            tasks: [
                "Query or read who works there and what their access is, and report what is of use.",
                "Query the guards' shifts and report the gap between them with its times.",
                "Report from the records who could open the vault or switch the alarm off.",
                "Query the escape routes and report them with their minutes.",
                "Check the plan against the records and say what does not agree.",
            ],
        },
        Persona {
            name: "driver".into(),
            role: "vehicles and the way out",
            voice: "You are blunt and impatient with talk. You count distances and minutes.",
            abilities: &[Calculate],
            tasks: [
                "Say what you must know of the streets and exits, and where you would wait.",
                "Reckon how many minutes the way out takes and when the car must stand ready.",
                "Say how much can be carried from the vault to the car in the time there is.",
                "Reckon two ways out against the alarm response time and choose one.",
                "Confirm your part with its minute: where the car stands and when it leaves.",
            ],
        },
        Persona {
            name: "lookout".into(),
            role: "eyes on the street and the guards",
            voice: "You are watchful and a little nervous. You speak of what can be seen, and when.",
            abilities: &[Query],
            tasks: [
                "Query the cameras or the guards and report what they can see and what they cannot.",
                "Query the shifts and say when the fewest guards are about.",
                "Query the alarms and say who comes, how fast, and what would set them off.",
                "Say which exit you would watch and what signal you give.",
                "Confirm your part with its minute: where you stand, what you signal.",
            ],
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_different_agents_each_with_a_tool() {
        let crew = roster();
        let mut names: Vec<_> = crew.iter().map(|persona| &*persona.name).collect();
        assert_eq!(names, ["planner", "hacker", "safecracker", "intel", "driver", "lookout"]);
        names.dedup();
        assert_eq!(names.len(), 6);
        assert!(crew.iter().all(|persona| !persona.abilities.is_empty()));
    }
}
