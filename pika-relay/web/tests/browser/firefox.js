// @ts-check
// Real Firefox for the tests, by its own WebDriver BiDi over a WebSocket: no driver beside it is needed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";

export const PROGRAM = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
/** Milliseconds for anything at all to happen: loaded machines are slow. */
const PATIENCE_MS = 60_000;
/** For Firefox to start: with a profile of its own that takes longest. */
const START_MS = 4 * PATIENCE_MS;
/** Nothing that Firefox asks for by itself. */
const PREFERENCES = {
  "app.normandy.enabled": false, "app.update.disabledForTesting": true, "browser.shell.checkDefaultBrowser": false, "browser.startup.homepage_override.mstone": "ignore",
  "browser.startup.page": 0, "datareporting.policy.dataSubmissionEnabled": false, "network.captive-portal-service.enabled": false, "network.connectivity-service.enabled": false,
  "remote.prefs.recommended": true, "toolkit.telemetry.reportingpolicy.firstRun": false, "ui.systemUsesDarkTheme": 1,
};

export class Firefox {
  #folder = mkdtempSync(join(tmpdir(), "pika-firefox-"));
  /** @type {import("node:child_process").ChildProcess | null} */ #process = null;
  /** @type {WebSocket | null} */ #socket = null;
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */ #waiting = new Map();
  #last = 0;
  /** What pages complained about, and which other hosts they asked. @type {string[]} */
  complaints = [];
  /** Hosts that pages may ask. @type {Set<string>} */
  hosts = new Set();

  /** @returns {Promise<Firefox>} */
  static async start() {
    const firefox = new Firefox();
    try {
      await firefox.#start();
    } catch (error) {
      await firefox.stop();
      throw error;
    }
    return firefox;
  }

  async #start() {
    const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
    writeFileSync(join(this.#folder, "user.js"), lines.join("\n"));
    const child = spawn(PROGRAM, ["--headless", "--no-remote", "--profile", this.#folder, "--remote-debugging-port=0", "about:blank"], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: this.#folder, MOZ_HEADLESS_WIDTH: "1280", MOZ_HEADLESS_HEIGHT: "900" } });
    this.#process = child;
    let said = "";
    const address = await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("Firefox did not start: " + said)), START_MS);
      child.once("error", reject);
      child.once("exit", () => reject(new Error("Firefox ended: " + said)));
      child.stderr.on("data", (text) => {
        said += text;
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
        if (!found) return;
        clearTimeout(late);
        resolve(found[1]);
      });
    });
    const socket = new WebSocket(address + "/session");
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    this.#socket = socket;
    socket.on("message", (data) => this.#heard(JSON.parse(String(data))));
    await this.#ask("session.new", { capabilities: {} });
    await this.#ask("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
  }

  /** @param {any} message */
  #heard(message) {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === "success") waiting?.resolve(message.result);
    else if (message.type === "error") waiting?.reject(new Error(message.error + ": " + message.message));
    else if (message.method === "log.entryAdded" && message.params.level === "error") this.complaints.push("console: " + message.params.text);
    else if (message.method === "network.beforeRequestSent") {
      const { protocol, host } = new URL(message.params.request.url);
      if (protocol.startsWith("http") && !this.hosts.has(host)) this.complaints.push("another host: " + message.params.request.url);
    }
  }

  /**
   * @param {string} method
   * @param {object} params
   * @returns {Promise<any>}
   */
  #ask(method, params) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("no answer to " + method)), PATIENCE_MS);
      const done = (/** @type {(value: any) => void} */ how) => (/** @type {any} */ value) => (clearTimeout(late), how(value));
      this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) });
      this.#socket?.send(JSON.stringify({ id, method, params }));
    });
  }

  /**
   * A new tab with this address, loaded.
   *
   * @param {string} url
   * @returns {Promise<Tab>}
   */
  async open(url) {
    this.hosts.add(new URL(url).host);
    const { context } = await this.#ask("browsingContext.create", { type: "tab" });
    await this.#ask("browsingContext.setViewport", { context, viewport: { width: 390, height: 844 } });
    const tab = new Tab((method, params) => this.#ask(method, { context, ...params }), context);
    await tab.go(url);
    return tab;
  }

  async stop() {
    this.#socket?.terminate();
    const child = this.#process;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

export class Tab {
  /** @type {(method: string, params: object) => Promise<any>} */ #ask;
  #context;

  /** @param {(method: string, params: object) => Promise<any>} ask @param {string} context */
  constructor(ask, context) {
    this.#ask = ask;
    this.#context = context;
  }

  /** @param {string} url */
  async go(url) {
    await this.#ask("browsingContext.navigate", { url, wait: "complete" });
  }

  async reload() {
    await this.#ask("browsingContext.reload", { wait: "complete" });
  }

  /**
   * The value of an expression in the page, as JSON carries it.
   *
   * @param {string} expression
   * @returns {Promise<any>}
   */
  async value(expression) {
    const answer = await this.#ask("script.evaluate", { expression: `JSON.stringify(${expression})`, target: { context: this.#context }, awaitPromise: true });
    if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
    return answer.result.value === undefined ? undefined : JSON.parse(answer.result.value);
  }

  /**
   * Waits until an expression is true in the page.
   *
   * @param {string} what
   * @param {string} expression
   */
  async until(what, expression) {
    let trouble = "";
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      try {
        if (await this.value("!!(" + expression + ")")) return;
      } catch (error) {
        // Between two pages nobody answers.
        trouble = ": " + error;
      }
      await new Promise((next) => setTimeout(next, 50));
    }
    assert.fail("never: " + what + trouble);
  }

  /**
   * @param {string} selector
   * @param {string} text
   */
  async says(selector, text) {
    await this.until(`${selector} says ${text}`, `document.querySelector(${JSON.stringify(selector)})?.textContent.replace(/\\s+/g, " ").trim() === ${JSON.stringify(text)}`);
  }

  /**
   * Clicks as a finger does: on the point in the middle, whatever lies there.
   *
   * @param {string} selector
   */
  async click(selector) {
    const found = await this.#ask("browsingContext.locateNodes", { locator: { type: "css", value: selector }, maxNodeCount: 1 });
    const element = { type: "element", element: { sharedId: found.nodes[0].sharedId } };
    const actions = [{ type: "pointerMove", x: 0, y: 0, origin: element }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 }];
    await this.value(`void document.querySelector(${JSON.stringify(selector)}).scrollIntoView({ block: "center", behavior: "instant" })`);
    await this.#ask("input.performActions", { actions: [{ type: "pointer", id: "finger", actions }] });
  }

  /** @param {string} keys */
  async type(keys) {
    const actions = [...keys].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
    await this.#ask("input.performActions", { actions: [{ type: "key", id: "keys", actions }] });
  }
}
