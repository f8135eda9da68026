/**
 * Sends the signed answer on to the platform by itself, once: a second click would be refused there
 * as used. The button stays for pages without script.
 */
export function attach(form) {
  if (form.dataset.sent !== undefined) return;
  form.dataset.sent = '';
  for (const button of form.querySelectorAll('button')) button.disabled = true;
  form.submit();
}
