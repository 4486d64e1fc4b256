// @ts-check
// Landing page and picker: covers, and the list of live sessions kept fresh without a reload.

import { drawCovers } from "./cover.js";

const FRESH_MS = 20000;

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live-now");
    const old = document.getElementById("live-now");
    // The focus stays where it is: nothing is replaced under the reader's hand.
    if (!next || !old || next.innerHTML === pristine || old.contains(document.activeElement)) return;
    pristine = next.innerHTML;
    old.replaceChildren(...next.childNodes);
    drawCovers(old);
  } catch {
    // The list as it was is better than none.
  }
}

let pristine = document.getElementById("live-now")?.innerHTML ?? "";
drawCovers(document);
setInterval(refresh, FRESH_MS);
document.addEventListener("visibilitychange", refresh);
