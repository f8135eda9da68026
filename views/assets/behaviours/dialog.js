/** A dialog that is open when the page comes: `<dialog data-behaviour="dialog" data-open>`. */
export function attach(dialog) {
  if (dialog.hasAttribute('data-open') && !dialog.open) dialog.showModal();
}

export function detach(dialog) {
  if (dialog.open) dialog.close();
}
