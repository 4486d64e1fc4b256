// @ts-check
// The song that plays: cover, title, numbers, the heart and the tempo vote.

import { coverOf, drawCover } from "../cover.js";
import { byId, calm, one, setAttribute, setText, show as visible } from "../dom.js";
import { clock, t } from "../text.js";
import { keyWords, speedOf } from "./music.js";
import { likesShown, shown } from "./session.js";

/** The play on the screen, to know a new one when it comes. */
let last = "";
let lastLikes = 0;
let lastPulse = 0;

/**
 * @param {import("./show.js").Page} page
 * @param {number} relayNow
 * @param {number | null} lostAt
 */
export function showSong(page, relayNow, lostAt) {
  const s = page.session;
  if (!s) return;
  const now = shown(s, relayNow, lostAt);
  visible(byId("now"), now !== null);
  visible(byId("say"), now !== null);
  const like = /** @type {HTMLButtonElement} */ (byId("like"));
  like.disabled = now === null;
  if (!now) {
    last = "";
    setText(byId("empty-title"), t(s.plays.length > 0 ? "empty.again" : "empty.title", { dj: s.djName }));
    setText(byId("likes"), "");
    setAttribute(like, "aria-pressed", "false");
    return;
  }
  const { play } = now;
  const track = play.track;
  const section = byId("now");
  for (const label of section.querySelectorAll(".label")) {
    setText(label, now.current ? t("now.playing") : t("now.at", { time: clock(now.knownAt) }));
  }
  section.classList.toggle("past", !now.current);
  section.classList.toggle("long", track.title.length > 26);
  section.classList.toggle("compact", s.poll !== null || s.closed !== null);
  setText(byId("title"), track.title);
  byId("title").className = track.title.length > 120 ? "longer endless" : track.title.length > 75 ? "longer" : "";
  setText(byId("artist"), track.artist);
  drawCover(/** @type {HTMLCanvasElement} */ (byId("cover")), coverOf(track));
  facts(track);
  if (last !== play.play_id) changed(section, play.play_id);
  heart(page, like, play);
  tempo(page, play.play_id);
}

/** @param {import("../../../protocol.js").Track} track */
function facts(track) {
  const { bpm, camelot, key } = track;
  const known = bpm !== undefined || camelot !== undefined || key !== undefined;
  visible(byId("facts"), known);
  visible(byId("follows"), !known);
  setText(byId("bpm"), bpm === undefined ? "" : String(Math.round(bpm)));
  visible(/** @type {HTMLElement} */ (one(byId("facts"), ".bpm")), bpm !== undefined);
  visible(byId("camelot"), camelot !== undefined);
  setText(byId("camelot"), camelot ?? "");
  byId("camelot").className = camelot ? "key k" + camelot : "key";
  setText(byId("key"), key ? keyWords(key) : "");
  setText(byId("speed"), bpm === undefined ? "" : t(speedOf(bpm)));
  const features = /** @type {[string, number | undefined][]} */ ([["energy", track.energy], ["dance", track.danceability], ["bright", track.brightness]]);
  for (const [name, value] of features) {
    const feature = one(byId("features"), `[data-f=${name}]`);
    visible(feature, value !== undefined);
    setText(one(feature, "b"), value === undefined ? "" : String(value));
    setAttribute(one(feature, "rect"), "width", String(value ?? 0));
  }
}

/**
 * @param {HTMLElement} section
 * @param {string} playId
 */
function changed(section, playId) {
  const first = last === "";
  last = playId;
  lastLikes = -1;
  if (first) return;
  // The page never scrolls by itself: a pill leads back up.
  if (scrollY > 250 && innerWidth < 960) visible(byId("newsong"), true);
  if (calm()) return;
  section.classList.remove("fresh");
  void section.offsetWidth;
  section.classList.add("fresh");
}

addEventListener("scroll", () => scrollY < 120 && visible(byId("newsong"), false), { passive: true });

/**
 * @param {import("./show.js").Page} page
 * @param {HTMLButtonElement} like
 * @param {import("../../../protocol.js").Play} play
 */
function heart(page, like, play) {
  const mine = page.mine.likes[play.play_id] ?? false;
  const likes = likesShown(play, page.box, page.stored.likes);
  setAttribute(like, "aria-pressed", String(mine));
  setText(byId("like-title"), play.track.title);
  setText(byId("likes"), String(likes));
  // One ring for one like, at most two a second, however many come in.
  const grew = lastLikes >= 0 && likes > lastLikes;
  lastLikes = likes;
  if (grew && !calm() && Date.now() - lastPulse >= 500) {
    lastPulse = Date.now();
    like.classList.remove("beat");
    void like.offsetWidth;
    like.classList.add("beat");
  }
}

/**
 * @param {import("./show.js").Page} page
 * @param {string} playId
 */
function tempo(page, playId) {
  const vote = page.mine.tempo[playId];
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (byId("say").querySelectorAll("[data-tempo]"))) {
    setAttribute(button, "aria-pressed", String(button.dataset.tempo === vote));
  }
  const thank = byId("thank");
  setAttribute(thank, "aria-pressed", String(page.mine.thanked));
  setText(one(thank, "span"), (page.mine.thanked ? thank.dataset.said : thank.dataset.say) ?? "");
}
