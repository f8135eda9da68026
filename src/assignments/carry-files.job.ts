import type { FileStore } from '../db/files.js';
import type { ContextId, FileId, MembershipId } from '../ids.js';

/**
 * Copies a design's files into another course of the same deployment: files belong to a course, and
 * its pages show no other's.
 *
 * @param fileIds - Files of the course copied from; those that are gone are left out.
 * @returns Old id → new id.
 */
export async function carryFiles(
  files: FileStore,
  fileIds: readonly FileId[],
  from: ContextId,
  to: { readonly contextId: ContextId; readonly ownerId: MembershipId },
  now: Date,
): Promise<ReadonlyMap<FileId, FileId>> {
  const copies = new Map<FileId, FileId>();
  for (const id of fileIds) {
    const file = await files.find(from, id);
    if (file === null) continue;
    const facts = { ...to, purpose: 'material' as const, name: file.name };
    const outcome = await files.put(files.open(file), facts, now);
    if (outcome.ok) copies.set(id, outcome.file.id);
  }
  return copies;
}
