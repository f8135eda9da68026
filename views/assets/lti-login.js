import { putValue } from './lti-platform-storage.js';

/**
 * Goes on to the platform once this browser can prove later that it began this login: by our cookie,
 * or by the platform's storage. Where neither works, the button for a new window stays; the
 * platform's one-shot hint has not been used then.
 */
const data = JSON.parse(document.getElementById('lti-data').textContent);
const progress = document.querySelector('[data-lti-progress]');
const inWindow = document.querySelector('[data-lti-window]');

async function isCookieKept() {
  try {
    const answer = await fetch(data.cookieCheckHref, { credentials: 'same-origin' });
    return answer.ok && (await answer.json()).kept === true;
  } catch {
    return false;
  }
}

async function canProve() {
  if (await isCookieKept()) return true;
  return (
    data.storage !== null && (await putValue(data.storage, data.storage.key, data.storage.value))
  );
}

inWindow.hidden = true;
if (await canProve()) {
  location.replace(data.authUrl);
} else {
  progress.hidden = true;
  inWindow.hidden = false;
}
