/**
 * The session of this page, where the browser keeps no cookie for us: its token is read from the
 * page once and stays in memory only. Never in an address, a store or the document.
 *
 * Kept on a symbol, so that a second copy of this module (fetched by another address) shares it.
 */
const memory = (globalThis[Symbol.for('trellis.session')] ??= { token: null, csrf: null });

/**
 * Takes the session's token and CSRF token out of a page.
 *
 * @param {Document} page - The page just loaded, or a page that an answer brought.
 */
export function readSession(page) {
  const token = page.querySelector('meta[name="trellis-session"]');
  const csrf = page.querySelector('meta[name="trellis-csrf"]');
  if (token?.content) memory.token = token.content;
  if (csrf?.content) memory.csrf = csrf.content;
  // What stands in the document could be read by whatever gets into it.
  token?.remove();
}

/** Whether this page lives without a cookie, so that plain navigation would lose the session. */
export function isCookieless() {
  return memory.token !== null;
}

/** @returns {Record<string, string>} Headers that prove the session to Trellis. */
export function sessionHeaders() {
  return {
    ...(memory.token === null ? {} : { 'X-Trellis-Session': memory.token }),
    ...(memory.csrf === null ? {} : { 'X-Trellis-Csrf': memory.csrf }),
  };
}

/**
 * `fetch` with the session's headers; for Trellis's own addresses only.
 *
 * @param {string} url - Address on this origin.
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws {TypeError} For an address on another origin.
 */
export async function fetchWithSession(url, init = {}) {
  const address = new URL(url, document.baseURI);
  if (address.origin !== location.origin) throw new TypeError('not an address of Trellis');
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(sessionHeaders())) headers.set(name, value);
  return fetch(address, { credentials: 'same-origin', ...init, headers });
}
