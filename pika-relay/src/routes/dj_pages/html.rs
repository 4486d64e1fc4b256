//! Answers that are a DJ's page, and the way to another one.

use bytes::Bytes;
use warp::http::{HeaderValue, Response, StatusCode, header};

use crate::{
    accounts::rejected::Rejected,
    base::Refusal,
    error::ApiError,
    pages::plain::Problem,
    routes::{
        page_data::problem_of,
        page_reply::{private_page, redirect},
        pages::problem,
        visitor::Visitor,
    },
};

/// A page under way.
pub(crate) type Html = Response<Bytes>;

/// A page for one person's eyes: kept nowhere.
pub(crate) fn private(visitor: &Visitor, status: StatusCode, html: Result<String, minijinja::Error>) -> Html {
    match html {
        Ok(html) => private_page(status, html, &visitor.headers),
        Err(why) => {
            tracing::error!(error = %why, "a page could not be written");
            problem(&visitor.headers, Problem::OnUs)
        }
    }
}

/// Another page of ours, for now.
pub(crate) fn to(path: &str) -> Html {
    let mut reply = redirect(StatusCode::SEE_OTHER, path);
    reply
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// What could not be done, as a page.
pub(crate) fn broken(visitor: &Visitor, refusal: &Refusal) -> Html {
    problem(&visitor.headers, problem_of(refusal))
}

pub(super) fn status_of(rejected: Option<&Rejected>) -> StatusCode {
    rejected.map_or(StatusCode::OK, |rejected| {
        ApiError::from(rejected.clone()).status()
    })
}

pub(super) fn wait_after(mut reply: Html, rejected: Option<&Rejected>) -> Html {
    if let Some(secs) = rejected.and_then(|rejected| rejected.refusal.retry_after_secs) {
        reply.headers_mut().insert(header::RETRY_AFTER, secs.into());
    }
    reply
}
