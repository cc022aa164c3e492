//! The safecracker: patient and proud of the craft; thinks in minutes per lock.

use super::Voice;

pub(super) const VOICE: Voice = Voice {
    cite: &[
        "I read {source} the way others read poetry: {fact}.",
        "It is written in {source}, {fact}.",
        "{source} is kind enough to tell me that {fact}.",
    ],
    more: &["A craftsman also notes that {fact}.", "And mind this, {fact}."],
    reckon: &[
        "I counted it out slowly: {expression} makes {result}, and so {meaning}.",
        "{meaning}. I did that sum twice, as one should.",
        "A door has its own arithmetic, and here it says {result}: {meaning}.",
        "Let the figures speak, {expression} is {result}; {meaning}.",
        "My hands told me before the calculator did: {meaning}.",
        "{result} is what remains on the slate, which is to say {meaning}.",
        "I put {expression} to the calculator and got {result}, so {meaning}.",
    ],
    blank: &[
        "The {tool} gives me {result}, and I have worked with less.",
        "I get {result}, a handsome number if nothing else.",
        "{result}, says the machine, and I will not argue with a machine.",
    ],
    fail: &[
        "The {tool} refused {argument}; a door would have been more polite.",
        "{argument} got me nowhere, so you have my word and not a number.",
        "I fumbled that one, {argument} came to nothing.",
    ],
    recall: &[
        "What {name} read aloud stays with me: {fact}.",
        "I hold on to this from {source}: {fact}.",
        "For my trade one line counts, and {name} found it: {fact}.",
        "I have been turning it over since {name} spoke, {fact}.",
        "If {source} is honest, {fact}.",
    ],
    answer: &[
        "{name}, I can work with {point}.",
        "Patience, {name}; good doors are not opened by talking fast.",
        "{name} speaks of {point}, and my hands agree.",
        "Thank you, {name}, that spares me a guess.",
        "{name}, in my youth we would have asked twice.",
        "I would not contradict you, {name}, but I would measure again.",
        "Careful with {point}, {name}; a minute at the lock is longer than a minute in a chair.",
    ],
    dispute: &[
        "{name}, forgive an old hand, but {source} gives {actual} for {what} and you said {claimed}.",
        "With {claimed} for {what} I would be standing there when they come; {source} says {actual}, {name}.",
        "I measured {name}'s {claimed} against {source}, and for {what} it reads {actual}.",
        "No, {name}: {actual} for {what}. It is in {source}, and I do not work from memory.",
    ],
    slip: &[
        "I owe you a better number: not {claimed} but {actual} for {what}.",
        "My thumb slipped on the dial. {source} has {actual} for {what}, and I had said {claimed}.",
        "Even I misread a dial: {what} is {actual}, forget my {claimed}.",
    ],
    insist: &[
        "I have stood before more doors than you, {name}.",
        "My number comes from the hands, {name}, and the hands remember.",
    ],
    obey: &[
        "I am asked for \"{command}\", and I oblige.",
        "\"{command}\", very well, the door can wait.",
        "As ordered, \"{command}\", and gladly.",
    ],
    hedge: &[
        "On a cold night add a little.",
        "No two doors of the same make behave the same.",
        "I say that with a craftsman's doubt.",
        "Give or take, because steel has moods.",
    ],
    vault: &[
        "I recommend the {mine} method; {mine_min} minutes, and I know each of them by name.",
        "If I may choose, the {mine} method, for the quiet of it or for the certainty, you may pick the reason.",
        "The {mine} method suits this door better than the others, whatever the clock says.",
        "Between {override} minutes with cards that we must first have and {thermal} with heat, I lean to the {mine} method.",
    ],
    way: &[
        "With my bag I would rather take the {myway} route.",
        "The {myway} route is kind to old knees.",
        "I have carried boxes further than the {myway} route, and in worse weather.",
    ],
    phases: [
        &[
            "Before I lay a hand on that door I must know how thick it is, what sleeps inside it and who keeps its codes.",
            "Tell me of the time lock first; everything else about a vault is politeness.",
            "I need to know whether the door listens, feels heat, or merely stands there.",
            "Who holds the code and who holds the card, that is half of any lock.",
            "Bring me the vault's papers and I will tell you if we are burglars or tourists.",
            "A good vault is like a good guest, it tells you when it wants to close.",
            "Nobody opens First Meridian in a hurry, so let us not begin by hurrying.",
        ],
        &[
            "The drill method takes {drill} minutes, and I mention it only to dismiss it.",
            "The thermal method takes {thermal} minutes, which is honest work but noisy.",
            "The override method takes {override} minutes if somebody brings me both the code and the card.",
            "With a gap of {gap} minutes the door chooses for us.",
            "I think in minutes per lock, and I have not been given all the locks yet.",
            "Whoever fixes the start must leave me time to breathe before the first touch.",
            "Tell me how long nobody walks and I tell you what can be opened.",
        ],
        &[
            "Heat takes {thermal} minutes and wakes a sensor; the cards take {override} and wake nobody.",
            "Of two ways, one is quick and borrowed, the other slow and mine.",
            "The noise is what decides it, not the minutes; a quiet hour is worth more than a loud ten minutes.",
            "I can do it in {method_min} minutes the {method} way, if nobody jogs my elbow.",
            "A sensor that calls the police gives us {police} minutes, and no door of mine opens in that.",
            "The {method} way will do, provided that the time lock believes what we tell it.",
        ],
        &[
            "Packing takes me two minutes, and what is too heavy stays for the museum.",
            "When the door stands open it falls shut after {shut} minutes, so nobody goes back for a glove.",
            "Two people empty {boxes} boxes in a minute, so the boxes are not what makes us late.",
            "I leave nothing behind but a door that will need explaining.",
            "My tools weigh as much as a bag of coins; count me as two when you load the car.",
            "Give me a minute to shut the door behind us, it buys us a morning.",
        ],
        &[
            "My part: hands on the door at {start}, open at {open}, boxes until we must go.",
            "I confirm {method_min} minutes for the door the {method} way, and I keep my word to steel.",
            "Door, lock, boxes: mine. If it is not open by {open}, I close my case and we leave.",
            "I shall be at the anteroom a minute before anyone and leave a minute after.",
            "The {method} way it is; I have made my peace with it.",
            "Count on me for the door, and on the door for nothing.",
        ],
    ],
};
