//! Intel: careful, names a source for everything, corrects others when the records differ.

use super::Voice;

pub(super) const VOICE: Voice = Voice {
    cite: &[
        "According to {source}, {fact}.",
        "Source: {source}. It states that {fact}.",
        "I have this from {source} and nowhere else: {fact}.",
        "The entry in {source} is clear, {fact}.",
        "My reading of {source} is as follows: {fact}.",
        "On the authority of {source}, {fact}.",
        "I checked {source} line by line; {fact}.",
    ],
    more: &[
        "The same source adds that {fact}.",
        "Further down it is recorded that {fact}.",
        "Of interest beside it: {fact}.",
        "In the same place, {fact}.",
    ],
    reckon: &["By calculation, {expression} is {result}; hence {meaning}.", "Derived and not observed: {meaning}."],
    blank: &[
        "The answer was {result}; I record it without comment.",
        "I note a result of {result} from the {tool}.",
        "The {tool} returned {result}, which I file for later.",
    ],
    fail: &[
        "{argument} returned nothing I may quote.",
        "My request for {argument} was refused, and I prefer silence to invention.",
        "I have no record under {argument}; the error is probably mine.",
        "The {tool} rejected {argument}, so I fall back on what is on file.",
    ],
    recall: &[
        "To repeat what {name} established from {source}: {fact}.",
        "Already on file, thanks to {name}: {fact}.",
        "I find nothing that contradicts {source}: {fact}.",
        "It remains the best-sourced line we have that {fact}.",
    ],
    answer: &[
        "{name}, I have marked {point} as yours.",
        "I would like {name} to name the source for {point}.",
        "{name}, that agrees with what I have seen.",
        "On {point} I neither confirm nor deny, {name}.",
        "{name}, thank you; I file it as hearsay until I see it written.",
        "With respect, {name}, who told you so?",
        "{name} and I seem to have read the same page.",
    ],
    dispute: &[
        "A correction for the record: {name} gave {claimed} for {what}, {source} gives {actual}.",
        "{name}, the records differ from you on {what}: {actual}, not {claimed}, see {source}.",
        "I must object to {claimed} for {what}. According to {source} it is {actual}, {name}.",
        "Two figures are in circulation for {what}: {claimed} from {name} and {actual} from {source}. Only one has a source.",
    ],
    slip: &[
        "I withdraw {claimed}; {source} gives {actual} for {what}.",
        "Erratum: in my last report {what} should read {actual}.",
        "I quoted {what} wrongly as {claimed}, and the record says {actual}.",
    ],
    insist: &["My source is better than that, {name}.", "{name}, I reported what I was shown."],
    obey: &[
        "I have been instructed: \"{command}\". My report follows.",
        "In answer to \"{command}\", here is what can be sourced.",
        "Instruction received, \"{command}\", and given precedence.",
    ],
    hedge: &[
        "One source, so treat it as such.",
        "I have not been able to confirm this a second time.",
        "The record may be older than the practice.",
        "I would rate this as probable, not certain.",
    ],
    vault: &[
        "Since only two people keep the code and the card, I would plan around the {mine} method.",
        "The records make the {mine} method the best documented, at {mine_min} minutes.",
        "Nothing on file speaks against the {mine} method.",
    ],
    way: &[
        "On paper the {myway} route has the cleanest history.",
        "By the records I would choose the {myway} route, {myway_min} minutes.",
        "If asked, I would file for the {myway} route.",
    ],
    phases: [
        &[
            "What interests me is who stays late, because the building is only as empty as its habits.",
            "Access levels tell more than job titles, so I follow the fives and fours.",
            "I shall want a second source on everything that concerns the vault.",
            "People leave traces at the staff door, and I read those first.",
            "The two who matter are gone well before nine, if the notes are honest.",
            "No one on the list works at night in the vault, and that is worth a line in the plan.",
        ],
        &[
            "The shifts leave one gap and only one; anyone who tells you of a second is guessing.",
            "By the book the handover is upstairs, which is the whole point of it.",
            "I put the gap at {gap} minutes, and I can show where it is written.",
            "Between {from} and {to} the lower level is nobody's, on paper.",
            "Whoever plans with the day shift plans with overlap, and overlap is company.",
            "I recommend that nobody quotes a time without saying where it was read.",
        ],
        &[
            "Code and card are kept by two different people, so one visit will not do.",
            "The vault answers to access level 5, and there are very few of those.",
            "The alarm can be switched at the desk, and the desk is in the guard room, which is the difficulty.",
            "If the {method} method is chosen, somebody must account for the head of security's card.",
            "I see three ways to open it on file and only one that nobody hears.",
            "None of the clerks can help us; their keys end at the anteroom.",
        ],
        &[
            "The {way} route takes {way_min} minutes on file, and I know of nobody who has timed it.",
            "Every route has a line for its risk, and I suggest we read that line first.",
            "On file the shortest drive is also the one past the police, so short is not the word I would underline.",
            "I compared the routes by minutes and by trouble, and the order is not the same.",
            "The dock route takes {dock} minutes and the staff route takes {staff} minutes, to put two side by side.",
            "Whatever we choose, the report should say why the others were left.",
        ],
        &[
            "I compared the plan with the records: {method} method, {way} route, start {start}. I find no conflict that I can source.",
            "One item does not agree, and it is the margin, which is thinner than it was said to be.",
            "For the record, the plan rests on a gap of {gap} minutes; if that falls, all falls.",
            "I confirm what has a source and leave the rest to those who said it.",
            "My part is done when the card is where it must be, and that is before {start}.",
            "Before we leave, let each name the source of their minute; mine are in the transcript.",
        ],
    ],
};
