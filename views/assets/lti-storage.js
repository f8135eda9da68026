import { takeValue } from './lti-platform-storage.js';

/** Reads back what the login left in the platform's storage; the server judges it. */
const data = JSON.parse(document.getElementById('lti-data').textContent);
const form = document.querySelector('[data-lti-form]');
const value = await takeValue(data, data.key);
if (value === null) {
  document.querySelector('[data-lti-progress]').hidden = true;
  document.querySelector('[data-lti-failed]').hidden = false;
} else {
  form.elements.namedItem('value').value = value;
  form.submit();
}
