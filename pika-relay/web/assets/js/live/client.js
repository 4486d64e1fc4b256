// @ts-check
// The live connection as a pure state machine: events in, new state and effects out. It knows no socket, no
// timer and no storage; `link.js` carries its effects out. Time and chance come with each event.
//
// WebSocket is tried first, then server-sent events, then short polling. An attempt that fails before its
// WELCOME falls to the next way only when the relay itself can be reached that way; otherwise all is down and
// the next attempt waits (backoff with full jitter) and begins at the top again.

import { backoff, spread } from "./backoff.js";

/** The ways to listen, best first. */
export const WAYS = /** @type {const} */ (["ws", "sse", "poll"]);

/** Milliseconds. */
export const WELCOME_MS = 8000;
export const PING_MS = 25000;
export const PONG_MS = 8000;
/** A link that heard nothing for this long while the phone slept is not asked, but replaced. */
export const STALE_MS = 60000;
/** A link of less than this is counted as short; three short ones in a row, and the way is blocked. */
export const SHORT_MS = 5000;
/** Without connection for this long, the page says so. */
export const OFFLINE_MS = 10000;

/**
 * @typedef {"connecting" | "live" | "waiting" | "pin" | "ended" | "missing" | "asleep" | "outdated"} Phase
 * @typedef {{
 *   phase: Phase,
 *   way: 0 | 1 | 2,
 *   link: number,
 *   failures: number,
 *   wsWorked: boolean,
 *   shortLinks: number,
 *   openedAt: number,
 *   welcomed: boolean,
 *   lastHeard: number,
 *   lostAt: number | null,
 *   retryAt: number | null,
 *   position: import("../../../protocol.js").Position | null,
 *   pass: string | null,
 *   pin: string | null,
 *   pinProblem: null | "wrong" | "locked" | "changed",
 *   pinUntil: number,
 *   clock: { offset: number, rtt: number } | null,
 *   pingAt: number | null,
 *   restarting: boolean,
 * }} State
 *
 * @typedef {{ type: "start" }
 *   | { type: "message", link: number, message: import("../../../protocol.js").ToDancer }
 *   | { type: "welcome", link: number, pass: string, position: import("../../../protocol.js").Position, relayTime: number }
 *   | { type: "closed", link: number, code?: string, retryAfterMs?: number, withinMs?: number, reached?: boolean }
 *   | { type: "timer", name: TimerName }
 *   | { type: "visible" } | { type: "online" } | { type: "offline" } | { type: "retry" }
 *   | { type: "pagehide" } | { type: "pageshow" }
 *   | { type: "pin", pin: string }
 *   | { type: "pass", pass: string }
 *   | { type: "heard", link: number }} Event
 *
 * @typedef {"welcome" | "ping" | "pong" | "retry"} TimerName
 * @typedef {{ do: "connect", way: "ws" | "sse" | "poll", link: number, hello: Hello }
 *   | { do: "disconnect" }
 *   | { do: "timer", name: TimerName, ms: number }
 *   | { do: "clear", name: TimerName }
 *   | { do: "ping" }
 *   | { do: "flush" }
 *   | { do: "deliver", message: import("../../../protocol.js").ToDancer }
 *   | { do: "keep", pass: string, instead: string | null, pin: string | null }
 *   | { do: "forget-pin" }} Effect
 * @typedef {{ pin: string | null, pass: string | null, since: import("../../../protocol.js").Position | null }} Hello
 * @typedef {{ now: number, random: number }} Env
 */

/**
 * @param {{ pass?: string | null, pin?: string | null, position?: import("../../../protocol.js").Position | null }} known
 * @returns {State}
 */
export function initial(known) {
  return {
    phase: "connecting",
    way: 0,
    link: 0,
    failures: 0,
    wsWorked: false,
    shortLinks: 0,
    openedAt: 0,
    welcomed: false,
    lastHeard: 0,
    lostAt: null,
    retryAt: null,
    position: known.position ?? null,
    pass: known.pass ?? null,
    pin: known.pin ?? null,
    pinProblem: null,
    pinUntil: 0,
    clock: null,
    pingAt: null,
    restarting: false,
  };
}

/**
 * One event.
 *
 * @param {State} before
 * @param {Event} event
 * @param {Env} env
 * @returns {{ state: State, effects: Effect[] }}
 */
