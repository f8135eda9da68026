/** FNV-1a with a last stir: spreads ids so that their order tells nothing about name, time or tier. */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/**
 * The mixed order of pieces on the desk: the same on every visit and for every teacher, another one
 * in every assignment, and free of class order, time of hand-in and tier (design rule 10).
 *
 * @param assignmentId - Whose pieces.
 * @param memberIds - Students, in any order.
 */
export function mixedOrder<Id extends string>(
  assignmentId: string,
  memberIds: readonly Id[],
): readonly Id[] {
  return memberIds
    .map((id) => ({ id, at: spread(`${assignmentId} ${id}`) }))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

/**
 * The piece that comes after this one.
 *
 * @param order - The mixed order.
 * @param current - The piece at hand; null: begin at the first.
 * @param isWaiting - Whether a piece still waits for this teacher.
 * @returns The next one that waits, going round; null when none is left.
 */
export function nextPiece<Id extends string>(
  order: readonly Id[],
  current: Id | null,
  isWaiting: (id: Id) => boolean,
): Id | null {
  const at = current === null ? -1 : order.indexOf(current);
  const round = [...order.slice(at + 1), ...order.slice(0, Math.max(0, at))];
  return round.find((id) => id !== current && isWaiting(id)) ?? null;
}
