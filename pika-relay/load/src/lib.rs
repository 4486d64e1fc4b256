//! The load tool for the Pika! relay: thousands of dancers in one thread, each checking what it hears.
//!
//! Every dancer follows the numbered log, so a lost or doubled message is seen by the dancer it happened to; at the
//! end the sums that the relay has stored are compared with what everybody said. Plain HTTP only.

pub mod crowd;
pub mod dancer;
pub mod floor;
pub mod http;
pub mod link;
pub mod process;
pub mod proof;
pub mod random;
pub mod report;
pub mod scenarios;
pub mod server;
pub mod stats;
pub mod target;
pub mod venue;
pub mod verify;
pub mod wire;
