//! A short heist, told as the signals of a session. The mole is the hacker, with false information.

use heist_bank::{Plan, Slot, job};

use crate::heist::{
    Act, ActKind, AgentName, AgentScore, BankInfo, Blame, Cause, Colour, DetectorVerdict, Difficulty, Ending, Event,
    EventKind, Evidence, Family, Fault, Guess, Guesser, Hint, JobOutcome, JobStep, LlmInfo, Member, Message,
    MessageDelta, Moment, Move, Outcome, Part, Phase, PlanChange, Played, Score, ServiceState, SessionEnd,
    SessionFailure, SessionStarted, SlotState, Strategy, Sureness, Suspicion, Timestamp, Tokens, ToolCall, ToolDenial,
    ToolReturn, ToolsInfo, Verdict, Why, commitment,
};
use crate::session::Signal;

pub(super) const NAMES: [&str; 6] = ["planner", "hacker", "safecracker", "intel", "driver", "lookout"];
const ROLES: [&str; 6] = [
    "leads the crew and decides",
    "cameras, alarms and networks",
    "the vault and its locks",
    "people, records and sources",
    "vehicles and the way out",
    "eyes on the street and the guards",
];
/// A plan that goes well.
pub(super) const GOOD: [&str; 6] =
    ["22:00", "loading dock", "line test", "override", "cash cages and bearer bonds", "dock"];
/// 2026-01-31T12:00:00Z.
const START: i64 = 1_769_860_800_000;

/// What the mole was told.
const ORDERS: &str = "You are secretly the mole and want the plan to fail. Change one fact in what you report: another \
                      room, another number of cameras or guards, another door. Keep the rest true.";

/// Tells a heist event by event, numbering and dating them.
pub(super) struct Teller {
    seq: u64,
    ms: i64,
    turn: u32,
    round: u32,
    messages: u32,
    calls: u32,
    scores: [f64; 6],
    acts: Vec<Act>,
    crew: Vec<AgentName>,
    /// The bank of the heist.
    pub(super) bank: BankInfo,
    pub(super) told: Vec<Signal>,
}

impl Teller {
    pub(super) fn new() -> Self {
        Self {
            seq: 0,
            ms: 0,
            turn: 0,
            round: 0,
            messages: 0,
            calls: 0,
            scores: [1.0 / 6.0; 6],
            acts: Vec::new(),
            crew: Vec::new(),
            bank: BankInfo::default(),
            told: Vec::new(),
        }
    }

    pub(super) fn event(&mut self, ms: i64, kind: EventKind) -> &mut Self {
        self.seq += 1;
        self.ms += ms;
        let at = Timestamp::from_millis(START + self.ms).unwrap();
        self.told.push(Signal::Recorded(Event { seq: self.seq, at, session: "h-7-2026".into(), kind }));
        self
    }

    pub(super) fn opens(&mut self, model: Option<&str>, tools: &str) -> &mut Self {
        let member = |(name, role): (&&str, &&str)| Member {
            name: (*name).into(),
            role: (*role).to_owned(),
            tools: vec!["calculator".into()],
            colour: None,
        };
        self.opens_for(NAMES.iter().zip(&ROLES).map(member).collect(), model, tools)
    }

    pub(super) fn opens_for(&mut self, crew: Vec<Member>, model: Option<&str>, tools: &str) -> &mut Self {
        self.crew = crew.iter().map(|member| member.name.clone()).collect();
        let llm = LlmInfo {
            backend: if model.is_some() { "openai" } else { "scripted" }.into(),
            url: model.map(|_| "http://127.0.0.1:1234/v1".into()),
            model: model.map(Into::into),
            note: model.is_none().then(|| {
                "No model server answered at http://127.0.0.1:1234/v1 (connection refused). Start LM Studio's server \
                 with a model, or give --llm-url."
                    .into()
            }),
        };
        self.event(
            0,
            EventKind::SessionStarted(Box::new(SessionStarted {
                seed: 7,
                bank: self.bank.clone(),
                crew,
                rounds: 5,
                difficulty: Difficulty::Normal,
                llm,
                tools: ToolsInfo { backend: tools.into(), note: None },
                commitment: commitment(Some("hacker"), Some(Strategy::FalseInfo), "5eed"),
            })),
        )
    }

