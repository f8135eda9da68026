import { z } from 'zod';

/** Saving an assignment of the course in the library. */
export const saveTemplateSchema = z.object({
  assignment: z.string().regex(/^[\w-]{1,64}$/, 'Choose an assignment.'),
  title: z.string().trim().max(300, 'Keep the name under 300 characters.').default(''),
  share: z.enum(['true', 'false']).default('false'),
});

/** Sharing a template with the district, or keeping it to the course again. */
export const shareTemplateSchema = z.object({ share: z.enum(['true', 'false']) });

/** Copying another course's whole set. */
export const copyCourseSchema = z.object({
  course: z.string().regex(/^[\w-]{1,64}$/, 'Choose a course.'),
});
