// @ts-check
// Pictures of Live and History in the course of a night, taken from the real window: node tests/window/pictures.js FOLDER

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import WebSocket from "ws";
import { Crowd } from "../browser/crowd.js";
import { NIGHT } from "../browser/music.js";
import { Relay } from "../browser/relay.js";
import { until } from "../browser/browser.js";
import { Booth, PROGRAM } from "./booth.js";
import { VirtualDj, writeSong } from "./music.js";
import { Started } from "./processes.js";

const folder = resolve(process.argv[2] ?? new URL("../../../../docs/screenshots/desktop", import.meta.url).pathname);
mkdirSync(folder, { recursive: true });

/** A chord in minor on each of the twelve notes. @param {number} note */
const chord = (note) => [0, 3, 7].map((step) => 220 * 2 ** (((note % 12) + step) / 12));

/** Phones that only listen. @param {string} base @param {string} code @param {number} count @param {string} [pin] */
async function listen(base, code, count, pin) {
  const sockets = Array.from({ length: count }, () => new WebSocket(base.replace(/^http/, "ws") + "/ws"));
  for (const socket of sockets) {
    // The relay is taken away on purpose later on.
    socket.on("error", () => {});
    if (socket.readyState !== WebSocket.OPEN) await new Promise((done) => socket.once("open", done));
    socket.send(JSON.stringify({ type: "SUBSCRIBE", protocol_version: 1, code, pin }));
  }
  return sockets;
}

const relay = await Relay.start();
// Room for the window manager's frame round a window of 1280 × 800.
const booth = await Booth.open({ size: "1400x900" });
/** @type {WebSocket[]} */
let phones = [];
try {
  await night();
} finally {
  for (const socket of phones) socket.terminate();
  await booth.close();
  await relay.stop();
}

