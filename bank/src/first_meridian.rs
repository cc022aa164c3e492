//! The First Meridian Bank, which the README speaks of: a bank like any other, but written by hand.

use crate::{
    Alarm, Alarms, Bank, Camera, Cameras, Cleaners, Clock, Guard, Guards, LineTest, LogEntry, Loot, Method, Noise,
    Part, Passage, Person, Place, Responder, Rings, Risk, Road, Rounds, Shift, Travel, Trivia, Vault,
};

const UPPER: usize = 0;
const STREET: usize = 1;
const LOWER: usize = 2;

const PLACES: [(&str, &str, usize, Part); 18] = [
    ("roof hatch", "roof hatch", UPPER, Part::Exit),
    ("offices", "offices", UPPER, Part::Room),
    ("guard room", "guard room", UPPER, Part::GuardRoom),
    ("control desk", "control desk", UPPER, Part::Desk),
    ("server room", "server room", UPPER, Part::Server),
    ("lobby", "lobby", STREET, Part::Hall),
    ("front door", "front door", STREET, Part::Exit),
    ("teller hall", "teller hall", STREET, Part::Hall),
    ("loading dock", "loading dock", STREET, Part::Exit),
    ("staff door", "staff door", STREET, Part::Exit),
    ("east stairwell", "stairwell", STREET, Part::Stair),
    ("archive", "archive", LOWER, Part::Room),
    ("lower corridor", "lower corridor", LOWER, Part::Room),
    ("anteroom", "anteroom", LOWER, Part::Anteroom),
    ("main vault", "vault", LOWER, Part::Vault),
    ("boiler room", "boiler room", LOWER, Part::Room),
    ("boiler corridor", "boiler corridor", LOWER, Part::Room),
    ("service tunnel", "service tunnel", LOWER, Part::Exit),
];

/// Doors that are not called as the place is.
const DOORS: [(&str, &str); 2] = [("loading dock", "dock door"), ("main vault", "vault")];

const ROOF_HATCH: usize = 0;
const OFFICES: usize = 1;
const GUARD_ROOM: usize = 2;
const DESK: usize = 3;
const SERVER_ROOM: usize = 4;
const LOBBY: usize = 5;
const FRONT_DOOR: usize = 6;
const TELLER_HALL: usize = 7;
const DOCK: usize = 8;
const STAFF_DOOR: usize = 9;
const STAIRWELL: usize = 10;
const ARCHIVE: usize = 11;
const LOWER_CORRIDOR: usize = 12;
const ANTEROOM: usize = 13;
const VAULT: usize = 14;
const BOILER_ROOM: usize = 15;
const BOILER_CORRIDOR: usize = 16;
const TUNNEL: usize = 17;

/// Places and metres between them; the walks from the vault that the documents tell follow from these.
const PASSAGES: [(usize, usize, u32); 17] = [
    (VAULT, ANTEROOM, 10),
    (ANTEROOM, LOWER_CORRIDOR, 10),
    (LOWER_CORRIDOR, ARCHIVE, 8),
    (LOWER_CORRIDOR, BOILER_ROOM, 10),
    (LOWER_CORRIDOR, BOILER_CORRIDOR, 10),
    (BOILER_CORRIDOR, TUNNEL, 15),
    (LOWER_CORRIDOR, STAIRWELL, 15),
    (STAIRWELL, TELLER_HALL, 20),
    (TELLER_HALL, DOCK, 15),
    (TELLER_HALL, LOBBY, 20),
    (LOBBY, FRONT_DOOR, 25),
    (LOBBY, STAFF_DOOR, 35),
    (LOBBY, OFFICES, 30),
    (OFFICES, GUARD_ROOM, 15),
    (GUARD_ROOM, DESK, 3),
    (GUARD_ROOM, SERVER_ROOM, 20),
    (SERVER_ROOM, ROOF_HATCH, 20),
];

