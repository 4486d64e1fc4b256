//! Who is asking: tokens of DJs, passes of dancers, addresses of clients. No HTTP here.

mod client_address;
mod pass;
pub mod password;
mod token;

pub use client_address::{AddressKey, TrustedProxies};
pub use pass::{DancerKey, DancerPass, SigningKey};
pub use password::Passwords;
pub use token::{DjToken, TokenHash};

pub use crate::base::Secret;
