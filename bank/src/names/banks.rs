//! What banks are called: words that no known bank has, and what is made of them. Each can follow "the".

/// Invented places and houses.
#[rustfmt::skip]
pub(crate) const HOUSES: &[&str] = &[
    "Adisokoro", "Aldermoor", "Ambervale", "Ardelune", "Arkenholt", "Auremont", "Bellhaven", "Belmontane",
    "Brackenmere", "Bralovice", "Brambleford", "Calderwick", "Carrowmoor", "Castelrosso", "Cinderhall", "Clairvenne",
    "Copperdale", "Corvane", "Cresthollow", "Dalmarra", "Dunmarrow", "Eastermere", "Eikendaal", "Elderbrook",
    "Everlane", "Fairhollow", "Falconmere", "Falkenbruch", "Fennimark", "Ferrowick", "Foxglen", "Galloran",
    "Gildersley", "Glasswater", "Goldenmoor", "Greyhaven", "Halvarden", "Hartmoor", "Hawkesmere", "Highmarket",
    "Hollowbrook", "Hoshinaka", "Ironmere", "Ivorydale", "Jasperton", "Karsandar", "Kestrelton", "Kingsfallow",
    "Krasnolesk", "Kyrenholm", "Lanternfield", "Larkhaven", "Lindenbrugg", "Lindermere", "Lipovgrad", "Lorandel",
    "Lowmarsh", "Marrowdale", "Minamori", "Mistralia", "Montalbero", "Montsoleil", "Moorfane", "Nadirpur",
    "Nettlewick", "Nilambari", "Nordhavn", "Northwyck", "Oakhollow", "Obuakrom", "Orlanth", "Ostermark", "Palisandro",
    "Pellworth", "Petrograv", "Pinecrest", "Puertaluna", "Quarrington", "Quillhaven", "Ravensmoor", "Redwyke",
    "Ridgemarch", "Rookhaven", "Rosenthurm", "Saltmere", "Sandrell", "Selwyck", "Silverleigh", "Southmere",
    "Sternholm", "Stonewater", "Sudermark", "Sundermoor", "Suryagarh", "Szentmarta", "Tanukawa", "Tarnbrook",
    "Thistlemoor", "Thornmere", "Tollhaven", "Tulpenrode", "Umberfield", "Valcorta", "Valderrow", "Vantreaux",
    "Verrimont", "Villardoux", "Vlietmond", "Vyshenka", "Wairoto", "Wexmoor", "Whitmarsh", "Wickenhall", "Willowgate",
    "Windermoor", "Wolfsdale", "Wrenfield", "Yarrowdale", "Zantehall", "Zephyrine",
];

/// `{}` stands for one of [`HOUSES`].
#[rustfmt::skip]
pub(crate) const PATTERNS: &[&str] = &[
    "{} Bank", "First {} Bank", "Old {} Bank", "Bank of {}", "{} Savings Bank", "{} Trust Bank", "{} Commercial Bank",
    "{} Provincial Bank", "{} Merchants Bank", "{} Mutual Bank", "{} Union Bank", "{} Guild Bank", "{} Deposit Bank",
    "{} Credit House", "{} Banking House", "Savings House of {}",
];
