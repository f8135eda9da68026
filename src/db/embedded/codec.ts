import { mongo } from 'mongoose';

import { isDoc, setField, type Doc, type Value } from './value.js';

/**
 * Documents are kept as JSON text, which SQLite's own tools can read. What JSON does not have is a
 * string that begins with this character and a letter; a string of a user's that begins with it
 * gets the letter S put before it.
 */
const MARK = '\u0001';

function numberToJson(value: number): Value {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return `${MARK}N${Object.is(value, -0) ? '-0' : String(value)}`;
}

/** Gives the tree that JSON.stringify can write: marked texts in place of what JSON has not. */
function toJson(value: Value): Value {
  if (typeof value === 'string') return value.startsWith(MARK) ? `${MARK}S${value}` : value;
  if (typeof value === 'number') return numberToJson(value);
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => toJson(item));
  if (isDoc(value)) {
    const out: Doc = {};
    for (const key of Object.keys(value)) setField(out, key, toJson(value[key] ?? null));
    return out;
  }
  if (value instanceof Date) return `${MARK}D${value.toISOString()}`;
  if (value instanceof mongo.ObjectId) return `${MARK}O${value.toHexString()}`;
  const bytes = Buffer.from(value.value()).toString('base64');
  return `${MARK}B${value.sub_type.toString(16).padStart(2, '0')}${bytes}`;
}

function fromMarked(text: string): Value {
  const rest = text.slice(2);
  switch (text[1]) {
    case 'D':
      return new Date(rest);
    case 'N':
      return Number(rest);
    case 'O':
      return new mongo.ObjectId(rest);
    case 'B': {
      const subType = Number.parseInt(rest.slice(0, 2), 16);
      const binary = new mongo.Binary(Buffer.from(rest.slice(2), 'base64'), subType);
      return subType === mongo.Binary.SUBTYPE_UUID ? binary.toUUID() : binary;
    }
    case 'S':
      return rest;
    default:
      throw new Error('A stored document is damaged: unknown mark');
  }
}

/** Puts the marked values back, in place: the tree comes fresh from JSON.parse. */
function revive(value: Value): Value {
  if (typeof value === 'string') return value.startsWith(MARK) ? fromMarked(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) value[i] = revive(value[i] ?? null);
    return value;
  }
  const doc = value as Doc;
  for (const key of Object.keys(doc)) {
    const item = doc[key] ?? null;
    if (typeof item === 'string' ? item.startsWith(MARK) : typeof item === 'object') {
      doc[key] = revive(item);
    }
  }
  return doc;
}

/**
 * Writes a document as the text that is stored.
 *
 * @param doc - The document.
 * @returns JSON text; equal documents with equal field order give equal text.
 */
export function encode(doc: Doc): string {
  return JSON.stringify(toJson(doc));
}

/**
 * Reads a stored document back, every value of the kind it was.
 *
 * @param text - What {@link encode} wrote.
 * @returns A fresh document.
 */
export function decode(text: string): Doc {
  return revive(JSON.parse(text) as Value) as Doc;
}
