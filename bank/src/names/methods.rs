//! The ways to open a vault that a bank can have.

use crate::Noise;
use crate::Noise::{Noisy, Silent, VeryLoud};

/// A way that wakes a sensor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LoudMethod {
    pub(crate) name: &'static str,
    pub(crate) noise: Noise,
    /// The sensor that it wakes.
    pub(crate) sensor: &'static str,
    /// From how many minutes on it works at all, and how many it takes at most.
    pub(crate) minutes: (u32, u32),
}

/// A way that needs what people keep.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QuietMethod {
    pub(crate) name: &'static str,
    /// What it needs; the first is kept by somebody of the highest level.
    pub(crate) needs: &'static [&'static str],
    /// From how many minutes on it works at all, and how many it takes at most.
    pub(crate) minutes: (u32, u32),
}

const fn loud(name: &'static str, noise: Noise, sensor: &'static str, minutes: (u32, u32)) -> LoudMethod {
    LoudMethod { name, noise, sensor, minutes }
}

/// All ways that wake a sensor.
pub(crate) const LOUD: &[LoudMethod] = &[
    loud("thermal", Noisy, "heat sensor", (12, 30)),
    loud("lance", Noisy, "smoke detector", (10, 26)),
    loud("drill", VeryLoud, "vibration sensor", (18, 44)),
    loud("saw", VeryLoud, "acoustic sensor", (16, 40)),
    loud("hydraulic", Noisy, "strain gauge", (10, 28)),
    loud("freeze", Silent, "frost sensor", (14, 34)),
    loud("acid", Silent, "fume detector", (14, 36)),
    loud("grinder", VeryLoud, "spark detector", (14, 36)),
    loud("waterjet", Noisy, "damp sensor", (12, 30)),
    loud("magnet", Silent, "field sensor", (10, 24)),
    loud("plasma", Noisy, "ultraviolet sensor", (10, 24)),
    loud("chisel", VeryLoud, "shock sensor", (20, 46)),
];

const fn quiet(name: &'static str, needs: &'static [&'static str], minutes: (u32, u32)) -> QuietMethod {
    QuietMethod { name, needs, minutes }
}

/// The way that any vault with a time lock has in the end.
pub(crate) const OVERRIDE: QuietMethod = quiet("override", &["manager's code", "override card"], (7, 14));

/// All ways that need what people keep.
pub(crate) const QUIET: &[QuietMethod] = &[
    OVERRIDE,
    quiet("dial", &["combination book", "dial guard key"], (8, 18)),
    quiet("keypad", &["keypad code", "duty card"], (6, 14)),
    quiet("duplicate", &["bow key", "wicket key"], (7, 15)),
    quiet("listening", &["wheel chart"], (12, 24)),
    quiet("clockwork", &["winding key", "release slip"], (9, 18)),
    quiet("voiceprint", &["recorded phrase", "line badge"], (7, 16)),
    quiet("fingerprint", &["print card", "scanner badge"], (6, 14)),
    quiet("inspection", &["inspector's seal", "service plug"], (9, 18)),
];
