//! The relay: live sessions, fan-out and the dancers' pages.

pub mod accounts;
pub mod auth;
pub mod base;
pub mod config;
pub mod error;
pub mod events;
pub mod export;
pub mod figures;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod hand_over;
pub mod hub;
pub mod maintenance;
pub mod metrics;
pub mod nights;
mod pages;
pub mod places;
pub mod publisher;
pub mod rate_limit;
pub mod relay;
pub mod releases;
pub mod routes;
pub mod server;
pub mod shutdown;
pub mod store;
pub mod telemetry;

pub use server::{listen, serve};
