//! Dancers who come, like, vote, and check what they were told.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use pika_protocol::{
    ActionId, DancerMessage, ErrorCode, ToDancer,
    feedback::TempoChoice,
    rest::{DancerAnswers, DancerBatch, JoinAnswer, JoinRequest},
};
use uuid::Uuid;

use super::nights::PATIENCE;

/// The same numbers in each run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// What a dancer did, as the relay acknowledged it.
#[derive(Default)]
pub(super) struct Dancer {
    pub(super) pass: Option<String>,
    pub(super) counter: u64,
    pub(super) likes: HashSet<Uuid>,
    pub(super) tempo: HashMap<Uuid, TempoChoice>,
    pub(super) thanked: bool,
}

/// Some of the dancers, one after another, until the night is over.
pub(super) fn dance(relay: &str, code: &str, count: usize, seed: u64, is_over: &AtomicBool) -> Vec<Dancer> {
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(20)))
        .http_status_as_error(false)
        .build()
        .new_agent();
    let mut random = Random(seed);
    let mut dancers: Vec<Dancer> = (0..count).map(|_| Dancer::default()).collect();
    let mut number = 0;
    while !is_over.load(Ordering::SeqCst) {
        number = (number + 1) % count;
        visit(&agent, relay, code, &mut dancers[number], &mut random);
        // Visits are spread over the night; how many there are decides nothing.
        thread::sleep(Duration::from_millis(3));
    }
    dancers
}

/// `None` when the relay could not be asked: it is tried again with the very same message.
fn post<A: serde::de::DeserializeOwned>(
    agent: &ureq::Agent,
    address: &str,
    body: &impl serde::Serialize,
) -> Option<A> {
    let answer = agent
        .post(address)
        .header("Content-Type", "application/json")
        .send(&serde_json::to_vec(body).unwrap()[..])
        .ok()?;
    answer.status().is_success().then_some(())?;
    let text = answer.into_body().read_to_string().ok()?;
    serde_json::from_str(&text).ok()
}

fn visit(agent: &ureq::Agent, relay: &str, code: &str, dancer: &mut Dancer, random: &mut Random) {
    let join = |pass: Option<String>| -> Option<JoinAnswer> {
        let request = JoinRequest {
            protocol_version: 1,
            client_version: None,
            pin: None,
            pass,
        };
        post(agent, &format!("{relay}/api/sessions/{code}/join"), &request)
    };
    let Some(joined) = join(dancer.pass.clone()) else {
        return;
    };
    dancer.pass = Some(joined.pass.clone());
    let plays = &joined.snapshot.plays;
    if plays.is_empty() {
        return;
    }
    let play_id = plays[random.below(plays.len().min(4))].play_id;
    dancer.counter += 1;
    let (id, counter) = (ActionId::random(), dancer.counter);
    let action = match random.below(10) {
        0..=4 => DancerMessage::Like { id, counter, play_id },
        5 => DancerMessage::Unlike { id, counter, play_id },
        6..=8 => DancerMessage::TempoVote {
            id,
            counter,
            play_id,
            vote: [
                TempoChoice::Faster,
                TempoChoice::Perfect,
                TempoChoice::Slower,
                TempoChoice::Clear,
            ][random.below(4)],
        },
        _ => DancerMessage::Thank { id, counter },
    };
    // Until it is answered, as a page does: a repeat must not count twice.
    let mut ticket = joined.ticket;
    let deadline = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < deadline, "an action was never answered");
        let batch = DancerBatch {
            ticket: ticket.clone(),
            messages: vec![action.clone()],
        };
        let address = format!("{relay}/api/sessions/{code}/messages");
        let answers: Option<DancerAnswers> = post(agent, &address, &batch);
        match answers.as_ref().and_then(|answers| answers.messages.first()) {
            Some(ToDancer::Ack { .. }) => break,
            Some(ToDancer::Error { code, .. }) if !code.is_temporary() => {
                // The song was taken back meanwhile, or the night is over.
                assert!(
                    matches!(code, ErrorCode::UnknownPlay | ErrorCode::SessionEnded),
                    "{code:?}"
                );
                return;
            }
            _ => {}
        }
        // The relay is away, or the ticket is too old.
        thread::sleep(Duration::from_millis(20));
        if let Some(again) = join(dancer.pass.clone()) {
            ticket = again.ticket;
        }
    }
    match action {
        DancerMessage::Like { play_id, .. } => {
            dancer.likes.insert(play_id.0);
        }
        DancerMessage::Unlike { play_id, .. } => {
            dancer.likes.remove(&play_id.0);
        }
        DancerMessage::TempoVote { play_id, vote, .. } => {
            dancer.tempo.insert(play_id.0, vote);
        }
        _ => dancer.thanked = true,
    }
}
