// The messages of Pika!, made from pika-protocol by its tests: do not edit.

/**
 * One action (message that asks for something), made by its sender; its repeats carry the same id.
 */
export type ActionId = string;

/**
 * One live session, made by the relay. Not a secret, but not shown to dancers either: they know the code.
 */
export type SessionId = string;

/**
 * One play: a track played once. Made by the DJ's program.
 */
export type PlayId = string;

/**
 * One poll. Made by the DJ's program.
 */
export type PollId = string;

/**
 * One announcement. Made by the DJ's program.
 */
export type AnnouncementId = string;

/**
 * One installation of the DJ's program, made at its first start.
 */
export type DeviceId = string;

/**
 * Which run of a session's numbered log an offset belongs to.
 */
export type Epoch = string;

/**
 * A moment: milliseconds since 1970-01-01 00:00 UTC.
 */
export type UnixMs = number;

/**
 * What went wrong, for a program to act on; the text beside it is for people.
 */
export type ErrorCode = "invalid" | "unknown_type" | "unsupported_version" | "timeout" | "not_subscribed" | "slow" | "unauthorized" | "ticket_expired" | "forbidden" | "unknown_session" | "unknown_play" | "unknown_poll" | "poll_closed" | "poll_open" | "already_live" | "session_ended" | "taken_over" | "pin_required" | "pin_wrong" | "pin_locked" | "rate_limited" | "full" | "internal" | "unavailable";

/**
 * What is said about a track on the wire. Only the title must be there; a path never is.
 */
export type Track = {
/**
 * Title, 1–500 characters.
 */
title: string,
/**
 * Artist, 0–500 characters.
 */
artist: string,
/**
 * Tempo in beats per minute, 20–400.
 */
bpm?: number,
/**
 * Key as musicians write it: `Am`, `C♯m`, `A♭`.
 */
key?: string,
/**
 * The key in Camelot notation: `8A`.
 */
camelot?: string,
/**
 * Energy, 0–100.
 */
energy?: number,
/**
 * Danceability, 0–100.
 */
danceability?: number,
/**
 * Brightness, 0–100.
 */
brightness?: number,
/**
 * Length in milliseconds.
 */
duration_ms?: number, };

/**
 * What a dancer thinks of the tempo.
 */
export type TempoChoice = "faster" | "perfect" | "slower" | "clear";

/**
 * When a poll closes.
 */
export type PollCloses = { "when": "after",
/**
 * Seconds from the start.
 */
seconds: number, } | { "when": "manual" } | { "when": "song_end" };

/**
 * A poll and its votes so far.
 */
export type Poll = {
/**
 * Which poll.
 */
poll_id: PollId,
/**
 * The question, 1–200 characters.
 */
question: string,
/**
 * 2–10 options of 1–100 characters; a vote names one by its index.
 */
options: Array<string>,
/**
 * When it closes.
 */
closes: PollCloses,
/**
 * When it was opened, on the relay's clock.
 */
opened_at: UnixMs,
/**
 * When a timed poll closes, on the relay's clock.
 */
closes_at?: UnixMs,
/**
 * Votes per option.
 */
votes: Array<number>, };

/**
 * A text from the DJ to the whole floor.
 */
export type Announcement = {
/**
 * Which announcement.
 */
announcement_id: AnnouncementId,
/**
 * The text, 1–140 characters.
 */
text: string,
/**
 * When it was made, on the relay's clock.
 */
at: UnixMs,
/**
 * When it ends, on the relay's clock; absent: until removed.
 */
ends_at?: UnixMs, };

/**
 * How many like a play: an absolute number, the latest one counts.
 */
export type PlayLikes = {
/**
 * Which play.
 */
play_id: PlayId,
/**
 * Dancers who like it.
 */
likes: number, };

/**
 * How the floor answered one play: absolute numbers, for its DJ only.
 */
export type PlayCounts = {
/**
 * Which play.
 */
play_id: PlayId,
/**
 * Dancers who like it.
 */
likes: number,
/**
 * Votes for faster.
 */
faster: number,
/**
 * Votes for "just right".
 */
perfect: number,
/**
 * Votes for slower.
 */
slower: number, };

/**
 * The public address of a session: four or eight characters without 0, O, 1 or I. An address, not a secret.
 */
export type SessionCode = string;

/**
 * Where a reader is in a session's numbered log.
 */
export type Position = {
/**
 * Which run of the log.
 */
epoch: Epoch,
/**
 * The last state message that was read.
 */
offset: number, };