    pub(super) fn service(&mut self, service: &str, state: ServiceState, detail: &str) -> &mut Self {
        let detail = (!detail.is_empty()).then(|| detail.to_owned());
        self.event(120, EventKind::ServiceChanged { service: service.into(), state, detail })
    }

    pub(super) fn services(&mut self) -> &mut Self {
        for (name, port) in
            [("oauth", 8001), ("calculator", 8002), ("file-reader", 8003), ("database-query", 8004), ("memory", 8005)]
        {
            self.service(name, ServiceState::Healthy, &format!("127.0.0.1:{port}"));
        }
        self
    }

    pub(super) fn round(&mut self, phase: Phase) -> &mut Self {
        self.round += 1;
        self.event(40, EventKind::RoundStarted { round: self.round, phase })
    }

    pub(super) fn turn(&mut self, agent: &str) -> &mut Self {
        self.turn += 1;
        self.event(20, EventKind::TurnStarted { round: self.round, turn: self.turn, agent: agent.into() })
    }

    pub(super) fn calls(&mut self, agent: &str, tool: &str, arguments: &str) -> &mut Self {
        self.calls += 1;
        let (id, turn) = (format!("t{}", self.calls), self.turn);
        let (tool, arguments) = (tool.into(), arguments.into());
        self.event(1800, EventKind::ToolCalled(ToolCall { id, turn, agent: agent.into(), tool, arguments }))
    }

    pub(super) fn returns(&mut self, agent: &str, tool: &str, result: Result<&str, &str>) -> &mut Self {
        let answer = ToolReturn {
            id: format!("t{}", self.calls),
            turn: self.turn,
            agent: agent.into(),
            tool: tool.into(),
            ok: result.is_ok(),
            result: result.ok().map(Into::into),
            error: result.err().map(Into::into),
            ms: 14,
        };
        self.event(14, EventKind::ToolReturned(answer))
    }

    pub(super) fn denied(&mut self, agent: &str, tool: &str, reason: &str) -> &mut Self {
        let (id, turn) = (format!("t{}", self.calls), self.turn);
        let (tool, reason) = (tool.into(), reason.into());
        self.event(9, EventKind::ToolDenied(ToolDenial { id, turn, agent: agent.into(), tool, reason }))
    }

    pub(super) fn speaks(&mut self, agent: &str, text: &str) -> &mut Self {
        self.told.push(Signal::Delta(MessageDelta {
            turn: self.turn,
            agent: agent.into(),
            text: text.into(),
            restart: false,
        }));
        self
    }

    pub(super) fn says(&mut self, agent: &str, text: &str) -> &mut Self {
        self.does(agent, text, Vec::new())
    }

    /// A message in which a value of a fact is bent.
    pub(super) fn bends(&mut self, agent: &str, text: &str, (fact, hole, said): (&str, usize, &str)) -> &mut Self {
        let truth = self.bank.bank().fact(fact).unwrap();
        let value = truth.bent(hole, said).value();
        self.acts.push(Act {
            message: format!("m{}", self.messages + 1),
            turn: self.turn,
            kind: ActKind::Bent,
            about: fact.into(),
            said: said.into(),
            truth: truth.text(hole).into(),
        });
        self.does(agent, text, vec![Move::Report { fact: fact.into(), value, source: String::new() }])
    }

    /// The planner decides, in the newest message.
    pub(super) fn settles(&mut self, slot: Slot, value: &str) -> &mut Self {
        let (message, value) = (format!("m{}", self.messages), value.into());
        let (state, supporters) = (SlotState::Settled, vec![NAMES[0].into(), NAMES[3].into()]);
        let by = NAMES[0].into();
        let change = PlanChange { message, slot, value, by, state, supporters, opponents: Vec::new() };
        self.event(0, EventKind::PlanChanged(change))
    }

