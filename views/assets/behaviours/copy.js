import { announce, toast, word } from '../announce.js';

async function copy(event) {
  const button = event.currentTarget;
  const source = document.getElementById(button.dataset.copyFrom ?? '');
  const text = button.dataset.copy ?? source?.value ?? source?.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text.trim());
    announce(word('copied'));
    const before = button.innerHTML;
    button.textContent = word('copied');
    setTimeout(() => (button.innerHTML = before), 2000);
  } catch {
    // A frame may not be allowed to write to the clipboard: mark the words instead.
    if (source !== null) {
      if (typeof source.select === 'function') source.select();
      else getSelection()?.selectAllChildren(source);
    }
    toast({ text: word('copyFailed'), key: 'copy' });
  }
}

/** A button that copies `data-copy`, or the words of the element `data-copy-from` names. */
export function attach(button) {
  button.addEventListener('click', copy);
}

export function detach(button) {
  button.removeEventListener('click', copy);
}
