/** Markup that is already safe to put on a page. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes text for element content and quoted attributes.
 *
 * @param text - Any text.
 * @returns The text with the five characters that mean something to HTML replaced.
 */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

type Part = Html | string | number | null | false | readonly Html[];

function render(part: Part): string {
  if (part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((p) => p.text).join('');
  return escapeHtml(String(part));
}

/**
 * Tags a template literal as markup: every value in it is escaped unless it is markup itself.
 *
 * @param strings - The literal parts.
 * @param parts - Values between them; null and false render as nothing, lists one after another.
 * @returns Safe markup.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let out = strings[0] ?? '';
  parts.forEach((part, index) => {
    out += render(part) + (strings[index + 1] ?? '');
  });
  return new Html(out);
}
