//! The plain text of a heist, for a person without a terminal.

use std::fmt::Write as _;

use crate::heist::{
    AgentName, AgentScore, BankInfo, Event, EventKind, Guesser, Hint, Judged, Judgement, Outcome, Part, Phase,
    PlanNews, Played, Remarks, Sabotage, SessionEnd, SessionFailure, SessionStarted, Strategy, Tokens, Verdict,
};
use crate::session::Signal;
use crate::table::table;
use crate::text::{NAME, harmless, shortened};
use crate::wrap::rows;

/// Columns of the text.
const WIDTH: usize = 100;

/// Characters of a tool's argument or answer that are shown; the whole is in the store.
const SHORT: usize = 160;

/// What the text must remember between events.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// Whether suspicion is kept back until the guess.
    blind: bool,
    commitment: String,
    bank: BankInfo,
    round: Option<u32>,
    scores: Vec<AgentScore>,
    /// Whose score it is.
    guesser: Option<Guesser>,
    plan: PlanNews,
    sabotage: Sabotage,
    remarks: Remarks,
    out: String,
}

impl Plain {
    /// With `blind`, suspicion is kept back until the guess.
    pub(super) fn new(blind: bool) -> Self {
        Self { blind, ..Self::default() }
    }

    /// The lines that tell a signal; empty if it says nothing to a reader.
    pub(super) fn show(&mut self, signal: &Signal) -> String {
        match signal {
            Signal::Recorded(event) => self.event(event),
            Signal::Delta(_) | Signal::Reading(_) | Signal::Totals(_) => {}
            Signal::GuessWanted => self.end_round(),
        }
        std::mem::take(&mut self.out)
    }

