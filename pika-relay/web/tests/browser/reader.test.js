// @ts-check
// Every page and state for every reader: axe finds nothing, large text and small phones lose nothing, the keyboard
// reaches all.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, fits, smallTargets, violations, zoomText } from "./axe.js";
import { LIVE, NETWORK, noComplaints, open, phone, says, useBrowser } from "./browser.js";
import { Dj } from "./dj.js";
import { KEROSENE, LONG, LOW_TIDE, NEON } from "./music.js";
import { Relay } from "./relay.js";

useBrowser();
/** @type {Relay} */
let relay;
/** @type {Dj} */
let dj;
/** An ended session's code. */
let over = "";

before(async () => {
  relay = await Relay.start();
  const first = await Dj.connect(relay.base, relay.token);
  await first.play(KEROSENE, Date.now() - 4000);
  await first.play(NEON);
  over = first.code;
  await first.end();
  first.close();
  dj = await Dj.connect(relay.base, relay.token);
  await dj.play(KEROSENE, Date.now() - 1000);
  await dj.play(LOW_TIDE);
});
after(async () => {
  dj.close();
  await relay.stop();
  noComplaints();
});

/** Addresses of all pages; the first ones need the sessions made above. */
const pages = () => [
  "/live/" + dj.code, "/live/" + dj.code + "/screen", "/live/" + over, "/recap/" + over, "/", "/live", "/live?code=O0", "/songs", "/privacy", "/dj", "/organisers", "/live/ZZZZ", "/nothing",
];

for (const scheme of /** @type {const} */ (["dark", "light"])) {
  test(`axe finds nothing on any page, ${scheme}`, async () => {
    const context = await phone({ colorScheme: scheme, reducedMotion: "reduce" });
    if (scheme === "light") await context.addInitScript(() => localStorage.setItem("pika.theme", "light"));
    await context.addInitScript((code) => localStorage.setItem("pika.songs", JSON.stringify([{ play: "x", title: "Low Tide", artist: "The Velvet Hours", at: 1e12, code, room: "Friday Social", dj: "DJ Nadia K", cover: "96,8A,64,91,47,LowTide" }])), over);
    const page = await open(context, relay.base + "/privacy", { mayFail: NETWORK });
    const found = [];
    for (const path of pages()) {
      await page.goto(relay.base + path);
      if (path === "/live/" + dj.code) await says(page, "#connection .word", LIVE);
      found.push(...(await violations(page, path)));
    }
    assert.deepEqual(found, []);
    await context.close();
  });
}

test("axe finds nothing while a poll and an announcement are up, after the vote, and at the PIN", async () => {
  const context = await phone({ reducedMotion: "reduce" });
  const page = await open(context, relay.base + "/live/" + dj.code);
  await says(page, "#connection .word", LIVE);
  await dj.announce("Strictly Swing starts at 23:00", 600);
  const poll = await dj.poll("What vibe next?", ["Blues", "Slow and smooth", "Pop"]);
  await says(page, "#question", "What vibe next?");
  await axe(page, "poll");
  await page.locator(".opt").first().click();
  await page.click("#like");
  await page.click("[data-tempo=perfect]");
  await says(page, ".opt.me .pct", "100%");
  await axe(page, "voted");
  const screen = await open(await phone({ viewport: { width: 1920, height: 1080 } }), relay.base + "/live/" + dj.code + "/screen");
  await screen.waitForSelector("#stage[data-view=poll]");
  await axe(screen, "screen with a poll");
  await dj.say({ type: "END_POLL", poll_id: poll });
  await says(page, "#closed h2", "The room chose Blues");
  await axe(page, "closed");
  await dj.say({ type: "SET_PIN", pin: "4821" });
  const stranger = await open(await phone(), relay.base + "/live/" + dj.code);
  await says(stranger, "#pin h1", "This session has a PIN");
  await stranger.fill("#pin-input", "0000");
  await says(stranger, "#pin-error span", /^That was not the PIN/);
  await axe(stranger, "PIN");
  await dj.say({ type: "SET_PIN" });
  await context.close();
});

test("320 pixels and 200 % text: nothing is cut off sideways, the heart stays in reach", async () => {
  await dj.play(LONG);
  await dj.poll("Which of these would you like to hear before the break?", ["Something slow and smooth with a long title", "Pop", "Blues"], { when: "manual" });
  for (const [width, zoom] of [[320, 1], [390, 2], [320, 2]]) {
    const context = await phone({ viewport: { width, height: 700 } });
    const page = await open(context, relay.base + "/privacy", { mayFail: NETWORK });
    for (const path of pages().filter((p) => !p.endsWith("/screen"))) {
      await page.goto(relay.base + path);
      await zoomText(page, zoom);
      await fits(page, `${width} px, ${zoom * 100} % ${path}`);
    }
    await page.goto(relay.base + "/live/" + dj.code);
    await zoomText(page, zoom);
    await page.click("#like");
    const box = await page.locator("#like").boundingBox();
    assert.ok(box && box.y + box.height <= 700 && box.height >= 44);
    await context.close();
  }
});

test("what is tapped is at least 44 pixels high", async () => {
  const context = await phone();
  const page = await open(context, relay.base + "/privacy", { mayFail: NETWORK });
  const found = [];
  for (const path of pages().filter((p) => !p.endsWith("/screen"))) {
    await page.goto(relay.base + path);
    found.push(...(await smallTargets(page, path)));
  }
  await context.close();
  assert.deepEqual(found, []);
});

test("the keyboard alone can skip, vote and love", async () => {
  const context = await phone();
  const page = await open(context, relay.base + "/live/" + dj.code);
  await says(page, "#connection .word", LIVE);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
  await page.focus(".opt input");
  await page.keyboard.press("Space");
  await page.waitForSelector(".opt.me");
  await page.focus("#like");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#like[aria-pressed="true"]');
  await context.close();
});
