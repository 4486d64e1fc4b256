// @ts-check
// The big screen: listens like a phone, shows only. It moves a little every four minutes, so that nothing burns in.

import { boot } from "./boot.js";
import { coverOf, drawCover } from "./cover.js";
import { byId, clone, one, setText, show } from "./dom.js";
import * as client from "./live/client.js";
import { openLink } from "./live/link.js";
import { fragmentPin } from "./live/pin.js";
import * as session from "./live/session.js";
import { askPin, screenKey } from "./screenkey.js";
import { left, t } from "./text.js";

/** How soon a PIN that the DJ changed is shown. */
const PIN_FRESH_MS = 10000;

const first = boot();
const key = screenKey(first.code);
// A PIN in the address lets in; only the DJ's key shows it to the room.
let state = client.initial({ pin: fragmentPin() });
/** @type {string | null} */
let pin = null;
/** @type {session.Session | null} */
let known = first.snapshot ? session.fromSnapshot(first.snapshot, null) : null;
if (first.snapshot) state.position = { epoch: first.snapshot.epoch, offset: first.snapshot.offset };
/** @type {import("./live/link.js").Link | null} */
let link = null;
/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/** @param {client.Event} event */
function dispatch(event) {
  const result = client.step(state, event, { now: Date.now(), random: Math.random() });
  state = result.state;
  for (const effect of result.effects) run(effect);
  paint();
}

/** @param {client.Effect} effect */
function run(effect) {
  if (effect.do === "connect") {
    link = openLink(effect.way, effect.link, effect.hello, { code: first.code, version: first.version, hidden: () => false }, dispatch);
  } else if (effect.do === "disconnect") {
    link?.close();
    link = null;
  } else if (effect.do === "timer") {
    clearTimeout(timers.get(effect.name));
    timers.set(effect.name, setTimeout(() => dispatch({ type: "timer", name: effect.name }), effect.ms));
  } else if (effect.do === "clear") {
    clearTimeout(timers.get(effect.name));
  } else if (effect.do === "ping") {
    link?.ping();
  } else if (effect.do === "deliver") {
    known = session.apply(known, effect.message, now());
  }
}

/** The relay's clock. */
function now() {
  return Date.now() + (state.clock?.offset ?? 0);
}

function paint() {
  const said = client.status(state, Date.now());
  const pill = byId("connection");
  show(pill, said === "reconnecting" || said === "offline");
  setText(pill, t("conn." + said));
  if (!known) return;
  const s = known;
  setText(byId("dj"), s.djName);
  setText(byId("room"), s.name);
  const shown = session.shown(s, now(), null);
  const ended = s.endedAt !== null || state.phase === "ended";
  byId("stage").dataset.view = s.poll && !ended ? "poll" : shown && !ended ? "song" : "idle";
  setText(one(document, ".idle h1"), ended ? t("screen.ended") : s.plays.length > 0 ? t("screen.next") : t("screen.idle"));
  if (shown) song(shown.play, shown.current);
  before(s);
  poll(s);
  announcement(s);
  show(byId("pin"), pin !== null);
  setText(one(byId("pin"), "b"), pin ?? "");
}

/**
 * @param {session.Play} play
 * @param {boolean} current
 */
function song(play, current) {
  const { title, artist, bpm, camelot } = play.track;
  setText(byId("label"), current ? t("now.playing") : t("screen.last"));
  setText(byId("title"), title);
  setText(byId("artist"), artist);
  fit();
  drawCover(/** @type {HTMLCanvasElement} */ (byId("cover")), coverOf(play.track));
  setText(byId("bpm"), bpm === undefined ? "" : String(Math.round(bpm)));
  show(byId("bpm-word"), bpm !== undefined);
  show(byId("camelot"), camelot !== undefined);
  setText(byId("camelot"), camelot ?? "");
  byId("camelot").className = camelot ? "key k" + camelot : "key";
  show(byId("love"), play.likes > 0);
  setText(byId("likes"), String(play.likes));
}

