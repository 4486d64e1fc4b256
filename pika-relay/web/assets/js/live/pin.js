// @ts-check
// The PIN: one real input drawn as four boxes, so that paste and one-time codes work; it sends itself.

import { byId, one, setAttribute, setText, show as visible } from "../dom.js";
import { left, t } from "../text.js";

/**
 * The PIN from the address' fragment (`#pin=4821`, from a QR code that carries it). It is taken out of the
 * address, so that a shared link does not give it away.
 *
 * @returns {string | null}
 */
export function fragmentPin() {
  const found = /^#pin=(\d{4,8})$/.exec(location.hash);
  if (found) history.replaceState(null, "", location.pathname + location.search);
  return found ? found[1] : null;
}

/** @param {(pin: string) => void} send */
export function pinPage(send) {
  const input = /** @type {HTMLInputElement} */ (byId("pin-input"));
  const form = byId("pin-form");
  const submit = () => {
    if (!/^\d{4,8}$/.test(input.value)) return input.focus();
    send(input.value);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  input.addEventListener("input", () => {
    input.value = input.value.replace(/\D/g, "");
    draw(input);
    // Most PINs have four digits; a longer one is sent by the button, or refused once and then typed on.
    if (input.value.length === 4 && !input.dataset.longer) submit();
  });
  one(form, ".boxes").classList.add("drawn");
  for (const event of ["focus", "blur", "select", "keyup"]) input.addEventListener(event, () => draw(input));
  draw(input);
}

/** @param {HTMLInputElement} input */
function draw(input) {
  const cells = one(byId("pin-form"), ".cells");
  const count = Math.max(4, Math.min(8, input.value.length));
  while (cells.children.length < count) cells.append(one(cells, "span").cloneNode(true));
  while (cells.children.length > count) cells.lastElementChild?.remove();
  const focused = document.activeElement === input;
  [...cells.children].forEach((cell, i) => {
    setText(cell, input.value[i] ?? "");
    cell.classList.toggle("at", focused && i === Math.min(input.value.length, count - 1));
  });
}

/** @type {string} */
let told = "";

/**
 * @param {import("./client.js").State} client
 * @param {number} now
 */
export function showPin(client, now) {
  const waitMs = client.pinUntil - now;
  const locked = client.pinProblem === "locked" && waitMs > 0;
  const error = byId("pin-error");
  const input = /** @type {HTMLInputElement} */ (byId("pin-input"));
  const button = /** @type {HTMLButtonElement} */ (byId("pin-join"));
  button.disabled = locked;
  setText(button, locked ? t("pin.again", { time: left(waitMs) }) : t("pin.join"));
  const text = client.pinProblem === null || (client.pinProblem === "locked" && !locked) ? "" : t("pin." + client.pinProblem);
  visible(error, text !== "");
  setText(one(error, "span"), text);
  setAttribute(input, "aria-invalid", String(text !== ""));
  const mark = client.pinProblem + " " + client.link;
  if (told !== mark) {
    told = mark;
    if (client.pinProblem === "wrong") input.dataset.longer = "yes";
    if (client.pinProblem !== null) {
      input.value = "";
      draw(input);
    }
    input.focus();
  }
}
