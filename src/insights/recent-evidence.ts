import type { ContextId } from '../ids.js';
import type { EvidencePiece, EvidenceStore } from './evidence.model.js';

/** Pieces that are older say nothing about readiness any more (design rule 4), in milliseconds. */
export const EVIDENCE_AGE_MS = 30 * 86_400_000;

/** Makes sure that everything released has become evidence before it is read. */
export type TakeGrades = (contextId: ContextId) => Promise<unknown>;

/**
 * Evidence of a course that may still count, released grades included.
 *
 * @param ageMs - How far back, in milliseconds.
 */
export async function recentEvidence(
  store: Pick<EvidenceStore, 'since'>,
  take: TakeGrades,
  contextId: ContextId,
  now: Date,
  ageMs: number = EVIDENCE_AGE_MS,
): Promise<readonly EvidencePiece[]> {
  await take(contextId);
  return store.since(contextId, new Date(now.getTime() - ageMs));
}
