/** Words the layout brought in the reader's language: `word('copied')`. */
export function word(name) {
  return document.getElementById('shell-words')?.dataset[name] ?? '';
}

/**
 * Says something to people who listen to the page.
 *
 * @param {string} text - One short sentence.
 */
export function announce(text) {
  const live = document.getElementById('live');
  if (live === null) return;
  // Emptied first, so that the same sentence twice is said twice.
  live.textContent = '';
  setTimeout(() => (live.textContent = text), 60);
}

/**
 * Shows a message at the foot of the page. Errors stay until closed; others leave after eight
 * seconds, and wait while they are pointed at or focused.
 *
 * @param {{text: string, kind?: 'info' | 'danger', action?: {label: string, run: () => void}, key?: string}} message -
 *   `key`: a newer message of the same key takes the older one's place.
 * @returns {() => void} Closes it.
 */
export function toast({ text, kind = 'info', action, key }) {
  const region = document.getElementById('toasts');
  if (region === null) return () => {};
  if (key !== undefined) region.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();

  const box = document.createElement('div');
  box.className = `toast toast--${kind}`;
  box.setAttribute('role', kind === 'danger' ? 'alert' : 'status');
  if (key !== undefined) box.dataset.key = key;
  const words = document.createElement('span');
  words.className = 'toast__text';
  words.textContent = text;
  box.append(words);

  const close = () => box.remove();
  const button = (label, run) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn btn--small btn--quiet';
    made.textContent = label;
    made.addEventListener('click', run);
    box.append(made);
  };
  if (action !== undefined) {
    button(action.label, () => {
      close();
      action.run();
    });
  }
  button(word('close'), close);
  region.append(box);

  if (kind !== 'danger' && action === undefined) {
    const leave = () => {
      if (box.matches(':hover, :focus-within')) setTimeout(leave, 2000);
      else close();
    };
    setTimeout(leave, 8000);
  }
  return close;
}
