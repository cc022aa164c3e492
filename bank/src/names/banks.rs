//! What banks are called: places that do not exist, so that no known bank has their names, and what is made of them.

/// Beginnings and ends of places, by language; any beginning goes with any end. The first language has most.
#[rustfmt::skip]
pub(crate) const HOUSES: &[(&[&str], &[&str])] = &[
    (
        &[
            "Alder", "Amber", "Arken", "Bracken", "Bramble", "Calder", "Carrow", "Cinder", "Copper", "Elder",
            "Ember", "Falcon", "Ferrow", "Fox", "Galder", "Gilder", "Glass", "Grey", "Halver", "Hawkes", "Hollow",
            "Iron", "Ivory", "Jasper", "Kestrel", "Lantern", "Lark", "Linder", "Marrow", "Mist", "Nettle", "Orlan",
            "Pell", "Quarn", "Quill", "Raven", "Red", "Rook", "Salt", "Sandrel", "Selder", "Sorrel", "Starling",
            "Sunder", "Tarn", "Thistle", "Thorn", "Toll", "Umber", "Veld", "Wex", "Wicken", "Willow", "Winder",
            "Wolf", "Wren", "Yarrow",
        ],
        &[
            "moor", "mere", "haven", "dale", "wick", "combe", "marsh", "hollow", "leigh", "march", "stead", "crest",
            "fell", "water", "hithe", "holme",
        ],
    ),
    (
        &[
            "Monte", "Castel", "Villa", "Puerta", "Val", "Bel", "Campo", "Fonte", "Rocca", "Torre",
        ],
        &[
            "rosso", "luna", "sera", "corta", "vento", "largo", "bruno", "chiaro", "verano", "dorado",
        ],
    ),
    (
        &[
            "Krasno", "Lipo", "Brano", "Vyshe", "Petro", "Jasno", "Dolno", "Kamen", "Zlato", "Stari",
        ],
        &[
            "grad", "lesk", "vice", "mir", "polje", "hora", "brod", "var",
        ],
    ),
    (
        &[
            "Linden", "Falken", "Rosen", "Stern", "Oster", "Eiken", "Tulpen", "Grim", "Hassel", "Birken",
        ],
        &[
            "brugg", "thurm", "havn", "mark", "bruch", "rode", "daal", "vik", "holt", "burgh",
        ],
    ),
    (
        &[
            "Karsandar", "Nilambari", "Suryagarh", "Adisokoro", "Obuakrom", "Tanukawa", "Minamori", "Hoshinaka",
            "Wairoto", "Nadirpur", "Kambazi", "Zantehall",
        ],
        &[
            "",
        ],
    ),
];

/// What is made of a place, which stands for `{}`. Each can follow "the".
#[rustfmt::skip]
pub(crate) const PATTERNS: &[&str] = &[
    "{} Bank", "First {} Bank", "Old {} Bank", "Bank of {}", "{} Savings Bank", "{} Trust Bank", "{} Commercial Bank",
    "{} Provincial Bank", "{} Merchants Bank", "{} Mutual Bank", "{} Union Bank", "{} Guild Bank", "{} Deposit Bank",
    "{} Credit House", "{} Banking House", "Savings House of {}",
];
