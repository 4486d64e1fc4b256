// @ts-check
// Words of the page in the reader's language, and times as people there write them.

/** @type {Record<string, string>} */
let words = {};
/** How times are written: as the reader's own country does, where that is the same language. */
let region = "en";
/** @type {Intl.PluralRules | null} */
let plurals = null;

/**
 * @param {Record<string, string>} texts
 * @param {string} lang
 */
export function useTexts(texts, lang) {
  words = texts;
  region = globalThis.navigator?.languages?.find((l) => l.startsWith(lang)) ?? lang;
  plurals = new Intl.PluralRules(lang);
}

/**
 * The text of a key with `{name}` replaced. With `n`, the plural form is taken: `key.one`, `key.other`.
 *
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const form = typeof values.n === "number" && plurals ? words[key + "." + plurals.select(values.n)] : undefined;
  const text = form ?? words[key] ?? words[key + ".other"] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * Hour and minute on this phone's clock.
 *
 * @param {number} ms
 * @returns {string}
 */
export function clock(ms) {
  return new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

/**
 * Seconds as a countdown: `0:48`.
 *
 * @param {number} ms
 * @returns {string}
 */
export function left(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
}
