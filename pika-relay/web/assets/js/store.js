// @ts-check
// This phone's memory: local storage where the browser allows it, else for as long as the page is open.
// Nothing of it is sent anywhere except the pass, PIN and actions that the dancer means to send.

import * as outbox from "./live/outbox.js";
import { nothingOfMine } from "./live/session.js";

/** @type {Map<string, string>} */
const fallback = new Map();
/** Nights kept: their likes and unsent actions; the oldest goes first. */
const MOST_NIGHTS = 60;
/** Songs kept in "My songs". */
const MOST_SONGS = 2000;

/**
 * @typedef {{ pin: string | null, mine: import("./live/session.js").Mine, stored: import("./live/session.js").Mine, box: outbox.Outbox, at: number }} Night
 * @typedef {{ play: string, title: string, artist: string, at: number, code: string, room: string, dj: string, cover: string }} Song
 */

/**
 * @param {string} key
 * @returns {unknown}
 */
export function read(key) {
  let text = fallback.get(key) ?? null;
  try {
    text = localStorage.getItem(key) ?? text;
  } catch {
    // Storage is switched off.
  }
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 */
export function write(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
    fallback.delete(key);
  } catch {
    fallback.set(key, text);
  }
}

/** @param {string} key */
function remove(key) {
  fallback.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing to remove then.
  }
}

/** @returns {string | null} */
export function pass() {
  const found = read("pika.pass");
  return typeof found === "string" ? found : null;
}

/**
 * Keeps a new pass, unless another tab got one in the meantime: a phone with two passes would count twice.
 *
 * @param {string} value
 * @param {string | null} instead the pass that was asked for
 * @returns {string} the one to use
 */
export function keepPass(value, instead) {
  const found = pass();
  if (found !== null && found !== instead) return found;
  if (found !== value) write("pika.pass", value);
  return value;
}

/**
 * The next counter of the pass. Tabs share it; reading and writing at once is safe, since storage is synchronous.
 *
 * @returns {number}
 */
export function nextCounter() {
  const last = read("pika.counter");
  const next = (typeof last === "number" && last >= 0 ? last : 0) + 1;
  write("pika.counter", next);
  return next;
}

/**
 * @param {string} code
 * @param {number} now
 * @returns {Night}
 */
export function night(code, now) {
  const found = /** @type {Partial<Night> | null} */ (read("pika.night." + code));
  return {
    pin: typeof found?.pin === "string" ? found.pin : null,
    mine: { ...nothingOfMine(), ...found?.mine },
    stored: { ...nothingOfMine(), ...found?.stored },
    box: outbox.restore(found?.box, now),
    at: now,
  };
}

/**
 * Changes a night's memory. It is read afresh each time: another tab may have written since.
 *
 * @param {string} code
 * @param {number} now
 * @param {(night: Night) => Night} change
 * @returns {Night}
 */
export function updateNight(code, now, change) {
  const next = { ...change(night(code, now)), at: now };
  write("pika.night." + code, next);
  rememberCode(code);
  return next;
}

/** @param {string} code */
function rememberCode(code) {
  const found = read("pika.nights");
  const codes = Array.isArray(found) ? found : [];
  if (codes[codes.length - 1] === code) return;
  const next = [...codes.filter((c) => c !== code), code];
  for (const old of next.slice(0, -MOST_NIGHTS)) remove("pika.night." + old);
  write("pika.nights", next.slice(-MOST_NIGHTS));
}

/** @returns {Song[]} newest first */
export function songs() {
  const found = read("pika.songs");
  return Array.isArray(found) ? found.filter((s) => s && typeof s.title === "string" && typeof s.play === "string") : [];
}

/**
 * @param {Song} song
 * @param {boolean} loved
 */
export function keepSong(song, loved) {
  const others = songs().filter((s) => s.play !== song.play);
  write("pika.songs", loved ? [song, ...others].sort((a, b) => b.at - a.at).slice(0, MOST_SONGS) : others);
}

/**
 * A random id (UUID version 4). `crypto.randomUUID` needs https; the local relay speaks plain http.
 *
 * @returns {string}
 */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
