//! Where secrets are kept. The only module that names the keychain.

use std::collections::HashMap;

use keyring::v1::{Entry, Error};
use tracing::{info, warn};

use super::TokenPlace;

/// The name under which the keychain shows this program's entries.
const SERVICE: &str = "Pika!";
/// Written, read back and deleted once at start: only that shows whether a keychain works.
const PROBE: &str = "self-test";

/// Keeps secrets by name.
pub trait SecretStore: Send {
    /// Where they are.
    fn place(&self) -> TokenPlace;

    /// The secret of this name; `None` when there is none.
    ///
    /// Errors: the store refused, in one sentence.
    fn get(&self, name: &str) -> Result<Option<String>, String>;

    /// Keeps a secret, in place of an older one of this name.
    ///
    /// Errors: as [`Self::get`].
    fn set(&mut self, name: &str, secret: &str) -> Result<(), String>;

    /// Forgets a secret; one that is not there is no error.
    ///
    /// Errors: as [`Self::get`].
    fn forget(&mut self, name: &str) -> Result<(), String>;
}

/// The system's keychain where one works, else memory. Asks once, with a probe entry.
pub fn system_secrets() -> Box<dyn SecretStore> {
    let mut keychain = Keychain;
    match probe(&mut keychain) {
        Ok(()) => Box::new(keychain),
        Err(problem) => {
            info!(problem, "no keychain: secrets are kept for this run only");
            Box::new(MemorySecrets::default())
        }
    }
}

fn probe(store: &mut dyn SecretStore) -> Result<(), String> {
    let secret = uuid::Uuid::new_v4().to_string();
    store.set(PROBE, &secret)?;
    let read = store.get(PROBE);
    store.forget(PROBE)?;
    if read?.as_deref() == Some(secret.as_str()) {
        Ok(())
    } else {
        Err("what was written did not come back".to_owned())
    }
}

/// The system's keychain: Keychain on macOS, Credential Manager on Windows, Secret Service elsewhere.
struct Keychain;

impl SecretStore for Keychain {
    fn place(&self) -> TokenPlace {
        TokenPlace::Keychain
    }

    fn get(&self, name: &str) -> Result<Option<String>, String> {
        match entry(name)?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    fn set(&mut self, name: &str, secret: &str) -> Result<(), String> {
        entry(name)?.set_password(secret).map_err(|error| refused(&error))
    }

    fn forget(&mut self, name: &str) -> Result<(), String> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn entry(name: &str) -> Result<Entry, String> {
    Entry::new(SERVICE, name).map_err(|error| refused(&error))
}

fn refused(error: &Error) -> String {
    // Its text names the store and the reason, never the secret.
    warn!(%error, "the keychain refused");
    "The system's keychain did not answer".to_owned()
}

/// Secrets in memory, gone with the program.
#[derive(Default)]
pub struct MemorySecrets {
    secrets: HashMap<String, String>,
}

impl SecretStore for MemorySecrets {
    fn place(&self) -> TokenPlace {
        TokenPlace::ThisRun
    }

    fn get(&self, name: &str) -> Result<Option<String>, String> {
        Ok(self.secrets.get(name).cloned())
    }

    fn set(&mut self, name: &str, secret: &str) -> Result<(), String> {
        self.secrets.insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn forget(&mut self, name: &str) -> Result<(), String> {
        self.secrets.remove(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_passes_the_probe_and_keeps_nothing_of_it() {
        let mut store = MemorySecrets::default();
        probe(&mut store).unwrap();
        assert!(store.secrets.is_empty());
    }

    /// Needs a keychain. On Linux without a desktop, with gnome-keyring installed and `HOME` somewhere temporary:
    /// `dbus-run-session -- bash -c 'printf "\n" | gnome-keyring-daemon --unlock --components=secrets;
    /// cargo test --workspace -- --ignored keyring'`.
    #[test]
    #[ignore = "needs a keychain"]
    fn keyring_keeps_and_forgets() {
        let mut store = system_secrets();
        assert_eq!(store.place(), TokenPlace::Keychain);
        store.set("test-entry", "a secret").unwrap();
        assert_eq!(store.get("test-entry").unwrap().as_deref(), Some("a secret"));
        store.forget("test-entry").unwrap();
        store.forget("test-entry").unwrap();
        assert_eq!(store.get("test-entry").unwrap(), None);
    }
}
