// @ts-check
// What the dancer did and the relay has not acknowledged yet: bounded, in order, each thing once.
//
// Plain data in, plain data out. A later wish on the same thing replaces an earlier one (like, then unlike);
// ids and counters are made once, so that a repeat after a lost answer is the same action to the relay.

/** No hand fills this: there is one place per song, poll and wish. */
export const LIMIT = 200;
/** What lies here longer is of a night long gone. */
export const KEEP_MS = 24 * 3600 * 1000;

/**
 * @typedef {{ kind: "like", play: string, on: boolean }
 *   | { kind: "vote", poll: string, option: number }
 *   | { kind: "tempo", play: string, vote: "faster" | "perfect" | "slower" | "clear" }
 *   | { kind: "thank" }} Wish
 * @typedef {{ id: string, counter: number, at: number, wish: Wish, notBefore: number }} Action
 * @typedef {{ actions: Action[] }} Outbox
 */

/** @returns {Outbox} */
export function empty() {
  return { actions: [] };
}

/**
 * Which thing a wish is about: one action per thing waits at a time.
 *
 * @param {Wish} wish
 * @returns {string}
 */
export function subject(wish) {
  if (wish.kind === "vote") return "vote " + wish.poll;
  return wish.kind === "thank" ? "thank" : wish.kind + " " + wish.play;
}

/**
 * @param {Outbox} box
 * @param {Wish} wish
 * @param {{ id: string, counter: number }} made a new random id, and the next counter of the pass
 * @param {number} now
 * @returns {Outbox}
 */
export function add(box, wish, made, now) {
  const about = subject(wish);
  const others = box.actions.filter((a) => subject(a.wish) !== about && now - a.at < KEEP_MS);
  return { actions: [...others, { ...made, at: now, wish, notBefore: 0 }].slice(-LIMIT) };
}

/**
 * The relay has stored it, or will never take it.
 *
 * @param {Outbox} box
 * @param {string} id
 * @returns {Outbox}
 */
export function settle(box, id) {
  return { actions: box.actions.filter((a) => a.id !== id) };
}

/**
 * The relay asks to wait: nothing goes out before that.
 *
 * @param {Outbox} box
 * @param {string} id
 * @param {number} until
 * @returns {Outbox}
 */
export function postpone(box, id, until) {
  return { actions: box.actions.map((a) => (a.id === id ? { ...a, notBefore: until } : a)) };
}

/**
 * What may go out now, oldest first. When one has to wait, later ones wait with it: order is kept.
 *
 * @param {Outbox} box
 * @param {number} now
 * @returns {Action[]}
 */
export function due(box, now) {
  return box.actions.some((a) => a.notBefore > now) ? [] : box.actions;
}

/**
 * When the next one may go out, or null when nothing waits for a moment.
 *
 * @param {Outbox} box
 * @returns {number | null}
 */
export function dueAt(box) {
  const times = box.actions.map((a) => a.notBefore).filter((t) => t > 0);
  return times.length > 0 ? Math.max(...times) : null;
}

/**
 * The action as the relay wants it.
 *
 * @param {Action} action
 * @returns {import("../../../protocol.js").DancerMessage}
 */
export function toMessage(action) {
  const { id, counter, wish } = action;
  switch (wish.kind) {
    case "like":
      return { type: wish.on ? "LIKE" : "UNLIKE", id, counter, play_id: wish.play };
    case "vote":
      return { type: "VOTE", id, counter, poll_id: wish.poll, option: wish.option };
    case "tempo":
      return { type: "TEMPO_VOTE", id, counter, play_id: wish.play, vote: wish.vote };
    default:
      return { type: "THANK", id, counter };
  }
}

/**
 * What was read from storage, which anybody may have written, as an outbox.
 *
 * @param {unknown} found
 * @param {number} now
 * @returns {Outbox}
 */
export function restore(found, now) {
  const box = /** @type {Partial<Outbox> | null} */ (found);
  if (!box || !Array.isArray(box.actions)) return empty();
  const whole = box.actions.filter((a) => a && typeof a.id === "string" && typeof a.counter === "number" && a.wish && now - a.at < KEEP_MS);
  return { actions: whole.slice(-LIMIT) };
}
