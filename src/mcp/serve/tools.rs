//! The tools: what each is called, what it does in words for a model, and what it takes and gives.

use std::sync::Arc;

use rmcp::handler::server::tool::schema_for_output;
use rmcp::model::{JsonObject, Tool as Described, ToolAnnotations};

use super::arguments::{Kind, Parameter, needed, optional, schema};
use super::told::{Asked, Checked, Opened, PlanTold, Sources, Status, SuspicionTold, TalkPage, VerdictTold};
use crate::crew::question;

/// The longest name of an agent, a source or a message that is taken, in characters.
const NAME: usize = 80;
/// Bytes of the talk in one answer: at least, at most, and if the player does not say.
pub(super) const BYTES: (u64, u64, u64) = (1_000, 100_000, 12_000);
/// Seconds that an answer may be waited for: at most, and if the player does not say. Many clients give up after a minute.
pub(super) const WAIT: (u64, u64) = (600, 45);

/// The largest seed that every client keeps as it is.
const SEED: u64 = (1 << 53) - 1;

/// What a tool does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Start,
    Status,
    GoOn,
    ReadTalk,
    ShowPlan,
    ReadSource,
    CheckMessage,
    AskAgent,
    TellAgent,
    ShowSuspicion,
    TakeHint,
    Guess,
    Stop,
}

/// A tool.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) deed: Deed,
    pub(super) name: &'static str,
    title: &'static str,
    what: &'static str,
    pub(super) takes: &'static [Parameter],
    gives: fn() -> Arc<JsonObject>,
    /// Whether it only looks.
    looks: bool,
}

const MAX_BYTES: Parameter = optional(
    "max_bytes",
    Kind::Whole(BYTES.0, BYTES.1),
    "How much text to return at most, in bytes; 12000 if left out.",
);
const WAIT_S: Parameter = optional(
    "wait_s",
    Kind::Whole(1, WAIT.0),
    "Return after so many seconds at the latest, even if the turns are not over; 45 if left out. They run on meanwhile.",
);