/** The title as large as it may be: from 208 down to 96 of 1080 lines, on at most three lines. */
function fit() {
  const title = byId("title");
  const key = title.textContent + " " + innerWidth + "x" + innerHeight;
  if (title.dataset.fitted === key) return;
  title.dataset.fitted = key;
  for (const size of [19.26, 16.5, 14, 12, 10.5, 8.89]) {
    title.style.setProperty("--size", String(size));
    if (title.scrollHeight <= innerHeight * 0.42 && title.scrollWidth <= title.clientWidth + 2) break;
  }
}

/** @param {session.Session} s */
function before(s) {
  const line = byId("before");
  const plays = s.plays.filter((p) => p.play_id !== s.playing).slice(0, 2);
  const mark = plays.map((p) => p.play_id + p.track.title).join(" ");
  if (line.dataset.mark === mark) return;
  line.dataset.mark = mark;
  const word = document.createElement("span");
  word.className = "mut";
  word.textContent = t("screen.before");
  const items = plays.map((play) => {
    const item = clone("past");
    drawCover(one(item, "canvas"), coverOf(play.track));
    setText(one(item, "b"), play.track.title);
    setText(one(item, ".ell > span"), play.track.artist);
    return item;
  });
  line.replaceChildren(...(items.length > 0 ? [word, ...items] : []));
}

/** @param {session.Session} s */
function poll(s) {
  if (!s.poll) return;
  const { poll_id: id, question, options, votes, closes_at: until } = s.poll;
  setText(byId("question"), question);
  setText(byId("left"), until === undefined ? "" : left(until - now()));
  const list = byId("answers");
  if (list.dataset.poll !== id) {
    list.dataset.poll = id;
    list.className = options.length > 8 ? "tight" : options.length > 5 ? "two" : "";
    list.replaceChildren(...options.map(() => clone("answer")));
  }
  const { percents, leader, total } = session.result(votes);
  [...list.children].forEach((row, i) => {
    setText(one(row, ".what"), options[i]);
    setText(one(row, "b"), percents[i] + "%");
    one(row, "i").style.width = percents[i] + "%";
    row.classList.toggle("leads", leader === i);
  });
  const here = s.listeners;
  setText(byId("turnout"), total <= here ? t("screen.turnout", { n: total, of: here }) : t("screen.votes", { n: total }));
}

/** @param {session.Session} s */
function announcement(s) {
  const a = s.announcement;
  const on = a !== null && (a.ends_at === undefined || a.ends_at > now());
  show(byId("announcement"), on);
  setText(one(byId("announcement"), "span"), on && a ? a.text : "");
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;
addEventListener("mousemove", () => {
  document.body.classList.remove("resting");
  clearTimeout(resting);
  resting = setTimeout(() => document.body.classList.add("resting"), 3000);
});
addEventListener("keydown", (event) => {
  if (event.key !== "f" && event.key !== "F") return;
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen?.();
});
let places = 0;
setInterval(() => {
  places = (places + 1) % 4;
  byId("stage").style.translate = `${[0, 8, 8, 0][places]}px ${[0, 0, 8, 8][places]}px`;
}, 240000);
async function freshPin() {
  if (key === null) return;
  const found = await askPin(first.code, key);
  if (found === null) return;
  pin = found.pin;
  if (pin !== null && state.phase === "pin") dispatch({ type: "pin", pin });
  else paint();
}

addEventListener("online", () => dispatch({ type: "online" }));
addEventListener("pagehide", () => dispatch({ type: "pagehide" }));
addEventListener("pageshow", () => dispatch({ type: "pageshow" }));
addEventListener("resize", paint);
setInterval(paint, 1000);
setInterval(freshPin, PIN_FRESH_MS);
freshPin().finally(() => {
  state.pin = pin ?? state.pin;
  dispatch({ type: "start" });
});
