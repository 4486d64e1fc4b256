//! A browser without script: keeps cookies, fills forms in, follows where it is led.

use std::{collections::BTreeMap, net::SocketAddr};

use super::{
    http::{Response, request},
    relay::TestRelay,
};

pub(crate) struct Browser {
    address: SocketAddr,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Said with each request.
    pub(crate) headers: Vec<(String, String)>,
    /// Mark of the forms of the page that is shown.
    pub(crate) csrf: String,
}

impl Browser {
    pub(crate) fn new(relay: &TestRelay) -> Self {
        Self {
            address: relay.address,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
            csrf: String::new(),
        }
    }

    /// Another browser with the same cookies: a thief's.
    pub(crate) fn stolen(&self) -> Self {
        Self {
            address: self.address,
            cookies: self.cookies.clone(),
            headers: Vec::new(),
            csrf: self.csrf.clone(),
        }
    }

    pub(crate) fn get(&mut self, path: &str) -> Response {
        self.ask("GET", path, None, None)
    }

    /// Sends a form with the mark of the page that is shown.
    pub(crate) fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.csrf.clone();
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", &*csrf)]).collect();
        let body = serde_urlencoded::to_string(&fields).unwrap();
        self.ask(
            "POST",
            path,
            Some("application/x-www-form-urlencoded"),
            Some(&body),
        )
    }

    /// Asks the interface for programs.
    pub(crate) fn api(&mut self, method: &str, path: &str, body: Option<&str>) -> Response {
        self.ask(method, path, body.map(|_| "application/json"), body)
    }

    /// Opens the form and registers.
    pub(crate) fn register(&mut self, name: &str, email: &str, password: &str) -> Response {
        self.get("/dj/register");
        self.submit(
            "/dj/register",
            &[("name", name), ("email", email), ("password", password)],
        )
    }

    /// Opens the form and logs in.
    pub(crate) fn log_in(&mut self, email: &str, password: &str) -> Response {
        self.get("/dj/login");
        self.submit("/dj/login", &[("email", email), ("password", password)])
    }

    fn ask(&mut self, method: &str, path: &str, kind: Option<&str>, body: Option<&str>) -> Response {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        if let Some(kind) = kind {
            headers.push(("content-type", kind));
        }
        // Browsers say a length with every POST.
        let body = body.or((method == "POST").then_some(""));
        let response = request(self.address, method, path, &headers, body);
        for (_, value) in response.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, rest) = value.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(mark) = between(&response.body, "name=\"csrf\" value=\"", "\"") {
            self.csrf = mark;
        }
        response
    }
}

/// What stands between two texts for the first time.
pub(crate) fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0.to_owned())
}
