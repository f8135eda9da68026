import { announce } from '../announce.js';
import { fetchWithSession } from '../session.js';

const kept = new WeakMap();

/**
 * Keeps the class board fresh: asks every few seconds, and only touches the page when something
 * changed and nobody is writing an answer in it.
 */
export function attach(place) {
  const { href, every, changed } = place.dataset;
  let timer;

  const isBusy = () =>
    place.contains(document.activeElement) &&
    document.activeElement.matches('textarea, input, select, button');
  const hasWords = () => [...place.querySelectorAll('textarea')].some((t) => t.value.trim() !== '');

  async function look() {
    if (document.visibilityState === 'visible' && !isBusy() && !hasWords()) {
      try {
        const mark = place.querySelector('[data-mark]')?.dataset.mark ?? '';
        const answer = await fetchWithSession(`${href}?mark=${encodeURIComponent(mark)}`);
        if (answer.status === 200 && !isBusy() && !hasWords()) {
          const focused = document.activeElement?.closest('[id]')?.id;
          const template = document.createElement('template');
          template.innerHTML = await answer.text();
          if (template.content.querySelector('[data-mark]')) {
            place.replaceChildren(template.content);
            globalThis.htmx?.process(place);
            if (focused && !document.getElementById(focused)?.contains(document.activeElement))
              document.getElementById(focused)?.querySelector('a')?.focus({ preventScroll: true });
            announce(changed);
          }
        }
      } catch {
        // The next look finds the network back.
      }
    }
    timer = setTimeout(look, Number(every) * 1000);
  }
  timer = setTimeout(look, Number(every) * 1000);
  kept.set(place, () => clearTimeout(timer));
}

export function detach(place) {
  kept.get(place)?.();
}
