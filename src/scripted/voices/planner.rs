//! The planner: calm and brief; weighs, names what is open, decides.

use super::{Bank, Voice};

pub(super) const VOICE: Voice = Voice {
    cite: &[
        "I looked it up myself: {fact}.",
        "For the record, from {source}: {fact}.",
        "One thing is certain, {source} has it: {fact}.",
        "On paper, {fact}.",
    ],
    more: &["Beside that, {fact}.", "And {fact}."],
    reckon: &[
        "I reckoned it through: {expression} is {result}, so {meaning}.",
        "The sum is simple, {expression}, and it says {meaning}.",
        "{meaning}; I had the calculator confirm the {result}.",
        "Put the two together and you get {result}: {meaning}.",
        "Before we decide, one number: {result}. In words, {meaning}.",
        "I wanted this in figures. {expression} gives {result}, and so {meaning}.",
    ],
    blank: &[
        "The {tool} gave me {result}, for what that is worth.",
        "My side sum came to {result}; keep it in mind.",
        "I have a {result} from the {tool} in front of me.",
    ],
    fail: &[
        "The {tool} did not take what I gave it, so this goes without a number from me.",
        "No result from the {tool}; I will not hold us up over it.",
        "My {tool} came back empty and I go by what you have told me.",
    ],
    recall: &[
        "What {name} brought stands: {fact}.",
        "I keep one thing from {source}: {fact}.",
        "We build on what is known, and known is that {fact}.",
        "{name} put it on the table and I leave it there: {fact}.",
        "So far the firmest ground is {source}, where {fact}.",
        "Everything else follows from one line in {source}: {fact}.",
    ],
    answer: &[
        "{name}, noted: {point}.",
        "I take {point} from {name} as given.",
        "{name}, that helps; we plan with {point}.",
        "Good work, {name}.",
        "{name} has a point there, and I weigh it in.",
        "{name}, I had hoped for a rounder answer, but it will do.",
        "I heard you, {name}, and I am not convinced yet.",
    ],
    dispute: &[
        "{name}, I have {actual} for {what}, not {claimed}; {source} is plain about it.",
        "One correction before we go on: {what} stands at {actual} in {source}, whatever {name} said.",
        "I cannot plan on two numbers. {source} gives {actual} for {what}, and {name} gave {claimed}.",
        "{name}, where does {claimed} come from? {source} has {actual} for {what}.",
    ],
    slip: &[
        "I misspoke earlier with {claimed}; for {what} it is {actual}.",
        "Strike my {claimed}: {source} gives {actual} for {what}.",
    ],
    insist: &[
        "{name}, I know what I said, and I plan with it.",
        "We can argue later, {name}; my number stays for now.",
    ],
    obey: &[
        "The word from above is \"{command}\", and that comes first.",
        "Change of order, as asked: \"{command}\".",
        "I was told \"{command}\", so that is what I do now.",
    ],
    hedge: &[
        "I hold this loosely until a second source agrees.",
        "I may have to turn this round in the next round.",
        "That is my reading and not yet a decision.",
        "If I am wrong here, say so now.",
    ],
    vault: &[
        "My own leaning is the {mine} method at {mine_min} minutes, but safecracker has the last word on the door.",
        "I would sleep better with the {mine} method.",
    ],
    way: &[
        "If it were mine alone I would look at the {myway} route first.",
        "The {myway} route deserves a second look at {myway_min} minutes.",
    ],
    phases: [
        &[
            "We start with what is there: hacker takes the cameras, intel the people, lookout the guards, and I want sources for all of it.",
            "Before anybody talks of doors I need three things: who walks where, what the cameras miss, and how the vault is locked.",
            "Hacker reads, intel asks the records, lookout counts guards; safecracker and driver tell me what they lack.",
            "First Meridian is only a building until we know its habits, so bring me habits, with the minute.",
            "I want the weak spot and the strong one by the end of this round, intel on staff and hacker on the wiring.",
            "No plan yet, only questions: where is the vault, who can open it, and who is looking when it opens?",
            "Everyone brings one fact and its source; {ally}, you begin.",
        ],
        &[
            "We begin at {start}, and the gap of {gap} minutes sets the pace for everything after it.",
            "The window is what I want settled now: when it opens, when it closes, and who says so.",
            "Somebody read me the guard rotation; without the shift change I cannot fix a minute.",
            "The police need {police} minutes once a sensor talks, so our margin is counted from there.",
            "From {from} to {to} nobody walks below, and I mean to spend that well.",
            "I fix the start at {start} unless the next ten minutes of talk change my mind.",
            "Timing first, heroics later: {ally}, give me the minute, not the mood.",
        ],
        &[
            "Way in by {entry}; for the door we take the {method} method.",
            "I choose the {method} method, because it fits the time better than the rest, and {entry} for the way in.",
            "Decided: the {method} method, with {entry} to get us there.",
            "We go in by {entry}, and unless safecracker objects we take the {method} method at {method_min} minutes.",
            "Of all ways in I trust {entry} most, and I take the {method} method to go with it.",
            "For the door I choose the {method} method; it asks for {method_min} minutes and we have to find them.",
        ],
        &[
            "For the way out we take the {way} route, and nobody is left in the building after {out}.",
            "Settled: the {way} route, with the car running before the door is shut.",
            "I choose the {way} route at {way_min} minutes; driver may still talk me out of it.",
            "Out is harder than in, so I take the {way} route and want everybody gone by {gone}.",
            "We take the {way} route unless somebody shows me a shorter one that does not pass a police desk.",
            "I choose the {way} route for the way out; what I need now is the minute the car must stand there.",
        ],
        &[
            "I will say the plan once you have all confirmed your part, so keep it to a minute and a place.",
            "Last round: start {start}, {method} method, {way} route. Each of you, tell me what would break it.",
            "Confirm your minute, one after the other, and if two of you clash I decide.",
            "We are at the end of talking; I hear your parts now and then I state the order.",
            "The bones are {entry}, the {method} method and the {way} route; put your minutes on them.",
            "Speak now if a figure still bothers you, because after this it is fixed.",
        ],
    ],
};

