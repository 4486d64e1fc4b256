// @ts-check
// A DJ in front of the pages: registers, logs in, makes tokens, as a person would.

/** @typedef {import("playwright-core").Page} Page */

export const ADA = { name: "DJ Ada", email: "ada@example.com", password: "a short sentence works well" };

/**
 * Fills the form for a new account and sends it.
 *
 * @param {Page} page
 * @param {string} base the relay's address
 * @param {Partial<typeof ADA> & { invite?: string }} [who]
 */
export async function register(page, base, who = {}) {
  const { name, email, password, invite } = { ...ADA, ...who };
  await page.goto(base + "/dj/register");
  await page.fill("#name", name);
  await page.fill("#email", email);
  await page.fill("#password", password);
  if (invite !== undefined) await page.fill("#invite", invite);
  await page.click("main form button.p");
}

/**
 * @param {Page} page
 * @param {string} base
 * @param {Partial<typeof ADA>} [who]
 */
export async function logIn(page, base, who = {}) {
  const { email, password } = { ...ADA, ...who };
  await page.goto(base + "/dj/login");
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.click("main form button.p");
}

/**
 * The token that the dashboard shows once.
 *
 * @param {Page} page
 * @returns {Promise<string>}
 */
export async function shownToken(page) {
  return (await page.locator("#token").textContent())?.trim() ?? "";
}
