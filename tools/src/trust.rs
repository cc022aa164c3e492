//! Which servers are who they say they are: those with a certificate that this machine trusts.
//!
//! The trusted certificates are read when the first server shows its own, from `SSL_CERT_FILE` and `SSL_CERT_DIR` if they
//! are set, else from where the system keeps them. A machine without any speaks plain `http` all the same.

use std::error::Error as _;
use std::io;
use std::sync::{Arc, LazyLock, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use rustls_native_certs::CertificateResult;

/// There is nothing to judge a server's certificate by.
#[derive(Debug, thiserror::Error)]
#[error(
    "this machine has no CA certificates{}: install the package ca-certificates, or name a file of them by SSL_CERT_FILE",
    if .0.is_empty() { String::new() } else { format!(" ({})", .0) }
)]
struct NoCertificates(String);

/// What this machine lacks, in words, if a request failed because it has no certificates.
#[must_use]
pub fn lack(error: &reqwest::Error) -> Option<String> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(error) = next {
        if let Some(Error::Other(OtherError(other))) = error.downcast_ref() {
            return other.downcast_ref().map(NoCertificates::to_string);
        }
        // Such an error leaves out what it wraps when it is asked for its cause.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map_or_else(|| error.source(), |wrapped| Some(wrapped));
    }
    None
}

/// How clients speak TLS: the same for all of them, so that what was read once serves them all.
pub(crate) fn settings() -> Result<ClientConfig, Error> {
    static SETTINGS: LazyLock<Result<ClientConfig, Error>> =
        LazyLock::new(|| judged_by(rustls_native_certs::load_native_certs));
    SETTINGS.clone()
}

fn judged_by(read: fn() -> CertificateResult) -> Result<ClientConfig, Error> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let judge = Arc::new(Judge { provider: provider.clone(), trusted: OnceLock::new(), read });
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(judge)
        .with_no_client_auth())
}

/// Judges the certificates of servers.
#[derive(Debug)]
struct Judge {
    provider: Arc<CryptoProvider>,
    trusted: OnceLock<Trusted>,
    read: fn() -> CertificateResult,
}

/// What is trusted.
#[derive(Debug)]
struct Trusted {
    certificates: Vec<CertificateDer<'static>>,
    by_chain: Arc<WebPkiServerVerifier>,
}

