// @ts-check
// What a phone loads, over the wire with headers, and fails over budget: the first view of the live page late in a
// night, with as many songs as a snapshot holds, takes at most 30 KB, and the song is visible after at most 3 requests.
// With brotli, as browsers ask for over https, and with gzip, as over plain http.

import { request } from "node:http";
import { Dj } from "./dj.js";
import { LOW_TIDE, longNight } from "./music.js";
import { Relay } from "./relay.js";

const BUDGET_BYTES = 30 * 1024;
const BUDGET_REQUESTS = 3;
/** What a snapshot holds. */
const SONGS = 20;

/**
 * Bytes on the wire of one answer: status line, headers and body as sent.
 *
 * @param {string} url
 * @param {string} encodings
 * @returns {Promise<{ bytes: number, body: Buffer }>}
 */
function load(url, encodings) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { "accept-encoding": encodings, accept: "*/*" }, agent: false }, (answer) => {
      /** @type {Buffer[]} */
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ bytes: answer.socket.bytesRead, body: Buffer.concat(parts) }));
    });
    asked.on("error", reject);
    asked.end();
  });
}

const relay = await Relay.start();
const dj = await Dj.connect(relay.base, relay.token);
const songs = [...longNight(SONGS - 1), LOW_TIDE];
for (const [i, track] of songs.entries()) await dj.play(track, Date.now() - (SONGS - i) * 200_000);

let failed = false;
for (const encodings of ["gzip", "br, gzip"]) {
  const page = relay.base + "/live/" + dj.code;
  const html = await load(page, encodings);
  const text = (await load(page, "identity")).body.toString();
  const head = text.slice(0, text.indexOf("</head>"));
  const links = (/** @type {RegExp} */ what) => [...head.matchAll(what)].map((m) => m[1]);
  const blocking = [...links(/<link rel="stylesheet" href="([^"]+)"/g), ...links(/<script src="([^"]+)"/g)];
  const all = new Set([...blocking, ...links(/<link rel="(?:modulepreload|icon|manifest)" href="([^"]+)"/g), ...links(/<script type="module" src="([^"]+)"/g)]);
  const rows = [{ what: page.replace(relay.base, ""), bytes: html.bytes, blocks: true }];
  for (const address of all) rows.push({ what: address.replace(/^\/assets\/\w+\//, ""), bytes: (await load(relay.base + address, encodings)).bytes, blocks: blocking.includes(address) });
  const total = rows.reduce((sum, row) => sum + row.bytes, 0);
  const before = rows.filter((row) => row.blocks).length;
  console.log(`\nFirst view of the live page, ${encodings}:`);
  for (const row of rows) console.log(`  ${String(row.bytes).padStart(6)}  ${row.what}${row.blocks ? "  (before the song is visible)" : ""}`);
  console.log(`  ${String(total).padStart(6)}  in all, of ${BUDGET_BYTES}; ${before} of ${BUDGET_REQUESTS} requests before the song is visible`);
  failed ||= total > BUDGET_BYTES || before > BUDGET_REQUESTS || rows.length < 6;
}
dj.close();
await relay.stop();
if (failed) {
  console.error("The live page is over its budget.");
  process.exit(1);
}
