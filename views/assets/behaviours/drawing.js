import { named, Refused, refreshFiles, sendFile } from '../uploading.js';

const MOST_STEPS = 20;

/** A drawing by finger, pen, mouse or keyboard; kept as a picture. */
export function attach(place) {
  const { upload, name, sending, failed, moved, penDown, penUp } = place.dataset;
  const canvas = place.querySelector('[data-canvas]');
  const said = place.querySelector('[data-said]');
  const colour = place.querySelector('[data-colour]');
  const width = place.querySelector('[data-width]');
  const keep = place.querySelector('[data-keep-drawing]');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const before = [];
  let isDrawing = false;
  let at = { x: canvas.width / 2, y: canvas.height / 2 };
  let isDown = false;

  const clear = () => {
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
  };
  clear();
  const remember = () => {
    before.push(pen.getImageData(0, 0, canvas.width, canvas.height));
    if (before.length > MOST_STEPS) before.shift();
  };
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * canvas.width,
      y: ((event.clientY - box.top) / box.height) * canvas.height,
    };
  };
  const line = (to) => {
    pen.strokeStyle = colour.value;
    pen.lineWidth = Number(width.value);
    pen.lineCap = 'round';
    pen.lineJoin = 'round';
    pen.beginPath();
    pen.moveTo(at.x, at.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    at = to;
  };

  canvas.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    canvas.focus();
    remember();
    isDrawing = true;
    at = spot(event);
    line({ x: at.x + 0.1, y: at.y });
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!isDrawing) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) line(spot(each));
  });
  for (const end of ['pointerup', 'pointercancel'])
    canvas.addEventListener(end, () => (isDrawing = false));

  canvas.addEventListener('keydown', (event) => {
    const by = event.shiftKey ? 40 : 10;
    const way = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[
      event.key
    ];
    if (event.key === ' ') {
      event.preventDefault();
      isDown = !isDown;
      if (isDown) remember();
      said.textContent = isDown ? penDown : penUp;
      return;
    }
    if (way === undefined) return;
    event.preventDefault();
    const to = {
      x: Math.min(canvas.width, Math.max(0, at.x + way[0])),
      y: Math.min(canvas.height, Math.max(0, at.y + way[1])),
    };
    if (isDown) line(to);
    else at = to;
    said.textContent = moved.replace('%x%', Math.round(to.x)).replace('%y%', Math.round(to.y));
  });

  place.querySelector('[data-undo]').addEventListener('click', () => {
    const last = before.pop();
    if (last !== undefined) pen.putImageData(last, 0, 0);
  });
  place.querySelector('[data-clear]').addEventListener('click', () => {
    remember();
    clear();
  });
  keep.addEventListener('click', async () => {
    keep.disabled = true;
    const file = `${name}.png`;
    said.textContent = named(sending, file);
    try {
      const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
      await sendFile(blob, file, upload);
      said.textContent = '';
      await refreshFiles(place);
    } catch (error) {
      said.textContent = (error instanceof Refused && error.message) || named(failed, file);
    } finally {
      keep.disabled = false;
    }
  });
}