impl Judge {
    /// What is trusted; sought again the next time if there was nothing.
    fn trusted(&self) -> Result<&Trusted, Error> {
        if let Some(trusted) = self.trusted.get() {
            return Ok(trusted);
        }
        let found = (self.read)();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs.iter().cloned());
        if roots.is_empty() {
            let why = found.errors.first().map(ToString::to_string).unwrap_or_default();
            return Err(Error::Other(OtherError(Arc::new(NoCertificates(why)))));
        }
        let by_chain = WebPkiServerVerifier::builder_with_provider(roots.into(), self.provider.clone())
            .build()
            .map_err(|error| Error::Other(OtherError(Arc::new(error))))?;
        Ok(self.trusted.get_or_init(|| Trusted { certificates: found.certs, by_chain }))
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let trusted = self.trusted()?;
        match trusted.by_chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // Whoever put the server's own certificate among the trusted ones means that server, even if nobody known has
            // signed it or, as `openssl req -x509` has it, it is an authority's. Its time was looked at before either.
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::Other(_)))
                if trusted.certificates.iter().any(|known| known == end_entity) =>
            {
                rustls::client::verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::pki_types::pem::PemObject as _;
    use rustls::sign::{CertifiedKey, SingleCertAndKey};
    use std::time::Duration;

    /// For `localhost` and 127.0.0.1, as `openssl req -x509` makes them: of an authority, and signed by itself.
    const OWN: &[u8] = b"-----BEGIN CERTIFICATE-----
MIIBpjCCAUugAwIBAgIUfcnRQwiVrP+5fkamikKrb8DWVGswCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOYSBtb2RlbCBzZXJ2ZXIwIBcNMjYxMTI2MTYxNTQ0WhgPMjEy
NjExMDIxNjE1NDRaMBkxFzAVBgNVBAMMDmEgbW9kZWwgc2VydmVyMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEAD9lFw/1qV1Co/9MW7N7U/MO6uuZiCMAvaltUE/h
RukgDEY/+R0AZ9BH+uz6LBOUhQEiXufakn3i1hlLo4DD46NvMG0wHQYDVR0OBBYE
FGRVq8BRHHqvZJfW7s9uQOfGiv0NMB8GA1UdIwQYMBaAFGRVq8BRHHqvZJfW7s9u
QOfGiv0NMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/
AAABMAoGCCqGSM49BAMCA0kAMEYCIQCXWW17lXZOncsqectQxYt00y04QCqFcPuf
Juq5FndQDAIhANyWp79adm0qtOZ53Ct/FWJlkurh6ALX2hLXVCVqk3K2
-----END CERTIFICATE-----";
    /// The same by another name, of the same key.
    const ANOTHER: &[u8] = b"-----BEGIN CERTIFICATE-----
MIIBkTCCATegAwIBAgIUdp/ND6dz0VsLh4hM+/hyVkwAkwIwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHYW5vdGhlcjAgFw0yNjExMjYxNjE1NDRaGA8yMTI2MTEwMjE2
MTU0NFowEjEQMA4GA1UEAwwHYW5vdGhlcjBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABAA/ZRcP9aldQqP/TFuze1PzDurrmYgjAL2pbVBP4UbpIAxGP/kdAGfQR/rs
+iwTlIUBIl7n2pJ94tYZS6OAw+OjaTBnMB0GA1UdDgQWBBRkVavAURx6r2SX1u7P
bkDnxor9DTAfBgNVHSMEGDAWgBRkVavAURx6r2SX1u7PbkDnxor9DTAPBgNVHRMB
Af8EBTADAQH/MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAKBggqhkjOPQQDAgNIADBF
AiATr2K/Y0+FKosxbAIcWvWDpjFqa4ukdCgrLkCjNhhhTQIhAN38Aru7utUaNANf
qYZi061I/s008cGsCyClcgtEZ5KJ
-----END CERTIFICATE-----";
    /// In 2030, when both are good.
    const THEN: u64 = 1_900_000_000;

    fn certificate(pem: &[u8]) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(pem).unwrap()
    }

    fn none() -> CertificateResult {
        CertificateResult::default()
    }

    fn own() -> CertificateResult {
        let mut found = CertificateResult::default();
        found.certs.push(certificate(OWN));
        found
    }

    fn judged(read: fn() -> CertificateResult, shown: &[u8], name: &'static str, seconds: u64) -> Result<(), String> {
        let judge = Judge { provider: Arc::new(aws_lc_rs::default_provider()), trusted: OnceLock::new(), read };
        let (name, now) =
            (ServerName::try_from(name).unwrap(), UnixTime::since_unix_epoch(Duration::from_secs(seconds)));
        judge.verify_server_cert(&certificate(shown), &[], &name, &[], now).map(drop).map_err(|error| error.to_string())
    }

    /// A server with this certificate, whose key it does not have: only who looks at the certificate finds out.
    async fn serve(pem: &[u8]) -> String {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap().to_pkcs8v1().unwrap();
        let key = PrivateKeyDer::try_from(key.as_ref().to_vec()).unwrap();
        let key = provider.key_provider.load_private_key(key).unwrap();
        let shown = SingleCertAndKey::from(CertifiedKey::new(vec![certificate(pem)], key));
        let settings = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let settings = settings.with_no_client_auth().with_cert_resolver(Arc::new(shown));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(settings));
            while let Ok((stream, _)) = listener.accept().await {
                let _ = acceptor.accept(stream).await;
            }
        });
        url
    }

    #[tokio::test]
    async fn without_certificates_no_server_is_trusted_and_it_is_told_what_is_missing() {
        let url = serve(OWN).await;
        let error = async |read| {
            let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(judged_by(read).unwrap());
            client.build().unwrap().get(&url).send().await.unwrap_err()
        };
        let told = lack(&error(none).await).unwrap();
        for words in ["this machine has no CA certificates", "ca-certificates", "SSL_CERT_FILE"] {
            assert!(told.contains(words), "no {words} in {told}");
        }
        // Where the matter is another, it is not this one.
        assert_eq!(lack(&error(own).await), None);
    }

    #[test]
    fn a_server_whose_own_certificate_is_trusted_is_taken_by_its_names_and_in_its_time_alone() {
        judged(own, OWN, "localhost", THEN).unwrap();
        judged(own, OWN, "127.0.0.1", THEN).unwrap();
        for (shown, name, seconds, why) in [
            (OWN, "elsewhere", THEN, "not valid for name"),
            (OWN, "localhost", 1_000_000_000, "not valid yet"),
            (OWN, "localhost", 5_000_000_000, "expired"),
            (ANOTHER, "localhost", THEN, ""),
        ] {
            let told = judged(own, shown, name, seconds).unwrap_err();
            assert!(told.contains(why), "no {why} in {told}");
        }
    }
}
