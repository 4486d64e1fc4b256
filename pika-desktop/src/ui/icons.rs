//! The icons: Phosphor (MIT), the ones in use. Outlined at rest, filled for the chosen one.

use eframe::egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, Rect, Sense, Ui};

use super::fonts::filled_icons;

/// An icon as a character of the bundled fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icon(pub &'static str);

impl Icon {
    /// Adds it outlined, in this size in points. It says nothing: the words beside it do.
    pub fn show(self, ui: &mut Ui, size: f32, color: Color32) {
        add(ui, self.0, FontId::new(size, FontFamily::Proportional), color);
    }

    /// Adds it filled, in this size in points.
    pub fn show_filled(self, ui: &mut Ui, size: f32, color: Color32) {
        add(ui, self.0, FontId::new(size, filled_icons()), color);
    }

    /// Draws it outlined, its middle at `center`, `size` points high.
    pub fn paint(self, painter: &Painter, center: Pos2, size: f32, color: Color32) -> Rect {
        let font = FontId::new(size, FontFamily::Proportional);
        paint(painter, center, self.0, font, color)
    }

    /// Draws it filled, its middle at `center`, `size` points high.
    pub fn paint_filled(self, painter: &Painter, center: Pos2, size: f32, color: Color32) -> Rect {
        paint(painter, center, self.0, FontId::new(size, filled_icons()), color)
    }
}

fn add(ui: &mut Ui, text: &str, font: FontId, color: Color32) {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, color);
    let (rect, _) = ui.allocate_exact_size(galley.size(), Sense::hover());
    ui.painter().galley(rect.min, galley, color);
}

fn paint(painter: &Painter, center: Pos2, text: &str, font: FontId, color: Color32) -> Rect {
    // The line is higher than the icon: what counts is the middle of the drawing.
    let galley = painter.layout_no_wrap(text.to_owned(), font, color);
    let drawn = galley.mesh_bounds;
    let drawn = if drawn.is_finite() && drawn.is_positive() {
        drawn
    } else {
        galley.rect
    };
    let at = Align2::CENTER_CENTER
        .align_size_within_rect(drawn.size(), Rect::from_center_size(center, drawn.size()));
    painter.galley(at.min - drawn.min.to_vec2(), galley, color);
    at
}

