// @ts-check
// What axe-core finds on a page, and what does not fit on it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @typedef {import("playwright-core").Page} Page */

/**
 * @param {Page} page
 * @param {string} what
 * @returns {Promise<string[]>}
 */
export async function violations(page, what) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    // @ts-expect-error axe was put there a line before
    const result = await window.axe.run(document, { runOnly: tags });
    return result.violations.map((/** @type {any} */ v) => v.id + ": " + v.nodes.map((/** @type {any} */ n) => n.html.slice(0, 140)).join(" | "));
  });
  return found.map((/** @type {string} */ text) => what + " " + text);
}

/**
 * @param {Page} page
 * @param {string} what
 */
export async function axe(page, what) {
  assert.deepEqual(await violations(page, what), []);
}

/**
 * Text as large as the reader wants it, by the browser's own setting.
 *
 * @param {Page} page
 * @param {number} zoom 1 is as it comes
 */
export async function zoomText(page, zoom) {
  await page.evaluate((zoom) => (document.documentElement.style.fontSize = 16 * zoom + "px"), zoom);
}

/**
 * Nothing is wider than the screen.
 *
 * @param {Page} page
 * @param {string} what
 */
export async function fits(page, what) {
  const found = await page.evaluate(() => {
    const over = document.documentElement.scrollWidth - innerWidth;
    const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
    return over > 0 ? `${over} px, ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" | ")}` : "";
  });
  assert.equal(found, "", `${what}: wider than the screen`);
}

/**
 * What is tapped and less than 44 pixels high or wide; links within a text may be.
 *
 * @param {Page} page
 * @param {string} what
 * @returns {Promise<string[]>}
 */
export async function smallTargets(page, what) {
  const found = await page.evaluate(() =>
    [...document.querySelectorAll("button, a, input, summary, label.opt, label.tick")]
      .filter((e) => e.checkVisibility() && !e.closest("p:not(.er), .vh, label.opt > *") && !e.matches("label.opt input, label.tick input, .skip, [type=hidden]"))
      .map((e) => ({ e: e.outerHTML.slice(0, 90), box: e.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
      .map(({ e, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${e}`),
  );
  return found.map((text) => what + " " + text);
}
