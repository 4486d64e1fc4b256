// @ts-check
// A night as it is: VirtualDJ's history grows, the program's own window is read and pressed as a screen reader does
// it, a real relay tells, real browsers are the dancer and the projector. Relay and program are killed on the way.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { NETWORK, closePhones, noComplaints, open, phone, says, until, untilSo, useBrowser } from "../browser/browser.js";
import { Relay } from "../browser/relay.js";
import { Booth } from "./booth.js";
import { VirtualDj, writeSong } from "./music.js";

useBrowser();

/** @type {Relay | undefined} */
let relay;
/** @type {Booth | undefined} */
let booth;
afterEach(async () => {
  await closePhones();
  await booth?.close();
  await relay?.stop();
  booth = relay = undefined;
  noComplaints();
});

/** A data folder as the first run leaves it. @param {Booth} booth @param {string} name @param {string} [relay] */
function dataFolder(booth, name, relay) {
  const data = booth.newFolder(name);
  writeFileSync(join(data, "settings.json"), JSON.stringify({ version: 1, is_set_up: true, less_motion: true, check_for_updates: false, relay_address: relay }));
  return data;
}

/** What the program has kept of its plays, oldest first: id, title, hearts, votes for slower. */
const IN_WINDOW = "SELECT p.id, p.title, coalesce(a.likes, 0), coalesce(a.slower, 0) FROM plays p LEFT JOIN play_answers a ON a.play_id = p.id WHERE p.removed_at IS NULL ORDER BY p.started_at";

