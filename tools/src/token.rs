//! Access tokens: what makes one valid (RFC 9068, RFC 8725), and the ways in which one is not.

use axum::http::{HeaderMap, StatusCode, header};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::clock;
use crate::refusal::Refusal;
use crate::wire::{AUDIENCE, Claims};

/// The `typ` of an access token.
pub const TYPE: &str = "at+jwt";
/// Longer tokens are refused unread, in bytes. Ours have about 500.
const LONGEST: usize = 4096;
/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 5;

/// Why a token does not open the door.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("no access token: send `Authorization: Bearer TOKEN`")]
    Missing,
    #[error("the access token is longer than {LONGEST} bytes")]
    TooLong,
    #[error("the access token is not a JWT such as the issuer writes")]
    Malformed,
    #[error("the access token is not signed with EdDSA")]
    Algorithm,
    #[error("the token is not an access token (its typ is not {TYPE})")]
    Type,
    #[error("the access token names a key that its issuer does not have")]
    UnknownKey,
    #[error("the signature of the access token is wrong")]
    Signature,
    #[error("the access token was issued by somebody else")]
    Issuer,
    #[error("the access token is meant for another audience")]
    Audience,
    #[error("the access token has expired: ask for a new one")]
    Expired,
    #[error("the access token is not valid yet")]
    NotYetValid,
    #[error("the access token lacks the scope {0}")]
    Scope(&'static str),
    #[error("the access token was revoked, or its client removed")]
    Revoked,
    #[error("the issuer of tokens, {issuer}, does not answer: {why}")]
    IssuerSilent { issuer: String, why: String },
}

impl Denied {
    fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::TooLong => "token_too_long",
            Self::Malformed => "token_malformed",
            Self::Algorithm => "token_algorithm",
            Self::Type => "token_type",
            Self::UnknownKey => "token_unknown_key",
            Self::Signature => "token_signature",
            Self::Issuer => "token_issuer",
            Self::Audience => "token_audience",
            Self::Expired => "token_expired",
            Self::NotYetValid => "token_not_yet_valid",
            Self::Scope(_) => "token_scope",
            Self::Revoked => "token_revoked",
            Self::IssuerSilent { .. } => "issuer_silent",
        }
    }
}

impl From<Denied> for Refusal {
    /// Status and challenge by RFC 6750, section 3.
    fn from(denied: Denied) -> Self {
        let (reason, detail) = (denied.reason(), denied.to_string());
        match denied {
            Denied::Missing => Self::new(StatusCode::UNAUTHORIZED, reason, detail).challenge(&challenge()),
            Denied::Scope(scope) => Self::new(StatusCode::FORBIDDEN, reason, detail)
                .with("error", "insufficient_scope".into())
                .with("scope", scope.into())
                .challenge(&format!("{}, error=\"insufficient_scope\", scope=\"{scope}\"", challenge())),
            Denied::IssuerSilent { .. } => Self::new(StatusCode::SERVICE_UNAVAILABLE, reason, detail),
            _ => Self::new(StatusCode::UNAUTHORIZED, reason, detail.as_str())
                .with("error", "invalid_token".into())
                .challenge(&format!("{}, error=\"invalid_token\", error_description=\"{detail}\"", challenge())),
        }
    }
}

/// Whether these scopes, separated by spaces, have that one among them.
pub fn grants(scopes: &str, scope: &str) -> bool {
    scopes.split(' ').any(|granted| granted == scope)
}

/// What `WWW-Authenticate` says where no error of a token is to be told.
pub fn challenge() -> String {
    format!("Bearer realm=\"{AUDIENCE}\"")
}

/// The token in `Authorization: Bearer TOKEN`; the word Bearer in any case.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Denied> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or(Denied::Missing)?;
    if values.next().is_some() {
        return Err(Denied::Malformed);
    }
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(Denied::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Denied::Missing);
    }
    Ok(token.trim())
}

