//! Registering, logging in, changing the password: who gets in, and how often somebody may try.

use pika_protocol::{ErrorCode, limits::clean_text};

use super::{
    NewAccount, names,
    rejected::{Field, Rejected},
};
use crate::{
    auth::{
        AddressKey,
        password::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN},
    },
    base::{Moment, Refusal, Secret},
    config::Registration,
    rate_limit::{Action, RetryAfter},
    relay::Relay,
    store::accounts::DjRow,
};

/// Longest e-mail address (RFC 5321); more is never looked up.
const EMAIL_BYTES: usize = 254;

/// What somebody who wants an account says. Has no `Debug`: address and invitation are nobody else's business.
#[derive(Clone)]
pub struct Wish<'a> {
    /// As dancers will see it.
    pub name: &'a str,
    /// For logging in.
    pub email: &'a str,
    /// As typed.
    pub password: Secret,
    /// The invitation's code, where one is needed.
    pub invite: Option<&'a str>,
}

impl Relay {
    /// Opens an account. Everything but the limit is checked before a try is counted, so that typing errors are free;
    /// whether an address is taken is told under the limit only.
    pub async fn register(&self, wish: Wish<'_>, address: AddressKey) -> Result<DjRow, Rejected> {
        if self.config.registration == Registration::Closed {
            return Err(Rejected::new(
                Field::Form,
                "account.closed",
                ErrorCode::Forbidden,
                "this relay takes no new accounts; ask whoever runs it",
            ));
        }
        let account = NewAccount {
            name: display_name(wish.name)?,
            email: Secret::new(names::email(wish.email).map_err(|_| bad_email(wish.email))?),
        };
        check_password(&wish.password, &[&account.name, account.email.expose()])?;
        self.limiter
            .take(
                Action::Registration,
                address,
                self.config.limits.registrations,
                Moment::now().steady,
            )
            .map_err(too_many)?;
        if let Registration::Invite(code) = &self.config.registration
            && !code.matches(wish.invite.unwrap_or_default().trim())
        {
            return Err(Rejected::new(
                Field::Invite,
                "account.invite_wrong",
                ErrorCode::Forbidden,
                "the invitation code is not right",
            ));
        }
        let hash = self.passwords.hash(wish.password).await?;
        let made = self
            .store
            .run(move |store| account.create(store, &hash, Moment::now().at))
            .await?;
        let dj = made.ok_or_else(|| {
            Rejected::taken(
                Field::Email,
                "account.email_taken",
                "this email address already has an account",
            )
        })?;
        tracing::info!("an account was opened");
        Ok(dj)
    }

    /// The account with this address and password. Says nothing about which of the two is wrong, and works as much
    /// for an address that nobody has.
    pub async fn log_in(
        &self,
        email: &str,
        password: Secret,
        address: AddressKey,
    ) -> Result<DjRow, Rejected> {
        let email = Secret::new(folded(email));
        let tries = Tries::take(self, &email, address)?;
        let wanted = email.clone();
        let found = self
            .store
            .run(move |store| store.dj_by_email(wanted.expose()))
            .await
            .inspect_err(|_| tries.give_back(self))?;
        let hash = found.as_ref().map(|dj| dj.password_hash.clone());
        let fits = self
            .passwords
            .verify(password, hash)
            .await
            .inspect_err(|_| tries.give_back(self))?;
        match found {
            Some(dj) if fits => {
                tries.give_back(self);
                Ok(dj)
            }
            _ => Err(Rejected {
                n: Some(i64::from(tries.left(self))),
                ..Rejected::new(
                    Field::Form,
                    "account.login_wrong",
                    ErrorCode::Unauthorized,
                    "email or password is not right",
                )
            }),
        }
    }

    /// Gives an account another password; whoever is logged in with it in a browser is logged out.
    pub async fn change_password(
        &self,
        dj: &DjRow,
        current: Secret,
        new: Secret,
        address: AddressKey,
    ) -> Result<(), Rejected> {
        check_password(&new, &[&dj.name, dj.email.expose()])?;
        self.log_in(dj.email.expose(), current, address)
            .await
            .map_err(|rejected| {
                if rejected.refusal.code == ErrorCode::Unauthorized {
                    Rejected {
                        field: Field::Current,
                        text: "account.current_wrong",
                        n: None,
                        refusal: Refusal::new(ErrorCode::Forbidden, "the current password is not right"),
                        is_conflict: false,
                    }
                } else {
                    rejected
                }
            })?;
        let (id, hash) = (dj.id, self.passwords.hash(new).await?);
        self.store
            .run(move |store| {
                store.save_password(id, &hash)?;
                store.delete_web_sessions_of(id)
            })
            .await?;
        Ok(())
    }
}

/// One try, counted three times: for the account from this address, for the account from anywhere, and for the
/// address. A right password gives it back.
struct Tries {
    email: Secret,
    address: AddressKey,
}

