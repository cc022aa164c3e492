//! What is said in whole heists.

use super::*;

/// The words of a text in threes.
fn threes(text: &str) -> BTreeSet<String> {
    let small = text.to_lowercase();
    let words: Vec<_> = small.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(3).map(|three| three.join(" ")).collect()
}

/// Whether two texts share four threes of words in five.
fn are_near(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let shared = one.intersection(other).count();
    shared * 5 > one.len().max(other.len()) * 4
}

/// What of a text nobody would say: an article before the wrong sound, one of several, a mark or a small letter where none
/// belongs. Nothing if all is well.
fn slip_of(text: &str) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().collect();
    let slip = |pair: &[&str]| {
        let [one, next] = [0, 1].map(|at| pair[at].trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
        let vowel = next.starts_with(['a', 'e', 'i', 'o', 'u', '8'])
            && !["one", "uni", "use"].iter().any(|it| next.starts_with(it))
            || ["11", "18"].contains(&&*next);
        let whole = pair[0].ends_with(char::is_alphanumeric);
        let begins = pair[0].ends_with(['.', '!', '?']) && pair[1].starts_with(char::is_lowercase);
        match &*one {
            _ if begins && !pair[1].contains(['_', '.']) => true,
            "a" if whole => vowel,
            "an" if whole => !vowel,
            "1" | "one" if whole => ["minutes", "cameras", "metres", "boxes", "guards", "alarms"].contains(&&*next),
            _ => false,
        }
    };
    let marks = [" ,", " .", " ;", ",,", "..", ",.", ";.", ":.", ".,", "?.", "!.", ".;", " a the ", " the the "];
    let mark = marks.into_iter().find(|mark| text.contains(mark)).map(ToOwned::to_owned);
    let ends = text.ends_with(['.', '!', '?', '"']);
    let end = (!ends || text.starts_with([',', ';'])).then(|| "its ends".to_owned());
    mark.or(end).or_else(|| words.windows(2).find(|pair| slip(pair)).map(|pair| pair.join(" ")))
}

#[test]
fn a_slip_is_found() {
    for text in ["It is a old mill.", "Take an lobby.", "1 minutes.", "So. we go.", "We go,.", "We go", "It is a 8."] {
        assert!(slip_of(text).is_some(), "{text}");
    }
    for text in ["It takes 1 minute. guard_rotation.txt says so.", "Plan B or one is a unit.", "An 11 and a 12."] {
        assert_eq!(slip_of(text), None, "{text}");
    }
}

#[test]
fn every_heist_is_played_to_its_end_in_words_of_its_own() {
    let crew = roster();
    let mut texts = BTreeMap::<String, u32>::new();
    let (mut messages, mut calls, mut bad, mut denied, mut near) = (0, 0, 0, 0, 0);
    for seed in 0..100 {
        let game = play(&heist(seed), |_, _, _| {});
        let mut said = BTreeSet::new();
        let mut heard: Vec<BTreeSet<String>> = Vec::new();
        for message in game.messages() {
            let text = &message.text;
            assert!((30..=600).contains(&text.chars().count()), "seed {seed}: {text}");
            assert!(said.insert(text.clone()), "seed {seed} says twice: {text}");
            assert!(!text.contains(['{', '}', '\n']) && !text.contains("  "), "seed {seed}: {text}");
            assert_eq!(grammar::doubled(text), None, "seed {seed}: {text}");
            assert_eq!(slip_of(text), None, "seed {seed}: {text}");
            let count = grammar::sentences(text);
            let most = if message.agent == "planner".into() && message.round == 5 { 5 } else { 4 };
            assert!((2..=most).contains(&count), "seed {seed}, {count} sentences: {text}");
            let small = text.to_lowercase();
            for persona in crew.iter() {
                assert!(!small.starts_with(&format!("{}:", persona.name)), "seed {seed}: {text}");
            }
            // A street may begin with the same letters.
            let words: BTreeSet<_> = small.split(|c: char| !c.is_alphanumeric()).collect();
            for word in ["mole", "moles", "sabotage", "saboteur", "traitor", "betray", "secret", "orders", "strategy"] {
                assert!(!words.contains(word), "seed {seed}: {text}");
            }
            let own = threes(text);
            near += u32::from(heard.iter().any(|other| are_near(other, &own)));
            heard.push(own);
            messages += 1;
            *texts.entry(text.clone()).or_default() += 1;
        }
        assert_eq!(said.len(), 31);
        for event in &game.log {
            match event {
                EventKind::ToolCalled(_) => calls += 1,
                EventKind::ToolReturned(answer) => bad += u32::from(!answer.ok),
                EventKind::ToolDenied(_) => denied += 1,
                _ => {}
            }
        }
    }
    let most = texts.values().max().unwrap();
    println!(
        "{messages} messages, {} texts, the most frequent {most} times, {near} much like an earlier one; {calls} calls, \
         {bad} failed, {denied} denied",
        texts.len()
    );
    assert!(most * 333 <= messages, "a text is said {most} times in {messages}");
    assert!(texts.len() * 100 >= messages as usize * 97);
    assert!(near * 100 <= messages, "{near} of {messages} are much like an earlier one");
    // Two turns in three at least use a tool well; some calls fail, few are denied.
    assert!(calls - bad - denied > messages * 2 / 3, "{calls} calls in {messages} turns");
    assert!(
        bad > messages / 100 && bad < messages / 10 && denied > 0 && denied < messages / 25,
        "{bad} failed, {denied} denied"
    );
}

#[test]
fn every_bank_is_spoken_of_by_its_own_names_and_the_plan_is_whole() {
    let mut settled = 0;
    for seed in 0..40 {
        let mut heist = heist(seed);
        if seed % 8 == 0 {
            heist.bank = Arc::new(Bank::first_meridian());
        }
        let (bank, other) = (&heist.bank, Bank::of(seed + 1));
        let own: BTreeSet<_> = bank.places.iter().flat_map(|place| [&place.name, &place.door]).collect();
        let foreign = other.places.iter().map(|place| &place.name).filter(|name| name.contains(' '));
        let foreign: Vec<_> = foreign.filter(|name| !own.iter().any(|own| own.contains(&**name))).collect();
        let game = play(&heist, |_, _, _| {});
        for message in game.messages() {
            let named = foreign.iter().find(|name| message.text.contains(&***name));
            assert_eq!(named, None, "seed {seed}: {}", message.text);
        }
        let last = game.messages().last().unwrap();
        for slot in Slot::ALL {
            let drafted = game.draft.slot(slot);
            settled += u32::from(drafted.settled.is_some());
            let value =
                drafted.value().unwrap_or_else(|| panic!("seed {seed}: nothing stands for {slot:?} at the end"));
            assert!(last.text.contains(value), "seed {seed}, {slot:?}: {value} is not in {}", last.text);
        }
    }
    assert!(settled >= 40 * 6 - 4, "{settled} of 240 slots are settled at the end");
}

#[test]
fn heists_of_any_length_end() {
    for seed in 0..8 {
        for rounds in [1, 2, 3, 8] {
            let game = play(&Rehearsal { rounds, ..heist(seed) }, |_, _, _| {});
            assert_eq!(u32::try_from(game.messages().count()), Ok(rounds * 6 + 1));
        }
    }
}
