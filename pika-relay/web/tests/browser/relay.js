// @ts-check
// A real relay process of its own for each test: own database, own port, may be killed and started again.

import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = process.env.PIKA_RELAY ?? join(process.env.CARGO_TARGET_DIR ?? new URL("../../../../target", import.meta.url).pathname, "debug/pika-relay");

/** @typedef {{ namespace?: string, host?: string, settings?: Record<string, string> }} Where */

/** A database with one account, made once: hashing its password takes longer than all the rest. */
const seed = { folder: "", token: "" };

function makeSeed() {
  seed.folder = mkdtempSync(join(tmpdir(), "pika-pages-seed-"));
  const said = execFileSync(PROGRAM, ["user", "add", "DJ Nadia K", "nadia@example.com"], { env: settings(seed.folder), cwd: seed.folder, encoding: "utf8" });
  seed.token = /pk_dj_\w+/.exec(said)?.[0] ?? "";
  process.once("exit", () => rmSync(seed.folder, { recursive: true, force: true }));
}

/** @param {string} folder @param {object} [more] @returns {NodeJS.ProcessEnv} */
function settings(folder, more = {}) {
  return { ...process.env, DATABASE_URL: "sqlite:" + join(folder, "pika.db"), ...more };
}

/**
 * A port that nobody has: below those that systems give to outgoing connections, so that it is still free after the
 * relay was killed and comes back.
 *
 * @returns {Promise<number>}
 */
async function freePort() {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer();
    const free = await new Promise((done) => server.once("error", () => done(false)).listen(port, "127.0.0.1", () => done(true)));
    await new Promise((done) => server.close(done));
    if (free) return port;
  }
}

export class Relay {
  #folder = mkdtempSync(join(tmpdir(), "pika-pages-"));
  /** @type {import("node:child_process").ChildProcess | null} */ #process = null;
  /** @type {Where} */ #where;
  port = 0;
  token = "";
  log = "";

  /** @param {Where} where */
  constructor(where) {
    this.#where = where;
  }

  /** @param {Where} [where] another network namespace and its address, other settings @returns {Promise<Relay>} */
  static async start(where = {}) {
    if (!seed.token) makeSeed();
    const relay = new Relay(where);
    copyFileSync(join(seed.folder, "pika.db"), join(relay.#folder, "pika.db"));
    relay.token = seed.token;
    relay.port = await freePort();
    await relay.run();
    return relay;
  }

  get base() {
    return `http://${this.#where.host ?? "127.0.0.1"}:${this.port}`;
  }

  async run() {
    const command = [PROGRAM, "serve"];
    if (this.#where.namespace) command.unshift("ip", "netns", "exec", this.#where.namespace);
    const env = settings(this.#folder, { PORT: String(this.port), HOST: this.#where.host ?? "127.0.0.1", ...this.#where.settings });
    const child = spawn(command[0], command.slice(1), { cwd: this.#folder, env, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (this.log += text));
    for (const until = Date.now() + 60_000; Date.now() < until && child.exitCode === null; ) {
      try {
        if ((await fetch(this.base + "/privacy")).ok) return;
      } catch {
        await new Promise((done) => setTimeout(done, 50));
      }
    }
    throw new Error("the relay did not start: " + this.log);
  }

  /** As an update does: the relay takes its leave first. */
  async restartSoon() {
    const child = this.#process;
    if (!child) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await gone;
  }

  /** As a power cut would. */
  async kill() {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await gone;
  }

  /** Changes what the relay remembers while it is away; for pictures only. @param {string} sql */
  database(sql) {
    execFileSync("python3", ["-c", "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2]); d.commit()", join(this.#folder, "pika.db"), sql]);
  }

  async stop() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
