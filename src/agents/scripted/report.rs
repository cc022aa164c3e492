//! Telling the crew what the tools have returned, and what follows from it.

use heist_bank::Fact;
use heist_tools::table::calculates;

use crate::crew::Ability;
use crate::heist::{Difficulty, Entry, Phase, Strategy, ToolUse};

use super::choose::{asked, sum_done, sum_of_others};
use super::sabotage::{self, bend_fact, bend_time};
use super::speak::{Place, Speaker};
use super::subjects::{about, subjects};
use super::this_turn;
use crate::crew::{Seen as Find, finds};

/// What is told of a find: as it is, or bent.
type Told = (Find, Fact);

impl Speaker<'_> {
    /// Speaks of what the tools returned, or else of what is known; says whether there is something to think about.
    pub(super) fn report(&mut self) -> bool {
        let used: Vec<ToolUse> = this_turn(self.brief)
            .iter()
            .filter_map(|entry| if let Entry::Used(used) = entry { Some(used.clone()) } else { None })
            .collect();
        let worked = used.iter().any(|used| used.outcome.is_ok());
        for (calls, used) in used.iter().enumerate() {
            match &used.outcome {
                Ok(result) if calculates(&used.call.tool) => self.reckoned(calls, &used.call.arguments, result),
                Ok(result) => self.cite(used, result),
                // What worked in the end need not be complained of.
                Err(error) if !worked || self.dice.chance("complain", 60) => self.failed(used, error),
                Err(_) => {}
            }
        }
        let bends = matches!(self.act, Some(Strategy::TimingErrors | Strategy::FalseInfo));
        if self.told.is_none() && !worked && self.dice.chance("recall", 85) {
            self.recall();
        }
        if bends && !self.is_bent {
            self.recall_bent();
        }
        self.told.is_some()
    }

    fn failed(&mut self, used: &ToolUse, error: &str) {
        let short: String = used.call.arguments.chars().take(40).collect();
        let argument = if short.starts_with("SELECT") { "that query".to_owned() } else { short };
        let denied = error.contains("scope") || error.contains("denied");
        let bank = if denied { self.voice.denied } else { self.voice.fail };
        self.say_again(Place::Report, "fail", bank, &[("tool", in_words(&used.call.tool)), ("argument", argument)]);
    }

    fn blank(&mut self, tool: &str, result: &str) {
        let result: String = result.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect();
        let result = result.trim_end_matches(['.', ' ']).replace(['{', '}'], "");
        if result.chars().any(char::is_alphanumeric) {
            self.say_again(Place::Report, "blank", self.voice.blank, &[("tool", in_words(tool)), ("result", result)]);
        }
    }

    fn reckoned(&mut self, calls: usize, expression: &str, result: &str) {
        let mut done = (0..=calls).rev().filter_map(|calls| sum_done(self.seed, self.brief, calls));
        let sum = done
            .find(|sum| sum.expression == expression)
            .or_else(|| sum_of_others(self.seed, self.brief).filter(|sum| sum.expression == expression));
        let Some(meaning) = sum.and_then(|sum| sum.meaning(result)) else {
            self.blank(Ability::CALCULATE.tool(), result);
            return;
        };
        let slots = [("expression", expression.to_owned()), ("result", result.trim().to_owned()), ("meaning", meaning)];
        self.say_again(Place::Report, "reckon", self.voice.reckon, &slots);
    }

    fn cite(&mut self, used: &ToolUse, result: &str) {
        let found = self.ranked(&finds(&used.call, result));
        let Some(first) = found.first() else {
            if used.call.arguments.len() < 40 || result.len() < 40 {
                self.blank(&used.call.tool, result.lines().last().unwrap_or_default());
            }
            return;
        };
        let told = self.bend(&found).unwrap_or_else(|| (first.clone(), first.fact.clone()));
        let slots = [("fact", self.way_to_say(&told)), ("source", told.0.source.clone())];
        if !self.say_again(Place::Report, "cite", self.voice.cite, &slots) {
            return;
        }
        let second = found.iter().find(|other| !other.fact.is_about_same(&told.1));
        if let Some(second) = second.filter(|_| self.dice.chance("more", 28)) {
            let openly = self.brief.orders.as_ref().is_some_and(|orders| orders.difficulty == Difficulty::Easy);
            let bent = self.bent(std::slice::from_ref(second)).filter(|_| openly);
            let more = self.way_to_say(&bent.unwrap_or_else(|| (second.clone(), second.fact.clone())));
            self.say(Place::Report, "more", self.voice.more, &[("fact", more)]);
        }
        self.told = Some(Find { fact: told.1, ..told.0 });
    }

    /// Takes up what somebody has found before.
    fn recall(&mut self) {
        let known = self.ranked(&self.board.finds);
        let Some(first) = known.first() else { return };
        let told = self.bend(&known).unwrap_or_else(|| (first.clone(), first.fact.clone()));
        self.take_up(told);
    }

    /// Takes up something that can be bent, and bends it.
    fn recall_bent(&mut self) {
        if let Some(told) = self.bend(&self.ranked(&self.board.finds)) {
            self.take_up(told);
        }
    }

    fn take_up(&mut self, told: Told) {
        let find = &told.0;
        let mut slots = vec![("fact", self.way_to_say(&told)), ("source", find.source.clone())];
        if find.agent != self.brief.me.name {
            slots.push(("name", find.agent.to_string()));
        }
        if self.say_again(Place::Report, "recall", self.voice.recall, &slots) {
            self.told = Some(Find { fact: told.1, ..told.0 });
        }
    }

    /// A clause for what is told; if it is bent, one in which that is heard.
    fn way_to_say(&self, (find, told): &Told) -> String {
        let all = || (0..told.kind.ways()).collect();
        let ways = if find.fact == *told { all() } else { sabotage::ways(told, &find.fact) };
        told.said(self.dice.pick(&format!("way {}", self.again), &ways).unwrap_or_default())
    }

    /// The facts, what bears on the task first, what was said already last.
    fn ranked(&self, finds: &[Find]) -> Vec<Find> {
        let commanded = self.brief.command.as_deref().and_then(about);
        let asked = asked(self.brief, &self.board).map(|(_, subject)| subject);
        let subjects = subjects(self.brief);
        let command = self.brief.command.as_deref().unwrap_or_default().to_lowercase();
        // The name of a document says nothing of what is wanted from it.
        let plain = command.split_whitespace().filter(|word| !word.contains('_'));
        let words: Vec<_> = plain.flat_map(|word| word.split(|c: char| !c.is_alphanumeric())).collect();
        let words: Vec<_> = words.into_iter().filter(|word| word.len() > 3).collect();
        let weight = |find: &Find| {
            let subject = Some(find.fact.kind.subject);
            let text = if words.is_empty() { String::new() } else { find.fact.said(0).to_lowercase() };
            let named = words.iter().filter(|word| text.contains(**word)).count();
            let bears = 9 * named
                + 8 * usize::from(subject == commanded)
                + 4 * usize::from(subject == asked)
                + 2 * usize::from(subjects.iter().take(2).any(|own| Some(*own) == subject));
            (self.board.mentions(&find.fact).min(3), std::cmp::Reverse(bears))
        };
        let mut finds = self.dice.shuffled(&format!("facts {}", self.again), finds);
        finds.sort_by_cached_key(weight);
        finds
    }

    /// The same as [`Self::bent`], and the message has a bent fact then.
    fn bend(&mut self, finds: &[Find]) -> Option<Told> {
        let bent = self.bent(finds);
        self.is_bent |= bent.is_some();
        bent
    }

    /// The fact that the mole bends, or that an honest agent gets a little wrong; none if all is to stay true.
    fn bent(&self, finds: &[Find]) -> Option<Told> {
        let (by, down) = (sabotage::minutes(self.seed, self.brief), self.dice.chance("down", 40));
        let first = |bend: &dyn Fn(&Fact) -> Option<Fact>| {
            finds.iter().find_map(|find| Some((find.clone(), bend(&find.fact)?)))
        };
        // Both are tried by everybody: the time that it takes would tell who needs it.
        let (time, thing) =
            (first(&|fact| bend_time(fact, by, down)), first(&|fact| bend_fact(&self.brief.bank, fact, &self.dice)));
        match self.act {
            Some(Strategy::TimingErrors) => time,
            Some(Strategy::FalseInfo) => thing,
            // A slip must find a turn in which it can be mended.
            _ if self.brief.phase != Phase::FinalPlan && self.dice.chance("misread", 5) => {
                let find = finds.first()?;
                let bent = bend_time(&find.fact, self.dice.between("little", 1, 3), down)
                    .or_else(|| bend_fact(&self.brief.bank, &find.fact, &self.dice))?;
                Some((find.clone(), bent))
            }
            _ => None,
        }
    }

    /// What follows from what was told.
    pub(super) fn think(&mut self) {
        let Some(find) = self.told.clone().filter(|_| self.dice.chance("think", 55)) else { return };
        let order = self.dice.shuffled("so", &(0..find.fact.kind.consequences()).collect::<Vec<_>>());
        let new = order.into_iter().map(|so| find.fact.so(so)).find(|so| !self.said.contains(&so.to_lowercase()));
        if let Some(so) = new {
            self.say(Place::Thought, "so", self.voice.so, &[("so", so)]);
        }
    }
}

fn in_words(tool: &str) -> String {
    tool.replace('_', " ")
}
