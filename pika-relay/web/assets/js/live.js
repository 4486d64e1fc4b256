// @ts-check
// The live page: joins the state machine, the network, this phone's memory and what is shown.

import { boot } from "./boot.js";
import { byId } from "./dom.js";
import * as client from "./live/client.js";
import { openLink } from "./live/link.js";
import * as outbox from "./live/outbox.js";
import * as session from "./live/session.js";
import { alerts } from "./live/alerts.js";
import { fragmentPin, pinPage } from "./live/pin.js";
import { show } from "./live/show.js";
import * as store from "./store.js";
import { coverOf } from "./cover.js";
import { keepForLater } from "./later.js";
import { t } from "./text.js";

const first = boot();
/** @type {string} */
const code = first.code;
const night = store.night(code, Date.now());

/** Everything the page shows; the functions below are the only ones that write it. */
const page = {
  client: client.initial({ pass: store.pass(), pin: fragmentPin() ?? first.pin ?? night.pin, position: null }),
  /** @type {session.Session | null} */
  session: first.snapshot ? session.fromSnapshot(first.snapshot, null) : null,
  head: first.head,
  mine: night.mine,
  stored: night.stored,
  box: night.box,
  /** Announcements that were closed on this page. @type {Set<string>} */
  dismissed: new Set(),
  /** Polls whose vote came too late. @type {Set<string>} */
  late: new Set(),
  /** @type {string | null} */
  toast: null,
};
if (first.snapshot) page.client.position = { epoch: first.snapshot.epoch, offset: first.snapshot.offset };

/** @type {import("./live/link.js").Link | null} */
let link = null;
/** Actions that went out on the present link. @type {Set<string>} */
let sent = new Set();
/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/** The relay's clock, as well as this page knows it. */
function relayNow() {
  return Date.now() + (page.client.clock?.offset ?? 0);
}

/** @param {client.Event} event */
function dispatch(event) {
  const result = client.step(page.client, event, { now: Date.now(), random: Math.random() });
  page.client = result.state;
  for (const effect of result.effects) run(effect);
  paint();
}

/** @param {client.Effect} effect */
function run(effect) {
  switch (effect.do) {
    case "connect":
      sent = new Set();
      link = openLink(effect.way, effect.link, effect.hello, { code, version: first.version, hidden: () => document.hidden }, dispatch);
      return;
    case "disconnect":
      link?.close();
      link = null;
      return;
    case "timer":
      clearTimeout(timers.get(effect.name));
      timers.set(effect.name, setTimeout(() => dispatch({ type: "timer", name: /** @type {client.TimerName} */ (effect.name) }), effect.ms));
      return;
    case "clear":
      clearTimeout(timers.get(effect.name));
      return;
    case "ping":
      link?.ping();
      return;
    case "flush":
      return flush();
    case "keep":
      remember((n) => ({ ...n, pin: effect.pin }));
      return usePass(store.keepPass(effect.pass, effect.instead));
    case "forget-pin":
      remember((n) => ({ ...n, pin: null }));
      return;
    case "deliver":
      return deliver(effect.message);
  }
}

/** @param {string | null} pass what this phone's tabs share */
function usePass(pass) {
  if (pass !== null && pass !== page.client.pass) dispatch({ type: "pass", pass });
}

/** @param {import("../../protocol.js").ToDancer} message */
function deliver(message) {
  if (message.type === "ACK") return acknowledged(message.id);
  if (message.type === "ERROR") return refused(message);
  const before = page.session;
  page.session = session.apply(before, message, relayNow());
  if (message.type === "POLL_STARTED") alert.pollStarted(message.poll, before);
  if (message.type === "PLAY_CORRECTED" && page.mine.likes[message.play_id]) keepSong(message.play_id, true);
}

/**
 * Something the dancer wants: shown at once, kept until the relay has it.
 *
 * @param {outbox.Wish} wish
 */
function want(wish) {
  const now = Date.now();
  const made = { id: store.newId(), counter: store.nextCounter() };
  remember((n) => ({ ...n, mine: session.wished(n.mine, wish), box: outbox.add(n.box, wish, made, now) }));
  if (wish.kind === "like") keepSong(wish.play, wish.on);
  if (wish.kind !== "tempo") alert.offer();
  flush();
  paint();
}

/** Sends what may go out and has not gone out on this link. */
function flush() {
  const now = Date.now();
  clearTimeout(timers.get("flush"));
  const at = outbox.dueAt(page.box);
  if (at !== null && at > now) timers.set("flush", setTimeout(flush, at - now + 50));
  if (page.client.phase !== "live" || !link) return;
  const actions = outbox.due(page.box, now).filter((a) => !sent.has(a.id));
  for (const action of actions) sent.add(action.id);
  if (actions.length > 0) link.send(actions.map(outbox.toMessage));
}

