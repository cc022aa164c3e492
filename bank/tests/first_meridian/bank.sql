-- The security database of the First Meridian Bank, a bank that exists only in this game.
-- Every figure agrees with the bank's documents.

CREATE TABLE guards (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    shift TEXT NOT NULL,
    post TEXT NOT NULL
);
INSERT INTO guards (id, name, shift, post) VALUES
    (1, 'Brandt', 'day', 'lobby'),
    (2, 'Okafor', 'day', 'teller hall'),
    (3, 'Lindgren', 'day', 'loading dock'),
    (4, 'Castell', 'day', 'control desk'),
    (5, 'Moreau', 'evening', 'lobby'),
    (6, 'Tanaka', 'evening', 'lower level'),
    (7, 'Whitlock', 'evening', 'control desk'),
    (8, 'Reyes', 'night', 'rounds'),
    (9, 'Novak', 'night', 'control desk');

CREATE TABLE shifts (
    id INTEGER PRIMARY KEY,
    shift TEXT NOT NULL,
    guards INTEGER NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    gap_minutes INTEGER NOT NULL, -- from the end of this shift to the start of the next
    handover TEXT NOT NULL
);
INSERT INTO shifts (id, shift, guards, starts, ends, gap_minutes, handover) VALUES
    (1, 'day', 4, '05:45', '14:00', 0, 'overlaps with evening'),
    (2, 'evening', 3, '13:50', '22:00', 12, 'guard room, upper floor'),
    (3, 'night', 2, '22:12', '06:00', 0, 'overlaps with day');

CREATE TABLE personnel (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    access_level INTEGER NOT NULL, -- 1 to 5; 5 opens the vault
    keeps TEXT,
    leaves_at TEXT NOT NULL
);
INSERT INTO personnel (id, name, job, access_level, keeps, leaves_at) VALUES
    (1, 'Odile Marchetti', 'branch manager', 5, 'manager''s code', '18:30'),
    (2, 'Henrik Vale', 'head of security', 5, 'override card', '19:00'),
    (3, 'Tomas Birch', 'deputy manager', 4, 'anteroom key', '18:00'),
    (4, 'Priya Sandoval', 'administrator', 4, 'server room key', '17:30'),
    (5, 'Ines Holm', 'vault clerk', 4, 'anteroom key', '17:45'),
    (6, 'Gregor Pell', 'loan officer', 2, NULL, '17:00'),
    (7, 'Salma Idris', 'head teller', 3, 'teller hall key', '17:30'),
    (8, 'Victor Lam', 'teller', 2, NULL, '17:00'),
    (9, 'Nora Quist', 'teller', 2, NULL, '17:00'),
    (10, 'Piet Aldous', 'caretaker', 3, 'dock key', '20:15');

CREATE TABLE cameras (
    id INTEGER PRIMARY KEY,
    floor TEXT NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    blind_spot TEXT
);
INSERT INTO cameras (id, floor, place, state, blind_spot) VALUES
    (1, 'street level', 'front door', 'works', NULL),
    (2, 'street level', 'lobby', 'works', NULL),
    (3, 'street level', 'staff door outside', 'works', NULL),
    (4, 'street level', 'staff door inside', 'works', NULL),
    (5, 'street level', 'teller hall north', 'works', NULL),
    (6, 'street level', 'loading dock gate', 'works', NULL),
    (7, 'street level', 'loading dock', 'works', 'ramp of the loading dock'),
    (8, 'street level', 'teller hall south', 'works', NULL),
    (9, 'street level', 'lobby kitchen', 'works', NULL),
    (10, 'street level', 'east stairwell top', 'works', NULL),
    (11, 'upper floor', 'offices west', 'works', NULL),
    (12, 'upper floor', 'offices east', 'works', NULL),
    (13, 'upper floor', 'guard room', 'works', NULL),
    (14, 'upper floor', 'server room', 'works', NULL),
    (15, 'upper floor', 'upper corridor', 'works', NULL),
    (16, 'upper floor', 'roof hatch', 'works', NULL),
    (17, 'lower level', 'east stairwell', 'works', 'landing of the east stairwell'),
    (18, 'lower level', 'lower corridor', 'works', NULL),
    (19, 'lower level', 'archive', 'out of order', NULL),
    (20, 'lower level', 'boiler room', 'works', NULL),
    (21, 'lower level', 'boiler corridor', 'works', 'bend of the boiler corridor'),
    (22, 'lower level', 'anteroom door', 'works', NULL),
    (23, 'lower level', 'anteroom', 'works', NULL),
    (24, 'lower level', 'service tunnel door', 'works', NULL);

