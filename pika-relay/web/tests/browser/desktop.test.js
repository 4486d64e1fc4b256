// @ts-check
// The whole way with the real programs: VirtualDJ's history grows, the desktop program notices, the relay tells, the
// phone shows; a heart goes back; relay and desktop program are killed on the way, and the night ends with its recap.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { LIVE, NETWORK, closePhones, noComplaints, open, phone, says, until, useBrowser } from "./browser.js";
import { Relay } from "./relay.js";

const PROGRAM = process.env.PIKA_DESKTOP ?? join(process.env.CARGO_TARGET_DIR ?? new URL("../../../../target", import.meta.url).pathname, "debug/pika-desktop");

useBrowser();

/** The desktop program without a window, with a VirtualDJ of its own beside it. */
class Desktop {
  #folder = mkdtempSync(join(tmpdir(), "pika-desk-"));
  /** @type {import("node:child_process").ChildProcess | null} */ #process = null;
  #relay;
  output = "";

  /** @param {Relay} relay */
  constructor(relay) {
    this.#relay = relay;
    for (const part of ["music", "VirtualDJ", "VirtualDJ/History"]) mkdirSync(join(this.#folder, part));
    writeFileSync(join(this.#folder, "VirtualDJ/settings.xml"), "<settings><historyDelay>0</historyDelay></settings>");
  }

  get #history() {
    return join(this.#folder, "VirtualDJ/History/2026-11-21.m3u");
  }

  run() {
    this.output = "";
    const where = ["--relay", this.#relay.base, "--data-dir", join(this.#folder, "data"), "--music", join(this.#folder, "music"), "--history", this.#history];
    const child = spawn(PROGRAM, ["--headless", "--session-name", "Friday Social", ...where], {
      env: { ...process.env, PIKA_TOKEN: this.#relay.token },
      stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout?.on("data", (text) => (this.output += text));
    this.#process = child;
  }

  /** Where it says that dancers come in. */
  async address() {
    await until("the program is live", () => /^Dancers +http/m.test(this.output));
    return /^Dancers +(\S+)/m.exec(this.output)?.[1] ?? "";
  }

  /** Two lines, as VirtualDJ writes them. @param {string} title @param {string} artist */
  play(title, artist) {
    const seconds = Math.floor(Date.now() / 1000);
    appendFileSync(
      this.#history,
      `#EXTVDJ:<time>22:14</time><lastplaytime>${seconds}</lastplaytime><artist>${artist}</artist><title>${title}</title>\r\nnetsearch://${encodeURIComponent(title)}\r\n`,
    );
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await gone;
  }

  async stop() {
    await this.end("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** @type {Relay | undefined} */
let relay;
/** @type {Desktop | undefined} */
let desk;
afterEach(async () => {
  await closePhones();
  await desk?.stop();
  await relay?.stop();
  noComplaints();
});

test("from VirtualDJ's history to the phone and back, with relay and desktop program killed on the way", async (t) => {
  relay = await Relay.start();
  desk = new Desktop(relay);
  desk.run();
  const address = await desk.address();
  const page = await open(await phone(), address, { mayFail: NETWORK });
  await says(page, "#connection .word", LIVE);

  const before = Date.now();
  desk.play("Low Tide", "The Velvet Hours");
  await says(page, "#title", "Low Tide");
  t.diagnostic(`from the history file to the phone: ${Date.now() - before} ms`);
  await page.click("#like");
  const program = desk;
  await until("the desktop shows the like", () => /^Floor +1 dancers, 1 likes/m.test(program.output));

  await relay.kill();
  desk.play("Kerosene Smile", "Dusty Avenue");
  await relay.run();
  await says(page, "#title", "Kerosene Smile");

  await desk.end("SIGKILL");
  desk.play("Neon Rain", "Kite and Rook");
  desk.run();
  await says(page, "#title", "Neon Rain");
  assert.equal(await desk.address(), address, "the session is the same");
  await page.click("#like");
  await until("both likes are there", () => /^Floor +1 dancers, 2 likes/m.test(program.output));

  await desk.end("SIGINT");
  const recap = await open(await phone(), address.replace("/live/", "/recap/"));
  await says(recap, "main", /Low Tide.*Kerosene Smile.*Neon Rain/);
});
