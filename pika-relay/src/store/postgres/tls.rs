//! The database's address: how to connect and how far to trust the other side.
//!
//! As in libpq: `disable`, `prefer` (the default) and `require` encrypt but believe any
//! certificate, `verify-ca` and `verify-full` check it and its host name, against the usual
//! authorities or those in `sslrootcert`.

use std::{sync::Arc, time::Duration};

use r2d2_postgres::postgres::{Config, config::SslMode};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::base::Secret;

/// The driver's settings and its encryption, or one line that says what is wrong (and never
/// repeats the address, which holds a password).
pub(super) fn settings(url: &Secret, application_name: &str) -> Result<(Config, MakeRustlsConnect), String> {
    let address = Address::parse(url.expose())?;
    let mut config: Config = address
        .rest
        .parse()
        .map_err(|error: r2d2_postgres::postgres::Error| {
            let source =
                std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            format!("DATABASE_URL: {source}")
        })?;
    config
        .ssl_mode(address.mode)
        .application_name(application_name)
        .connect_timeout(Duration::from_secs(3))
        .tcp_user_timeout(Duration::from_secs(10))
        .keepalives_idle(Duration::from_secs(30));
    Ok((
        config,
        MakeRustlsConnect::new(client_config(address.verify, address.root_certificates)?),
    ))
}

/// How the server's certificate is checked, for the database's own tools.
pub(super) fn tool_settings(url: &Secret) -> Result<(&'static str, Option<String>), String> {
    let address = Address::parse(url.expose())?;
    let mode = match (address.mode, address.verify) {
        (_, true) => "verify-full",
        (SslMode::Disable, _) => "disable",
        (SslMode::Require, _) => "require",
        _ => "prefer",
    };
    Ok((mode, address.root_certificates))
}

struct Address {
    /// Without what the driver does not know.
    rest: String,
    mode: SslMode,
    verify: bool,
    /// A file with certificates.
    root_certificates: Option<String>,
}

impl Address {
    fn parse(url: &str) -> Result<Self, String> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut verify, mut root_certificates) = (SslMode::Prefer, false, None);
        let mut kept = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", name)) => {
                    (mode, verify) = match name {
                        "disable" => (SslMode::Disable, false),
                        "allow" | "prefer" => (SslMode::Prefer, false),
                        "require" => (SslMode::Require, false),
                        "verify-ca" | "verify-full" => (SslMode::Require, true),
                        _ => {
                            return Err(
                                "DATABASE_URL: sslmode is disable, prefer, require or verify-full".to_owned()
                            );
                        }
                    }
                }
                Some(("sslrootcert", "system")) => {}
                Some(("sslrootcert", file)) => root_certificates = Some(percent_decode(file)),
                _ => kept.push(parameter),
            }
        }
        // With authorities named, libpq's `require` checks against them too.
        verify |= root_certificates.is_some() && matches!(mode, SslMode::Require);
        let rest = if kept.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", kept.join("&"))
        };
        Ok(Self {
            rest,
            mode,
            verify,
            root_certificates,
        })
    }
}

fn client_config(verify: bool, root_certificates: Option<String>) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    if !verify {
        let any = Arc::new(AnyCertificate(provider));
        return Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(any)
            .with_no_client_auth());
    }
    let mut roots = RootCertStore::empty();
    match root_certificates {
        Some(file) => {
            let unreadable = |error: String| format!("DATABASE_URL: sslrootcert {file}: {error}");
            for certificate in
                CertificateDer::pem_file_iter(&file).map_err(|error| unreadable(error.to_string()))?
            {
                let certificate = certificate.map_err(|error| unreadable(error.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|error| unreadable(error.to_string()))?;
            }
            if roots.is_empty() {
                return Err(unreadable("there is no certificate in it".to_owned()));
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], hex) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                at += 3;
            }
            (byte, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Encrypts, but does not ask who is there: what `prefer` and `require` promise, no more.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(query: &str) -> Result<(SslMode, bool), String> {
        Address::parse(&format!("postgres://u:p@h/d{query}")).map(|address| (address.mode, address.verify))
    }

    #[test]
    fn sslmode_means_what_libpq_means() {
        assert_eq!(mode(""), Ok((SslMode::Prefer, false)));
        assert_eq!(mode("?sslmode=disable"), Ok((SslMode::Disable, false)));
        assert_eq!(mode("?sslmode=require"), Ok((SslMode::Require, false)));
        assert_eq!(mode("?sslmode=verify-full"), Ok((SslMode::Require, true)));
        assert_eq!(
            mode("?sslmode=require&sslrootcert=/ca.pem"),
            Ok((SslMode::Require, true))
        );
        assert!(mode("?sslmode=maybe").is_err());
    }

    #[test]
    fn other_parameters_stay() {
        let address =
            Address::parse("postgres://u@h/d?connect_timeout=5&sslmode=require&target_session_attrs=any")
                .expect("an address");
        assert_eq!(
            address.rest,
            "postgres://u@h/d?connect_timeout=5&target_session_attrs=any"
        );
        let address = Address::parse("postgres://u@h/d?sslrootcert=%2Fetc%2Fca.pem").expect("an address");
        assert_eq!(address.root_certificates.as_deref(), Some("/etc/ca.pem"));
    }

    #[test]
    fn errors_do_not_repeat_the_password() {
        for url in [
            "postgres://u:hunter2@h/d?sslmode=maybe",
            "postgres://u:hunter2@h:port/d",
            "postgres://u:hunter2@h/d?no=1",
        ] {
            let error = settings(&Secret::new(url), "test").err().expect("refused");
            assert!(!error.contains("hunter2") && !error.contains('\n'), "{error}");
        }
        let missing = Secret::new("postgres://u@h/d?sslmode=verify-full&sslrootcert=/nowhere.pem");
        assert!(
            settings(&missing, "test")
                .err()
                .expect("refused")
                .contains("/nowhere.pem")
        );
    }
}
