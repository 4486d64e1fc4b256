// @ts-check
// Every word that a script asks for is in every language file.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { clock, left, t, useTexts } from "../../assets/js/text.js";

const web = new URL("../../", import.meta.url);
const scripts = readdirSync(new URL("assets/js/", web), { recursive: true }).map(String).filter((f) => f.endsWith(".js"));

for (const file of readdirSync(new URL("texts/", web))) {
  test(file + " has every key that scripts name", () => {
    const keys = Object.keys(JSON.parse(readFileSync(new URL("texts/" + file, web), "utf8")));
    for (const script of scripts) {
      const source = readFileSync(new URL("assets/js/" + script, web), "utf8");
      for (const [, key] of source.matchAll(/\bt\(\s*"([^"]+)"/g)) {
        // A key that goes on, as in `t("conn." + said)` or a plural, is met by any that begins so.
        assert.ok(keys.some((k) => k.startsWith(key)), `${script}: ${key}`);
      }
    }
  });
}

test("counts take their plural form, and values are filled in", () => {
  useTexts({ "n.one": "{n} song", "n.other": "{n} songs", hi: "Hi {who}" }, "en");
  assert.equal(t("n", { n: 1 }), "1 song");
  assert.equal(t("n", { n: 0 }), "0 songs");
  assert.equal(t("hi", { who: "<b>" }), "Hi <b>");
  assert.equal(t("nothing.here"), "nothing.here");
});

test("countdowns never go below zero", () => {
  assert.equal(left(48_000), "0:48");
  assert.equal(left(600_000), "10:00");
  assert.equal(left(-5), "0:00");
  assert.match(clock(0), /^\d\d:\d\d$/);
});