/**
 * What anyone may know of a session, PIN or not.
 */
export type SessionHead = {
/**
 * Its address.
 */
code: SessionCode,
/**
 * Its name, 1–80 characters.
 */
name: string,
/**
 * The DJ's name.
 */
dj_name: string,
/**
 * Whether a PIN is asked for.
 */
has_pin: boolean, };

/**
 * One play: a track played once.
 */
export type Play = {
/**
 * Which play.
 */
play_id: PlayId,
/**
 * What was played.
 */
track: Track,
/**
 * When it began, within the session and on the relay's clock.
 */
started_at: UnixMs,
/**
 * When it stopped, where that is known.
 */
stopped_at?: UnixMs,
/**
 * Dancers who like it.
 */
likes: number, };

/**
 * Everything a dancer's page shows, at one offset of the log.
 */
export type Snapshot = {
/**
 * Which run of the log `offset` belongs to.
 */
epoch: Epoch,
/**
 * The last state message that this snapshot contains.
 */
offset: number,
/**
 * Name, DJ, code.
 */
session: SessionHead,
/**
 * When the session began.
 */
started_at: UnixMs,
/**
 * When it ended, once it has.
 */
ended_at?: UnixMs,
/**
 * Whether the DJ's program is connected.
 */
dj_online: boolean,
/**
 * Which of `plays` is playing now.
 */
playing?: PlayId,
/**
 * The last 20 plays by start, newest first.
 */
plays: Array<Play>,
/**
 * How many plays the session has in all.
 */
plays_total: number,
/**
 * The open poll.
 */
poll?: Poll,
/**
 * The announcement that stands.
 */
announcement?: Announcement,
/**
 * Dancers connected.
 */
listeners: number, };

/**
 * Where an account is live: what a second computer is told before it asks to take over.
 */
export type LiveElsewhere = {
/**
 * The session, to be resumed with `take_over`.
 */
session_id: SessionId,
/**
 * Its address.
 */
code: SessionCode,
/**
 * Its name.
 */
name: string,
/**
 * Name of the computer that publishes it.
 */
device_name?: string,
/**
 * When it began.
 */
started_at: UnixMs,
/**
 * Whether that computer is connected now.
 */
online: boolean, };

/**
 * From a dancer to the relay.
 *
 * Each action has an `id` (its repeats carry the same one) and a `counter` that grows with every action of a
 * pass, whichever tab it comes from. It is answered with `ACK` once it is stored, or with `ERROR`.
 */
export type DancerMessage = { "type": "SUBSCRIBE",
/**
 * Version of the protocol that the client speaks.
 */
protocol_version: number,
/**
 * Version of the client, for the statistics.
 */
client_version?: string,
/**
 * The session's address.
 */
code: SessionCode,
/**
 * The PIN, where one is asked for.
 */
pin?: string,
/**
 * The pass from an earlier WELCOME.
 */
pass?: string,
/**
 * The last state message that was read: what came after it is sent again.
 */
since?: Position, } | { "type": "LIKE",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Counter of the pass.
 */
counter: number,
/**
 * Which play.
 */
play_id: PlayId, } | { "type": "UNLIKE",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Counter of the pass.
 */
counter: number,
/**
 * Which play.
 */
play_id: PlayId, } | { "type": "VOTE",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Counter of the pass.
 */
counter: number,
/**
 * Which poll.
 */
poll_id: PollId,
/**
 * Index of the option.
 */
option: number, } | { "type": "TEMPO_VOTE",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Counter of the pass.
 */
counter: number,
/**
 * Which play.
 */
play_id: PlayId,
/**
 * What I think.
 */
vote: TempoChoice, } | { "type": "THANK",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Counter of the pass.
 */
counter: number, } | { "type": "PING", };

/**
 * From the relay to a dancer.
 *
 * Those with an `offset` are the state messages: numbered without gaps within the epoch that WELCOME names.
 * COUNTS and POLL_RESULTS are absolute numbers, the latest wins.
 */
