//! The crew file: what may stand in it, and what holds where nothing stands.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::roster::{Ability, Crew, Persona};
use crate::document::{Document, Flaw, Table, Value};
use crate::heist::{Colour, Difficulty, Phase, Strategy};
use crate::text::harmless;

/// So many agents make a crew.
const AGENTS: RangeInclusive<usize> = 2..=12;

/// The most characters of each text.
const NAME_CHARS: usize = 20;
const ROLE_CHARS: usize = 60;
const VOICE_CHARS: usize = 600;
const TASK_CHARS: usize = 300;
const ORDERS_CHARS: usize = 400;
const MODEL_CHARS: usize = 200;

/// Names that mean something else to the program.
const TAKEN: [&str; 6] = ["detector", "mole", "nobody", "none", "player", "random"];

/// How an agent speaks that has no voice of its own.
const VOICE: &str = "You speak plainly and keep to the facts.";

/// The tasks of an agent that has none of its own, by phase.
const TASKS: [&str; 5] = [
    "Find out what concerns your part of the job, and report the fact that matters most.",
    "Say how many minutes your part takes and when it can begin.",
    "Say what you do for the way in and the vault, and what may go wrong with it.",
    "Say what you do for the way out, and by which minute you are gone.",
    "Confirm your part of the plan with its minutes.",
];

/// Reads a crew. What a strategy's orders lack comes from `otherwise`, if there is such a crew.
pub(super) fn parse(text: &str, otherwise: Option<&Crew>) -> Result<Crew, Flaw> {
    let document = Document::parse(text)?;
    let root = document.root();
    root.only(&["agents", "strategies"])?;
    let agents = match root.get("agents") {
        Some(agents) => agents.list()?,
        None => Vec::new(),
    };
    let agents = agents.iter().map(Value::table).collect::<Result<Vec<_>, _>>()?;
    if !AGENTS.contains(&agents.len()) {
        let (least, most, found) = (AGENTS.start(), AGENTS.end(), agents.len());
        let what = format!("a crew has {least} to {most} agents and this one {found}: each begins with [[agents]]");
        return Err(agents.get(*most).unwrap_or(&root).flaw(what));
    }
    let mut crew = Crew { agents: Vec::with_capacity(agents.len()), orders: orders(&root, otherwise)? };
    for agent in &agents {
        let persona = persona(agent, &crew.agents)?;
        crew.agents.push(persona);
    }
    colour(&mut crew.agents, &agents)?;
    Ok(crew)
}

fn persona(agent: &Table<'_>, before: &[Persona]) -> Result<Persona, Flaw> {
    agent.only(&["name", "role", "voice", "tools", "scopes", "colour", "model", "tasks"])?;
    let needed = |key| agent.get(key).ok_or_else(|| agent.flaw(format!("this agent has no {key}: add {key} = \"…\"")));
    let optional = |key, most| agent.get(key).map(|value| words(&value, most)).transpose();
    let name = name(&needed("name")?, before)?;
    let abilities = some(agent, "tools", Ability::tool)?.unwrap_or_default();
    Ok(Persona {
        name: name.into(),
        role: words(&needed("role")?, ROLE_CHARS)?,
        voice: optional("voice", VOICE_CHARS)?.unwrap_or_else(|| VOICE.to_owned()),
        opened: some(agent, "scopes", Ability::scope)?.unwrap_or_else(|| abilities.clone()),
        abilities,
        colour: Colour::Plain,
        model: optional("model", MODEL_CHARS)?,
        tasks: tasks(agent)?,
    })
}

/// A name that can be told from any other word of the program, however it is written.
fn name<'d>(value: &Value<'d>, before: &[Persona]) -> Result<&'d str, Flaw> {
    let name = value.text()?;
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if !is_word || name.len() > NAME_CHARS {
        return Err(value.flaw(&format!(
            "must be one word of 1 to {NAME_CHARS} letters, digits, - and _ that begins with a letter and ends with a \
             letter or digit, such as \"safe-cracker\""
        )));
    }
    if TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
        return Err(value.flaw(&format!("cannot be {name:?}, which means something else to the game: choose another")));
    }
    if before.iter().any(|persona| persona.name.eq_ignore_ascii_case(name)) {
        return Err(value.flaw(&format!("is {name:?}, as another agent's is already: each needs one of its own")));
    }
    Ok(name)
}

/// The abilities that a list names, if there is one.
fn some(agent: &Table<'_>, key: &'static str, word: fn(Ability) -> &'static str) -> Result<Option<Vec<Ability>>, Flaw> {
    let Some(list) = agent.get(key) else { return Ok(None) };
    let mut found = Vec::new();
    for value in list.list()? {
        let ability = choice(&value, &Ability::all().collect::<Vec<_>>(), word)?;
        if !found.contains(&ability) {
            found.push(ability);
        }
    }
    Ok(Some(found))
}

