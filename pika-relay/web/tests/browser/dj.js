// @ts-check
// A DJ's program for the tests: speaks the protocol over a real WebSocket.

import { randomUUID } from "node:crypto";
import WebSocket from "ws";

/** @typedef {import("../../protocol.js").Track} Track */

export class Dj {
  /** @type {WebSocket} */ #socket;
  /** @type {Map<string, { resolve: (m: any) => void, reject: (e: Error) => void }>} */ #waiting = new Map();
  /** @type {any[]} */ heard = [];
  /** @type {any} */ registered = null;
  code = "";
  /** Whether the relay has ended the connection. */
  closed = false;

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on("close", () => (this.closed = true));
    socket.on("message", (data) => {
      const message = JSON.parse(String(data));
      this.heard.push(message);
      const waiting = this.#waiting.get(message.id);
      if (message.type === "ERROR") waiting?.reject(new Error(message.code + ": " + message.message));
      else waiting?.resolve(message);
    });
  }

  /**
   * @param {string} base the relay's address
   * @param {string} token
   * @param {object} [more] fields of REGISTER_SESSION
   * @returns {Promise<Dj>}
   */
  static async connect(base, token, more = {}) {
    const socket = new WebSocket(base.replace(/^http/, "ws") + "/ws/dj");
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const dj = new Dj(socket);
    dj.registered = await dj.say({
      type: "REGISTER_SESSION", protocol_version: 1, token, name: "Friday Social, Main Room", dj_name: "DJ Nadia K",
      device_id: "00000000-0000-4000-8000-000000000001", device_name: "Booth laptop", ...more,
    });
    dj.code = dj.registered.code;
    return dj;
  }

  /**
   * Patiently: ten messages in a moment are the relay's limit.
   *
   * @param {object} message
   * @returns {Promise<any>} its ACK
   */
  async say(message) {
    for (;;) {
      try {
        return await this.#ask(message);
      } catch (error) {
        if (!String(error).includes("rate_limited")) throw error;
        await new Promise((next) => setTimeout(next, 500));
      }
    }
  }

  /** @param {object} message @returns {Promise<any>} */
  #ask(message) {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, ...message }));
    });
  }

  /** @param {Track} track @param {number} [startedAt] @returns {Promise<string>} the play's id */
  async play(track, startedAt = Date.now()) {
    const playId = randomUUID();
    await this.say({ type: "NOW_PLAYING", play_id: playId, track, started_at: startedAt });
    return playId;
  }

  /** @param {string} question @param {string[]} options @param {object} [closes] @returns {Promise<string>} */
  async poll(question, options, closes = { when: "after", seconds: 600 }) {
    const pollId = randomUUID();
    await this.say({ type: "START_POLL", poll_id: pollId, question, options, closes });
    return pollId;
  }

  /** @param {string} text @param {number} [seconds] @returns {Promise<string>} */
  async announce(text, seconds) {
    const announcementId = randomUUID();
    await this.say({ type: "BROADCAST_ANNOUNCEMENT", announcement_id: announcementId, text, ...(seconds ? { seconds } : {}) });
    return announcementId;
  }

  end() {
    return this.say({ type: "END_SESSION" });
  }

  /**
   * The latest like count of a play, as the relay told this DJ.
   *
   * @param {string} playId
   * @returns {number}
   */
  likes(playId) {
    const counts = this.heard.flatMap((m) => (m.type === "COUNTS" ? m.plays : [])).filter((p) => p.play_id === playId);
    return counts.at(-1)?.likes ?? 0;
  }

  close() {
    this.#socket.terminate();
  }
}
