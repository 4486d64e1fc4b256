//! Addresses of sites in settings: the relay's own, and origins that may ask.

use std::fmt;

use hyper::Uri;

/// A site: scheme, host and port, nothing after it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads `https://host` or `http://host:port`; a slash at the end is forgiven.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused = || format!("“{text}” is not an address such as https://pika.example");
        if text == "*" {
            return Err("“*” would let every site ask; name the sites".to_owned());
        }
        let uri: Uri = text.parse().map_err(|_| refused())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused());
        };
        let plain = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains('@');
        if !plain || !["http", "https"].contains(&scheme) {
            return Err(refused());
        }
        // Browsers leave the scheme's own port out.
        let default_port = if scheme == "https" { 443 } else { 80 };
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match authority.port_u16() {
            Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }

    /// As browsers send it: `https://host[:port]`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The address under which dancers reach this relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(Origin);

impl PublicUrl {
    /// Reads it as an [`Origin`]: pages stand at the root of their host.
    pub fn parse(text: &str) -> Result<Self, String> {
        Origin::parse(text).map(Self)
    }

    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether browsers reach it encrypted.
    pub fn is_https(&self) -> bool {
        self.as_str().starts_with("https://")
    }

    /// The site it is.
    pub fn origin(&self) -> &Origin {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_origins_as_browsers_write_them() {
        let read = |text| Origin::parse(text).map(|origin| origin.as_str().to_owned());
        assert_eq!(
            read("https://Pika.Example/"),
            Ok("https://pika.example".to_owned())
        );
        assert_eq!(
            read("https://pika.example:443"),
            Ok("https://pika.example".to_owned())
        );
        assert_eq!(
            read("http://192.168.0.7:3001"),
            Ok("http://192.168.0.7:3001".to_owned())
        );
        assert_eq!(read("http://[::1]:3001"), Ok("http://[::1]:3001".to_owned()));
        for wrong in [
            "*",
            "",
            "pika.example",
            "ftp://a",
            "https://a/b",
            "https://u:p@a",
            "https://a?b",
        ] {
            assert!(Origin::parse(wrong).is_err(), "{wrong}");
        }
    }
}
