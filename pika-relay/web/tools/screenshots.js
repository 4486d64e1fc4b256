// @ts-check
// Renews the pictures in docs/screenshots: each page and state with a real relay, dancers and a DJ.
//
//     node tools/screenshots.js [NAME…]

import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { ARGUMENTS, PROGRAM } from "../tests/browser/browser.js";
import { Crowd } from "../tests/browser/crowd.js";
import { Dj } from "../tests/browser/dj.js";
import { LONG, LOW_TIDE, NIGHT } from "../tests/browser/music.js";
import { Relay } from "../tests/browser/relay.js";
import { djPictures } from "./djs.js";

const FOLDER = process.env.SCREENSHOTS ?? new URL("../../../docs/screenshots/", import.meta.url).pathname;
const wanted = process.argv.slice(2);
mkdirSync(FOLDER, { recursive: true });

const browser = await chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
const relay = await Relay.start();
const PHONE = { width: 390, height: 844 };
const LAPTOP = { width: 1280, height: 800 };
const SCREEN = { width: 1920, height: 1080 };

/** @param {{ size?: { width: number, height: number }, light?: boolean }} [options] */
async function phone({ size = PHONE, light = false } = {}) {
  const context = await browser.newContext({ viewport: size, deviceScaleFactor: 1, colorScheme: light ? "light" : "dark", locale: "en-GB", permissions: [] });
  if (light) await context.addInitScript(() => localStorage.setItem("pika.theme", "light"));
  return context;
}

/** @param {import("playwright-core").Page} page @param {string} name @param {boolean} [whole] */
async function picture(page, name, whole = false) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  // Clicks may have scrolled to what they hit.
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(700);
  await page.screenshot({ path: `${FOLDER}${name}.png`, fullPage: whole });
  console.log(name);
}

/** @param {string} path @param {string} name @param {{ size?: { width: number, height: number }, light?: boolean, whole?: boolean }} [options] */
async function plain(path, name, options = {}) {
  const context = await phone(options);
  const page = await context.newPage();
  await page.goto(relay.base + path);
  await picture(page, name, options.whole);
  await context.close();
}

/** @param {import("playwright-core").BrowserContext} context @param {string} code */
async function live(context, code) {
  const page = await context.newPage();
  await page.goto(`${relay.base}/live/${code}`);
  await page.waitForFunction(() => /^Live/.test(document.querySelector("#connection .word")?.textContent ?? ""));
  return page;
}

await plain("/live", "nobody-live");
await plain("/songs", "songs-empty");

const dj = await Dj.connect(relay.base, relay.token);
const crowd = new Crowd(relay.base, dj.code);
const likes = [34, 33, 17, 31, 4, 30, 9, 38, 20, 8, 12];
/** @type {string[]} */
const played = [];
for (const [i, track] of NIGHT.entries()) played.push(await dj.play(track, Date.now() - (NIGHT.length - i) * 100));
for (const [i, id] of played.entries()) await crowd.like(id, likes[i]);

const context = await phone();
const before = await live(context, dj.code);
await picture(before, "live-first");
const current = await dj.play(LOW_TIDE, Date.now());
await crowd.like(current, 41);
const page = before;
await page.waitForFunction(() => document.querySelector("#likes")?.textContent === "41");
await page.locator("#played button").first().click();
await picture(page, "live");
await picture(page, "live-whole", true);
for (const [name, options] of /** @type {const} */ ([["live-light", { light: true }], ["live-laptop", { size: LAPTOP }]])) {
  const other = await phone(options);
  await picture(await live(other, dj.code), name);
  await other.close();
}
const screen = await (await phone({ size: SCREEN })).newPage();
await screen.goto(`${relay.base}/live/${dj.code}/screen`);
await picture(screen, "screen");

await plain("/", "home", { whole: true });
await plain("/", "home-light", { light: true, whole: true });
await plain("/", "home-laptop", { size: LAPTOP });
await plain("/live", "picker");
await plain("/live?code=O0I1", "picker-wrong-code");

await page.click("#like");
await dj.announce("Strictly Swing starts at 23:00 in Ballroom B", 600);
const poll = await dj.poll("What vibe next?", ["Blues", "Slow and smooth", "Pop", "Surprise me"]);
await crowd.vote(poll, [23, 16, 8, 4]);
await page.waitForSelector("#poll:not([hidden])");
await picture(page, "live-poll");
await page.locator(".opt").first().click();
await picture(page, "live-voted");
await picture(screen, "screen-poll");
const wide = await live(await phone({ size: LAPTOP }), dj.code);
await picture(wide, "live-poll-laptop");
await dj.say({ type: "END_POLL", poll_id: poll });
await page.click("#announcement-close");
await page.evaluate(() => ((/** @type {HTMLElement} */ (document.getElementById("ask"))).hidden = false));
await picture(page, "live-poll-closed");
await page.evaluate(() => ((/** @type {HTMLElement} */ (document.getElementById("ask"))).hidden = true));
const ten = await dj.poll("Which song would you like to hear before the break?", ["Neon Rain", "Tell Me Twice", "Backseat Gospel", "Glasshouse", "Żar", "Cold Coffee Blues", "Velcro Heart", "Feathers", "Sugar on the Dial", "Something the DJ loves"], { when: "manual" });
await crowd.vote(ten, [9, 7, 6, 5, 5, 4, 3, 2, 1, 9]);
await page.waitForSelector(".many");
await page.locator(".opt").nth(2).click();
await picture(page, "live-poll-ten", true);
await picture(screen, "screen-poll-ten");
await dj.say({ type: "END_POLL", poll_id: ten });
await dj.play(LONG, Date.now());
const other = await live(await phone(), dj.code);
await picture(other, "live-long-title");
await picture(screen, "screen-long-title");

await dj.say({ type: "SET_PIN", pin: "4821" });
const stranger = await (await phone()).newPage();
await stranger.goto(`${relay.base}/live/${dj.code}`);
await stranger.locator("#pin-input").waitFor();
await stranger.fill("#pin-input", "0000");
await stranger.waitForSelector("#pin-error:not([hidden])");
await stranger.locator("#pin-input").pressSequentially("481");
await picture(stranger, "pin");
await dj.say({ type: "SET_PIN" });

const third = await dj.poll("What vibe next?", ["Blues", "Slow and smooth", "Pop", "Surprise me"]);
await crowd.vote(third, [23, 16, 8, 4]);
await page.waitForSelector("#poll:not([hidden])");
await page.clock.install();
await relay.kill();
await page.clock.runFor(1500);
await page.locator(".opt").first().click();
await page.click("#like");
await page.clock.runFor(14000);
await picture(page, "live-offline");
await page.clock.resume();
await relay.run();
const again = await Dj.connect(relay.base, relay.token, { resume: dj.registered.session_id });
await page.reload();
await page.waitForFunction(() => /^Live/.test(document.querySelector("#connection .word")?.textContent ?? ""));
for (const n of [2, 5]) await page.locator("#played button").nth(n).click();
await page.waitForTimeout(500);
await again.end();
await page.waitForSelector("#ended:not([hidden])");
await picture(page, "ended");
await picture(screen, "screen-ended");
await page.goto(`${relay.base}/recap/${dj.code}`);
await picture(page, "recap", true);
await page.goto(relay.base + "/songs");
await picture(page, "songs");

await plain("/privacy", "privacy", { whole: true });
await plain("/organisers", "organisers", { whole: true });
await plain("/live/ZZZZ", "no-session");

await djPictures({ phone, picture, laptop: LAPTOP });

await browser.close();
dj.close();
again.close();
await relay.stop();
