// @ts-check
// The DJs' pages: an account from the first form to the printed poster, with script and without.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { axe, fits, smallTargets, violations, zoomText } from "./axe.js";
import { NETWORK, closePhones, noComplaints, open, phone, reads, says, until, useBrowser } from "./browser.js";
import { Crowd } from "./crowd.js";
import { Dj } from "./dj.js";
import { ADA, logIn, register, shownToken } from "./djs.js";
import { KEROSENE, LOW_TIDE, NEON } from "./music.js";
import { Relay } from "./relay.js";

useBrowser();
/** @type {Relay} */
let relay;
/** Programs of DJs that are connected. @type {Dj[]} */
let djs = [];

afterEach(async () => {
  await closePhones();
  for (const dj of djs) dj.close();
  djs = [];
  await relay.stop();
  noComplaints();
});

/** @param {string} token @param {object} [more] */
async function connect(token, more) {
  const dj = await Dj.connect(relay.base, token, { dj_name: ADA.name, ...more });
  djs.push(dj);
  return dj;
}

/** A page of a browser of its own; refusals are statuses, which browsers write to the console. @param {Parameters<typeof phone>[0]} [options] */
const browse = async (options) => open(await phone(options), relay.base + "/dj", { mayFail: NETWORK });

for (const script of [true, false]) {
  test(`an account from the first form to the last, ${script ? "with" : "without"} script`, async () => {
    relay = await Relay.start();
    const page = await browse({ javaScriptEnabled: script });
    await page.click("main a[href='/dj/register']");
    await register(page, relay.base);
    const token = await shownToken(page);
    assert.match(token, /^pk_dj_[a-z2-7]{32}$/);
    await page.goto(relay.base + "/dj");
    assert.equal(await page.locator("#token").count(), 0, "a token is shown once");
    await reads(page, ".tok .a", /not used yet/);

    // The token is as good as it looks; the dashboard knows that it is live.
    const dj = await connect(token);
    await page.goto(relay.base + "/dj");
    await reads(page, ".on-now", /Friday Social, Main Room/);
    assert.equal(await page.locator(".codeword").textContent(), dj.code);
    await page.goto(relay.base + "/dj/dj-ada/live");
    assert.equal(new URL(page.url()).pathname, "/live/" + dj.code, "the printed code leads to the session");

    // Revoking what is live is asked first, and then done at once.
    await page.goto(relay.base + "/dj");
    await page.click(".tok .btn.d");
    await reads(page, "h1", /You are live with this token/);
    await page.click("main form .btn.d");
    await reads(page, ".said", /The token is revoked/);
    await until("the program is disconnected", () => dj.closed);
    await assert.rejects(connect(token));

    if (!(await page.locator("#token-name").isVisible())) await page.locator(".more summary").click();
    await page.fill("#token-name", "Booth laptop");
    await page.click(".more form button");
    const second = await shownToken(page);
    assert.notEqual(second, token);
    await page.goto(relay.base + "/dj");
    assert.equal(await page.locator(".tok .t").first().textContent(), "Booth laptop");
    await page.click(".tok .swap");
    assert.notEqual(await shownToken(page), second, "replaced by another one");

    await page.goto(relay.base + "/dj");
    await page.check("[name=public]");
    await page.fill("#slug", "ada");
    await page.click("#profile form button");
    await reads(page, ".said", /Saved/);
    const stranger = await browse({ javaScriptEnabled: script });
    await stranger.goto(relay.base + "/dj/ada");
    assert.equal(await stranger.locator("h1").textContent(), ADA.name);

    await page.fill("#current", "not it");
    await page.fill("#new", "another sentence of mine");
    await page.click("#password-title ~ form button:not(.eye)");
    await reads(page, "#problem-current", /not your current password/);
    await page.fill("#current", ADA.password);
    await page.fill("#new", "another sentence of mine");
    await page.click("#password-title ~ form button:not(.eye)");
    await reads(page, ".said", /password is changed/);

    await page.click("header form button");
    await reads(page, ".said", /logged out/);
    await page.goto(relay.base + "/dj");
    assert.equal(await page.locator(".tok").count(), 0);
    await logIn(page, relay.base);
    await reads(page, "#problem-form", /Email or password is not right. ?\d tries left/);
    assert.equal(await page.inputValue("#email"), ADA.email, "what was typed stays");
    assert.equal(await page.inputValue("#password"), "");
    await logIn(page, relay.base, { password: "another sentence of mine" });
    await page.waitForSelector(".tok");
  });
}