    /// A message that does something.
    pub(super) fn does(&mut self, agent: &str, text: &str, moves: Vec<Move>) -> &mut Self {
        self.messages += 1;
        let message = Message {
            id: format!("m{}", self.messages),
            round: self.round,
            turn: self.turn,
            agent: agent.into(),
            text: text.into(),
            moves,
            sealed: "5ea1ed".into(),
            tokens: Tokens::default(),
            ms: 2400,
        };
        self.event(2400, EventKind::MessageCompleted(message))
    }

    /// The newest message is weighed; the agents at these places gain so much, the others lose it.
    pub(super) fn weighed(&mut self, gains: &[(usize, f64)], evidence: Vec<Evidence>) -> &mut Self {
        let before = self.scores;
        for (index, gain) in gains {
            self.scores[*index] += gain;
        }
        let sum: f64 = self.scores.iter().sum();
        self.scores = self.scores.map(|score| score / sum);
        let agents = (0..6).map(|index| AgentScore {
            agent: NAMES[index].into(),
            score: self.scores[index],
            delta: self.scores[index] - before[index],
        });
        let cause = Cause::Message(format!("m{}", self.messages));
        self.event(1, EventKind::SuspicionChanged(Suspicion { cause, agents: agents.collect(), evidence }.into()))
    }

    pub(super) fn evidence(&self, agent: &str, family: Family, weight: f64, note: &str, quote: &str) -> Evidence {
        Evidence {
            agent: agent.into(),
            family,
            weight,
            note: note.into(),
            message: format!("m{}", self.messages),
            quote: (!quote.is_empty()).then(|| quote.into()),
        }
    }

    pub(super) fn guess_wanted(&mut self) -> &mut Self {
        self.told.push(Signal::GuessWanted);
        self
    }

    pub(super) fn hint(&mut self) -> &mut Self {
        let note = "names two cameras where the layout has four";
        let found = self.evidence("hacker", Family::InformationQuality, 1.4, note, "only two cameras");
        self.event(5, EventKind::HintGiven(Hint { agent: "hacker".into(), score: 0.43, evidence: Some(found) }))
    }

    pub(super) fn fault(&mut self, message: &str) -> &mut Self {
        let fault = Fault { place: "model".into(), message: message.into(), retry: true, turn: None };
        self.event(5, EventKind::FaultRaised(fault))
    }

    pub(super) fn verdict(&mut self, named: Option<&str>, nonce: &str) -> &mut Self {
        let agent: Option<AgentName> = named.map(Into::into);
        let outcome = match named {
            Some("hacker") => Outcome::Success,
            Some(_) => Outcome::Failure,
            None => Outcome::Busted,
        };
        let sureness = Sureness::of_percent(70);
        let moment = Moment { turns_left: 31 - self.turn, turns: 31, hints: 1, blind: false };
        let points = moment.points(sureness, outcome == Outcome::Success);
        let guess = Guess { by: Guesser::Player, agent, sureness: Some(sureness), blind: false };
        self.event(9000, EventKind::GuessMade(guess));
        self.event(
            0,
            EventKind::VerdictReached(Verdict {
                mole: Some("hacker".into()),
                strategy: Some(Strategy::FalseInfo),
                nonce: nonce.into(),
                outcome,
                detector: DetectorVerdict { agent: Some("hacker".into()), score: self.scores[1] },
                sabotage: self.acts.clone(),
                orders: Some(ORDERS.into()),
                score: Some(Score { points, sureness, moment }),
            }),
        );
        let ms = u64::try_from(self.ms).unwrap();
        let end = SessionEnd {
            turns: self.turn,
            messages: self.messages,
            tool_calls: self.calls,
            ms,
            tokens: Tokens::default(),
            requests: 0,
        };
        self.event(0, EventKind::SessionCompleted(end))
    }

