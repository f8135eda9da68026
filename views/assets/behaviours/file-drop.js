import { announce, word } from '../announce.js';

const kept = new WeakMap();

function size(bytes) {
  const lang = document.documentElement.lang || undefined;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte'];
  return new Intl.NumberFormat(lang, { style: 'unit', unit, maximumFractionDigits: 1 }).format(
    value,
  );
}

/** Dropping files on the box, and telling which ones were chosen. */
export function attach(box) {
  const input = box.querySelector('input[type="file"]');
  const list = box.querySelector('.file-drop__list');
  const show = () => {
    const names = [...input.files].map((file) => `${file.name} (${size(file.size)})`).join(', ');
    if (list !== null) list.textContent = names;
    else if (names) announce(`${word('fileChosen')}: ${names}`);
  };
  const over = (event) => {
    event.preventDefault();
    box.dataset.over = '';
  };
  const leave = () => delete box.dataset.over;
  const drop = (event) => {
    event.preventDefault();
    leave();
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const listeners = { dragover: over, dragleave: leave, drop };
  for (const [name, run] of Object.entries(listeners)) box.addEventListener(name, run);
  input.addEventListener('change', show);
  kept.set(box, () => {
    for (const [name, run] of Object.entries(listeners)) box.removeEventListener(name, run);
    input.removeEventListener('change', show);
  });
}

export function detach(box) {
  kept.get(box)?.();
}
