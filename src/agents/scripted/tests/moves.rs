//! What a message says is what its moves do.

use super::*;

/// What of a move has to stand in the text of its message.
fn needed(bank: &Bank, brief: &Brief, does: &Move) -> Vec<String> {
    let plan = |slot: &Slot, value: &String| match slot {
        Slot::Alarm if value == "nothing" => vec!["nothing".to_owned()],
        _ => vec![value.clone()],
    };
    let thing = |about: &str| {
        Slot::named(about).map_or_else(|| bank.fact(about).unwrap().label(), |slot| slot.matter().to_owned())
    };
    match does {
        Move::Correct { agent, fact, .. } => {
            let other = (*agent != brief.me.name).then(|| agent.to_string());
            other.into_iter().chain([bank.fact(fact).unwrap().label()]).collect()
        }
        Move::Propose { slot, value, .. }
        | Move::Support { slot, value, .. }
        | Move::Oppose { slot, value, .. }
        | Move::Settle { slot, value } => plan(slot, value),
        Move::Reopen { slot } | Move::Defer { slot } => vec![slot.matter().to_owned()],
        Move::Assign { agent, slot } => {
            let other = (*agent != brief.me.name).then(|| agent.to_string());
            other.into_iter().chain([slot.matter().to_owned()]).collect()
        }
        Move::Ask { agent, about } => vec![agent.to_string(), thing(about)],
        // A way to say a fact need not have all of it; that it has enough is held below.
        Move::Report { .. } | Move::Conclude { .. } => Vec::new(),
    }
}

#[test]
fn every_move_is_said_with_its_names_and_figures() {
    let mut kinds = BTreeMap::<&'static str, u32>::new();
    let (mut plain, mut all) = (0, 0);
    for seed in 0..60 {
        let heist = heist(seed);
        play(&heist, |brief, picked, text| {
            let small = text.to_lowercase();
            let says = |words: &str| small.contains(&words.to_lowercase());
            for item in picked {
                *kinds.entry(item.does.kind()).or_default() += 1;
                all += 1;
                if says(item.words.trim_end_matches(['.', '?'])) {
                    plain += 1;
                    continue;
                }
                for words in needed(&heist.bank, brief, &item.does) {
                    assert!(says(&words), "seed {seed}: {words} is not in {text}");
                }
                if let Some((key, value)) = item.does.claim() {
                    let fact = heist.bank.fact(key).unwrap().with_value(value).unwrap();
                    let in_words = (0..fact.kind.ways())
                        .find(|way| item.words.to_lowercase().contains(&fact.said(*way).to_lowercase()));
                    let full = (0..fact.kind.ways()).any(|way| {
                        let holes = fact.holes_said(way);
                        let needed = in_words.map_or_else(Vec::new, |way| fact.holes_said(way));
                        needed.iter().all(|hole| holes.contains(hole)) && says(&fact.said(way))
                    });
                    assert!(
                        full || matches!(item.does, Move::Correct { .. }),
                        "seed {seed}: {} is not in {text}",
                        item.words
                    );
                }
            }
        });
    }
    println!("{kinds:?}; {plain} of {all} in plain words");
    assert!(kinds.len() >= 10, "{kinds:?}");
    assert!(plain * 20 < all, "{plain} of {all} moves are said in plain words");
}

/// The numbers and the times of day in a text.
fn numbers(text: &str) -> BTreeSet<&str> {
    let pieces = text.split(|c: char| !c.is_ascii_digit() && c != ':').map(|piece| piece.trim_matches(':'));
    pieces.filter(|piece| !piece.is_empty()).collect()
}

#[test]
fn nobody_says_a_number_that_is_not_in_its_moves() {
    for seed in 0..40 {
        let heist = heist(seed);
        play(&heist, |brief, picked, text| {
            let of = |fact: &heist_bank::Fact| fact.values.join(" ");
            let mut figures: Vec<String> = Vec::new();
            let known = crate::crew::Known::of(brief);
            for item in picked {
                figures.push(item.words.clone());
                if let Some((key, value)) = item.does.claim() {
                    let fact = heist.bank.fact(key).unwrap().with_value(value).unwrap();
                    figures.push(of(&fact));
                    // What is corrected is named once more.
                    figures.extend(
                        known.said().iter().filter(|said| said.fact.is_about_same(&fact)).map(|said| of(&said.fact)),
                    );
                }
                if let Move::Propose { because: Some(key), .. }
                | Move::Support { because: Some(key), .. }
                | Move::Oppose { because: Some(key), .. } = &item.does
                {
                    figures.extend(known.fact(key).map(of));
                }
            }
            for used in brief.calls() {
                figures.extend([used.call.arguments.clone(), used.outcome.clone().unwrap_or_default()]);
            }
            // What something is called may have a number in it; what stands in the plan, and what one turns away from there,
            // may be named by anybody.
            figures.extend(known.said().iter().map(|said| said.fact.label()));
            let proposals = Slot::ALL.into_iter().flat_map(|slot| &brief.draft.slot(slot).proposals);
            figures.extend(proposals.map(|proposal| proposal.value.clone()));
            let known = figures.join(" ");
            let strange: Vec<_> = numbers(text).difference(&numbers(&known)).copied().collect();
            assert!(strange.is_empty(), "seed {seed}: {strange:?} in {text}");
        });
    }
}

#[test]
fn every_act_of_the_mole_is_heard_and_sounds_like_anything_else() {
    let mut acts = 0;
    for (seed, strategy) in (0..60).zip(Strategy::ALL.into_iter().cycle()) {
        let heist = Rehearsal { strategy: Some(strategy), ..heist(seed) };
        let game = play(&heist, |brief, picked, text| {
            let honest = Brief { orders: None, ..brief.clone() };
            let bare: Vec<_> = picked.iter().map(|item| Item { act: None, ..item.clone() }).collect();
            assert_eq!(Scripted::new(seed).speak(&honest, &bare), text, "seed {seed}");
        });
        let verdict = game.log.iter().find_map(|event| match event {
            EventKind::VerdictReached(verdict) => Some(verdict),
            _ => None,
        });
        for act in &verdict.unwrap().sabotage {
            let message = game.messages().find(|message| message.id == act.message).unwrap();
            assert!(crate::bench::is_heard(act, &message.text), "seed {seed}: {act:?} is not in {}", message.text);
            acts += 1;
        }
    }
    assert!(acts > 100, "{acts}");
}