fn tasks(agent: &Table<'_>) -> Result<[String; 5], Flaw> {
    let mut tasks = TASKS.map(ToOwned::to_owned);
    if let Some(given) = agent.get("tasks") {
        let given = given.table()?;
        given.only(&Phase::ALL.map(Phase::name))?;
        for (phase, task) in Phase::ALL.into_iter().zip(&mut tasks) {
            if let Some(value) = given.get(phase.name()) {
                *task = words(&value, TASK_CHARS)?;
            }
        }
    }
    Ok(tasks)
}

/// Gives each agent its colour, and those that have none the next that nobody has.
fn colour(crew: &mut [Persona], agents: &[Table<'_>]) -> Result<(), Flaw> {
    let given =
        |agent: &Table<'_>| agent.get("colour").map(|value| choice(&value, &Colour::ALL, Colour::name)).transpose();
    let given = agents.iter().map(given).collect::<Result<Vec<_>, _>>()?;
    let free: Vec<_> = Colour::ALL.into_iter().filter(|colour| !given.contains(&Some(*colour))).collect();
    let mut next = free.iter().chain(&Colour::ALL).copied().cycle();
    for (persona, given) in crew.iter_mut().zip(given) {
        persona.colour = given.or_else(|| next.next()).unwrap_or(Colour::Plain);
    }
    Ok(())
}

fn orders(root: &Table<'_>, otherwise: Option<&Crew>) -> Result<BTreeMap<Strategy, [String; 3]>, Flaw> {
    let given = root.get("strategies").map(|value| value.table()).transpose()?;
    if let Some(given) = &given {
        given.only(&Strategy::ALL.map(Strategy::name))?;
    }
    let of = |strategy: Strategy| {
        let given = given.as_ref().and_then(|given| given.get(strategy.name()));
        let given = given.map(|value| value.table()).transpose()?;
        if let Some(given) = &given {
            given.only(&Difficulty::ALL.map(Difficulty::name))?;
        }
        let mut orders: [String; 3] =
            otherwise.and_then(|crew| crew.orders.get(&strategy)).cloned().unwrap_or_default();
        for (difficulty, order) in Difficulty::ALL.into_iter().zip(&mut orders) {
            if let Some(value) = given.as_ref().and_then(|given| given.get(difficulty.name())) {
                *order = words(&value, ORDERS_CHARS)?;
            }
        }
        Ok((strategy, orders))
    };
    Strategy::ALL.into_iter().map(of).collect()
}

/// The one of these that a text names.
fn choice<T: Copy>(value: &Value<'_>, all: &[T], name: fn(T) -> &'static str) -> Result<T, Flaw> {
    let text = value.text()?;
    all.iter().find(|one| name(**one) == text).copied().ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        value.flaw(&format!("knows no {text:?}: say {}", names.join(", ")))
    })
}

