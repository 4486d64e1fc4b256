//! The address of a relay and the token that proves who publishes there, each read in one way.

mod address;
mod token;

pub use address::{AddressError, RelayAddress};
pub use token::{Token, TokenError};
