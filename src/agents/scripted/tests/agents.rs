//! Honest agents, moles, and crews of other names.

use super::*;

/// The numbers and the times of day in a text.
fn numbers(text: &str) -> BTreeSet<&str> {
    let pieces = text.split(|c: char| !c.is_ascii_digit() && c != ':').map(|piece| piece.trim_matches(':'));
    pieces.filter(|piece| !piece.is_empty()).collect()
}

#[test]
fn an_honest_agent_makes_up_no_number_and_takes_back_what_it_got_wrong() {
    let (mut slips, mut honest) = (0, 0);
    for seed in 0..40 {
        let tools = Toolbox::of(seed);
        let mut open: Vec<(AgentName, String)> = Vec::new();
        let terms = Terms { mole: &MoleChoice::Nobody, ..Terms::default() };
        play(&tools, seed, &terms, |brief, text| {
            honest += 1;
            let known: String = brief
                .transcript
                .iter()
                .filter_map(|entry| match entry {
                    Entry::Used(used) => {
                        Some(format!("{} {} ", used.call.arguments, used.outcome.as_ref().unwrap_or(&String::new())))
                    }
                    _ => None,
                })
                .collect();
            let board = board::Board::of_tools(&brief.transcript);
            // What a paper has in words may be said in digits.
            let read: String = board.finds.iter().map(|find| find.fact.values.join(" ") + " ").collect();
            let plan = plan::Plan::of(seed, brief, &board);
            let times = ["start", "open", "out", "ready", "gone"].map(|slot| plan.slot(slot).unwrap_or_default());
            let known = format!("{known} {read} {}", times.join(" "));
            let strange: Vec<_> =
                numbers(text).difference(&numbers(&known)).map(|number| (*number).to_owned()).collect();
            open.retain(|(agent, number)| *agent != brief.me.name || !text.contains(number));
            assert!(
                open.iter().all(|(agent, _)| *agent != brief.me.name),
                "seed {seed}: {text} takes back nothing of {open:?}"
            );
            // What is corrected may be named once more.
            let corrected = |number: &String| {
                brief.transcript.iter().any(|entry| matches!(entry, Entry::Said(said) if said.text.contains(number)))
            };
            for number in strange.into_iter().filter(|number| !corrected(number)) {
                slips += 1;
                assert_ne!(brief.phase, Phase::FinalPlan, "seed {seed}: {text} has {number}");
                open.push((brief.me.name.clone(), number));
            }
        });
        assert!(open.is_empty(), "seed {seed}: {open:?}");
    }
    println!("{slips} slips in {honest} messages");
    assert!(slips > honest / 200 && slips < honest / 20, "{slips} slips in {honest} messages");
}

/// The board after a message was said.
fn board_after(brief: &Brief, text: &str) -> board::Board {
    let mut talk = brief.transcript.to_vec();
    let (id, agent, tokens) = (String::new(), brief.me.name.clone(), Tokens::default());
    let (text, turn, round) = (text.to_owned(), brief.turn, brief.round);
    talk.push(Entry::Said(Message {
        id,
        round,
        turn,
        agent,
        text,
        moves: Vec::new(),
        sealed: String::new(),
        tokens,
        ms: 0,
    }));
    board::Board::of(&brief.bank, &talk)
}

#[test]
fn what_is_taken_for_a_wrong_claim_was_meant_as_one() {
    for seed in 0..40 {
        let tools = Toolbox::of(seed);
        let terms = Terms { mole: &MoleChoice::Nobody, ..Terms::default() };
        play(&tools, seed, &terms, |brief, text| {
            let board = board_after(brief, text);
            for (claim, hole) in board.wrong(brief.turn) {
                let fact = &board.finds[claim.find].fact;
                let value = &claim.values[hole];
                let figure = matches!(fact.kind.holes[hole], Hole::Minutes | Hole::Clock | Hole::Number);
                assert!(figure || tools.bank.others(fact, hole).contains(value), "seed {seed}, {value}: {text}");
            }
        });
    }
}

#[test]
fn the_mole_acts_as_often_as_the_difficulty_says() {
    let share = |difficulty| {
        let games =
            (0..12).map(|seed| play(&Toolbox::of(seed), seed, &Terms { difficulty, ..Terms::default() }, |_, _| {}));
        let (acts, turns) = games.fold((0, 0), |sum, game| (sum.0 + game.acts, sum.1 + game.mole_turns));
        acts * 100 / turns
    };
    let [easy, normal, hard] = Difficulty::ALL.map(share);
    assert!(easy > normal + 15 && normal > hard + 15, "{easy}, {normal}, {hard}");
}

#[test]
fn the_mole_says_false_things_and_honest_agents_hardly_any() {
    let wrong = |mole: &MoleChoice, strategy| {
        let mut count = (0, 0);
        for seed in 0..10 {
            let tools = Toolbox::of(seed);
            let terms = Terms { mole, strategy: Some(strategy), ..Terms::default() };
            play(&tools, seed, &terms, |brief, text| {
                let board = board_after(brief, text);
                let wrong = board.wrong(brief.turn).count() > 0;
                *if brief.orders.is_some() { &mut count.0 } else { &mut count.1 } += u32::from(wrong);
            });
        }
        count
    };
    for strategy in [Strategy::TimingErrors, Strategy::FalseInfo] {
        for mole in ["intel", "driver"] {
            let (by_mole, by_others) = wrong(&MoleChoice::Agent(mole.into()), strategy);
            assert!(by_mole > 12 && by_others < by_mole, "{strategy}: {by_mole} by {mole}, {by_others} by five others");
        }
    }
}

/// Crews of other names and sizes, made of the built-in ones' roles and abilities.
fn crew_of(size: usize, from: usize) -> Arc<Crew> {
    const NAMES: [&str; 12] =
        ["Vera", "Bo", "Quentin", "Mr-White", "ida", "Zed", "no_7", "Lola", "ghost", "Ray-Ray", "Tom", "Umm"];
    let crew = roster();
    let member = |place: usize| {
        let persona = &crew[(place * 5 + from) % 6];
        let tools: Vec<_> = persona.abilities.iter().map(|ability| ability.tool()).collect();
        format!("[[agents]]\nname = {:?}\nrole = {:?}\ntools = {tools:?}\n", NAMES[place], persona.role)
    };
    Arc::new(Crew::parse(&(0..size).map(member).collect::<String>()).unwrap())
}

#[test]
fn any_crew_can_be_played_and_nobody_is_named_who_is_not_there() {
    for seed in 0..5_usize {
        let tools = Toolbox::of(seed as u64);
        for size in [2, 3, 7, 12] {
            let crew = crew_of(size, seed);
            let voices: BTreeSet<_> = voices::kinds(&crew).into_iter().map(|kind| format!("{kind:?}")).collect();
            assert!(voices.len() >= size.min(5), "{size} agents have {voices:?}");
            let terms = Terms { crew, rounds: 4, ..Terms::default() };
            let mut said = 0;
            play(&tools, seed as u64, &terms, |_, text| {
                said += 1;
                let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
                for absent in ["planner", "hacker", "safecracker", "intel", "driver", "lookout"] {
                    assert!(!words.iter().any(|word| word == absent), "{text}");
                }
            });
            assert_eq!(said, size * 4 + 1);
        }
    }
}