export type ToDancer = { "type": "WELCOME",
/**
 * Version of the protocol that the relay speaks.
 */
protocol_version: number,
/**
 * Version of the relay.
 */
server_version: string,
/**
 * The dancer's pass: keep it, send it with the next SUBSCRIBE.
 */
pass: string,
/**
 * The relay's clock.
 */
relay_time: UnixMs,
/**
 * Where the log stands: the epoch to be kept, and the offset after what follows.
 */
position: Position,
/**
 * Whether only what was missed follows instead of a SNAPSHOT.
 */
resumed: boolean, } | { "type": "SNAPSHOT",
/**
 * Which run of the log `offset` belongs to.
 */
epoch: Epoch,
/**
 * The last state message that this snapshot contains.
 */
offset: number,
/**
 * Name, DJ, code.
 */
session: SessionHead,
/**
 * When the session began.
 */
started_at: UnixMs,
/**
 * When it ended, once it has.
 */
ended_at?: UnixMs,
/**
 * Whether the DJ's program is connected.
 */
dj_online: boolean,
/**
 * Which of `plays` is playing now.
 */
playing?: PlayId,
/**
 * The last 20 plays by start, newest first.
 */
plays: Array<Play>,
/**
 * How many plays the session has in all.
 */
plays_total: number,
/**
 * The open poll.
 */
poll?: Poll,
/**
 * The announcement that stands.
 */
announcement?: Announcement,
/**
 * Dancers connected.
 */
listeners: number, } | { "type": "NOW_PLAYING",
/**
 * Number in the log.
 */
offset: number,
/**
 * What plays. When it began before the latest play it joins the history and is not playing now.
 */
play: Play,
/**
 * Whether it is what plays now.
 */
current: boolean, } | { "type": "PLAY_CORRECTED",
/**
 * Number in the log.
 */
offset: number,
/**
 * Which play.
 */
play_id: PlayId,
/**
 * What it really was.
 */
track: Track,
/**
 * When it really began.
 */
started_at: UnixMs, } | { "type": "PLAY_REMOVED",
/**
 * Number in the log.
 */
offset: number,
/**
 * Which play.
 */
play_id: PlayId,
/**
 * What plays now, if anything.
 */
playing?: PlayId, } | { "type": "TRACK_STOPPED",
/**
 * Number in the log.
 */
offset: number,
/**
 * Which play stopped.
 */
play_id: PlayId,
/**
 * When.
 */
stopped_at: UnixMs, } | { "type": "DJ_OFFLINE",
/**
 * Number in the log.
 */
offset: number,
/**
 * Since when.
 */
at: UnixMs, } | { "type": "DJ_ONLINE",
/**
 * Number in the log.
 */
offset: number,
/**
 * Since when.
 */
at: UnixMs, } | { "type": "COUNTS",
/**
 * Dancers connected.
 */
listeners: number,
/**
 * Likes of the current play and of those whose number changed in the last 30 seconds.
 */
plays: Array<PlayLikes>, } | { "type": "POLL_STARTED",
/**
 * Number in the log.
 */
offset: number,
/**
 * The poll.
 */
poll: Poll, } | { "type": "POLL_RESULTS",
/**
 * Which poll.
 */
poll_id: PollId,
/**
 * Votes per option.
 */
votes: Array<number>, } | { "type": "POLL_ENDED",
/**
 * Number in the log.
 */
offset: number,
/**
 * Which poll.
 */
poll_id: PollId,
/**
 * Final votes per option.
 */
votes: Array<number>,
/**
 * Whether the DJ took it back: then no result is shown.
 */
cancelled: boolean, } | { "type": "ANNOUNCEMENT",
/**
 * Number in the log.
 */
offset: number,
/**
 * The announcement.
 */
announcement: Announcement, } | { "type": "ANNOUNCEMENT_CANCELLED",
/**
 * Number in the log.
 */
offset: number,
/**
 * Which announcement.
 */
announcement_id: AnnouncementId, } | { "type": "SESSION_ENDED",
/**
 * Number in the log.
 */
offset: number,
/**
 * When.
 */
ended_at: UnixMs, } | { "type": "ACK",
/**
 * Which action.
 */
id: ActionId, } | { "type": "ERROR",
/**
 * Which action, if it was one.
 */
id?: ActionId,
/**
 * Why, for programs.
 */
code: ErrorCode,
/**
 * Why, for people.
 */
message: string,
/**
 * Seconds to wait before trying again.
 */
retry_after_secs?: number, } | { "type": "PONG",
/**
 * The relay's clock.
 */
relay_time: UnixMs, };

/**
 * From a DJ's program to the relay.
 *
 * Each message but PING has an `id`; a repeat with the same id changes nothing and gets the same answer.
 */
