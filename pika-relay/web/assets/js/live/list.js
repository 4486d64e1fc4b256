// @ts-check
// What was played before: one row a play, kept in place while it changes so that focus and scroll stay.

import { coverOf, drawCover } from "../cover.js";
import { byId, clone, one, setAttribute, setText, show as visible } from "../dom.js";
import { clock, t } from "../text.js";

/** @param {import("./show.js").Page} page */
export function showList(page) {
  const s = page.session;
  if (!s) return;
  const plays = s.plays.filter((p) => p.play_id !== s.playing);
  visible(byId("none"), plays.length === 0);
  const list = byId("played");
  /** @type {Map<string | undefined, Element>} */
  const rows = new Map([...list.children].filter((r) => r.querySelector("button")).map((r) => [/** @type {HTMLElement} */ (r).dataset.play, r]));
  const wanted = plays.map((play) => row(page, play, rows.get(play.play_id)));
  wanted.forEach((element, i) => {
    if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
  });
  while (list.children.length > wanted.length) list.lastElementChild?.remove();
}

/**
 * @param {import("./show.js").Page} page
 * @param {import("../../../protocol.js").Play} play
 * @param {Element | undefined} old
 * @returns {Element}
 */
function row(page, play, old) {
  const element = old ?? clone("row");
  /** @type {HTMLElement} */ (element).dataset.play = play.play_id;
  fillRow(element, play, clock(play.started_at));
  const loved = page.mine.likes[play.play_id] ?? false;
  const heart = one(element, ".hb");
  setAttribute(heart, "aria-pressed", String(loved));
  setAttribute(heart, "aria-label", t("like.label", { title: play.track.title }));
  return element;
}

/**
 * @param {Element} element a copy of the row
 * @param {{ track: import("../cover.js").Track }} play
 * @param {string} time
 */
export function fillRow(element, play, time) {
  drawCover(one(element, "canvas"), coverOf(play.track));
  setText(one(element, ".t"), play.track.title);
  setText(one(element, ".a > span"), play.track.artist);
  setText(one(element, ".a > .num"), (play.track.artist ? "· " : "") + time);
}
