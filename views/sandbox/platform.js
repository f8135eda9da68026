// The window side of the practice LMS: answers a tool's postMessages as a platform does
// (lti.capabilities, lti.put_data, lti.get_data, and the few Canvas adds). Runs in the page around
// the tool and in the storage frame. What is stored is kept apart by the origin of the tool.
const own = document.currentScript;
const answers = own?.dataset.answers === 'yes';
const frameName = own?.dataset.frame ?? '';
const family = own?.dataset.family ?? '';
const closeTo = own?.dataset.close ?? '';

const STORAGE_SUBJECTS = ['lti.put_data', 'lti.get_data'];
const SUBJECTS = [
  'lti.capabilities',
  ...STORAGE_SUBJECTS,
  'lti.close',
  'lti.frameResize',
  'lti.fetchWindowSize',
  'lti.scrollToTop',
  'lti.showAlert',
];
const MOST_KEYS = 500;
const MOST_SIGNS = 4096;

function report(event, problem) {
  const { subject, key } = event.data;
  fetch('/postmessage', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ family, subject, key, origin: event.origin, problem }),
  }).catch(() => {});
}

function place(origin) {
  return `practice-lms:${origin}:`;
}

function keysOf(origin) {
  const start = place(origin);
  return Object.keys(localStorage).filter((name) => name.startsWith(start));
}

function put(event) {
  const { key, value } = event.data;
  if (typeof key !== 'string' || value === undefined) {
    return { error: { code: 'bad_request', message: "'key' and 'value' are required" } };
  }
  const name = place(event.origin) + key;
  if (value === null) {
    localStorage.removeItem(name);
    return { key, value };
  }
  const signs = key.length + String(value).length;
  const known = keysOf(event.origin);
  if (signs > MOST_SIGNS || (known.length >= MOST_KEYS && !known.includes(name))) {
    return { error: { code: 'storage_exhaustion', message: 'No room is left' } };
  }
  localStorage.setItem(name, String(value));
  return { key, value };
}

function get(event) {
  const { key } = event.data;
  if (typeof key !== 'string') {
    return { error: { code: 'bad_request', message: "'key' is required" } };
  }
  return { key, value: localStorage.getItem(place(event.origin) + key) };
}

function toolFrame(event) {
  return [...document.querySelectorAll('iframe[data-tool-frame]')].find(
    (frame) => frame.contentWindow === event.source,
  );
}

function act(event) {
  switch (event.data.subject) {
    case 'lti.capabilities':
      return {
        supported_messages: SUBJECTS.map((subject) =>
          STORAGE_SUBJECTS.includes(subject) && frameName !== ''
            ? { subject, frame: frameName }
            : { subject },
        ),
      };
    case 'lti.put_data':
      return put(event);
    case 'lti.get_data':
      return get(event);
    case 'lti.frameResize': {
      const frame = toolFrame(event);
      const height = Math.max(1, Number(event.data.height) || 1);
      if (frame) frame.style.height = `${height}px`;
      return {};
    }
    case 'lti.fetchWindowSize':
      return {
        height: window.innerHeight,
        width: window.innerWidth,
        offset: { top: 0, left: 0 },
        footer: 0,
        scrollY: window.scrollY,
      };
    case 'lti.scrollToTop':
      window.scrollTo(0, 0);
      return {};
    case 'lti.showAlert': {
      const flash = document.getElementById('flash');
      if (flash) flash.textContent = String(event.data.body ?? '');
      return {};
    }
    case 'lti.close':
      window.location.assign('/course');
      return {};
    default:
      return { error: { code: 'unsupported_subject', message: 'Not supported here' } };
  }
}

window.addEventListener('message', (event) => {
  const data = event.data;
  if (typeof data !== 'object' || data === null || typeof data.subject !== 'string') return;
  if (data.subject === 'org.imsglobal.lti.close') {
    report(event, null);
    window.location.assign(closeTo || '/course');
    return;
  }
  if (!answers || !data.subject.startsWith('lti.')) return;
  const storing = STORAGE_SUBJECTS.includes(data.subject);
  const answer =
    storing && typeof data.message_id !== 'string'
      ? { error: { code: 'bad_request', message: "'message_id' is required" } }
      : act(event);
  report(event, answer.error ? `${answer.error.code}: ${answer.error.message}` : null);
  event.source?.postMessage(
    { subject: `${data.subject}.response`, message_id: data.message_id, ...answer },
    event.origin,
  );
});
