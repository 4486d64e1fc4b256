//! The relay as its clients see it: real servers on free ports, real sockets, their own databases.

#![allow(clippy::unwrap_used)] // A test that cannot unwrap has failed.

#[path = "../support/account.rs"]
mod account;
mod accounts;
#[cfg(all(feature = "postgres", target_os = "linux"))]
mod away;
mod defences;
mod events;
mod faults;
mod helpers;
#[cfg(all(feature = "postgres", target_os = "linux"))]
#[path = "../support/postgres.rs"]
mod postgres;
mod profiles;
mod python;
mod rest;
mod rules;
#[path = "../support/running.rs"]
mod running;
mod takeover;
mod telemetry;
mod upgrade;
