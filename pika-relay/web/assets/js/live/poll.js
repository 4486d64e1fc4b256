// @ts-check
// The poll: answers as a radio group, result bars after one's own vote, the outcome for half a minute.

import { byId, clone, one, setAttribute, setText, show as visible } from "../dom.js";
import { left, t } from "../text.js";
import { RESULT_MS, result } from "./session.js";

/** The poll whose options stand in the page. */
let drawn = "";

/**
 * @param {import("./show.js").Page} page
 * @param {number} relayNow
 */
export function showPoll(page, relayNow) {
  const s = page.session;
  const poll = s?.poll ?? null;
  visible(byId("poll"), poll !== null);
  if (s?.closed && relayNow - s.closed.at > RESULT_MS) s.closed = null;
  showClosed(page);
  if (!poll) {
    drawn = "";
    return;
  }
  if (drawn !== poll.poll_id) options(poll);
  setText(byId("question"), poll.question);
  setText(byId("poll-left"), poll.closes_at === undefined ? "" : left(poll.closes_at - relayNow));
  bars(page, poll);
}

/** @param {import("../../../protocol.js").Poll} poll */
function options(poll) {
  drawn = poll.poll_id;
  byId("options").classList.toggle("many", poll.options.length > 5);
  byId("options").replaceChildren(
    ...poll.options.map((text, i) => {
      const option = clone("option");
      setText(one(option, ".what"), text);
      /** @type {HTMLInputElement} */ (one(option, "input")).value = String(i);
      return option;
    }),
  );
  const form = byId("poll");
  form.classList.add("pulse");
  setTimeout(() => form.classList.remove("pulse"), 700);
}

/**
 * @param {import("./show.js").Page} page
 * @param {import("../../../protocol.js").Poll} poll
 */
function bars(page, poll) {
  const mine = page.mine.votes[poll.poll_id];
  const waiting = page.box.actions.some((a) => a.wish.kind === "vote" && a.wish.poll === poll.poll_id);
  const votes = [...poll.votes];
  if (waiting && mine !== undefined) {
    // My vote is shown at once; the relay's number follows.
    const before = page.stored.votes[poll.poll_id];
    if (before !== undefined) votes[before] = Math.max(0, votes[before] - 1);
    votes[mine] = (votes[mine] ?? 0) + 1;
  }
  const { percents, total } = result(votes);
  const voted = mine !== undefined;
  byId("poll").classList.toggle("hot", !voted);
  [...byId("options").children].forEach((option, i) => {
    option.classList.toggle("me", voted && mine === i);
    /** @type {HTMLInputElement} */ (one(option, "input")).checked = mine === i;
    one(option, "i").style.width = voted ? percents[i] + "%" : "0";
    setText(one(option, ".pct"), voted ? percents[i] + "%" : "");
  });
  const hint = byId("poll-hint");
  hint.classList.toggle("wait", waiting && page.client.phase !== "live");
  setText(hint, waiting && page.client.phase !== "live" ? t("poll.waiting") : turnout(page, total));
}

/**
 * @param {import("./show.js").Page} page
 * @param {number} total
 * @returns {string}
 */
function turnout(page, total) {
  const here = page.session?.listeners ?? 0;
  if (total === 0) return t("poll.first");
  return here > 1 && total <= here ? t("poll.turnout", { n: total, of: here }) : t("poll.votes", { n: total });
}

/** @param {import("./show.js").Page} page */
function showClosed(page) {
  const closed = page.session?.closed ?? null;
  const card = byId("closed");
  visible(card, closed !== null);
  if (!closed) return;
  const { total, percents, leader } = result(closed.votes);
  const mine = page.stored.votes[closed.poll.poll_id];
  const late = page.late.has(closed.poll.poll_id);
  const winner = leader === null ? "" : closed.poll.options[leader];
  setText(one(card, "h2"), total === 0 ? t("poll.nobody") : leader === null ? t("poll.tie") : t("poll.chose", { answer: winner }));
  const share = leader === null ? t("poll.votes", { n: total }) : t("poll.share", { percent: percents[leader], n: total });
  let own = "";
  if (late) own = t("poll.late");
  else if (mine !== undefined && leader !== null) own = mine === leader ? t("poll.same", { answer: winner }) : t("poll.other", { answer: closed.poll.options[mine] });
  setText(one(card, "p"), [total === 0 ? "" : share, own].filter(Boolean).join(" "));
  setAttribute(card, "aria-label", closed.poll.question);
}
