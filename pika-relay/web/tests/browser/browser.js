// @ts-check
// Real Chromium for the tests: one process a file, a fresh phone (context) whenever one is needed. Every page is
// watched: no error on the console, no request to another host.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chromium } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */

export const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Milliseconds for anything to happen: a loaded machine with cold disks is slow, and only a failure waits as long. */
export const PATIENCE_MS = 60_000;

/** What the page says when it is connected, by whichever way: a machine that is slow enough makes it poll. */
export const LIVE = /^Live/;

/** @type {import("playwright-core").Browser} */
let browser;
/** What pages complained about. @type {string[]} */
let complaints = [];

/** To be called once in each test file. */
export function useBrowser() {
  before(async () => {
    browser = await chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS, timeout: 4 * PATIENCE_MS });
  });
  after(() => browser?.close());
}

/**
 * A phone with its own storage.
 *
 * @param {import("playwright-core").BrowserContextOptions & { blockWebSocket?: boolean }} [options]
 */
export async function phone(options = {}) {
  const { blockWebSocket, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: "dark", locale: "en-GB", ...rest });
  context.setDefaultTimeout(PATIENCE_MS);
  // As a proxy does that knows no upgrade: the request is answered, but not with 101.
  if (blockWebSocket) await context.addInitScript(() => void (window.WebSocket = new Proxy(WebSocket, { construct: (kind, [url]) => new kind(url.replace("/ws", "/live")) })));
  return context;
}

/**
 * @param {import("playwright-core").BrowserContext} context
 * @param {string} url
 * @param {{ mayFail?: RegExp }} [expect] complaints that belong to the test
 * @returns {Promise<Page>}
 */
export async function open(context, url, expect = {}) {
  const page = await context.newPage();
  const host = new URL(url).host;
  page.on("console", (m) => m.type() === "error" && !expect.mayFail?.test(m.text()) && complaints.push("console: " + m.text()));
  page.on("pageerror", (error) => complaints.push("error: " + error.message));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && asked.host !== host) complaints.push("another host: " + request.url());
  });
  await page.goto(url);
  return page;
}

/** Puts all phones away. */
export async function closePhones() {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** Nothing to complain about since the last time. */
export function noComplaints() {
  const found = complaints;
  complaints = [];
  assert.deepEqual(found, []);
}

/** While a relay is away, browsers write about it. */
export const NETWORK = /WebSocket connection|Failed to load resource|ERR_/;

/**
 * Waits until an element says what it should.
 *
 * @param {Page} page
 * @param {string} selector
 * @param {string | RegExp} text
 */
export async function says(page, selector, text) {
  const wanted = typeof text === "string" ? { exact: text } : { pattern: text.source };
  try {
    await page.waitForFunction(
      ({ selector, wanted }) => {
        const found = document.querySelector(selector)?.textContent?.replace(/\s+/g, " ").trim() ?? "";
        return "exact" in wanted ? found === wanted.exact : new RegExp(wanted.pattern ?? "").test(found);
      },
      { selector, wanted },
      { timeout: PATIENCE_MS, polling: 50 },
    );
  } catch {
    const found = await page.locator(selector).first().textContent().catch(() => "(nothing)");
    assert.fail(`${selector} says "${found?.trim()}", not ${text}`);
  }
}

/**
 * As `says`, where no script may run in the page, and over pages that follow one another.
 *
 * @param {Page} page
 * @param {string} selector
 * @param {RegExp} text
 */
export async function reads(page, selector, text) {
  let found = "";
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    found = (await page.locator(selector).first().textContent({ timeout: 1000 }).catch(() => null)) ?? "(nothing)";
    if (text.test(found)) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  assert.fail(`${selector} says "${found.trim()}", not ${text}`);
}

/**
 * Waits for something outside the browser.
 *
 * @param {string} what
 * @param {() => boolean} done
 */
export async function until(what, done) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (done()) return;
    await new Promise((next) => setTimeout(next, 25));
  }
  assert.fail("never: " + what);
}

/**
 * As `until`, for what has to be asked.
 *
 * @param {string} what
 * @param {() => Promise<boolean>} done
 */
export async function untilSo(what, done) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (await done()) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  assert.fail("never: " + what);
}
