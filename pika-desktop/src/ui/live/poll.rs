//! Polls: the composer, and the result while one runs.

use eframe::egui::{Id, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use pika_engine::{
    app::{AppState, Command},
    live::{LiveCommand, LivePoll},
    settings::{MAX_POLL_TEMPLATES, PollTemplate, SettingsChange},
};
use pika_protocol::feedback::PollCloses;

use super::{
    poll_draft::{MAX_OPTION, MAX_OPTIONS, MAX_QUESTION, PollDraft, TEMPLATES},
    state::LiveScreen,
};
use crate::ui::{
    icons,
    requests::Requests,
    shortcuts::{Action, key_names},
    theme::{Theme, radius, size, text},
    widgets::{Button, Caption, Chip, Over, TextField, icon_button, label, link_button, menu, row_in},
    words::{self, dancers},
};

/// How long a poll may stay open.
const LENGTHS: [(&str, PollCloses); 6] = [
    ("30 s", PollCloses::After { seconds: 30 }),
    ("1 min", PollCloses::After { seconds: 60 }),
    ("2 min", PollCloses::After { seconds: 120 }),
    ("5 min", PollCloses::After { seconds: 300 }),
    ("This song", PollCloses::SongEnd),
    ("Until I close", PollCloses::Manual),
];

/// Between two fields, in points.
const GAP: f32 = 8.0;

/// The id of the question's field, for the keyboard.
pub(super) fn question_id() -> Id {
    Id::unique("live-poll-question")
}

/// Question, options, templates, and how the last one went.
pub(super) fn composer_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let focus = std::mem::take(&mut screen.focus_poll);
    question_ui(ui, &mut screen.poll, focus);
    ui.add_space(10.0);
    answers_ui(ui, &mut screen.poll);
    ui.add_space(6.0);
    templates_ui(ui, app, &mut screen.poll, out);
    if let Some(last) = &app.live.last_poll {
        ui.add_space(12.0);
        last_ui(ui, app, last);
    }
}

/// The question, and one answer more or less.
fn question_ui(ui: &mut Ui, draft: &mut PollDraft, focus: bool) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::CONTROL), Sense::hover());
    let buttons = 2.0 * (size::CONTROL + GAP);
    let question = rect.with_max_x(rect.right() - buttons);
    let mut child = ui.new_child(UiBuilder::new().max_rect(question).id_salt("question"));
    TextField::new(&mut draft.question, "Question")
        .hint("What do you want to know?")
        .max_chars(MAX_QUESTION)
        .id(question_id())
        .show(&mut child);
    if focus {
        ui.memory_mut(|memory| memory.request_focus(question_id()));
    }
    let mut row = row_in(ui, rect.with_min_x(question.right() + GAP));
    row.spacing_mut().item_spacing.x = GAP;
    row.add_enabled_ui(draft.options.len() < MAX_OPTIONS, |ui| {
        if icon_button(ui, icons::PLUS, "Add an answer", size::CONTROL).clicked() {
            draft.options.push(String::new());
        }
    });
    row.add_enabled_ui(draft.options.len() > 2, |ui| {
        if icon_button(ui, icons::MINUS, "Take the last answer away", size::CONTROL).clicked() {
            draft.options.pop();
        }
    });
}

/// The answers, two in a row.
fn answers_ui(ui: &mut Ui, draft: &mut PollDraft) {
    let width = (ui.available_width() - GAP) / 2.0;
    let count = draft.options.len();
    for row in 0..count.div_ceil(2) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::CONTROL), Sense::hover());
        for (column, at) in [row * 2, row * 2 + 1].into_iter().enumerate() {
            let Some(option) = draft.options.get_mut(at) else {
                continue;
            };
            let left = rect.left() + column as f32 * (width + GAP);
            let place = Rect::from_min_size(pos2(left, rect.top()), vec2(width, rect.height()));
            let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt(("answer", at)));
            let name = format!("Answer {}", at + 1);
            TextField::new(option, &name)
                .hint(&name)
                .max_chars(MAX_OPTION)
                .show(&mut child);
        }
        ui.add_space(8.0);
    }
}

/// The templates of the program and of the DJ, and what is written as a new one.
fn templates_ui(ui: &mut Ui, app: &AppState, draft: &mut PollDraft, out: &mut Requests) {
    let theme = Theme::of(ui);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        label(ui, "Templates", text::body(), theme.text3);
        for template in &TEMPLATES {
            let chip = Chip::new(template.name).on(draft.question == template.question);
            if chip.show(ui).response.clicked() {
                draft.fill(template);
            }
        }
        let own = &app.settings.poll_templates;
        for template in own {
            let is_on = draft.question == template.question;
            let name = words::short(&template.question, 22);
            if Chip::new(&name).on(is_on).show(ui).response.clicked() {
                draft.question.clone_from(&template.question);
                draft.options.clone_from(&template.options);
            }
        }
        if let Some(offer) = Offer::of(own, draft)
            && link_button(ui, offer.word).clicked()
        {
            out.change(SettingsChange::PollTemplates(offer.templates));
        }
    });
}

/// What can be done with a poll that is written: kept for another night, or forgotten.
#[derive(Debug, PartialEq)]
struct Offer {
    word: &'static str,
    /// The DJ's templates afterwards.
    templates: Vec<PollTemplate>,
}

