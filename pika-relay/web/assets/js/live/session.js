// @ts-check
// What the page knows of the session: snapshot and messages in, plain state out. No page, no socket.

/**
 * @typedef {import("../../../protocol.js").Play} Play
 * @typedef {import("../../../protocol.js").Poll} Poll
 * @typedef {import("./outbox.js").Wish} Wish
 * @typedef {{
 *   name: string, djName: string, code: string, hasPin: boolean,
 *   plays: Play[], playsTotal: number, playing: string | null,
 *   djOnline: boolean, djOfflineAt: number | null,
 *   poll: Poll | null,
 *   closed: { poll: Poll, votes: number[], at: number } | null,
 *   announcement: import("../../../protocol.js").Announcement | null,
 *   listeners: number,
 *   endedAt: number | null,
 * }} Session
 * @typedef {{ likes: Record<string, boolean>, votes: Record<string, number>, tempo: Record<string, string>, thanked: boolean }} Mine
 */

/** Plays kept on the page: more than a night has. */
export const MOST_PLAYS = 400;
/** A result stays for this long. */
export const RESULT_MS = 30000;
/** A song is taken as still playing for this long after its end, or in all where the length is unknown. */
export const GRACE_MS = 90000;
export const UNKNOWN_LENGTH_MS = 15 * 60000;

/** @returns {Mine} */
export function nothingOfMine() {
  return { likes: {}, votes: {}, tempo: {}, thanked: false };
}

/**
 * @param {import("../../../protocol.js").Snapshot} snapshot
 * @param {Session | null} before
 * @returns {Session}
 */
export function fromSnapshot(snapshot, before) {
  // A snapshot holds the latest plays only: what the page knew before them stays.
  const fresh = new Set(snapshot.plays.map((p) => p.play_id));
  const oldest = Math.min(...snapshot.plays.map((p) => p.started_at));
  const older = (before?.plays ?? []).filter((p) => !fresh.has(p.play_id) && p.started_at < oldest);
  return {
    name: snapshot.session.name,
    djName: snapshot.session.dj_name,
    code: snapshot.session.code,
    hasPin: snapshot.session.has_pin,
    plays: [...snapshot.plays, ...older].slice(0, MOST_PLAYS),
    playsTotal: snapshot.plays_total,
    playing: snapshot.playing ?? null,
    djOnline: snapshot.dj_online,
    djOfflineAt: snapshot.dj_online ? null : (before?.djOfflineAt ?? null),
    poll: snapshot.poll ?? null,
    closed: before?.closed ?? null,
    announcement: snapshot.announcement ?? null,
    listeners: snapshot.listeners,
    endedAt: snapshot.ended_at ?? null,
  };
}

/**
 * @param {Session | null} session
 * @param {import("../../../protocol.js").ToDancer} message
 * @param {number} now the relay's clock
 * @returns {Session | null}
 */
export function apply(session, message, now) {
  if (message.type === "SNAPSHOT") return fromSnapshot(message, session);
  if (session === null) return null;
  const s = { ...session };
  switch (message.type) {
    case "NOW_PLAYING":
      s.plays = withPlay(s.plays, message.play);
      s.playsTotal += session.plays.some((p) => p.play_id === message.play.play_id) ? 0 : 1;
      if (message.current) s.playing = message.play.play_id;
      return s;
    case "PLAY_CORRECTED": {
      const old = s.plays.find((p) => p.play_id === message.play_id);
      if (old) s.plays = withPlay(s.plays, { ...old, track: message.track, started_at: message.started_at });
      return s;
    }
    case "PLAY_REMOVED":
      s.playsTotal -= s.plays.some((p) => p.play_id === message.play_id) ? 1 : 0;
      s.plays = s.plays.filter((p) => p.play_id !== message.play_id);
      s.playing = message.playing ?? null;
      return s;
    case "TRACK_STOPPED":
      s.plays = s.plays.map((p) => (p.play_id === message.play_id ? { ...p, stopped_at: message.stopped_at } : p));
      if (s.playing === message.play_id) s.playing = null;
      return s;
    case "DJ_OFFLINE":
      return { ...s, djOnline: false, djOfflineAt: message.at };
    case "DJ_ONLINE":
      return { ...s, djOnline: true, djOfflineAt: null };
    case "COUNTS": {
      const likes = new Map(message.plays.map((p) => [p.play_id, p.likes]));
      s.plays = s.plays.map((p) => (likes.has(p.play_id) ? { ...p, likes: likes.get(p.play_id) ?? 0 } : p));
      return { ...s, listeners: message.listeners };
    }
    case "POLL_STARTED":
      return { ...s, poll: message.poll, closed: null };
    case "POLL_RESULTS":
      // An older poll's late figures never replace the running one.
      return s.poll?.poll_id === message.poll_id ? { ...s, poll: { ...s.poll, votes: message.votes } } : s;
    case "POLL_ENDED":
      if (s.poll?.poll_id !== message.poll_id) return s;
      s.closed = message.cancelled ? null : { poll: s.poll, votes: message.votes, at: now };
      return { ...s, poll: null };
    case "ANNOUNCEMENT":
      return { ...s, announcement: message.announcement };
    case "ANNOUNCEMENT_CANCELLED":
      return s.announcement?.announcement_id === message.announcement_id ? { ...s, announcement: null } : s;
    case "SESSION_ENDED":
      return { ...s, endedAt: message.ended_at, playing: null, poll: null };
    default:
      return s;
  }
}

