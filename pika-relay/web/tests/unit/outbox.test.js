// @ts-check
// What waits to be sent: once, in order, bounded.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as outbox from "../../assets/js/live/outbox.js";

let counter = 0;
/**
 * @param {outbox.Outbox} box
 * @param {outbox.Wish} wish
 */
function put(box, wish) {
  counter += 1;
  return outbox.add(box, wish, { id: "id" + counter, counter }, 1000);
}

/** @param {string} play @param {boolean} [on] */
const like = (play, on = true) => /** @type {outbox.Wish} */ ({ kind: "like", play, on });

test("the last wish on a thing is the one that goes out", () => {
  const box = put(put(put(outbox.empty(), like("a")), like("b")), like("a", false));
  const messages = outbox.due(box, 1000).map(outbox.toMessage);
  assert.deepEqual(messages.map((m) => m.type), ["LIKE", "UNLIKE"]);
  assert.ok("counter" in messages[0] && "counter" in messages[1] && messages[0].counter < messages[1].counter);
});

test("a repeat is the same action: id and counter stay", () => {
  const box = put(outbox.empty(), like("a"));
  assert.deepEqual(outbox.toMessage(outbox.due(box, 1000)[0]), outbox.toMessage(outbox.due(box, 99_000)[0]));
});

test("what is stored is gone, what is not stays", () => {
  const box = put(put(outbox.empty(), like("a")), { kind: "vote", poll: "p", option: 2 });
  const rest = outbox.settle(box, box.actions[0].id);
  assert.deepEqual(rest.actions.map((a) => a.wish.kind), ["vote"]);
  assert.deepEqual(outbox.settle(rest, "unknown"), rest);
});

test("asked to wait, everything waits, in order", () => {
  const box = put(put(outbox.empty(), like("a")), like("b"));
  const later = outbox.postpone(box, box.actions[0].id, 5000);
  assert.deepEqual(outbox.due(later, 4999), []);
  assert.equal(outbox.due(later, 5000).length, 2);
  assert.equal(outbox.dueAt(later), 5000);
});

test("a day later nothing of it is sent any more", () => {
  const box = put(outbox.empty(), like("a"));
  assert.equal(outbox.restore(JSON.parse(JSON.stringify(box)), 2000).actions.length, 1);
  assert.equal(outbox.restore(box, 1000 + outbox.KEEP_MS).actions.length, 0);
});

test("it is bounded", () => {
  let box = outbox.empty();
  for (let i = 0; i < outbox.LIMIT + 50; i++) box = put(box, like("play" + i));
  assert.equal(box.actions.length, outbox.LIMIT);
});

test("a broken memory is an empty one", () => {
  for (const broken of [null, 7, "x", {}, { actions: 3 }, { actions: [null, {}, { id: 1 }] }]) {
    assert.deepEqual(outbox.restore(broken, 0), outbox.empty());
  }
});

test("every wish becomes its message", () => {
  const of = (/** @type {outbox.Wish} */ wish) => outbox.toMessage({ id: "i", counter: 1, at: 0, notBefore: 0, wish });
  assert.deepEqual(of({ kind: "vote", poll: "p", option: 3 }), { type: "VOTE", id: "i", counter: 1, poll_id: "p", option: 3 });
  assert.deepEqual(of({ kind: "tempo", play: "a", vote: "clear" }), { type: "TEMPO_VOTE", id: "i", counter: 1, play_id: "a", vote: "clear" });
  assert.deepEqual(of({ kind: "thank" }), { type: "THANK", id: "i", counter: 1 });
});