    fn event(&mut self, event: &Event) {
        self.sabotage.take(&event.kind);
        self.remarks.take(&event.kind);
        match &event.kind {
            EventKind::SessionStarted(started) => self.started(&event.session, started),
            EventKind::ServiceChanged { service, state, detail } => {
                let detail = detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})"));
                self.line("", &format!("[{service}: {state}{detail}]"));
            }
            EventKind::RoundStarted { round, phase } => self.round_started(*round, *phase),
            EventKind::TurnStarted { .. } => {}
            EventKind::PlanChanged(change) => {
                if self.plan.take(change) {
                    self.line("  ", &format!("* {}", short(&change.words())));
                }
            }
            EventKind::MessageCompleted(message) => self.line("", &format!("{}: {}", message.agent, message.text)),
            EventKind::ToolCalled(call) => {
                let arguments = short(&call.arguments);
                self.line("  ", &format!("> {} calls {}: {arguments}", call.agent, call.tool));
            }
            EventKind::ToolReturned(answer) => {
                let text = match (&answer.result, &answer.error) {
                    (Some(result), _) => format!("= {}", short(result)),
                    (None, error) => format!("! {}", short(error.as_deref().unwrap_or("no answer"))),
                };
                self.line("  ", &text);
            }
            EventKind::ToolDenied(denial) => self.line("  ", &format!("! denied: {}", short(&denial.reason))),
            EventKind::SuspicionChanged(suspicion) => self.scores.clone_from(&suspicion.agents),
            EventKind::JudgeAnswered(judgement) => self.judged(judgement),
            EventKind::CommandSent { agent, text } => self.line("", &format!("[you to {agent}: {text}]")),
            EventKind::HintGiven(hint) => self.hint(hint),
            EventKind::SessionPaused => self.line("", "[paused]"),
            EventKind::SessionResumed => self.line("", "[goes on]"),
            EventKind::GuessMade(guess) => {
                self.end_round();
                self.blind = false;
                self.guesser = Some(guess.by);
                self.out.push('\n');
                let by = match guess.by {
                    Guesser::Player => "You accuse",
                    Guesser::Detector => "The detector accuses",
                    Guesser::Random => "Chance accuses",
                };
                self.line("", &format!("{by} {}.", name_or(guess.agent.as_ref(), "nobody")));
            }
            EventKind::VerdictReached(verdict) => self.verdict(verdict),
            EventKind::HeistPlayed(played) => self.played(played),
            EventKind::FaultRaised(fault) => {
                let next = match (fault.retry, fault.turn) {
                    (true, _) => " (trying again)",
                    (false, Some(_)) => " (the turn is given up)",
                    (false, None) => "",
                };
                self.line("", &format!("! {}: {}{next}", fault.place, fault.message));
            }
            EventKind::SessionCompleted(end) => self.completed(end),
            EventKind::SessionFailed(failure) => self.failed(failure),
        }
    }

    fn started(&mut self, session: &str, started: &SessionStarted) {
        self.commitment.clone_from(&started.commitment);
        self.bank.clone_from(&started.bank);
        let SessionStarted { seed, bank, rounds, difficulty, .. } = started;
        self.line("", &format!("Heist {session}, {}, seed {seed}, {rounds} rounds, {difficulty}", bank.name));
        for member in &started.crew {
            self.line("  ", &format!("{:<12}{} ({})", member.name, member.role, member.tools.join(", ")));
        }
        let llm = match (&started.llm.model, &started.llm.url) {
            (Some(model), Some(url)) => format!("{} at {url}", shortened(model, NAME)),
            (Some(model), None) => shortened(model, NAME).into_owned(),
            (None, _) => format!("the {} crew", started.llm.backend),
        };
        self.line("", &format!("Speaking: {llm}. Tools: {}.", started.tools.backend));
        for note in [&started.llm.note, &started.tools.note].into_iter().flatten() {
            self.line("  ", &format!("({note})"));
        }
        self.line("", &format!("The mole is dealt and sealed: {}", started.commitment));
    }

    fn round_started(&mut self, round: u32, phase: Phase) {
        self.end_round();
        self.round = Some(round);
        self.out.push('\n');
        self.line("", &format!("== Round {round}: {} ==", phase.title()));
    }

    /// Says how suspicion stands when a round is over; once.
    fn end_round(&mut self) {
        let Some(round) = self.round.take() else { return };
        if !self.scores.is_empty() && !self.blind {
            let mut scores: Vec<_> = self.scores.iter().collect();
            scores.sort_by(|a, b| b.score.total_cmp(&a.score));
            let scores: Vec<_> = scores.iter().map(|s| format!("{} {}", s.agent, percent(s.score))).collect();
            self.line("", &format!("Suspicion after round {round}: {}", scores.join(", ")));
        }
    }

    fn judged(&mut self, judgement: &Judgement) {
        if !self.blind
            && let Some(Judged { agent, score, reason }) = judgement.suspect()
        {
            self.line("", &format!("[the judge suspects {agent}, {}: {}]", percent(*score), short(reason)));
        }
    }

    fn hint(&mut self, hint: &Hint) {
        let why = hint.evidence.as_ref().map_or_else(String::new, |evidence| format!(": {}", evidence.note));
        self.line("", &format!("[hint: {}, {}{why}]", hint.agent, percent(hint.score)));
    }

    fn verdict(&mut self, verdict: &Verdict) {
        let truth = match (&verdict.mole, verdict.strategy) {
            (Some(mole), Some(strategy)) => format!("The mole was {mole}, who {}.", deed(strategy)),
            (Some(mole), None) => format!("The mole was {mole}."),
            (None, _) => "There was no mole.".to_owned(),
        };
        let outcome = match (verdict.outcome, &verdict.mole) {
            (Outcome::Success, Some(_)) => "Success: the mole is caught.",
            (Outcome::Success, None) => "Success: nobody was wronged.",
            (Outcome::Failure, _) => "Failure: an innocent was accused.",
            (Outcome::Busted, _) => "Busted: the mole got away.",
        };
        self.line("", &format!("{outcome} {truth}"));
        if let Some(told) = self.sabotage.told(verdict) {
            self.line("", &format!("The sabotage: {}.", told.summary));
            for act in &told.acts {
                let (message, round, deed) = (&act.message, act.round, &act.deed);
                self.line("  ", &format!("{message} in round {round}: {deed}; {}", act.whole_truth()));
            }
        }
        if let Some(suspect) = &verdict.detector.agent {
            self.line("", &format!("The detector's first suspect: {suspect}, {}.", percent(verdict.detector.score)));
        }
        if let Some(score) = verdict.score {
            let whose = match self.guesser {
                Some(Guesser::Detector) => "The detector's",
                Some(Guesser::Random) => "Chance's",
                _ => "Your",
            };
            self.line("", &format!("{whose} score: {score}."));
        }
        let kept = verdict.keeps(&self.commitment);
        let seal = if kept { "is what was sealed at the start" } else { "is NOT what was sealed at the start" };
        self.line("", &format!("This {seal} (nonce {}).", verdict.nonce));
    }

    /// How the job went: the plan that was carried out, its steps with what they depended on, and what it came to.
    fn played(&mut self, played: &Played) {
        let bank = self.bank.bank();
        self.out.push('\n');
        self.line("", "== The job ==");
        let rows: Vec<_> = played.plan.iter().map(part).collect();
        for line in table(&["slot", "value", "why"], &rows).lines() {
            self.line("  ", line);
        }
        self.out.push('\n');
        for step in &played.steps {
            let mark = if step.ok { " " } else { "!" };
            self.line("", &format!("{} {mark} {}: {}", step.at, step.who, step.what));
            if let Some(fact) = step.depended_on(&bank) {
                self.line("        ", &format!("({fact})"));
            }
        }
        self.out.push('\n');
        for line in played.told() {
            self.line("", &line);
        }
    }

    fn completed(&mut self, end: &SessionEnd) {
        let remarks = self.remarks.told();
        if !remarks.is_empty() {
            self.out.push('\n');
            for remark in remarks {
                self.line("", &remark.to_string());
            }
            self.out.push('\n');
        }
        let SessionEnd { turns, messages, tool_calls, ms, tokens, requests } = end;
        let seconds = format!("{}.{} s", ms / 1000, ms % 1000 / 100);
        self.line("", &format!("{turns} turns, {messages} messages, {tool_calls} tool calls in {seconds}"));
        self.tokens(*tokens);
        if *requests > 0 && *messages > 0 {
            let each = |count: u32| f64::from(count) / f64::from(*messages);
            let (asked, generated) = (each(*requests), each(tokens.generated));
            self.line("", &format!("{asked:.1} requests and {generated:.0} generated tokens a message"));
        }
    }

    fn failed(&mut self, failure: &SessionFailure) {
        self.end_round();
        self.out.push('\n');
        let how = if failure.stopped { "Stopped" } else { "Cut off" };
        let next = if failure.resumable { " It can be resumed." } else { "" };
        self.line("", &format!("{how}: {}.{next}", failure.reason.trim_end_matches('.')));
    }

    /// What all requests have cost.
    fn tokens(&mut self, tokens: Tokens) {
        let Tokens { prompt, evaluated, generated, new } = tokens;
        if !tokens.is_nothing() {
            let text = format!("Prompt tokens: {prompt} sent, {evaluated} evaluated; {generated} tokens generated");
            self.line("", &text);
        }
        if evaluated > 0 && new > 0 {
            let ratio = f64::from(evaluated) / f64::from(new);
            let text = format!(
                "Evaluated : new = {ratio:.2} ({evaluated} as the server counts, {new} by the characters that each \
                 prompt added and its own count of tokens)"
            );
            self.line("", &text);
        }
    }

    /// One paragraph, wrapped; what does not fit the first line is set in, so that no text can pass for a line of
    /// another speaker.
    fn line(&mut self, indent: &str, text: &str) {
        let text = one_line(text);
        // Writing to a String does not fail.
        let first = rows(&text, WIDTH - indent.len()).swap_remove(0);
        let _ = writeln!(self.out, "{indent}{}", &text[first.clone()]);
        let more = text[first.end..].trim_start();
        if more.is_empty() {
            return;
        }
        for row in rows(more, WIDTH - indent.len() - 4) {
            let _ = writeln!(self.out, "{indent}    {}", &more[row]);
        }
    }
}

/// The text harmless and without line breaks, its inner spaces kept.
fn one_line(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    harmless(&lines.join(" ").replace('\t', " ")).into_owned()
}

fn short(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&text, SHORT).into_owned()
}

fn percent(score: f64) -> String {
    format!("{:.0} %", score * 100.0)
}

/// A slot of the plan that was carried out, for a table.
fn part(part: &Part) -> Vec<String> {
    let was = part.was.as_ref().map_or_else(String::new, |was| format!(", in place of {was}"));
    let value = part.value.as_deref().unwrap_or("nothing");
    vec![part.slot.name().to_owned(), value.to_owned(), format!("{}{was}", part.why.words())]
}

fn name_or<'a>(agent: Option<&'a AgentName>, nobody: &'a str) -> &'a str {
    agent.map_or(nobody, |agent| agent)
}

/// What a mole with this strategy did, to go on after its name.
fn deed(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::TimingErrors => "bent times and durations",
        Strategy::FalseInfo => "changed facts",
        Strategy::CoordinationChaos => "set the crew against each other",
        Strategy::SubtleDelays => "put decisions off",
        Strategy::WrongTools => "used tools for what did not matter",
    }
}
