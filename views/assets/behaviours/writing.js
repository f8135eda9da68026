import { announce, toast } from '../announce.js';
import { fetchWithSession } from '../session.js';

const kept = new WeakMap();
const QUIET_MS = 1800;
const LONGEST_MS = 6000;
/** Browsers let a page that closes send no more than 64 KB. */
const LAST_WORDS_BYTES = 60_000;
/** Where the browser keeps nothing for us, at least this page remembers. */
const memory = new Map();

const store = {
  read(key) {
    try {
      return localStorage.getItem(key) ?? memory.get(key) ?? null;
    } catch {
      return memory.get(key) ?? null;
    }
  },
  write(key, value) {
    memory.set(key, value);
    try {
      localStorage.setItem(key, value);
    } catch {
      // Full or forbidden: memory it is.
    }
  },
  forget(key) {
    memory.delete(key);
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was there then.
    }
  },
};

function link(href) {
  if (document.head.querySelector(`link[href="${href}"]`)) return;
  const sheet = document.createElement('link');
  sheet.rel = 'stylesheet';
  sheet.href = href;
  document.head.append(sheet);
}

/** Puts the rich editor in the place of the plain text area. */
async function startEditor(form, area) {
  if (!document.querySelector('meta[name="trix-csp-nonce"]')) {
    const meta = document.createElement('meta');
    meta.name = 'trix-csp-nonce';
    meta.content = document.querySelector('script[nonce]')?.nonce ?? '';
    document.head.append(meta);
  }
  link(new URL('../vendor/trix.css', import.meta.url).href);
  await import(new URL('../vendor/trix.js', import.meta.url).href);
  await customElements.whenDefined('trix-editor');
  if (!form.isConnected) return null;
  const editor = document.createElement('trix-editor');
  editor.setAttribute('input', 'work-html');
  editor.setAttribute('aria-labelledby', 'work-text-label');
  editor.setAttribute('role', 'textbox');
  editor.setAttribute('aria-multiline', 'true');
  editor.className = 'textarea textarea--tall work-editor';
  const ready = new Promise((done) =>
    editor.addEventListener('trix-initialize', done, { once: true }),
  );
  editor.addEventListener('trix-file-accept', (event) => event.preventDefault());
  area.after(editor);
  await ready;
  // Files have a place of their own; a button that does nothing only misleads.
  editor.toolbarElement?.querySelector('[data-trix-button-group="file-tools"]')?.remove();
  area.hidden = true;
  area.disabled = true;
  return editor;
}

/**
 * Writing that loses nothing: saves while one types, on leaving the field and the page; keeps words in
 * the browser while the network is away; shows both where another tab or device was faster.
 */
