// @ts-check
// Bad networks: relay killed and started again, no WebSocket, no stream, plain http to another host.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, test } from "node:test";
import { NETWORK, closePhones, noComplaints, open, phone, says, until, untilSo, useBrowser } from "./browser.js";
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

/** What the page says at first, and after ten seconds: a slow machine may be asked only then. */
const AWAY = /^(Reconnecting|Offline)$/;

/** @param {Parameters<typeof phone>[0]} [options] */
const live = async (options) => open(await phone(options), relay.base + "/live/" + dj.code, { mayFail: NETWORK });

test("the relay is killed and comes back: the page heals itself, and what was done meanwhile arrives once", async () => {
  const play = await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", "Live");
  await relay.kill();
  await says(page, "#connection .word", AWAY);
  await page.click("#like");
  await page.waitForSelector('#like[aria-pressed="true"]');
  await relay.run();
  dj = await Dj.connect(relay.base, relay.token, { resume: dj.registered.session_id });
  await says(page, "#connection .word", "Live");
  await until("the like arrives", () => dj.likes(play) === 1);
  await says(page, "#likes", "1");
  await dj.play(NEON);
  await says(page, "#title", "Neon Rain");
  assert.equal(dj.likes(play), 1);
});

test("the relay says that it restarts: the page says so, too, spreads its return and goes on", async () => {
  const play = await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", "Live");
  await page.click("#like");
  await until("the like is stored", () => dj.likes(play) === 1);
  await Promise.all([relay.restartSoon(), says(page, "#note", /^Back in a moment/)]);
  await relay.run();
  dj = await Dj.connect(relay.base, relay.token, { resume: dj.registered.session_id });
  await says(page, "#connection .word", "Live");
  await page.waitForSelector("#note", { state: "hidden" });
  await page.waitForSelector('#like[aria-pressed="true"]');
  await says(page, "#likes", "1");
  await dj.play(NEON);
  await says(page, "#title", "Neon Rain");
});

test("after ten seconds the page says what it knows, keeps answers, and never calls an old song current", async () => {
  await dj.play(LOW_TIDE);
  const page = await live();
  await page.clock.install();
  await says(page, "#connection .word", "Live");
  await relay.kill();
  await says(page, "#connection .word", AWAY);
  await page.clock.runFor(2000);
  await page.click("#like");
  await page.clock.runFor(12_000);
  await says(page, "#connection .word", "Offline");
  await says(page, "#note", /No connection. ?Your like is kept and goes out by itself./);
  await says(page, ".meta .label", /^Playing at \d\d:\d\d$/);
  await relay.run();
});

test("a page that was there once opens without network, shows what it last knew and says so", async () => {
  await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", "Live");
  await page.clock.install();
  await page.clock.runFor(16_000);
  await untilSo("the page is kept", () => page.evaluate(async () => !!(await caches.match(location.pathname))));
  await relay.kill();
  await page.reload();
  await says(page, "#title", "Low Tide");
  await says(page, "#connection .word", "Offline");
  await says(page, ".meta .label", /^Playing at/);
  await page.goto(relay.base + "/live/ZZZZ");
  await says(page, "h1", "You are offline");
  await relay.run();
  await page.goto(relay.base + "/live/" + dj.code);
  await says(page, "#connection .word", "Live");
});

test("the DJ's laptop is away: said, and the song is no longer called current", async () => {
  await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, ".meta .label", "Now playing");
  dj.close();
  await says(page, "#note", /The DJ is offline for a moment/);
  await says(page, ".meta .label", /^Playing at/);
});

test("the session ends while the phone is away", async () => {
  await dj.play(LOW_TIDE);
  const page = await live();
  await says(page, "#connection .word", "Live");
  await relay.kill();
  await says(page, "#connection .word", AWAY);
  await relay.run();
  dj = await Dj.connect(relay.base, relay.token, { resume: dj.registered.session_id });
  await dj.end();
  await says(page, "#ended h1", "That was the last song.");
});

for (const [name, blocked] of /** @type {const} */ ([["server-sent events", false], ["short polling", true]])) {
  test(`where WebSockets are blocked, ${name} do the same`, async () => {
    const play = await dj.play(LOW_TIDE);
    const context = await phone({ blockWebSocket: true });
    if (blocked) await context.route("**/events?*", (route) => route.abort());
    const page = await open(context, relay.base + "/live/" + dj.code, { mayFail: NETWORK });
    await says(page, "#connection .word", blocked ? "Live, a bit behind" : "Live");
    await page.click("#like");
    await until("the DJ sees the like", () => dj.likes(play) === 1);
    await dj.play(KEROSENE);
    await says(page, "#title", "Kerosene Smile");
    await dj.poll("What vibe next?", ["Blues", "Pop"]);
    await says(page, "#question", "What vibe next?");
    await page.locator(".opt").nth(1).click();
    await says(page, ".opt.me .what", "Pop");
    await dj.end();
    await says(page, "#ended h1", "That was the last song.");
  });
}

test("plain http from another host works, without a secure context", async (t) => {
  const ip = (/** @type {string} */ command) => execFileSync("ip", command.split(" "), { stdio: "pipe" });
  const name = "pika" + process.pid;
  // A net of its own for each run: several may go on at once.
  const net = `10.${200 + (process.pid % 50)}.${(process.pid >> 6) % 250}`;
  try {
    ip(`netns add ${name}`);
    ip(`link add ${name}a type veth peer name ${name}b netns ${name}`);
    ip(`addr add ${net}.1/30 dev ${name}a`);
    ip(`link set ${name}a up`);
    ip(`-n ${name} addr add ${net}.2/30 dev ${name}b`);
    ip(`-n ${name} link set ${name}b up`);
    ip(`-n ${name} link set lo up`);
    ip(`netns exec ${name} true`);
  } catch (error) {
    try {
      ip(`netns del ${name}`);
    } catch {
      // It was not made.
    }
    // Containers without privileges and changed roots cannot; everywhere else it runs.
    // Not by skip(): the runner would leave this file's relay running, and wait for it for ever.
    return t.diagnostic(`left out: needs root, iproute2 and leave to make a network namespace: ${String(error).split("\n", 2).join(" ")}`);
  }
  try {
    const far = await Relay.start({ namespace: name, host: `${net}.2` });
    const there = await Dj.connect(far.base, far.token);
    try {
      const play = await there.play(LOW_TIDE);
      const page = await open(await phone(), far.base + "/live/" + there.code);
      await says(page, "#connection .word", "Live");
      assert.equal(await page.evaluate(() => isSecureContext), false);
      await page.click("#like");
      await until("the DJ sees the like", () => there.likes(play) === 1);
    } finally {
      await closePhones();
      there.close();
      await far.stop();
    }
  } finally {
    ip(`netns del ${name}`);
  }
});
