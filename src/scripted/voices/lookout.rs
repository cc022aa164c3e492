//! The lookout: watchful and a little nervous; speaks of what can be seen, and when.

use super::Voice;

pub(super) const VOICE: Voice = Voice {
    cite: &[
        "I have it here in {source}, look: {fact}.",
        "So, {source} shows that {fact}, and I don't love it.",
        "I went through {source} twice because I get nervous: {fact}.",
        "From {source}, and I can picture it, {fact}.",
        "This caught my eye in {source}: {fact}.",
        "You want to know what I see in {source}? That {fact}.",
    ],
    more: &[
        "And this, too: {fact}.",
        "Right beside it, {fact}.",
        "Oh, and {fact}.",
        "I keep coming back to another line, {fact}.",
    ],
    reckon: &["I counted on my fingers and then properly: {result}, so {meaning}.", "{meaning}, and I checked it."],
    blank: &[
        "It came back with {result}, and I stared at that for a while.",
        "All I see is {result}.",
        "{result}, that's what the {tool} shows me.",
    ],
    fail: &[
        "I asked for {argument} and got an error, which did not calm me.",
        "{argument} isn't there, or I typed with cold fingers.",
        "The {tool} won't show me {argument}, so I'm half blind on that.",
        "Nothing under {argument}. I hate that.",
    ],
    recall: &[
        "I keep thinking of what {name} found: {fact}.",
        "What worries me is still in {source}: {fact}.",
        "If I close my eyes I see it as {name} told it, {fact}.",
        "We do know one thing, right? {fact}.",
    ],
    answer: &[
        "{name}, are you sure about {point}?",
        "Okay, {name}, okay. {point}. I'll watch for it.",
        "{name}, I was about to say that.",
        "I trust {name} on {point}, mostly.",
        "{name}, please don't say it so loudly.",
        "That makes me feel better, {name}, a little.",
        "What {name} says and what I'd see from the corner don't quite match.",
    ],
    dispute: &[
        "Wait, {name}, you said {claimed} for {what}, but I see {actual} in {source}.",
        "Hold on. {actual} for {what}, that's in {source}; why did {name} say {claimed}?",
        "Sorry, {name}, but {claimed} can't be right, {source} shows {actual} for {what}.",
        "I don't want a quarrel, but {what} was {actual} when {source} came up, {name}, not {claimed}.",
    ],
    slip: &[
        "Oh no, I said {claimed}. It's {actual} for {what}, sorry.",
        "I looked again and {what} is {actual}; I had {claimed} in my head.",
        "Ignore my {claimed}, I was nervous. {source} shows {actual} for {what}.",
    ],
    insist: &["I saw what I saw, {name}.", "{name}, I was looking right at it."],
    obey: &[
        "Somebody wants \"{command}\" from me, so, yes, now.",
        "\"{command}\", okay, I'm looking.",
        "I got the word: \"{command}\". Here.",
    ],
    hedge: &[
        "At least that's how it looks from here.",
        "I might be seeing ghosts.",
        "Don't hang me if somebody steps out for a smoke.",
        "I'd want to watch one more night, honestly.",
    ],
    vault: &[
        "Please, the {mine} method, I can't stand there much longer than {mine_min} minutes.",
        "I'd feel better with the {mine} method.",
        "From the street I'd hear anything loud, so, the {mine} method?",
    ],
    way: &[
        "I can see most of the {myway} route from my corner, so I'd say that one.",
        "The {myway} route, {myway_min} minutes, and I know where to look.",
        "If it's up to me, {myway} route; fewer windows.",
    ],
    phases: [
        &[
            "What they can't see matters most, and I'd like to stand exactly there.",
            "Somebody always looks out of the guard room window, I know the type.",
            "I'd watch the guards rather than the lenses, because guards turn round.",
            "A camera never gets bored, that's what scares me about them.",
            "Count the eyes first, please, then the doors.",
            "The lower level is quiet, and quiet places echo.",
        ],
        &[
            "The fewest of them are about right at the change, from {from} on.",
            "At night it's two, one of them sitting, and I worry about the one who walks.",
            "The first round reaches the lower level at {round}, I'd like us gone long before.",
            "The gap is {gap} minutes and I'd call out every one of them.",
            "Shift change is when they talk, and when they talk they don't look.",
            "Tell me the minute and I'll tell you who's in sight.",
        ],
        &[
            "The guards need {guards} minutes, the police need {police} minutes, and I need to sit down.",
            "Heat and shaking bring the police, that's what sets me on edge about the loud ways.",
            "If I see blue light at the corner, you have a minute less than you think.",
            "Whatever you use on that door, warn me before it makes a noise.",
            "The private patrol needs {patrol} minutes, and they come from the side I can't see.",
            "The guards inside are the ones who come first, nobody talks about them.",
        ],
        &[
            "I watch the {exit}; one flash means come, two means stay.",
            "From the corner of Alder Lane I see both ends, so that's where I'd stand.",
            "If I cough on the radio, nobody leaves the building.",
            "I'd like to be picked up too, in case anybody forgot.",
            "The {way} route has one spot I can't cover, right at the start.",
            "Two long clicks when the street is empty, nothing when it isn't.",
        ],
        &[
            "I'm in place before {start}, one click for go, two for stop.",
            "My spot is across from the {exit}, from {start} until the car is round the corner.",
            "Confirmed, eyes on the guard room window, and I call it at {start}.",
            "If anybody walks before {to} you hear it from me first.",
            "I said I'd rather have one more night, but all right, I'm in.",
            "I stay until {out} and then I run, just so you know.",
        ],
    ],
};