export function attach(form) {
  const area = form.querySelector('textarea[name="text"]');
  const linkField = form.querySelector('[name="linkUrl"]');
  const versionField = form.querySelector('[name="version"]');
  const bothPlace = form.querySelector('[data-both]');
  const savedAt = form.querySelector('[data-saved-at]');
  const key = form.dataset.keep;
  const writer = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const note = document.createElement('p');
  note.setAttribute('role', 'status');
  note.className = 'notice notice--info work-note';
  note.hidden = true;
  form.prepend(note);

  let editor = null;
  let step = 0;
  let timer = null;
  let firstChange = 0;
  let running = null;
  let failures = 0;
  let wasAway = false;
  let isOver = false;
  let theirs = null;

  let latest = null;
  const content = () => {
    // A page that was left has an editor that knows nothing any more: what it said last counts.
    if (latest !== null && !form.isConnected) return latest;
    latest = {
      ...(editor === null ? { text: area.value } : { html: editor.inputElement?.value ?? '' }),
      linkUrl: linkField?.value.trim() ?? '',
    };
    return latest;
  };
  const asText = (value) => JSON.stringify([value.html ?? value.text, value.linkUrl]);
  let saved = asText(content());
  const isDirty = () => asText(content()) !== saved;

  const show = (state) => {
    const sign = document.querySelector('[data-save-state]');
    if (sign !== null && sign.dataset.state !== state) sign.dataset.state = state;
  };
  const say = (words) => {
    if (note.textContent === words && note.hidden === !words) return;
    note.textContent = words ?? '';
    note.hidden = !words;
  };
  const plan = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => save(), ms);
  };
  const backOff = () => Math.min(20_000, 1000 * 2 ** Math.min(failures++, 5));
  const keep = () => {
    store.write(key, JSON.stringify({ ...content(), version: versionField.value }));
  };

  async function send(value, extra, isLast) {
    const body = JSON.stringify({
      version: Number(versionField.value),
      ...value,
      writer,
      step: (step += 1),
      ...extra,
    });
    const limit = new AbortController();
    const patience = setTimeout(() => limit.abort(), 20_000);
    try {
      return await fetchWithSession(form.action, {
        method: 'POST',
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
        body,
        keepalive: isLast === true && body.length < LAST_WORDS_BYTES,
        signal: limit.signal,
      });
    } finally {
      clearTimeout(patience);
    }
  }

  /** One save; a second one asked for meanwhile follows it. */
  function save(extra = {}, isLast = false) {
    if (running !== null) return running.then(() => (isDirty() ? save(extra, isLast) : undefined));
    if (isOver || (theirs !== null && !extra.seen) || (!isDirty() && !extra.seen))
      return Promise.resolve();
    running = run(extra, isLast).finally(() => (running = null));
    return running;
  }

  async function run(extra, isLast) {
    clearTimeout(timer);
    firstChange = 0;
    const value = content();
    show('saving');
    let answer;
    try {
      answer = await send(value, extra, isLast);
    } catch {
      wasAway = true;
      keep();
      show('offline');
      say(form.dataset.offline);
      plan(backOff());
      return;
    }
    const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
    const said = isJson ? await answer.json().catch(() => ({})) : {};
    if (answer.ok && isJson) {
      failures = 0;
      saved = asText(value);
      versionField.value = String(said.version);
      if (savedAt !== null && said.said) savedAt.textContent = said.said;
      if (isDirty()) {
        show('unsaved');
        plan(QUIET_MS);
      } else {
        store.forget(key);
        show('saved');
      }
      if (wasAway) {
        wasAway = false;
        say('');
        toast({ key: 'network', text: form.dataset.caughtUp });
      } else if (theirs === null) say('');
      return;
    }
    keep();
    show('unsaved');
    if (answer.status === 409 && said.reason === 'both') {
      offerBoth(said);
    } else if (answer.status === 422) {
      say(said.reason === 'bad-link' ? form.dataset.badLink : form.dataset.tooLong);
    } else if (answer.status >= 500 || answer.status === 429 || !isJson) {
      wasAway = true;
      say(form.dataset.offline);
      plan(backOff());
    } else {
      isOver = [401, 403, 404].includes(answer.status);
      say(isOver ? form.dataset.ended : (said.message ?? ''));
    }
  }

  function offerBoth(said) {
    theirs = said;
    const mine = content();
    const fill = (name, value) => {
      const place = bothPlace.querySelector(name);
      place.innerHTML = value.html ?? '';
      if (value.html === undefined) place.textContent = value.text ?? '';
      if (value.linkUrl) place.append(document.createElement('br'), value.linkUrl);
    };
    fill('[data-both-mine]', mine);
    fill('[data-both-theirs]', editor === null ? { text: said.text, linkUrl: said.linkUrl } : said);
    bothPlace.hidden = false;
    announce(bothPlace.querySelector('.notice__title')?.textContent ?? '');
    bothPlace.scrollIntoView({ block: 'nearest' });
  }

  function put(value) {
    if (editor === null) area.value = value.text ?? '';
    else editor.editor.loadHTML(value.html ?? '');
    if (linkField !== null) linkField.value = value.linkUrl ?? '';
  }

  async function take(which) {
    const other = theirs;
    if (other === null) return;
    const mine = content();
    versionField.value = String(other.version);
    // Mine is saved first in any case: what is not chosen stays among the earlier versions.
    await save({ seen: 'both' });
    if (which !== 'mine') {
      put(
        which === 'theirs'
          ? other
          : {
              html: `${mine.html ?? ''}<br>${other.html ?? ''}`,
              text: `${mine.text ?? ''}\n\n${other.text ?? ''}`,
              linkUrl: mine.linkUrl || other.linkUrl,
            },
      );
      await save({ seen: 'both' });
    }
    theirs = null;
    bothPlace.hidden = true;
    (editor ?? area).focus();
  }

  const typed = () => {
    if (!isDirty()) return;
    show('unsaved');
    keep();
    firstChange ||= Date.now();
    plan(Math.max(0, Math.min(QUIET_MS, firstChange + LONGEST_MS - Date.now())));
  };
  const left = () => save();
  const hidden = () => document.visibilityState === 'hidden' && save({}, true);
  const online = () => save();
  const offline = () => {
    if (isDirty()) show('offline');
    say(form.dataset.offline);
    wasAway = true;
  };
  const submitted = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    save();
  };
  const clicked = (event) => {
    const which = event.target.closest?.('[data-both-take]')?.dataset.bothTake;
    if (which !== undefined) take(which);
  };
  /** Going on from here waits until the words are on the server. */
  const goingOn = (event) => {
    if (!isDirty() || form.contains(event.detail.elt) || event.detail.elt.closest('[data-confirm]'))
      return;
    event.preventDefault();
    save().finally(() => event.detail.issueRequest(true));
  };

  const listeners = [
    [form, 'input', typed],
    [form, 'trix-change', typed],
    [form, 'focusout', left],
    [form, 'submit', submitted, true],
    [form, 'click', clicked],
    [document, 'visibilitychange', hidden],
    [document, 'htmx:confirm', goingOn],
    [globalThis, 'pagehide', hidden],
    [globalThis, 'online', online],
    [globalThis, 'offline', offline],
  ];
  for (const [on, name, run, capture] of listeners) on.addEventListener(name, run, capture);
  kept.set(form, () => {
    save({}, true);
    isOver = true;
    clearTimeout(timer);
    for (const [on, name, run, capture] of listeners) on.removeEventListener(name, run, capture);
  });

  /** Words that a crash or a closed tab left behind in this browser. */
  function bringBack() {
    const left = store.read(key);
    if (left === null) return;
    try {
      const value = JSON.parse(left);
      if (asText(value) === saved || (editor === null) !== (value.html === undefined)) {
        store.forget(key);
        return;
      }
      put(value);
      versionField.value = value.version;
      say(form.dataset.found);
      typed();
    } catch {
      store.forget(key);
    }
  }

  if (area?.hasAttribute('data-rich')) {
    const value = form.querySelector('[data-rich-value]');
    startEditor(form, area)
      .then((made) => {
        if (made === null) return;
        editor = made;
        saved = asText(content());
        bringBack();
      })
      .catch(() => {
        // Without the editor the plain text area is still there and works the same.
        value?.remove();
        bringBack();
      });
  } else bringBack();
}

export function detach(form) {
  kept.get(form)?.();
}
