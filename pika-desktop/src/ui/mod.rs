//! The window. It draws `AppState` and returns `Command`s; it touches no file, socket, lock or clock.
//!
//! [`Window`] is what eframe runs: it owns the program and the hand's state, takes events in, draws.
//! [`shell::show`] draws everything and needs no running program, which is how screens are tested.
//! A screen has a state of its own and asks for the rest with [`Requests`]; it knows no other screen.

mod deed;
mod detail;
mod first_run;
pub mod fonts;
mod history;
mod hours;
pub mod icons;
mod key_sheet;
mod keyboard;
mod library;
mod live;
mod local_relay;
mod owed;
mod path_dialog;
mod place;
mod rail;
mod requests;
pub mod scale;
mod screen;
mod settings;
pub mod shell;
pub mod shortcuts;
mod start;
mod state;
pub mod theme;
pub mod widgets;
mod window;
mod words;

pub use deed::Deeds;
pub use detail::DetailScreen;
pub use first_run::FirstRun;
pub use history::HistoryScreen;
pub use library::{LibraryScreen, Selection};
pub use live::LiveScreen;
pub use path_dialog::PathDialog;
pub use requests::Requests;
pub use screen::Screen;
pub use settings::SettingsScreen;
pub use start::{Opening, Refusal};
pub use state::UiState;
pub use window::{Window, refuse, run};
