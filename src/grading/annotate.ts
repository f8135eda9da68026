import type { Annotation } from './grade.js';

/**
 * Where a note's passage stands in a text now: at its place, else the nearest same words, for the
 * text may have changed in a later attempt.
 *
 * @param text - Plain text of the work.
 * @returns Characters before the passage; null: it is no longer there.
 */
export function placeOf(
  text: string,
  annotation: Pick<Annotation, 'quote' | 'offset'>,
): number | null {
  const { quote, offset } = annotation;
  if (text.startsWith(quote, offset)) return offset;
  let best: number | null = null;
  for (let at = text.indexOf(quote); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (best === null || Math.abs(at - offset) < Math.abs(best - offset)) best = at;
  }
  return best;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: '\u00a0',
};

/** One piece of HTML: a tag, or one character of text with the markup that writes it. */
function* piecesOf(html: string): Generator<{ tag: string } | { char: string; raw: string }> {
  const pattern = /<[^>]*>|&(#?\w+);|[^<&]|[<&]/gsu;
  for (const match of html.matchAll(pattern)) {
    const [raw] = match;
    if (raw.startsWith('<') && raw.length > 1) yield { tag: raw };
    else yield { char: match[1] === undefined ? raw : (ENTITIES[match[1]] ?? raw), raw };
  }
}

/** The text of sanitized HTML as a browser's `textContent` has it. */
export function textOf(html: string): string {
  let text = '';
  for (const piece of piecesOf(html)) if ('char' in piece) text += piece.char;
  return text;
}

/**
 * Marks the passages that notes are about in sanitized HTML. A passage that runs over tags is marked
 * in parts, so the HTML stays well formed.
 *
 * @param html - Sanitized.
 * @param notes - Passages with the number shown beside them.
 * @returns The HTML with `<mark class="noted" data-note="n">` around each passage; passages that are
 * gone are passed over.
 */
export function markPassages(
  html: string,
  notes: readonly { readonly number: number; readonly quote: string; readonly offset: number }[],
): string {
  const text = textOf(html);
  const spans = notes.flatMap(({ number, quote, offset }) => {
    const from = placeOf(text, { quote, offset });
    return from === null ? [] : [{ number, from, to: from + quote.length }];
  });
  if (spans.length === 0) return html;
  let at = 0;
  let open: number | null = null;
  let out = '';
  for (const piece of piecesOf(html)) {
    if ('tag' in piece) {
      if (open !== null) out += '</mark>';
      open = null;
      out += piece.tag;
      continue;
    }
    const here = spans.find(({ from, to }) => at >= from && at < to)?.number ?? null;
    if (here !== open) {
      if (open !== null) out += '</mark>';
      if (here !== null) out += `<mark class="noted" data-note="${here}">`;
      open = here;
    }
    out += piece.raw;
    at += piece.char.length;
  }
  return open === null ? out : `${out}</mark>`;
}
