// @ts-check
// Carries the state machine's wishes to the network: one link at a time, by WebSocket, server-sent events or
// short polling. All three look the same from outside: `welcome` or WELCOME first, then messages, then `closed`.

/**
 * @typedef {import("./client.js").Event} Event
 * @typedef {import("./client.js").Hello} Hello
 * @typedef {import("../../../protocol.js").DancerMessage} DancerMessage
 * @typedef {{ send: (messages: DancerMessage[]) => void, ping: () => void, close: () => void }} Link
 * @typedef {{ code: string, version: string, hidden: () => boolean }} Where
 */

const PROTOCOL_VERSION = 1;
/** Silence on a server-sent stream after which it is taken as held back by a proxy, in milliseconds. */
const FIRST_EVENT_MS = 6000;
/** The relay beats every 25 seconds: a stream that is silent for longer than this is dead, in milliseconds. */
const SILENT_MS = 60000;
/** A request that takes longer has failed, in milliseconds. */
const REQUEST_MS = 15000;
/** While nobody looks, polling is slower by this factor. */
const HIDDEN_FACTOR = 5;

/**
 * @param {"ws" | "sse" | "poll"} way
 * @param {number} number the link's number, repeated in each event
 * @param {Hello} hello
 * @param {Where} where
 * @param {(event: Event) => void} report
 * @returns {Link}
 */
export function openLink(way, number, hello, where, report) {
  return way === "ws" ? webSocket(number, hello, where, report) : overHttp(way, number, hello, where, report);
}

/**
 * @param {number} link
 * @param {Hello} hello
 * @param {Where} where
 * @param {(event: Event) => void} report
 * @returns {Link}
 */
function webSocket(link, hello, where, report) {
  const open = newSocket();
  if (!open) {
    // A policy or an old browser: reported later, as a network would.
    setTimeout(() => report({ type: "closed", link }), 0);
    return { send() {}, ping() {}, close() {} };
  }
  const send = (/** @type {DancerMessage} */ message) => {
    if (open.readyState === WebSocket.OPEN) open.send(JSON.stringify(message));
  };
  open.onopen = () =>
    send({
      type: "SUBSCRIBE",
      protocol_version: PROTOCOL_VERSION,
      client_version: where.version,
      code: where.code,
      ...(hello.pin ? { pin: hello.pin } : {}),
      ...(hello.pass ? { pass: hello.pass } : {}),
      ...(hello.since ? { since: hello.since } : {}),
    });
  open.onmessage = (event) => {
    const message = parse(event.data);
    if (message) report({ type: "message", link, message });
  };
  open.onclose = (event) => report({ type: "closed", link, ...closing(event.code, event.reason) });
  return {
    send: (messages) => messages.forEach(send),
    ping: () => send({ type: "PING" }),
    close() {
      open.onopen = open.onmessage = open.onclose = null;
      open.close(1000);
    },
  };
}

/** @returns {WebSocket | null} */
function newSocket() {
  try {
    return new WebSocket(location.origin.replace(/^http/, "ws") + "/ws");
  } catch {
    return null;
  }
}

/**
 * Joins by POST, then listens by stream or by asking again and again.
 *
 * @param {"sse" | "poll"} way
 * @param {number} link
 * @param {Hello} hello
 * @param {Where} where
 * @param {(event: Event) => void} report
 * @returns {Link}
 */
