/** Where and what was found, so that the builder can mark it. */
export interface MoreOfSame {
  readonly phrase: string;
  readonly start: number;
  readonly end: number;
}

/** Nobody hides the stretch behind this many characters. */
const MAX_READ = 20_000;

const NUMBER =
  '(?:\\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|several|some|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|varios|varias|algunos|algunas)';
const ITEM =
  '(?:problems?|questions?|exercises?|items?|examples?|pages?|paragraphs?|sentences?|words?|equations?|sums?|rows?|sources?|facts?|texts?|chapters?|poems?|lines?|graphs?|drawings?|pictures?|tasks?|ones|problemas?|preguntas?|ejercicios?|ejemplos?|páginas?|párrafos?|oraciones|frases?|palabras|ecuaciones|cuentas?|sumas?|filas?|fuentes?|datos|textos?|capítulos?|poemas?|líneas?|gráficas?|dibujos?|tareas?)';

/** Each reads "the same thing, in a larger number" and nothing else. */
const LARGER_NUMBER: readonly RegExp[] = [
  `\\b${NUMBER}\\s+(?:more|extra|additional|further)\\b`,
  `\\banother\\s+(?:${NUMBER}\\s+)?(?:[\\p{L}-]+\\s+){0,2}${ITEM}\\b`,
  `\\b(?:more|extra|additional|further)\\s+(?:[\\p{L}-]+\\s+){0,2}${ITEM}\\b`,
  `\\b${NUMBER}\\s+(?:[\\p{L}-]+\\s+){0,3}(?:instead of|rather than|not just|en vez de|en lugar de|y no solo)\\s+${NUMBER}\\b`,
  `\\b(?:twice|three times|double)\\s+(?:as (?:many|much|long)|the (?:number|amount|length))\\b`,
  `\\b(?:problems?|questions?|exercises?|items?|pages?|numbers?)\\s+\\d+\\s*(?:-|–|to|through|and)\\s*\\d+\\s+(?:as well|too|also)\\b`,
  `\\balso\\s+(?:do|complete|solve|answer|finish|read)\\s+(?:all\\s+)?(?:the\\s+)?(?:[\\p{L}-]+\\s+){0,2}(?:\\d|${ITEM})`,
  `\\b(?:the (?:whole|entire)|all of the|every one of the)\\s+(?:page|worksheet|set|chapter|section)\\b`,
  `\\b${NUMBER}\\s+(?:[\\p{L}-]+\\s+){0,3}más\\b(?!\\s+(?:\\p{L}+o|\\p{L}+a|\\p{L}+os|\\p{L}+as)\\s+que)`,
  `\\botr[oa]s?\\s+(?:${NUMBER}\\s+)?(?:[\\p{L}-]+\\s+){0,1}${ITEM}(?![\\p{L}])`,
  `\\bmás\\s+${ITEM}(?![\\p{L}])`,
  `(?<![\\p{L}])${ITEM}\\s+(?:adicionales|extra|más)(?![\\p{L}])`,
  `\\bel (?:doble|triple) de\\b`,
  `\\btambién\\s+(?:haz|resuelve|completa|responde|contesta|lee|termina)\\s+(?:todos?\\s+)?(?:los|las|el|la)?\\s*(?:${ITEM}|\\d)`,
  `\\btod[oa] (?:la página|la hoja|el capítulo|la sección)(?![\\p{L}])`,
].map((source) => new RegExp(source, 'giu'));

/** Words that ask for another kind of thinking; one that the base task lacks is a real stretch. */
const DEPTH =
  /(?<!\p{L})(?:explain|justif|prove|proof|compar|contrast|defend|critiqu|critici|evaluat|assess|judge|design|invent|creat|generali[sz]|predict|appl(?:y|ies)|transfer|argu|rival|constraint|without|another way|different way|second (?:way|method)|own words|pattern|rule|what if|audience|perspective|point of view|connect|backwards?|analy[sz]|disagree|strateg|hypothes|limits?|exception|counter-?example|new case|own (?:problem|question|example)|why|weak(?:est|er|ness)|strong(?:est|er)|error|mistake|explica|justific|demuestra|demostrar|compara|contrasta|defiend|critica|evalúa|valora|diseña|inventa|crea|generaliza|predi[cg]|aplica|argument|rival|restricción|sin (?:usar|ayuda|calculadora)|otra (?:manera|forma)|otro (?:método|modo)|tus palabras|patrón|regla|qué pasaría|público|perspectiva|punto de vista|relaciona|conecta|analiza|contradic|estrateg|hipótesis|límite|excepción|contraejemplo|por qué|débil|fuerte|error)/giu;

const words = (text: string): Set<string> =>
  new Set(Array.from(text.toLowerCase().matchAll(DEPTH), (m) => m[0]));

const countOf = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/\d+/g), (m) => Number(m[0])));

const withoutNumbers = (text: string): string =>
  text.toLowerCase().replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();

/**
 * Finds out whether a stretch is only more items of the same task ("do 10 more problems", "20
 * instead of 10"), in English and Spanish. A text that also asks for another kind of thinking than
 * the base task does (why, without, another way, a rival answer …) is a stretch whatever its number.
 *
 * @param text - The stretch's instructions, plain text.
 * @param baseText - The base task's instructions; '' when there are none to compare with.
 * @returns The first phrase that asks for more of the same, or null when the stretch is one.
 * Product rule 15.
 */
export function moreOfSame(text: string, baseText = ''): MoreOfSame | null {
  if (text.length > MAX_READ || baseText.length > MAX_READ)
    return moreOfSame(text.slice(0, MAX_READ), baseText.slice(0, MAX_READ));
  const known = words(baseText);
  if ([...words(text)].some((word) => !known.has(word))) return null;
  const found = LARGER_NUMBER.flatMap((pattern) => Array.from(text.matchAll(pattern)))
    // What the base task itself says in these words is the task, not the stretch.
    .filter((m) => !baseText.toLowerCase().includes(m[0].toLowerCase()))
    .sort((a, b) => a.index - b.index || b[0].length - a[0].length)[0];
  if (found !== undefined)
    return { phrase: found[0], start: found.index, end: found.index + found[0].length };
  const onlyTheNumberGrew =
    withoutNumbers(text) !== '' &&
    withoutNumbers(text) === withoutNumbers(baseText) &&
    countOf(text) > countOf(baseText);
  return onlyTheNumberGrew ? { phrase: text.trim(), start: 0, end: text.length } : null;
}
