// @ts-check
// A VirtualDJ that is only a history, and songs that are only a beat.

import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../browser/browser.js";

const RATE = 22_050;

/** VirtualDJ's folder in `folder`, and what it writes. */
export class VirtualDj {
  history;
  /** The last second that was written. */
  #last = 0;

  /** @param {string} folder */
  constructor(folder) {
    const home = join(folder, "VirtualDJ");
    mkdirSync(join(home, "History"), { recursive: true });
    writeFileSync(join(home, "settings.xml"), "<settings><historyDelay>0</historyDelay></settings>");
    this.history = join(home, "History", "2026-11-21.m3u");
  }

  /** Two lines, as it writes them once a song plays. @param {string} title @param {string} artist @param {string} [file] */
  async play(title, artist, file = "netsearch://" + encodeURIComponent(title)) {
    // It knows whole seconds only, and no two songs begin in the same one.
    await until("the next second", () => Math.floor(Date.now() / 1000) > this.#last);
    const seconds = (this.#last = Math.floor(Date.now() / 1000));
    const tags = `<time>22:14</time><lastplaytime>${seconds}</lastplaytime><artist>${artist}</artist><title>${title}</title>`;
    appendFileSync(this.history, `#EXTVDJ:${tags}\r\n${file}\r\n`);
  }
}

/**
 * A WAV file of some seconds: kicks in this tempo over a chord. Title and artist stand in it where they are given.
 *
 * @param {string} path
 * @param {{ bpm: number, hertz: number[], seconds?: number, title?: string, artist?: string }} song
 */
export function writeSong(path, { bpm, hertz, seconds = 12, title = "", artist = "" }) {
  const beat = 60 / bpm;
  const samples = Buffer.alloc(2 * RATE * seconds);
  for (let at = 0; at < RATE * seconds; at++) {
    const t = at / RATE;
    const since = t % beat;
    const first = Math.floor(t / beat) % 4 === 0 ? 0.8 : 0.5;
    const kick = first * Math.exp(-since * 25) * Math.sin(377 * (1 - since * 0.4) * since);
    const chord = hertz.reduce((sum, one) => sum + Math.sin(2 * Math.PI * one * t), 0);
    samples.writeInt16LE(Math.round((kick + 0.06 * chord) * 30_000), 2 * at);
  }
  const tags = chunk("LIST", Buffer.concat([Buffer.from("INFO"), chunk("INAM", Buffer.from(title + "\0")), chunk("IART", Buffer.from(artist + "\0"))]));
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + samples.length + tags.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(2 * RATE, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(samples.length, 40);
  writeFileSync(path, Buffer.concat([head, samples, tags]));
}

/** A part of a RIFF file, padded to an even length. @param {string} name @param {Buffer} content */
function chunk(name, content) {
  const head = Buffer.alloc(8);
  head.write(name, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}