function overHttp(way, link, hello, where, report) {
  const base = "/api/sessions/" + encodeURIComponent(where.code);
  const stop = new AbortController();
  let ticket = "";
  /** @type {(() => void) | null} */
  let pollNow = null;
  /** @type {EventSource | null} */
  let stream = null;

  /** @param {{ code?: string, retryAfterMs?: number, withinMs?: number, reached?: boolean }} why */
  const over = (why) => {
    if (stop.signal.aborted) return;
    close();
    report({ type: "closed", link, ...why });
  };
  const close = () => {
    stop.abort();
    stream?.close();
  };

  const join = async () => {
    const answer = await post(base + "/join", {
      protocol_version: PROTOCOL_VERSION,
      client_version: where.version,
      ...(hello.pin ? { pin: hello.pin } : {}),
      ...(hello.pass ? { pass: hello.pass } : {}),
    });
    if (!answer.ok) return over(answer.why);
    const joined = /** @type {import("../../../protocol.js").JoinAnswer} */ (answer.body);
    ticket = joined.ticket;
    const position = { epoch: joined.snapshot.epoch, offset: joined.snapshot.offset };
    const begin = () => {
      report({ type: "welcome", link, pass: joined.pass, position, relayTime: joined.relay_time });
      report({ type: "message", link, message: { type: "SNAPSHOT", ...joined.snapshot } });
    };
    if (way === "sse") listen(position, begin);
    else {
      begin();
      await pollFrom(position);
    }
  };

  /**
   * @param {import("../../../protocol.js").Position} position
   * @param {() => void} begin
   */
  const listen = (position, begin) => {
    const place = `&after=${position.epoch}-${position.offset}`;
    stream = new EventSource(`${base}/events?ticket=${encodeURIComponent(ticket)}${place}`);
    let begun = false;
    // A proxy that keeps the stream to itself lets nothing through, not even the first event.
    let silence = setTimeout(() => over({ reached: true }), FIRST_EVENT_MS);
    const alive = () => {
      clearTimeout(silence);
      silence = setTimeout(() => over({ reached: true }), SILENT_MS);
      if (begun) return;
      begun = true;
      begin();
    };
    stream.onmessage = (event) => {
      alive();
      const message = parse(event.data);
      // The stream greets like a WebSocket; the join has said it all.
      if (message && message.type !== "WELCOME") report({ type: "message", link, message });
    };
    stream.addEventListener("beat", () => {
      alive();
      report({ type: "heard", link });
    });
    stream.addEventListener("close", (event) => {
      const told = parse(/** @type {MessageEvent} */ (event).data);
      const data = /** @type {import("../../../protocol.js").Closing | null} */ (/** @type {unknown} */ (told));
      over({ ...(data ? closing(data.code, data.reason, data.reconnect_within_ms) : {}), reached: true });
    });
    stream.onerror = () => {
      clearTimeout(silence);
      over({ reached: !begun });
    };
  };

  /** @param {import("../../../protocol.js").Position} from */
  const pollFrom = async (from) => {
    let position = from;
    let tag = "";
    while (!stop.signal.aborted) {
      const address = `${base}/state?ticket=${encodeURIComponent(ticket)}&after=${position.epoch}-${position.offset}`;
      const answer = await get(address, tag);
      if (!answer.ok) return over(answer.why);
      tag = answer.tag;
      let again = answer.againMs;
      if (answer.body) {
        const state = /** @type {import("../../../protocol.js").PolledState} */ (answer.body);
        position = state.position;
        again = state.poll_again_ms;
        for (const message of state.messages) report({ type: "message", link, message });
      }
      report({ type: "heard", link });
      await pause(again * (0.8 + Math.random() * 0.4) * (where.hidden() ? HIDDEN_FACTOR : 1));
    }
  };

  /** @param {number} ms */
  const pause = (ms) =>
    new Promise((done) => {
      const timer = setTimeout(done, ms);
      pollNow = () => {
        clearTimeout(timer);
        done(undefined);
      };
      stop.signal.addEventListener("abort", () => pollNow?.(), { once: true });
    });

  /** @param {DancerMessage[]} messages */
  const send = async (messages) => {
    const answer = await post(base + "/messages", { ticket, messages });
    if (!answer.ok) return over(answer.why);
    const answers = /** @type {import("../../../protocol.js").DancerAnswers} */ (answer.body);
    for (const message of answers.messages) report({ type: "message", link, message });
    pollNow?.();
  };

  /**
   * @param {string} address
   * @param {unknown} body
   */
  const post = (address, body) => ask(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  /**
   * @param {string} address
   * @param {string} tag
   */
  const get = (address, tag) => ask(address, { headers: tag ? { "if-none-match": tag } : {}, cache: "no-store" });

  /**
   * @param {string} address
   * @param {RequestInit} request
   */
  const ask = async (address, request) => {
    try {
      const limit = setTimeout(() => over({ reached: false }), REQUEST_MS);
      const response = await fetch(address, { ...request, signal: stop.signal, credentials: "omit" });
      clearTimeout(limit);
      const tag = response.headers.get("etag") ?? "";
      if (response.status === 304) return { ok: /** @type {const} */ (true), body: null, tag, againMs: 3000, why: {} };
      const body = await response.json();
      if (response.ok) return { ok: /** @type {const} */ (true), body, tag, againMs: 3000, why: {} };
      const wait = Number(body.retry_after_secs ?? response.headers.get("retry-after") ?? 0) * 1000;
      return { ok: /** @type {const} */ (false), body: null, tag, againMs: 0, why: { code: body.code, retryAfterMs: wait, reached: response.status < 500 } };
    } catch {
      return { ok: /** @type {const} */ (false), body: null, tag: "", againMs: 0, why: { reached: false } };
    }
  };

  void join();
  return {
    send: (messages) => void send(messages),
    ping: () => (way === "poll" ? pollNow?.() : void send([{ type: "PING" }])),
    close,
  };
}

/**
 * What a close code says. The relay's own codes have the error's name as their reason.
 *
 * @param {number} code
 * @param {string} reason
 * @param {number} [withinMs]
 * @returns {{ code?: string, withinMs?: number }}
 */
function closing(code, reason, withinMs) {
  if (code === 1012) {
    const told = /** @type {{ reconnect_within_ms?: number } | null} */ (parse(reason));
    return { withinMs: withinMs ?? told?.reconnect_within_ms ?? 5000 };
  }
  return code >= 4000 && code < 5000 ? { code: reason } : {};
}

/**
 * @param {string} text
 * @returns {any}
 */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
