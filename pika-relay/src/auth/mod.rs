//! Who is asking: tokens of DJs, passes of dancers, addresses of clients. No HTTP here.

mod client_address;
mod dj;
mod pass;
pub mod password;
pub(crate) mod random;
mod secret;
mod token;

pub use client_address::{AddressKey, TrustedProxies};
pub use dj::{Dj, LOCAL_OWNER, dj_of_token};
pub use pass::{DancerKey, DancerPass, SigningKey};
pub use password::Passwords;
pub use secret::Secret;
pub use token::{DjToken, TokenHash};