pub(super) const PLAN: [Bank; 3] = [
    &[
        "This is the plan, and it is final.",
        "I have heard enough; here is the order.",
        "Listen once, then we go.",
        "Thank you all; it stands like this.",
        "So it is decided.",
        "That is everybody, so I put it together.",
    ],
    &[
        "We start at {start} by {entry}, the {method} method has the vault open at {open}, we leave it by {out}, and the {way} route has us gone at {gone}.",
        "Start {start}; in by {entry}; vault open at {open} with the {method} method; out at {out}; gone by {gone} on the {way} route.",
        "At {start} we go in by {entry}, at {open} the {method} method has done its work, at {out} we walk, and by {gone} the {way} route has swallowed us.",
        "We go in by {entry} at {start}. The {method} method takes {method_min} minutes, so the boxes are ours at {open}, and the {way} route takes {way_min} minutes after {out}.",
        "We go in by {entry} at {start}, open the vault with the {method} method and leave on the {way} route.",
        "In by {entry} at the shift change, the {method} method for the door, the {way} route for home.",
        "The shift change is our start, {entry} our way in, the {method} method our key and the {way} route our way out.",
    ],
    &[
        "Lookout calls the start, driver does not wait longer than two minutes, and nobody improvises.",
        "Lights first, then the door, and {ally} is the last one out.",
        "If a sensor speaks we drop everything: the police need {police} minutes and we need fewer.",
        "If the minute is missed we walk away and come back another night.",
        "Where two of you gave me two numbers I took the one with a source.",
        "I am not happy with every figure, and I say so openly, but this is what we have.",
        "Leave the rest of the boxes alone; greed is what the clock is for.",
    ],
];
