// @ts-check
// Telling the dancer that the DJ asks something: our own question first, after the first vote or like, never on
// load; the browser's own question only after "Yes".

import { byId, setAttribute, show as visible } from "../dom.js";
import { kept } from "../later.js";
import { read, write } from "../store.js";
import { t } from "../text.js";

/**
 * @param {import("./show.js").Page} page
 * @param {() => void} paint
 */
export function alerts(page, paint) {
  const able = () => "Notification" in window && isSecureContext && Notification.permission !== "denied";
  const key = "pika.alerts";
  const ask = byId("ask");
  const bell = byId("bell");
  /** What was answered in this session: the next one asks anew. @returns {string | undefined} */
  const answer = () => /** @type {Record<string, string> | null} */ (read(key))?.[page.head.code];
  const show = () => {
    const wanted = answer() === "yes" && Notification.permission === "granted";
    visible(bell, able());
    setAttribute(bell, "aria-pressed", String(able() && wanted));
  };
  const say = (/** @type {string} */ text) => {
    write(key, { [page.head.code]: text });
    visible(ask, false);
    show();
  };

  byId("ask-no").addEventListener("click", () => say("no"));
  byId("ask-yes").addEventListener("click", async () => {
    say((await Notification.requestPermission()) === "granted" ? "yes" : "no");
    paint();
  });
  bell.addEventListener("click", () => {
    if (answer() === "yes") return say("no");
    visible(ask, true);
    byId("ask-yes").focus();
  });
  show();

  return {
    /** After the first vote or like. */
    offer() {
      if (able() && answer() === undefined) visible(ask, true);
    },

    /**
     * @param {import("../../../protocol.js").Poll} poll
     * @param {import("./session.js").Session | null} before
     */
    pollStarted(poll, before) {
      // An extended poll keeps its id and is no news; nor is one that was missed for long.
      if (!before || before.poll?.poll_id === poll.poll_id || !document.hidden) return;
      if (!able() || Notification.permission !== "granted" || answer() !== "yes") return;
      const what = { body: poll.question, tag: "pika-poll", icon: "/icon-512.png", data: { path: location.pathname } };
      try {
        if (kept) return void kept.showNotification(t("poll.title"), what);
        const note = new Notification(t("poll.title"), what);
        note.onclick = () => {
          window.focus();
          note.close();
        };
      } catch {
        // Not allowed after all; the tab's title says it, too.
      }
    },
  };
}