test("what is wrong with a form is said at its field", async () => {
  relay = await Relay.start();
  const page = await browse();
  await register(page, relay.base, { email: "nadia@example.com" });
  await reads(page, "#problem-email", /already has an account/);
  assert.equal(await page.getAttribute("#email", "aria-invalid"), "true");
  assert.match((await page.getAttribute("#email", "aria-describedby")) ?? "", /problem-email/);
  await page.waitForFunction(() => document.activeElement?.id === "email");
  assert.equal(await page.inputValue("#name"), ADA.name);
  await axe(page, "email taken");
  await register(page, relay.base, { password: "1234567890" });
  await reads(page, "#problem-password", /among the first/);
  await axe(page, "weak password");

  // What the form shows while it is filled in.
  await page.fill("#name", "Łukasz & Zoë!");
  await says(page, "#name-note", /\/dj\/lukasz-and-zoe$/);
  assert.ok(!(await page.getAttribute(".enough", "class"))?.includes("yes"));
  await page.fill("#password", "ten letters and more");
  await page.waitForSelector(".enough.yes");
  await page.click(".eye");
  assert.equal(await page.getAttribute("#password", "type"), "text");
});

test("six wrong passwords are answered with a break", async () => {
  relay = await Relay.start();
  const page = await browse();
  for (let i = 0; i < 6; i++) await logIn(page, relay.base, { email: "nadia@example.com", password: "wrong " + i });
  await reads(page, "#problem-form", /Too many tries. ?You can try again in \d+ minutes/);
  await axe(page, "break");
});

test("an invitation is asked for, and a closed door says so", async () => {
  relay = await Relay.start({ settings: { REGISTRATION: "invite", INVITE_CODE: "swing-2026" } });
  const page = await browse();
  await register(page, relay.base, { invite: "nonsense" });
  await reads(page, "#problem-invite", /not right/);
  await axe(page, "wrong invitation");
  await register(page, relay.base, { invite: "swing-2026" });
  assert.match(await shownToken(page), /^pk_dj_/);
  await closePhones();
  await relay.stop();

  relay = await Relay.start({ settings: { REGISTRATION: "closed" } });
  const other = await browse();
  await other.goto(relay.base + "/dj/register");
  assert.equal(await other.locator("main form").count(), 0);
  await reads(other, "main", /takes no new accounts/);
  await axe(other, "closed door");
});

/** A night with everything on it. @param {Dj} dj */
async function night(dj) {
  const crowd = new Crowd(relay.base, dj.code);
  const first = await dj.play(KEROSENE, Date.now() - 3000);
  await crowd.like(first, 2);
  const second = await dj.play(LOW_TIDE, Date.now() - 2000);
  await crowd.like(second, 3);
  await dj.play(NEON, Date.now() - 1000);
  const poll = await dj.poll("What vibe next?", ["Blues", "Slow and smooth", "Pop"], { when: "manual" });
  await crowd.vote(poll, [3, 1, 0]);
  await dj.say({ type: "END_POLL", poll_id: poll });
}

