import Sortable from '../vendor/sortable.js';

const sortables = new WeakMap();

/**
 * Names can be dragged between groups. What a drag does is what ticking a name and choosing a group
 * does: the same form is sent, so nothing works by drag alone.
 */
export function attach(form) {
  const made = [...form.querySelectorAll('[data-drop]')].map((list) =>
    Sortable.create(list, {
      group: 'members',
      draggable: '.member',
      // A touch scrolls; only a long press drags.
      delay: 180,
      delayOnTouchOnly: true,
      animation: 120,
      onEnd({ item, from, to }) {
        if (from === to) return;
        for (const box of form.querySelectorAll('input[name="member"]')) box.checked = false;
        item.querySelector('input[name="member"]').checked = true;
        form.querySelector('#to').value = to.dataset.drop;
        form.requestSubmit(form.querySelector('#move'));
      },
    }),
  );
  sortables.set(form, made);
  for (const list of form.querySelectorAll('[data-drop]')) list.dataset.ready = 'true';
}

export function detach(form) {
  for (const sortable of sortables.get(form) ?? []) sortable.destroy();
  sortables.delete(form);
}
