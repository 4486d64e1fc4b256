// @ts-check
// The DJs' pages for the pictures: each state with a real relay, a real account and a night with dancers.

import { Crowd } from "../tests/browser/crowd.js";
import { Dj } from "../tests/browser/dj.js";
import { logIn, register, shownToken } from "../tests/browser/djs.js";
import { LOW_TIDE, longNight } from "../tests/browser/music.js";
import { Relay } from "../tests/browser/relay.js";

const NADIA = { name: "DJ Nadia K", email: "nadia.k@example.com", password: "a short sentence works well" };

/**
 * @param {{
 *   phone: (options?: { size?: { width: number, height: number }, light?: boolean }) => Promise<import("playwright-core").BrowserContext>,
 *   picture: (page: import("playwright-core").Page, name: string, whole?: boolean) => Promise<void>,
 *   laptop: { width: number, height: number },
 * }} tools
 */
export async function djPictures({ phone, picture, laptop }) {
  const relay = await Relay.start();
  const context = await phone();
  const page = await context.newPage();

  await page.goto(relay.base + "/dj");
  await picture(page, "dj-welcome", true);
  await page.goto(relay.base + "/dj/register");
  await picture(page, "dj-register");
  await register(page, relay.base, { ...NADIA, email: "nadia@example.com" });
  await page.fill("#password", NADIA.password);
  await picture(page, "dj-register-taken");
  await register(page, relay.base, { ...NADIA, password: "1234567890" });
  await picture(page, "dj-register-weak");
  await logIn(page, relay.base, { email: "nadia@example.com", password: "not this one" });
  await picture(page, "dj-login-wrong");
  for (let i = 0; i < 5; i++) await logIn(page, relay.base, { email: "nadia@example.com", password: "nor this one " + i });
  await picture(page, "dj-login-wait");
  await page.goto(relay.base + "/dj/forgot");
  await picture(page, "dj-forgot");

  await register(page, relay.base, NADIA);
  const first = await shownToken(page);
  await picture(page, "dj-token");
  await page.goto(relay.base + "/dj");
  await picture(page, "dj-first", true);
  for (const name of ["Booth laptop", "Home PC"]) {
    await page.goto(relay.base + "/dj");
    await page.click(".more summary");
    await page.fill("#token-name", name);
    await page.click(".more form button");
  }
  const second = await shownToken(page);

  for (const name of ["Swing Weekend, Friday", "Swing Weekend, Late Night"]) {
    const dj = await Dj.connect(relay.base, first, { name, dj_name: NADIA.name });
    await aNight(relay, dj, name.includes("Late") ? 34 : 12);
    await dj.end();
    dj.close();
  }
  const dj = await Dj.connect(relay.base, second, { dj_name: NADIA.name });
  await aNight(relay, dj, 20);
  await page.goto(relay.base + "/dj");
  await page.check("[name=public]");
  await page.fill("#slug", "nadia-k");
  await page.click("#profile form button");
  await picture(page, "dj-dashboard", true);
  await page.goto(relay.base + "/dj/nadia-k");
  await picture(page, "dj-profile");
  await page.goto(relay.base + "/dj");
  await page.click(".tok:has-text('Home PC') .btn.d");
  await picture(page, "dj-revoke");
  await page.goto(relay.base + "/dj");
  const last = (await page.getAttribute("#nights ~ ul a", "href")) ?? "";
  await dj.end();
  await stretch(relay);
  await page.goto(relay.base + last);
  await picture(page, "dj-night", true);
  await page.goto(relay.base + "/dj/nadia-k/live");
  await picture(page, "dj-waiting");

  for (const [name, options] of /** @type {const} */ ([["laptop", { size: laptop }], ["light", { light: true }]])) {
    const other = await phone(options);
    const tab = await other.newPage();
    await logIn(tab, relay.base, NADIA);
    await tab.waitForSelector(".tok");
    await picture(tab, "dj-dashboard-" + name, name === "laptop");
    await tab.goto(relay.base + last);
    await picture(tab, "dj-night-" + name, true);
    await tab.goto(relay.base + "/dj/nadia-k");
    await picture(tab, "dj-profile-" + name);
    if (name === "laptop") {
      await tab.goto(relay.base + "/dj");
      await tab.setViewportSize({ width: 794, height: 1123 });
      await tab.emulateMedia({ media: "print" });
      await picture(tab, "dj-poster");
      await tab.emulateMedia({ media: "screen" });
      await tab.check("#print-cards", { force: true });
      await tab.emulateMedia({ media: "print" });
      await picture(tab, "dj-cards");
    }
    await other.close();
  }
  dj.close();
  await context.close();
  await relay.stop();

  for (const [registration, name] of [["invite", "dj-register-invite"], ["closed", "dj-register-closed"]]) {
    const door = await Relay.start({ settings: { REGISTRATION: registration, INVITE_CODE: "swing-2026" } });
    const other = await phone();
    const tab = await other.newPage();
    await tab.goto(door.base + "/dj/register");
    await picture(tab, name);
    await other.close();
    await door.stop();
  }
}

/**
 * A night of seconds becomes one of hours, with dancers who come and go: pictures cannot wait for one.
 *
 * @param {Relay} relay
 */
async function stretch(relay) {
  await relay.kill();
  const statements = [
    "CREATE TEMP TABLE place AS SELECT p.id, s.started_at - 4600000 + 240000 * (row_number() OVER (PARTITION BY p.session_id ORDER BY p.started_at, p.id)) AS at FROM plays p JOIN sessions s ON s.id = p.session_id",
    "UPDATE plays SET started_at = (SELECT at FROM place WHERE place.id = plays.id), stopped_at = NULL",
    "UPDATE sessions SET started_at = started_at - 4400000, peak_listeners = 71",
    "UPDATE polls SET opened_at = opened_at - 1500000",
    "DELETE FROM listener_samples",
    "WITH RECURSIVE minute(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM minute WHERE n < 72) INSERT INTO listener_samples SELECT s.id, s.started_at + n * 60000, CAST(71 * (1 - (n - 44) * (n - 44) / 2400.0) AS INTEGER) FROM sessions s, minute",
  ];
  relay.database(statements.join(";"));
  await relay.run();
}

/**
 * A night with songs, likes, tempo votes and a poll.
 *
 * @param {Relay} relay
 * @param {Dj} dj
 * @param {number} dancers
 */
async function aNight(relay, dj, dancers) {
  const crowd = new Crowd(relay.base, dj.code);
  // Most machines that make pictures have letters of Europe only.
  const songs = [...longNight(18).filter((song) => /^[ -\u024f’♭♯]+$/.test(song.title)), LOW_TIDE];
  const likes = [3, 6, 14, 9, 12, 18, 8, 17, 7, 10, 5, 13, 9, 4, 11, 16, 8, 21];
  for (const [i, track] of songs.entries()) {
    const play = await dj.play(track, Date.now() - (songs.length - i) * 30);
    await crowd.like(play, Math.max(1, Math.round((likes[i] * dancers) / 34)));
    if (i % 3 === 1) await crowd.tempo(play, { slower: i % 2, perfect: 2 + (i % 4), faster: i > 6 ? 1 : 0 });
  }
  await crowd.thank(dancers >> 2);
  const poll = await dj.poll("What vibe next?", ["Blues", "Slow and smooth", "Pop", "Surprise me"], { when: "manual" });
  await crowd.vote(poll, [9, 6, 3, 2]);
  await dj.say({ type: "END_POLL", poll_id: poll });
}
