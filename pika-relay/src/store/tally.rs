//! Answers, counted by the database, sorted into plays, polls and thanks.

use std::collections::BTreeMap;

use pika_protocol::{PlayId, PollId, feedback::PlayCounts};
use uuid::Uuid;

use super::{
    answer::{Kind, TempoWish},
    models::OptionVotes,
};

/// How many dancers chose `choice` for `target`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    /// [`Kind::number`].
    pub(super) kind: u8,
    pub(super) target: Uuid,
    pub(super) choice: u8,
    pub(super) dancers: u32,
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Plays with any answer, by id.
    pub(super) plays: Vec<PlayCounts>,
    /// Options with any vote, by poll and option.
    pub(super) votes: Vec<OptionVotes>,
    pub(super) thanks: u32,
}

impl Tally {
    /// `counts` as the database groups them: by kind, then target, then choice.
    pub(super) fn of(counts: Vec<Count>) -> Self {
        let mut tally = Self::default();
        let mut plays: BTreeMap<Uuid, PlayCounts> = BTreeMap::new();
        for count in counts {
            let Count {
                kind,
                target,
                choice,
                dancers,
            } = count;
            let play = || PlayCounts {
                likes: 0,
                faster: 0,
                perfect: 0,
                slower: 0,
                play_id: PlayId(target),
            };
            match Kind::from_number(kind) {
                Some(Kind::Like) => plays.entry(target).or_insert_with(play).likes = dancers,
                Some(Kind::Tempo) => {
                    let play = plays.entry(target).or_insert_with(play);
                    match TempoWish::from_number(choice) {
                        Some(TempoWish::Faster) => play.faster = dancers,
                        Some(TempoWish::Perfect) => play.perfect = dancers,
                        Some(TempoWish::Slower) => play.slower = dancers,
                        None => {}
                    }
                }
                Some(Kind::Vote) => tally.votes.push(OptionVotes {
                    poll_id: PollId(target),
                    option: choice,
                    votes: dancers,
                }),
                Some(Kind::Thank) => tally.thanks += dancers,
                // Nothing that this program ever wrote.
                None => {}
            }
        }
        tally.plays = plays.into_values().collect();
        tally
    }

    /// Answers to one play; none when nobody answered.
    pub(super) fn of_play(&self, play_id: PlayId) -> PlayCounts {
        let none = PlayCounts {
            play_id,
            likes: 0,
            faster: 0,
            perfect: 0,
            slower: 0,
        };
        self.plays
            .binary_search_by_key(&play_id.0, |counts| counts.play_id.0)
            .map_or(none, |index| self.plays[index])
    }
}