export type DjMessage = { "type": "REGISTER_SESSION",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Version of the protocol that the client speaks.
 */
protocol_version: number,
/**
 * Version of the client.
 */
client_version?: string,
/**
 * The account's token. Over POST it travels as bearer token instead.
 */
token?: string,
/**
 * Name of the session, 1–80 characters; ignored when one is resumed.
 */
name: string,
/**
 * Name of the DJ where the account has none (the relay inside the desktop program).
 */
dj_name?: string,
/**
 * Whether the session is shown in the public list; ignored when one is resumed.
 */
listed: boolean,
/**
 * PIN of 4–8 digits; ignored when a session is resumed.
 */
pin?: string,
/**
 * Which installation this is.
 */
device_id: DeviceId,
/**
 * Name of this computer, for the question whether to take over.
 */
device_name?: string,
/**
 * The session to go on with.
 */
resume?: SessionId,
/**
 * Take the session from another computer of the same account.
 */
take_over: boolean, } | { "type": "NOW_PLAYING",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which play, made by the sender.
 */
play_id: PlayId,
/**
 * What plays.
 */
track: Track,
/**
 * When it began; clamped to the session and the relay's clock.
 */
started_at: UnixMs, } | { "type": "CORRECT_PLAY",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which play.
 */
play_id: PlayId,
/**
 * What it really was; absent: as it was.
 */
track?: Track,
/**
 * When it really began; absent: as it was.
 */
started_at?: UnixMs, } | { "type": "REMOVE_PLAY",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which play.
 */
play_id: PlayId, } | { "type": "TRACK_STOPPED",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which play stopped; it changes nothing when another one plays already.
 */
play_id: PlayId,
/**
 * When.
 */
stopped_at: UnixMs, } | { "type": "START_POLL",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which poll, made by the sender.
 */
poll_id: PollId,
/**
 * The question.
 */
question: string,
/**
 * The options.
 */
options: Array<string>,
/**
 * When it closes.
 */
closes: PollCloses, } | { "type": "EXTEND_POLL",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which poll.
 */
poll_id: PollId,
/**
 * Seconds more.
 */
seconds: number, } | { "type": "END_POLL",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which poll.
 */
poll_id: PollId, } | { "type": "CANCEL_POLL",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which poll.
 */
poll_id: PollId, } | { "type": "BROADCAST_ANNOUNCEMENT",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which announcement, made by the sender.
 */
announcement_id: AnnouncementId,
/**
 * The text.
 */
text: string,
/**
 * Seconds it stands; absent: until removed.
 */
seconds?: number, } | { "type": "CANCEL_ANNOUNCEMENT",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Which announcement.
 */
announcement_id: AnnouncementId, } | { "type": "SET_PIN",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * The PIN; absent: none.
 */
pin?: string, } | { "type": "SET_LISTED",
/**
 * Id of the action.
 */
id: ActionId,
/**
 * Whether it is shown.
 */
listed: boolean, } | { "type": "END_SESSION",
/**
 * Id of the action.
 */
id: ActionId, } | { "type": "PING", };

/**
 * Everything the DJ's program shows of its session.
 */
export type DjState = {
/**
 * Name of the session.
 */
name: string,
/**
 * The DJ's name as dancers see it.
 */
dj_name: string,
/**
 * Whether it is in the public list.
 */
listed: boolean,
/**
 * The PIN, while there is one.
 */
pin?: string,
/**
 * When the session began.
 */
started_at: UnixMs,
/**
 * Every play, oldest first.
 */
plays: Array<Play>,
/**
 * Which of them is playing now.
 */
playing?: PlayId,
/**
 * Answers per play, in the order of `plays`.
 */
counts: Array<PlayCounts>,
/**
 * Dancers who thanked the DJ.
 */
thanks: number,
/**
 * Dancers connected.
 */
listeners: number,
/**
 * The open poll.
 */
poll?: Poll,
/**
 * The announcement that stands.
 */
announcement?: Announcement, };

/**
 * From the relay to the DJ's program.
 */
