// @ts-check
// The live connection's state machine, event by event, without network and without waiting.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as client from "../../assets/js/live/client.js";

const EPOCH = "11111111-1111-4111-8111-111111111111";

/**
 * A machine driven by hand: the clock stands still unless told otherwise.
 *
 * @param {Parameters<typeof client.initial>[0]} [known]
 */
function machine(known = {}) {
  const m = {
    state: client.initial(known),
    now: 1_000_000,
    random: 0.5,
    /** @type {client.Effect[]} */
    effects: [],
    /** @param {any} event without its link: the present one is meant */
    on(event) {
      const result = client.step(m.state, { link: m.state.link, ...event }, { now: m.now, random: m.random });
      m.state = result.state;
      m.effects = result.effects;
      return result.effects;
    },
    /** @param {string} name */
    find: (name) => /** @type {any} */ (m.effects.find((e) => e.do === name)),
    /** @param {number} [offset] @param {boolean} [resumed] @param {string} [epoch] */
    welcome(offset = 5, resumed = false, epoch = EPOCH) {
      m.on({ type: "message", message: { type: "WELCOME", protocol_version: 1, server_version: "x", pass: "PASS", relay_time: m.now, position: { epoch, offset }, resumed } });
    },
    /** @param {number} [offset] */
    snapshot(offset = 5) {
      m.on({ type: "message", message: { type: "SNAPSHOT", epoch: EPOCH, offset, plays: [] } });
    },
    live() {
      m.on({ type: "start" });
      m.welcome();
      m.snapshot();
      return m;
    },
  };
  return m;
}

test("the first attempt is a WebSocket with what is known", () => {
  const m = machine({ pass: "OLD", position: { epoch: EPOCH, offset: 3 } });
  m.on({ type: "start" });
  const connect = m.find("connect");
  assert.equal(connect.way, "ws");
  assert.deepEqual(connect.hello, { pin: null, pass: "OLD", since: { epoch: EPOCH, offset: 3 } });
  assert.equal(client.status(m.state, m.now), "connecting");
});

test("another tab's pass is taken over at once: one phone is one dancer", () => {
  const m = machine().live();
  assert.equal(m.find("connect"), undefined);
  m.on({ type: "pass", pass: "PASS" });
  assert.deepEqual(m.effects, [], "it is our own");
  m.on({ type: "pass", pass: "THE OTHER TAB'S" });
  assert.equal(m.find("connect").hello.pass, "THE OTHER TAB'S");
  assert.equal(m.state.phase, "connecting", "nothing goes out before the new WELCOME");
});

test("WELCOME makes it live, keeps the pass and sends what waits", () => {
  const m = machine();
  m.on({ type: "start" });
  m.welcome();
  assert.equal(m.state.phase, "live");
  assert.equal(m.find("keep").pass, "PASS");
  assert.ok(m.find("flush"));
  assert.equal(client.status(m.state, m.now), "live");
});

test("resuming asks for what came after the last message, and repeats are dropped", () => {
  const m = machine().live();
  const playing = (/** @type {number} */ offset) => m.on({ type: "message", message: { type: "NOW_PLAYING", offset, play: {}, current: true } });
  assert.equal(playing(6).filter((e) => e.do === "deliver").length, 1);
  assert.equal(playing(6).filter((e) => e.do === "deliver").length, 0);
  m.on({ type: "closed" });
  m.on({ type: "timer", name: "retry" });
  assert.deepEqual(m.find("connect").hello.since, { epoch: EPOCH, offset: 6 });
});

test("another epoch forgets the offset until its snapshot comes", () => {
  const m = machine().live();
  m.on({ type: "closed" });
  m.on({ type: "timer", name: "retry" });
  m.welcome(2, false, "22222222-2222-4222-8222-222222222222");
  assert.equal(m.state.position, null);
});

test("a WebSocket that never works gives way to server-sent events at once", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "closed" });
  assert.equal(m.find("connect").way, "sse");
});

test("server-sent events that a proxy holds back give way to polling", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "closed" });
  m.on({ type: "closed", reached: true });
  assert.equal(m.find("connect").way, "poll");
});

test("when the relay cannot be reached at all, the wait begins and the next attempt is a WebSocket again", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "closed" });
  m.on({ type: "closed", reached: false });
  assert.equal(m.state.phase, "waiting");
  m.on({ type: "timer", name: "retry" });
  assert.equal(m.find("connect").way, "ws");
});

test("a WebSocket that worked before is not given up for a restarting relay", () => {
  const m = machine().live();
  m.now += 60_000;
  m.on({ type: "closed" });
  m.on({ type: "timer", name: "retry" });
  m.on({ type: "closed" });
  assert.equal(m.state.phase, "waiting");
  assert.equal(m.state.way, 0);
});

