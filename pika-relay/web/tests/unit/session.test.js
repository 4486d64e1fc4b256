// @ts-check
// What the page makes of the relay's messages.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import * as outbox from "../../assets/js/live/outbox.js";
import * as session from "../../assets/js/live/session.js";

/** @param {string} id @param {number} at @param {object} [more] @returns {any} */
const play = (id, at, more = {}) => ({ play_id: id, track: { title: "T" + id, artist: "A", duration_ms: 180_000 }, started_at: at, likes: 0, ...more });

/** @param {object} [more] @returns {any} */
const snapshot = (more = {}) => ({
  type: "SNAPSHOT", epoch: "e", offset: 1, session: { code: "K7QF", name: "N", dj_name: "D", has_pin: false }, started_at: 0,
  dj_online: true, playing: "b", plays: [play("b", 2000), play("a", 1000)], plays_total: 2, listeners: 3, ...more,
});

/** @param {any[]} messages @returns {session.Session} */
function after(...messages) {
  /** @type {session.Session | null} */
  let s = session.apply(null, snapshot(), 0);
  for (const m of messages) s = session.apply(s, m, 5000);
  assert.ok(s);
  return s;
}

test("a new song is current; one played earlier joins the history", () => {
  assert.equal(after({ type: "NOW_PLAYING", offset: 2, play: play("c", 3000), current: true }).playing, "c");
  const late = after({ type: "NOW_PLAYING", offset: 2, play: play("x", 1500), current: false });
  assert.equal(late.playing, "b");
  assert.deepEqual(late.plays.map((p) => p.play_id), ["b", "x", "a"]);
  assert.equal(late.playsTotal, 3);
});

test("a correction keeps the likes, a removal takes the play away", () => {
  const s = after(
    { type: "COUNTS", listeners: 4, plays: [{ play_id: "b", likes: 7 }] },
    { type: "PLAY_CORRECTED", offset: 2, play_id: "b", track: { title: "Right", artist: "" }, started_at: 2100 },
  );
  assert.equal(s.plays[0].track.title, "Right");
  assert.equal(s.plays[0].likes, 7);
  const gone = after({ type: "PLAY_REMOVED", offset: 2, play_id: "b" });
  assert.equal(gone.playing, null);
  assert.deepEqual(gone.plays.map((p) => p.play_id), ["a"]);
});

test("an old song is never called current", () => {
  const s = after();
  const at = (/** @type {number} */ now, /** @type {number | null} */ lost = null) => session.shown(s, now, lost);
  assert.equal(at(60_000)?.current, true);
  assert.equal(at(2000 + 180_000 + session.GRACE_MS + 1)?.current, false);
  assert.deepEqual([at(60_000, 50_000)?.current, at(60_000, 50_000)?.knownAt], [false, 50_000]);
  const away = after({ type: "DJ_OFFLINE", offset: 2, at: 30_000 });
  assert.deepEqual([session.shown(away, 90_000, null)?.current, session.shown(away, 90_000, null)?.knownAt], [false, 30_000]);
  const back = session.apply(away, { type: "DJ_ONLINE", offset: 3, at: 40_000 }, 0);
  assert.ok(back);
  assert.equal(session.shown(back, 60_000, null)?.current, true);
  assert.equal(session.shown(after({ type: "TRACK_STOPPED", offset: 2, play_id: "b", stopped_at: 9 }), 60_000, null), null);
});

test("a snapshot after a long time away keeps the older songs that the page knew", () => {
  const s = session.fromSnapshot(snapshot({ plays: [play("d", 9000), play("c", 8000)], playing: "d", plays_total: 4 }), after());
  assert.deepEqual(s.plays.map((p) => p.play_id), ["d", "c", "b", "a"]);
});

