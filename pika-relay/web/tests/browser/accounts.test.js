// @ts-check
// A DJ's way in with a browser that runs no script: forms, cookies and the token's one appearance.

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { closePhones, noComplaints, open, phone, says, useBrowser } from "./browser.js";
import { Dj } from "./dj.js";
import { Relay } from "./relay.js";

useBrowser();
/** @type {Relay} */
let relay;

beforeEach(async () => {
  relay = await Relay.start();
});
afterEach(async () => {
  await closePhones();
  await relay.stop();
  noComplaints();
});

test("without script a DJ registers, goes live with the token that is shown once, and logs out", async () => {
  const page = await open(await phone({ javaScriptEnabled: false }), relay.base + "/dj");
  await page.click("a[href='/dj/register']");
  await page.fill("[name=name]", "DJ Zoë");
  await page.fill("[name=email]", "zoe@example.com");
  await page.fill("[name=password]", "the floor is full");
  await page.click("form[action='/dj/register'] button");
  const token = (await page.textContent("#token")) ?? "";
  assert.match(token, /^pk_dj_[a-z2-7]{32}$/);
  const dj = await Dj.connect(relay.base, token.trim(), { name: "First night" });
  await page.goto(relay.base + "/dj");
  assert.equal(await page.locator("#token").count(), 0);
  await says(page, "main", /First night/);

  // Revoking it while it is live is asked first; then its program is out at once.
  await page.click("form[action$='/revoke'] button");
  await says(page, "h1", "You are live with this token");
  await page.click("form[action$='/revoke'] button");
  await says(page, "[role=status]", "The token is revoked.");
  await assert.rejects(Dj.connect(relay.base, token.trim()), /unauthorized/);
  dj.close();

  await page.click("form[action='/dj/logout'] button");
  await says(page, "[role=status]", "You are logged out.");
  await page.fill("[name=email]", "zoe@example.com");
  await page.fill("[name=password]", "the floor is full");
  await page.click("form[action='/dj/login'] button");
  await says(page, "main", /First night/);
});