/** @param {Relay} relay @param {string} path @returns {Promise<any>} */
async function asDj(relay, path) {
  const answer = await fetch(relay.base + path, { headers: { authorization: "Bearer " + relay.token } });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

/** What the relay has stored of a night, as `IN_WINDOW`. @param {Relay} relay @param {string} night @returns {Promise<any[][]>} */
async function toldBy(relay, night) {
  const { plays, counts } = await asDj(relay, `/api/dj/sessions/${night}/recap`);
  return plays.map((/** @type {any} */ play, /** @type {number} */ at) => [play.play_id, play.track.title, counts[at].likes, counts[at].slower]);
}

/** @param {any[][]} plays */
const hearts = (plays) => plays.reduce((sum, [, , likes]) => sum + likes, 0);

/**
 * Connects the account as its owner does: address and token typed into the settings.
 *
 * @param {import("./booth.js").Window} window
 * @param {Relay} relay
 */
async function connect(window, relay) {
  await window.press("tab", "Settings");
  await window.write("Relay address", relay.base);
  await window.press("button", "Use this relay");
  await window.write("DJ token", relay.token);
  await window.press("button", "Connect");
  await window.shows("DJ Nadia K");
  await window.shows(/kept in the system keychain/);
}

/** Where the window says that dancers come in. @param {import("./booth.js").Window} window */
async function wayIn(window) {
  await window.shows("Dancers join at");
  const path = await window.shows(/^127\.0\.0\.1:\d+\/live\/$/);
  const code = await window.shows(/^[2-9A-HJ-NP-Z]{4,8}$/);
  return `http://${path}${code}`;
}

test("a whole night through the real window, with relay and program killed on the way", async (t) => {
  const server = await Relay.start();
  relay = server;
  booth = await Booth.open();
  const music = booth.newFolder("music");
  const songs = [
    { title: "Low Tide", artist: "The Velvet Hours", bpm: 96, hertz: [220, 261.63, 329.63] },
    { title: "Kerosene Smile", artist: "Dusty Avenue", bpm: 104, hertz: [164.81, 196, 246.94] },
    { title: "Neon Rain", artist: "Kite and Rook", bpm: 112, hertz: [196, 246.94, 293.66] },
  ].map((song) => ({ ...song, file: join(music, song.title + ".wav") }));
  for (const song of songs) writeSong(song.file, song);
  const [tide, kerosene, neon] = songs;
  const virtualdj = new VirtualDj(booth.folder);
  const data = dataFolder(booth, "data");
  const started = performance.now();
  let window = booth.run(data, ["--history", virtualdj.history]);
  await window.shows("Library");
  t.diagnostic(`the window could be read ${Math.round(performance.now() - started)} ms after its start`);
  await connect(window, relay);

  // On air.
  await window.press("tab", "Live");
  await window.shows("Ready when you are, Nadia.");
  await window.write("Session name", "Friday Social");
  await window.press("button", "Go live");
  await window.shows("LIVE");
  const address = await wayIn(window);
  const dancer = await phone();
  const page = await open(dancer, address, { mayFail: NETWORK });
  await says(page, "#connection .word", "Live");
  await says(page, "#room", "Friday Social");

  // The song.
  await virtualdj.play(tide.title, tide.artist, tide.file);
  const played = performance.now();
  await says(page, "#title", tide.title);
  t.diagnostic(`from the history file to the phone: ${Math.round(performance.now() - played)} ms`);
  await window.shows(tide.title);
  await says(page, "#artist", tide.artist);
  // Unknown so far: heard first, completed on the phone afterwards.
  await says(page, "#bpm", /^\d+$/);
  await window.shows("BPM");

  // What the floor says of it.
  const liked = performance.now();
  await page.click("#like");
  await window.shows("1 like on this song");
  t.diagnostic(`from the heart to the window: ${Math.round(performance.now() - liked)} ms`);
  await page.click("[data-tempo=slower]");
  await window.shows("Slower 1");
  await page.click("#thank");
  await window.shows("1 thanked you");

  // The projector.
  await window.press("button", "Open the big screen");
  const computer = booth;
  await until("the big screen is opened in the browser", () => computer.opened.length === 1);
  assert.match(computer.opened[0], /\/live\/\w{4}\/screen#key=[\w-]+$/);
  const screen = await open(await phone({ viewport: { width: 1920, height: 1080 } }), computer.opened[0], { mayFail: NETWORK });
  await says(screen, "#title", tide.title);

  // A poll, written here, answered there.
  await window.press("tab", "Poll");
  await window.write("Question", "Blues or pop?");
  await window.write("Answer 1", "Blues");
  await window.write("Answer 2", "Pop");
  for (const gone of ["Answer 4", "Answer 3"]) {
    await window.press("button", "Take the last answer away");
    await window.hides(gone);
  }
  await window.press("button", "Ask the dancers");
  await says(page, "#question", "Blues or pop?");
  await screen.waitForSelector("#stage[data-view=poll]");
  await page.locator(".opt").nth(1).click();
  await window.shows("Pop: 1 vote, leads");
  await says(screen, ".leads", /^Pop ?100%$/);
  await window.press("button", "Close poll and show result");
  await says(page, "#closed h2", "The room chose Pop");
  await window.shows("Pop 100%");

  // An announcement.
  await window.press("tab", "Announce");
  await window.write("Announcement text", "Strictly Swing starts at 23:00");
  await window.press("button", "Send to the dancers");
  await says(page, "#announcement-text", "Strictly Swing starts at 23:00");
  await says(screen, "#announcement span", "Strictly Swing starts at 23:00");
  await window.press("button", "Remove the announcement");
  await page.waitForSelector("#announcement", { state: "hidden" });
  await window.hides("Remove the announcement");

  // A PIN for newcomers; the room reads it from the projector.
  await window.press("switch", "Ask dancers for a PIN");
  await window.write("New PIN", "4821");
  await window.press("button", "Set PIN");
  await window.shows("PIN 4821");
  await says(screen, "#pin b", "4821");
  const late = await open(await phone(), address, { mayFail: NETWORK });
  // The fourth digit of a PIN opens.
  await late.fill("#pin-input", "4821");
  await says(late, "#title", tide.title);
  await page.reload();
  await says(page, "#title", tide.title);
  await page.waitForSelector('#like[aria-pressed="true"]');
  await window.press("switch", "Ask dancers for a PIN");
  await window.shows("off, everybody may come in");
  await screen.waitForSelector("#pin", { state: "hidden" });

  // The past is put right: the second song was the third one really.
  await virtualdj.play(kerosene.title, kerosene.artist, kerosene.file);
  await says(page, "#title", kerosene.title);
  await page.click("#like");
  await window.shows("1 like on this song");
  await virtualdj.play(neon.title, neon.artist, neon.file);
  await says(page, "#title", neon.title);
  await says(page, "#played .t", kerosene.title);
  await window.press("button", "All songs of tonight");
  await window.press("button", "Replace " + kerosene.title);
  await window.write("Search the library", tide.title);
  await window.press("button", `It was ${tide.title} by ${tide.artist}`);
  await says(page, "#played .t", tide.title);
  await page.waitForFunction((title) => !document.querySelector("#played")?.textContent?.includes(title), kerosene.title);
  await window.press("button", "All songs of tonight");
  await window.hides(new RegExp(kerosene.title));
  await window.press("button", "Done");

  // The relay is killed; a heart is given and a song is played while it is away.
  await relay.kill();
  await window.shows(/^(Reconnecting|Offline)/);
  await page.click("#like");
  await virtualdj.play("Paper Lanterns", "Marisol");
  await window.shows("Paper Lanterns");
  await relay.run();
  await window.shows("Connected");
  await says(page, "#title", "Paper Lanterns");
  await says(late, "#title", "Paper Lanterns");
  await window.hides(/waiting to be sent/);

  // The program is killed; a song is played and a heart given while it is dead. It goes on without a question: the
  // token is in the keychain, the session in its own files.
  await window.kill();
  await virtualdj.play("Hold the Line Open", "Jasper Quill");
  await late.click("#like");
  await says(late, "#likes", "1");
  const again = performance.now();
  window = booth.run(data, ["--history", virtualdj.history]);
  await says(page, "#title", "Hold the Line Open");
  t.diagnostic(`from the second start to the song on the phone: ${Math.round(performance.now() - again)} ms`);
  await window.press("tab", /^Live/);
  assert.equal(await wayIn(window), address, "the session is the same");
  await window.shows("Hold the Line Open");
  await page.click("#like");
  await window.shows("1 like on this song");

  // Nothing is lost: not the heart of when the relay was away, nor that of when the program was dead.
  const program = computer;
  const [[night]] = program.query(join(data, "library.db"), "SELECT session_id FROM nights");
  const inWindow = () => program.query(join(data, "library.db"), IN_WINDOW);
  /** @type {any[][][]} */
  let known = [];
  await untilSo("relay and program know every heart", async () => {
    known = [await toldBy(server, night), inWindow()];
    return known.every((plays) => hearts(plays) === 5);
  }).catch((error) => assert.fail(`${error.message}: ${JSON.stringify(known)}`));

  // The end, told at once to everybody.
  await window.press("button", "End session");
  await window.press("button", "End session now");
  await window.shows("That was the last song");
  await page.waitForSelector("#ended", { state: "visible" });
  await window.press("button", "See it in History");
  await window.shows(/^Friday Social, /);
  const recap = await open(await phone(), address.replace("/live/", "/recap/"));
  await says(recap, "main", /Low Tide.*Low Tide.*Neon Rain.*Paper Lanterns.*Hold the Line Open/);
  await window.close();
  const there = await toldBy(relay, night);
  assert.deepEqual(inWindow(), there, "both databases agree");
  assert.deepEqual(there.map(([, title, likes, slower]) => [title, likes, slower]), [
    ["Low Tide", 1, 1],
    ["Low Tide", 1, 0],
    ["Neon Rain", 1, 0],
    ["Paper Lanterns", 1, 0],
    ["Hold the Line Open", 1, 0],
  ]);
});

test("two windows of one account: the second asks before it takes the session over, and back", async () => {
  relay = await Relay.start();
  booth = await Booth.open({ size: "2700x900" });
  const virtualdj = new VirtualDj(booth.folder);
  const one = booth.run(dataFolder(booth, "one"), ["--history", virtualdj.history]);
  await connect(one, relay);
  one.moveTo(0, 0);
  await one.press("tab", "Live");
  await one.write("Session name", "Friday Social");
  await one.press("button", "Go live");
  const address = await wayIn(one);
  const page = await open(await phone(), address, { mayFail: NETWORK });
  await virtualdj.play("Low Tide", "The Velvet Hours");
  await says(page, "#title", "Low Tide");

  // The other window finds the token in the same keychain.
  const elsewhere = new VirtualDj(booth.newFolder("elsewhere"));
  const two = booth.run(dataFolder(booth, "two", relay.base), ["--history", elsewhere.history]);
  await two.shows("Library");
  two.moveTo(1350, 0);
  await two.press("tab", "Live");
  await two.shows("Ready when you are, Nadia.");
  await two.press("button", "Go live");
  await two.shows(/^You are live on another computer/);
  assert.ok(await one.isShowing("Connected"), "nothing was taken yet");
  await two.press("button", "Take over");
  assert.equal(await wayIn(two), address, "the session is the same");
  await one.shows(/^Your session goes on on another computer/);
  await page.click("#like");
  await two.shows(/^Low Tide, 1 like$/);

  // And back again.
  await one.press("button", "Take over");
  await two.shows(/^Your session goes on on another computer/);
  await two.press("button", "Leave it there");
  await two.shows("Ready when you are, Nadia.");
  await one.shows("1 like on this song");
  await virtualdj.play("Neon Rain", "Kite and Rook");
  await says(page, "#title", "Neon Rain");
  await one.close({ live: true });
  await two.close();
});
