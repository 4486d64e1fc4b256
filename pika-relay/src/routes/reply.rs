//! Answers: JSON with its headers, and refusals with their status.

use std::convert::Infallible;

use serde::{Serialize, de::DeserializeOwned};
use warp::{
    Rejection,
    http::{StatusCode, header},
    reject,
    reply::Reply as _,
};

use crate::{base::Refusal, error::ApiError};

/// A body that did not come in time.
#[derive(Debug)]
pub struct BodyTooSlow;

impl reject::Reject for BodyTooSlow {}

/// A body that ended before its length.
#[derive(Debug)]
pub struct BodyBroken;

impl reject::Reject for BodyBroken {}

/// An answer of any kind.
pub type Reply = warp::reply::Response;

/// A JSON answer that nobody keeps.
pub fn json(status: StatusCode, body: &impl Serialize) -> Reply {
    let mut reply = warp::reply::json(body).into_response();
    *reply.status_mut() = status;
    reply.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    reply
}

/// A refusal as [`ErrorBody`](pika_protocol::rest::ErrorBody) with its status and `Retry-After`.
pub fn refused(refusal: &Refusal) -> Reply {
    failed(&refusal.clone().into())
}

/// An error as [`ErrorBody`](pika_protocol::rest::ErrorBody) with its status and `Retry-After`.
pub fn failed(error: &ApiError) -> Reply {
    let mut reply = json(error.status(), &error.body());
    if let Some(secs) = error.retry_after_secs() {
        reply.headers_mut().insert(header::RETRY_AFTER, secs.into());
    }
    reply
}

/// Adds `Retry-After` where the refusal has one.
pub fn retry_after(refusal: &Refusal, mut reply: Reply) -> Reply {
    if let Some(secs) = refusal.retry_after_secs {
        reply.headers_mut().insert(header::RETRY_AFTER, secs.into());
    }
    reply
}

/// Reads a JSON body.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::invalid(error.to_string()))
}

/// The answer where no route took the request.
pub async fn from_rejection(rejection: Rejection) -> Result<Reply, Infallible> {
    let error = if rejection.find::<reject::PayloadTooLarge>().is_some() {
        ApiError::with_status(StatusCode::PAYLOAD_TOO_LARGE, "the body is too long")
    } else if rejection.find::<BodyTooSlow>().is_some() {
        ApiError::with_status(StatusCode::REQUEST_TIMEOUT, "the body did not come in time")
    } else if rejection.find::<reject::LengthRequired>().is_some() {
        ApiError::with_status(StatusCode::LENGTH_REQUIRED, "the body's length must be told")
    } else if rejection.find::<reject::InvalidQuery>().is_some() {
        // Before the method: another method's route at the same address says that, too.
        ApiError::with_status(
            StatusCode::BAD_REQUEST,
            "the address has a part that cannot be read",
        )
    } else if rejection.find::<reject::MethodNotAllowed>().is_some() {
        ApiError::with_status(
            StatusCode::METHOD_NOT_ALLOWED,
            "this address does not take this method",
        )
    } else if rejection.is_not_found() {
        ApiError::not_found()
    } else {
        ApiError::with_status(StatusCode::BAD_REQUEST, "the request is not as it should be")
    };
    Ok(json(error.status(), &error.body()))
}
