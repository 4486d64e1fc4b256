// @ts-check
// The main path of a night in Firefox.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { until } from "./browser.js";
import { Dj } from "./dj.js";
import { Firefox } from "./firefox.js";
import { KEROSENE, LOW_TIDE } from "./music.js";
import { Relay } from "./relay.js";

/** @type {Firefox} */
let firefox;
/** @type {Relay} */
let relay;
/** @type {Dj} */
let dj;

before(async () => void (firefox = await Firefox.start()));
after(() => firefox?.stop());
beforeEach(async () => {
  relay = await Relay.start();
  dj = await Dj.connect(relay.base, relay.token);
});
afterEach(async () => {
  dj.close();
  await relay.stop();
});

test("Firefox: song, like, poll, announcement, reload, end and recap", async () => {
  await dj.play(KEROSENE);
  const page = await firefox.open(relay.base + "/live/" + dj.code);
  assert.equal(await page.value("document.querySelector('#title').textContent"), "Kerosene Smile");
  await page.says("#connection .word", "Live");

  const play = await dj.play(LOW_TIDE);
  await page.says("#title", "Low Tide");
  await page.says("#bpm", "96");
  await page.says("#key", "A minor");
  await page.click("#like");
  await until("the DJ sees one like", () => dj.likes(play) === 1);

  const poll = await dj.poll("What vibe next?", ["Blues", "Pop"], { when: "manual" });
  await page.says("#question", "What vibe next?");
  await page.click(".opt:nth-child(2)");
  await page.says(".opt.me .pct", "100%");
  await dj.announce("Water is at the bar");
  await page.says("#announcement-text", "Water is at the bar");
  await page.click("#announcement-close");
  await page.until("the announcement is closed", "document.querySelector('#announcement').hidden");
  await page.until("nothing waits to be sent", "Object.entries(localStorage).every(([k, v]) => !k.startsWith('pika.night.') || JSON.parse(v).box.actions.length === 0)");

  await page.reload();
  await page.says("#connection .word", "Live");
  await page.until("the like is still there", "document.querySelector('#like').getAttribute('aria-pressed') === 'true'");
  await page.says("#likes", "1");
  await page.says(".opt.me .what", "Pop");
  await dj.say({ type: "END_POLL", poll_id: poll });
  await page.says("#closed h2", "The room chose Pop");

  await dj.end();
  await page.says("#ended h1", "That was the last song.");
  await page.says("#ended-text", "Thanks for dancing with DJ Nadia K. 2 songs, 1 heart.");
  await page.click("#ended .btn");
  await page.says("#mine-list .t", "Low Tide");
  assert.deepEqual(firefox.complaints, []);
});

test("Firefox: a PIN is asked, and a wrong one said", async () => {
  await dj.say({ type: "SET_PIN", pin: "4821" });
  await dj.play(LOW_TIDE);
  const page = await firefox.open(relay.base + "/live/" + dj.code);
  await page.says("#pin h1", "This session has a PIN");
  await page.click("#pin-input");
  await page.type("0000");
  await page.until("the PIN was refused", "!document.querySelector('#pin-error').hidden");
  await page.type("4821");
  await page.click("#pin-join");
  await page.says("#title", "Low Tide");
  assert.deepEqual(firefox.complaints, []);
});
