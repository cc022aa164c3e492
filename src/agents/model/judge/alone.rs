//! A judge of talks from anywhere: it is told the extract alone, for there is no heist that its server has read.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use heist_bank::Bank;
use tokio::sync::Mutex;
use tokio::time::sleep;

use super::{Asked, Bench, Extract, FRAME, Learnt, weigh};
use crate::agents::model::patience::Patience;
use crate::heist::{AgentName, Entry, JudgeMethod, Judged};
use crate::llm::{ChatReply, ChatRequest, Client, LlmError};

/// A model that judges.
#[derive(Debug)]
pub struct Judge {
    bench: Alone,
    learnt: Mutex<Learnt>,
}

#[derive(Debug)]
struct Alone {
    client: Client,
    model: String,
}

impl Judge {
    /// The model of this name.
    #[must_use]
    pub fn new(client: Client, model: String) -> Self {
        Self { bench: Alone { client, model }, learnt: Mutex::default() }
    }

    /// What it makes of those who talk, in their order, and how it was asked; none if it gave no answer that could be read.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn weigh(
        &self,
        crew: &[AgentName],
        transcript: &[Entry],
        bank: Option<&Arc<Bank>>,
    ) -> Result<Option<(JudgeMethod, Vec<Judged>)>, LlmError> {
        let Some(planner) = crew.first() else { return Ok(None) };
        let extract = Extract::of_talk(transcript, planner, bank);
        let mut learnt = self.learnt.lock().await;
        let weighed = weigh(&self.bench, crew, &extract, &mut learnt, true).await?;
        Ok(weighed.map(|weighed| (weighed.method, weighed.agents)))
    }
}

impl Bench for Alone {
    fn ask<'a>(&'a self, asked: &'a Asked) -> BoxFuture<'a, Result<ChatReply, LlmError>> {
        async move {
            let request = ChatRequest {
                model: self.model.clone(),
                system: FRAME.to_owned(),
                user: asked.text.trim_start_matches(['\n', '-']).to_owned(),
                max_tokens: asked.max_tokens,
                schema: asked.schema.clone(),
                odds: asked.odds,
                seed: Some(0),
                ..ChatRequest::default()
            };
            let mut patience = Patience::new(self.client.patience());
            loop {
                let error = match self.client.chat(&request, |_| ()).await {
                    Err(error) if asked.odds.is_none() || !error.is_no_to_odds() => error,
                    answer => return answer,
                };
                let Some(pause) = patience.pause(&error, false) else { return Err(error) };
                tracing::warn!(%error, "the judge is asked again");
                sleep(pause).await;
            }
        }
        .boxed()
    }
}
