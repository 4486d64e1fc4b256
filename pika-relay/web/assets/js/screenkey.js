// @ts-check
// The screen key: stands in the fragment of the address that the DJ opens (`#key=…`) and opens the PIN to this page.
// It is taken out of the address and kept for this tab only, so that a reload still has it and a photo has not.

/**
 * @param {string} code
 * @returns {string | null}
 */
export function screenKey(code) {
  const name = "pika-screen-" + code;
  const found = /^#key=([\w-]{22})$/.exec(location.hash);
  if (found) history.replaceState(null, "", location.pathname + location.search);
  try {
    if (found) sessionStorage.setItem(name, found[1]);
    return found ? found[1] : sessionStorage.getItem(name);
  } catch {
    return found ? found[1] : null;
  }
}

/**
 * The PIN as it is now; nothing when the relay could not be asked or does not take the key.
 *
 * @param {string} code
 * @param {string} key
 * @returns {Promise<{ pin: string | null } | null>}
 */
export async function askPin(code, key) {
  try {
    /** @type {import("../../protocol.js").ScreenRequest} */
    const request = { screen_key: key };
    const answer = await fetch("/api/sessions/" + code + "/screen", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    if (!answer.ok) return null;
    /** @type {import("../../protocol.js").ScreenAnswer} */
    const found = await answer.json();
    return { pin: found.pin ?? null };
  } catch {
    return null;
  }
}
