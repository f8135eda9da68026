import sanitize from 'sanitize-html';

/** Elements a task may hold; everything a word processor adds beside them is dropped, its words stay. */
const OPTIONS: sanitize.IOptions = {
  allowedTags: [
    'p',
    'br',
    'strong',
    'em',
    'u',
    's',
    'sub',
    'sup',
    'ul',
    'ol',
    'li',
    'a',
    'h2',
    'h3',
    'h4',
    'blockquote',
    'pre',
    'code',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'hr',
  ],
  allowedAttributes: {
    a: ['href', 'rel', 'target'],
    ol: ['start'],
    th: ['scope', 'colspan', 'rowspan'],
    td: ['colspan', 'rowspan'],
    '*': ['dir', 'lang'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nonTextTags: ['style', 'script', 'textarea', 'option', 'noscript', 'xml', 'title', 'template'],
  transformTags: {
    b: 'strong',
    i: 'em',
    h1: 'h2',
    h5: 'h4',
    h6: 'h4',
    // Trix and several platforms write paragraphs as `div`.
    div: 'p',
    a: (tagName, attribs) => ({
      tagName,
      attribs: { ...attribs, rel: 'noopener noreferrer', target: '_blank' },
    }),
    // Pictures live behind the platform's login and are blocked by our policy: their words stay.
    img: (_tagName, attribs) => ({
      tagName: 'em',
      attribs: {},
      text: (attribs['alt'] ?? '').trim(),
    }),
  },
  exclusiveFilter: (frame) =>
    ['p', 'strong', 'em', 'u', 's', 'h2', 'h3', 'h4', 'li', 'a'].includes(frame.tag) &&
    frame.mediaChildren.length === 0 &&
    frame.text.replace(/[\s\u00a0]+/g, '') === '',
};

/**
 * Cleans what a teacher pasted or a platform sent, so that it may stand in a page (UI-03).
 *
 * Keeps the words, paragraphs, lists, tables and http(s) links; drops styles, scripts, handlers,
 * word processors' own elements and empty paragraphs.
 *
 * @param html - Any text; also text without markup.
 * @returns Safe HTML; '' when nothing readable is left.
 */
export function cleanHtml(html: string): string {
  // Conditional comments of word processors hold whole documents; the parser would keep their words.
  const bare = html.replace(/<!--[\s\S]*?-->/g, '').replace(/<!\[[\s\S]*?\]>/g, '');
  return sanitize(bare, OPTIONS)
    .replace(/(?:<br \/>\s*){3,}/g, '<br /><br />')
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
};

/**
 * The words of a cleaned text, with line breaks and list marks: what a plain text field shows and
 * what reading level, moves and parity look at.
 *
 * @param html - From `cleanHtml`.
 */
export function plainText(html: string): string {
  const counters: (number | null)[] = [];
  return html
    .replace(/\s*\n\s*/g, ' ')
    .replace(/<(\/?)(ul|ol|li)\b([^>]*)>/g, (_tag, close: string, name: string, rest: string) => {
      if (name === 'li') {
        if (close !== '') return '\n';
        const count = counters.at(-1) ?? null;
        if (count === null) return '\n- ';
        counters[counters.length - 1] = count + 1;
        return `\n${count}. `;
      }
      if (close !== '') counters.pop();
      else counters.push(name === 'ol' ? Number(/start="(\d+)"/.exec(rest)?.[1] ?? '1') : null);
      return '\n\n';
    })
    .replace(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/g, (_a, href: string, text: string) =>
      text.trim() === href || href.startsWith('mailto:') ? text : `${text} (${href})`,
    )
    .replace(/<(?:br|hr)\s*\/?>/g, '\n')
    .replace(/<\/(?:td|th)>/g, '\t')
    .replace(/<\/(?:p|h\d|blockquote|pre|table|tr)>/g, '\n\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n[ \t]+/g, '\n')
    .replace(/\n(\n+)(- |\d+\. )/g, (_m, _n, mark: string) => `\n\n${mark}`)
    .replace(/(\n(?:- |\d+\. )[^\n]*)\n+(?=\n(?:- |\d+\. ))/g, '$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const escapeText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const linked = (text: string): string =>
  escapeText(text).replace(
    /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g,
    (url) => `<a href="${url}" rel="noopener noreferrer" target="_blank">${url}</a>`,
  );

/**
 * Writes plain text as HTML: blank lines part paragraphs, lines that begin with "- " or "1. " make
 * lists, addresses become links. The reverse of `plainText`, for pages without script.
 *
 * @param text - As typed.
 * @returns Safe HTML.
 */
export function htmlFromText(text: string): string {
  const html: string[] = [];
  const open: {
    list: { tag: 'ul' | 'ol'; start: number; items: string[] } | null;
    lines: string[];
  } = {
    list: null,
    lines: [],
  };
  const endLines = () => {
    if (open.lines.length > 0) html.push(`<p>${open.lines.map(linked).join('<br />')}</p>`);
    open.lines = [];
  };
  const endList = () => {
    if (open.list === null) return;
    const { tag, start, items } = open.list;
    const from = tag === 'ol' && start !== 1 ? ` start="${start}"` : '';
    html.push(
      `<${tag}${from}>${items.map((item) => `<li>${linked(item)}</li>`).join('')}</${tag}>`,
    );
    open.list = null;
  };
  for (const raw of text.replace(/\r\n?/g, '\n').split('\n')) {
    const line = raw.trim();
    const bullet = /^(?:[-–•*])\s+(.*)$/.exec(line);
    const numbered = /^(\d{1,3})[.)]\s+(.*)$/.exec(line);
    if (bullet !== null || numbered !== null) {
      endLines();
      const tag = bullet === null ? 'ol' : 'ul';
      if (open.list?.tag !== tag) endList();
      open.list ??= { tag, start: Number(numbered?.[1] ?? '1'), items: [] };
      open.list.items.push(bullet?.[1] ?? numbered?.[2] ?? '');
    } else if (line === '') {
      endLines();
      endList();
    } else {
      endList();
      open.lines.push(line);
    }
  }
  endLines();
  endList();
  return html.join('');
}
