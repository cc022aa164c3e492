//! The signing key and the bootstrap token: made at the first start, kept in files that only their owner may read.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::chance::random_word;
use crate::refusal::Refusal;
use crate::server::StartError;
use crate::token::TYPE;
use crate::wire::{BOOTSTRAP_FILE, Claims};

/// The private key as PKCS#8 DER.
const KEY_FILE: &str = "signing-key.der";

/// What the oauth service alone knows.
pub struct Secrets {
    signing: EncodingKey,
    verifying: DecodingKey,
    /// The public key, base64url.
    x: String,
    /// The RFC 7638 thumbprint of the public key.
    kid: String,
    bootstrap: SecretString,
}

impl Secrets {
    /// Reads both from `data`, or makes what is missing.
    pub fn load(data: &Path) -> Result<Self, StartError> {
        let path = data.join(KEY_FILE);
        let der = load_or_make(&path, || {
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map(|pkcs8| pkcs8.as_ref().to_vec()).ok()
        })?;
        let pair = Ed25519KeyPair::from_pkcs8(&der).map_err(|error| {
            unusable(&path, &format!("not an Ed25519 key in PKCS#8 ({error}); remove the file to have a new key made"))
        })?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let path = data.join(BOOTSTRAP_FILE);
        let bootstrap = load_or_make(&path, || random_word().map(String::into_bytes))?;
        let bootstrap = String::from_utf8(bootstrap).unwrap_or_default().trim().to_owned();
        if bootstrap.len() < 43 {
            return Err(unusable(&path, "too short to be a secret; remove the file to have a new one made"));
        }
        Ok(Self {
            signing: EncodingKey::from_ed_der(&der),
            verifying: DecodingKey::from_ed_components(&x).map_err(|error| unusable(&path, &error.to_string()))?,
            kid: thumbprint(&x),
            x,
            bootstrap: bootstrap.into(),
        })
    }

    /// The public key as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub fn key_set(&self) -> Value {
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid, "use": "sig", "alg": "EdDSA"}]})
    }

    pub fn sign(&self, claims: &Claims) -> Result<SecretString, Refusal> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.kid.clone());
        encode(&header, claims, &self.signing).map(Into::into).map_err(|error| Refusal::internal(&error))
    }

    /// Names the key in tokens and in the key set.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub fn verifying(&self) -> &DecodingKey {
        &self.verifying
    }

    pub fn is_bootstrap(&self, token: &str) -> bool {
        self.bootstrap.expose_secret().as_bytes().ct_eq(token.as_bytes()).into()
    }
}

/// The thumbprint of an Ed25519 key (RFC 7638, section 3; RFC 8037, appendix A.3).
fn thumbprint(x: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)))
}

/// Makes the folder, for its owner alone. One that is there is left as it is.
pub fn private_folder(path: &Path) -> Result<(), StartError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| file(path, source))
}

/// The content of a secret file. One that is missing is written aside and then linked to its name, so that nobody ever
/// reads half of it, and of two services that start at once only one makes it.
fn load_or_make(path: &Path, make: impl FnOnce() -> Option<Vec<u8>>) -> Result<Vec<u8>, StartError> {
    match fs::read(path) {
        Ok(content) => {
            refuse_open_file(path)?;
            return Ok(content);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(source) => return Err(file(path, source)),
    }
    let content = make().ok_or_else(|| unusable(path, "the system has no randomness to give"))?;
    // Temporary files have mode 0600.
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut aside = tempfile::NamedTempFile::new_in(folder).map_err(|source| file(path, source))?;
    aside.write_all(&content).and_then(|()| aside.as_file().sync_all()).map_err(|source| file(path, source))?;
    match aside.persist_noclobber(path) {
        Ok(_) => Ok(content),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            fs::read(path).map_err(|source| file(path, source))
        }
        Err(error) => Err(file(path, error.error)),
    }
}

#[cfg(unix)]
fn refuse_open_file(path: &Path) -> Result<(), StartError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(|source| file(path, source))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(unusable(
            path,
            "others may read this secret: remove it to have a new one made, or set its mode to 0600",
        ));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_open_file(_: &Path) -> Result<(), StartError> {
    Ok(())
}

fn file(path: &Path, source: std::io::Error) -> StartError {
    StartError::File { path: path.to_owned(), source }
}

fn unusable(path: &Path, what: &str) -> StartError {
    StartError::Unusable { path: path.to_owned(), what: what.to_owned() }
}
