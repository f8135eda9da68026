/** A seeded source of whole numbers: the same seed rolls the same numbers on any machine. */
export interface Dice {
  /** A whole number from 0 up to, not including, `sides`. */
  roll(sides: number): number;
  /** 32 random bits as a signed integer. */
  bits(): number;
}

const TWO_TO_MINUS_32 = 1 / 4294967296;

/**
 * Makes seeded dice (sfc32, Chris Doty-Humphrey's small fast counter): 32-bit integer arithmetic
 * only, so every machine rolls alike.
 *
 * @param seed - Any number; fractions and large values count in full, what is no number counts as 0.
 * @param stream - Another number for independent dice under the same seed.
 * @returns Dice of their own, whose rolls nobody else disturbs.
 */
export function diceOf(seed: number, stream = 0): Dice {
  const words = new Uint32Array(new Float64Array([Number.isFinite(seed) ? seed : 0]).buffer);
  let a = (words[0] ?? 0) | 0;
  let b = (words[1] ?? 0) | 0;
  let c = stream | 0;
  let counter = 1;
  const bits = (): number => {
    const out = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + out) | 0;
    return out;
  };
  for (let i = 0; i < 15; i += 1) bits();
  return { bits, roll: (sides) => Math.floor((bits() >>> 0) * TWO_TO_MINUS_32 * sides) };
}

/**
 * Shuffles a list in place (Fisher–Yates).
 *
 * @param list - The list, or a typed array of numbers.
 * @param dice - Decide the order.
 */
export function shuffle(list: number[] | Int32Array, dice: Dice): void {
  for (let i = list.length - 1; i > 0; i -= 1) {
    const j = dice.roll(i + 1);
    const kept = list[i] ?? 0;
    list[i] = list[j] ?? 0;
    list[j] = kept;
  }
}
