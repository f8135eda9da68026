import { word } from './announce.js';

function part(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/**
 * Asks, or tells, in a dialog of the page.
 *
 * @param {{title: string, lines?: string[], yes?: string, no?: string, isDangerous?: boolean}} question -
 *   Without `yes` it only tells, and `no` closes it.
 * @returns {Promise<boolean>} Whether the answer was yes.
 */
export function ask({ title, lines = [], yes, no, isDangerous = false }) {
  const before = document.activeElement;
  const dialog = part('dialog', 'dialog');
  const head = part('div', 'dialog__head');
  const heading = part('h2', '', title);
  heading.id = 'ask-title';
  head.append(heading);
  const body = part('div', 'dialog__body');
  for (const line of lines) body.append(part('p', '', line));
  const form = part('form', 'dialog__foot');
  form.method = 'dialog';
  const noButton = part('button', 'btn', no ?? word(yes === undefined ? 'close' : 'cancel'));
  noButton.value = '';
  form.append(noButton);
  if (yes !== undefined) {
    const yesButton = part('button', `btn ${isDangerous ? 'btn--danger' : 'btn--primary'}`, yes);
    yesButton.value = 'yes';
    form.append(yesButton);
  }
  body.append(form);
  dialog.setAttribute('aria-labelledby', 'ask-title');
  dialog.append(head, body);
  document.body.append(dialog);
  dialog.showModal();
  // The safe answer has the focus.
  noButton.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
