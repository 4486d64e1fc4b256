// @ts-check
// What the relay wrote into the page for its script: texts and first state.

import { useTexts } from "./text.js";

/**
 * @returns {any}
 */
export function boot() {
  const found = document.getElementById("boot");
  const data = found ? JSON.parse(found.textContent ?? "{}") : {};
  useTexts(data.texts ?? {}, document.documentElement.lang);
  return data;
}
