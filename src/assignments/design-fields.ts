import type { TaskDesign } from './assignment.js';
import { dateKey } from './design-parts.js';
import { plainText } from './clean-html.js';
import { toLocal } from './local-time.js';

/**
 * Every field of the design form with what it shows: the names that `design-edit.schema.ts` reads.
 *
 * @param design - A draft.
 * @param timeZone - IANA zone of the reader.
 * @returns Field name (`tiers[<id>][minutes]`) → value; rich texts under `…[html]`.
 */
export function designFields(design: TaskDesign, timeZone: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const set = (name: string, value: string | number | boolean | null) =>
    fields.set(name, value === null ? '' : String(value));
  set('title', design.title);
  set('subject', design.subject);
  set('language', design.language);
  set('pointsPossible', design.pointsPossible);
  set('dueAt', toLocal(design.dueAt, timeZone));
  for (const goal of design.goals) {
    set(`goals[${goal.id}][text]`, goal.text);
    set(`goals[${goal.id}][code]`, goal.code);
  }
  for (const criterion of design.criteria) {
    const at = `criteria[${criterion.id}]`;
    set(`${at}[text]`, criterion.text);
    set(`${at}[kind]`, criterion.kind);
    set(`${at}[points]`, criterion.points);
    set(`${at}[isAnchor]`, criterion.isAnchor);
    criterion.levels.forEach((level, i) => {
      set(`${at}[levels][${i}][points]`, level.points);
      set(`${at}[levels][${i}][label]`, level.label);
      set(`${at}[levels][${i}][description]`, level.description);
    });
  }
  for (const tier of design.tiers) {
    const at = `tiers[${tier.id}]`;
    set(`${at}[name]`, tier.name);
    set(`${at}[html]`, tier.instructionsHtml);
    set(`${at}[minutes]`, tier.minutes);
    set(`${at}[products]`, tier.products);
    for (const material of tier.materials) {
      const one = `${at}[materials][${material.id}]`;
      set(`${one}[title]`, material.title);
      if (material.kind === 'link') set(`${one}[url]`, material.url);
      if (material.kind === 'text') set(`${one}[text]`, plainText(material.html ?? ''));
    }
    for (const step of tier.steps) {
      set(`${at}[steps][${step.id}][text]`, step.text);
      set(`${at}[steps][${step.id}][targetAt]`, toLocal(step.targetAt, timeZone));
    }
  }
  for (const rule of design.dates)
    set(`dates[${dateKey(rule)}][dueAt]`, toLocal(rule.dueAt, timeZone));
  for (const [name, value] of Object.entries(design.settings))
    set(`settings[${name}]`, value as string | boolean);
  return fields;
}

/**
 * What a page has to change because somebody else saved.
 *
 * @param shown - The design as the page shows it, with what was just typed.
 * @param saved - As it was saved.
 * @returns Fields with their new values, or null when parts came or went and the page has to be
 *   made again.
 */
export function changedFields(
  shown: TaskDesign,
  saved: TaskDesign,
  timeZone: string,
): readonly { readonly name: string; readonly value: string }[] | null {
  const before = designFields(shown, timeZone);
  const after = designFields(saved, timeZone);
  if (before.size !== after.size || [...after.keys()].some((name) => !before.has(name)))
    return null;
  return [...after]
    .filter(([name, value]) => before.get(name) !== value)
    .map(([name, value]) => ({ name, value }));
}

/** The form field of a design's path: `tiers.<id>.instructionsHtml` → `tiers[<id>][html]`. */
export function fieldOfPath(path: string): string {
  const [first = '', ...rest] = path.replace(/\.instructionsHtml$/, '.html').split('.');
  return first + rest.map((part) => `[${part}]`).join('');
}

/** Form data with one field, for taking one's own value after all. */
export function editOfPath(path: string, value: string): Readonly<Record<string, unknown>> {
  const parts = path.replace(/\.instructionsHtml$/, '.html').split('.');
  return parts.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Readonly<
    Record<string, unknown>
  >;
}
