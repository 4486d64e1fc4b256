//! Scripts, style sheets and pictures, embedded with their compressed forms.
//!
//! Their address carries a hash over all of them, so that a browser may keep them for ever and scripts can
//! import each other by relative names.

/// One embedded file.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Name below `assets/`, as in `js/live.js`.
    pub(crate) path: &'static str,
    /// Content type.
    pub(crate) mime: &'static str,
    /// The file as it is.
    pub(crate) raw: &'static [u8],
    /// Brotli, where that is smaller.
    pub(crate) br: Option<&'static [u8]>,
    /// Gzip, where that is smaller.
    pub(crate) gz: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// The file at `version/path`, when that is the version in this binary.
pub(crate) fn find(version: &str, path: &str) -> Option<&'static Asset> {
    let known = version == ASSETS_VERSION;
    known
        .then(|| ASSETS.iter().find(|asset| asset.path == path))
        .flatten()
}

/// The public address of an asset.
pub(crate) fn address(path: &str) -> String {
    format!("/assets/{ASSETS_VERSION}/{path}")
}

/// Which of the stored forms a browser takes.
///
/// `accept`: the request's `Accept-Encoding`. Answers the body and the name of its encoding.
pub(crate) fn negotiate(asset: &'static Asset, accept: &str) -> (&'static [u8], Option<&'static str>) {
    match (asset.br, asset.gz) {
        (Some(body), _) if accepts(accept, "br") => (body, Some("br")),
        (_, Some(body)) if accepts(accept, "gzip") => (body, Some("gzip")),
        _ => (asset.raw, None),
    }
}

/// Whether `Accept-Encoding` names an encoding and does not refuse it with `q=0` (RFC 9110, 12.5.3).
pub(crate) fn accepts(accept: &str, encoding: &str) -> bool {
    accept.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|p| {
            let value = p.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
            value.is_some_and(|q| q <= 0.0)
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_encoding_is_not_sent() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn only_this_versions_assets_are_found() {
        let first = ASSETS.first().expect("there are assets");
        assert!(find(ASSETS_VERSION, first.path).is_some());
        assert!(find("0000000000000000", first.path).is_none());
        assert!(find(ASSETS_VERSION, "../icons.json").is_none());
    }

    #[test]
    fn comments_stay_at_home_and_code_does_not() {
        let script = ASSETS
            .iter()
            .find(|a| a.path == "js/live.js")
            .expect("the live page has a script");
        let text = std::str::from_utf8(script.raw).expect("scripts are UTF-8");
        assert!(
            !text
                .lines()
                .any(|line| line.starts_with("//") || line.starts_with("* "))
        );
        assert!(!text.contains("@type"));
        assert!(
            text.contains("WebSocket"),
            "one script holds all modules of the live page"
        );
    }
}
