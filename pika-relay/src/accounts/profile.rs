//! What others see of an account: name, address, nights and most loved songs.

use std::collections::HashMap;

use pika_protocol::UnixMs;

use super::{
    names,
    rejected::{Field, Rejected},
    sign_in::display_name,
};
use crate::{
    relay::Relay,
    store::{
        StoreError,
        accounts::{DjRow, NightRow, Nights, Profile, PublicFigures, SongLikes},
        models::OwnerId,
    },
};

/// Shortest and longest address that a DJ may choose, in characters.
const SLUG_CHARS: std::ops::RangeInclusive<usize> = 2..=40;
/// Nights in a page of a list.
pub const NIGHTS: u32 = 50;
/// Spellings of loved songs that are read before they are folded.
const SPELLINGS: u32 = 2000;
/// Songs under "most loved".
const LOVED: usize = 10;

/// Everything that a public profile shows.
#[derive(Clone, Debug)]
pub struct PublicProfile {
    /// Latest first.
    pub nights: Vec<NightRow>,
    /// Sums over all nights.
    pub figures: PublicFigures,
    /// Most loved songs, spellings folded.
    pub loved: Vec<SongLikes>,
}

impl Relay {
    /// Changes name, address and whether the profile is public.
    pub async fn change_profile(
        &self,
        dj: &DjRow,
        name: &str,
        slug: &str,
        is_public: bool,
    ) -> Result<Profile, Rejected> {
        let slug = slug.trim().to_lowercase();
        // A slug that was given with the account stays allowed.
        if slug != dj.slug {
            check_slug(&slug)?;
        }
        let profile = Profile {
            name: display_name(name)?,
            slug,
            is_public,
        };
        let (id, wanted) = (dj.id, profile.clone());
        match self
            .store
            .run(move |store| store.save_profile(id, &wanted))
            .await?
        {
            Ok(()) => Ok(profile),
            Err(_) => Err(Rejected::taken(
                Field::Slug,
                "account.slug_taken",
                "this address is taken",
            )),
        }
    }

    /// What a profile shows.
    pub async fn public_profile(&self, owner: OwnerId) -> Result<PublicProfile, StoreError> {
        let (nights, figures, songs) = self
            .store
            .run(move |store| {
                Ok((
                    store.nights_of(owner, Nights::Public, None, NIGHTS)?,
                    store.public_figures(owner)?,
                    store.loved_songs(owner, SPELLINGS)?,
                ))
            })
            .await?;
        Ok(PublicProfile {
            nights,
            figures,
            loved: fold_songs(songs, LOVED),
        })
    }

    /// An account's nights, latest first.
    pub async fn nights(&self, owner: OwnerId, before: Option<UnixMs>) -> Result<Vec<NightRow>, StoreError> {
        self.store
            .run(move |store| store.nights_of(owner, Nights::Own, before, NIGHTS))
            .await
    }
}

/// The tempos between which most songs lie: what is below the tenth and above the ninetieth part is left out, since
/// a tempo read at double or half speed would stretch the range.
pub fn usual_tempos(figures: &PublicFigures) -> Option<(u32, u32)> {
    let total: u64 = figures.tempos.iter().map(|(_, plays)| u64::from(*plays)).sum();
    let at = |share: u64| {
        let mut seen = 0;
        figures
            .tempos
            .iter()
            .find(|(_, plays)| {
                seen += u64::from(*plays);
                seen * 10 > total * share
            })
            .or(figures.tempos.last())
            .map(|(tempo, _)| *tempo)
    };
    (total > 0).then_some(())?;
    Some((at(1)?, at(9)?))
}

/// Songs whose title and artist are the same but for case, accents and punctuation become one, under the spelling
/// that was liked most. Most loved first.
fn fold_songs(songs: Vec<SongLikes>, most: usize) -> Vec<SongLikes> {
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut folded: Vec<SongLikes> = Vec::new();
    for song in songs {
        let key = (names::fold(&song.title), names::fold(&song.artist));
        match places.get(&key) {
            // They come most liked first: the spelling that is there stays.
            Some(place) => folded[*place].likes = folded[*place].likes.saturating_add(song.likes),
            None => {
                places.insert(key, folded.len());
                folded.push(song);
            }
        }
    }
    folded.sort_by_key(|song| std::cmp::Reverse(song.likes));
    folded.truncate(most);
    folded
}

fn check_slug(slug: &str) -> Result<(), Rejected> {
    let well_formed = SLUG_CHARS.contains(&slug.len())
        && slug
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && slug.split('-').all(|word| !word.is_empty());
    if !well_formed {
        return Err(Rejected::invalid(
            Field::Slug,
            "account.slug_wrong",
            "an address has 2 to 40 small letters, digits and single dashes",
        ));
    }
    if names::is_reserved(slug) {
        return Err(Rejected::taken(
            Field::Slug,
            "account.slug_taken",
            "this address is taken",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(title: &str, artist: &str, likes: u32) -> SongLikes {
        SongLikes {
            title: title.to_owned(),
            artist: artist.to_owned(),
            likes,
        }
    }

    #[test]
    fn spellings_of_a_song_meet() {
        let folded = fold_songs(
            vec![
                song("Fever", "Peggy Lee", 5),
                song("Crazy in Love", "Beyoncé", 4),
                song("CRAZY IN LOVE", "Beyonce", 3),
                song("Fever", "Somebody Else", 1),
            ],
            3,
        );
        assert_eq!(
            folded,
            [
                song("Crazy in Love", "Beyoncé", 7),
                song("Fever", "Peggy Lee", 5),
                song("Fever", "Somebody Else", 1)
            ]
        );
    }

    #[test]
    fn one_song_at_double_speed_does_not_stretch_the_range() {
        let figures = |tempos: &[(u32, u32)]| PublicFigures {
            tempos: tempos.to_vec(),
            ..PublicFigures::default()
        };
        assert_eq!(
            usual_tempos(&figures(&[(82, 10), (96, 30), (112, 10), (190, 1)])),
            Some((82, 112))
        );
        assert_eq!(usual_tempos(&figures(&[(96, 1)])), Some((96, 96)));
        assert_eq!(usual_tempos(&figures(&[])), None);
    }

    #[test]
    fn chosen_addresses_are_plain_and_not_reserved() {
        for right in ["ada", "dj-ada-2", "42"] {
            assert!(check_slug(right).is_ok(), "{right}");
        }
        for wrong in [
            "", "a", "login", "sessions", "-ada", "ada--b", "ada-", "zoë", "a b", "../x",
        ] {
            assert!(check_slug(wrong).is_err(), "{wrong}");
        }
        assert!(check_slug(&"a".repeat(41)).is_err());
    }
}
