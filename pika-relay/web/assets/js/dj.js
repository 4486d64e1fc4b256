// @ts-check
// The DJs' pages: what a browser can add to pages that work without it. Times as people there write them, a password
// that can be looked at, copy, print, share.

import { drawCovers } from "./cover.js";
import { byId, one, setText, show } from "./dom.js";
import { ago, clock, dayAndMonth } from "./when.js";

drawCovers(document);

for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time"))) {
  const { clock: at, day, ago: since } = time.dataset;
  if (at) setText(time, clock(Number(at)));
  if (day) setText(time, dayAndMonth(Number(day), Date.now()));
  if (since) setText(time, ago(Number(since), Date.now()));
}

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(".eye"))) {
  const input = /** @type {HTMLInputElement} */ (byId(button.getAttribute("aria-controls") ?? ""));
  show(button, true);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
    setText(button, (hidden ? button.dataset.hide : button.dataset.show) ?? "");
    input.focus();
  });
}

for (const hint of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".enough"))) {
  const input = /** @type {HTMLInputElement} */ (byId(hint.dataset.for ?? ""));
  const look = () => hint.classList.toggle("yes", [...input.value].length >= Math.max(1, input.minLength));
  input.addEventListener("input", look);
  look();
}

// The address of the page that is made from the name; the relay decides, this is to see it coming.
const named = document.querySelector("#name-note[data-page]");
if (named instanceof HTMLElement) {
  const input = /** @type {HTMLInputElement} */ (byId("name"));
  const empty = named.textContent ?? "";
  const look = () => {
    const slug = slugOf(input.value);
    setText(named, slug ? (named.dataset.page ?? "") + slug : empty);
  };
  input.addEventListener("input", look);
  look();
}

/** Letters that do not come apart into a letter and a mark. @type {Record<string, string>} */
const OTHER = { ł: "l", ø: "o", đ: "d", ð: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th", "&": " and ", "'": "", "’": "", "`": "" };

/**
 * As the relay makes it of a name (`accounts/names.rs`).
 *
 * @param {string} name
 */
function slugOf(name) {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[łøđðıßæœþ&'’`]/g, (c) => OTHER[c]);
  let slug = "";
  for (const part of plain.split(/[^\p{L}\p{N}]+/u)) {
    const word = part.replace(/[^a-z0-9]/g, "");
    if (word && slug.length + word.length <= 40) slug += (slug ? "-" : "") + word;
  }
  return slug || (name.trim() && "dj");
}

const copyButton = document.getElementById("copy-token");
if (copyButton) {
  const label = one(copyButton, "span");
  const before = label.textContent ?? "";
  show(copyButton, true);
  copyButton.addEventListener("click", async () => {
    const done = await copied(byId("token"));
    setText(label, (done ? copyButton.dataset.copied : copyButton.dataset.failed) ?? "");
    setTimeout(() => setText(label, before), 4000);
  });
}

/**
 * Copies an element's text; on plain http, where the clipboard is closed, by the old way. In any case it is selected.
 *
 * @param {HTMLElement} element
 * @returns {Promise<boolean>}
 */
async function copied(element) {
  getSelection()?.selectAllChildren(element);
  try {
    await navigator.clipboard.writeText(element.textContent ?? "");
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

const printButton = document.getElementById("print");
if (printButton) {
  show(printButton, true);
  show(byId("print-note"), false);
  printButton.addEventListener("click", () => window.print());
}

const shareButton = document.getElementById("share");
if (shareButton) {
  const { url = location.href, title = document.title, copied: said = "" } = shareButton.dataset;
  show(shareButton, true);
  shareButton.addEventListener("click", async () => {
    try {
      if (navigator.share) return await navigator.share({ url, title });
      await navigator.clipboard.writeText(url);
      setText(byId("toast"), said);
      show(byId("toast"), true);
      setTimeout(() => show(byId("toast"), false), 4000);
    } catch {
      // Closed without choosing, or not allowed here: the address is on the page.
    }
  });
}

// Who waits for a session sees it without a tap.
const waiting = document.querySelector("[data-look-again]");
if (waiting instanceof HTMLElement) {
  const path = waiting.dataset.lookAgain ?? "";
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(path, { credentials: "same-origin" });
      if (answer.redirected && new URL(answer.url).pathname.startsWith("/live/")) location.assign(answer.url);
    } catch {
      // Later, then.
    }
  }, 20000);
}