impl Tries {
    fn take(relay: &Relay, email: &Secret, address: AddressKey) -> Result<Self, Rejected> {
        let (limits, now) = (&relay.config.limits, Moment::now().steady);
        let tries = Self {
            email: email.clone(),
            address,
        };
        let (limiter, both) = (&relay.limiter, (email.expose(), address));
        limiter
            .take(Action::Login, both, limits.login_failures, now)
            .map_err(too_many)?;
        if let Err(wait) = limiter.take(
            Action::LoginAccount,
            email.expose(),
            limits.login_failures_account,
            now,
        ) {
            limiter.give_back(Action::Login, both, limits.login_failures);
            return Err(too_many(wait));
        }
        if let Err(wait) = limiter.take(Action::LoginAddress, address, limits.login_failures_address, now) {
            limiter.give_back(Action::Login, both, limits.login_failures);
            limiter.give_back(
                Action::LoginAccount,
                email.expose(),
                limits.login_failures_account,
            );
            return Err(too_many(wait));
        }
        Ok(tries)
    }

    fn give_back(&self, relay: &Relay) {
        let (limits, limiter) = (&relay.config.limits, &relay.limiter);
        limiter.give_back(
            Action::Login,
            (self.email.expose(), self.address),
            limits.login_failures,
        );
        limiter.give_back(
            Action::LoginAccount,
            self.email.expose(),
            limits.login_failures_account,
        );
        limiter.give_back(Action::LoginAddress, self.address, limits.login_failures_address);
    }

    /// Tries before a break.
    fn left(&self, relay: &Relay) -> u32 {
        relay.limiter.left(
            Action::Login,
            (self.email.expose(), self.address),
            relay.config.limits.login_failures,
            Moment::now().steady,
        )
    }
}

/// The form in which an address is looked up and counted; bounded, since anything may be typed.
fn folded(email: &str) -> String {
    let email = email.trim();
    let end = email.floor_char_boundary(EMAIL_BYTES.min(email.len()));
    email[..end].to_lowercase()
}

pub(super) fn display_name(name: &str) -> Result<String, Rejected> {
    names::display_name(name).map_err(|refusal| {
        let text = if clean_text(name).is_empty() {
            "account.name_missing"
        } else {
            "account.name_long"
        };
        Rejected::invalid(Field::Name, text, &refusal.message)
    })
}

fn bad_email(email: &str) -> Rejected {
    let text = if email.trim().is_empty() {
        "account.email_missing"
    } else {
        "account.email_wrong"
    };
    Rejected::invalid(Field::Email, text, "please check the email address")
}

/// Long enough, not endless, and not what anybody would try first.
fn check_password(password: &Secret, about: &[&str]) -> Result<(), Rejected> {
    let password = password.expose();
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        return Err(Rejected::invalid(
            Field::Password,
            "account.password_short",
            "10 characters or more, please. A short sentence works well.",
        ));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Rejected::invalid(
            Field::Password,
            "account.password_long",
            "this password is too long",
        ));
    }
    if is_guessed_first(password, about) {
        return Err(Rejected::invalid(
            Field::Password,
            "account.password_common",
            "this password is among the first that anybody would try",
        ));
    }
    Ok(())
}

/// What lists of leaked passwords begin with, of ten characters and more.
const COMMON: &[&str] = &[
    "0123456789",
    "0987654321",
    "1234567890",
    "12345678910",
    "123456789a",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcdefghij",
    "abcdefghijkl",
    "administrator",
    "changeme123",
    "iloveyou123",
    "letmein123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "passwordpassword",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "qwertyuiop123",
    "welcome123",
    "westcoastswing",
    "zaq12wsxcde3",
];

fn is_guessed_first(password: &str, about: &[&str]) -> bool {
    let bare = password.trim().to_lowercase();
    let first = bare.chars().next();
    COMMON.contains(&bare.as_str())
        || bare.chars().all(|c| Some(c) == first)
        || about.iter().any(|known| known.to_lowercase() == bare)
}

pub(super) fn too_many(wait: RetryAfter) -> Rejected {
    Refusal::wait(
        ErrorCode::RateLimited,
        "too many tries, please wait a moment",
        wait,
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_that_anybody_would_try_are_refused() {
        let check =
            |password: &str| check_password(&Secret::new(password), &["DJ Nadia Kay", "nadia@example.org"]);
        for (wrong, text) in [
            ("123456789", "account.password_short"),
            ("aaaaaaaaaaaa", "account.password_common"),
            ("Qwertyuiop", "account.password_common"),
            ("dj nadia kay", "account.password_common"),
            ("Nadia@Example.org", "account.password_common"),
        ] {
            assert_eq!(check(wrong).expect_err(wrong).text, text, "{wrong}");
        }
        assert!(check(&"x y".repeat(500)).is_err());
        for right in ["żółta łódź", "the floor is full", "nadia@example.org!"] {
            assert!(check(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn what_is_typed_as_an_address_is_folded_and_bounded() {
        assert_eq!(folded(" Ada@Example.ORG "), "ada@example.org");
        let long = folded(&"ż".repeat(1000));
        assert!(long.len() <= EMAIL_BYTES && !long.is_empty());
    }
}
