// @ts-check
// Light or dark by the reader's choice, before the first paint. A classic script on purpose: modules run later.

(function () {
  const root = document.documentElement;
  /** @type {string | null} */
  let chosen = null;
  try {
    chosen = localStorage.getItem("pika.theme");
  } catch {
    // No storage: the choice lasts for this page.
  }
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  document.addEventListener("DOMContentLoaded", function () {
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-to-light]"))) {
      button.hidden = false;
      label(button);
      button.addEventListener("click", function () {
        const to = isDark() ? "light" : "dark";
        root.dataset.theme = to;
        try {
          localStorage.setItem("pika.theme", to);
        } catch {
          // As above.
        }
        label(button);
      });
    }
  });

  /** @param {HTMLButtonElement} button */
  function label(button) {
    button.textContent = (isDark() ? button.dataset.toLight : button.dataset.toDark) ?? "";
  }

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : !matchMedia("(prefers-color-scheme: light)").matches;
  }
})();