CREATE TABLE alarms (
    id INTEGER PRIMARY KEY,
    sensor TEXT NOT NULL,
    place TEXT NOT NULL,
    calls TEXT NOT NULL,
    response_minutes INTEGER NOT NULL,
    false_alarms INTEGER NOT NULL -- this month
);
INSERT INTO alarms (id, sensor, place, calls, response_minutes, false_alarms) VALUES
    (1, 'vault door contact', 'main vault', 'police', 4, 0),
    (2, 'heat sensor', 'main vault', 'police', 4, 0),
    (3, 'vibration sensor', 'main vault', 'police', 4, 0),
    (4, 'panic button', 'teller hall', 'police', 4, 0),
    (5, 'motion detector', 'teller hall', 'guards', 3, 0),
    (6, 'dock door contact', 'loading dock', 'guards', 3, 0),
    (7, 'glass sensor', 'lobby', 'private patrol', 5, 0),
    (8, 'roof hatch contact', 'roof hatch', 'private patrol', 5, 2);

CREATE TABLE door_log (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL, -- day and time
    door TEXT NOT NULL,
    who TEXT NOT NULL,
    note TEXT NOT NULL
);
INSERT INTO door_log (id, at, door, who, note) VALUES
    (1, 'Mon 17:45', 'anteroom', 'Ines Holm', 'closed'),
    (2, 'Mon 18:00', 'vault', 'time lock', 'shut'),
    (3, 'Mon 18:31', 'staff door', 'Odile Marchetti', 'left'),
    (4, 'Mon 19:02', 'staff door', 'Henrik Vale', 'left'),
    (5, 'Mon 20:16', 'dock door', 'Piet Aldous', 'closed'),
    (6, 'Mon 22:01', 'guard room', 'Whitlock', 'handover'),
    (7, 'Mon 22:12', 'control desk', 'Novak', 'night shift begins'),
    (8, 'Mon 22:38', 'east stairwell', 'Reyes', 'round, lower level'),
    (9, 'Tue 18:00', 'vault', 'time lock', 'shut'),
    (10, 'Tue 20:02', 'staff door', 'cleaners', 'came'),
    (11, 'Tue 21:28', 'staff door', 'cleaners', 'left'),
    (12, 'Tue 21:52', 'dock door', 'nobody', 'found open'),
    (13, 'Tue 23:00', 'lobby', 'Reyes', 'coffee'),
    (14, 'Wed 02:14', 'roof hatch', 'nobody', 'false alarm'),
    (15, 'Thu 21:00', 'server room', 'Priya Sandoval', 'left late'),
    (16, 'Thu 21:47', 'dock door', 'nobody', 'found open'),
    (17, 'Fri 03:30', 'roof hatch', 'nobody', 'false alarm'),
    (18, 'Fri 06:00', 'vault', 'time lock', 'released');

CREATE TABLE escape_routes (
    id INTEGER PRIMARY KEY,
    route TEXT NOT NULL,
    exit TEXT NOT NULL,
    along TEXT NOT NULL,
    leads_to TEXT NOT NULL,
    travel TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    kilometres REAL NOT NULL,
    risk TEXT NOT NULL
);
INSERT INTO escape_routes (id, route, exit, along, leads_to, travel, minutes, kilometres, risk) VALUES
    (1, 'dock', 'loading dock', 'Alder Lane', 'river garage', 'car', 9, 4.2, 'one traffic light, 1 minute'),
    (2, 'staff', 'staff door', 'Mint Street', 'north yard', 'car', 6, 2.1, 'passes the police station'),
    (3, 'front', 'front door', 'Market Square', 'ring road', 'car', 8, 3.0, 'seen by five cameras'),
    (4, 'roof', 'roof hatch', 'Quill Row', 'car park', 'foot', 11, 0.6, 'roof hatch alarm'),
    (5, 'tunnel', 'service tunnel', 'the service tunnel', 'Canal Quay', 'foot', 14, 1.3, 'one person at a time');

CREATE TABLE vault_contents (
    id INTEGER PRIMARY KEY,
    content TEXT NOT NULL,
    minutes INTEGER NOT NULL, -- to load all of it
    worth INTEGER NOT NULL -- in thousands
);
INSERT INTO vault_contents (id, content, minutes, worth) VALUES
    (1, 'deposit boxes', 20, 900),
    (2, 'cash cages', 4, 420),
    (3, 'bearer bonds', 1, 260);
