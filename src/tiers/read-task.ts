import type { MoveVerb } from './move.schema.js';
import { ENGLISH_TASK, SPANISH_TASK, type TaskWords } from './task-words.js';

export type TaskLanguage = 'en' | 'es';

/** What a task's own text says, as far as moves need it; whatever it does not say is null. */
export interface ReadTask {
  readonly lang: TaskLanguage;
  /** What it asks for, the main one first; empty when no verb was recognised. */
  readonly verbs: readonly MoveVerb[];
  /** Reads after "Before you …" ("Antes de …"): "compare the two maps". */
  readonly doing: string | null;
  /** Reads after "about" ("sobre"): "the two maps", "why Rome fell". */
  readonly topic: string | null;
  readonly itemCount: number | null;
  /** "two-step equations". */
  readonly itemNoun: string | null;
  /** "paragraph". */
  readonly product: string | null;
  /** The task's own less common words, at most ten, as they stand. */
  readonly words: readonly string[];
}

const MAX_PHRASE_WORDS = 14;
/** A task says what it asks for long before this many characters. */
const MAX_READ = 20_000;

interface Token {
  readonly text: string;
  readonly lower: string;
  /** Punctuation follows that ends a phrase. */
  readonly ends: boolean;
}

function tokensOf(text: string): Token[] {
  return Array.from(text.matchAll(/([\p{L}\p{N}][\p{L}\p{N}'’%/.–-]*)([^\p{L}\p{N}]*)/gu), (m) => {
    const word = (m[1] ?? '').replace(/[.'’–-]+$/u, '');
    const after = (m[1] ?? '').slice(word.length) + (m[2] ?? '');
    return { text: word, lower: word.toLowerCase(), ends: /[.,;:!?\n()[\]«»“”"•]/.test(after) };
  });
}

interface FoundVerb {
  readonly verb: MoveVerb;
  readonly bare: string;
  readonly at: number;
}

/** Verbs count where an instruction starts: first in a sentence or after a joining word. */
function verbsIn(tokens: readonly Token[], lex: TaskWords): FoundVerb[] {
  const found: FoundVerb[] = [];
  tokens.forEach((token, at) => {
    const entry = lex.verbs.get(token.lower);
    if (entry === undefined) return;
    const before = tokens[at - 1];
    if (before === undefined || before.ends || lex.joins.has(before.lower))
      found.push({ ...entry, at });
  });
  return found;
}

/** "in a short paragraph", "en un cartel": the form to hand in, no part of the topic. */
function isForm(tokens: readonly Token[], at: number, lex: TaskWords): boolean {
  if (!lex.inForm.has(tokens[at]?.lower ?? '')) return false;
  const next = tokens[at + 1];
  if (next === undefined || !(lex.articles.has(next.lower) || numberOf(next, lex) !== null))
    return false;
  return [2, 3].some((step) => lex.products.has(tokens[at + step]?.lower ?? ''));
}

/** The words after a verb, up to where the phrase ends. */
function phraseAfter(tokens: readonly Token[], from: number, lex: TaskWords): Token[] {
  const phrase: Token[] = [];
  for (let i = from; i < tokens.length && phrase.length < MAX_PHRASE_WORDS; i += 1) {
    const token = tokens[i];
    if (token === undefined) break;
    const next = tokens[i + 1];
    if (phrase.length > 0 && (lex.stops.has(token.lower) || isForm(tokens, i, lex))) break;
    const joinsVerb = lex.joins.has(token.lower) && next !== undefined && lex.verbs.has(next.lower);
    if (joinsVerb) break;
    phrase.push(token);
    if (token.ends) break;
  }
  return phrase;
}

const numberOf = (token: Token | undefined, lex: TaskWords): number | null => {
  if (token === undefined) return null;
  if (/^\d{1,3}$/.test(token.text)) return Number(token.text);
  return lex.numbers.get(token.lower) ?? null;
};

/** Leaves out "10", "a", "your" and a product with its "about", so that the topic is left. */
function topicOf(phrase: readonly Token[], lex: TaskWords): string | null {
  let rest = [...phrase];
  const productAt = rest.findIndex((token) => lex.products.has(token.lower));
  if (productAt >= 0 && productAt <= 4) {
    const aboutAt = rest.findIndex((token, i) => i > productAt && lex.about.has(token.lower));
    if (aboutAt >= 0) {
      const about = rest[aboutAt];
      const keeps = about !== undefined && /^(how|why)$/.test(about.lower);
      rest = rest.slice(keeps ? aboutAt : aboutAt + 1);
      // "sobre" after "acerca de", "that shows", "to the mayor about …": one more linking word.
      const second = rest.findIndex(
        (token, i) => i > 0 && i < 5 && /^(about|sobre)$/.test(token.lower),
      );
      if (second > 0) rest = rest.slice(second + 1);
      while (
        rest[0] !== undefined &&
        /^(shows|explains|describes|muestre|explique|de)$/.test(rest[0].lower)
      )
        rest = rest.slice(1);
    } else if (!lex.items.has(rest[productAt]?.lower ?? '')) return null;
  }
  // "questions 1–8 on fractions" are about fractions; "questions 1–8" say nothing of a topic.
  if (lex.items.has(rest[0]?.lower ?? '') && /^\d/.test(rest[1]?.text ?? '')) {
    const aboutAt = rest.findIndex((token) => lex.about.has(token.lower));
    rest = aboutAt < 0 ? [] : rest.slice(aboutAt + 1);
  }
  if (numberOf(rest[0], lex) !== null) rest = rest.slice(1);
  if (rest.length === 0) return null;
  return rest.map((token) => token.text).join(' ');
}

/** "10 two-step equations", "questions 1–8". */
function itemsOf(
  text: string,
  tokens: readonly Token[],
  lex: TaskWords,
): Pick<ReadTask, 'itemCount' | 'itemNoun'> {
  for (const m of text.matchAll(
    /(?<!\p{L})(\p{L}{2,30})\s+(\d{1,3})\s*(?:-|–|—|to|through|al|a)\s*(\d{1,3})/giu,
  )) {
    const noun = (m[1] ?? '').toLowerCase();
    const count = Number(m[3]) - Number(m[2]) + 1;
    if (lex.items.has(noun) && count >= 2) return { itemCount: count, itemNoun: noun };
  }
  for (let i = 0; i < tokens.length; i += 1) {
    const count = numberOf(tokens[i], lex);
    if (count === null || count < 2 || tokens[i]?.ends === true) continue;
    for (let j = i + 1; j <= i + 4; j += 1) {
      const token = tokens[j];
      if (token === undefined || lex.about.has(token.lower)) break;
      if (lex.items.has(token.lower)) {
        const noun = tokens.slice(i + 1, j + 1).map((t) => t.lower);
        // In Spanish the adjective follows: "ecuaciones lineales".
        const next = tokens[j + 1];
        if (lex.adjectiveFollows.test(next?.lower ?? '') && !token.ends)
          noun.push(next?.lower ?? '');
        return { itemCount: count, itemNoun: noun.filter((w) => !lex.articles.has(w)).join(' ') };
      }
      if (token.ends || lex.stops.has(token.lower)) break;
    }
  }
  return { itemCount: null, itemNoun: null };
}

/** What is to be made: "a poster", "your report"; not "the article" that is read. */
function productIn(tokens: readonly Token[], lex: TaskWords): string | null {
  const at = tokens.findIndex((token, i) => {
    if (!lex.products.has(token.lower)) return false;
    for (let back = i - 1; back >= Math.max(0, i - 3); back -= 1) {
      const word = tokens[back];
      if (word === undefined || word.ends) return false;
      if (/^(?:an?|one|your|una?|tu)$/.test(word.lower) || numberOf(word, lex) !== null) {
        const verb = lex.verbs.get(tokens[back - 1]?.lower ?? '')?.verb;
        return verb !== 'read' && verb !== 'answer';
      }
    }
    return false;
  });
  return tokens[at]?.lower ?? null;
}

/** Longer words of the task in the order they come; names keep their capitals. */
function keyWords(tokens: readonly Token[], lex: TaskWords): string[] {
  const kept = new Map<string, string>();
  tokens.forEach((token, i) => {
    const { lower } = token;
    if (lower.length < 5 || /\d/.test(lower) || kept.has(lower)) return;
    if (lex.common.has(lower) || lex.verbs.has(lower) || lex.products.has(lower)) return;
    if (lex.stops.has(lower) || lex.items.has(lower) || lex.numbers.has(lower)) return;
    const startsSentence = i === 0 || tokens[i - 1]?.ends === true;
    kept.set(lower, startsSentence ? lower : token.text);
  });
  return [...kept.values()].slice(0, 10);
}

/**
 * Reads a task's text for what moves are filled from: its verbs, topic, items and product.
 *
 * @param text - The base task, plain text.
 * @param lang - Its language.
 * @returns What was found; nothing is guessed beyond the task's own words. Product section 5.3.
 */
export function readTask(text: string, lang: TaskLanguage): ReadTask {
  const lex = lang === 'es' ? SPANISH_TASK : ENGLISH_TASK;
  const start = text.slice(0, MAX_READ);
  const tokens = tokensOf(start);
  const found = verbsIn(tokens, lex);
  // "Read the article and explain why …" is an explaining task: reading only leads up to it.
  const main = found.find((f) => f.verb !== 'read') ?? found[0];
  const phrase = main === undefined ? [] : phraseAfter(tokens, main.at + 1, lex);
  const product = productIn(tokens, lex);
  const verbs = [
    ...new Set([...(main === undefined ? [] : [main.verb]), ...found.map((f) => f.verb)]),
  ];
  return {
    lang,
    verbs,
    doing:
      main === undefined || phrase.length === 0
        ? null
        : [main.bare, ...phrase.map((token) => token.text)].join(' '),
    topic: topicOf(phrase, lex),
    ...itemsOf(start, tokens, lex),
    product,
    words: keyWords(tokens, lex),
  };
}
