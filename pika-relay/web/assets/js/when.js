// @ts-check
// Days and times as people in the reader's own country write them, where that is the page's language.

const lang = document.documentElement.lang;
const region = navigator.languages?.find((l) => l.startsWith(lang)) ?? lang;
const DAY_MS = 86_400_000;

/**
 * Hour and minute on the reader's clock.
 *
 * @param {number} ms
 * @returns {string}
 */
export function clock(ms) {
  return new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

/**
 * @param {number} ms
 * @returns {string}
 */
export function day(ms) {
  return new Intl.DateTimeFormat(region, { day: "numeric", month: "long", year: "numeric" }).format(ms);
}

/**
 * A day in a list: `14 Nov`, with its year where that is another one.
 *
 * @param {number} ms
 * @param {number} now
 * @returns {string}
 */
export function dayAndMonth(ms, now) {
  const other = new Date(ms).getFullYear() !== new Date(now).getFullYear();
  return new Intl.DateTimeFormat(region, { day: "numeric", month: "short", ...(other ? { year: "numeric" } : {}) }).format(ms);
}

/**
 * How long ago: `2 min. ago` within a day, else the day.
 *
 * @param {number} ms
 * @param {number} now
 * @returns {string}
 */
export function ago(ms, now) {
  const minutes = Math.max(0, Math.round((now - ms) / 60_000));
  if (now - ms > DAY_MS) return dayAndMonth(ms, now);
  const words = new Intl.RelativeTimeFormat(region, { numeric: "auto", style: "short" });
  return minutes < 60 ? words.format(-minutes, "minute") : words.format(-Math.round(minutes / 60), "hour");
}
