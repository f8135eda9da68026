import { named, Refused, refreshFiles, sendFile } from '../uploading.js';

const kept = new WeakMap();
const LONGEST_MS = 5 * 60_000;
/** What browsers can record, with the ending that tells sound from film. */
const KINDS = {
  audio: [
    ['audio/webm;codecs=opus', 'weba'],
    ['audio/mp4', 'm4a'],
    ['audio/ogg', 'oga'],
  ],
  video: [
    ['video/webm;codecs=vp8,opus', 'webm'],
    ['video/mp4', 'mp4'],
    ['video/webm', 'webm'],
  ],
};

/** Records sound or a short film in the page, shows how loud it is, and sends the take that is kept. */
export function attach(place) {
  const { kind, upload, denied, none, name, recording, stopped, sending, failed, long } =
    place.dataset;
  const part = (what) => place.querySelector(`[data-${what}]`);
  const [start, stop, clock, level, preview, said, take, player, keep, again] = [
    'record',
    'stop',
    'clock',
    'level',
    'preview',
    'said',
    'take',
    'player',
    'keep-take',
    'again',
  ].map(part);
  let stream = null;
  let recorder = null;
  let sound = null;
  let timer = null;
  let blob = null;
  let ending = '';

  const tell = (words) => (said.textContent = words);
  const [type] = (KINDS[kind] ?? []).filter(([t]) => globalThis.MediaRecorder?.isTypeSupported(t));
  if (!type || !navigator.mediaDevices) {
    start.disabled = true;
    tell(none);
    return;
  }

  function watch(began) {
    const context = new AudioContext();
    const meter = context.createAnalyser();
    meter.fftSize = 512;
    context.createMediaStreamSource(stream).connect(meter);
    sound = context;
    const data = new Uint8Array(meter.fftSize);
    timer = setInterval(() => {
      meter.getByteTimeDomainData(data);
      const peak = data.reduce((most, value) => Math.max(most, Math.abs(value - 128)), 0);
      level.value = Math.min(100, Math.round((peak / 128) * 140));
      const seconds = Math.floor((Date.now() - began) / 1000);
      clock.value = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
      if (Date.now() - began > LONGEST_MS) {
        finish();
        tell(long);
      }
    }, 120);
  }

  function release() {
    clearInterval(timer);
    sound?.close();
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = sound = null;
    level.value = 0;
    if (preview !== null) {
      preview.srcObject = null;
      preview.hidden = true;
    }
  }

  function finish() {
    if (recorder?.state === 'recording') recorder.stop();
  }

  async function begin() {
    take.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: true,
        video: kind === 'video' ? { width: { ideal: 640 }, facingMode: 'user' } : false,
      });
    } catch {
      tell(denied);
      return;
    }
    const parts = [];
    ending = type[1];
    recorder = new MediaRecorder(stream, {
      mimeType: type[0],
      ...(kind === 'video' ? { videoBitsPerSecond: 450_000 } : {}),
      audioBitsPerSecond: 48_000,
    });
    recorder.ondataavailable = ({ data }) => data.size > 0 && parts.push(data);
    recorder.onstop = () => {
      release();
      blob = new Blob(parts, { type: type[0].split(';')[0] });
      const media = document.createElement(kind);
      media.controls = true;
      media.src = URL.createObjectURL(blob);
      media.setAttribute('aria-label', name);
      player.replaceChildren(media);
      take.hidden = false;
      stop.hidden = true;
      start.hidden = false;
      tell(stopped);
      keep.focus();
    };
    if (preview !== null) {
      preview.srcObject = stream;
      preview.hidden = false;
      preview.play();
    }
    recorder.start(1000);
    watch(Date.now());
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
    tell(recording);
  }

  async function send() {
    keep.disabled = true;
    const file = `${name}.${ending}`;
    tell(named(sending, file));
    try {
      await sendFile(blob, file, upload);
      take.hidden = true;
      tell('');
      await refreshFiles(place);
    } catch (error) {
      tell((error instanceof Refused && error.message) || named(failed, file));
    } finally {
      keep.disabled = false;
    }
  }

  start.addEventListener('click', begin);
  again.addEventListener('click', begin);
  stop.addEventListener('click', finish);
  keep.addEventListener('click', send);
  kept.set(place, () => {
    finish();
    release();
  });
}

export function detach(place) {
  kept.get(place)?.();
}
