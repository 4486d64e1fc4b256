// @ts-check
// The live page with a real relay, a real browser and a DJ on a real socket.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { LIVE, NETWORK, closePhones, noComplaints, open, phone, says, until, useBrowser } from "./browser.js";
import { Dj } from "./dj.js";
import { KEROSENE, LOW_TIDE, NEON } from "./music.js";
import { Relay } from "./relay.js";

useBrowser();
/** @type {Relay} */
let relay;
/** @type {Dj} */
let dj;

beforeEach(async () => {
  relay = await Relay.start();
  dj = await Dj.connect(relay.base, relay.token);
});
afterEach(async () => {
  await closePhones();
  dj.close();
  await relay.stop();
  noComplaints();
});

/** @param {import("playwright-core").BrowserContext} [context] */
const live = async (context) => open(context ?? (await phone()), relay.base + "/live/" + dj.code);

test("the song is there before any script, and changes as soon as the DJ plays the next", async (t) => {
  await dj.play(KEROSENE);
  const silent = await open(await phone({ javaScriptEnabled: false }), relay.base + "/live/" + dj.code);
  assert.equal(await silent.textContent("#title"), "Kerosene Smile");
  const page = await live();
  await says(page, "#connection .word", LIVE);
  const published = performance.now();
  await dj.play(LOW_TIDE);
  await says(page, "#title", "Low Tide");
  t.diagnostic(`on the page ${Math.round(performance.now() - published)} ms after the DJ's program sent it`);
  await says(page, "#artist", "The Velvet Hours");
  await says(page, "#facts", /^96 BPM ?Medium ?8A ?A minor$/);
  await says(page, "#played .t", "Kerosene Smile");
  assert.match(await page.title(), /^Low Tide, The Velvet Hours/);
});

test("a like reaches the DJ, survives a reload and can be taken back", async () => {
  const play = await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", LIVE);
  await page.click("#like");
  await page.waitForSelector('#like[aria-pressed="true"]');
  await until("the DJ sees one like", () => dj.likes(play) === 1);
  await page.reload();
  await says(page, "#connection .word", LIVE);
  await page.waitForSelector('#like[aria-pressed="true"]');
  await says(page, "#likes", "1");
  await page.click("#like");
  await until("the DJ sees it taken back", () => dj.likes(play) === 0);
  await says(page, "#likes", "0");
});

test("an earlier song can be loved from the list, and another tab of the phone knows", async () => {
  const first = await dj.play(KEROSENE, Date.now() - 1000);
  await dj.play(LOW_TIDE);
  const context = await phone();
  // Both at the same moment: neither knows yet of the pass that the other gets.
  const [one, two] = await Promise.all([live(context), live(context)]);
  await says(one, "#connection .word", LIVE);
  await says(two, "#connection .word", LIVE);
  await one.click("#played button");
  await until("the DJ sees the like on the earlier song", () => dj.likes(first) === 1);
  await two.waitForSelector('#played button[aria-pressed="true"]');
  await one.click("#like");
  await two.waitForSelector('#like[aria-pressed="true"]');
});

test("tempo votes and thanks arrive", async () => {
  const play = await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", LIVE);
  await page.click("[data-tempo=slower]");
  await page.click("#thank");
  const counts = () => dj.heard.filter((m) => m.type === "COUNTS").at(-1);
  await until("the DJ sees both", () => counts()?.thanks === 1 && counts()?.plays.some((/** @type {any} */ p) => p.play_id === play && p.slower === 1));
  await says(page, "#thank span", "Thanks sent");
  await page.waitForSelector('[data-tempo=slower][aria-pressed="true"]');
});

test("two dancers vote, change their mind, and see what the room chose", async () => {
  await dj.play(LOW_TIDE);
  const [a, b] = [await live(), await live()];
  const poll = await dj.poll("What vibe next?", ["Blues", "Slow and smooth", "Pop", "Surprise me"]);
  for (const page of [a, b]) {
    await says(page, "#question", "What vibe next?");
    await says(page, ".opt .pct", "");
  }
  await a.locator(".opt").nth(0).click();
  await b.locator(".opt").nth(2).click();
  await says(a, ".opt.me", /^Blues your vote 50%$/);
  await b.locator(".opt").nth(0).click();
  await says(a, ".opt.me .pct", "100%");
  await dj.say({ type: "END_POLL", poll_id: poll });
  await says(b, "#closed h2", "The room chose Blues");
  await says(b, "#closed p", "100 % of 2 votes. Yours was Blues too.");
});

test("a poll that began before the page was opened can be voted in; ten answers fit", async () => {
  await dj.play(LOW_TIDE);
  await dj.poll("Which one?", Array.from({ length: 10 }, (_, i) => "Answer number " + (i + 1)), { when: "manual" });
  const page = await live();
  await says(page, "#connection .word", LIVE);
  await page.waitForFunction(() => document.querySelectorAll("#options .opt").length === 10);
  await page.locator(".opt").nth(9).click();
  await says(page, ".opt.me .what", "Answer number 10");
});

test("an announcement comes, can be closed, and is taken back by the DJ", async () => {
  await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", LIVE);
  await dj.announce("Strictly Swing starts at 23:00 in Ballroom B", 600);
  await says(page, "#announcement-text", "Strictly Swing starts at 23:00 in Ballroom B");
  await page.click("#announcement-close");
  await page.waitForSelector("#announcement", { state: "hidden" });
  const second = await dj.announce("Water is at the bar");
  await page.waitForSelector("#announcement", { state: "visible" });
  await dj.say({ type: "CANCEL_ANNOUNCEMENT", announcement_id: second });
  await page.waitForSelector("#announcement", { state: "hidden" });
});

