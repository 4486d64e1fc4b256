// @ts-check
// How long to wait before trying again: growing, and spread at random so that a whole ballroom does not come
// back in the same moment ("full jitter").

/** First step and longest wait, in milliseconds. */
export const BASE_MS = 2000;
export const CAP_MS = 30000;

/**
 * Milliseconds to wait before attempt `failures + 1`.
 *
 * @param {number} failures how many attempts failed in a row
 * @param {number} random between 0 and 1
 * @returns {number}
 */
export function backoff(failures, random) {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 10));
  return spread(ceiling, random);
}

/**
 * A random moment within `withinMs`, never quite zero so that a busy loop is impossible.
 *
 * @param {number} withinMs
 * @param {number} random between 0 and 1
 * @returns {number}
 */
export function spread(withinMs, random) {
  return Math.round(50 + random * Math.max(0, withinMs - 50));
}
