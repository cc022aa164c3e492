//! Asks whoever acts for the crew, in a task that reports back what came of it.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::Driver;
use crate::agents::{Opinion, Scene, Silence, Teller, Told, Turn, act};
use crate::crew::Brief;
use crate::heist::{Fault, Input, Judgement, Stage};
use crate::session::Signal;
use crate::session::report::Report;

impl Driver {
    /// Has the agent whose turn it is choose its tool call.
    pub(super) fn choose(&mut self) {
        let Some(turn) = self.turn() else { return };
        let (agents, report) = (Arc::clone(&self.agents), self.report.clone());
        self.work.spawn(async move {
            let began = Instant::now();
            // Who has no tools is not asked.
            let chosen = if turn.brief.me.abilities.is_empty() { Ok(None) } else { agents.choose(&turn).await };
            let chose = chosen.map(|chosen| Report::Chose(chosen, began.elapsed()));
            answer(&report, turn, chose);
        });
    }

    /// Has the agent whose turn it is speak.
    pub(super) fn speak(&mut self) {
        let Some(turn) = self.turn() else { return };
        let (agents, report) = (Arc::clone(&self.agents), self.report.clone());
        self.work.spawn(async move {
            let spoke = act(&*agents, &turn).await.map(|speech| Report::Input(Input::Spoke(speech)));
            answer(&report, turn, spoke);
        });
    }

    /// Has the judge read what was said, unless it is just doing so.
    pub(super) fn judge(&mut self) {
        let (Some(scene), false) = (self.scene(), std::mem::replace(&mut self.judging, true)) else { return };
        let (agents, report, round) = (Arc::clone(&self.agents), self.report.clone(), self.state.round());
        self.work.spawn(async move {
            let judged = match agents.judge(&scene).await {
                Ok(Opinion { agents, method, tokens }) => {
                    let method = Some(method);
                    Report::Input(Input::Judged(Ok(Judgement { round, method, tokens, agents })))
                }
                Err(silence) if silence.is_final => Report::Gone(silence.reason),
                Err(silence) => {
                    let fault = Fault { place: "judge".into(), message: silence.reason, retry: false, turn: None };
                    Report::Input(Input::Judged(Err(fault)))
                }
            };
            drop(scene);
            // The driver outlives its work.
            let _ = report.send(judged);
        });
    }

    /// What is the same for whoever is asked now.
    pub(super) fn scene(&self) -> Option<Scene> {
        let backstage = self.backstage.as_ref()?;
        Some(Scene {
            session: Arc::clone(&self.id),
            rounds: self.state.setup().rounds(),
            bank: Arc::clone(&self.state.setup().bank),
            crew: Arc::clone(&self.crew),
            toolbox: Arc::clone(&backstage.toolbox),
            transcript: Arc::clone(self.state.transcript()),
            teller: self.teller(),
        })
    }

    /// Takes what is told while somebody is asked.
    fn teller(&self) -> Teller {
        let (report, signals) = (self.report.clone(), self.signals.clone());
        Teller::new(move |told| {
            // The driver outlives its work; should nobody watch any more, it notices with the next event.
            let _ = match told {
                Told::Delta(delta) => signals.send(Signal::Delta(delta)).is_ok(),
                Told::Reading(reading) => report.send(Report::Reading(reading)).is_ok(),
                Told::Fault(fault) => report.send(Report::Input(Input::Fault(fault))).is_ok(),
            };
        })
    }

    /// The running turn, for whoever acts in it.
    fn turn(&self) -> Option<Turn> {
        let Stage::InTurn(turn) = self.state.stage() else { return None };
        Some(Turn { brief: Brief::of(&self.crew, &self.state, turn)?, scene: self.scene()? })
    }
}

/// Reports what came of a turn: an answer, or that the turn is given up, or the whole session.
fn answer(reports: &mpsc::UnboundedSender<Report>, turn: Turn, answer: Result<Report, Silence>) {
    let number = turn.brief.turn;
    // What is added to the transcript next need not be added to a copy.
    drop(turn);
    // The driver outlives its work.
    let _ = reports.send(answer.unwrap_or_else(|Silence { reason: message, is_final }| {
        if is_final {
            return Report::Gone(message);
        }
        let turn = Some(number);
        Report::Input(Input::Fault(Fault { place: "model".into(), message, retry: false, turn }))
    }));
}
