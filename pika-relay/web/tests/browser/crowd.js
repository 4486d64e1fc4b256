// @ts-check
// Many dancers without a browser: they join and act by plain requests, each once (the relay allows ten actions at
// once from one dancer).

import { randomUUID } from "node:crypto";

export class Crowd {
  #address;

  /** @param {string} base @param {string} code */
  constructor(base, code) {
    this.#address = `${base}/api/sessions/${code}`;
  }

  /** @param {string} playId @param {number} dancers @returns {Promise<void>} */
  like(playId, dancers) {
    return this.#each(dancers, () => ({ type: "LIKE", play_id: playId }));
  }

  /** @param {string} pollId @param {number[]} votes how many for each option @returns {Promise<void>} */
  vote(pollId, votes) {
    const options = votes.flatMap((n, option) => Array(n).fill(option));
    return this.#each(options.length, (i) => ({ type: "VOTE", poll_id: pollId, option: options[i] }));
  }

  /** @param {string} playId @param {Record<string, number>} votes how many for each answer @returns {Promise<void>} */
  tempo(playId, votes) {
    const all = Object.entries(votes).flatMap(([vote, n]) => Array(n).fill(vote));
    return this.#each(all.length, (i) => ({ type: "TEMPO_VOTE", play_id: playId, vote: all[i] }));
  }

  /** @param {number} dancers @returns {Promise<void>} */
  thank(dancers) {
    return this.#each(dancers, () => ({ type: "THANK" }));
  }

  /** @param {number} dancers @param {(i: number) => object} message */
  async #each(dancers, message) {
    for (let i = 0; i < dancers; i++) {
      const { ticket } = await post(this.#address + "/join", { protocol_version: 1 });
      await post(this.#address + "/messages", { ticket, messages: [{ id: randomUUID(), counter: 1, ...message(i) }] });
    }
  }
}

/** @param {string} url @param {object} body @returns {Promise<any>} */
async function post(url, body) {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(url + ": " + answer.status + " " + (await answer.text()));
  return answer.json();
}
