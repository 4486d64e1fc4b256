//! An account and its token, straight in a relay's database, as the command makes them.

use pika_protocol::UnixMs;
use pika_relay::{
    auth::DjToken,
    base::{Moment, Secret},
    store::{
        Store,
        accounts::{DjRow, TokenRow},
        models::OwnerId,
    },
};
use uuid::Uuid;

/// Adds an account; its token. A token that was not used for long is deleted, so this one was used just now.
pub(crate) fn add_dj(store: &dyn Store, name: &str) -> String {
    let (token, id) = (DjToken::generate(), OwnerId(Uuid::new_v4()));
    let slug = name.to_lowercase();
    let dj = DjRow {
        id,
        email: Secret::new(format!("{slug}@example.org")),
        slug,
        name: name.to_owned(),
        password_hash: Secret::new("none"),
        public_profile: false,
        created_at: UnixMs(1),
    };
    store.add_dj(&dj).unwrap().unwrap();
    let row = TokenRow {
        id: Uuid::new_v4(),
        dj: id,
        name: "Laptop".to_owned(),
        created_at: UnixMs(1),
        last_used_at: Moment::now().at,
    };
    store.add_token(&row, &token.hash()).unwrap();
    token.expose().to_owned()
}
