// @ts-check
// "My songs": what this phone loved, night by night. Nothing of it is sent anywhere.

import { boot } from "./boot.js";
import { byId, clone, one, setText, show } from "./dom.js";
import { keepForLater } from "./later.js";
import { asText, copy, shareButton, songRow } from "./songlist.js";
import * as store from "./store.js";
import { t } from "./text.js";
import { day } from "./when.js";

boot();

function paint() {
  const songs = store.songs();
  /** @type {Map<string, store.Song[]>} */
  const nights = new Map();
  for (const song of songs) nights.set(song.code, [...(nights.get(song.code) ?? []), song]);
  byId("nights").replaceChildren(...[...nights.values()].map(nightOf));
  show(byId("none"), songs.length === 0);
  show(byId("tools"), songs.length > 0);
  show(byId("share"), songs.length > 0);
}

/**
 * @param {store.Song[]} songs
 * @returns {HTMLElement}
 */
function nightOf(songs) {
  const night = clone("night");
  setText(one(night, "h2"), songs[0].room);
  setText(one(night, "p"), songs[0].dj + " · " + day(songs[0].at));
  one(night, "ul").replaceChildren(...songs.map((song) => songRow(song, false)));
  return night;
}

byId("copy-list").addEventListener("click", () => copy(asText(store.songs())));
shareButton(byId("share"), () => ({ title: t("songs.title"), text: asText(store.songs()) }));
const sure = /** @type {HTMLDialogElement} */ (byId("sure"));
byId("forget").addEventListener("click", () => sure.showModal());
sure.addEventListener("close", () => {
  if (sure.returnValue !== "yes") return;
  store.write("pika.songs", []);
  paint();
});
paint();
keepForLater();
