//! What clerks write under a document that tells nothing: of no use to a crew, and good for knowing what sort of house it is.

use crate::Subject;

/// The remarks that fit under the document of a subject, without their stops.
pub(crate) const fn remarks(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Layout => &[
            "visitors are to be shown out the way they came",
            "the plan in the hall is older than the house and should not be trusted",
            "rooms that are not named here are not to be used for anything",
            "please stop calling the stairs by the names of former directors",
            "whoever moves a cupboard in front of a door moves it back",
            "the architect regrets the draught",
        ],
        Subject::Cameras => &[
            "waving at the cameras is not as funny as it seems",
            "the lenses are wiped with the soft cloth and with nothing else",
            "a picture of the ceiling is not a picture",
            "spiders are to be removed alive where this is possible",
            "requests for prints of the summer outing go to the secretary",
            "nobody looks their best on these",
        ],
        Subject::Network => &[
            "do not unplug what you did not plug in",
            "the labels on the cables mean what they say, with a few exceptions",
            "the manual is in the drawer under the other manual",
            "please write passwords down nowhere, and certainly not here",
            "if something hums, that is as it should be",
            "who needs a socket asks first",
        ],
        Subject::Guards => &[
            "uniforms are pressed at the bank's expense and lost at the wearer's",
            "swaps are to be agreed on paper and not in the corridor",
            "torches go back on their hooks",
            "whoever finds the good chair taken finds another chair",
            "the radio is for messages and not for football",
            "boots are cleaned before duty and not during it",
        ],
        Subject::Alarms => &[
            "please do not lean on anything red",
            "whoever sets one off by mistake says so at once and brings cake",
            "the sirens are tried on the quiet and heard by everybody",
            "balloons are not allowed in the halls",
            "the neighbours have asked us to be more careful",
            "sensors are dusted by those who know how",
        ],
        Subject::Vault => &[
            "hats are taken off inside, for the sake of the sprinklers",
            "the wheel turns to the left, whatever the engraving says",
            "nobody eats in there",
            "the makers have sent their best wishes and their bill",
            "please leave the step stool where it is",
            "customers are accompanied in and counted out",
        ],
        Subject::Staff => &[
            "whoever has borrowed the large umbrella is asked to think of others",
            "birthdays are on the list beside the door",
            "lost gloves are in the third drawer",
            "please water the fig tree and not the cactus",
            "the suggestion box has been emptied and will be read",
            "cups are washed by those who drink",
        ],
        Subject::Routes => &[
            "this sheet is for the fire brigade and for nobody else",
            "bicycles are to be parked where they do not fall over",
            "the map on the back is not to scale",
            "in snow all of this takes longer",
            "please do not feed the pigeons on any of them",
            "deliveries should not be told about the short cuts",
        ],
    }
}
