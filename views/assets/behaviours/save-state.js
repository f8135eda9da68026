import { toast, word } from '../announce.js';
import { fetchWithSession } from '../session.js';

const kept = new WeakMap();

/**
 * Saves a form while it is filled in: `data-save-url`, `data-save-every` (seconds of quiet, 1.5 by
 * default). Posts the fields (no files) urlencoded with `Accept: application/json`. A JSON answer
 * with `version` moves the form's own `version` field. Sends `trellis:saved` with the answer.
 * Where the network is away, it says so, keeps everything and tries again.
 */
export function attach(form) {
  const url = form.dataset.saveUrl;
  if (!url) return;
  const quietMs = Number(form.dataset.saveEvery ?? '1.5') * 1000;
  const sign =
    form.querySelector('[data-save-state]') ?? document.querySelector('[data-save-state]');
  let timer;
  let isRunning = false;
  let isDirty = false;
  let failures = 0;

  const show = (state) => {
    if (sign !== null && sign.dataset.state !== state) sign.dataset.state = state;
  };
  const body = () => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') fields.append(name, value);
    }
    return fields;
  };
  const plan = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };

  async function save(isLast = false) {
    if (isRunning || !isDirty) return;
    clearTimeout(timer);
    isRunning = true;
    isDirty = false;
    show('saving');
    try {
      const answer = await fetchWithSession(url, {
        method: 'POST',
        body: body(),
        headers: { Accept: 'application/json' },
        keepalive: isLast === true,
      });
      const isJson = answer.headers.get('Content-Type')?.includes('json') ?? false;
      const said = isJson ? await answer.json() : {};
      if (!answer.ok) {
        isDirty = true;
        show('unsaved');
        // Trying the same again helps only where the server is at fault.
        if (answer.status >= 500 || answer.status === 429) plan(backOff());
        else toast({ key: 'save', kind: 'danger', text: said.message ?? word('notSaved') });
        return;
      }
      failures = 0;
      const version = form.elements.namedItem('version');
      if (version instanceof HTMLInputElement && said.version !== undefined) {
        version.value = String(said.version);
      }
      if (isDirty) {
        show('unsaved');
        plan(quietMs);
      } else {
        show('saved');
        form.dispatchEvent(new CustomEvent('trellis:saved', { bubbles: true, detail: said }));
      }
    } catch {
      isDirty = true;
      show('offline');
      plan(backOff());
    } finally {
      isRunning = false;
    }
  }
  const backOff = () => Math.min(60_000, 2000 * 2 ** failures++);

  const typed = () => {
    isDirty = true;
    show('unsaved');
    plan(quietMs);
  };
  const now = () => save();
  const hide = () => document.visibilityState === 'hidden' && save(true);
  // Handing in sends everything itself; a save behind it would only be late.
  const sent = () => {
    clearTimeout(timer);
    isDirty = false;
  };
  form.addEventListener('input', typed);
  form.addEventListener('change', typed);
  const answered = ({ detail }) => detail.elt === form && !detail.successful && typed();
  form.addEventListener('submit', sent);
  form.addEventListener('htmx:afterRequest', answered);
  addEventListener('online', now);
  document.addEventListener('visibilitychange', hide);
  kept.set(form, () => {
    save(true);
    clearTimeout(timer);
    form.removeEventListener('input', typed);
    form.removeEventListener('change', typed);
    form.removeEventListener('submit', sent);
    form.removeEventListener('htmx:afterRequest', answered);
    removeEventListener('online', now);
    document.removeEventListener('visibilitychange', hide);
  });
}

export function detach(form) {
  kept.get(form)?.();
}
