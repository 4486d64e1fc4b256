// @ts-check
// The pages without a network: the last state of what was looked at, shown while the relay cannot be reached.
// Only public pages for dancers are kept, on this phone alone; what DJs see after logging in never is.

/** @typedef {{ waitUntil: (work: Promise<unknown>) => void }} Lasting */

const PAGES = "pika-pages-1";
const FILES = "pika-files-1";
const OFFLINE = "/offline";
/** Nights and lists kept; the oldest goes first. */
const MOST_PAGES = 30;
/** A relay that says nothing for this long is as good as away, where an older page can be shown; milliseconds. */
const PATIENCE_MS = 4000;
const KEPT = /^\/(|live|songs|(live|recap)\/\w+)$/;

addEventListener("install", (event) => {
  const lasting = /** @type {Lasting} */ (/** @type {unknown} */ (event));
  lasting.waitUntil(caches.open(PAGES).then((pages) => pages.add(OFFLINE)));
});

addEventListener("fetch", (event) => {
  const asked = /** @type {Lasting & { request: Request, respondWith: (answer: Promise<Response>) => void }} */ (/** @type {unknown} */ (event));
  const { request } = asked;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/assets/")) asked.respondWith(file(request, asked));
  else if (request.mode === "navigate" && KEPT.test(pathname)) asked.respondWith(page(request, asked));
});

// A page that was there first asks to be kept, too.
addEventListener("message", (event) => {
  const asked = /** @type {Lasting & { data: { keep?: string } }} */ (/** @type {unknown} */ (event));
  const path = asked.data?.keep ?? "";
  if (KEPT.test(path)) asked.waitUntil(fetch(path).then((answer) => keep(path, answer)).catch(() => {}));
});

addEventListener("notificationclick", (event) => {
  const clicked = /** @type {Lasting & { notification: Notification }} */ (/** @type {unknown} */ (event));
  clicked.notification.close();
  clicked.waitUntil(show(clicked.notification.data?.path ?? "/live"));
});

/** @param {string} path */
async function show(path) {
  // @ts-expect-error the types of workers and pages do not go together
  const { clients } = self;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((/** @type {{ url: string }} */ page) => new URL(page.url).pathname === path);
  return there ? there.focus() : clients.openWindow(path);
}

/**
 * Files carry their content's hash in their address: once here they never change.
 *
 * @param {Request} request
 * @param {Lasting} lasting
 * @returns {Promise<Response>}
 */
async function file(request, lasting) {
  const files = await caches.open(FILES);
  const known = await files.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) lasting.waitUntil(files.put(request, answer.clone()));
  return answer;
}

/**
 * Fresh where that is possible, else as it was.
 *
 * @param {Request} request
 * @param {Lasting} lasting
 * @returns {Promise<Response>}
 */
async function page(request, lasting) {
  const pages = await caches.open(PAGES);
  const path = new URL(request.url).pathname;
  const known = await pages.match(path);
  const fresh = fetch(request).then((answer) => {
    lasting.waitUntil(keep(path, answer.clone()));
    return answer;
  });
  if (!known) return fresh.catch(async () => (await pages.match(OFFLINE)) ?? Response.error());
  const late = new Promise((done) => setTimeout(() => done(known), PATIENCE_MS));
  // A relay that is not up behind its proxy is away, too.
  const usable = fresh.then((answer) => (answer.status >= 500 ? known : answer));
  return Promise.race([usable.catch(() => known), /** @type {Promise<Response>} */ (late)]);
}

/**
 * @param {string} path
 * @param {Response} answer
 */
async function keep(path, answer) {
  if (!answer.ok || answer.redirected) return;
  const pages = await caches.open(PAGES);
  const text = await answer.clone().text();
  await pages.delete(path);
  await pages.put(path, answer);
  const known = (await pages.keys()).filter((k) => new URL(k.url).pathname !== OFFLINE);
  await Promise.all(known.slice(0, -MOST_PAGES).map((old) => pages.delete(old)));
  await keepFiles([...new Set(text.match(/\/assets\/\w+\/[\w./-]+/g) ?? [])]);
}

/**
 * The files that a page names; those of an older version go.
 *
 * @param {string[]} wanted
 */
async function keepFiles(wanted) {
  const files = await caches.open(FILES);
  const version = wanted[0]?.split("/")[2];
  for (const old of await files.keys()) {
    if (version && new URL(old.url).pathname.split("/")[2] !== version) await files.delete(old);
  }
  for (const path of wanted) {
    if (!path.endsWith(".png") && !(await files.match(path))) await files.add(path).catch(() => {});
  }
}
