import { toast } from '../announce.js';

/** The student's page as the teacher sees it: it can be read and used, and nothing is sent. */
export function attach(box) {
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    toast({ key: 'preview', text: box.dataset.wordsNothing });
  };
  box.addEventListener('submit', stop, true);
  box.addEventListener(
    'click',
    (event) => {
      const act =
        event.target instanceof Element &&
        event.target.closest('button:not([type="button"]), a[href]');
      if (act && !act.matches('a[target="_blank"], a[href^="#"]')) stop(event);
    },
    true,
  );
}