/// What each camera looks at, and what of it.
const CAMERAS: [(usize, &str); 24] = [
    (FRONT_DOOR, "front door"),
    (LOBBY, "lobby"),
    (STAFF_DOOR, "staff door outside"),
    (STAFF_DOOR, "staff door inside"),
    (TELLER_HALL, "teller hall north"),
    (DOCK, "loading dock gate"),
    (DOCK, "loading dock"),
    (TELLER_HALL, "teller hall south"),
    (LOBBY, "lobby kitchen"),
    (STAIRWELL, "east stairwell top"),
    (OFFICES, "offices west"),
    (OFFICES, "offices east"),
    (GUARD_ROOM, "guard room"),
    (SERVER_ROOM, "server room"),
    (OFFICES, "upper corridor"),
    (ROOF_HATCH, "roof hatch"),
    (LOWER_CORRIDOR, "east stairwell"),
    (LOWER_CORRIDOR, "lower corridor"),
    (ARCHIVE, "archive"),
    (BOILER_ROOM, "boiler room"),
    (BOILER_CORRIDOR, "boiler corridor"),
    (ANTEROOM, "anteroom door"),
    (ANTEROOM, "anteroom"),
    (TUNNEL, "service tunnel door"),
];
const BLIND_SPOTS: [(usize, &str); 3] =
    [(7, "ramp of the loading dock"), (17, "landing of the east stairwell"), (21, "bend of the boiler corridor")];
const BROKEN_CAMERA: usize = 19;

const GUARDS: [(&str, usize, &str); 9] = [
    ("Brandt", 0, "lobby"),
    ("Okafor", 0, "teller hall"),
    ("Lindgren", 0, "loading dock"),
    ("Castell", 0, "control desk"),
    ("Moreau", 1, "lobby"),
    ("Tanaka", 1, "lower level"),
    ("Whitlock", 1, "control desk"),
    ("Reyes", 2, "rounds"),
    ("Novak", 2, "control desk"),
];

const SHIFTS: [(&str, Clock, Clock); 3] = [
    ("day", Clock::at(5, 45), Clock::at(14, 0)),
    ("evening", Clock::at(13, 50), Clock::at(22, 0)),
    ("night", Clock::at(22, 12), Clock::at(6, 0)),
];

const ALARMS: [(&str, usize, Rings, Responder, u32); 8] = [
    ("vault door contact", VAULT, Rings::Woken, Responder::Police, 0),
    ("heat sensor", VAULT, Rings::Woken, Responder::Police, 0),
    ("vibration sensor", VAULT, Rings::Woken, Responder::Police, 0),
    ("panic button", TELLER_HALL, Rings::Otherwise, Responder::Police, 0),
    ("motion detector", TELLER_HALL, Rings::Crossed, Responder::Guards, 0),
    ("dock door contact", DOCK, Rings::Opened, Responder::Guards, 0),
    ("glass sensor", LOBBY, Rings::Otherwise, Responder::Patrol, 0),
    ("roof hatch contact", ROOF_HATCH, Rings::Opened, Responder::Patrol, 2),
];
const HEAT_SENSOR: usize = 1;
const VIBRATION_SENSOR: usize = 2;

const PEOPLE: [(&str, &str, u32, Option<&str>, Clock); 10] = [
    ("Odile Marchetti", "branch manager", 5, Some("manager's code"), Clock::at(18, 30)),
    ("Henrik Vale", "head of security", 5, Some("override card"), Clock::at(19, 0)),
    ("Tomas Birch", "deputy manager", 4, Some("anteroom key"), Clock::at(18, 0)),
    ("Priya Sandoval", "administrator", 4, Some("server room key"), Clock::at(17, 30)),
    ("Ines Holm", "vault clerk", 4, Some("anteroom key"), Clock::at(17, 45)),
    ("Gregor Pell", "loan officer", 2, None, Clock::at(17, 0)),
    ("Salma Idris", "head teller", 3, Some("teller hall key"), Clock::at(17, 30)),
    ("Victor Lam", "teller", 2, None, Clock::at(17, 0)),
    ("Nora Quist", "teller", 2, None, Clock::at(17, 0)),
    ("Piet Aldous", "caretaker", 3, Some("dock key"), Clock::at(20, 15)),
];
const MANAGER: usize = 0;
const HEAD_OF_SECURITY: usize = 1;
const ADMINISTRATOR: &str = "Priya Sandoval";