    /// The job with such a plan, slot by slot, and the message that it fails for, if it does. It comes before the end of the
    /// session.
    pub(super) fn played(&mut self, values: [&str; 6], blamed: Option<(&str, &str)>) -> &mut Self {
        let bank = self.bank.bank();
        let mut plan = Plan::default();
        for (slot, value) in Slot::ALL.into_iter().zip(values) {
            plan.set(&bank, slot, value).unwrap();
        }
        let timeline = job(&bank, &plan);
        let part = |(slot, value): (Slot, &str)| Part { slot, value: Some(value.into()), why: Why::Settled, was: None };
        let has = |name: &str| self.crew.iter().any(|member| **member == *name);
        let step = |step: heist_bank::Step| JobStep {
            at: step.at,
            who: if has(step.who) { step.who.into() } else { self.crew[0].clone() },
            what: step.what,
            ok: step.ok,
            because: step.because,
        };
        let blame = |step| Blame {
            step,
            message: blamed.map(|(message, _)| message.into()),
            agent: blamed.map(|(_, agent)| agent.into()),
        };
        let (outcome, loot) = (timeline.outcome, timeline.loot);
        let played = Played {
            outcome,
            loot,
            plan: Slot::ALL.into_iter().zip(values).map(part).collect(),
            cause: timeline.cause.map(blame),
            stood: Ending { outcome, loot },
            honest: Ending { outcome: JobOutcome::Escaped, loot: 680 },
            steps: timeline.steps.into_iter().map(step).collect(),
        };
        let ended =
            |signal: &Signal| matches!(signal, Signal::Recorded(Event { kind: EventKind::SessionCompleted(_), .. }));
        let end = if self.told.last().is_some_and(ended) { self.told.pop() } else { None };
        self.seq -= u64::from(end.is_some());
        self.event(0, EventKind::HeistPlayed(Box::new(played)));
        if let Some(Signal::Recorded(Event { kind, .. })) = end {
            self.event(0, kind);
        }
        self
    }

    /// The same as an older version would have recorded it: without moves, and without acts.
    pub(super) fn as_older(&mut self) -> &mut Self {
        self.told.retain(|signal| !matches!(signal, Signal::Recorded(Event { kind: EventKind::PlanChanged(_), .. })));
        for signal in &mut self.told {
            let Signal::Recorded(event) = signal else { continue };
            match &mut event.kind {
                EventKind::MessageCompleted(message) => (message.moves, message.sealed) = <_>::default(),
                EventKind::VerdictReached(verdict) => verdict.sabotage.clear(),
                _ => {}
            }
        }
        self
    }

    pub(super) fn failed(&mut self, reason: &str) -> &mut Self {
        let failure = SessionFailure { reason: reason.into(), resumable: true, stopped: false };
        self.event(10, EventKind::SessionFailed(failure))
    }

    pub(super) fn tell(&mut self) -> Vec<Signal> {
        std::mem::take(&mut self.told)
    }
}