/// The id of the key that is said to have signed `token`. Everything else in the header that offers a key (`jwk`,
/// `jku`, `x5u`, `x5c`) is ignored: keys come from the issuer alone.
pub fn key_id(token: &str) -> Result<String, Denied> {
    if token.len() > LONGEST {
        return Err(Denied::TooLong);
    }
    let header = decode_header(token).map_err(|error| match error.kind() {
        // An algorithm the library has no name for, `none` above all.
        ErrorKind::Json(_) if names_another_algorithm(token) => Denied::Algorithm,
        _ => Denied::Malformed,
    })?;
    if header.alg != Algorithm::EdDSA {
        return Err(Denied::Algorithm);
    }
    let typ = header.typ.unwrap_or_default().to_ascii_lowercase();
    if typ.strip_prefix("application/").unwrap_or(&typ) != TYPE {
        return Err(Denied::Type);
    }
    // RFC 7515, section 4.1.11: an extension that is critical and not understood.
    if header.crit.is_some() {
        return Err(Denied::Malformed);
    }
    header.kid.ok_or(Denied::UnknownKey)
}

/// Whether the header is JSON and has an `alg` that is not ours.
fn names_another_algorithm(token: &str) -> bool {
    use base64::Engine as _;
    let head = token.split('.').next().unwrap_or_default();
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(head)
        .ok()
        .and_then(|head| serde_json::from_slice::<serde_json::Value>(&head).ok())
        .and_then(|head| head.get("alg")?.as_str().map(|alg| alg != "EdDSA"))
        .unwrap_or_default()
}

/// The claims of `token`, if `key` signed it and `issuer` issued it for us and it is its time.
pub fn claims(token: &str, key: &DecodingKey, issuer: &str) -> Result<Claims, Denied> {
    let mut validation = Validation::new(Algorithm::EdDSA);
    // The library looks at a clock that has to be right.
    validation.validate_exp = false;
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    let data = decode::<Signed>(token, key, &validation).map_err(|error| match error.kind() {
        ErrorKind::InvalidSignature => Denied::Signature,
        ErrorKind::InvalidIssuer => Denied::Issuer,
        ErrorKind::InvalidAudience => Denied::Audience,
        _ => Denied::Malformed,
    })?;
    in_time(&data.claims, clock::now())?;
    Ok(data.claims.claims)
}

/// What stands in a token.
#[derive(Deserialize)]
struct Signed {
    #[serde(flatten)]
    claims: Claims,
    /// From when on it is valid, in seconds since 1970.
    nbf: Option<f64>,
}

/// Whether a token may be used at the time `now`.
fn in_time(signed: &Signed, now: i64) -> Result<(), Denied> {
    #[expect(clippy::cast_precision_loss, reason = "so near to our time there is none")]
    if signed.claims.exp.saturating_add(LEEWAY) < now {
        Err(Denied::Expired)
    } else if signed.nbf.is_some_and(|from| from > now.saturating_add(LEEWAY) as f64) {
        Err(Denied::NotYetValid)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_time_or_not_whatever_the_clock_says() {
        let signed = |exp: i64, nbf: Option<f64>| -> Signed {
            let claims = json!({"iss": "i", "sub": "s", "aud": AUDIENCE, "client_id": "c", "scope": "", "jti": "j",
                "iat": 0, "exp": exp, "nbf": nbf});
            serde_json::from_value(claims).unwrap()
        };
        let year_11970 = 315_576_000_000;
        for (exp, now, outcome) in [
            (1000, 1000, Ok(())),
            (1000, 1005, Ok(())),
            (1000, 1006, Err(Denied::Expired)),
            (600, 0, Ok(())),
            (600, 2, Ok(())),
            (600, -3_000_000_000, Ok(())),
            (-10, -12, Ok(())),
            (1000, year_11970, Err(Denied::Expired)),
            (year_11970 + 600, year_11970, Ok(())),
            (i64::MAX, i64::MAX, Ok(())),
            (i64::MIN, i64::MAX, Err(Denied::Expired)),
        ] {
            assert_eq!(in_time(&signed(exp, None), now), outcome, "{exp} at {now}");
        }
        assert_eq!(in_time(&signed(1000, Some(905.5)), 900), Err(Denied::NotYetValid));
        assert_eq!(in_time(&signed(1000, Some(905.0)), 900), Ok(()));
        assert_eq!(in_time(&signed(1000, Some(0.0)), -900), Err(Denied::NotYetValid));
        assert_eq!(in_time(&signed(i64::MAX, Some(1e300)), i64::MAX), Err(Denied::NotYetValid));
    }
}
