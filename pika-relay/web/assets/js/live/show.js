// @ts-check
// Puts what the page knows on the screen: which view, the header, the connection in words, notes.

import { byId, one, setText, show as visible } from "../dom.js";
import { t } from "../text.js";
import { status } from "./client.js";
import { showEnded } from "./ended.js";
import { showList } from "./list.js";
import { showPin } from "./pin.js";
import { showPoll } from "./poll.js";
import { showSong } from "./song.js";

/**
 * @typedef {{
 *   client: import("./client.js").State,
 *   session: import("./session.js").Session | null,
 *   head: import("../../../protocol.js").SessionHead,
 *   mine: import("./session.js").Mine,
 *   stored: import("./session.js").Mine,
 *   box: import("./outbox.js").Outbox,
 *   dismissed: Set<string>,
 *   late: Set<string>,
 *   toast: string | null,
 * }} Page
 */

/**
 * @param {Page} page
 * @param {number} relayNow the relay's clock
 * @param {number} now this phone's clock
 */
export function show(page, relayNow, now) {
  const view = viewOf(page);
  for (const name of ["live", "pin", "ended", "missing"]) visible(byId(name), name === view);
  if (view === "pin") return showPin(page.client, now);
  if (view === "ended") return showEnded(page);
  if (view !== "live") return;
  const said = status(page.client, now);
  showConnection(said);
  showNote(page, said);
  showAnnouncement(page, relayNow);
  setText(byId("toast"), page.toast ?? "");
  visible(byId("toast"), page.toast !== null);
  const s = page.session;
  visible(byId("empty"), s !== null && s.playing === null);
  if (!s) return;
  setText(byId("dj"), s.djName);
  setText(byId("room"), s.name);
  visible(byId("listeners"), s.listeners > 1 && matchMedia("(min-width: 960px)").matches);
  setText(one(byId("listeners"), "span"), String(s.listeners));
  showSong(page, relayNow, said === "live" || said === "behind" ? null : lostAt(page));
  showPoll(page, relayNow);
  showList(page);
  document.title = title(s);
}

/**
 * @param {Page} page
 * @returns {"live" | "pin" | "ended" | "missing"}
 */
function viewOf(page) {
  if (page.client.phase === "pin") return "pin";
  if (page.client.phase === "missing") return "missing";
  if (page.client.phase === "ended" || (page.session && page.session.endedAt !== null)) return "ended";
  const stranger = page.session === null && page.client.pass === null && page.client.pin === null;
  return stranger && page.head.has_pin ? "pin" : "live";
}

/**
 * When the connection was lost, on the relay's clock; null for the first seconds: a blink is not an outage.
 *
 * @param {Page} page
 * @returns {number | null}
 */
function lostAt(page) {
  const lost = page.client.lostAt;
  const long = lost !== null && Date.now() - lost > 10000;
  return long ? Math.max(page.client.lastHeard, 0) + (page.client.clock?.offset ?? 0) || lost : null;
}

/** @param {import("./session.js").Session} s */
function title(s) {
  if (s.poll && document.hidden) return t("poll.title") + " · Pika!";
  const play = s.plays.find((p) => p.play_id === s.playing);
  if (!play) return s.name + " · Pika!";
  return [play.track.title, play.track.artist].filter(Boolean).join(", ") + " · Pika!";
}

/** @param {ReturnType<typeof status>} said */
function showConnection(said) {
  const pill = byId("connection");
  const good = said === "live" || said === "behind";
  pill.classList.toggle("wait", said === "reconnecting" || said === "offline");
  visible(one(pill, ".dot"), good);
  visible(one(pill, ".off"), said === "reconnecting" || said === "offline");
  setText(one(pill, ".word"), t("conn." + said));
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof status>} said
 */
function showNote(page, said) {
  const [head, text] = noteOf(page, said);
  const note = byId("note");
  visible(note, head !== "");
  setText(one(note, "b"), head);
  setText(one(note, "p > span"), text);
}

/**
 * @param {Page} page
 * @param {ReturnType<typeof status>} said
 * @returns {[string, string]}
 */
function noteOf(page, said) {
  if (page.client.phase === "outdated") return [t("note.outdated"), t("note.outdated.text")];
  if (page.client.restarting && said !== "live") return [t("note.restart"), t("note.restart.text")];
  if (said === "offline") return [t("note.offline"), waiting(page)];
  if (page.session && !page.session.djOnline) return [t("note.dj"), t("note.dj.text")];
  return ["", ""];
}

/**
 * What is kept, in whole sentences: no language is put together from parts.
 *
 * @param {Page} page
 * @returns {string}
 */
function waiting(page) {
  const votes = page.box.actions.filter((a) => a.wish.kind === "vote").length;
  const likes = page.box.actions.filter((a) => a.wish.kind === "like").length;
  const rest = page.box.actions.length - votes - likes;
  if (votes + likes + rest === 0) return t("note.offline.nothing");
  if (rest > 0) return t("note.offline.answers", { n: votes + likes + rest });
  if (votes === 0) return t("note.offline.likes", { n: likes });
  if (likes === 0) return t("note.offline.votes", { n: votes });
  return t("note.offline.both", { n: likes, votes: t("count.votes", { n: votes }) });
}

/**
 * @param {Page} page
 * @param {number} relayNow
 */
function showAnnouncement(page, relayNow) {
  const a = page.session?.announcement;
  const over = !a || page.dismissed.has(a.announcement_id) || (a.ends_at !== undefined && a.ends_at <= relayNow);
  visible(byId("announcement"), !over);
  if (over || !a) return;
  setText(byId("announcement-text"), a.text);
  const minutes = Math.floor((relayNow - a.at) / 60000);
  const age = minutes < 1 ? t("time.now") : t("time.minutes", { n: minutes });
  setText(byId("announcement-by"), (page.session?.djName ?? "") + " · " + age);
}