export function step(before, event, env) {
  const s = { ...before };
  /** @type {Effect[]} */
  const out = [];
  const stale = "link" in event && event.link !== s.link;
  if (!stale) on(s, event, env, out);
  return { state: s, effects: out };
}

/**
 * @param {State} s
 * @param {Event} event
 * @param {Env} env
 * @param {Effect[]} out
 */
function on(s, event, env, out) {
  const over = s.phase === "ended" || s.phase === "missing" || s.phase === "outdated";
  switch (event.type) {
    case "start":
      s.lostAt = env.now;
      return connect(s, env, out);
    case "welcome":
      return welcomed(s, event, env, out);
    case "message":
      return heard(s, event.message, env, out);
    case "heard":
      s.lastHeard = env.now;
      return;
    case "closed":
      return over || s.phase === "pin" || s.phase === "asleep" ? undefined : closed(s, event, env, out);
    case "timer":
      return timer(s, event.name, env, out);
    case "visible":
    case "online":
    case "offline":
      return wake(s, event.type, env, out);
    case "retry":
      if (s.phase === "waiting") connect(s, env, out);
      return;
    case "pagehide":
      // The page may be frozen for hours: an open socket would keep it out of the browser's back cache.
      if (over || s.phase === "pin") return;
      drop(s, out);
      s.phase = "asleep";
      s.lostAt ??= env.now;
      return;
    case "pageshow":
      if (s.phase === "asleep") connect(s, env, out);
      return;
    case "pin":
      s.pin = event.pin;
      s.pinProblem = null;
      return connect(s, env, out);
    case "pass":
      // Another tab of this phone has a pass of its own: one phone is one dancer.
      if (event.pass === s.pass) return;
      s.pass = event.pass;
      if (s.phase === "live" || s.phase === "connecting") connect(s, env, out);
      return;
  }
}

/**
 * @param {State} s
 * @param {Env} env
 * @param {Effect[]} out
 */
function connect(s, env, out) {
  drop(s, out);
  s.phase = "connecting";
  s.link += 1;
  s.welcomed = false;
  s.openedAt = env.now;
  s.retryAt = null;
  out.push({ do: "connect", way: WAYS[s.way], link: s.link, hello: { pin: s.pin, pass: s.pass, since: s.position } });
  out.push({ do: "timer", name: "welcome", ms: WELCOME_MS });
}

/**
 * Lets go of the link, if there is one.
 *
 * @param {State} s
 * @param {Effect[]} out
 */
function drop(s, out) {
  s.pingAt = null;
  if (s.phase === "connecting" || s.phase === "live") out.push({ do: "disconnect" });
  for (const name of /** @type {TimerName[]} */ (["welcome", "ping", "pong", "retry"])) out.push({ do: "clear", name });
  // What the old link still says is not for us.
  s.link += 1;
}

/**
 * @param {State} s
 * @param {{ pass: string, position: import("../../../protocol.js").Position, relayTime: number }} hello
 * @param {Env} env
 * @param {Effect[]} out
 */
function welcomed(s, hello, env, out) {
  s.phase = "live";
  s.welcomed = true;
  s.lostAt = null;
  s.restarting = false;
  s.lastHeard = env.now;
  const instead = s.pass;
  s.pass = hello.pass;
  s.pinProblem = null;
  if (s.way === 0) s.wsWorked = true;
  // Offsets belong to an epoch: of another one nothing is known.
  if (s.position?.epoch !== hello.position.epoch) s.position = null;
  setClock(s, hello.relayTime, env.now, env.now - s.openedAt);
  out.push({ do: "clear", name: "welcome" }, { do: "keep", pass: hello.pass, instead, pin: s.pin });
  if (s.way !== 2) out.push({ do: "timer", name: "ping", ms: PING_MS });
  out.push({ do: "flush" });
}

/**
 * @param {State} s
 * @param {import("../../../protocol.js").ToDancer} message
 * @param {Env} env
 * @param {Effect[]} out
 */
