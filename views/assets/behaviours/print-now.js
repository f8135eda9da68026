/** A button that opens the browser's print dialog. */
export function attach(button) {
  button.addEventListener('click', () => globalThis.print());
}