/// All of them, in the order in which a game needs them.
pub(super) static TOOLS: [Tool; 13] = [
    Tool {
        deed: Deed::Start,
        name: "start_heist",
        title: "Start a heist",
        what: "Starts a new heist, which waits for go_on. Returns who is in the crew, what each of them can do, and the \
               rules of the game. One heist at a time: guess or stop_heist ends the one that is on.",
        takes: &[
            optional("seed", Kind::Whole(0, SEED), "The same seed deals the same game. Leave it out for a new one."),
            optional(
                "rounds",
                Kind::Whole(1, 50),
                "How many rounds the crew talks; everybody speaks once in each. Usually 5.",
            ),
            optional("difficulty", Kind::Choice(&["easy", "normal", "hard"]), "How hard the mole is to find."),
            optional(
                "bank",
                Kind::Text(20),
                "The bank: \"seed\" for the heist's own, \"first-meridian\", or the number of another seed.",
            ),
            optional(
                "llm",
                Kind::Choice(&["auto", "openai", "scripted"]),
                "Who speaks for the crew: \"scripted\" needs nothing and is fast, \"openai\" is a model server, \"auto\" takes \
                 the server if there is one.",
            ),
            optional(
                "blind",
                Kind::Flag,
                "true hides a detector's suspicion of each agent, and the guess is worth twice as much.",
            ),
        ],
        gives: schema_for_output::<Opened>,
        looks: false,
    },
    Tool {
        deed: Deed::Status,
        name: "status",
        title: "How the heist stands",
        what: "Tells how the heist stands: round and turn, the crew with its tools and the turns that each has left, what a \
               guess would win or lose now, and what can be done next.",
        takes: &[],
        gives: schema_for_output::<Opened>,
        looks: true,
    },
    Tool {
        deed: Deed::GoOn,
        name: "go_on",
        title: "Let the crew go on",
        what: "Lets the crew take its next turns and returns all that was said and done: messages (m1, m2, ...), tool calls with \
               their answers (t1, t2, ...), decisions. The heist waits whenever you do not call this. Without arguments it \
               goes on to the end of the round. If it returns before the turns are over, call it again to wait on.",
        takes: &[
            optional(
                "turns",
                Kind::Whole(1, 1000),
                "How many turns; more than there are means to the end. To the end of the round if left out.",
            ),
            WAIT_S,
            MAX_BYTES,
        ],
        gives: schema_for_output::<TalkPage>,
        looks: false,
    },
    Tool {
        deed: Deed::ReadTalk,
        name: "read_talk",
        title: "Read the talk again",
        what: "Returns what was said and done so far, from any entry on, in pages: to read something again, or what did not \
               fit into the answer of go_on.",
        takes: &[
            optional(
                "since",
                Kind::Whole(0, u32::MAX as u64),
                "Return the entries after the one with this number; from the first if left out.",
            ),
            optional("agent", Kind::Text(NAME), "Only what this agent said and did."),
            MAX_BYTES,
        ],
        gives: schema_for_output::<TalkPage>,
        looks: true,
    },
    Tool {
        deed: Deed::ShowPlan,
        name: "show_plan",
        title: "The crew's plan",
        what: "Shows the crew's plan as it stands: six slots (start, entry, alarm, method, load, route), what was brought \
               forward for each, by whom and why, who is for and against it, what is settled; and the times that follow from \
               what was told.",
        takes: &[],
        gives: schema_for_output::<PlanTold>,
        looks: true,
    },
    Tool {
        deed: Deed::ReadSource,
        name: "read_source",
        title: "Read a document or table",
        what: "Returns in full a document or table that somebody of the crew has read, with the messages that speak of each \
               line. Without a name it lists all that the bank has, and who has read what. What nobody has read stays closed: \
               tell an agent with the right tool to read it.",
        takes: &[optional("name", Kind::Text(NAME), "The document or table, such as vault_specs.txt or shifts.")],
        gives: schema_for_output::<Sources>,
        looks: true,
    },
    Tool {
        deed: Deed::CheckMessage,
        name: "check_message",
        title: "Hold a message against its sources",
        what: "Sets each fact that a message tells beside the line of the document or table that it rests on, if somebody has \
               read that. The best way to find a lie: a figure that differs from its source is a slip or sabotage.",
        takes: &[needed("message", Kind::Text(NAME), "The message, such as m12.")],
        gives: schema_for_output::<Checked>,
        looks: true,
    },
    Tool {
        deed: Deed::AskAgent,
        name: "ask_agent",
        title: "Ask an agent",
        what: "Asks an agent what it knows of a fact, or what it would do about a slot of the plan. It answers in its next \
               turn, and looks the fact up if it can: call go_on to hear it. Until then it keeps only the last thing that you \
               ask or tell it.",
        takes: &[
            needed("agent", Kind::Text(NAME), "Who is asked."),
            needed(
                "about",
                Kind::Text(NAME),
                "What about: a slot of the plan, or a fact by its name, such as \"the gap\" or words of it. If several fit, you \
                 are told which.",
            ),
        ],
        gives: schema_for_output::<Asked>,
        looks: false,
    },
    Tool {
        deed: Deed::TellAgent,
        name: "tell_agent",
        title: "Tell an agent what to do",
        what: "Tells an agent in your own words what to do in its next turn, such as \"read vault_specs.txt\" or \"query the \
               shifts table\".",
        takes: &[
            needed("agent", Kind::Text(NAME), "Who is told."),
            needed("text", Kind::Text(question::LONGEST), "What to do."),
        ],
        gives: schema_for_output::<Asked>,
        looks: false,
    },
    Tool {
        deed: Deed::ShowSuspicion,
        name: "show_suspicion",
        title: "The detector's suspicion",
        what: "Shows how a detector suspects each agent, with its evidence. It is a clue and no proof. In a heist that was \
               started blind this halves your stake for good, so there it wants agree=true.",
        takes: &[
            optional("agree", Kind::Flag, "true to have it shown in a blind heist, for half of the stake."),
            optional("agent", Kind::Text(NAME), "All the evidence on this agent, instead of the strongest on each."),
        ],
        gives: schema_for_output::<SuspicionTold>,
        looks: false,
    },
    Tool {
        deed: Deed::TakeHint,
        name: "take_hint",
        title: "Take a hint",
        what: "Tells whom the detector suspects most, and its best evidence. It costs a quarter of what is left of your stake. \
               Only for heists that were started blind: otherwise suspicion is in view anyway.",
        takes: &[],
        gives: schema_for_output::<TalkPage>,
        looks: false,
    },
    Tool {
        deed: Deed::Guess,
        name: "guess",
        title: "Name the mole",
        what: "Names the mole, or nobody if you think there is none. You have one guess and it ends the heist: the job is \
               carried out, and you learn who the mole was, every act of sabotage, and your points. May be made at any time; \
               early guesses are worth more.",
        takes: &[
            needed("agent", Kind::Text(NAME), "Who it is, or \"nobody\"."),
            needed(
                "sureness",
                Kind::Whole(0, 100),
                "How likely you think it is that you are right, in per cent. Saying what you really believe pays best.",
            ),
        ],
        gives: schema_for_output::<VerdictTold>,
        looks: false,
    },
    Tool {
        deed: Deed::Stop,
        name: "stop_heist",
        title: "Stop the heist",
        what: "Stops the heist without a guess. It is kept, and a person can go on with it later. After it start_heist can \
               begin another.",
        takes: &[],
        gives: schema_for_output::<Status>,
        looks: false,
    },
];

impl Tool {
    /// The tool of that name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        TOOLS.iter().find(|tool| tool.name == name)
    }

    /// As clients are told of it.
    pub(super) fn described(&self) -> Described {
        let annotations =
            ToolAnnotations::with_title(self.title).read_only(self.looks).destructive(false).open_world(false);
        Described::new(self.name, self.what, Arc::new(schema(self.takes)))
            .with_title(self.title)
            .with_raw_output_schema((self.gives)())
            .with_annotations(annotations)
    }
}
