import { word } from './announce.js';
import { ask } from './ask.js';

const approved = new WeakSet();
const changed = new Set();

function forgetGone() {
  for (const form of changed) if (!form.isConnected) changed.delete(form);
  return changed.size > 0;
}

function askFirst(event, element, question) {
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(question).then((isYes) => {
    if (!isYes) return;
    approved.add(element);
    // A real click again: htmx and the browser both learn which button it was.
    element.click();
  });
}

/**
 * `data-confirm` asks before a button, link or form acts; `data-guard` on a form asks before a
 * link leaves words that were typed and not sent.
 */
export function startGuards() {
  document.addEventListener(
    'click',
    (event) => {
      if (!(event.target instanceof Element)) return;
      const element = event.target.closest('button, a[href], input[type="submit"]');
      if (element === null) return;
      if (approved.delete(element)) return;
      const form = element.type === 'submit' ? element.form : null;
      const asking = element.dataset.confirm
        ? element
        : form?.dataset.confirm && form.checkValidity()
          ? form
          : null;
      if (asking !== null) {
        askFirst(event, element, {
          title: asking.dataset.confirm,
          yes: asking.dataset.confirmYes ?? element.textContent.trim(),
          isDangerous: element.classList.contains('btn--danger'),
        });
        return;
      }
      const leaves =
        element.matches('a[href]') &&
        !element.getAttribute('href').startsWith('#') &&
        element.target !== '_blank' &&
        !element.hasAttribute('download');
      if (leaves && forgetGone()) {
        askFirst(event, element, { title: word('unsaved'), yes: word('yes'), isDangerous: true });
      }
    },
    true,
  );

  document.addEventListener('input', (event) => {
    const form = event.target instanceof Element && event.target.closest('form[data-guard]');
    if (form) changed.add(form);
  });
  const settled = ({ target }) => changed.delete(target);
  document.addEventListener('trellis:saved', settled);
  document.addEventListener('reset', settled);
  document.addEventListener('htmx:afterRequest', ({ detail }) => {
    if (detail.successful) changed.delete(detail.elt.closest?.('form'));
  });
  addEventListener('beforeunload', (event) => {
    if (forgetGone()) event.preventDefault();
  });
}
