// @ts-check
// This phone's memory where the browser has none: it lasts as long as the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as store from "../../assets/js/store.js";

test("the first tab's pass stays; one that the relay replaced goes", () => {
  assert.equal(store.keepPass("A", null), "A");
  assert.equal(store.keepPass("B", null), "A", "another tab was faster");
  assert.equal(store.keepPass("B", "A"), "B", "the relay knows A no longer");
  assert.equal(store.keepPass("C", "A"), "B", "another tab was told so, too");
  assert.equal(store.pass(), "B");
});
