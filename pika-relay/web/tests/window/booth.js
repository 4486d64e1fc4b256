// @ts-check
// A DJ's computer that nobody sees: a display (Xvfb) with a window manager, a session bus with assistive technology
// and, if wanted, a keychain; everything in a folder of its own. Windows are read and pressed as a screen reader does.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PATIENCE_MS, until, untilSo } from "../browser/browser.js";
import { Started, sweep } from "./processes.js";

export const PROGRAM = process.env.PIKA_DESKTOP ?? join(process.env.CARGO_TARGET_DIR ?? new URL("../../../../target", import.meta.url).pathname, "debug/pika-desktop");
/** The system's own: the bindings to the bus are its package. */
const PYTHON = "/usr/bin/python3";

/**
 * What a window tells of one of its controls or texts.
 *
 * @typedef {{ bus: string, path: string, name: string, description: string, role: string, states: string[], can: string[] }} Item
 */

export class Booth {
  folder = mkdtempSync(join(tmpdir(), "pika-booth-"));
  /** @type {NodeJS.ProcessEnv} */ env;
  /** @type {Started | undefined} */ #reader;
  /** @type {((line: string) => void)[]} Who waits for an answer, in order. */ #waiting = [];
  #sweep = () => sweep(this.folder);

  constructor() {
    for (const part of ["home", "run"]) mkdirSync(join(this.folder, part));
    chmodSync(join(this.folder, "run"), 0o700);
    /** @type {NodeJS.ProcessEnv} */
    const env = { ...process.env, HOME: join(this.folder, "home"), XDG_RUNTIME_DIR: join(this.folder, "run"), BROWSER: this.#browser(), LIBGL_ALWAYS_SOFTWARE: "1" };
    // Nothing of the computer that the test runs on.
    for (const name of ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "PIKA_TOKEN"]) delete env[name];
    this.env = env;
    process.once("exit", this.#sweep);
  }

  /** @param {{ keychain?: boolean, size?: string }} [options] @returns {Promise<Booth>} */
  static async open({ keychain = true, size = "1400x900" } = {}) {
    const booth = new Booth();
    try {
      await booth.#start(keychain, size);
    } catch (error) {
      await booth.close();
      throw error;
    }
    return booth;
  }

  /** @param {boolean} keychain @param {string} size */
  async #start(keychain, size) {
    const display = new Started("Xvfb", ["-displayfd", "3", "-screen", "0", size + "x24", "+extension", "GLX", "-nolisten", "tcp"], this.env);
    await until("a display", () => /^\d+$/m.test(display.log) || display.isGone);
    this.env.DISPLAY = ":" + (/^\d+$/m.exec(display.log)?.[0] ?? assert.fail("no display: " + display.log));
    new Started("openbox", [], this.env);
    const bus = new Started("dbus-daemon", ["--session", "--nofork", "--print-address"], this.env);
    await until("a session bus", () => bus.log.includes("\n") || bus.isGone);
    this.env.DBUS_SESSION_BUS_ADDRESS = /^unix:\S+/m.exec(bus.log)?.[0] ?? assert.fail("no session bus: " + bus.log);
    const reader = new Started(PYTHON, [new URL("reader.py", import.meta.url).pathname, this.env.DBUS_SESSION_BUS_ADDRESS], this.env);
    this.#reader = reader;
    if (reader.process.stdout) createInterface({ input: reader.process.stdout }).on("line", (line) => this.#waiting.shift()?.(line));
    await this.ask({ do: "start" });
    if (!keychain) return;
    const ring = new Started("gnome-keyring-daemon", ["--unlock", "--foreground", "--components=secrets"], this.env, "\n");
    await untilSo("a keychain", async () => ring.isGone || (await this.ask({ do: "has", name: "org.freedesktop.secrets" })));
    assert.ok(!ring.isGone, "no keychain: " + ring.log);
  }

  /**
   * Asks the reader.
   *
   * @param {object} request
   * @returns {Promise<any>}
   */
  async ask(request) {
    const reader = this.#reader ?? assert.fail("there is no reader");
    const answer = new Promise((done) => this.#waiting.push(done));
    reader.process.stdin?.write(JSON.stringify(request) + "\n");
    const line = await Promise.race([answer, reader.gone]);
    if (typeof line !== "string") throw new Error("the reader has ended: " + reader.log);
    const { ok, error } = JSON.parse(line);
    if (error !== undefined) throw new Error(error);
    return ok;
  }

  /** A browser that only notes what it is asked to open. */
  #browser() {
    const path = join(this.folder, "browser");
    writeFileSync(path, `#!/bin/sh\necho "$1" >> "${this.folder}/opened"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  /** The addresses that programs have opened in the browser, oldest first. */
  get opened() {
    const path = join(this.folder, "opened");
    return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  }

  /** A folder of its own in this computer. @param {string} name */
  newFolder(name) {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /**
   * Starts the program with its window.
   *
   * @param {string} data its data folder
   * @param {string[]} args
   * @returns {Window}
   */
  run(data, args) {
    return new Window(this, new Started(PROGRAM, ["--data-dir", data, "--listen", "127.0.0.1:0", ...args], this.env));
  }

  /** What an SQLite file of a program holds. @param {string} path @param {string} sql @returns {any[][]} */
  query(path, sql) {
    const code = "import json, sqlite3, sys; print(json.dumps(sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2]).fetchall()))";
    return JSON.parse(execFileSync(PYTHON, ["-c", code, path, sql], { encoding: "utf8" }));
  }

  /** A picture of the whole screen. @param {string} path */
  picture(path) {
    execFileSync("import", ["-window", "root", path], { env: this.env });
  }

  async close() {
    this.#sweep();
    process.off("exit", this.#sweep);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** @typedef {"button" | "field" | "tab" | "switch" | "item"} Kind what a control is, for who looks for it */

/** @type {Record<Kind, string[]>} */
const KINDS = {
  button: ["button", "toggle"],
  field: ["field", "secret"],
  tab: ["tab"],
  switch: ["toggle", "check box"],
  item: ["list item"],
};

/** The window of a running program. */
export class Window {
  #booth;
  program;

  /** @param {Booth} booth @param {Started} program */
  constructor(booth, program) {
    this.#booth = booth;
    this.program = program;
  }

  /** Everything it shows now; nothing while it does not answer. @returns {Promise<Item[]>} */
  async items() {
    if (this.program.isGone) throw new Error("the program has ended:\n" + this.program.log);
    try {
      return await this.#booth.ask({ do: "items", pid: this.program.pid });
    } catch (error) {
      if (this.program.isGone || !(error instanceof Error) || error.message.startsWith("the reader")) throw error;
      return [];
    }
  }

  /** @param {string | RegExp} name @param {string[]} [roles] @returns {Promise<Item | undefined>} */
  async #find(name, roles) {
    const fits = (/** @type {Item} */ item) => (typeof name === "string" ? item.name === name : name.test(item.name)) && (!roles || roles.includes(item.role));
    return (await this.items()).find(fits);
  }

  /**
   * Waits until it shows this text somewhere, as label, name of a control or message; returns it.
   *
   * @param {string | RegExp} text
   * @returns {Promise<string>}
   */
  async shows(text) {
    let found = "";
    await this.#until(`it shows ${text}`, async () => {
      const item = await this.#find(text);
      found = item?.name ?? "";
      return item !== undefined;
    });
    return found;
  }

  /** Waits until this text is nowhere. @param {string | RegExp} text */
  async hides(text) {
    await this.#until(`it no longer shows ${text}`, async () => (await this.items()).length > 0 && (await this.#find(text)) === undefined);
  }

  /** Whether it shows this text now. @param {string | RegExp} text */
  async isShowing(text) {
    return (await this.#find(text)) !== undefined;
  }

  /**
   * Presses a control as soon as it is there and can be pressed. Two presses in one frame are one: wait for what
   * comes of it before pressing the same again.
   *
   * @param {Kind} kind
   * @param {string | RegExp} name
   */
  async press(kind, name) {
    await this.#act(kind, name, async (item) => {
      if (!item.can.includes("Action") || !item.states.includes("sensitive")) return false;
      await this.#booth.ask({ do: "press", bus: item.bus, path: item.path });
      return true;
    });
  }

  /**
   * Puts a text into a field, in place of what it holds.
   *
   * @param {string | RegExp} name
   * @param {string} text
   */
  async write(name, text) {
    await this.#act("field", name, async (item) => {
      if (!item.can.includes("EditableText") || !item.states.includes("sensitive")) return false;
      const where = { bus: item.bus, path: item.path };
      await this.#booth.ask({ do: "write", ...where, text });
      // What is secret is shown as dots.
      const wanted = item.role === "secret" ? [...text].length : text;
      await this.#until(`${name} holds what was written`, async () => {
        const holds = await this.#booth.ask({ do: "text", ...where });
        return (item.role === "secret" ? [...holds].length : holds) === wanted;
      });
      return true;
    });
  }

  /** @param {Kind} kind @param {string | RegExp} name @param {(item: Item) => Promise<boolean>} act */
  async #act(kind, name, act) {
    let problem = "";
    await this.#until(`${kind} ${name}`, async () => {
      const item = await this.#find(name, KINDS[kind]);
      try {
        return item !== undefined && (await act(item));
      } catch (error) {
        // It went between being found and being pressed: look again. An end of the program is told by that.
        problem = String(error);
        return false;
      }
    }, () => problem);
  }

  /**
   * @param {string} what
   * @param {() => Promise<boolean>} done
   * @param {() => string} [more]
   */
  async #until(what, done, more = () => "") {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      if (await done()) return;
      await new Promise((next) => setTimeout(next, 50));
    }
    const all = await this.items();
    const shown = all.map((item) => `  ${item.role}: ${item.name} ${item.states.join(" ")}`).join("\n");
    assert.fail(`never: ${what} ${more()}\nThe window shows:\n${shown}\nThe program said:\n${this.program.log}`);
  }

  /** @param {string[]} args */
  #xdotool(...args) {
    return execFileSync("xdotool", args, { env: this.#booth.env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: PATIENCE_MS });
  }

  /** The number the display knows it by. */
  #id() {
    return this.#xdotool("search", "--sync", "--all", "--onlyvisible", "--pid", String(this.program.pid), "--name", "^Pika!$").split("\n")[0];
  }

  /** Puts it there: a window that others cover draws nothing, and tells nothing new. @param {number} x @param {number} y */
  moveTo(x, y) {
    this.#xdotool("windowmove", this.#id(), String(x), String(y));
  }

  /**
   * Closes it as its cross does, and expects a good end. While it is live it asks first.
   *
   * @param {{ live?: boolean }} [how]
   */
  async close(how) {
    this.#xdotool("windowactivate", "--sync", this.#id(), "key", "alt+F4");
    if (how?.live) await this.press("button", "Quit, keep session");
    await this.program.gone;
    assert.equal(this.program.process.exitCode, 0, this.program.log);
  }

  /** As a power cut would. */
  async kill() {
    await this.program.end("SIGKILL");
  }
}
