//! Documents of many banks: no two read alike, and each is whole.

use std::collections::{BTreeMap, BTreeSet};

use heist_bank::{Bank, Source, Subject, facts_in_document};

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().skip(2).flat_map(|line| line.trim_end_matches('.').split(". "))
}

/// The largest share of one thing in all, in percent, and what it is.
fn largest_share(things: impl Iterator<Item = String>) -> (f64, String) {
    let mut often: BTreeMap<String, u32> = BTreeMap::new();
    let mut all = 0;
    for thing in things {
        *often.entry(thing).or_default() += 1;
        all += 1;
    }
    let (most, count) = often.into_iter().max_by_key(|(_, count)| *count).unwrap_or_default();
    (f64::from(count) * 100.0 / f64::from(all), most)
}

#[test]
fn no_sentence_and_no_name_stands_everywhere() {
    let banks: Vec<_> = (0..200).map(Bank::of).collect();
    let documents = banks.iter().flat_map(Bank::documents);
    let all: Vec<String> =
        documents.flat_map(|document| sentences(&document.text).map(ToOwned::to_owned).collect::<Vec<_>>()).collect();
    let (share, sentence) = largest_share(all.iter().cloned());
    assert!(share < 1.0, "{share} % of all sentences are {sentence:?}");
    // The same phrase with other figures and names: its first and last words.
    let phrase = |sentence: &String| {
        let words: Vec<_> = sentence.split(' ').collect();
        let small = |word: &&&str| word.chars().all(|letter| letter.is_ascii_lowercase());
        words.iter().filter(small).copied().collect::<Vec<_>>().join(" ")
    };
    let (share, phrase) = largest_share(all.iter().map(phrase));
    assert!(share < 2.0, "{share} % of all sentences are of the phrase {phrase:?}");
    let names = banks.iter().flat_map(|bank| {
        let people = bank.people.iter().map(|person| person.name.clone());
        let guards = bank.guards.all.iter().map(|guard| guard.name.clone());
        let roads = bank.roads.iter().flat_map(|road| [road.along.clone(), road.leads_to.clone()]);
        people.chain(guards).chain(roads).chain([bank.name.clone()]).collect::<Vec<_>>()
    });
    let (share, name) = largest_share(names);
    assert!(share < 1.0, "{share} % of all names are {name:?}");
}

#[test]
fn every_bank_has_the_same_documents_and_each_is_whole() {
    for bank in (0..60).map(Bank::of).chain([Bank::first_meridian()]) {
        let documents = bank.documents();
        let names: Vec<_> = documents.iter().map(|document| document.name).collect();
        let mut all = Subject::ALL.map(Subject::document);
        all.sort_unstable();
        assert_eq!(names, all);
        for document in documents {
            let subject = Subject::of_document(document.name).unwrap();
            let (heading, body) = document.text.split_once("\n\n").unwrap();
            assert_eq!(heading, format!("{}: {}", bank.name, subject.heading()));
            assert!(body.ends_with(".\n") && !body.contains("\n\n"), "{body}");
            for sentence in sentences(&document.text) {
                assert!(
                    sentence.starts_with(|letter: char| letter.is_uppercase() || letter.is_numeric()),
                    "{sentence}"
                );
                let broken = ["  ", "{", "}", " ,", " .", "the the ", " a the ", " 1 minutes"];
                let broken = broken.into_iter().find(|broken| sentence.contains(broken));
                assert!(broken.is_none() && sentence.len() < 300, "{sentence}");
            }
        }
    }
}

/// What of a text nobody would write; nothing if all is well.
fn clumsy(text: &str) -> Option<String> {
    const SEVERAL: [&str; 14] = [
        "minutes",
        "metres",
        "kilometres",
        "centimetres",
        "kilograms",
        "seconds",
        "days",
        "boxes",
        "guards",
        "cameras",
        "pictures",
        "alarms",
        "people",
        "ways",
    ];
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    let pair = |pair: &[&str]| {
        let (one, next) = (pair[0].to_lowercase(), pair[1].to_lowercase());
        let vowel = next.starts_with(['a', 'e', 'i', 'o', 'u', '8'])
            && !["one", "uni", "use"].iter().any(|it| next.starts_with(it));
        match &*one {
            "a" => vowel,
            "an" => !vowel && !next.is_empty(),
            "1" | "one" => SEVERAL.contains(&&*next),
            "are" => next == "1" || next == "one",
            _ => one == next && one.chars().all(char::is_alphabetic) && !one.is_empty(),
        }
    };
    words.windows(2).find(|words| pair(words)).map(|pair| pair.join(" "))
}

#[test]
fn nothing_is_written_or_said_against_the_rules_of_grammar() {
    for text in ["an lobby", "behind a anteroom", "one of 1 guards", "there are one", "The the lobby"] {
        assert!(clumsy(text).is_some(), "{text}");
    }
    for bank in (0..60).map(Bank::of).chain([Bank::first_meridian()]) {
        let seed = bank.seed;
        for document in bank.documents() {
            for sentence in sentences(&document.text) {
                assert_eq!(clumsy(sentence), None, "seed {seed:?}: {sentence}");
            }
        }
        for fact in bank.facts() {
            let said = (0..fact.kind.ways()).map(|way| fact.said(way));
            let so = (0..fact.kind.consequences()).map(|way| fact.so(way));
            for text in said.chain(so).chain([fact.label()]) {
                assert_eq!(clumsy(&text), None, "seed {seed:?}: {text}");
                assert!(!text.contains(['{', '}']) && !text.contains("  ") && text.trim() == text, "{text}");
            }
        }
    }
}

#[test]
fn what_stands_in_every_bank_is_told_in_many_ways() {
    let begins = |seed: u64| {
        let document = Bank::of(seed).documents().into_iter().find(|document| document.name == "guard_rotation.txt")?;
        let tells_gap =
            |sentence: &&str| facts_in_document(&format!("x\n\n{sentence}.")).iter().any(|fact| fact.kind.key == "gap");
        let gap = sentences(&document.text).find(tells_gap)?;
        gap.split(' ').next().map(ToOwned::to_owned)
    };
    let ways: BTreeSet<String> = (0..60).filter_map(begins).collect();
    assert_eq!(ways.into_iter().collect::<Vec<_>>(), ["Between", "Evening", "From", "The"]);
}

#[test]
fn every_fact_says_what_tells_it() {
    for bank in [Bank::first_meridian(), Bank::of(5)] {
        for fact in bank.facts() {
            assert!(!fact.sources.is_empty(), "{}", fact.key());
            for source in &fact.sources {
                match source {
                    Source::Document(name) => assert!(Subject::of_document(name).is_some(), "{name}"),
                    Source::Table(name) => assert!(bank.tables().iter().any(|table| table.name == *name), "{name}"),
                }
            }
        }
    }
}
