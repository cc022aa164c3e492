//! What requests to a model cost, in tokens.

use serde::{Deserialize, Serialize};

/// Tokens spent; 0 where nobody counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Prompt tokens sent.
    pub prompt: u32,
    /// Prompt tokens that the server really read, the rest having come from its cache.
    pub evaluated: u32,
    /// Tokens generated.
    pub generated: u32,
    /// Prompt tokens that the server had to read: what the model had not been told before. Calculated from characters.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub new: u32,
}

impl Tokens {
    /// Whether nobody counted.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
pub(super) const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl std::ops::AddAssign for Tokens {
    fn add_assign(&mut self, more: Self) {
        self.prompt += more.prompt;
        self.evaluated += more.evaluated;
        self.generated += more.generated;
        self.new += more.new;
    }
}
