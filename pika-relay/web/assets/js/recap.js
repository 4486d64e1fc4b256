// @ts-check
// The recap: this phone's own songs first, times on this phone's clock, share.

import { boot } from "./boot.js";
import { drawCovers } from "./cover.js";
import { byId, show } from "./dom.js";
import { keepForLater } from "./later.js";
import { asText, copy, fill, fillTimes, shareButton, songRow } from "./songlist.js";
import * as store from "./store.js";
import { day } from "./when.js";

const first = boot();
const mine = store
  .songs()
  .filter((song) => song.code === first.code)
  .sort((a, b) => a.at - b.at);

for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[data-day]"))) {
  fill(time, day(Number(time.dataset.day)), Number(time.dataset.day));
}
fillTimes();
drawCovers(document);
byId("mine-list").replaceChildren(...mine.map((song, i) => songRow(song, i === 0)));
show(byId("mine-none"), mine.length === 0);
show(byId("copy-list"), mine.length > 0);
byId("copy-list").addEventListener("click", () => copy(asText(mine)));
for (const row of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("li[data-play]"))) {
  if (mine.some((song) => song.play === row.dataset.play)) row.querySelector(".hb")?.classList.add("loved");
}
shareButton(byId("share"), () => ({ title: first.name + " · " + first.dj, url: location.href }));
keepForLater();
