import { fetchWithSession } from './session.js';

const wait = (ms) =>
  new Promise((done) => {
    const timer = setTimeout(done, ms);
    addEventListener('online', () => (clearTimeout(timer), done()), { once: true });
  });

/** What the server said of a file it did not take; its message is for the person. */
export class Refused extends Error {}

async function ask(url, init) {
  const answer = await fetchWithSession(url, {
    ...init,
    headers: { Accept: 'application/json', ...init.headers },
  });
  const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
  const said = isJson ? await answer.json() : {};
  // The server's own trouble passes; its refusal does not.
  if (answer.status >= 500 || answer.status === 429) throw new TypeError('try again');
  if (!answer.ok) throw new Refused(said.message ?? '');
  return said;
}

/**
 * Sends a file in parts. A lost network is waited for and the upload goes on where it stopped.
 *
 * @param {Blob} blob
 * @param {string} name
 * @param {string} url - Where uploads begin.
 * @param {{ onProgress?: (share: number) => void, onPause?: (isPaused: boolean) => void, signal?: AbortSignal }} [tell]
 * @returns {Promise<object>} The file as the page shows it.
 * @throws {Refused} With the server's words when the file is not taken.
 */
export async function sendFile(blob, name, url, tell = {}) {
  for (let failures = 0; ;) {
    if (tell.signal?.aborted) throw new Refused('');
    try {
      const begun = await ask(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name, bytes: blob.size, modifiedMs: blob.lastModified ?? 0 }),
      });
      tell.onPause?.(false);
      let { received } = begun;
      for (;;) {
        tell.onProgress?.(received / blob.size);
        const said = await ask(`${url}/${begun.id}?offset=${received}`, {
          method: 'PUT',
          headers: { 'Content-Type': 'application/octet-stream' },
          body: blob.slice(received, received + begun.partBytes),
        });
        failures = 0;
        if (said.file) {
          tell.onProgress?.(1);
          return said.file;
        }
        received = said.received;
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      failures += 1;
      if (failures > 40) throw error;
      tell.onPause?.(true);
      await wait(Math.min(15_000, 1000 * 2 ** Math.min(failures, 4)));
    }
  }
}

/** Shows the files of a piece of work as the server has them now; nothing else of the page moves. */
export async function refreshFiles(inside) {
  const section = inside.closest('[data-page-href]');
  const list = section?.querySelector('[data-files]');
  if (!list) return;
  const answer = await fetchWithSession(section.dataset.pageHref);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.querySelector('[data-files]');
  if (fresh === null) return;
  list.replaceChildren(...fresh.childNodes);
  globalThis.htmx?.process(list);
}

/** A sentence of the page with the file's name in it. */
export function named(sentence, name) {
  return (sentence ?? '').replace('%name%', name);
}