test("three links cut at once count as a blocked way", () => {
  const m = machine().live();
  for (let i = 0; i < 3; i++) {
    m.on({ type: "closed" });
    m.on({ type: "timer", name: "retry" });
    if (i < 2) m.welcome();
  }
  assert.equal(m.find("connect").way, "sse");
});

test("waits grow up to 30 seconds and are spread over the whole range", () => {
  const m = machine();
  m.on({ type: "start" });
  const longest = [];
  for (let i = 0; i < 8; i++) {
    m.random = 1;
    m.on({ type: "closed", reached: false });
    if (m.state.phase !== "waiting") m.on({ type: "closed", reached: false });
    longest.push(m.find("timer").ms);
    m.on({ type: "timer", name: "retry" });
  }
  assert.deepEqual(longest.slice(0, 5), [2000, 4000, 8000, 16000, 30000]);
  assert.equal(Math.max(...longest), 30000);
  m.random = 0;
  m.on({ type: "closed", reached: false });
  if (m.state.phase !== "waiting") m.on({ type: "closed", reached: false });
  assert.equal(m.find("timer").ms, 50);
});

test("a draining relay says how long to spread", () => {
  const m = machine().live();
  m.random = 0.5;
  m.on({ type: "closed", withinMs: 10_050 });
  assert.equal(m.find("timer").ms, 5050);
  assert.ok(m.state.restarting);
  assert.equal(client.status(m.state, m.now), "reconnecting");
});

test("a full relay's wish to wait is added to the jitter", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "closed" });
  m.random = 0;
  m.on({ type: "closed", code: "full", retryAfterMs: 7000, reached: true });
  if (m.state.phase !== "waiting") m.on({ type: "closed", code: "full", retryAfterMs: 7000, reached: true });
  assert.equal(m.find("timer").ms, 7050);
});

test("no PONG: the link is replaced", () => {
  const m = machine().live();
  m.now += client.PING_MS;
  m.on({ type: "timer", name: "ping" });
  assert.ok(m.find("ping"));
  m.now += client.PONG_MS;
  m.on({ type: "timer", name: "pong" });
  assert.equal(m.state.phase, "waiting");
});

test("a phone that slept for an hour replaces its link without asking, and resumes", () => {
  const m = machine().live();
  m.now += 3_600_000;
  m.on({ type: "visible" });
  assert.equal(m.state.phase, "connecting");
  assert.deepEqual(m.find("connect").hello.since, { epoch: EPOCH, offset: 5 });
});

test("a glance away asks whether the link still lives", () => {
  const m = machine().live();
  m.now += 20_000;
  m.on({ type: "visible" });
  assert.ok(m.find("ping"));
  m.on({ type: "message", message: { type: "PONG", relay_time: m.now } });
  assert.equal(m.state.phase, "live");
});

test("coming online ends the wait, soon but not in the same moment for all", () => {
  const m = machine().live();
  m.now += 30_000;
  m.on({ type: "closed" });
  m.random = 0.9;
  m.on({ type: "online" });
  assert.equal(m.state.phase, "waiting");
  assert.ok(m.find("timer").ms <= 500);
});

test("the back cache gets a page without a socket, and coming back resumes", () => {
  const m = machine().live();
  m.on({ type: "pagehide" });
  assert.ok(m.find("disconnect"));
  assert.equal(m.state.phase, "asleep");
  m.on({ type: "pageshow" });
  assert.deepEqual(m.find("connect").hello.since, { epoch: EPOCH, offset: 5 });
});

test("what an old link still says is not heard", () => {
  const m = machine().live();
  const old = m.state.link;
  m.now += 3_600_000;
  m.on({ type: "visible" });
  const effects = m.on({ type: "message", link: old, message: { type: "SESSION_ENDED", offset: 6, ended_at: 1 } });
  assert.deepEqual(effects, []);
  assert.equal(m.state.phase, "connecting");
});

test("a PIN is asked for, and remembered once it was right", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "message", message: { type: "ERROR", code: "pin_required", message: "" } });
  assert.equal(m.state.phase, "pin");
  assert.equal(m.state.pinProblem, null);
  m.on({ type: "pin", pin: "4821" });
  assert.equal(m.find("connect").hello.pin, "4821");
  m.welcome();
  assert.equal(m.find("keep").pin, "4821");
});

test("a wrong PIN and too many tries are told apart", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "message", message: { type: "ERROR", code: "pin_wrong", message: "" } });
  assert.equal(m.state.pinProblem, "wrong");
  m.on({ type: "pin", pin: "0000" });
  m.on({ type: "message", message: { type: "ERROR", code: "pin_locked", message: "", retry_after_secs: 52 } });
  assert.equal(m.state.pinProblem, "locked");
  assert.equal(m.state.pinUntil, m.now + 52_000);
});

