// @ts-check
// The end of the night on the live page: thanks, the recap, and the songs this phone loved.

import { coverOf, drawCover } from "../cover.js";
import { byId, clone, one, setAttribute, setText, show as visible } from "../dom.js";
import * as store from "../store.js";
import { clock, t } from "../text.js";
import { fillRow } from "./list.js";

let done = false;

/** @param {import("./show.js").Page} page */
export function showEnded(page) {
  if (done) return;
  done = true;
  const dj = page.session?.djName ?? page.head.dj_name;
  document.title = t("ended.title") + " · Pika!";
  const mine = store.songs().filter((s) => s.code === page.head.code);
  const loved = byId("loved");
  visible(loved, true);
  setText(one(loved, "h2"), mine.length > 0 ? t("ended.loved", { n: mine.length }) : t("ended.loved_none"));
  one(loved, "ul").replaceChildren(...mine.map((song) => row(song, page)));
  fan(page, mine);
  void totals(page.head.code, dj);
}

/**
 * @param {store.Song} song
 * @param {import("./show.js").Page} page
 * @returns {Element}
 */
function row(song, page) {
  const element = clone("row");
  const play = page.session?.plays.find((p) => p.play_id === song.play);
  fillRow(element, { track: play?.track ?? song }, clock(song.at));
  drawCover(one(element, "canvas"), song.cover);
  // The night is over: the heart is a picture now, not a button.
  const heart = one(element, ".hb");
  const still = document.createElement("span");
  still.className = "hb on";
  still.append(...one(heart, ".full").childNodes);
  setAttribute(still, "aria-hidden", "true");
  heart.replaceWith(still);
  return element;
}

/**
 * Three covers: own songs first, then what played last.
 *
 * @param {import("./show.js").Page} page
 * @param {store.Song[]} mine
 */
function fan(page, mine) {
  const covers = [...mine.map((s) => s.cover), ...(page.session?.plays ?? []).map((p) => coverOf(p.track))];
  const three = [...new Set(covers)].slice(0, 3);
  if (three.length === 0) return;
  byId("fan").replaceChildren(
    ...three.map((cover) => {
      const canvas = document.createElement("canvas");
      canvas.className = "cover";
      canvas.width = canvas.height = 224;
      setAttribute(canvas, "aria-hidden", "true");
      drawCover(canvas, cover);
      return canvas;
    }),
  );
}

/**
 * @param {string} code
 * @param {string} dj
 */
async function totals(code, dj) {
  try {
    const answer = await fetch("/api/sessions/" + encodeURIComponent(code) + "/recap", { credentials: "omit" });
    if (!answer.ok) return;
    const recap = /** @type {import("../../../protocol.js").Recap} */ (await answer.json());
    const songs = t("count.songs", { n: recap.plays.length });
    setText(byId("ended-text"), t("ended.totals", { dj, songs, hearts: t("count.hearts", { n: recap.likes }) }));
  } catch {
    // The thanks stand without numbers, too.
  }
}
