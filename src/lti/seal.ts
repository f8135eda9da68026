import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { TrellisError } from '../errors.js';

/** What is protected by a key of its own: something made for one purpose never passes for another. */
export type Purpose =
  'state' | 'nonce' | 'binding' | 'landed' | 'login-link' | 'tool-key' | 'invite' | 'parked';

export interface Seals {
  /** Message authentication code (HMAC-SHA256, 43 characters of base64url). */
  mac(purpose: Purpose, text: string): string;
  /** Whether the code is the text's own; takes the same time for right and wrong ones. */
  isMac(purpose: Purpose, text: string, mac: string): boolean;
  /** Encrypts with authentication (AES-256-GCM). */
  seal(purpose: Purpose, text: string): string;
  /** Opens what `seal` made; null when a single bit of it differs. */
  unseal(purpose: Purpose, sealed: string): string | null;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Makes the keys of every purpose from the one secret (HKDF-SHA256, RFC 5869).
 *
 * @param secret - SECRET of the settings, at least 32 bytes.
 * @throws TrellisError INVALID_INPUT when it is shorter.
 */
export function makeSeals(secret: string): Seals {
  if (Buffer.byteLength(secret) < 32) {
    throw new TrellisError('INVALID_INPUT', 'SECRET needs at least 32 bytes');
  }
  const keys = new Map<Purpose, KeyObject>();
  const keyOf = (purpose: Purpose): KeyObject => {
    const known = keys.get(purpose);
    if (known !== undefined) return known;
    const made = createSecretKey(
      Buffer.from(hkdfSync('sha256', secret, 'trellis', `lti ${purpose}`, 32)),
    );
    keys.set(purpose, made);
    return made;
  };
  const mac = (purpose: Purpose, text: string): string =>
    createHmac('sha256', keyOf(purpose)).update(text).digest('base64url');
  return {
    mac,
    isMac: (purpose, text, given) => equalText(mac(purpose, text), given),
    seal(purpose, text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOf(purpose), iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    unseal(purpose, sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv('aes-256-gcm', keyOf(purpose), bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        const body = bytes.subarray(IV_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        // GCM refuses what was changed; the caller says what that means.
        return null;
      }
    },
  };
}

/** Compares two texts without telling by the time it takes where they differ. */
export function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** SHA-256 as base64url, for ids of things whose plain form the store should not hold. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