test("a remembered PIN that no longer opens says that it changed", () => {
  const m = machine({ pin: "1111" });
  m.on({ type: "start" });
  m.on({ type: "message", message: { type: "ERROR", code: "pin_required", message: "" } });
  assert.equal(m.state.pinProblem, "changed");
  assert.ok(m.find("forget-pin"));
});

test("the PIN works without WebSockets, too", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "closed" });
  m.on({ type: "closed", code: "pin_required", reached: true });
  assert.equal(m.state.phase, "pin");
});

test("a session that ended while away is ended, not retried", () => {
  const m = machine().live();
  m.on({ type: "closed" });
  m.on({ type: "timer", name: "retry" });
  m.welcome(9);
  m.on({ type: "message", message: { type: "SNAPSHOT", epoch: EPOCH, offset: 9, plays: [], ended_at: 5 } });
  assert.equal(m.state.phase, "ended");
  assert.ok(m.effects.some((e) => e.do === "deliver"));
  m.on({ type: "closed" });
  m.on({ type: "timer", name: "retry" });
  assert.equal(m.state.phase, "ended");
});

test("an unknown code is said once and not asked again", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "closed", code: "unknown_session" });
  assert.equal(m.state.phase, "missing");
  m.on({ type: "online" });
  assert.equal(m.find("connect"), undefined);
});

test("an action's error does not touch the connection", () => {
  const m = machine().live();
  m.on({ type: "message", message: { type: "ERROR", id: "a", code: "rate_limited", message: "", retry_after_secs: 2 } });
  assert.equal(m.state.phase, "live");
  assert.ok(m.find("deliver"));
});

test("a ticket that ran out is renewed at once", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "closed" });
  m.on({ type: "welcome", pass: "P", position: { epoch: EPOCH, offset: 1 }, relayTime: m.now });
  m.on({ type: "closed", code: "ticket_expired", reached: true });
  assert.equal(m.find("connect").way, "sse");
});

test("a WELCOME that does not come in time is a failure", () => {
  const m = machine();
  m.on({ type: "start" });
  m.on({ type: "timer", name: "welcome" });
  assert.equal(m.find("connect").way, "sse");
});

test("the relay's clock is learnt from the quickest answer", () => {
  const m = machine();
  m.on({ type: "start" });
  m.now += 400;
  m.on({ type: "message", message: { type: "WELCOME", pass: "P", relay_time: m.now + 60_000, position: { epoch: EPOCH, offset: 1 }, resumed: false } });
  assert.equal(m.state.clock?.offset, 60_200);
  m.on({ type: "timer", name: "ping" });
  m.now += 20;
  m.on({ type: "message", message: { type: "PONG", relay_time: m.now + 60_000 } });
  assert.equal(m.state.clock?.offset, 60_010);
  m.on({ type: "timer", name: "ping" });
  m.now += 900;
  m.on({ type: "message", message: { type: "PONG", relay_time: m.now + 60_000 } });
  assert.equal(m.state.clock?.offset, 60_010);
});

test("ten seconds without connection are said, a blink is not", () => {
  const m = machine().live();
  m.on({ type: "closed" });
  assert.equal(client.status(m.state, m.now + 9_000), "reconnecting");
  assert.equal(client.status(m.state, m.now + 11_000), "offline");
});

test("any order of events keeps the promises", () => {
  // A seeded walk: never two links at once, never a busy loop, and what is over stays over.
  let seed = 42;
  const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 4294967296;
  for (let round = 0; round < 300; round++) {
    const m = machine();
    m.on({ type: "start" });
    let open = 1;
    for (let i = 0; i < 60; i++) {
      m.now += random() * 40_000;
      m.random = random();
      const events = [
        { type: "closed", reached: random() < 0.5 },
        { type: "closed", withinMs: 3000 },
        { type: "timer", name: ["welcome", "ping", "pong", "retry"][Math.floor(random() * 4)] },
        { type: "visible" },
        { type: "online" },
        { type: "offline" },
        { type: "pagehide" },
        { type: "pageshow" },
        { type: "message", message: { type: "WELCOME", pass: "P", relay_time: 0, position: { epoch: EPOCH, offset: 1 }, resumed: true } },
        { type: "message", message: { type: "PONG", relay_time: 0 } },
      ];
      for (const effect of m.on(events[Math.floor(random() * events.length)])) {
        if (effect.do === "disconnect") open = 0;
        if (effect.do === "connect") open += 1;
        if (effect.do === "timer" && effect.name === "retry") assert.ok(effect.ms >= 50);
      }
      assert.ok(open <= 1, "two links at once");
      if (m.state.phase === "waiting") assert.ok(m.state.retryAt !== null);
    }
  }
});
