//! Streets, and where roads lead.

/// Streets and squares.
#[rustfmt::skip]
pub(crate) const STREETS: &[&str] = &[
    "Acacia Drive", "Acorn Lane", "Almond Row", "Amselweg", "Anchor Street", "Anvil Lane", "Apple Hill",
    "Arrow Street", "Avenida Palmera", "Badger Lane", "Bakkerstraat", "Baobab Road", "Barley Street", "Basket Row",
    "Beech Walk", "Bellfounder Street", "Blacksmith Row", "Bobbin Lane", "Bramble Street", "Bridle Lane",
    "Butcher Row", "Button Street", "Calle Almendra", "Calle Tejedores", "Candle Lane", "Cedar Avenue",
    "Chandler Street", "Cherry Hill", "Chestnut Avenue", "Cider Lane", "Cinnamon Street", "Clover Lane",
    "Cobbler Row", "Compass Street", "Coral Street", "Corso Lucerna", "Cowslip Lane", "Cypress Avenue", "Dairy Lane",
    "Dove Street", "Drover Lane", "Dyer Street", "Elderberry Lane", "Eschenplatz", "Falcon Street", "Feather Lane",
    "Fern Street", "Fiddler Row", "Fig Lane", "Flint Street", "Foundry Lane", "Fountain Square", "Foxglove Lane",
    "Fyrvagen", "Ginger Street", "Glazier Row", "Goldfinch Lane", "Granary Street", "Harness Lane", "Harp Street",
    "Hatter Row", "Havnegata", "Hawthorn Avenue", "Heron Lane", "Honey Lane", "Horseshoe Square", "Hotaru Dori",
    "Incir Caddesi", "Jacaranda Drive", "Jalan Kenanga", "Jalan Melati", "Jasmine Street", "Juniper Road",
    "Kaede Dori", "Kastanjelaan", "Kestrel Lane", "Kiln Street", "Kupferstrasse", "Lantern Street", "Larch Avenue",
    "Laurel Street", "Lavender Lane", "Lemon Street", "Lerchengasse", "Lilac Avenue", "Linden Avenue", "Magpie Lane",
    "Mallow Street", "Maple Avenue", "Mbuyu Road", "Meadow Road", "Molenkade", "Mulberry Street", "Mustard Lane",
    "Myrtle Street", "Namesti Jablonova", "Needle Lane", "Neem Marg", "Nutmeg Street", "Oatfield Road", "Odos Elaias",
    "Orchard Road", "Osprey Street", "Otter Lane", "Parsley Row", "Paseo Naranjo", "Pepper Street", "Piazza Mandorlo",
    "Pigeon Lane", "Place Tilleul", "Plaza Jilguero", "Plover Street", "Plum Street", "Poplar Avenue",
    "Primrose Lane", "Quai Hirondelle", "Quarry Road", "Quince Street", "Raven Street", "Reed Lane", "Rope Walk",
    "Rowan Avenue", "Rua Figueira", "Rua Sapateiros", "Rue Chardonneret", "Rue Tonnelier", "Saddler Street",
    "Saffron Lane", "Sail Street", "Salmon Row", "Sandpiper Lane", "Scythe Street", "Silk Street", "Sloe Lane",
    "Smedjegade", "Sparrow Street", "Spindle Lane", "Spruce Avenue", "Starling Street", "Swallow Street",
    "Swan Square", "Tamarind Marg", "Tanner Row", "Thimble Lane", "Thistle Street", "Tinker Lane", "Travessa Moinho",
    "Turnip Lane", "Turnstone Street", "Ulica Garncarska", "Ulica Lipowa", "Via Serpentina", "Via Tintori",
    "Vicolo Stretto", "Vine Street", "Vintergatan", "Wagon Street", "Walnut Avenue", "Weaver Street", "Webergasse",
    "Wheelwright Lane", "Willow Road", "Windmill Road", "Woodcock Lane", "Wool Street", "Yew Lane", "Zeytin Sokak",
];

/// Where roads lead on land. Each can follow "the".
#[rustfmt::skip]
pub(crate) const LAND: &[&str] = &[
    "airstrip", "bathhouse", "bell foundry", "biscuit factory", "bottling plant", "bus depot", "cannery",
    "caravan park", "cattle market", "cement works", "cheese dairy", "cider press", "circus field", "clock factory",
    "container terminal", "cotton warehouse", "cycle track", "disused quarry", "dog track", "fairground",
    "film studio", "flour mill", "flower market", "football ground", "foundry yard", "glassworks", "goods yard",
    "grain silo", "gravel pit", "greenhouse", "hill chapel", "hop field", "ice rink", "lorry park", "motorway bridge",
    "mushroom farm", "north yard", "oil depot", "old brewery", "old brickworks", "old dairy", "old pottery",
    "open-air cinema", "opera workshop", "orchard barn", "paper mill", "peat works", "piano factory", "pine wood",
    "racecourse", "railway arch", "riding school", "ring road", "river garage", "ropeworks", "saddlery", "salt works",
    "scrapyard", "sheep pen", "ski hut", "slate works", "south marsh", "stone bridge", "sugar mill", "tannery",
    "taxi rank", "tea warehouse", "tennis club", "tile works", "timber yard", "tobacco barn", "toll bridge",
    "tram depot", "tyre yard", "umbrella factory", "vineyard", "water tower", "wine cellar", "wool warehouse",
    "zoo gate",
];

/// Where they lead on the water.
#[rustfmt::skip]
pub(crate) const WATER: &[&str] = &[
    "barge basin", "boat shed", "coal wharf", "east marina", "eel weir", "ferry landing", "fishing harbour",
    "island jetty", "lighthouse", "lock cottage", "mussel raft", "oyster bed", "reed island", "rowing club",
    "sailing school", "shipyard",
];

/// What a boat goes along.
#[rustfmt::skip]
pub(crate) const WATERWAYS: &[&str] = &[
    "Barge Cut", "Bittern Brook", "Bulrush Channel", "Cormorant Channel", "Dragonfly Cut", "Eel Brook",
    "Grebe Channel", "Kingfisher Cut", "Mill Cut", "Minnow Stream", "Moorhen Cut", "Perch Stream", "Pike Brook",
    "Tench Stream", "Trout Stream", "Willet Channel",
];
