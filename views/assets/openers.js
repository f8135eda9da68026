/** Dialogs by `data-dialog-open="id"` and `data-dialog-close`; menus of `<details>` close by themselves. */
export function startOpeners() {
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest('[data-dialog-open]');
    if (opener !== null) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      if (dialog instanceof HTMLDialogElement && !dialog.open) {
        event.preventDefault();
        dialog.showModal();
        dialog.querySelector('[autofocus]')?.focus();
      }
    }
    if (event.target.closest('[data-dialog-close]') !== null) {
      event.target.closest('dialog')?.close();
    }
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      const isChoice = event.target.closest('.menu__list :is(a, button)') !== null;
      if (!menu.contains(event.target) || isChoice) menu.open = false;
    }
  });

  // A menu near the edge opens towards the middle. `toggle` does not bubble, so it is caught going down.
  document.addEventListener(
    'toggle',
    ({ target }) => {
      const list = target.matches('details.menu[open]') && target.querySelector('.menu__list');
      if (!list) return;
      list.classList.remove('menu__list--start');
      if (list.getBoundingClientRect().left < 0) list.classList.add('menu__list--start');
    },
    true,
  );

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) menu.querySelector('summary')?.focus();
    }
  });
  document.addEventListener('focusin', (event) => {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // A link of the error summary leads to the field, opened where it is folded away.
  document.addEventListener('click', (event) => {
    const link =
      event.target instanceof Element && event.target.closest('.error-summary a[href^="#"]');
    if (!link) return;
    const id = decodeURIComponent(link.getAttribute('href').slice(1));
    const field = document.getElementById(id) ?? document.getElementsByName(id)[0];
    if (!(field instanceof HTMLElement)) return;
    event.preventDefault();
    const folded = field.closest('details');
    if (folded !== null) folded.open = true;
    field.focus();
  });
}