export type ToDj = { "type": "SESSION_REGISTERED",
/**
 * Which REGISTER_SESSION this answers.
 */
id: ActionId,
/**
 * Version of the protocol that the relay speaks.
 */
protocol_version: number,
/**
 * Version of the relay.
 */
server_version: string,
/**
 * The session.
 */
session_id: SessionId,
/**
 * Its public address.
 */
code: SessionCode,
/**
 * Where dancers find it.
 */
public_url: string,
/**
 * Opens the PIN to the big screen: `{public_url}/screen#key={screen_key}`. For this session only.
 */
screen_key?: string,
/**
 * Whether it went on, rather than began.
 */
resumed: boolean,
/**
 * The relay's clock.
 */
relay_time: UnixMs,
/**
 * What the relay knows of it.
 */
state: DjState, } | { "type": "COUNTS",
/**
 * Dancers connected.
 */
listeners: number,
/**
 * Dancers who thanked the DJ.
 */
thanks: number,
/**
 * The current play and those whose numbers changed in the last 30 seconds.
 */
plays: Array<PlayCounts>, } | { "type": "FEEDBACK",
/**
 * The current play.
 */
play_id?: PlayId,
/**
 * New likes, of any play.
 */
likes: number,
/**
 * New votes for faster.
 */
faster: number,
/**
 * New votes for "just right".
 */
perfect: number,
/**
 * New votes for slower.
 */
slower: number,
/**
 * New thanks.
 */
thanks: number, } | { "type": "POLL_RESULTS",
/**
 * Which poll.
 */
poll_id: PollId,
/**
 * Votes per option.
 */
votes: Array<number>,
/**
 * Whether votes are still taken.
 */
open: boolean,
/**
 * When a timed poll closes.
 */
closes_at?: UnixMs, } | { "type": "ACK",
/**
 * Which message.
 */
id: ActionId, } | { "type": "ERROR",
/**
 * Which message, if it was one.
 */
id?: ActionId,
/**
 * Why, for programs.
 */
code: ErrorCode,
/**
 * Why, for people.
 */
message: string,
/**
 * Seconds to wait before trying again.
 */
retry_after_secs?: number,
/**
 * With `already_live`: where the account is live.
 */
live?: LiveElsewhere, } | { "type": "PONG",
/**
 * The relay's clock.
 */
relay_time: UnixMs, };

/**
 * `POST /api/sessions/{code}/join`.
 */
export type JoinRequest = {
/**
 * Version of the protocol that the client speaks.
 */
protocol_version: number,
/**
 * Version of the client.
 */
client_version?: string,
/**
 * The PIN, where one is asked for.
 */
pin?: string,
/**
 * The pass from an earlier answer.
 */
pass?: string, };

/**
 * Answer to a join: all that `events`, `state` and `messages` need, so that neither PIN nor pass stands in an
 * address.
 */
export type JoinAnswer = {
/**
 * Version of the protocol that the relay speaks.
 */
protocol_version: number,
/**
 * Version of the relay.
 */
server_version: string,
/**
 * The dancer's pass: keep it.
 */
pass: string,
/**
 * For `events`, `state` and `messages` of this session.
 */
ticket: string,
/**
 * When the ticket ends: join again (with the pass) before.
 */
ticket_ends_at: UnixMs,
/**
 * The relay's clock.
 */
relay_time: UnixMs,
/**
 * The state.
 */
snapshot: Snapshot, };

/**
 * `POST /api/sessions/{code}/screen`: the big screen shows that the session's DJ opened it.
 */
export type ScreenRequest = {
/**
 * From SESSION_REGISTERED, by the fragment of the screen's address.
 */
screen_key: string, };

/**
 * What the big screen may show.
 */
export type ScreenAnswer = {
/**
 * The PIN, while there is one.
 */
pin?: string, };

/**
 * `POST /api/sessions/{code}/messages`: actions of a dancer without WebSocket.
 */
export type DancerBatch = {
/**
 * From the join.
 */
ticket: string,
/**
 * Up to 100 actions, oldest first.
 */
messages: Array<DancerMessage>, };

/**
 * The answers to a [`DancerBatch`], in its order.
 */
export type DancerAnswers = {
/**
 * ACK, ERROR or PONG for each message.
 */
messages: Array<ToDancer>, };

/**
 * `GET /api/sessions/{code}/state`: what is new after a position, for short polling.
 */
export type PolledState = {
/**
 * The position after these messages, for the next request.
 */
position: Position,
/**
 * The relay's clock.
 */
relay_time: UnixMs,
/**
 * Milliseconds to wait before the next request.
 */
poll_again_ms: number,
/**
 * The state messages that were missed or a SNAPSHOT, then the latest COUNTS and POLL_RESULTS.
 */
messages: Array<ToDancer>, };

/**
 * `POST /api/dj/sessions/{id}/messages`: the DJ's channel without WebSocket. An empty batch asks for news.
 */