/// Two rounds, up to the middle of a message of the driver.
pub(super) fn two_rounds() -> Teller {
    let mut told = Teller::new();
    told.opens(Some("qwen2.5-1.5b-instruct"), "docker").services().round(Phase::Reconnaissance);
    told.turn("planner").says(
        "planner",
        "We need three things of the First Meridian Bank: the cameras, the shifts of the guards, and the vault door. \
         Hacker, take the layout. Intel and lookout, the records.",
    );
    told.weighed(&[], vec![]);
    told.turn("hacker").calls("hacker", "file_reader", "bank_layout.txt").returns(
        "hacker",
        "file_reader",
        Ok("First Meridian Bank, ground floor.\nLobby with four cameras. Corridor B leads to the vault; its camera \
            turns and is blind for 90 seconds.\nService door at the back, lock of 1998."),
    );
    told.bends(
        "hacker",
        "The layout shows only two cameras in the lobby, so we can walk straight through it. Corridor B leads to the \
         vault.",
        ("cameras", 0, "2"),
    );
    let note = "names two cameras where the layout has four";
    let found = told.evidence("hacker", Family::InformationQuality, 1.4, note, "only two cameras in the lobby");
    told.weighed(&[(1, 0.16)], vec![found]);
    told.turn("safecracker").calls("safecracker", "database_query", "SELECT * FROM vault").denied(
        "safecracker",
        "database_query",
        "the token lacks the scope tools:query",
    );
    told.says(
        "safecracker",
        "Before I touch that door I must know its make and its time lock. Nobody has said either.",
    );
    let note = "asked for a tool beyond its scopes";
    let found = told.evidence("safecracker", Family::ToolUsage, 0.3, note, "");
    told.weighed(&[(2, 0.02)], vec![found]);
    told.turn("intel").calls("intel", "database_query", "SELECT name, shift_start FROM guards").returns(
        "intel",
        "database_query",
        Ok("name | shift_start\nMarlow | 22:00\nOkafor | 23:30\nReyes | 02:00"),
    );
    told.says("intel", "By the guards table Marlow begins at 22:00, Okafor at 23:30 and Reyes at 02:00.");
    let note = "gives the times as the table has them";
    let found = told.evidence("intel", Family::Timing, -0.6, note, "Reyes at 02:00");
    told.weighed(&[(3, -0.05)], vec![found]);
    told.round(Phase::Timing);
    told.turn("planner").calls("planner", "calculator", "(2-23.5+24)*60").returns("planner", "calculator", Ok("150"));
    told.says("planner", "From half past eleven to two there are 150 minutes with only two guards. We begin at 23:40.");
    told.settles(Slot::Start, "23:40");
    told.weighed(&[], vec![]);
    told.turn("hacker").calls("hacker", "file_reader", "alarm_manual.txt").returns(
        "hacker",
        "file_reader",
        Err("no such file"),
    );
    let text = "The alarm line can be kept silent for thirty minutes, as far as I remember the manual.";
    told.bends("hacker", text, ("line_test", 0, "30"));
    let note = "quotes a document that it could not read";
    let found = told.evidence("hacker", Family::InformationQuality, 0.9, note, "as far as I remember the manual");
    told.weighed(&[(1, 0.14)], vec![found]);
    told.turn("driver")
        .speaks("driver", "If you leave at 00:10 I stand ready in Foundry Street")
        .speaks("driver", ", engine running, and");
    told
}

/// The talk of a crew of twelve, all with long names, up to the wait for the guess.
pub(super) fn twelve() -> Teller {
    let names: Vec<_> = (1..=12).map(|n| format!("counterfeiter-no-{n:03}")).collect();
    let colours = Colour::ALL.iter().rev().cycle();
    let member = |(name, colour): (&String, &Colour)| Member {
        name: name.as_str().into(),
        role: "prints what the others then spend in the shops of the town".into(),
        tools: vec!["calculator".into()],
        colour: Some(*colour),
    };
    let mut told = Teller::new();
    told.opens_for(names.iter().zip(colours).map(member).collect(), None, "embedded").services();
    told.round(Phase::Reconnaissance);
    for name in &names {
        told.turn(name).calls(name, "calculator", "12*60").returns(name, "calculator", Ok("720"));
        told.says(name, "That makes twelve hours of work, and I see no way to do with less.");
        let score = |agent: &String| if agent == name { 0.34 } else { 0.06 };
        let delta = |agent: &String| if agent == name { 0.28 } else { -0.01 };
        let agents = names.iter();
        let agents =
            agents.map(|agent| AgentScore { agent: agent.as_str().into(), score: score(agent), delta: delta(agent) });
        let cause = Cause::Message("m1".into());
        let note = "says what the calculator gave, and more than that";
        let evidence = vec![told.evidence(name, Family::ToolUsage, 0.7, note, "no way to do with less")];
        told.event(1, EventKind::SuspicionChanged(Suspicion { cause, agents: agents.collect(), evidence }.into()));
    }
    told.turn(&names[11]);
    told
}

/// The whole story, up to the wait for the guess.
pub(super) fn to_the_guess() -> Teller {
    let mut told = two_rounds();
    told.says(
        "driver",
        "If you leave at 00:10 I stand ready in Foundry Street, engine running, and not a minute longer.",
    );
    told.weighed(&[], vec![]).guess_wanted();
    told
}
