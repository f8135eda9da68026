import { z } from 'zod';
import { oneOrMany } from '../web/parse.js';

const byCriterion = z.record(z.string().max(40), z.string().trim().max(1000)).default({});

/** What a student says about a piece: `works[<criterion>]` and `next[<criterion>]`. */
export const peerNotesSchema = z.strictObject({ works: byCriterion, next: byCriterion });

/** Reviews that the teacher saw on the page when letting all of them on. */
export const peerReleaseSchema = z.strictObject({ ids: oneOrMany(z.string().max(40)) });

/** The teacher's answer to a review. */
export const peerDecisionSchema = z.strictObject({ answer: z.enum(['released', 'hidden']) });