impl Offer {
    /// `None` while something is missing, and for what the program itself offers.
    fn of(own: &[PollTemplate], draft: &PollDraft) -> Option<Self> {
        let (question, options) = draft.ready()?;
        let given = TEMPLATES.iter().find(|template| template.question == question);
        if given.is_some_and(|template| options.iter().eq(template.options.iter())) {
            return None;
        }
        let mut templates: Vec<_> = own
            .iter()
            .filter(|other| other.question != question)
            .cloned()
            .collect();
        let written = PollTemplate { question, options };
        let word = if own.contains(&written) {
            "Forget this template"
        } else {
            templates.push(written);
            let over = templates.len().saturating_sub(MAX_POLL_TEMPLATES);
            templates.drain(..over);
            "Keep as template"
        };
        Some(Self { word, templates })
    }
}

/// How a poll went, in a few words.
fn result(poll: &LivePoll) -> String {
    let all: u32 = poll.votes.iter().sum();
    match leaders(&poll.votes).as_slice() {
        [] => "no votes".to_owned(),
        [one] => format!(
            "{} {}%",
            poll.options.get(*one).map_or("", String::as_str),
            percent(poll.votes[*one], all)
        ),
        many => format!("{} share the lead", many.len()),
    }
}

/// How the last poll went.
fn last_ui(ui: &mut Ui, app: &AppState, last: &LivePoll) {
    let theme = Theme::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::hover());
    ui.painter()
        .rect_filled(rect, f32::from(radius::CONTROL_LARGE), theme.bg2);
    let middle = rect.center().y;
    icons::CROWN.paint_filled(ui.painter(), pos2(rect.left() + 21.0, middle), 17.0, theme.heart);
    let when = format!("Last poll, {}", words::clock(last.opened_at_ms, app.utc_offset_s));
    let time = Caption::new(&when, text::body(), theme.text2).left(ui, pos2(rect.left() + 40.0, middle));
    let right = rect.right() - 12.0;
    Caption::new(&result(last), text::value(), theme.text)
        .within(right - time.right() - 12.0)
        .right(ui, pos2(right, middle));
    let mut tip = last.question.clone();
    for (option, votes) in last.options.iter().zip(&last.votes) {
        tip.push_str(&format!("\n{option}: {votes}"));
    }
    response.on_hover_text(tip);
}

/// How long, and the button that asks.
pub(super) fn send_ui(ui: &mut Ui, app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    let chosen = LENGTHS
        .iter()
        .find(|(_, closes)| *closes == screen.poll.closes)
        .map_or("2 min", |(name, _)| name);
    let button = Button::new(chosen)
        .quiet()
        .large()
        .icon_after(icons::CARET_DOWN)
        .name("How long the poll stays open")
        .show(ui);
    menu(Over::PollLength, &button, 140.0, |ui| {
        ui.set_min_width(140.0);
        for (name, closes) in LENGTHS {
            if Button::new(name).ghost().show(ui).clicked() {
                screen.poll.closes = closes;
                ui.close();
            }
        }
    });
    let ready = screen.poll.ready();
    let words = format!("Ask {}", dancers(app.live.crowd.listeners));
    let width = ui.available_width();
    let keys = key_names(ui.ctx(), Action::Send);
    let button = Button::new(&words)
        .primary()
        .large()
        .min_width(width)
        .enabled(ready.is_some())
        .name("Ask the dancers");
    if button.show(ui).on_hover_text(format!("or {keys}")).clicked() {
        send(app, screen, out);
    }
}

/// Asks what the composer holds.
pub(super) fn send(app: &AppState, screen: &mut LiveScreen, out: &mut Requests) {
    if app.live.poll.is_some() || !app.live.is_reached() {
        return;
    }
    if let Some((question, options)) = screen.poll.ready() {
        out.push(Command::Live(LiveCommand::StartPoll {
            question,
            options,
            closes: screen.poll.closes,
        }));
    }
}

/// Which options have the most votes; none without a vote.
pub(super) fn leaders(votes: &[u32]) -> Vec<usize> {
    let most = votes.iter().copied().max().unwrap_or(0);
    (0..votes.len())
        .filter(|&at| most > 0 && votes[at] == most)
        .collect()
}

/// A share in whole percent.
pub(super) fn percent(votes: u32, all: u32) -> u32 {
    if all == 0 {
        return 0;
    }
    (f64::from(votes) * 100.0 / f64::from(all)).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leads_and_by_how_much() {
        assert_eq!(leaders(&[0, 0]), Vec::<usize>::new());
        assert_eq!(leaders(&[3, 5, 5]), [1, 2]);
        assert_eq!(percent(1, 3), 33);
        assert_eq!(percent(0, 0), 0);
    }

    fn poll(votes: &[u32]) -> LivePoll {
        LivePoll {
            id: pika_protocol::PollId(uuid::Uuid::nil()),
            question: "What vibe next?".into(),
            options: vec!["Blues".into(), "Pop".into()],
            votes: votes.to_vec(),
            closes: PollCloses::Manual,
            opened_at_ms: 0,
            closes_at_ms: None,
        }
    }

    #[test]
    fn a_poll_that_went_is_told_in_a_few_words() {
        assert_eq!(result(&poll(&[0, 0])), "no votes");
        assert_eq!(result(&poll(&[3, 1])), "Blues 75%");
        assert_eq!(result(&poll(&[2, 2])), "2 share the lead");
    }

    #[test]
    fn only_what_the_dj_wrote_is_kept_or_forgotten() {
        let mut draft = PollDraft::default();
        assert_eq!(Offer::of(&[], &draft), None, "the program's own");
        draft.question = "Another line dance?".into();
        let kept = Offer::of(&[], &draft).expect("an offer");
        assert_eq!((kept.word, kept.templates.len()), ("Keep as template", 1));
        let forgotten = Offer::of(&kept.templates, &draft).expect("an offer");
        assert_eq!(forgotten.word, "Forget this template");
        assert!(forgotten.templates.is_empty());
    }
}
