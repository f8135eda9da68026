import { announce } from '../announce.js';

const undo = new WeakMap();

/** Whether a key belongs to what is typed into, or to a dialog that is open. */
function isTyping(target) {
  if (document.querySelector('dialog[open]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches('textarea, select')) return true;
  return (
    target instanceof HTMLInputElement && !['radio', 'checkbox', 'button'].includes(target.type)
  );
}

/** Characters before a place in the text of an element. */
function offsetIn(element, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.setEnd(node, offset);
  return range.toString().length;
}

/**
 * The grading desk: one key for each criterion and one for the next piece (`data-keys`), the total as
 * it stands, own phrases, notes at passages, and pictures that grow.
 */
export function attach(desk) {
  const stop = new AbortController();
  const on = (target, name, handle, options = {}) =>
    target.addEventListener(name, handle, { ...options, signal: stop.signal });
  const form = desk.querySelector('#desk-form');
  const keys = JSON.parse(desk.dataset.keys ?? '{}');
  const criteria = [...desk.querySelectorAll('[data-criterion]')];
  let current = Math.max(
    0,
    criteria.findIndex((one) => one.querySelector(':checked') === null),
  );
  const show = () =>
    criteria.forEach((one, i) => one.toggleAttribute('data-current', i === current));

  if (form !== null) {
    show();
    on(form, 'focusin', ({ target }) => {
      const at = criteria.findIndex((one) => one.contains(target));
      if (at === -1) return;
      current = at;
      show();
    });
    on(form, 'change', ({ target }) => {
      // A level that is picked takes the place of typed points, and the other way round.
      const box = target.closest?.('[data-criterion]');
      if (!box) return;
      const typed = box.querySelector('[data-typed]');
      if (target.type === 'radio' && typed !== null) typed.value = '';
      else if (target === typed && typed.value.trim() !== '') {
        for (const radio of box.querySelectorAll('input[type="radio"]')) radio.checked = false;
      }
    });
    on(form, 'trellis:saved', ({ detail }) => {
      const total = desk.querySelector('#desk-total');
      if (total !== null && detail.total !== undefined && total.textContent !== detail.total)
        total.textContent = detail.total;
    });

    on(document, 'keydown', (event) => {
      if (!keys.isOn || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (isTyping(event.target)) return;
      if (event.key.toLowerCase() === keys.next.toLowerCase()) {
        event.preventDefault();
        form.querySelector('#save-next')?.click();
        return;
      }
      const level = keys.levels.toLowerCase().indexOf(event.key.toLowerCase());
      const box = criteria[current];
      const radio = box?.querySelectorAll('input[type="radio"]')[level];
      if (level === -1 || radio === undefined) return;
      event.preventDefault();
      radio.checked = true;
      radio.dispatchEvent(new Event('change', { bubbles: true }));
      announce(radio.closest('label').textContent.trim().replaceAll(/\s+/g, ' '));
      if (current < criteria.length - 1) current += 1;
      show();
      criteria[current].scrollIntoView({ block: 'nearest' });
    });

    let words = form.querySelector('#comment');
    on(form, 'focusin', ({ target }) => {
      if (target.matches?.('[data-phrases]')) words = target;
    });
    on(form, 'click', ({ target }) => {
      const phrase = target.closest?.('[data-phrase]');
      if (!phrase || words === null) return;
      const before = words.value.trimEnd();
      words.value = before === '' ? phrase.textContent : `${before} ${phrase.textContent}`;
      words.closest('details')?.setAttribute('open', '');
      words.dispatchEvent(new Event('input', { bubbles: true }));
      words.focus();
    });
  }

  const note = desk.querySelector('[data-annotate]');
  if (note !== null) {
    on(document, 'selectionchange', () => {
      const selection = getSelection();
      if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return;
      const range = selection.getRangeAt(0);
      const around = range.commonAncestorContainer;
      const element = around instanceof Element ? around : around.parentElement;
      const text = element?.closest('.desk-text');
      const prose = text?.querySelector('.prose');
      if (!text || !prose || !prose.contains(around)) return;
      const quote = range.toString();
      if (quote.trim() === '' || quote.length > 2000) return;
      const lead = quote.length - quote.trimStart().length;
      note.elements.namedItem('optionId').value = text.dataset.option;
      note.elements.namedItem('quote').value = quote.trim();
      note.elements.namedItem('offset').value =
        offsetIn(prose, range.startContainer, range.startOffset) + lead;
      note.querySelector('[data-quote]').textContent = quote.trim();
      note.hidden = false;
    });
    on(note, 'click', ({ target }) => {
      if (!target.closest('[data-annotate-cancel]')) return;
      note.hidden = true;
      note.reset();
    });
  }

  for (const picture of desk.querySelectorAll('.work-file img')) {
    const frame = picture.closest('a') ?? picture;
    const box = document.createElement('div');
    box.className = 'desk-zoomed';
    box.dataset.zoom = '0';
    box.tabIndex = 0;
    frame.before(box);
    box.append(frame);
    const bar = document.createElement('div');
    bar.className = 'desk-zoom';
    for (const [step, sign, label] of [
      [1, '+', desk.dataset.zoomIn],
      [-1, '−', desk.dataset.zoomOut],
    ]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn--small';
      button.textContent = sign;
      button.setAttribute('aria-label', label);
      on(button, 'click', () => {
        box.dataset.zoom = String(Math.min(3, Math.max(0, Number(box.dataset.zoom) + step)));
      });
      bar.append(button);
    }
    box.before(bar);
  }

  undo.set(desk, () => stop.abort());
}

export function detach(desk) {
  undo.get(desk)?.();
}
