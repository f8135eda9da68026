import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type TFunction } from 'i18next';
import { projectRoot } from './root.js';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Words, dates and numbers of one reader. */
export interface Words {
  readonly language: Language;
  /** BCP 47 tag for formatting, such as `es-MX`. */
  readonly locale: string;
  readonly timeZone: string;
  /** The catalogue's sentence for a key such as `tiers.title`, with `{{slots}}` filled. */
  readonly t: (key: string, vars?: Readonly<Record<string, unknown>>) => string;
  /** A day, such as "Friday, May 8". */
  readonly day: (at: Date) => string;
  /** A day with its time, such as "Fri, May 8, 11:59 PM". */
  readonly moment: (at: Date) => string;
  readonly number: (value: number) => string;
}

/** All sentences of a language: `config/locales/<lang>/<feature>.json` under the feature's name. */
function catalogue(language: Language): Record<string, unknown> {
  const folder = join(projectRoot, 'config', 'locales', language);
  return Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [
        file.slice(0, -'.json'.length),
        JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown,
      ]),
  );
}

const i18n = createInstance();
await i18n.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: Object.fromEntries(
    LANGUAGES.map((language) => [language, { translation: catalogue(language) }]),
  ),
  // Handlebars escapes what it prints; escaping here as well would show entities to people.
  interpolation: { escapeValue: false },
});

const fixed = new Map<Language, TFunction>(
  LANGUAGES.map((language) => [language, i18n.getFixedT(language)]),
);

/** Sentences without slots, by key: a page has a hundred of them, the same for everybody. */
const plain = new Map<Language, Map<string, string>>(LANGUAGES.map((l) => [l, new Map()]));
/** Far more than the catalogue has; keys that are put together cannot fill memory. */
const MOST_PLAIN = 20_000;

function translatorOf(language: Language): Words['t'] {
  const translate = fixed.get(language) ?? i18n.t;
  const sentences = plain.get(language) ?? new Map<string, string>();
  return (key, vars) => {
    // A loop, not Object.keys: this runs for every word of every page.
    for (const name in vars) if (Object.hasOwn(vars, name)) return translate(key, { ...vars });
    const known = sentences.get(key);
    if (known !== undefined) return known;
    const sentence = translate(key);
    if (sentences.size >= MOST_PLAIN) sentences.clear();
    sentences.set(key, sentence);
    return sentence;
  };
}

/** Keys of the sentences that schemas say, by the English sentence itself. */
const saidBySchemas = new Map(
  Object.entries((catalogue('en')['fields'] ?? {}) as Record<string, string>).map(
    ([key, sentence]) => [sentence, `fields.${key}`],
  ),
);

/**
 * What a schema says about a field, in the reader's language: schemas are read once for everybody and
 * say it in English.
 *
 * @param sentence - As the schema says it; any other one is given back as it is.
 */
export function inWordsOf(words: Words, sentence: string): string {
  const key = saidBySchemas.get(sentence);
  return key === undefined ? sentence : words.t(key);
}

const made = new Map<string, Words>();

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/**
 * The words for a reader.
 *
 * @param locale - BCP 47 or a platform's spelling of it (`es_mx`), or null for the default.
 * @param timeZone - IANA zone, or null for UTC.
 * @returns Words in that language where Trellis has it, else in English.
 */
export function wordsFor(locale: string | null, timeZone: string | null): Words {
  const tag = (locale ?? 'en').replaceAll('_', '-');
  const key = `${tag} ${timeZone ?? ''}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const zone = timeZone !== null && isTimeZone(timeZone) ? timeZone : 'UTC';
  const language = LANGUAGES.find((l) => tag.toLowerCase().split('-')[0] === l) ?? 'en';
  const [formatTag = 'en'] =
    /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/.test(tag) && tag.toLowerCase().startsWith(language)
      ? Intl.getCanonicalLocales(tag)
      : [language];
  const day = new Intl.DateTimeFormat(formatTag, {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    timeZone: zone,
  });
  const moment = new Intl.DateTimeFormat(formatTag, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone: zone,
  });
  const number = new Intl.NumberFormat(formatTag, { maximumFractionDigits: 2 });
  const translate = translatorOf(language);
  const words: Words = {
    language,
    locale: formatTag,
    timeZone: zone,
    t: translate,
    day: (at) => day.format(at),
    moment: (at) => moment.format(at),
    number: (value) => number.format(value),
  };
  // Locale and zone come from launches: a bounded cache, so that odd values cannot fill memory.
  if (made.size > 500) made.clear();
  made.set(key, words);
  return words;
}
