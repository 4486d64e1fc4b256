//! Announcements: one at a time, timed or until removed.

use std::time::Duration;

use pika_protocol::{AnnouncementId, ErrorCode, ToDancer, feedback::Announcement};

use super::{
    polls::text,
    state::{Effects, LiveSession},
};
use crate::{
    base::{Moment, Refusal},
    store::{Write, models::AnnouncementRow},
};

impl LiveSession {
    pub(super) fn announce(
        &mut self,
        id: AnnouncementId,
        words: &str,
        seconds: Option<u32>,
        now: Moment,
    ) -> Result<Effects, Refusal> {
        if self.announcement_ids.contains(&id) {
            return Err(Refusal::invalid("this announcement id was used before"));
        }
        let words = text(words, self.limits.announcement_chars, "text")?;
        let times = self.limits.announcement_shortest..=self.limits.announcement_longest;
        if seconds.is_some_and(|s| !times.contains(&Duration::from_secs(u64::from(s)))) {
            let (shortest, longest) = (times.start().as_secs(), times.end().as_secs());
            return Err(Refusal::invalid(format!(
                "an announcement stands {shortest} to {longest} s"
            )));
        }
        self.announcement_bucket
            .take(self.limits.announcements, now.steady)
            .map_err(|wait| {
                Refusal::wait(
                    ErrorCode::RateLimited,
                    "too many announcements at once, wait a moment",
                    wait,
                )
            })?;
        let mut effects = Effects::default();
        self.withdraw(&mut effects, now);
        let row = AnnouncementRow {
            id,
            text: words,
            at: now.at,
            ends_at: seconds.map(|s| now.at.plus_secs(s)),
            cancelled_at: None,
        };
        let announcement = on_the_wire(&row);
        effects.writes.push(Write::PutAnnouncement {
            session_id: self.row.id,
            announcement: Box::new(row.clone()),
        });
        self.announcement = Some(row);
        self.announcement_ids.insert(id);
        self.publish(&mut effects, |offset| ToDancer::Announcement {
            offset,
            announcement,
        });
        Ok(effects)
    }

    pub(super) fn cancel_announcement(
        &mut self,
        announcement_id: AnnouncementId,
        now: Moment,
    ) -> Result<Effects, Refusal> {
        if !self.announcement_ids.contains(&announcement_id) {
            return Err(Refusal::invalid("no such announcement in this session"));
        }
        let mut effects = Effects::default();
        // One that has ended, or was replaced, is as good as removed.
        if self
            .announcement
            .as_ref()
            .is_some_and(|a| a.id == announcement_id)
        {
            self.withdraw(&mut effects, now);
            self.publish(&mut effects, |offset| ToDancer::AnnouncementCancelled {
                offset,
                announcement_id,
            });
        }
        Ok(effects)
    }

    /// Forgets an announcement whose time is over; every page knows its end by itself.
    pub(super) fn expire_announcement(&mut self, effects: &mut Effects, now: Moment) {
        if self
            .announcement
            .as_ref()
            .and_then(|a| a.ends_at)
            .is_some_and(|at| at <= now.at)
        {
            self.announcement = None;
            effects.view_changed = true;
        }
    }

    pub(super) fn announcement_on_the_wire(&self) -> Option<Announcement> {
        self.announcement.as_ref().map(on_the_wire)
    }

    fn withdraw(&mut self, effects: &mut Effects, now: Moment) {
        if let Some(mut row) = self.announcement.take() {
            row.cancelled_at = Some(now.at);
            let announcement = Box::new(row);
            effects.writes.push(Write::PutAnnouncement {
                session_id: self.row.id,
                announcement,
            });
        }
    }
}

fn on_the_wire(row: &AnnouncementRow) -> Announcement {
    Announcement {
        announcement_id: row.id,
        text: row.text.clone(),
        at: row.at,
        ends_at: row.ends_at,
    }
}
