import { mongo } from 'mongoose';

import { kindOf, type SortKey } from './compare.js';
import { isDoc } from './value.js';

/** The direction of one field of an index or a sort. */
export type Direction = 1 | -1;

function stringBytes(text: string): Buffer {
  const raw = Buffer.from(text);
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = raw.indexOf(0); at !== -1; at = raw.indexOf(0, from)) {
    parts.push(raw.subarray(from, at + 1), Buffer.from([0xff]));
    from = at + 1;
  }
  parts.push(raw.subarray(from), Buffer.from([0, 1]));
  return Buffer.concat(parts);
}

/** Eight bytes that sort as the numbers do; NaN comes before all others, as in MongoDB. */
function numberBytes(value: number): Buffer {
  const out = Buffer.alloc(8);
  if (Number.isNaN(value)) return out;
  out.writeDoubleBE(value === 0 ? 0 : value);
  const negative = (out[0] ?? 0) >= 0x80;
  for (let i = 0; i < 8; i += 1) out[i] = negative ? ~(out[i] ?? 0) : (out[i] ?? 0);
  if (!negative) out[0] = (out[0] ?? 0) | 0x80;
  return out;
}

/**
 * Writes one value as bytes whose order is MongoDB's order of the values; no value's bytes are the
 * beginning of another's.
 *
 * @param value - The value, undefined for an empty array.
 * @param direction - 1, or -1 to turn the order round.
 * @returns The bytes.
 */
export function keyBytes(value: SortKey, direction: Direction = 1): Buffer {
  const bytes = ascending(value);
  if (direction === -1) for (let i = 0; i < bytes.length; i += 1) bytes[i] = ~(bytes[i] ?? 0);
  return bytes;
}

function ascending(value: SortKey): Buffer {
  const kind = Buffer.from([kindOf(value)]);
  if (value === undefined || value === null) return kind;
  if (typeof value === 'string') return Buffer.concat([kind, stringBytes(value)]);
  if (typeof value === 'number') return Buffer.concat([kind, numberBytes(value)]);
  if (typeof value === 'boolean') return Buffer.concat([kind, Buffer.from([Number(value)])]);
  if (value instanceof Date) return Buffer.concat([kind, numberBytes(value.getTime())]);
  if (value instanceof mongo.ObjectId) return Buffer.concat([kind, value.id]);
  if (Array.isArray(value)) {
    return Buffer.concat([kind, ...value.map((item) => ascending(item)), Buffer.from([0])]);
  }
  if (isDoc(value)) {
    const fields = Object.entries(value).flatMap(([name, item]) => [
      Buffer.from([kindOf(item)]),
      stringBytes(name),
      ascending(item),
    ]);
    return Buffer.concat([kind, ...fields, Buffer.from([0])]);
  }
  const head = Buffer.alloc(5);
  head.writeUInt32BE(value.length());
  head[4] = value.sub_type;
  return Buffer.concat([kind, head, value.value()]);
}

/**
 * Gives the first bytes after all those that begin as these do.
 *
 * @param bytes - A beginning, not all of it 0xff.
 * @returns The smallest byte string greater than every one that begins with it.
 */
export function after(bytes: Buffer): Buffer {
  const out = Buffer.from(bytes);
  let last = out.length - 1;
  while (last >= 0 && out[last] === 0xff) last -= 1;
  if (last < 0) return Buffer.from([0xff]);
  out[last] = (out[last] ?? 0) + 1;
  return out.subarray(0, last + 1);
}
