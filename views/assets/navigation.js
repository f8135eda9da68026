import { announce, toast, word } from './announce.js';
import { ask } from './ask.js';
import { fetchWithSession, isCookieless, readSession, sessionHeaders } from './session.js';

/** The page an answer holds, or null where it holds a part of one. */
function pageOf(text) {
  if (typeof text !== 'string' || !/<body[\s>]/i.test(text)) return null;
  return new DOMParser().parseFromString(text, 'text/html');
}

/** htmx swaps what is in the body; its own attributes and the session's tokens follow here. */
function takeFrame(page) {
  readSession(page);
  document.documentElement.lang = page.documentElement.lang;
  document.documentElement.dir = page.documentElement.dir;
  for (const name of ['data-page', 'data-role', 'data-base', 'data-code', 'class']) {
    const value = page.body.getAttribute(name);
    if (value === null) document.body.removeAttribute(name);
    else document.body.setAttribute(name, value);
  }
}

/** Whether an answer is the page that stands here already, as after a small change to it. */
let isSamePage = false;
let scrolledTo = 0;

function compareWithHere(page, xhr) {
  const path = xhr.responseURL ? new URL(xhr.responseURL).pathname : null;
  isSamePage = page.body.dataset.page === document.body.dataset.page && path === location.pathname;
  scrolledTo = scrollY;
  // Whoever moved one student wants to go on where they were.
  if (globalThis.htmx !== undefined) globalThis.htmx.config.scrollIntoViewOnBoost = !isSamePage;
}

/** After a new page: the keyboard and the screen reader start at its heading, or at its errors. */
function focusPage() {
  const first = document.querySelector('main [data-autofocus]');
  // htmx gave the focus back to the control of the same id.
  if (isSamePage && first === null && document.activeElement !== document.body) return;
  const start = first ?? document.querySelector('main h1') ?? document.getElementById('main');
  if (start === null) return;
  if (!start.hasAttribute('tabindex')) start.setAttribute('tabindex', '-1');
  start.focus({ preventScroll: start.tagName !== 'DIV' });
  announce(document.title);
}

/** What was sent did not go through: say why, keep the form as it is. */
function tellProblem(page) {
  const line = (name) => page.querySelector(`[data-error-${name}]`)?.textContent?.trim() ?? '';
  const reference = line('reference');
  ask({
    title: page.querySelector('h1')?.textContent?.trim() || word('notSaved'),
    lines: [
      line('text'),
      ...[...page.querySelectorAll('[data-error-card] li')].map((li) => li.textContent),
      word('stillHere'),
      reference && `${word('reference')}: ${reference}`,
    ].filter(Boolean),
  });
}

/** What could not be sent while the network was away; offered again when it is back. */
let waiting = null;

function offerRetry(text, kind) {
  toast({
    key: 'network',
    kind,
    text,
    ...(waiting === null ? {} : { action: { label: word('retry'), run: waiting } }),
  });
}

function tellOffline(retry) {
  waiting = retry;
  offerRetry(word('offline'), 'danger');
}

function sendAgain(element) {
  if (!element.isConnected) return;
  if (element instanceof HTMLFormElement) element.requestSubmit();
  else element.click();
}

/** Saves a file that only the session's header opens. */
async function download(link) {
  try {
    const answer = await fetchWithSession(link.href);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const named = /filename="?([^";]+)"?/.exec(answer.headers.get('Content-Disposition') ?? '');
    const save = document.createElement('a');
    save.href = URL.createObjectURL(await answer.blob());
    save.download = link.download || named?.[1] || '';
    save.click();
    setTimeout(() => URL.revokeObjectURL(save.href), 60_000);
  } catch {
    tellOffline(() => download(link));
  }
}

/** Makes htmx's navigation carry the session, keep what was typed and be heard. */
export function startNavigation() {
  readSession(document);

  // Landed by a posted launch: that address cannot be opened again, the session's own can.
  const base = document.body.dataset.base;
  if (base && !location.pathname.startsWith(base)) history.replaceState(null, '', `${base}/`);

  document.addEventListener('htmx:configRequest', ({ detail }) => {
    Object.assign(detail.headers, sessionHeaders());
  });
  document.addEventListener('htmx:historyCacheMiss', ({ detail }) => {
    for (const [name, value] of Object.entries(sessionHeaders())) {
      detail.xhr.setRequestHeader(name, value);
    }
  });
  document.addEventListener('htmx:historyCacheMissLoad', ({ detail }) => {
    const page = pageOf(detail.response);
    if (page === null) return;
    takeFrame(page);
    document.title = page.title;
  });
  document.addEventListener('htmx:historyCacheMissLoadError', ({ detail }) => {
    const page = pageOf(detail.xhr.response);
    if (page === null) return;
    takeFrame(page);
    document.title = page.title;
    document.body.replaceChildren(...page.body.childNodes);
    focusPage();
  });
  document.addEventListener('htmx:historyRestore', () => {
    isSamePage = false;
    focusPage();
  });

  document.addEventListener('htmx:beforeSwap', ({ detail }) => {
    const page = pageOf(detail.serverResponse);
    if (page === null) return;
    const isProblem = page.querySelector('[data-error-card]') !== null;
    if (isProblem && detail.requestConfig.verb !== 'get') {
      detail.shouldSwap = false;
      tellProblem(page);
      return;
    }
    if (!detail.shouldSwap) return;
    if (detail.target !== document.body) {
      const selects = detail.requestConfig.elt.closest('[hx-select]') !== null;
      if (selects && !isProblem) return;
      // A whole page has no place inside a part of one.
      detail.target = document.body;
      detail.swapOverride = 'innerHTML';
      detail.selectOverride = 'unset';
    }
    compareWithHere(page, detail.xhr);
    takeFrame(page);
  });
  document.addEventListener('htmx:afterSwap', ({ detail }) => {
    // The new body stood above the old one for a moment, and the browser followed the old one down.
    if (detail.target === document.body && isSamePage)
      scrollTo({ top: scrolledTo, behavior: 'instant' });
  });
  document.addEventListener('htmx:afterSettle', ({ detail }) => {
    if (detail.target === document.body) focusPage();
    else detail.elt.querySelector?.('[data-autofocus]')?.focus();
  });

  let running = 0;
  const count = (step) => {
    running = Math.max(0, running + step);
    document.documentElement.classList.toggle('is-requesting', running > 0);
  };
  document.addEventListener('htmx:beforeSend', () => count(1));
  document.addEventListener('htmx:afterRequest', () => count(-1));
  document.addEventListener('htmx:sendError', ({ detail }) =>
    tellOffline(() => sendAgain(detail.elt)),
  );
  document.addEventListener('htmx:timeout', ({ detail }) =>
    tellOffline(() => sendAgain(detail.elt)),
  );
  addEventListener('online', () => offerRetry(word('backOnline')));
  document.addEventListener('htmx:beforeSend', () => (waiting = null));

  // `data-full`: a navigation of the browser's own, kept from htmx.
  document.addEventListener(
    'click',
    (event) => {
      const link = event.target instanceof Element && event.target.closest('a[data-full]');
      if (!link) return;
      event.stopPropagation();
      if (isCookieless() && link.origin === location.origin && event.button === 0) {
        event.preventDefault();
        download(link);
      }
    },
    true,
  );
  document.addEventListener(
    'submit',
    (event) => event.target.matches('form[data-full]') && event.stopPropagation(),
    true,
  );
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('[data-reload]')) return;
    if (globalThis.htmx === undefined) location.reload();
    else globalThis.htmx.ajax('GET', location.href, { target: document.body, swap: 'innerHTML' });
  });
}