test("a poll's late figures never replace the running one", () => {
  const poll = (/** @type {string} */ id) => ({ poll_id: id, question: "?", options: ["x", "y"], closes: { when: "manual" }, opened_at: 0, votes: [0, 0] });
  const s = after(
    { type: "POLL_STARTED", offset: 2, poll: poll("p1") },
    { type: "POLL_ENDED", offset: 3, poll_id: "p1", votes: [3, 1], cancelled: false },
    { type: "POLL_STARTED", offset: 4, poll: poll("p2") },
    { type: "POLL_RESULTS", poll_id: "p1", votes: [9, 9] },
    { type: "POLL_ENDED", offset: 5, poll_id: "p1", votes: [9, 9], cancelled: false },
  );
  assert.deepEqual(s.poll?.votes, [0, 0]);
  assert.equal(s.closed, null);
});

test("a poll that was taken back shows no result", () => {
  const s = after(
    { type: "POLL_STARTED", offset: 2, poll: { poll_id: "p", question: "?", options: ["x", "y"], closes: { when: "manual" }, opened_at: 0, votes: [0, 0] } },
    { type: "POLL_ENDED", offset: 3, poll_id: "p", votes: [1, 0], cancelled: true },
  );
  assert.deepEqual([s.poll, s.closed], [null, null]);
});

test("an announcement is removed only by its own name", () => {
  const a = { announcement_id: "1", text: "Hi", at: 0 };
  assert.equal(after({ type: "ANNOUNCEMENT", offset: 2, announcement: a }, { type: "ANNOUNCEMENT_CANCELLED", offset: 3, announcement_id: "2" }).announcement, a);
  assert.equal(after({ type: "ANNOUNCEMENT", offset: 2, announcement: a }, { type: "ANNOUNCEMENT_CANCELLED", offset: 3, announcement_id: "1" }).announcement, null);
});

test("a like shows at once, counts once, and can be taken back", () => {
  const s = after({ type: "COUNTS", listeners: 1, plays: [{ play_id: "b", likes: 41 }] });
  const b = s.plays[0];
  let box = outbox.add(outbox.empty(), { kind: "like", play: "b", on: true }, { id: "1", counter: 1 }, 0);
  assert.equal(session.likesShown(b, box, {}), 42);
  const stored = session.likeStored(s, "b", true, false);
  box = outbox.settle(box, "1");
  assert.equal(session.likesShown(stored.plays[0], box, { b: true }), 42);
  box = outbox.add(box, { kind: "like", play: "b", on: false }, { id: "2", counter: 2 }, 0);
  assert.equal(session.likesShown(stored.plays[0], box, { b: true }), 41);
});

test("what the relay will never take is taken back", () => {
  const mine = session.wished(session.wished(session.nothingOfMine(), { kind: "vote", poll: "p", option: 1 }), { kind: "like", play: "b", on: true });
  const undone = session.undone(mine, session.nothingOfMine(), { kind: "vote", poll: "p", option: 1 });
  assert.deepEqual(undone.votes, {});
  assert.equal(undone.likes.b, true);
});

test("percents are whole and add up", () => {
  assert.deepEqual(session.result([1, 1, 1]), { total: 3, percents: [34, 33, 33], leader: null });
  assert.deepEqual(session.result([24, 16, 8, 4]), { total: 52, percents: [46, 31, 15, 8], leader: 0 });
  assert.deepEqual(session.result([0, 0]), { total: 0, percents: [0, 0], leader: null });
});

test("every message that the relay may send is understood", () => {
  // The golden files are the contract: none of them may make the page stumble.
  const folder = new URL("../../../../pika-protocol/tests/golden/to_dancer/", import.meta.url);
  const files = readdirSync(folder).filter((f) => f.endsWith(".json"));
  assert.ok(files.length >= 15);
  let s = session.apply(null, snapshot(), 0);
  for (const file of files) {
    s = session.apply(s, JSON.parse(readFileSync(new URL(file, folder), "utf8")), 0);
    assert.ok(s, file);
  }
});
