// @ts-check
// What a phone loads, over the wire with headers, and fails over budget: the first view of the live page takes at
// most 30 KB, and the song is visible after at most 3 requests. Over https, that is with brotli; plain http, where
// browsers ask for gzip only, is shown beside it (the local relay: no further than the room's own Wi-Fi).

import { request } from "node:http";
import { Dj } from "./dj.js";
import { LOW_TIDE, NIGHT } from "./music.js";
import { Relay } from "./relay.js";

const BUDGET_BYTES = 30 * 1024;
const BUDGET_REQUESTS = 3;

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
for (const [i, track] of [...NIGHT.slice(-7), LOW_TIDE].entries()) await dj.play(track, Date.now() - (8 - i) * 1000);

let failed = false;
// Over plain http browsers ask for gzip only; over https they get brotli.
for (const encodings of ["gzip", "br, gzip"]) {
  const page = relay.base + "/live/" + dj.code;
  const html = await load(page, encodings);
  const text = (await load(page, "identity")).body.toString();
  const head = text.slice(0, text.indexOf("</head>"));
  const links = (/** @type {RegExp} */ what) => [...head.matchAll(what)].map((m) => m[1]);
  const blocking = [...links(/<link rel="stylesheet" href="([^"]+)"/g), ...links(/<script src="([^"]+)"/g)];
  const all = new Set([...blocking, ...links(/<link rel="(?:modulepreload|icon)" href="([^"]+)"/g), ...links(/<script type="module" src="([^"]+)"/g)]);
  const rows = [{ what: page.replace(relay.base, ""), bytes: html.bytes, blocks: true }];
  for (const address of all) rows.push({ what: address.split("/").slice(3).join("/"), bytes: (await load(relay.base + address, encodings)).bytes, blocks: blocking.includes(address) });
  const total = rows.reduce((sum, row) => sum + row.bytes, 0);
  const before = rows.filter((row) => row.blocks).length;
  console.log(`\nFirst view of the live page, ${encodings}:`);
  for (const row of rows) console.log(`  ${String(row.bytes).padStart(6)}  ${row.what}${row.blocks ? "  (before the song is visible)" : ""}`);
  console.log(`  ${String(total).padStart(6)}  in all, of ${BUDGET_BYTES}; ${before} of ${BUDGET_REQUESTS} requests before the song is visible`);
  failed ||= (encodings.startsWith("br") && total > BUDGET_BYTES) || before > BUDGET_REQUESTS;
}
dj.close();
await relay.stop();
if (failed) {
  console.error("The live page is over its budget.");
  process.exit(1);
}
