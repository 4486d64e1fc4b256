//! TLS to a relay: the roots that the program brings and those of the system, which a venue's or a club's own authority
//! stands among.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use rustls::{
    CertificateError, ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::ServerName,
};
use tracing::warn;

use super::{
    fault::{FailKind, TlsFault},
    timed::Timed,
};

/// An encrypted connection.
pub(super) type TlsStream = StreamOwned<ClientConnection, Timed>;

/// Speaks TLS with `host` on a connection; the handshake is over when this returns.
///
/// Errors: why not.
pub(super) fn wrap(tcp: Timed, host: &str, config: Arc<ClientConfig>) -> Result<TlsStream, FailKind> {
    let name =
        ServerName::try_from(host.to_owned()).map_err(|_| FailKind::Certificate(TlsFault::WrongName))?;
    let connection =
        ClientConnection::new(config, name).map_err(|error| FailKind::Certificate(fault(&error)))?;
    let mut stream = StreamOwned::new(connection, tcp);
    while stream.conn.is_handshaking() {
        if let Err(error) = stream.conn.complete_io(&mut stream.sock) {
            warn!(%error, "no TLS");
            return Err(kind_of(&error));
        }
    }
    Ok(stream)
}

/// What is trusted. Read once: the system's roots take a moment.
pub(super) fn usual() -> Arc<ClientConfig> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    CONFIG
        .get_or_init(|| {
            let mut roots = RootCertStore::empty();
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            let system = rustls_native_certs::load_native_certs();
            if let Some(error) = system.errors.first() {
                warn!(%error, "not all of the system's certificate authorities could be read");
            }
            roots.add_parsable_certificates(system.certs);
            trusting(roots)
        })
        .clone()
}

fn trusting(roots: RootCertStore) -> Arc<ClientConfig> {
    let config = ClientConfig::builder().with_root_certificates(roots);
    Arc::new(config.with_no_client_auth())
}

/// Why a handshake failed.
fn kind_of(error: &io::Error) -> FailKind {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(error) => FailKind::Certificate(fault(error)),
        // It went on for too long, or was cut.
        None => FailKind::Unreachable,
    }
}

fn fault(error: &rustls::Error) -> TlsFault {
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFault::NotYet,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                TlsFault::WrongName
            }
            // A certificate that vouches for itself is often made for authorities, too.
            _ => TlsFault::UnknownAuthority,
        },
        rustls::Error::InvalidMessage(_) | rustls::Error::InappropriateMessage { .. } => TlsFault::NotTls,
        _ => TlsFault::Other,
    }
}
