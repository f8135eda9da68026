import { z } from 'zod';

/** The last of a ticked box and the hidden field before it. */
const last = (value: unknown): unknown =>
  Array.isArray(value) ? (value.at(-1) as unknown) : value;

const flag = z.preprocess(
  last,
  z.enum(['true', 'false']).transform((value) => value === 'true'),
);

const text = (max: number) =>
  z.string().max(max, `Keep this under ${max.toLocaleString('en')} characters.`);

const amount = (max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    z.coerce
      .number('Write a number.')
      .min(0, 'Write a number that is not below 0.')
      .max(max, `Write a number of at most ${max.toLocaleString('en')}.`)
      .optional(),
  );

const whole = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    z.coerce
      .number('Write a whole number.')
      .int('Write a whole number.')
      .min(min, `Write a whole number from ${min} to ${max}.`)
      .max(max, `Write a whole number from ${min} to ${max}.`)
      .optional(),
  );

/** `2026-05-08T23:59` in the writer's own zone, or nothing. */
const localTime = z
  .string()
  .trim()
  .regex(/^$|^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/, 'Choose a day and a time.');

/** Tells an address that browsers open from everything else that looks like one. */
export function isWebAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return (protocol === 'http:' || protocol === 'https:') && hostname !== '';
}

/** A link a student may follow; "example.org/page" is taken as https. */
export const webAddress = z
  .string()
  .trim()
  .max(2000, 'This address is too long.')
  .transform((value) =>
    value === '' || /^[a-z][a-z0-9+.-]*:/i.test(value) ? value : `https://${value}`,
  )
  .refine(
    (value) => value === '' || isWebAddress(value),
    'Use a web address that begins with https:// or http://.',
  );

/** Ids that are ticked; a hidden empty one says that the list was on the page. */
const ids = z.preprocess(
  (value) => (Array.isArray(value) ? (value as unknown[]) : [value]).filter((id) => id !== ''),
  z.array(z.string().max(64)).max(200),
);

/** Items by their id; form fields read `goals[<id>][text]`. */
const byId = <T extends z.ZodType>(item: T) =>
  z.record(z.string().regex(/^[\w:-]{1,80}$/), item).optional();

const level = z.object({
  points: amount(10_000),
  label: text(80).optional(),
  description: text(1000).optional(),
});

const material = z.object({
  title: text(200).optional(),
  url: webAddress.optional(),
  text: text(600_000).optional(),
  html: text(1_500_000).optional(),
});

/**
 * Fields of the design form that came in: only what is there is changed, so a save may send one
 * field or all of them.
 */
export const designEditSchema = z.object({
  title: text(300).optional(),
  subject: text(40).optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/, 'Choose a language.')
    .optional(),
  pointsPossible: amount(10_000),
  dueAt: localTime.optional(),
  goals: byId(z.object({ text: text(500).optional(), code: text(60).optional() })),
  criteria: byId(
    z.object({
      text: text(500).optional(),
      kind: z.enum(['levels', 'single-point']).optional(),
      points: amount(10_000),
      isAnchor: flag.optional(),
      // Numbered fields arrive as a list.
      levels: z.preprocess(
        (value) => (Array.isArray(value) ? Object.fromEntries(value.entries()) : value),
        z.record(z.string().regex(/^\d$/), level).optional(),
      ),
    }),
  ),
  tiers: byId(
    z.object({
      name: text(60).optional(),
      text: text(600_000).optional(),
      html: text(1_500_000).optional(),
      minutes: whole(1, 10_000),
      products: whole(1, 20),
      goalIds: ids.optional(),
      criterionIds: ids.optional(),
      materials: byId(material),
      steps: byId(z.object({ text: text(1000).optional(), targetAt: localTime.optional() })),
    }),
  ),
  dates: byId(z.object({ dueAt: localTime.optional() })),
  settings: z
    .object({
      neutralLabels: z.enum(['hidden', 'shapes', 'plants', 'rivers']).optional(),
      allowsTakeBack: flag.optional(),
      allowsResubmit: flag.optional(),
      allowsTierRequests: flag.optional(),
      allowsExtraCredit: flag.optional(),
      peerFeedback: flag.optional(),
      groupHandIn: flag.optional(),
      gradesNameless: flag.optional(),
      asksSelfAssessment: flag.optional(),
    })
    .optional(),
});

export type DesignEdit = z.infer<typeof designEditSchema>;

/** Takes one value out of nested form data. */
function without(body: unknown, path: readonly PropertyKey[]): unknown {
  const [key, ...rest] = path;
  if (typeof body !== 'object' || body === null || key === undefined) return body;
  const copy = { ...body } as Record<PropertyKey, unknown>;
  if (rest.length === 0) Reflect.deleteProperty(copy, key);
  else copy[key] = without(copy[key], rest);
  return copy;
}

/**
 * Reads the design form so that one wrong field does not hold up the others.
 *
 * @param body - Nested form data, as posted.
 * @returns What can be saved, and each refused field's message by its path (`tiers.<id>.minutes`).
 */
export function readDesignEdit(body: unknown): {
  readonly edit: DesignEdit;
  readonly errors: Readonly<Record<string, string>>;
} {
  let left: unknown = body ?? {};
  const errors: Record<string, string> = {};
  for (let round = 0; round < 4; round += 1) {
    const parsed = designEditSchema.safeParse(left);
    if (parsed.success) return { edit: parsed.data, errors };
    for (const issue of parsed.error.issues) {
      errors[issue.path.join('.')] ??= issue.message;
      left = without(left, issue.path);
    }
  }
  return { edit: {}, errors };
}
