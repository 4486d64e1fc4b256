// @ts-check
// Music in words. The relay's first HTML says the same (`pages/view.rs`); a test holds both to one list.

import { t } from "../text.js";

/**
 * The text key for a tempo, by how it feels to a social dancer.
 *
 * @param {number} bpm
 * @returns {string}
 */
export function speedOf(bpm) {
  if (bpm < 80) return "speed.slow";
  if (bpm < 95) return "speed.relaxed";
  if (bpm < 108) return "speed.medium";
  return bpm < 120 ? "speed.lively" : "speed.fast";
}

/**
 * `C♯m` as "C♯ minor".
 *
 * @param {string} key
 * @returns {string}
 */
export function keyWords(key) {
  const minor = key.endsWith("m");
  return t(minor ? "key.minor" : "key.major", { tonic: minor ? key.slice(0, -1) : key });
}
