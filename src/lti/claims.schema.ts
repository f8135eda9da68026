import { z } from 'zod';

/** Text of at most so many characters; anything else counts as not told. */
const told = (most: number) =>
  z
    .string()
    .transform((text) => text.trim().slice(0, most))
    .transform((text) => (text === '' ? null : text))
    .nullable()
    .catch(null);

/** An id: exact, 1 to 255 characters, not blank (CORE-03, CORE-05, AUTH-25, THR-61). */
const id = z
  .string()
  .max(255)
  .refine((text) => text.trim() !== '');

export const subSchema = id;
export const deploymentIdSchema = id;

/** true, or the text "true"; Moodle and others send booleans as text (DLK-04). */
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** A list of texts; Canvas sends some lists as one text with commas (canvas 4.1). */
const texts = z.union([
  z.array(z.unknown()).transform((list) => list.filter((item) => typeof item === 'string')),
  z.string().transform((text) => text.split(',').map((part) => part.trim())),
]);

export const contextSchema = z
  .looseObject({ id, label: told(500), title: told(500) })
  .partial({ label: true, title: true })
  .nullish()
  .catch(null);

export const resourceLinkSchema = z
  .looseObject({ id, title: told(1000), description: told(200_000) })
  .partial({ title: true, description: true });

export const presentationSchema = z
  .looseObject({
    document_target: z.enum(['iframe', 'window', 'frame']).catch('iframe'),
    return_url: z.string().max(4000).nullish().catch(null),
    locale: told(35),
  })
  .partial()
  .nullish()
  .catch(null);

export const gradeServiceSchema = z
  .looseObject({
    scope: texts.catch([]),
    lineitems: z.string().nullish().catch(null),
    lineitem: z.string().nullish().catch(null),
  })
  .partial()
  .nullish()
  .catch(null);

export const rosterServiceSchema = z
  .looseObject({
    context_memberships_url: z.string(),
    service_versions: z.array(z.unknown()).optional().catch(undefined),
  })
  .nullish()
  .catch(null);

export const groupServiceSchema = z
  .looseObject({ context_groups_url: z.string() })
  .nullish()
  .catch(null);

export const noticeServiceSchema = z
  .looseObject({
    platform_notification_service_url: z.string(),
    scope: texts.catch([]),
    notice_types_supported: texts.catch([]),
  })
  .nullish()
  .catch(null);

export const noticeSchema = z.looseObject({ id: z.string().min(1).max(255), type: z.string() });

/** Contexts that one was copied from, nearest first; a text that is no id is left out. */
export const originContextsSchema = z
  .array(z.unknown())
  .transform((list) => list.filter((one): one is string => id.safeParse(one).success).slice(0, 20));

export const deepLinkingSchema = z.looseObject({
  deep_link_return_url: z.string().max(8000),
  accept_types: texts,
  accept_presentation_document_targets: texts,
  accept_multiple: flag.optional().catch(undefined),
  accept_lineitem: flag.optional().catch(undefined),
  auto_create: flag.optional().catch(undefined),
  title: told(1000).optional(),
  text: told(20_000).optional(),
  data: z.string().optional(),
});

export const forUserSchema = z.looseObject({ user_id: id }).nullish();

export const personSchema = z.looseObject({
  name: told(300).optional(),
  given_name: told(150).optional(),
  family_name: told(150).optional(),
  email: told(320).optional(),
  locale: told(35).optional(),
});

/** Custom values: resolved ones only, as text (CORE-15); booleans come from Canvas. */
export const customSchema = z
  // Read by hand: twenty values at each launch, of which any may be anything.
  .unknown()
  .transform((values) => {
    const resolved: Record<string, string> = {};
    const isObject = typeof values === 'object' && values !== null && !Array.isArray(values);
    for (const [name, value] of Object.entries(isObject ? values : {}).slice(0, 200)) {
      const text =
        typeof value === 'string'
          ? value
          : typeof value === 'boolean' || typeof value === 'number'
            ? String(value)
            : null;
      if (text === null || text.startsWith('$') || text.includes('${')) continue;
      if (name !== '__proto__') resolved[name] = text.slice(0, 20_000);
    }
    return resolved;
  });