/** @param {string} id */
function acknowledged(id) {
  const action = page.box.actions.find((a) => a.id === id);
  if (!action) return;
  const wish = action.wish;
  if (wish.kind === "like" && page.session) {
    page.session = session.likeStored(page.session, wish.play, wish.on, page.stored.likes[wish.play] ?? false);
  }
  remember((n) => ({ ...n, stored: session.wished(n.stored, wish), box: outbox.settle(n.box, id) }));
}

/** @param {Extract<import("../../protocol.js").ToDancer, { type: "ERROR" }>} error */
function refused(error) {
  const action = page.box.actions.find((a) => a.id === error.id);
  if (!action) return;
  const id = action.id;
  if (TEMPORARY.has(error.code)) {
    const until = Date.now() + Math.max(1, error.retry_after_secs ?? 3) * 1000;
    sent.delete(id);
    remember((n) => ({ ...n, box: outbox.postpone(n.box, id, until) }));
    if (error.code === "rate_limited" && action.wish.kind === "like") say(t("error.one_heart"));
    return flush();
  }
  // The relay will never take it: what was shown too early is taken back.
  const wish = action.wish;
  if (wish.kind === "vote") page.late.add(wish.poll);
  remember((n) => ({ ...n, mine: session.undone(n.mine, n.stored, wish), box: outbox.settle(n.box, id) }));
  if (wish.kind === "like") keepSong(wish.play, page.mine.likes[wish.play] ?? false);
}

const TEMPORARY = new Set(["rate_limited", "internal", "unavailable", "full", "timeout", "slow"]);

/** @param {(night: store.Night) => store.Night} change */
function remember(change) {
  const next = store.updateNight(code, Date.now(), change);
  page.mine = next.mine;
  page.stored = next.stored;
  page.box = next.box;
}

/**
 * @param {string} playId
 * @param {boolean} loved
 */
function keepSong(playId, loved) {
  const play = page.session?.plays.find((p) => p.play_id === playId);
  if (!play || !page.session) return;
  const { title, artist } = play.track;
  store.keepSong({ play: playId, title, artist, at: play.started_at, code, room: page.session.name, dj: page.session.djName, cover: coverOf(play.track) }, loved);
}

/** @param {string} text */
function say(text) {
  page.toast = text;
  clearTimeout(timers.get("toast"));
  timers.set("toast", setTimeout(() => ((page.toast = null), paint()), 4000));
  paint();
}

let painting = false;
function paint() {
  if (painting) return;
  painting = true;
  // A hidden page gets no frames, but its title and alerts still change.
  const frame = document.hidden ? (/** @type {() => void} */ f) => setTimeout(f, 0) : requestAnimationFrame;
  frame(() => {
    painting = false;
    show(page, relayNow(), Date.now());
  });
}

const alert = alerts(page, paint);
pinPage((pin) => dispatch({ type: "pin", pin }));

byId("like").addEventListener("click", () => {
  const playing = page.session?.playing;
  if (!playing) return;
  const on = !page.mine.likes[playing];
  if (on) navigator.vibrate?.(12);
  want({ kind: "like", play: playing, on });
});
byId("played").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  const play = button?.closest("li")?.dataset.play;
  if (play && page.session?.endedAt === null) want({ kind: "like", play, on: !page.mine.likes[play] });
});
byId("options").addEventListener("change", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const poll = page.session?.poll;
  if (poll) want({ kind: "vote", poll: poll.poll_id, option: Number(input.value) });
});
byId("poll").addEventListener("submit", (event) => event.preventDefault());
byId("thank").addEventListener("click", () => {
  if (!page.mine.thanked) want({ kind: "thank" });
});
byId("say").addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest("button");
  const playing = page.session?.playing;
  const vote = /** @type {"faster" | "perfect" | "slower" | undefined} */ (button?.dataset.tempo);
  if (vote && playing) want({ kind: "tempo", play: playing, vote: page.mine.tempo[playing] === vote ? "clear" : vote });
});
byId("announcement-close").addEventListener("click", () => {
  if (page.session?.announcement) page.dismissed.add(page.session.announcement.announcement_id);
  byId("main").focus({ preventScroll: true });
  paint();
});
byId("newsong").addEventListener("click", () => scrollTo({ top: 0, behavior: "smooth" }));

addEventListener("online", () => dispatch({ type: "online" }));
addEventListener("offline", () => dispatch({ type: "offline" }));
addEventListener("pagehide", () => dispatch({ type: "pagehide" }));
addEventListener("pageshow", () => dispatch({ type: "pageshow" }));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) dispatch({ type: "visible" });
});
addEventListener("storage", (event) => {
  if (event.key === "pika.pass") return usePass(store.pass());
  // Another tab of this phone liked or voted.
  if (event.key !== "pika.night." + code) return;
  const now = store.night(code, Date.now());
  page.mine = now.mine;
  page.stored = now.stored;
  page.box = now.box;
  flush();
  paint();
});
setInterval(paint, 1000);
keepForLater();
if (first.view === "ended") paint();
else dispatch({ type: "start" });