const LOG: [(&str, Clock, &str, &str, &str); 18] = [
    ("Mon", Clock::at(17, 45), "anteroom", "Ines Holm", "closed"),
    ("Mon", Clock::at(18, 0), "vault", "time lock", "shut"),
    ("Mon", Clock::at(18, 31), "staff door", "Odile Marchetti", "left"),
    ("Mon", Clock::at(19, 2), "staff door", "Henrik Vale", "left"),
    ("Mon", Clock::at(20, 16), "dock door", "Piet Aldous", "closed"),
    ("Mon", Clock::at(22, 1), "guard room", "Whitlock", "handover"),
    ("Mon", Clock::at(22, 12), "control desk", "Novak", "night shift begins"),
    ("Mon", Clock::at(22, 38), "east stairwell", "Reyes", "round, lower level"),
    ("Tue", Clock::at(18, 0), "vault", "time lock", "shut"),
    ("Tue", Clock::at(20, 2), "staff door", "cleaners", "came"),
    ("Tue", Clock::at(21, 28), "staff door", "cleaners", "left"),
    ("Tue", Clock::at(21, 52), "dock door", "nobody", "found open"),
    ("Tue", Clock::at(23, 0), "lobby", "Reyes", "coffee"),
    ("Wed", Clock::at(2, 14), "roof hatch", "nobody", "false alarm"),
    ("Thu", Clock::at(21, 0), "server room", "Priya Sandoval", "left late"),
    ("Thu", Clock::at(21, 47), "dock door", "nobody", "found open"),
    ("Fri", Clock::at(3, 30), "roof hatch", "nobody", "false alarm"),
    ("Fri", Clock::at(6, 0), "vault", "time lock", "released"),
];

impl Bank {
    /// The First Meridian Bank.
    #[must_use]
    pub fn first_meridian() -> Self {
        let place = |(name, label, floor, part): (&str, &str, usize, Part)| Place {
            name: name.into(),
            label: label.into(),
            door: DOORS.iter().find(|(of, _)| *of == name).map_or(name, |(_, door)| door).into(),
            floor,
            part,
        };
        Self {
            seed: None,
            name: "First Meridian Bank".into(),
            floors: ["upper floor", "street level", "lower level"].map(Into::into).to_vec(),
            places: PLACES.map(place).to_vec(),
            passages: PASSAGES.map(|(from, to, metres)| Passage { from, to, metres }).to_vec(),
            cameras: cameras(),
            guards: guards(),
            alarms: alarms(),
            people: people(),
            cleaners: Cleaners { days: "Tuesdays and Fridays".into(), from: Clock::at(20, 0), to: Clock::at(21, 30) },
            vault: vault(),
            roads: roads(),
            log: LOG
                .map(|(day, at, door, who, note)| LogEntry {
                    day: day.into(),
                    at,
                    door: door.into(),
                    who: who.into(),
                    note: note.into(),
                })
                .to_vec(),
            trivia: Trivia {
                broken: "coffee machine".into(),
                party: ("staff party".into(), "Friday".into()),
                network: "printers".into(),
                log_seconds: 2,
                found_open: (DOCK, 2),
                empty: ("car park".into(), Clock::at(20, 30)),
            },
        }
    }
}

fn cameras() -> Cameras {
    let camera = |((at, view), number): ((usize, &str), usize)| Camera {
        at,
        view: view.into(),
        works: number != BROKEN_CAMERA,
        blind_spot: BLIND_SPOTS.iter().find(|(of, _)| *of == number).map(|(_, spot)| (*spot).into()),
    };
    Cameras {
        all: CAMERAS.into_iter().zip(1..).map(camera).collect(),
        restart: Clock::at(22, 5),
        blind: 6,
        looped: 10,
        pictures: 4,
        kept_days: 30,
        battery: 45,
    }
}