test("a night's page shows its owner how the floor answered, and nobody else", async () => {
  relay = await Relay.start();
  const page = await browse();
  await register(page, relay.base);
  const dj = await connect(await shownToken(page));
  await night(dj);
  await dj.end();
  await page.goto(relay.base + "/dj");
  await page.click("#nights ~ ul a");
  await says(page, "h1", "Friday Social, Main Room");
  await says(page, ".ranked .t", "Low Tide");
  assert.equal(await page.locator(".plot rect").count(), 3);
  assert.match((await page.getAttribute(".plot", "aria-label")) ?? "", /^Energy between 64 and 78\. Tempo between 96 and 102 BPM\. Most loved: Low Tide, 3 hearts\.$/);
  assert.equal(await page.locator("tbody tr").count(), 3);
  await reads(page, ".asked .shares div", /Blues.*75/);
  await axe(page, "a night");

  const [file] = await Promise.all([page.waitForEvent("download"), page.click("a[href$='.csv']")]);
  assert.match(file.suggestedFilename(), /^pika-\d{4}-\d\d-\d\d-\w{4}\.csv$/);
  assert.match(readFileSync(await file.path(), "utf8"), /Low Tide/);

  const path = new URL(page.url()).pathname;
  const stranger = await browse();
  await stranger.goto(relay.base + path);
  assert.equal(new URL(stranger.url()).pathname, "/dj/login", "strangers are asked to log in");
  await register(stranger, relay.base, { name: "DJ Bo", email: "bo@example.com" });
  const refused = await stranger.goto(relay.base + path);
  assert.equal(refused?.status(), 404, "another DJ's night is not there");
  const exported = await stranger.goto(relay.base + path.replace("/dj/", "/api/dj/") + "/export.csv");
  assert.equal(exported?.status(), 404);
});

test("every page of DJs: axe, 320 pixels, 200 % text, 44 pixels, light and dark", async () => {
  relay = await Relay.start();
  const context = await phone({ reducedMotion: "reduce" });
  const page = await open(context, relay.base + "/dj", { mayFail: NETWORK });
  const found = await violations(page, "/dj");
  await register(page, relay.base);
  const token = await shownToken(page);
  found.push(...(await violations(page, "a new token")), ...(await smallTargets(page, "a new token")));
  await zoomText(page, 2);
  await fits(page, "a new token");
  const dj = await connect(token);
  await night(dj);
  await page.goto(relay.base + "/dj");
  await page.check("[name=public]");
  await page.click("#profile form button");
  const nightPath = (await page.getAttribute("#nights ~ ul a", "href")) ?? "";
  const paths = ["/dj", nightPath, "/dj/dj-ada", "/dj/nobody/live"];
  const strange = await phone({ reducedMotion: "reduce" });
  const stranger = await open(strange, relay.base + "/dj", { mayFail: NETWORK });
  for (const [tab, addresses] of /** @type {const} */ ([[page, paths], [stranger, ["/dj", "/dj/register", "/dj/login", "/dj/forgot"]]])) {
    for (const scheme of /** @type {const} */ (["dark", "light"])) {
      await tab.emulateMedia({ colorScheme: scheme });
      for (const path of addresses) {
        await tab.goto(relay.base + path);
        found.push(...(await violations(tab, path + " " + scheme)));
      }
    }
    for (const path of addresses) {
      await tab.setViewportSize({ width: 390, height: 844 });
      await tab.goto(relay.base + path);
      found.push(...(await smallTargets(tab, path)));
      for (const [width, zoom] of [[320, 1], [390, 2], [320, 2], [1280, 1]]) {
        await tab.setViewportSize({ width, height: 700 });
        await zoomText(tab, zoom);
        await fits(tab, `${path} at ${width} px, ${zoom * 100} %`);
      }
    }
  }
  await page.goto(relay.base + "/dj");
  await page.click(".tok .btn.d");
  found.push(...(await violations(page, "the question before revoking")));
  assert.deepEqual(found, []);
});

test("a poster or eight cards are printed, and nothing else", async () => {
  relay = await Relay.start();
  const page = await browse();
  await register(page, relay.base);
  await page.emulateMedia({ media: "print" });
  const seen = (/** @type {string} */ selector) => page.locator(selector).evaluateAll((all) => all.filter((e) => e.checkVisibility()).length);
  assert.deepEqual([await seen(".poster .code"), await seen(".cards .code"), await seen(".on-screen")], [1, 0, 0]);
  await page.emulateMedia({ media: "screen" });
  await page.check("#print-cards", { force: true });
  await page.emulateMedia({ media: "print" });
  assert.deepEqual([await seen(".poster .code"), await seen(".cards .code"), await seen(".on-screen")], [0, 8, 0]);
});