export type DjBatch = {
/**
 * Which installation speaks: one that was taken over from is told so.
 */
device_id: DeviceId,
/**
 * Up to 100 messages, oldest first.
 */
messages: Array<DjMessage>, };

/**
 * The answers to a [`DjBatch`]: one for each message in its order, then COUNTS, FEEDBACK and POLL_RESULTS.
 */
export type DjAnswers = {
/**
 * The answers and the news.
 */
messages: Array<ToDj>, };

/**
 * The body of an HTTP error.
 */
export type ErrorBody = {
/**
 * Why, for programs.
 */
code: ErrorCode,
/**
 * Why, for people.
 */
message: string,
/**
 * Seconds to wait before trying again.
 */
retry_after_secs?: number, };

/**
 * A line in a list of sessions. Behind a PIN only `session` and `live` are filled.
 */
export type SessionSummary = {
/**
 * Name, DJ, code.
 */
session: SessionHead,
/**
 * Whether it goes on.
 */
live: boolean,
/**
 * When it began.
 */
started_at?: UnixMs,
/**
 * When it ended.
 */
ended_at?: UnixMs,
/**
 * Dancers connected.
 */
listeners?: number,
/**
 * What plays.
 */
playing?: Track, };

/**
 * A list of sessions, newest first.
 */
export type SessionList = {
/**
 * The sessions.
 */
sessions: Array<SessionSummary>, };

/**
 * Plays of a session, newest first, a page at a time.
 */
export type History = {
/**
 * The plays.
 */
plays: Array<Play>,
/**
 * Ask for what is older with `before` set to this; absent at the beginning of the night.
 */
next_before?: PlayId, };

/**
 * A session summed up, for everybody.
 */
export type Recap = {
/**
 * Name, DJ, code.
 */
session: SessionHead,
/**
 * When it began.
 */
started_at: UnixMs,
/**
 * When it ended; absent while it goes on.
 */
ended_at?: UnixMs,
/**
 * Milliseconds from start to end (or now).
 */
duration_ms: number,
/**
 * Every play, oldest first.
 */
plays: Array<Play>,
/**
 * Likes in all.
 */
likes: number, };

/**
 * A session summed up, for its DJ.
 */
export type OwnerRecap = {
/**
 * Its id.
 */
session_id: SessionId,
/**
 * Answers per play, in the order of `plays`.
 */
counts: Array<PlayCounts>,
/**
 * Every poll that was not cancelled, oldest first.
 */
polls: Array<PollRecap>,
/**
 * Dancers who thanked the DJ.
 */
thanks: number,
/**
 * Different dancers who were there.
 */
dancers: number,
/**
 * Different dancers who liked, voted or thanked.
 */
active_dancers: number,
/**
 * Most dancers connected at once.
 */
peak_listeners: number,
/**
 * Dancers connected, minute by minute where it changed.
 */
listeners: Array<ListenerSample>,
/**
 * Name, DJ, code.
 */
session: SessionHead,
/**
 * When it began.
 */
started_at: UnixMs,
/**
 * When it ended; absent while it goes on.
 */
ended_at?: UnixMs,
/**
 * Milliseconds from start to end (or now).
 */
duration_ms: number,
/**
 * Every play, oldest first.
 */
plays: Array<Play>,
/**
 * Likes in all.
 */
likes: number, };

/**
 * A poll and its result.
 */
export type PollRecap = {
/**
 * Which poll.
 */
poll_id: PollId,
/**
 * The question.
 */
question: string,
/**
 * The options.
 */
options: Array<string>,
/**
 * How it was to close.
 */
closes: PollCloses,
/**
 * When it opened.
 */
opened_at: UnixMs,
/**
 * When it closed; absent while it is open.
 */
closed_at?: UnixMs,
/**
 * Votes per option.
 */
votes: Array<number>, };

/**
 * How many dancers were connected at a moment.
 */
export type ListenerSample = {
/**
 * When.
 */
at: UnixMs,
/**
 * How many.
 */
listeners: number, };

/**
 * `GET /api/version`.
 */
export type VersionInfo = {
/**
 * Version of the relay.
 */
version: string,
/**
 * Version of the protocol.
 */
protocol_version: number, };

/**
 * Data of the server-sent event `close`, and the JSON reason of close code 1012.
 */
export type Closing = {
/**
 * The close code's number.
 */
code: number,
/**
 * Its name.
 */
reason: string,
/**
 * Come back at a random moment within so many milliseconds.
 */
reconnect_within_ms?: number, };

