/**
 * Keeps a value in the platform's page by postMessage (LTI client-side postMessages and storage).
 * Values go to one origin only, that of the registered authorization address, and come from it.
 */

const LEGACY = 'org.imsglobal.';

/** The platform's window: the opener of a window of its own, else the page around the frame. */
function platformWindow() {
  if (window.parent !== window) return window.parent;
  return window.opener;
}

/** The frame that keeps values: `_parent` is the page itself; one that cannot be reached as well. */
function storageWindow(frame) {
  const platform = platformWindow();
  if (!platform || frame === '_parent' || frame === '') return platform;
  try {
    return platform.frames[frame] ?? platform;
  } catch {
    return platform;
  }
}

/**
 * Sends one message and waits for its answer: same id, the subject's own response, the right origin.
 *
 * @returns The answer's data, or null when none came in time or it was an error.
 */
function ask(target, message, { targetOrigin, fromOrigin, timeoutMs }) {
  return new Promise((resolve) => {
    if (!target) {
      resolve(null);
      return;
    }
    const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const end = (answer) => {
      window.removeEventListener('message', listen);
      clearTimeout(timer);
      resolve(answer);
    };
    const listen = (event) => {
      const data = event.data;
      if (typeof data !== 'object' || data === null || data.message_id !== id) return;
      if (data.subject !== `${message.subject}.response`) return;
      if (fromOrigin !== null && event.origin !== fromOrigin) return;
      end(data.error ? null : data);
    };
    const timer = setTimeout(() => end(null), timeoutMs);
    window.addEventListener('message', listen);
    try {
      target.postMessage({ ...message, message_id: id }, targetOrigin);
    } catch {
      end(null);
    }
  });
}

/** Which spelling of a subject the platform knows, asked about a second; null when it says nothing. */
async function capabilities() {
  // Asking what is possible tells nothing, so it may go to any origin; nothing in the answer is
  // believed but the names of subjects.
  const answers = await Promise.all(
    ['lti.capabilities', `${LEGACY}lti.capabilities`].map((subject) =>
      ask(platformWindow(), { subject }, { targetOrigin: '*', fromOrigin: null, timeoutMs: 1000 }),
    ),
  );
  const found = answers.flatMap((answer) => answer?.supported_messages ?? []);
  return found.map((entry) => entry?.subject).filter((subject) => typeof subject === 'string');
}

function subjectFor(known, name) {
  const legacy = `${LEGACY}${name}`;
  return known.includes(legacy) && !known.includes(name) ? legacy : name;
}

/**
 * Puts a value into the platform's storage.
 *
 * @param place - `frame` and `origin` as the server named them.
 * @returns Whether the platform said that it keeps exactly this value.
 */
export async function putValue(place, key, value) {
  const known = await capabilities();
  const subject = subjectFor(known, 'lti.put_data');
  if (known.length > 0 && !known.includes(subject)) return false;
  const how = { targetOrigin: place.origin, fromOrigin: place.origin, timeoutMs: 1500 };
  const answer = await ask(storageWindow(place.frame), { subject, key, value }, how);
  return answer !== null && (answer.value === undefined || answer.value === value);
}

/**
 * Reads a value back, and takes it away. Canvas's frame may not be ready at once: asked three times.
 *
 * @returns The value, or null.
 */
export async function takeValue(place, key) {
  const known = await capabilities();
  const get = subjectFor(known, 'lti.get_data');
  const put = subjectFor(known, 'lti.put_data');
  const how = { targetOrigin: place.origin, fromOrigin: place.origin, timeoutMs: 1500 };
  for (let tries = 0; tries < 3; tries += 1) {
    const answer = await ask(storageWindow(place.frame), { subject: get, key }, how);
    if (typeof answer?.value === 'string' && answer.value !== '') {
      void ask(storageWindow(place.frame), { subject: put, key, value: null }, how);
      return answer.value;
    }
    if (answer !== null) return null;
  }
  return null;
}
