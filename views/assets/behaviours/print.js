function print() {
  window.print();
}

/** A button that prints the page. */
export function attach(button) {
  button.addEventListener('click', print);
}

export function detach(button) {
  button.removeEventListener('click', print);
}
