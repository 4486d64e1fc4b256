// @ts-check
// Programs of a test, none of which outlives it: what they start themselves is known by the folder in its environment.

import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Ends at once whatever runs with `XDG_RUNTIME_DIR` in this folder. @param {string} folder */
export function sweep(folder) {
  // What is being started while we look is seen in the next round.
  for (let round = 0; round < 5; round++) {
    const found = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && belongs(name, folder));
    for (const pid of found) {
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    if (found.length === 0) return;
  }
}

/** @param {string} pid @param {string} folder */
function belongs(pid, folder) {
  try {
    return readFileSync(join("/proc", pid, "environ"), "utf8").includes("XDG_RUNTIME_DIR=" + folder + "/");
  } catch {
    return false;
  }
}

/** A program that was started, with what it said. */
export class Started {
  /** Both outputs. */
  log = "";
  /** @type {import("node:child_process").ChildProcess} */ process;
  /** @type {Promise<void>} */ gone;

  /** @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} env @param {string} [input] */
  constructor(program, args, env, input) {
    // The fourth is for what a program says on a channel of its own.
    this.process = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe", "pipe"] });
    for (const stream of this.process.stdio.slice(1)) stream?.on("data", (text) => (this.log += text));
    this.gone = new Promise((done) => {
      this.process.once("exit", () => done());
      this.process.once("error", (error) => {
        this.log += `${program}: ${error.message}`;
        done();
      });
    });
    // A program that ends before it has read everything is seen by what it then does not do.
    this.process.stdin?.on("error", () => {});
    if (input !== undefined) this.process.stdin?.end(input);
  }

  get pid() {
    return this.process.pid ?? 0;
  }

  get isGone() {
    return this.process.exitCode !== null || this.process.signalCode !== null || this.process.pid === undefined;
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    if (this.isGone) return;
    this.process.kill(signal);
    await this.gone;
  }
}
