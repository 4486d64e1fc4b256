// @ts-check
// A list of loved songs: rows that open, search links that are followed only on a tap, copy and share.

import { drawCover } from "./cover.js";
import { byId, clone, one, setText, show } from "./dom.js";
import { t } from "./text.js";
import { clock } from "./when.js";

/**
 * @param {import("./store.js").Song} song
 * @param {boolean} open
 * @returns {HTMLElement}
 */
export function songRow(song, open) {
  const row = clone("song");
  drawCover(one(row, "canvas"), song.cover);
  setText(one(row, ".t"), song.title);
  setText(one(row, ".a > span"), song.artist);
  setText(one(row, ".a > .num"), (song.artist ? "· " : "") + clock(song.at));
  /** @type {HTMLDetailsElement} */ (one(row, "details")).open = open;
  const words = encodeURIComponent([song.title, song.artist].filter(Boolean).join(" "));
  const addresses = {
    spotify: "https://open.spotify.com/search/" + words,
    youtube: "https://www.youtube.com/results?search_query=" + words,
    apple: "https://music.apple.com/search?term=" + words,
  };
  for (const [way, address] of Object.entries(addresses)) {
    /** @type {HTMLAnchorElement} */ (one(row, `[data-way=${way}]`)).href = address;
  }
  const button = one(row, "[data-way=copy]");
  button.addEventListener("click", async () => {
    const done = await copy(asText([song]));
    if (!done) return;
    setText(one(button, "span"), t("songs.copied"));
    setTimeout(() => setText(one(button, "span"), t("songs.copy")), 2000);
  });
  return row;
}

/**
 * One song a line: what people paste into a chat or a search box.
 *
 * @param {import("./store.js").Song[]} songs
 * @returns {string}
 */
export function asText(songs) {
  return songs.map((s) => (s.artist ? s.artist + " – " : "") + s.title).join("\n");
}

/**
 * Copies; on plain http, where the clipboard is closed, by the old way.
 *
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(t("recap.copied"));
    return true;
  } catch {
    return copyByHand(text);
  }
}

/**
 * @param {string} text
 * @returns {boolean}
 */
function copyByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "vh";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  say(t(done ? "recap.copied" : "recap.copy_failed"));
  return done;
}

/**
 * Shares by the phone's own sheet, else copies.
 *
 * @param {HTMLElement} button
 * @param {() => { title: string, text?: string, url?: string }} what
 */
export function shareButton(button, what) {
  show(button, true);
  button.addEventListener("click", async () => {
    const data = what();
    try {
      if (!navigator.share) throw new TypeError("no share sheet");
      await navigator.share(data);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      await copy([data.text, data.url].filter(Boolean).join("\n"));
    }
  });
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} text */
function say(text) {
  setText(byId("toast"), text);
  show(byId("toast"), true);
  clearTimeout(timer);
  timer = setTimeout(() => show(byId("toast"), false), 4000);
}

/** Fills in times of the relay's HTML: only the phone knows its own clock. */
export function fillTimes() {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[data-clock]"))) {
    fill(time, clock(Number(time.dataset.clock)), Number(time.dataset.clock));
  }
}

/**
 * @param {HTMLTimeElement} time
 * @param {string} text
 * @param {number} ms
 */
export function fill(time, text, ms) {
  time.dateTime = new Date(ms).toISOString();
  setText(time, text);
}