test("a correction changes the song in place, a removal takes it away", async () => {
  await dj.play(KEROSENE, Date.now() - 1000);
  const play = await dj.play(NEON);
  const page = await live();
  await says(page, "#connection .word", LIVE);
  await dj.say({ type: "CORRECT_PLAY", play_id: play, track: { title: "Neon Rain (Live)", artist: "KITE & ROOK" } });
  await says(page, "#title", "Neon Rain (Live)");
  await page.waitForSelector("#follows", { state: "visible" });
  await dj.say({ type: "REMOVE_PLAY", play_id: play });
  await says(page, "#title", "Kerosene Smile");
});

test("behind a PIN nothing is shown until it is right, and then it is remembered", async () => {
  await dj.end();
  dj.close();
  dj = await Dj.connect(relay.base, relay.token, { pin: "4821" });
  await dj.play(LOW_TIDE);
  const html = await (await fetch(relay.base + "/live/" + dj.code)).text();
  assert.ok(!html.includes("Low Tide"));
  const page = await live();
  await says(page, "#pin h1", "This session has a PIN");
  await page.fill("#pin-input", "1111");
  await says(page, "#pin-error span", /^That was not the PIN/);
  await page.fill("#pin-input", "4821");
  await page.click("#pin-join");
  await says(page, "#title", "Low Tide");
  await page.reload();
  await says(page, "#title", "Low Tide");
});

test("a PIN in the QR code's fragment opens the door and leaves the address", async () => {
  await dj.end();
  dj.close();
  dj = await Dj.connect(relay.base, relay.token, { pin: "4821" });
  await dj.play(LOW_TIDE);
  const page = await open(await phone(), relay.base + "/live/" + dj.code + "#pin=4821");
  await says(page, "#title", "Low Tide");
  assert.equal(new URL(page.url()).hash, "");
});

test("the end leads to the recap, with this phone's songs first", async () => {
  await dj.play(KEROSENE, Date.now() - 2000);
  const last = await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", LIVE);
  await page.click("#like");
  await until("stored", () => dj.likes(last) === 1);
  await page.waitForFunction(() => !Object.entries(localStorage).some(([k, v]) => k.startsWith("pika.night.") && JSON.parse(v).box.actions.length > 0));
  await dj.end();
  await says(page, "#ended h1", "That was the last song.");
  await says(page, "#loved h2", "You loved 1 song");
  await says(page, "#ended-text", "Thanks for dancing with DJ Nadia K. 2 songs, 1 heart.");
  await page.click("#ended .btn");
  await says(page, "#mine-list .t", "Low Tide");
  await says(page, ".figures", /^songs ?2 ?heart ?1/);
  assert.match((await page.getAttribute("[data-way=youtube]", "href")) ?? "", /Low%20Tide%20The%20Velvet%20Hours/);
  await page.goto(relay.base + "/songs");
  await says(page, "#nights .t", "Low Tide");
  // Who comes late finds the end, too.
  const late = await live();
  await says(late, "#ended h1", "That was the last song.");
});

test("what a DJ writes is text, whatever it looks like", async () => {
  const nasty = "<img src=x onerror=alert(1)>{{7*7}}</script>";
  await dj.play({ title: nasty, artist: nasty });
  const page = await live();
  await says(page, "#connection .word", LIVE);
  assert.equal(await page.textContent("#title"), nasty);
  await dj.announce(nasty);
  await says(page, "#announcement-text", nasty);
  assert.equal(await page.locator("img").count(), 0);
});

test("the big screen shows the song, the bars and the announcement", async () => {
  await dj.play(LOW_TIDE);
  const screen = await open(await phone({ viewport: { width: 1920, height: 1080 } }), relay.base + "/live/" + dj.code + "/screen");
  await says(screen, "#title", "Low Tide");
  await dj.play(NEON);
  await says(screen, "#title", "Neon Rain");
  await dj.poll("What vibe next?", ["Blues", "Pop"]);
  await screen.waitForSelector("#stage[data-view=poll]");
  const page = await live();
  await page.locator(".opt").nth(1).click();
  await says(screen, ".leads", /^Pop ?100%$/);
  await dj.announce("Strictly Swing starts at 23:00");
  await says(screen, "#announcement span", "Strictly Swing starts at 23:00");
});

test("the big screen shows the PIN to the room only with the key of its DJ", async () => {
  await dj.end();
  dj.close();
  dj = await Dj.connect(relay.base, relay.token, { pin: "4821" });
  await dj.play(LOW_TIDE);
  const address = relay.base + "/live/" + dj.code + "/screen";
  const screen = await open(await phone({ viewport: { width: 1920, height: 1080 } }), address + "#key=" + dj.registered.screen_key);
  await says(screen, "#title", "Low Tide");
  await says(screen, "#pin b", "4821");
  assert.equal(await screen.evaluate(() => location.hash), "", "a photo of the address shows no key");
  await dj.say({ type: "SET_PIN", pin: "7740" });
  await says(screen, "#pin b", "7740");
  await screen.reload();
  await says(screen, "#pin b", "7740");

  // Who only knows the PIN is let in, but the room is not shown it.
  const guest = await open(await phone({ viewport: { width: 1920, height: 1080 } }), address + "#pin=7740");
  await says(guest, "#title", "Low Tide");
  assert.equal(await guest.locator("#pin").isVisible(), false);
  const stranger = await open(await phone({ viewport: { width: 1920, height: 1080 } }), address + "#key=AAAAAAAAAAAAAAAAAAAAAA", { mayFail: NETWORK });
  assert.equal(await stranger.locator("#pin").isVisible(), false);
  assert.equal((await stranger.content()).includes("7740"), false);
});
