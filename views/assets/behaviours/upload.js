import { announce } from '../announce.js';
import { named, Refused, refreshFiles, sendFile } from '../uploading.js';

const kept = new WeakMap();

/** Sends chosen files at once, with progress; waits for a lost network and goes on. */
export function attach(form) {
  const input = form.querySelector('input[type="file"]');
  const rows = form.querySelector('[data-progress-list]');
  const stop = new AbortController();
  const { upload, sending, failed, paused, tooLarge, maxBytes } = form.dataset;

  async function send(file) {
    const row = document.createElement('div');
    row.className = 'stack--s stack';
    const text = document.createElement('p');
    text.setAttribute('role', 'status');
    text.textContent = named(sending, file.name);
    const bar = document.createElement('progress');
    bar.className = 'progress';
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute('aria-label', file.name);
    row.append(text, bar);
    rows.append(row);
    const problem = (words) => {
      bar.remove();
      row.classList.add('field--error');
      text.className = 'field__error';
      text.setAttribute('role', 'alert');
      text.textContent = words;
    };
    if (file.size > Number(maxBytes)) {
      problem(named(tooLarge, file.name));
      return;
    }
    try {
      await sendFile(file, file.name, upload, {
        onProgress: (share) => (bar.value = share),
        onPause: (isPaused) => (text.textContent = isPaused ? paused : named(sending, file.name)),
        signal: stop.signal,
      });
      row.remove();
      announce(file.name);
      await refreshFiles(form);
    } catch (error) {
      problem((error instanceof Refused && error.message) || named(failed, file.name));
    }
  }

  const chosen = async () => {
    const files = [...input.files];
    form.reset();
    for (const file of files) await send(file);
  };
  input.addEventListener('change', chosen);
  kept.set(form, () => {
    stop.abort();
    input.removeEventListener('change', chosen);
  });
}

export function detach(form) {
  kept.get(form)?.();
}