macro_rules! icons {
    ($($name:ident = $char:literal, $doc:literal;)*) => {
        $(#[doc = concat!("`", $doc, "`.")] pub const $name: Icon = Icon($char);)*
        /// All of them.
        pub const ALL: &[Icon] = &[$($name),*];
    };
}

icons! {
    ARROW_BEND_UP_LEFT = "\u{e024}", "arrow-bend-up-left";
    ARROW_CLOCKWISE = "\u{e036}", "arrow-clockwise";
    ARROW_COUNTER_CLOCKWISE = "\u{e038}", "arrow-counter-clockwise";
    ARROW_DOWN = "\u{e03e}", "arrow-down";
    ARROW_FAT_DOWN = "\u{e518}", "arrow-fat-down";
    ARROW_FAT_UP = "\u{e52e}", "arrow-fat-up";
    ARROW_LEFT = "\u{e058}", "arrow-left";
    ARROW_RIGHT = "\u{e06c}", "arrow-right";
    ARROW_SQUARE_OUT = "\u{e5de}", "arrow-square-out";
    ARROW_UP = "\u{e08e}", "arrow-up";
    ARROWS_CLOCKWISE = "\u{e094}", "arrows-clockwise";
    ARROWS_IN = "\u{e09a}", "arrows-in";
    ARROWS_OUT = "\u{e0a2}", "arrows-out";
    BACKSPACE = "\u{e0ae}", "backspace";
    BELL = "\u{e0ce}", "bell";
    BROADCAST = "\u{e0f2}", "broadcast";
    BUG = "\u{e5f4}", "bug";
    CALENDAR = "\u{e108}", "calendar";
    CALENDAR_BLANK = "\u{e10a}", "calendar-blank";
    CARET_DOUBLE_DOWN = "\u{e126}", "caret-double-down";
    CARET_DOUBLE_UP = "\u{e12c}", "caret-double-up";
    CARET_DOWN = "\u{e136}", "caret-down";
    CARET_LEFT = "\u{e138}", "caret-left";
    CARET_RIGHT = "\u{e13a}", "caret-right";
    CARET_UP = "\u{e13c}", "caret-up";
    CARET_UP_DOWN = "\u{e140}", "caret-up-down";
    CHART_LINE = "\u{e154}", "chart-line";
    CHART_LINE_UP = "\u{e156}", "chart-line-up";
    CHAT_CIRCLE = "\u{e168}", "chat-circle";
    CHECK = "\u{e182}", "check";
    CHECK_CIRCLE = "\u{e184}", "check-circle";
    CHECK_FAT = "\u{eba6}", "check-fat";
    CHECK_SQUARE = "\u{e186}", "check-square";
    CHECKS = "\u{e53a}", "checks";
    CIRCLE = "\u{e18a}", "circle";
    CIRCLE_HALF = "\u{e18c}", "circle-half";
    CIRCLE_NOTCH = "\u{eb44}", "circle-notch";
    CLIPBOARD_TEXT = "\u{e198}", "clipboard-text";
    CLOCK = "\u{e19a}", "clock";
    CLOUD = "\u{e1aa}", "cloud";
    CLOUD_CHECK = "\u{e1b0}", "cloud-check";
    CLOUD_SLASH = "\u{e1b6}", "cloud-slash";
    CLOUD_WARNING = "\u{ea98}", "cloud-warning";
    COLUMNS = "\u{e546}", "columns";
    COMMAND = "\u{e1c4}", "command";
    COMPUTER_TOWER = "\u{e548}", "computer-tower";
    CONFETTI = "\u{e81a}", "confetti";
    COPY = "\u{e1ca}", "copy";
    COPY_SIMPLE = "\u{e1cc}", "copy-simple";
    CPU = "\u{e610}", "cpu";
    CROWN = "\u{e614}", "crown";
    DATABASE = "\u{e1de}", "database";
    DEVICE_MOBILE = "\u{e1e0}", "device-mobile";
    DISC = "\u{e564}", "disc";
    DOTS_SIX_VERTICAL = "\u{eae2}", "dots-six-vertical";
    DOTS_THREE = "\u{e1fe}", "dots-three";
    DOTS_THREE_VERTICAL = "\u{e208}", "dots-three-vertical";
    DOWNLOAD_SIMPLE = "\u{e20c}", "download-simple";
    EQUALIZER = "\u{ebbc}", "equalizer";
    EQUALS = "\u{e21c}", "equals";
    ERASER = "\u{e21e}", "eraser";
    EXPORT = "\u{eaf0}", "export";
    EYE = "\u{e220}", "eye";
    EYE_SLASH = "\u{e224}", "eye-slash";
    FAST_FORWARD = "\u{e6a6}", "fast-forward";
    FILE_AUDIO = "\u{ea20}", "file-audio";
    FILE_CSV = "\u{eb1c}", "file-csv";
    FILE_TEXT = "\u{e23a}", "file-text";
    FIRE = "\u{e242}", "fire";
    FLAG = "\u{e244}", "flag";
    FLOPPY_DISK = "\u{e248}", "floppy-disk";
    FOLDER = "\u{e24a}", "folder";
    FOLDER_NOTCH = "\u{e24a}", "folder-notch";
    FOLDER_OPEN = "\u{e256}", "folder-open";
    FOLDER_PLUS = "\u{e258}", "folder-plus";
    FUNNEL = "\u{e266}", "funnel";
    FUNNEL_SIMPLE = "\u{e268}", "funnel-simple";
    GAUGE = "\u{e628}", "gauge";
    GEAR = "\u{e270}", "gear";
    GEAR_SIX = "\u{e272}", "gear-six";
    GLOBE = "\u{e288}", "globe";
    GUITAR = "\u{ea8a}", "guitar";
    HAND_POINTING = "\u{e29a}", "hand-pointing";
    HANDS_CLAPPING = "\u{e6a0}", "hands-clapping";
    HARD_DRIVE = "\u{e29e}", "hard-drive";
    HARD_DRIVES = "\u{e2a0}", "hard-drives";
    HASH = "\u{e2a2}", "hash";
    HEADPHONES = "\u{e2a6}", "headphones";
    HEART = "\u{e2a8}", "heart";
    HEART_STRAIGHT = "\u{e2aa}", "heart-straight";
    HOURGLASS = "\u{e2b2}", "hourglass";
    HOUSE = "\u{e2c2}", "house";
    INFO = "\u{e2ce}", "info";
    KEY = "\u{e2d6}", "key";
    KEYBOARD = "\u{e2d8}", "keyboard";
    LAPTOP = "\u{e586}", "laptop";
    LIFEBUOY = "\u{e63a}", "lifebuoy";
    LIGHTNING = "\u{e2de}", "lightning";
    LINK = "\u{e2e2}", "link";
    LINK_SIMPLE = "\u{e2e6}", "link-simple";
    LIST = "\u{e2f0}", "list";
    LIST_CHECKS = "\u{eadc}", "list-checks";
    LIST_PLUS = "\u{e2f8}", "list-plus";
    LOCK = "\u{e2fa}", "lock";
    LOCK_OPEN = "\u{e306}", "lock-open";
    LOCK_SIMPLE = "\u{e308}", "lock-simple";
    LOCK_SIMPLE_OPEN = "\u{e30a}", "lock-simple-open";
    MAGIC_WAND = "\u{e6b6}", "magic-wand";
    MAGNIFYING_GLASS = "\u{e30c}", "magnifying-glass";
    MAP_PIN = "\u{e316}", "map-pin";
    MEGAPHONE = "\u{e324}", "megaphone";
    MEGAPHONE_SIMPLE = "\u{e642}", "megaphone-simple";
    METRONOME = "\u{ec8e}", "metronome";
    MICROPHONE = "\u{e326}", "microphone";
    MICROPHONE_STAGE = "\u{e75c}", "microphone-stage";
    MINUS = "\u{e32a}", "minus";
    MINUS_CIRCLE = "\u{e32c}", "minus-circle";
    MONITOR = "\u{e32e}", "monitor";
    MOON = "\u{e330}", "moon";
    MUSIC_NOTE = "\u{e33c}", "music-note";
    MUSIC_NOTES = "\u{e340}", "music-notes";
    MUSIC_NOTES_PLUS = "\u{eb7c}", "music-notes-plus";
    NOTE = "\u{e348}", "note";
    NOTE_PENCIL = "\u{e34c}", "note-pencil";
    PAINT_BRUSH = "\u{e6f0}", "paint-brush";
    PALETTE = "\u{e6c8}", "palette";
    PAUSE = "\u{e39e}", "pause";
    PENCIL_SIMPLE = "\u{e3b4}", "pencil-simple";
    PERSON_SIMPLE_RUN = "\u{e730}", "person-simple-run";
    PERSON_SIMPLE_WALK = "\u{e73a}", "person-simple-walk";
    PHONE = "\u{e3b8}", "phone";
    PIANO_KEYS = "\u{e9c8}", "piano-keys";
    PLAY = "\u{e3d0}", "play";
    PLAYLIST = "\u{e6aa}", "playlist";
    PLUGS = "\u{eb56}", "plugs";
    PLUGS_CONNECTED = "\u{eb5a}", "plugs-connected";
    PLUS = "\u{e3d4}", "plus";
    PLUS_CIRCLE = "\u{e3d6}", "plus-circle";
    POWER = "\u{e3da}", "power";
    PRESENTATION = "\u{e654}", "presentation";
    PROHIBIT = "\u{e3de}", "prohibit";
    PROJECTOR_SCREEN = "\u{e658}", "projector-screen";
    PUSH_PIN = "\u{e3e2}", "push-pin";
    QR_CODE = "\u{e3e6}", "qr-code";
    QUESTION = "\u{e3e8}", "question";
    RECORD = "\u{e3ee}", "record";
    REPEAT = "\u{e3f6}", "repeat";
    REWIND = "\u{e6a8}", "rewind";
    ROCKET_LAUNCH = "\u{e3fe}", "rocket-launch";
    SCISSORS = "\u{eae0}", "scissors";
    SELECTION = "\u{e69a}", "selection";
    SELECTION_ALL = "\u{e746}", "selection-all";
    SELECTION_SLASH = "\u{e69e}", "selection-slash";
    SHARE_NETWORK = "\u{e408}", "share-network";
    SHIELD_CHECK = "\u{e40c}", "shield-check";
    SHUFFLE = "\u{e422}", "shuffle";
    SIGN_IN = "\u{e428}", "sign-in";
    SIGN_OUT = "\u{e42a}", "sign-out";
    SKIP_BACK = "\u{e5a4}", "skip-back";
    SKIP_FORWARD = "\u{e5a6}", "skip-forward";
    SLIDERS_HORIZONTAL = "\u{e434}", "sliders-horizontal";
    SMILEY = "\u{e436}", "smiley";
    SNEAKER = "\u{e80c}", "sneaker";
    SNEAKER_MOVE = "\u{ed60}", "sneaker-move";
    SORT_ASCENDING = "\u{e444}", "sort-ascending";
    SORT_DESCENDING = "\u{e446}", "sort-descending";
    SPARKLE = "\u{e6a2}", "sparkle";
    SPEAKER_HIGH = "\u{e44a}", "speaker-high";
    SPEAKER_LOW = "\u{e44c}", "speaker-low";
    SPEAKER_NONE = "\u{e44e}", "speaker-none";
    SPEAKER_SLASH = "\u{e45a}", "speaker-slash";
    SPEEDOMETER = "\u{ee74}", "speedometer";
    SPINNER = "\u{e66a}", "spinner";
    SPINNER_GAP = "\u{e66c}", "spinner-gap";
    SQUARE = "\u{e45e}", "square";
    STAR = "\u{e46a}", "star";
    STOP = "\u{e46c}", "stop";
    SUN = "\u{e472}", "sun";
    SWAP = "\u{e83c}", "swap";
    TABLE = "\u{e476}", "table";
    TAG = "\u{e478}", "tag";
    TEXT_AA = "\u{e6ee}", "text-aa";
    TEXTBOX = "\u{eb0a}", "textbox";
    THUMBS_UP = "\u{e48e}", "thumbs-up";
    TICKET = "\u{e490}", "ticket";
    TIMER = "\u{e492}", "timer";
    TRASH = "\u{e4a6}", "trash";
    TREND_DOWN = "\u{e4ac}", "trend-down";
    TREND_UP = "\u{e4ae}", "trend-up";
    TROPHY = "\u{e67e}", "trophy";
    UPLOAD_SIMPLE = "\u{e4c0}", "upload-simple";
    USB = "\u{e956}", "usb";
    USER = "\u{e4c2}", "user";
    USER_CIRCLE = "\u{e4c4}", "user-circle";
    USERS = "\u{e4d6}", "users";
    USERS_THREE = "\u{e68e}", "users-three";
    VINYL_RECORD = "\u{ecac}", "vinyl-record";
    WARNING = "\u{e4e0}", "warning";
    WARNING_CIRCLE = "\u{e4e2}", "warning-circle";
    WAVE_SINE = "\u{ea9a}", "wave-sine";
    WAVEFORM = "\u{e802}", "waveform";
    WIFI_HIGH = "\u{e4ea}", "wifi-high";
    WIFI_SLASH = "\u{e4f2}", "wifi-slash";
    X = "\u{e4f6}", "x";
    X_CIRCLE = "\u{e4f8}", "x-circle";
}