function heard(s, message, env, out) {
  s.lastHeard = env.now;
  switch (message.type) {
    case "WELCOME":
      welcomed(s, { pass: message.pass, position: message.position, relayTime: message.relay_time }, env, out);
      // The place stays the old one: the missed messages move it on, or a snapshot brings its own.
      return;
    case "PONG":
      if (s.pingAt !== null) setClock(s, message.relay_time, env.now, env.now - s.pingAt);
      s.pingAt = null;
      s.failures = 0;
      out.push({ do: "clear", name: "pong" }, { do: "timer", name: "ping", ms: PING_MS });
      return;
    case "ERROR":
      // Before the WELCOME an error is about us, afterwards about one action.
      if (message.id === undefined && !s.welcomed) return refused(s, message.code, (message.retry_after_secs ?? 0) * 1000, env, out);
      out.push({ do: "deliver", message });
      return;
    case "SNAPSHOT":
      s.position = { epoch: message.epoch, offset: message.offset };
      out.push({ do: "deliver", message });
      if (message.ended_at !== undefined) end(s, out);
      return;
    default:
      if ("offset" in message && s.position) {
        // A repeat, as after a resume on two ways at once, changes nothing.
        if (message.offset <= s.position.offset) return;
        s.position = { ...s.position, offset: message.offset };
      }
      out.push({ do: "deliver", message });
      if (message.type === "SESSION_ENDED") end(s, out);
  }
}

/**
 * @param {State} s
 * @param {Effect[]} out
 */
function end(s, out) {
  drop(s, out);
  s.phase = "ended";
  out.push({ do: "forget-pin" });
}

/**
 * The relay said no to our greeting.
 *
 * @param {State} s
 * @param {string} code
 * @param {number} waitMs
 * @param {Env} env
 * @param {Effect[]} out
 */
function refused(s, code, waitMs, env, out) {
  switch (code) {
    case "pin_required":
    case "pin_wrong":
    case "pin_locked": {
      const hadPin = s.pin !== null;
      drop(s, out);
      s.phase = "pin";
      s.pinUntil = code === "pin_locked" ? env.now + waitMs : 0;
      s.pinProblem = code === "pin_locked" ? "locked" : code === "pin_wrong" ? "wrong" : hadPin ? "changed" : null;
      s.pin = null;
      out.push({ do: "forget-pin" });
      return;
    }
    case "unknown_session":
      drop(s, out);
      s.phase = "missing";
      return;
    case "session_ended":
      return end(s, out);
    case "unsupported_version":
      drop(s, out);
      s.phase = "outdated";
      return;
    default:
      return wait(s, Math.max(waitMs, 0), env, out);
  }
}

/**
 * @param {State} s
 * @param {{ code?: string, retryAfterMs?: number, withinMs?: number, reached?: boolean }} why
 * @param {Env} env
 * @param {Effect[]} out
 */
function closed(s, why, env, out) {
  s.lostAt ??= env.now;
  const known = why.code !== undefined && ["pin_required", "pin_wrong", "pin_locked", "unknown_session", "session_ended", "unsupported_version"].includes(why.code);
  if (known && !s.welcomed) return refused(s, /** @type {string} */ (why.code), why.retryAfterMs ?? 0, env, out);
  if (why.code === "session_ended") {
    // The message itself may have been lost with the link: the snapshot of the next one tells all.
    s.shortLinks = 0;
  }
  if (why.withinMs !== undefined) {
    s.restarting = true;
    drop(s, out);
    return pause(s, spread(why.withinMs, env.random), env, out);
  }
  if (why.code === "ticket_expired" && s.welcomed) return connect(s, env, out);
  if (s.welcomed) return lost(s, why, env, out);
  return failed(s, why, env, out);
}

/**
 * A link that worked broke.
 *
 * @param {State} s
 * @param {{ retryAfterMs?: number }} why
 * @param {Env} env
 * @param {Effect[]} out
 */
function lost(s, why, env, out) {
  const short = env.now - s.openedAt < SHORT_MS;
  s.shortLinks = short ? s.shortLinks + 1 : 0;
  // A link that breaks at once again and again is no success: the waits go on growing.
  if (!short) s.failures = 0;
  if (s.shortLinks >= 3 && s.way < 2) {
    s.way = s.way === 0 ? 1 : 2;
    s.shortLinks = 0;
    s.wsWorked = false;
  } else if (!short && s.way > 0) {
    // The network may be another one by now.
    s.way = 0;
  }
  wait(s, why.retryAfterMs ?? 0, env, out);
}

