//! Follows a heist's events and makes of them the messages and the transcript of a sample.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::event::{Entry, What};
use super::message::{Call, CallError, Choice, Message, Output, Usage, Usual};
use super::sample::seconds;
use super::scores::Scores;
use crate::heist::{
    AgentName, Event, EventKind, Message as Said, Phase, PlanNews, Stopwatch, Suspicion, Timestamp, ToolCall,
    ToolDenial, ToolReturn,
};

/// The span that holds all rounds. By this name and the next Inspect knows them.
const SOLVERS: &str = "solvers";
/// The span that holds the scores.
const SCORERS: &str = "scorers";
/// So many spans are open in a round, but outside of a turn.
const ROUND: usize = 2;

/// A talk while it is followed.
pub(super) struct Talk {
    pub messages: Vec<Message>,
    pub events: Vec<Entry>,
    /// What was said last.
    pub output: Output,
    model: String,
    rounds: u32,
    /// Where in the transcript the newest turn begins.
    turn: usize,
    watch: Stopwatch,
    /// When something happened last.
    before: Timestamp,
    now: Timestamp,
    /// Spans that are open, the innermost last.
    open: Vec<String>,
    /// Calls without an answer, with the time when they were made.
    calls: HashMap<String, (Timestamp, ToolCall)>,
    news: PlanNews,
    /// How suspicious everybody was when that was last weighed.
    suspicion: Option<Value>,
}

impl Talk {
    /// The whole talk, with its scores and the right answer after a verdict. `question` is what the sample asks.
    pub(super) fn of(model: &str, question: &str, events: &[Event], scored: Option<(&Scores, &str)>) -> Self {
        let began = events.first().map(|first| first.at).unwrap_or_default();
        let content = question.to_owned();
        let mut talk = Self {
            messages: vec![Message::User { id: "task".to_owned(), content, source: "input" }],
            events: Vec::new(),
            output: Output { model: model.to_owned(), ..Output::default() },
            model: model.to_owned(),
            rounds: 0,
            turn: 0,
            watch: Stopwatch::default(),
            before: began,
            now: began,
            open: Vec::new(),
            calls: HashMap::new(),
            news: PlanNews::default(),
            suspicion: None,
        };
        talk.begin(SOLVERS.to_owned(), SOLVERS, SOLVERS.to_owned(), Value::Null);
        for event in events {
            talk.now = event.at;
            talk.watch.take(&event.kind, event.at);
            talk.take(&event.kind);
            talk.before = event.at;
        }
        talk.close(0);
        if let Some((scores, target)) = scored {
            talk.begin(SCORERS.to_owned(), SCORERS, SCORERS.to_owned(), Value::Null);
            for (scorer, score) in scores {
                talk.push(talk.now, What::Score { score: score.clone(), target: target.to_owned(), scorer });
            }
            talk.close(0);
        }
        talk
    }

    fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::SessionStarted(started) => self.rounds = started.rounds,
            EventKind::RoundStarted { round, phase } => self.opened(*round, *phase),
            EventKind::TurnStarted { turn, agent, .. } => {
                self.close(ROUND);
                self.turn = self.events.len();
                self.begin(format!("turn-{turn}"), "agent", agent.to_string(), Value::Null);
            }
            EventKind::ToolCalled(call) => self.called(call),
            EventKind::ToolReturned(answer) => self.returned(answer),
            EventKind::ToolDenied(denial) => self.denied(denial),
            EventKind::MessageCompleted(message) => self.said(message),
            EventKind::PlanChanged(change) if self.news.decides(change) => {
                let data =
                    json!({ "slot": change.slot, "value": change.value, "state": change.state, "by": change.by });
                self.inform("plan", data);
            }
            EventKind::SuspicionChanged(suspicion) => self.suspected(suspicion),
            EventKind::JudgeAnswered(judgement) => self.inform("judge", json!(judgement)),
            EventKind::CommandSent { agent, text } => self.commanded(agent, text),
            EventKind::HintGiven(hint) => self.inform("hint", json!(hint)),
            EventKind::FaultRaised(fault) => self.inform("fault", json!(fault)),
            EventKind::GuessMade(_) => self.close(0),
            _ => {}
        }
    }

    /// A round begins: a part of the transcript of its own, and a line in the talk.
    fn opened(&mut self, round: u32, phase: Phase) {
        self.close(ROUND - 1);
        let name = format!("Round {round} of {}: {}", self.rounds, phase.title());
        self.begin(format!("round-{round}"), "round", name.clone(), json!({ "round": round, "phase": phase }));
        self.messages.push(Message::User { id: format!("round-{round}"), content: name, source: "input" });
    }

    fn commanded(&mut self, agent: &AgentName, text: &str) {
        let id = format!("command-{}", self.messages.len());
        let content = format!("The player to {agent}: {text}");
        self.messages.push(Message::User { id, content, source: "input" });
        self.inform("player", json!({ "to": agent, "text": text }));
    }

    fn called(&mut self, call: &ToolCall) {
        self.calls.insert(call.id.clone(), (self.now, call.clone()));
        let made =
            Call { id: call.id.clone(), function: call.tool.clone(), arguments: arguments(call), kind: "function" };
        let about = json!({ "agent": call.agent, "turn": call.turn });
        self.generated(format!("{}-call", call.id), format!("[{}] ", call.agent), vec![made], None, about);
    }

    fn said(&mut self, said: &Said) {
        let Said { id, agent, text, round, turn, moves, tokens, .. } = said;
        let about = json!({ "agent": agent, "round": round, "turn": turn, "moves": moves });
        self.generated(id.clone(), format!("[{agent}] {text}"), Vec::new(), Usage::of(*tokens), about);
        // What the viewer shows of a turn that is not opened.
        if let Some(turn) = self.events.get_mut(self.turn) {
            turn.metadata = json!({ "description": said.text });
        }
    }

    /// An agent's model has called a tool or said something: a message, and an entry of the transcript with what is known
    /// about it beside its text.
    fn generated(&mut self, id: String, content: String, tool_calls: Vec<Call>, usage: Option<Usage>, about: Value) {
        let stop_reason = if tool_calls.is_empty() { "stop" } else { "tool_calls" };
        let model = self.model.clone();
        let message = Message::Assistant { id, content, source: "generate", tool_calls, model: model.clone() };
        let choices = vec![Choice { message: message.clone(), stop_reason }];
        let output = Output { model: model.clone(), choices, usage };
        self.output.clone_from(&output);
        self.push(
            self.before,
            What::Model {
                model,
                input: [],
                input_refs: [(0, self.messages.len())],
                tools: [],
                tool_choice: "auto",
                config: Usual {},
                output: Box::new(output),
                completed: self.now,
                working_time: seconds(self.now.millis_since(self.before)),
            },
        );
        if let Some(entry) = self.events.last_mut() {
            entry.metadata = about;
        }
        self.messages.push(message);
    }

    fn returned(&mut self, answer: &ToolReturn) {
        let ToolReturn { id, tool, ok, result, error, .. } = answer;
        let failed = || CallError { kind: "unknown", message: error.clone().unwrap_or_default() };
        self.answered(id, tool, result.clone().unwrap_or_default(), (!ok).then(failed));
    }

    fn denied(&mut self, denial: &ToolDenial) {
        let ToolDenial { id, tool, reason, .. } = denial;
        let error = CallError { kind: "permission", message: reason.clone() };
        self.answered(id, tool, String::new(), Some(error));
    }

    /// A call has come to its end: a message, and an entry of the transcript.
    fn answered(&mut self, id: &str, tool: &str, result: String, error: Option<CallError>) {
        let call = self.calls.remove(id);
        let began = call.as_ref().map_or(self.before, |(at, _)| *at);
        self.push(
            began,
            What::Tool {
                id: id.to_owned(),
                kind: "function",
                function: tool.to_owned(),
                arguments: call.map(|(_, call)| arguments(&call)).unwrap_or_default(),
                result: result.clone(),
                failed: error.is_some().then_some(true),
                error: error.clone(),
                message_id: id.to_owned(),
                completed: self.now,
                working_time: seconds(self.now.millis_since(began)),
            },
        );
        self.messages.push(Message::Tool {
            id: id.to_owned(),
            content: result,
            tool_call_id: id.to_owned(),
            function: tool.to_owned(),
            error,
        });
    }

    /// What the detector has found is told at once, and at the end of a round what it makes of everybody.
    fn suspected(&mut self, suspicion: &Suspicion) {
        for piece in &suspicion.evidence {
            self.inform("evidence", json!(piece));
        }
        let by_agent = suspicion.agents.iter().map(|it| (it.agent.to_string(), json!((it.score * 1e3).round() / 1e3)));
        self.suspicion = Some(by_agent.collect());
    }

    fn inform(&mut self, source: &'static str, data: Value) {
        self.push(self.now, What::Info { source, data });
    }

    fn begin(&mut self, id: String, kind: &'static str, name: String, metadata: Value) {
        let parent_id = self.open.last().cloned();
        // An entry that begins a span lies in it.
        self.open.push(id.clone());
        self.push(self.now, What::SpanBegin { id, parent_id, kind, name });
        if let Some(entry) = self.events.last_mut() {
            entry.metadata = metadata;
        }
    }

    /// Ends the spans that are open but for so many of the outermost: they end with what was the last in them.
    fn close(&mut self, but: usize) {
        while self.open.len() > but {
            if self.open.len() == ROUND
                && let Some(data) = self.suspicion.take()
            {
                self.push(self.before, What::Info { source: "suspicion after the round", data });
            }
            if let Some(id) = self.open.last().cloned() {
                self.push(self.before, What::SpanEnd { id });
                self.open.pop();
            }
        }
    }

    fn push(&mut self, timestamp: Timestamp, what: What) {
        let uuid = format!("e{}", self.events.len() + 1);
        let span_id = self.open.last().cloned();
        // What began before the event that is told now lies back by as much.
        let since = self.now.millis_since(timestamp);
        let working_start = seconds(self.watch.ms().saturating_sub(since));
        self.events.push(Entry { uuid, span_id, timestamp, working_start, metadata: Value::Null, what });
    }
}

/// A call's one argument, by the name that the tool has for it.
fn arguments(call: &ToolCall) -> BTreeMap<String, String> {
    let name = heist_tools::table::tool(&call.tool).map_or("argument", |row| row.argument);
    BTreeMap::from([(name.to_owned(), call.arguments.clone())])
}
