// @ts-check
// Invented songs for tests and pictures.

/** @returns {import("../../protocol.js").Track} */
const track = (/** @type {string} */ title, /** @type {string} */ artist, bpm = 0, camelot = "", key = "", energy = 0, danceability = 0, brightness = 0) => ({
  title, artist, bpm, camelot, key, energy, danceability, brightness, duration_ms: 230_000,
});

export const LOW_TIDE = track("Low Tide", "The Velvet Hours", 96, "8A", "Am", 64, 91, 47);
export const KEROSENE = track("Kerosene Smile", "Dusty Avenue", 98, "9A", "Em", 71, 84, 62);
export const NEON = track("Neon Rain", "KITE & ROOK", 102, "10A", "Bm", 78, 90, 74);
export const LONG = { title: "I Don’t Want to Leave the Floor Without You (Late Night Piano Version)", artist: "Noor Baptiste feat. 서윤" };
/** Oldest first. */
export const NIGHT = [
  track("Feathers", "Lowlight", 82, "12A", "D♭m", 27, 65, 36),
  track("Velcro Heart", "Pocket Theory", 108, "12B", "E", 82, 87, 79),
  track("Sugar on the Dial", "Tom Weaver Trio", 104, "3B", "D♭", 66, 82, 58),
  track("Cold Coffee Blues", "Hank Delacroix", 88, "2B", "F♯", 52, 77, 44),
  track("Żar", "Kasia Wilk", 91, "1A", "A♭m", 49, 83, 60),
  track("밤의 그림자", "Seo Yun", 106, "7B", "F", 75, 90, 72),
  track("Glasshouse", "Ten Foot Echo", 100, "11A", "F♯m", 73, 85, 81),
  track("Backseat Gospel", "Reverend Cole", 112, "6B", "B♭", 88, 80, 66),
  track("Tell Me Twice", "Ana Reyes", 95, "9B", "G", 62, 92, 55),
  NEON,
  KEROSENE,
];
/** Songs as an analysis leaves them: tempo with decimals, lengths to the millisecond. */
const EARLIER = [
  ["Paper Lanterns", "Marisol & the Long Way", 97.98, "5A", "Cm"], ["Hold the Line Open", "Jasper Quill", 101.53, "4B", "A♭"],
  ["Second Hand Summer", "The Brass Mailbox", 89.02, "2A", "E♭m"], ["Wait for the Two", "Imogen Hart", 104.97, "10B", "D"],
  ["Blue Umbrella", "Otis Ferring Trio", 84.51, "6A", "Gm"], ["Never Quite December", "Lindqvist", 93.04, "8B", "C"],
  ["Slow Elevator", "Cass Monroe feat. Dez", 78.96, "4A", "Fm"], ["Honey, It's Late", "The Understudies", 109.01, "11B", "A"],
];

/**
 * Many songs for one night, oldest first.
 *
 * @param {number} songs at most 19
 * @returns {import("../../protocol.js").Track[]}
 */
export function longNight(songs) {
  const earlier = EARLIER.map(([title, artist, bpm, camelot, key], i) => ({
    ...track(String(title), String(artist), Number(bpm), String(camelot), String(key), 41 + ((i * 37) % 53), 60 + ((i * 23) % 37), 30 + ((i * 29) % 59)),
    duration_ms: 187_263 + ((i * 48_611) % 90_000),
  }));
  return [...earlier, ...NIGHT].slice(-songs);
}