fn guards() -> Guards {
    Guards {
        all: GUARDS.map(|(name, shift, post)| Guard { name: name.into(), shift, post: post.into() }).to_vec(),
        shifts: SHIFTS.map(|(name, starts, ends)| Shift { name: name.into(), starts, ends }),
        rounds: Rounds { first: Clock::at(22, 30), every: 40, takes: 15, from: LOBBY, reaches: 8 },
        left_alone: LOWER,
        coffee: (Clock::at(23, 0), LOBBY),
    }
}

fn alarms() -> Alarms {
    let alarm = |(sensor, at, rings, calls, false_alarms): (&str, usize, Rings, Responder, u32)| Alarm {
        sensor: sensor.into(),
        at,
        rings,
        calls,
        false_alarms,
    };
    Alarms {
        all: ALARMS.map(alarm).to_vec(),
        guards: 3,
        police: 4,
        station: "Mint Street".into(),
        patrol: 5,
        test: LineTest { starts: Clock::at(22, 0), minutes: 20 },
        radio: 3,
        locks: (STAFF_DOOR, 2),
    }
}

fn people() -> Vec<Person> {
    let person = |(name, job, level, keeps, leaves): (&str, &str, u32, Option<&str>, Clock)| Person {
        name: name.into(),
        job: job.into(),
        level,
        keeps: keeps.map(Into::into),
        leaves,
        late: (name == ADMINISTRATOR).then(|| ("Thursdays".into(), Clock::at(21, 0))),
    };
    PEOPLE.map(person).to_vec()
}

fn vault() -> Vault {
    let method = |name: &str, minutes, noise, wakes, needs: &[usize]| Method {
        name: name.into(),
        minutes,
        noise,
        wakes,
        needs: needs.to_vec(),
    };
    let loot = |name: &str, minutes, worth| Loot { name: name.into(), minutes, worth };
    Vault {
        at: VAULT,
        door: 60,
        shut: (Clock::at(18, 0), Clock::at(6, 0)),
        methods: vec![
            method("thermal", 22, Noise::Noisy, Some(HEAT_SENSOR), &[]),
            method("drill", 40, Noise::VeryLoud, Some(VIBRATION_SENSOR), &[]),
            method("override", 9, Noise::Silent, None, &[MANAGER, HEAD_OF_SECURITY]),
        ],
        boxes: 120,
        boxes_a_minute: 6,
        bag: 20,
        falls_shut: 15,
        loot: vec![loot("deposit boxes", 20, 900), loot("cash cages", 4, 420), loot("bearer bonds", 1, 260)],
    }
}

fn roads() -> Vec<Road> {
    let road = |name: &str, exit, (by, along): (&str, &str), leads_to: &str, travel, minutes, hectometres, risk| Road {
        name: name.into(),
        exit,
        by: by.into(),
        along: along.into(),
        leads_to: leads_to.into(),
        travel,
        minutes,
        hectometres,
        risk,
    };
    let light = Risk::Wait { what: "traffic light".into(), minutes: 1 };
    vec![
        road("dock", DOCK, ("along", "Alder Lane"), "river garage", Travel::Car, 9, 42, light),
        road("staff", STAFF_DOOR, ("along", "Mint Street"), "north yard", Travel::Car, 6, 21, Risk::Police),
        road(
            "front",
            FRONT_DOOR,
            ("across", "Market Square"),
            "ring road",
            Travel::Car,
            8,
            30,
            Risk::Seen { cameras: 5 },
        ),
        road("roof", ROOF_HATCH, ("over", "Quill Row"), "car park", Travel::Foot, 11, 6, Risk::Alarm),
        road("tunnel", TUNNEL, ("through", "the service tunnel"), "Canal Quay", Travel::Foot, 14, 13, Risk::Narrow),
    ]
}
