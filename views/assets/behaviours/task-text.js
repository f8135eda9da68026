/** Elements that a pasted text keeps; the server cleans once more. */
const KEPT = new Set(
  'P BR STRONG B EM I U S SUB SUP UL OL LI A H1 H2 H3 H4 BLOCKQUOTE PRE CODE TABLE THEAD TBODY TR TH TD DIV'.split(
    ' ',
  ),
);
const DROPPED = new Set('STYLE SCRIPT META LINK TITLE XML OBJECT IFRAME TEMPLATE'.split(' '));

/** What a word processor put on the clipboard, without its styles. */
function cleaned(html) {
  const page = new DOMParser().parseFromString(html.replace(/<!--[\s\S]*?-->/g, ''), 'text/html');
  const copy = (from, into) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) into.append(node.textContent);
      else if (node.nodeType === Node.ELEMENT_NODE && !DROPPED.has(node.tagName)) {
        if (!KEPT.has(node.tagName)) {
          copy(node, into);
          continue;
        }
        const made = document.createElement(node.tagName);
        const href = node.getAttribute('href');
        if (node.tagName === 'A' && href !== null && /^https?:/i.test(href))
          made.setAttribute('href', href);
        copy(node, made);
        into.append(made);
      }
    }
  };
  const box = document.createElement('div');
  copy(page.body, box);
  return box.innerHTML;
}

/** Every text node with where it starts in the whole text. */
function textNodes(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  return { nodes, text };
}

function rangeOf(nodes, start, end) {
  const at = (place) => {
    let found = nodes[0];
    for (const one of nodes) if (one.start <= place) found = one;
    return found;
  };
  const from = at(start);
  const to = at(end - 1);
  const range = new Range();
  range.setStart(from.node, Math.min(start - from.start, from.node.length));
  range.setEnd(to.node, Math.min(end - to.start, to.node.length));
  return range;
}

const escaped = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const highlights = new Map();

/** Long sentences and rare words marked in the text itself, where the browser can. */
function mark(editor, marks) {
  if (globalThis.CSS?.highlights === undefined) return;
  const ranges = { 'long-sentence': [], 'rare-word': [] };
  const { nodes, text } = textNodes(editor);
  if (nodes.length > 0 && marks !== undefined) {
    for (const sentence of marks.longSentences ?? []) {
      const pattern = escaped(sentence.trim()).replace(/\s+/g, '\\s*');
      const found = new RegExp(pattern, 'u').exec(text);
      if (found !== null)
        ranges['long-sentence'].push(rangeOf(nodes, found.index, found.index + found[0].length));
    }
    const rare = (marks.rareWords ?? []).map(escaped).join('|');
    if (rare !== '') {
      for (const found of text.matchAll(new RegExp(`(?<!\\p{L})(?:${rare})(?!\\p{L})`, 'giu'))) {
        ranges['rare-word'].push(rangeOf(nodes, found.index, found.index + found[0].length));
      }
    }
  }
  highlights.set(editor, ranges);
  for (const name of Object.keys(ranges)) {
    const all = [...highlights].flatMap(([one, known]) => (one.isConnected ? known[name] : []));
    CSS.highlights.set(name, new Highlight(...all));
  }
}

const detachers = new WeakMap();

/**
 * Turns a task's plain text field into one that keeps bold, headings and lists. The plain field is
 * what stays where script is off; unchanged text is sent by neither.
 */
export function attach(box) {
  const plain = box.querySelector('textarea');
  const source = box.querySelector('template');
  const form = box.closest('form');
  if (plain === null || source === null || form === null) return;

  const rich = document.createElement('div');
  rich.className = 'rich';
  const tools = document.createElement('div');
  tools.className = 'rich__tools';
  tools.setAttribute('role', 'toolbar');
  const editor = document.createElement('div');
  editor.className = 'rich__text prose';
  editor.contentEditable = 'true';
  editor.id = `${plain.id}-rich`;
  editor.setAttribute('role', 'textbox');
  editor.setAttribute('aria-multiline', 'true');
  editor.setAttribute('aria-labelledby', box.dataset.label);
  editor.setAttribute('spellcheck', 'true');
  editor.dir = 'auto';
  editor.append(source.content.cloneNode(true));
  // The browser writes paragraphs, not bare lines.
  document.execCommand('defaultParagraphSeparator', false, 'p');

  const hidden = document.createElement('input');
  hidden.type = 'hidden';
  hidden.dataset.rich = '';
  const changed = () => {
    // Named only now: a field that nobody touched is not sent, so that its formatting stays.
    hidden.name = box.dataset.name;
    hidden.value = editor.innerHTML;
    hidden.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const commands = [
    ['bold', 'B', 'bold'],
    ['italic', 'I', 'italic'],
    ['heading', 'H', 'formatBlock', 'h3'],
    ['list', '•', 'insertUnorderedList'],
    ['numbers', '1.', 'insertOrderedList'],
  ];
  const words = {
    bold: 'wordsBold',
    italic: 'wordsItalic',
    heading: 'wordsHeading',
    list: 'wordsList',
    numbers: 'wordsNumbers',
  };
  commands.forEach(([name, sign, command, value], i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn--icon btn--small btn--quiet';
    button.dataset.sign = sign;
    button.setAttribute('aria-label', box.dataset[words[name]] ?? name);
    button.title = box.dataset[words[name]] ?? name;
    button.tabIndex = i === 0 ? 0 : -1;
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => {
      editor.focus();
      const block = document.queryCommandValue?.('formatBlock');
      document.execCommand(command, false, name === 'heading' && block === 'h3' ? 'p' : value);
      changed();
    });
    tools.append(button);
  });
  tools.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const buttons = [...tools.children];
    const at = buttons.indexOf(document.activeElement);
    if (step === 0 || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  });
  editor.addEventListener('paste', (event) => {
    const html = event.clipboardData?.getData('text/html') ?? '';
    if (html === '') return;
    event.preventDefault();
    document.execCommand('insertHTML', false, cleaned(html));
  });
  editor.addEventListener('input', changed);
  editor.addEventListener('drop', (event) => {
    if (event.dataTransfer?.files.length) event.preventDefault();
  });

  const marked = ({ detail }) => mark(editor, detail[box.dataset.marks]);
  const other = ({ detail }) => {
    if (detail.name !== box.dataset.name) return;
    editor.innerHTML = cleaned(detail.value);
    hidden.removeAttribute('name');
  };
  form.addEventListener('trellis:marks', marked);
  form.addEventListener('trellis:field', other);

  plain.disabled = true;
  plain.hidden = true;
  rich.append(tools, editor);
  box.append(rich, hidden);
  const label = document.getElementById(box.dataset.label);
  label?.addEventListener('click', () => editor.focus());
  detachers.set(box, () => {
    form.removeEventListener('trellis:marks', marked);
    form.removeEventListener('trellis:field', other);
    highlights.delete(editor);
  });
  const sentences = [
    ...(form.querySelectorAll(`[data-part="level-${box.dataset.marks}"] .mark-long`) ?? []),
  ];
  const rare = [...form.querySelectorAll(`[data-part="level-${box.dataset.marks}"] .chip`)];
  mark(editor, {
    longSentences: sentences.map((one) => one.textContent),
    rareWords: rare.map((one) => one.textContent.trim()),
  });
}

export function detach(box) {
  detachers.get(box)?.();
}
