//! The way to a relay, over real sockets.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc,
        mpsc::{Receiver, sync_channel},
    },
    thread,
};

use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use super::*;

/// On the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);
const TOKEN: &str = "pk_dj_a_secret_that_nobody_in_between_may_read";

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn on_a_thread(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().spawn(work).unwrap();
}

/// What comes of work that must end by itself.
fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, ended) = sync_channel(1);
    on_a_thread(move || drop(done.send(work())));
    ended.recv_timeout(PATIENCE).expect("it ends")
}

/// An authority of the test's own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn trusting(authority: &CertifiedIssuer<'static, KeyPair>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    Arc::new(
        ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth(),
    )
}

/// A server that says back one line to each connection, with a certificate that is made as wanted.
fn tls_server(
    authority: &CertifiedIssuer<'static, KeyPair>,
    name: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    change(&mut params);
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let (listener, address) = listen();
    let config = Arc::new(config);
    on_a_thread(move || {
        for tcp in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = BufReader::new(StreamOwned::new(connection, tcp));
            let mut line = String::new();
            if stream.read_line(&mut line).is_ok() {
                let _ = stream.get_mut().write_all(line.as_bytes());
            }
        }
    });
    address
}

fn reach(
    url: &str,
    authority: &CertifiedIssuer<'static, KeyPair>,
    variables: &[(&str, String)],
) -> Result<Stream, FailKind> {
    let variable = |name: &str| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone())
    };
    connect_with(&Place::of(url).unwrap(), PATIENCE, variable, || {
        trusting(authority)
    })
}