async function night() {
  const music = booth.newFolder("home/Music");
  const data = booth.newFolder("data");
  const virtualdj = new VirtualDj(booth.folder);
  // Nothing that needs a font which this computer may not have.
  const latin = NIGHT.map((track) => (/^[\p{Script=Latin}\P{L}]+$/u.test(track.title) ? track : { ...track, title: "Slow Elevator" }));
  const songs = latin.map((track, at) => ({ title: track.title, artist: track.artist ?? "", bpm: [94, 92, 98, 96, 97, 95, 93, 99, 100, 98, 96][at], hertz: chord([9, 4, 9, 2, 9, 4, 11, 9, 2, 4, 9][at]), seconds: at > 7 ? 190 : 30 }));
  console.log("· a small library, made by code and analysed");
  for (const song of songs) writeSong(join(music, `${song.artist} - ${song.title}.wav`), song);
  const at = (/** @type {string} */ title) => songs.find((song) => song.title === title) ?? songs[0];
  const play = (/** @type {string} */ title) => virtualdj.play(title, at(title).artist, join(music, `${at(title).artist} - ${title}.wav`));
  const maker = new Started(PROGRAM, ["--headless", "--listen", "127.0.0.1:0", "--data-dir", data, "--music", music, "--history", join(booth.folder, "none.m3u")], booth.env);
  await until("the songs are analysed", () => maker.log.includes(`${songs.length} of ${songs.length}`) || maker.isGone);
  await maker.end("SIGINT");
  // That was no night.
  for (const table of ["nights", "plays"]) booth.query(join(data, "library.db"), `DELETE FROM ${table}`);
  writeFileSync(join(data, "settings.json"), JSON.stringify({ version: 1, is_set_up: true, check_for_updates: false, relay_address: relay.base }));

  const window = booth.run(data, ["--history", join(booth.folder, "VirtualDJ")]);
  await window.shows("Library");
  const id = execFileSync("xdotool", ["search", "--onlyvisible", "--sync", "--name", "^Pika!$"], { env: booth.env, encoding: "utf8" }).split("\n")[0];
  execFileSync("xdotool", ["windowsize", "--sync", id, "1280", "800"], { env: booth.env });
  const picture = async (/** @type {string} */ name) => {
    // What fades in has faded in, and the frame after the last change is drawn. The mouse is out of the way.
    execFileSync("xdotool", ["mousemove", "1399", "899"], { env: booth.env });
    await new Promise((done) => setTimeout(done, 1500));
    execFileSync("import", ["-window", id, join(folder, name + ".png")], { env: booth.env });
    console.log(`· ${name}.png`);
  };

  await window.press("tab", "History");
  await picture("history-empty");
  await window.press("tab", "Settings");
  await window.write("DJ token", relay.token);
  await window.press("button", "Connect");
  await window.shows("DJ Nadia K");
  await window.press("tab", "Live");
  await window.shows("Ready when you are, Nadia.");
  await window.write("Session name", "Friday Social, Main Room");
  await picture("live-ready");
  await window.press("button", "Go live");
  await window.shows("Dancers join at");
  await window.shows("Waiting for the first track");
  await picture("live-waiting");

  const code = await window.shows(/^[2-9A-HJ-NP-Z]{4}$/);
  const crowd = new Crowd(relay.base, code);
  phones = await listen(relay.base, code, 64);
  const lastPlay = () => String(booth.query(join(data, "library.db"), "SELECT id FROM plays ORDER BY started_at DESC LIMIT 1")[0][0]);
  for (const [title, likes] of /** @type {[string, number][]} */ ([["Backseat Gospel", 7], ["Glasshouse", 12], ["Tell Me Twice", 11]])) {
    await play(title);
    await window.shows(title);
    await crowd.like(lastPlay(), likes);
  }
  await play("Neon Rain");
  await window.shows("Neon Rain");
  await picture("live-new-song");
  await crowd.like(lastPlay(), 41);
  await crowd.tempo(lastPlay(), { slower: 4, perfect: 21, faster: 9 });
  await crowd.thank(6);
  await window.shows("41 likes on this song");
  await picture("live");

  await window.write("Question", "What vibe next?");
  await picture("live-poll");
  await window.press("button", "Ask the dancers");
  await window.shows("0 of 64 have voted");
  const { snapshot } = await (await fetch(`${relay.base}/api/sessions/${code}/join`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"protocol_version":1}' })).json();
  await crowd.vote(snapshot.poll.poll_id, [18, 11, 9, 4]);
  await window.shows("Blues: 18 votes, leads");
  await picture("live-poll-running");
  await window.press("button", "Close poll and show result");
  await window.shows(/^Blues \d+%$/);
  await window.press("tab", "Announce");
  await window.write("Announcement text", "Strictly Swing starts at 23:00");
  await picture("live-announce");
  await window.press("button", "Send to the dancers");
  await window.shows("Remove the announcement");
  await picture("live-announced");
  await window.press("switch", "Ask dancers for a PIN");
  await window.write("New PIN", "4821");
  await picture("live-pin");
  await window.press("button", "Set PIN");
  await window.shows("PIN 4821");
  await picture("live-with-pin");
  await window.press("button", "QR full screen");
  await picture("live-qr");
  await window.press("button", "Close");
  await window.press("button", "All songs of tonight");
  await picture("live-played");
  await window.press("button", "Replace Glasshouse");
  await window.write("Search the library", "n");
  await picture("live-replace");
  await window.press("button", "Cancel");

  // A song that is not in the library.
  await virtualdj.play("I Don’t Want to Leave the Floor Without You (Late Night Piano Version)", "Noor Baptiste feat. Seo Yun");
  await window.shows(/^I Don’t Want to Leave/);
  await picture("live-unknown");

  await relay.kill();
  await window.shows("Reconnecting");
  await picture("live-reconnecting");
  await window.shows(/^Offline/);
  await play("Kerosene Smile");
  await window.shows("Kerosene Smile");
  await picture("live-offline");
  await relay.run();
  await window.shows("Connected");
  phones.push(...(await listen(relay.base, code, 58, "4821")));
  await window.shows("58");
  await picture("live-back-online");

  // The session is also taken over on another computer.
  const elsewhere = booth.newFolder("home-office");
  writeFileSync(join(elsewhere, "settings.json"), JSON.stringify({ version: 1, is_set_up: true, check_for_updates: false, relay_address: relay.base }));
  const thief = new Started(PROGRAM, ["--headless", "--take-over", "--relay", relay.base, "--data-dir", elsewhere, "--music", booth.newFolder("home/none"), "--history", join(booth.folder, "none.m3u")], { ...booth.env, PIKA_TOKEN: relay.token });
  await window.shows("Take over");
  await picture("live-taken-over");
  await thief.end("SIGKILL");
  await window.press("button", "Take over");
  await window.hides("Take over");
  await window.shows("Connected");

  await window.press("tab", "Library");
  await picture("library-on-air");
  await window.press("button", "Back to Live");
  await window.press("button", "End session");
  await picture("live-end");
  await window.press("button", "End session now");
  await window.shows("That was the last song");
  await picture("live-ended");
  await window.press("button", "See it in History");
  await window.shows(/^Friday Social, Main Room, /);
  await picture("history");
  await window.press("button", "As played");
  await picture("history-as-played");
  await window.close();
}