/// A text in one line.
fn words(value: &Value<'_>, most: usize) -> Result<String, Flaw> {
    let text = value.text()?.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > most {
        return Err(value.flaw(&format!("must have 1 to {most} characters, and has {}", text.chars().count())));
    }
    if harmless(&text) != text {
        return Err(value.flaw("has a character in it that commands a terminal: leave it out"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crew::roster;

    const TWO: &str =
        "[[agents]]\nname = \"boss\"\nrole = \"leads\"\n[[agents]]\nname = \"safe-cracker\"\nrole = \"locks\"\n";

    fn flaw(text: &str) -> String {
        Crew::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let crew = Crew::parse(TWO).unwrap();
        assert_eq!(crew.names().map(|name| &**name).collect::<Vec<_>>(), ["boss", "safe-cracker"]);
        assert_eq!(crew[1].task(Phase::Timing), TASKS[1]);
        assert_eq!(crew[1].voice, VOICE);
        assert_eq!([crew[0].colour, crew[1].colour], [Colour::Plain, Colour::Green]);
        assert!(crew[0].abilities.is_empty() && crew[0].scopes().is_empty() && crew[0].model.is_none());
        assert_eq!(crew.orders, roster().orders);
    }

    #[test]
    fn what_is_there_is_taken() {
        let agent = "tools = [\"calculator\", \"file_reader\"]\nscopes = [\"tools:read\"]\ncolour = \"plain\"\n\
            model = \"tiny\"\nvoice = '''You\n  whisper.'''\n[agents.tasks]\ngetaway = \"Run.\"\n\
            [strategies.false_info]\nhard = \"Lie a little.\"\n";
        let crew = Crew::parse(&format!("{TWO}{agent}")).unwrap();
        let persona = &crew[1];
        assert_eq!(persona.abilities, [Ability::CALCULATE, Ability::READ]);
        assert_eq!(persona.scopes(), "tools:read");
        assert_eq!((&*persona.voice, persona.model.as_deref()), ("You whisper.", Some("tiny")));
        assert_eq!([persona.task(Phase::Getaway), persona.task(Phase::Timing)], ["Run.", TASKS[1]]);
        // The other takes the next that is free.
        assert_eq!([crew[0].colour, crew[1].colour], [Colour::Green, Colour::Plain]);
        assert_eq!(crew.order(Strategy::FalseInfo, Difficulty::Hard), "Lie a little.");
        let built_in = roster();
        let easy = built_in.order(Strategy::FalseInfo, Difficulty::Easy);
        assert_eq!(crew.order(Strategy::FalseInfo, Difficulty::Easy), easy);
    }

    #[test]
    fn the_crew_of_the_readme_is_one() {
        let readme = include_str!("../../README.md");
        let samples = readme.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        let crews: Vec<_> = samples.filter(|sample| sample.contains("[[agents]]")).map(Crew::parse).collect();
        assert!(matches!(crews.as_slice(), [Ok(crew)] if crew.len() == 2), "{crews:?}");
    }

    #[test]
    fn twelve_are_a_crew_and_neither_one_nor_thirteen() {
        let crew = |count: usize| -> String {
            let agents = (1..=count).map(|n| format!("[[agents]]\nname = \"agent-{n}\"\nrole = \"works\"\n"));
            agents.collect::<Vec<_>>().concat()
        };
        let twelve = Crew::parse(&crew(12)).unwrap();
        assert_eq!(twelve.len(), 12);
        assert!(Colour::ALL.iter().all(|colour| twelve.iter().any(|persona| persona.colour == *colour)));
        assert_eq!(flaw(&crew(1)), "line 1: a crew has 2 to 12 agents and this one 1: each begins with [[agents]]");
        assert!(flaw(&crew(13)).starts_with("line 37: a crew has"), "{}", flaw(&crew(13)));
        assert!(flaw("").contains("this one 0"));
    }

    #[test]
    fn what_is_wrong_is_told_with_line_and_remedy() {
        for (text, told) in [
            ("agents = 3", "line 1: agents must be a list"),
            ("agents = [3, 4]", "line 1: agents must be a table, not a number"),
            (&format!("{TWO}nmae = \"x\""), "line 7: there is no key \"nmae\" here; did you mean \"name\"?"),
            (&format!("crew = 1\n{TWO}"), "line 1: there is no key \"crew\" here; did you mean"),
            (&TWO.replace("role = \"locks\"", ""), "line 4: this agent has no role: add role = \"…\""),
            (&TWO.replace("safe-cracker", ""), "line 5: name must be one word of 1 to 20 letters"),
            (&TWO.replace("safe-cracker", "safe cracker"), "line 5: name must be one word"),
            (&TWO.replace("safe-cracker", "safe-"), "line 5: name must be one word"),
            (&TWO.replace("safe-cracker", "2fast"), "line 5: name must be one word"),
            (&TWO.replace("safe-cracker", "späher"), "line 5: name must be one word"),
            (&TWO.replace("safe-cracker", &"x".repeat(21)), "line 5: name must be one word"),
            (&TWO.replace("safe-cracker", "Random"), "line 5: name cannot be \"Random\", which means something else"),
            (&TWO.replace("safe-cracker", "Boss"), "line 5: name is \"Boss\", as another agent's is already"),
            (&TWO.replace("\"safe-cracker\"", "7"), "line 5: name must be a text in quotes, not a number"),
            (&TWO.replace("locks", ""), "line 6: role must have 1 to 60 characters, and has 0"),
            (&TWO.replace("locks", &"x".repeat(61)), "line 6: role must have 1 to 60 characters, and has 61"),
            (&TWO.replace("locks", "\\u001b[2J"), "line 6: role has a character in it that commands a terminal"),
            (&format!("{TWO}tools = [\"hammer\"]"), "line 7: tools knows no \"hammer\": say calculator, file_reader"),
            (&format!("{TWO}scopes = [\"calculator\"]"), "line 7: scopes knows no \"calculator\": say tools:calculate"),
            (&format!("{TWO}colour = \"red\""), "line 7: colour knows no \"red\": say plain, green"),
            (
                &format!("{TWO}tasks.timming = \"x\""),
                "line 7: there is no key \"timming\" here; did you mean \"timing\"?",
            ),
            (&format!("{TWO}[strategies.bribery]"), "line 7: there is no key \"bribery\" here"),
            (
                &format!("{TWO}[strategies.false_info]\nhrad = \"x\""),
                "line 8: there is no key \"hrad\" here; did you mean \"hard\"?",
            ),
            (&format!("{TWO}voice = \"x"), "line 7: this is not TOML"),
        ] {
            assert!(flaw(text).starts_with(told), "{text}\n{}", flaw(text));
        }
    }
}
