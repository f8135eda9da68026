const kept = new WeakMap();

/** Reads a part of the page with the device's own voice; sends nothing anywhere. */
export function attach(button) {
  if (!('speechSynthesis' in globalThis)) {
    button.remove();
    return;
  }
  const label = button.querySelector('span');
  const start = label.textContent;
  const idle = () => {
    label.textContent = start;
    button.setAttribute('aria-pressed', 'false');
  };
  const press = () => {
    if (speechSynthesis.speaking) {
      speechSynthesis.cancel();
      idle();
      return;
    }
    const text = document.getElementById(button.dataset.read);
    const words = new SpeechSynthesisUtterance(text?.innerText ?? '');
    words.lang = text?.lang || document.documentElement.lang;
    words.onend = idle;
    words.onerror = idle;
    label.textContent = button.dataset.stop;
    button.setAttribute('aria-pressed', 'true');
    speechSynthesis.speak(words);
  };
  button.addEventListener('click', press);
  kept.set(button, () => speechSynthesis.cancel());
}

export function detach(button) {
  kept.get(button)?.();
}
