// @ts-check
// Telling the dancer that the DJ asks something: our own question first, after the first vote or like, never on
// load; the browser's own question only after "Yes".

import { byId, show as visible } from "../dom.js";
import { read, write } from "../store.js";
import { t } from "../text.js";

/**
 * @param {import("./show.js").Page} page
 * @param {() => void} paint
 */
export function alerts(page, paint) {
  const able = () => "Notification" in window && isSecureContext;
  const key = "pika.alerts";
  const ask = byId("ask");

  byId("ask-no").addEventListener("click", () => {
    write(key, "no");
    visible(ask, false);
  });
  byId("ask-yes").addEventListener("click", async () => {
    visible(ask, false);
    write(key, (await Notification.requestPermission()) === "granted" ? "yes" : "no");
    paint();
  });

  return {
    /** After the first vote or like. */
    offer() {
      if (able() && Notification.permission === "default" && read(key) === null) visible(ask, true);
    },

    /**
     * @param {import("../../../protocol.js").Poll} poll
     * @param {import("./session.js").Session | null} before
     */
    pollStarted(poll, before) {
      // An extended poll keeps its id and is no news; nor is one that was missed for long.
      if (!before || before.poll?.poll_id === poll.poll_id || !document.hidden) return;
      if (!able() || Notification.permission !== "granted" || read(key) !== "yes") return;
      try {
        const note = new Notification(t("poll.title"), { body: poll.question, tag: "pika-poll" });
        note.onclick = () => {
          window.focus();
          note.close();
        };
      } catch {
        // Some phones only let service workers notify; the tab's title says it, too.
      }
    },
  };
}
