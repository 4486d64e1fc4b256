// @ts-check
// Keeps this page for a moment without network. It waits until the page has settled: nothing of this belongs to the
// first view.

const SETTLED_MS = 15000;

/** The registration, where the browser has one: plain http has none. @type {ServiceWorkerRegistration | null} */
export let kept = null;

export function keepForLater() {
  if (!("serviceWorker" in navigator)) return;
  setTimeout(async () => {
    try {
      await navigator.serviceWorker.register("/sw.js");
      kept = await navigator.serviceWorker.ready;
      kept.active?.postMessage({ keep: location.pathname });
    } catch {
      // Switched off, or a private window: the page works without.
    }
  }, SETTLED_MS);
}
