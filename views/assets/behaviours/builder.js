import { announce, toast, word } from '../announce.js';
import { fetchWithSession } from '../session.js';

const QUIET_MS = 900;
const builders = new WeakMap();

/** Which disclosures stay open when the page is made again. */
const open = new Set();

/**
 * Saves the builder while it is filled in: only the fields that were typed in are sent, with the
 * version the page was made from. The answer brings the parts that follow from them (notes, reading
 * level, moves, undo) and fields a co-teacher changed.
 */
export function attach(form) {
  const dirty = new Set();
  let timer;
  let running = null;
  let failures = 0;

  const sign = form.querySelector('[data-save-state]');
  const show = (state) => {
    if (sign !== null && sign.dataset.state !== state) sign.dataset.state = state;
  };
  const isSaved = (field) =>
    field.name && field.dataset.nosave === undefined && field.type !== 'file';

  for (const details of form.querySelectorAll('details[data-keep]')) {
    if (open.has(details.dataset.keep)) details.open = true;
    details.addEventListener('toggle', () => {
      if (details.open) open.add(details.dataset.keep);
      else open.delete(details.dataset.keep);
    });
  }
  // An address with a part of the page in it opens that part.
  const openTarget = (hash) => {
    const target = hash.length > 1 ? form.querySelector(`#${CSS.escape(hash.slice(1))}`) : null;
    const details = target?.closest('details') ?? null;
    if (details !== null) details.open = true;
    target?.scrollIntoView({ block: 'start' });
    target?.focus?.({ preventScroll: true });
  };
  for (const field of form.querySelectorAll('[aria-invalid="true"]')) {
    const details = field.closest('details');
    if (details !== null) details.open = true;
  }

  const body = (names) => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string' && (names === null || names.has(name)))
        fields.append(name, value);
    }
    fields.set('version', form.elements.namedItem('version').value);
    fields.set('_csrf', form.elements.namedItem('_csrf').value);
    return fields;
  };

  /** Makes the page again where a co-teacher added or removed parts. */
  const remake = () => {
    if (globalThis.htmx === undefined) {
      location.reload();
      return;
    }
    globalThis.htmx.ajax('GET', form.dataset.pageHref, {
      source: form,
      target: '#builder',
      select: '#builder',
      swap: 'outerHTML show:none',
    });
  };

  const take = (said) => {
    form.elements.namedItem('version').value = String(said.version);
    const focused = document.activeElement?.id;
    for (const [name, html] of Object.entries(said.parts ?? {})) {
      const part = form.querySelector(`[data-part="${CSS.escape(name)}"]`);
      if (part === null) continue;
      const opened = [...part.querySelectorAll('details[open]')].map((d) => d.dataset.keep ?? '');
      part.innerHTML = html;
      if (name === 'conflicts') part.hidden = html.trim() === '';
      for (const details of part.querySelectorAll('details')) {
        if (opened.includes(details.dataset.keep ?? '')) details.open = true;
      }
    }
    if (focused && document.activeElement === document.body)
      document.getElementById(focused)?.focus();
    for (const { name, value } of said.changed ?? []) {
      if (dirty.has(name)) continue;
      form.dispatchEvent(new CustomEvent('trellis:field', { detail: { name, value } }));
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === 'checkbox') field.checked = value === 'true';
        else if (field.type !== 'hidden') field.value = value;
      }
    }
    form.dispatchEvent(new CustomEvent('trellis:marks', { detail: said.marks ?? {} }));
    if (said.mergedWith) toast({ key: 'merged', text: said.mergedWith });
    if (said.conflicts > 0) form.querySelector('[data-part="conflicts"] [data-autofocus]')?.focus();
    if (said.reload === true) remake();
  };

  const backOff = () => Math.min(60_000, 2000 * 2 ** failures++);
  const plan = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };

  async function send(isLast) {
    const names = new Set(dirty);
    dirty.clear();
    show('saving');
    try {
      const answer = await fetchWithSession(form.dataset.pageHref, {
        method: 'POST',
        body: body(names),
        headers: { Accept: 'application/json' },
        keepalive: isLast === true,
      });
      const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
      const said = isJson ? await answer.json() : {};
      if (said.version !== undefined) take(said);
      if (!answer.ok) {
        if (said.version === undefined) names.forEach((name) => dirty.add(name));
        show('unsaved');
        if (answer.status >= 500 || answer.status === 429) plan(backOff());
        else toast({ key: 'save', kind: 'danger', text: said.message ?? word('notSaved') });
        return;
      }
      failures = 0;
      if (dirty.size > 0) {
        show('unsaved');
        plan(QUIET_MS);
      } else {
        show('saved');
        form.dispatchEvent(new CustomEvent('trellis:saved', { bubbles: true, detail: said }));
      }
    } catch {
      names.forEach((name) => dirty.add(name));
      show('offline');
      plan(backOff());
    }
  }

  function save(isLast) {
    clearTimeout(timer);
    if (dirty.size === 0) return running ?? Promise.resolve();
    // One after the other: the second starts from the version the first one made.
    running = (running ?? Promise.resolve()).then(() =>
      dirty.size > 0 ? send(isLast) : undefined,
    );
    return running;
  }

  const typed = (event) => {
    const field = event.target;
    if (!(field instanceof Element) || !isSaved(field)) return;
    dirty.add(field.name);
    show('unsaved');
    plan(QUIET_MS);
    // A choice that changes which fields there are: the page is made again once it is saved.
    if (event.type === 'change' && field.dataset.remake !== undefined) save().then(remake);
  };
  const upload = async (event) => {
    const input = event.target;
    if (
      !(input instanceof HTMLInputElement) ||
      input.dataset.upload === undefined ||
      !input.files?.length
    )
      return;
    await save();
    const fields = new FormData();
    fields.set('_csrf', form.elements.namedItem('_csrf').value);
    fields.set('version', form.elements.namedItem('version').value);
    fields.append(input.name, input.files[0]);
    announce(form.dataset.wordsUploading);
    show('saving');
    try {
      const answer = await fetchWithSession(input.dataset.upload, { method: 'POST', body: fields });
      if (!answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const said = page
          .querySelector('.error-summary li, [data-error-text]')
          ?.textContent?.trim();
        toast({ key: 'upload', kind: 'danger', text: said || word('notSaved') });
      } else announce(form.dataset.wordsUploaded);
      show('saved');
      if (answer.ok) remake();
    } catch {
      toast({ key: 'upload', kind: 'danger', text: word('offline') });
      show('offline');
    }
    input.value = '';
  };
  const entered = (event) => {
    // Enter in a line saves it; it presses no button.
    if (event.key !== 'Enter' || !(event.target instanceof HTMLElement)) return;
    const isLine =
      event.target.dataset.line !== undefined ||
      (event.target instanceof HTMLInputElement &&
        !['checkbox', 'radio', 'file', 'submit'].includes(event.target.type));
    if (!isLine) return;
    event.preventDefault();
    save();
  };
  // A button sends the whole form: what was typed goes with it.
  const sent = () => {
    clearTimeout(timer);
    dirty.clear();
  };
  const jumped = (event) => {
    const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    openTarget(link.getAttribute('href'));
  };
  const left = (event) => {
    const link =
      event.target instanceof Element && event.target.closest('a[href]:not([href^="#"])');
    if (link && dirty.size > 0) save(true);
  };
  const hidden = () => document.visibilityState === 'hidden' && save(true);
  const online = () => save();

  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
  form.addEventListener('change', upload);
  form.addEventListener('keydown', entered);
  form.addEventListener('submit', sent);
  form.addEventListener('click', jumped);
  document.addEventListener('click', left, true);
  document.addEventListener('visibilitychange', hidden);
  addEventListener('online', online);
  builders.set(form, () => {
    save(true);
    clearTimeout(timer);
    document.removeEventListener('click', left, true);
    document.removeEventListener('visibilitychange', hidden);
    removeEventListener('online', online);
  });
  const first = form.querySelector('[data-autofocus]');
  if (first !== null) {
    const details = first.closest('details');
    if (details !== null) details.open = true;
    first.focus();
    first.scrollIntoView({ block: 'center' });
  }
}

export function detach(form) {
  builders.get(form)?.();
}
