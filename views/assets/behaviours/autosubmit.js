const timers = new WeakMap();

function send(event) {
  const form = event.currentTarget;
  clearTimeout(timers.get(form));
  timers.set(
    form,
    setTimeout(() => form.isConnected && form.requestSubmit(), 150),
  );
}

/** A form that is sent when something in it changes; its button is `.no-script-only`. */
export function attach(form) {
  form.addEventListener('change', send);
}

export function detach(form) {
  clearTimeout(timers.get(form));
  form.removeEventListener('change', send);
}