/**
 * A link did not come to its WELCOME.
 *
 * @param {State} s
 * @param {{ retryAfterMs?: number, reached?: boolean }} why
 * @param {Env} env
 * @param {Effect[]} out
 */
function failed(s, why, env, out) {
  if (s.way === 0 && (!s.wsWorked || s.failures >= 2)) {
    // Perhaps only WebSockets are blocked: server-sent events will tell.
    s.way = 1;
    return connect(s, env, out);
  }
  if (s.way === 1 && why.reached) {
    s.way = 2;
    return connect(s, env, out);
  }
  if (!why.reached) s.way = 0;
  wait(s, why.retryAfterMs ?? 0, env, out);
}

/**
 * @param {State} s
 * @param {number} atLeastMs
 * @param {Env} env
 * @param {Effect[]} out
 */
function wait(s, atLeastMs, env, out) {
  drop(s, out);
  s.failures += 1;
  pause(s, atLeastMs + backoff(s.failures - 1, env.random), env, out);
}

/**
 * @param {State} s
 * @param {number} ms
 * @param {Env} env
 * @param {Effect[]} out
 */
function pause(s, ms, env, out) {
  s.phase = "waiting";
  s.lostAt ??= env.now;
  s.retryAt = env.now + ms;
  out.push({ do: "timer", name: "retry", ms });
}

/**
 * @param {State} s
 * @param {TimerName} name
 * @param {Env} env
 * @param {Effect[]} out
 */
function timer(s, name, env, out) {
  if (name === "retry" && s.phase === "waiting") return connect(s, env, out);
  if (name === "welcome" && s.phase === "connecting") return closed(s, { reached: s.way > 0 }, env, out);
  if (s.phase !== "live") return;
  if (name === "pong") {
    s.lostAt ??= env.now;
    return lost(s, {}, env, out);
  }
  if (name === "ping") ask(s, PONG_MS, env, out);
}

/**
 * Asks whether the relay is still there; a link that slept too long is replaced at once.
 *
 * @param {State} s
 * @param {number} patienceMs
 * @param {Env} env
 * @param {Effect[]} out
 */
function ask(s, patienceMs, env, out) {
  if (env.now - s.lastHeard > STALE_MS && s.way !== 2) {
    s.lostAt ??= s.lastHeard;
    return connect(s, env, out);
  }
  s.pingAt = env.now;
  out.push({ do: "ping" }, { do: "timer", name: "pong", ms: patienceMs });
}

/**
 * The page is looked at again, or the network changed.
 *
 * @param {State} s
 * @param {"visible" | "online" | "offline"} why
 * @param {Env} env
 * @param {Effect[]} out
 */
function wake(s, why, env, out) {
  if (s.phase === "waiting" && why !== "offline") {
    if (why === "online") s.way = 0;
    drop(s, out);
    s.failures = 0;
    return pause(s, spread(500, env.random), env, out);
  }
  if (s.phase === "live" && (why !== "visible" || env.now - s.lastHeard > 5000)) ask(s, 4000, env, out);
}

/**
 * Keeps the offset from the relay's clock to ours; the quicker the answer, the truer it is.
 *
 * @param {State} s
 * @param {number} relayTime
 * @param {number} now
 * @param {number} rtt
 */
function setClock(s, relayTime, now, rtt) {
  const old = s.clock;
  const offset = relayTime + rtt / 2 - now;
  // A jump of the phone's clock shows as an offset that no round trip explains.
  const jumped = old !== null && Math.abs(offset - old.offset) > rtt + old.rtt + 2000;
  if (old === null || rtt <= old.rtt || jumped) s.clock = { offset, rtt };
}

/**
 * What the page says about the connection.
 *
 * @param {State} s
 * @param {number} now
 * @returns {"connecting" | "live" | "behind" | "reconnecting" | "offline"}
 */
export function status(s, now) {
  if (s.phase === "live") return s.way === 2 ? "behind" : "live";
  if (s.lostAt !== null && now - s.lostAt > OFFLINE_MS) return "offline";
  return s.failures === 0 && !s.restarting && s.clock === null ? "connecting" : "reconnecting";
}
