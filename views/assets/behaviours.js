/**
 * Small behaviours of parts of a page: `data-behaviour="copy"` loads `behaviours/copy.js` and calls
 * its `attach(element)`; when the element leaves the page, its `detach(element)`.
 */
const attached = new Map();

async function attachOne(element, name) {
  try {
    const module = await import(new URL(`./behaviours/${name}.js`, import.meta.url).href);
    if (!element.isConnected) {
      attached.delete(element);
      return;
    }
    module.attach(element);
    attached.get(element)?.push(module);
  } catch (error) {
    // The page works without its behaviours; who looks for the reason finds it here.
    console.warn(`behaviour ${name} did not load`, error);
  }
}

function sync() {
  for (const [element, modules] of attached) {
    if (element.isConnected) continue;
    attached.delete(element);
    for (const module of modules) module.detach?.(element);
  }
  for (const element of document.querySelectorAll('[data-behaviour]')) {
    if (attached.has(element)) continue;
    attached.set(element, []);
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      if (/^[a-z][a-z0-9-]*$/.test(name)) attachOne(element, name);
    }
  }
}

/** Attaches behaviours now and whenever the document changes. */
export function startBehaviours() {
  let isPlanned = false;
  // A task of its own: what is moved within the page is gone and back within one turn.
  new MutationObserver(() => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      sync();
    });
  }).observe(document.documentElement, { childList: true, subtree: true });
  sync();
}