/**
 * @param {Play[]} plays newest first
 * @param {Play} play
 * @returns {Play[]}
 */
function withPlay(plays, play) {
  const others = plays.filter((p) => p.play_id !== play.play_id);
  return [play, ...others].sort((a, b) => b.started_at - a.started_at).slice(0, MOST_PLAYS);
}

/**
 * The song to show large, and whether it may be called current.
 *
 * `connectedAt`: when the connection was last alive, on the relay's clock; null while it is.
 *
 * @param {Session} session
 * @param {number} now the relay's clock
 * @param {number | null} connectedAt
 * @returns {{ play: Play, current: boolean, knownAt: number } | null}
 */
export function shown(session, now, connectedAt) {
  const play = session.plays.find((p) => p.play_id === session.playing);
  if (!play) return null;
  const length = play.track.duration_ms ?? UNKNOWN_LENGTH_MS;
  const ends = play.started_at + length + GRACE_MS;
  // Whoever is cut off, the page or the DJ, the song is only known to have played until then.
  const known = [ends, connectedAt, session.djOnline ? null : session.djOfflineAt].filter((t) => t !== null);
  const cutOff = connectedAt !== null || !session.djOnline;
  return { play, current: !cutOff && now <= ends, knownAt: Math.min(now, ...known) };
}

/**
 * What the dancer did, at once, whether the relay knows it yet or not.
 *
 * @param {Mine} mine
 * @param {Wish} wish
 * @returns {Mine}
 */
export function wished(mine, wish) {
  switch (wish.kind) {
    case "like":
      return { ...mine, likes: { ...mine.likes, [wish.play]: wish.on } };
    case "vote":
      return { ...mine, votes: { ...mine.votes, [wish.poll]: wish.option } };
    case "tempo":
      return { ...mine, tempo: { ...mine.tempo, [wish.play]: wish.vote } };
    default:
      return { ...mine, thanked: true };
  }
}

/**
 * Likes of a play with what is on its way: the relay's number does not hold it yet.
 *
 * @param {Play} play
 * @param {import("./outbox.js").Outbox} box
 * @param {Record<string, boolean>} stored what the relay has acknowledged
 * @returns {number}
 */
export function likesShown(play, box, stored) {
  const waiting = box.actions.find((a) => a.wish.kind === "like" && a.wish.play === play.play_id);
  if (!waiting || waiting.wish.kind !== "like") return play.likes;
  const before = stored[play.play_id] ?? false;
  return Math.max(0, play.likes + Number(waiting.wish.on) - Number(before));
}

/**
 * An acknowledged like counts from now on; the next COUNTS brings the whole truth.
 *
 * @param {Session} session
 * @param {string} playId
 * @param {boolean} on
 * @param {boolean} before what was acknowledged until now
 * @returns {Session}
 */
export function likeStored(session, playId, on, before) {
  const change = Number(on) - Number(before);
  return { ...session, plays: session.plays.map((p) => (p.play_id === playId ? { ...p, likes: Math.max(0, p.likes + change) } : p)) };
}

/**
 * Votes of a poll with one's own on its way, as whole percents that add up to 100.
 *
 * @param {number[]} votes
 * @returns {{ total: number, percents: number[], leader: number | null }}
 */
export function result(votes) {
  const total = votes.reduce((a, b) => a + b, 0);
  if (total === 0) return { total, percents: votes.map(() => 0), leader: null };
  const exact = votes.map((v) => (v * 100) / total);
  const percents = exact.map(Math.floor);
  const rest = 100 - percents.reduce((a, b) => a + b, 0);
  const order = exact.map((v, i) => ({ i, part: v - Math.floor(v) })).sort((a, b) => b.part - a.part || a.i - b.i);
  for (const { i } of order.slice(0, rest)) percents[i] += 1;
  const most = Math.max(...votes);
  const leaders = votes.filter((v) => v === most).length;
  return { total, percents, leader: leaders === 1 ? votes.indexOf(most) : null };
}

/**
 * A wish that the relay will never take is taken back on the page, too.
 *
 * @param {Mine} mine
 * @param {Mine} stored what the relay has acknowledged
 * @param {Wish} wish
 * @returns {Mine}
 */
export function undone(mine, stored, wish) {
  switch (wish.kind) {
    case "like":
      return { ...mine, likes: { ...mine.likes, [wish.play]: stored.likes[wish.play] ?? false } };
    case "vote": {
      const votes = { ...mine.votes };
      delete votes[wish.poll];
      return { ...mine, votes: wish.poll in stored.votes ? { ...votes, [wish.poll]: stored.votes[wish.poll] } : votes };
    }
    case "tempo":
      return { ...mine, tempo: { ...mine.tempo, [wish.play]: stored.tempo[wish.play] ?? "clear" } };
    default:
      return { ...mine, thanked: stored.thanked };
  }
}
