import { diceOf, shuffle } from '../groups/dice.js';

/**
 * Names without a ladder: no numbers of corners, no sizes, no colours, nothing that counts or grows.
 * Each is the last part of a key `tiers-rules.label.<set>.<name>`.
 */
export const NEUTRAL_SETS = {
  shapes: [
    'circle',
    'heart',
    'wave',
    'spiral',
    'drop',
    'crescent',
    'leaf',
    'shell',
    'cloud',
    'key',
  ],
  plants: [
    'alder',
    'beech',
    'cedar',
    'elm',
    'hazel',
    'linden',
    'maple',
    'olive',
    'rowan',
    'willow',
  ],
  rivers: ['douro', 'ebro', 'elbe', 'loire', 'meuse', 'oder', 'seine', 'tagus', 'tisza', 'vltava'],
} as const;
export type NeutralSet = keyof typeof NEUTRAL_SETS;

/** FNV-1a, so that an id gives the same seed on every machine. */
function seedOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  }
  return hash >>> 0;
}

/**
 * Gives each tier of an assignment a neutral label, drawn anew for every assignment so that no label
 * ever comes to mean a level.
 *
 * @param tierIds - The assignment's tiers, at most ten.
 * @param set - Which names to draw from.
 * @param assignmentId - The seed: the same assignment keeps its labels.
 * @returns Tier id → key of its label in the catalogue. Product rule 13.
 */
export function neutralLabels(
  tierIds: readonly string[],
  set: NeutralSet,
  assignmentId: string,
): ReadonlyMap<string, string> {
  const names = NEUTRAL_SETS[set];
  const order = names.map((_name, i) => i);
  shuffle(order, diceOf(seedOf(`${set} ${assignmentId}`)));
  // Drawn by id, not by place on the teacher's page: the order of the tiers must not show either.
  const drawn = [...tierIds].sort();
  return new Map(
    drawn.map((id, i) => [id, `tiers-rules.label.${set}.${names[order[i] ?? 0] ?? names[0]}`]),
  );
}