fn echo(stream: &mut Stream, line: &str) -> String {
    stream.write_all(format!("{line}\n").as_bytes()).unwrap();
    stream.flush().unwrap();
    let mut answer = vec![0; line.len()];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

#[test]
fn each_fault_of_a_certificate_is_told_apart() {
    let authority = authority();
    let at = |address: SocketAddr| format!("https://localhost:{}", address.port());
    let good = tls_server(&authority, "localhost", |_| ());
    let mut stream = reach(&at(good), &authority, &[]).unwrap();
    assert!(stream.is_encrypted());
    assert_eq!(echo(&mut stream, "hello"), "hello");

    let expired = tls_server(&authority, "localhost", |it| {
        it.not_after = date_time_ymd(2001, 1, 1);
    });
    let future = tls_server(&authority, "localhost", |it| {
        it.not_before = date_time_ymd(4001, 1, 1);
    });
    let other_name = tls_server(&authority, "other.example", |_| ());
    let unknown = tls_server(&self::authority(), "localhost", |_| ());
    let (in_the_open, plain) = listen();
    on_a_thread(move || {
        for mut tcp in in_the_open.incoming().map_while(Result::ok) {
            let _ = tcp.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let _ = tcp.read(&mut [0; 1024]);
        }
    });
    for (address, fault) in [
        (expired, TlsFault::Expired),
        (future, TlsFault::NotYet),
        (other_name, TlsFault::WrongName),
        (unknown, TlsFault::UnknownAuthority),
        (plain, TlsFault::NotTls),
    ] {
        let error = reach(&at(address), &authority, &[]).unwrap_err();
        assert_eq!(error, FailKind::Certificate(fault));
    }
}

#[test]
fn what_never_answers_is_given_up_in_time() {
    let (_silent, address) = listen();
    let at = |scheme: &str| Place::of(&format!("{scheme}://{address}")).unwrap();
    // In the open there is nothing to be waited for yet.
    assert!(connect_with(&at("http"), PATIENCE, |_| None, tls::usual).is_ok());
    let place = at("https");
    let within = Duration::from_millis(100);
    let reached = in_time(move || connect_with(&place, within, |_| None, tls::usual));
    assert!(reached.is_err());
}

#[test]
fn what_only_drips_is_given_up_in_time() {
    let (listener, address) = listen();
    on_a_thread(move || {
        for mut tcp in listener.incoming().map_while(Result::ok) {
            on_a_thread(move || {
                // The head of a long record of TLS, or of an answer, and then a byte at a time.
                let mut next = Some(&b"\x16\x03\x03\x3f\xff"[..]);
                while tcp.write_all(next.take().unwrap_or(b"x")).is_ok() {
                    thread::park_timeout(Duration::from_millis(5));
                }
            });
        }
    });
    let through = [("https_proxy", address.to_string())];
    let place = Place::of(&format!("https://{address}")).unwrap();
    let behind = Place::of("https://relay.test").unwrap();
    for place in [place, behind] {
        let through = through.clone();
        let within = Duration::from_millis(200);
        assert!(in_time(move || connect_in(&through, &place, within)).is_err());
    }
}

/// A proxy that connects every tunnel to one address; tells what it was asked and everything that went through it.
fn proxy(to: SocketAddr, answer: &'static str) -> (SocketAddr, Receiver<Vec<u8>>) {
    let (listener, address) = listen();
    let (tell, told) = sync_channel(64);
    on_a_thread(move || {
        for mut tcp in listener.incoming().map_while(Result::ok) {
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && tcp.read(&mut byte).is_ok_and(|read| read > 0) {
                head.push(byte[0]);
            }
            let _ = tell.send(head);
            let _ = tcp.write_all(answer.as_bytes());
            if !answer.contains(" 200 ") {
                continue;
            }
            let Ok(mut up) = TcpStream::connect(to) else {
                continue;
            };
            let (mut down, mut from_up) = (tcp.try_clone().unwrap(), up.try_clone().unwrap());
            on_a_thread(move || drop(io::copy(&mut from_up, &mut down)));
            let tell = tell.clone();
            on_a_thread(move || {
                let mut piece = [0; 4096];
                while let Ok(read @ 1..) = tcp.read(&mut piece) {
                    let _ = tell.try_send(piece[..read].to_vec());
                    if up.write_all(&piece[..read]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    (address, told)
}

#[test]
fn a_proxy_carries_what_it_cannot_read_and_never_this_computers_own() {
    let authority = authority();
    let server = tls_server(&authority, "relay.test", |_| ());
    let (proxy, told) = proxy(
        server,
        "HTTP/1.1 200 Connection established\r\nVia: a proxy\r\n\r\n",
    );
    let variables = [("HTTPS_PROXY", format!("http://me:p%40ss@{proxy}"))];
    let mut stream = reach("https://relay.test", &authority, &variables).unwrap();
    assert_eq!(echo(&mut stream, TOKEN), TOKEN);
    let head = String::from_utf8(told.recv_timeout(PATIENCE).unwrap()).unwrap();
    assert!(
        head.starts_with("CONNECT relay.test:443 HTTP/1.1\r\nHost: relay.test:443\r\n"),
        "{head}"
    );
    assert!(
        head.contains("\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n"),
        "{head}"
    );
    let through: Vec<u8> = told.try_iter().flatten().collect();
    assert!(!through.is_empty());
    assert!(
        !through
            .windows(TOKEN.len())
            .any(|piece| piece == TOKEN.as_bytes())
    );

    // Its own relay is asked without a detour, whatever is set.
    let variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].map(|name| (name, format!("http://{proxy}")));
    let (listener, here) = listen();
    for url in [
        format!("http://{here}"),
        format!("http://localhost:{}", here.port()),
    ] {
        reach(&url, &authority, &variables).unwrap();
        listener.accept().unwrap();
    }
    assert!(!told.try_iter().any(|piece| piece.starts_with(b"CONNECT")));
}

#[test]
fn what_a_proxy_has_against_it_is_told_apart() {
    let authority = authority();
    let (_unused, nowhere) = listen();
    for (answer, kind) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
            FailKind::ProxyLogin,
        ),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", FailKind::Forbidden),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://login.example\r\n\r\n",
            FailKind::Captive,
        ),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", FailKind::Unreachable),
        ("nonsense\r\n\r\n", FailKind::Unreachable),
    ] {
        let (proxy, _told) = proxy(nowhere, answer);
        let variables = [("https_proxy", proxy.to_string())];
        let error = reach("https://relay.test", &authority, &variables).unwrap_err();
        assert_eq!(error, kind, "{answer}");
    }
}

#[test]
fn places_are_read() {
    let place = |url| Place::of(url).map(|it| (it.is_encrypted, it.host, it.port));
    assert_eq!(
        place("https://pika.example"),
        Some((true, "pika.example".into(), 443))
    );
    assert_eq!(
        place("http://127.0.0.1:3001/ws"),
        Some((false, "127.0.0.1".into(), 3001))
    );
    assert_eq!(place("https://[::1]:8443"), Some((true, "::1".into(), 8443)));
    assert_eq!(place("ftp://pika.example"), None);
    assert_eq!(place("https://pika.example:99999"), None);
}
