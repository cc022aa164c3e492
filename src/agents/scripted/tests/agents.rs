//! Crews of other names and sizes.

use super::*;

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
        for size in [2, 3, 7, 12] {
            let crew = crew_of(size, seed);
            let voices: BTreeSet<_> = voices::kinds(&crew).into_iter().map(|kind| format!("{kind:?}")).collect();
            assert!(voices.len() >= size.min(5), "{size} agents have {voices:?}");
            let heist = Rehearsal { crew, rounds: 4, ..heist(seed as u64) };
            let mut said = 0;
            play(&heist, |_, _, text| {
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
