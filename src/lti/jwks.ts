import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { GuardedFetch } from './guarded-fetch.js';
import { refusal } from './refusal.js';

const MIN_LIFE_MS = 5 * 60_000;
const MAX_LIFE_MS = 24 * 3_600_000;
/** A platform that does not answer is believed for this long past the life of its keys (KEY-05). */
const GRACE_MS = 3_600_000;
/** Unknown kids may cause this many fetches at once, and one more each ten seconds (KEY-04). */
const MISS_BURST = 2;
const MISS_REFILL_MS = 10_000;
const MAX_URLS = 1_000;

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kid: z.unknown() })).max(100) });

interface KeySet {
  /** Several keys under one kid are an ambiguity, kept as null (KEY-06). */
  readonly keys: ReadonlyMap<string, KeyObject | null>;
  readonly fetchedAt: number;
  readonly freshUntil: number;
}

interface Entry {
  set: KeySet | null;
  fetching: Promise<KeySet> | null;
  misses: number;
  missesAt: number;
}

export interface PlatformKeys {
  /**
   * The platform's public key of this id, from memory while it is fresh (KEY-03 to KEY-07).
   *
   * @throws TrellisError LAUNCH_REJECTED with reason `bad-signature` when the platform has no such
   *   key, `platform-silent` when its keys cannot be read.
   */
  find(jwksUrl: string, kid: string): Promise<KeyObject>;
  /** Reads the keys now; for checks and to purge. @returns The ids found. */
  refresh(jwksUrl: string): Promise<readonly string[]>;
}

function lifeOf(cacheControl: string | string[] | undefined): number {
  const text = Array.isArray(cacheControl) ? cacheControl.join(',') : (cacheControl ?? '');
  const seconds = Number(/max-age\s*=\s*"?(\d+)/i.exec(text)?.[1] ?? '3600');
  return Math.min(Math.max(seconds * 1000, MIN_LIFE_MS), MAX_LIFE_MS);
}

function readKeys(text: string): Map<string, KeyObject | null> {
  const keys = new Map<string, KeyObject | null>();
  for (const jwk of jwksSchema.parse(JSON.parse(text)).keys) {
    const { kid, kty, use, alg, n, e } = jwk as JsonWebKey & Record<string, unknown>;
    if (typeof kid !== 'string' || kty !== 'RSA') continue;
    if ((use ?? 'sig') !== 'sig' || (alg ?? 'RS256') !== 'RS256') continue;
    try {
      const key = createPublicKey({ key: { kty, n, e } as JsonWebKey, format: 'jwk' });
      const isLongEnough = (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
      if (isLongEnough) keys.set(kid, keys.has(kid) ? null : key);
    } catch {
      // A key that is none helps nobody; the others of the set still count.
    }
  }
  return keys;
}

/**
 * Keeps the public keys of platforms: cached per address, one fetch at a time for each, one more
 * fetch for a kid that is not known, and the cached ones while the platform does not answer.
 *
 * @param fetch - The guarded way out.
 * @param clock - Tells the time.
 */
export function createPlatformKeys(fetch: GuardedFetch, clock: () => Date): PlatformKeys {
  const entries = new Map<string, Entry>();

  const entryOf = (url: string): Entry => {
    const known = entries.get(url);
    if (known !== undefined) return known;
    if (entries.size >= MAX_URLS) entries.clear();
    const made: Entry = { set: null, fetching: null, misses: 0, missesAt: clock().getTime() };
    entries.set(url, made);
    return made;
  };

  const load = (url: string, entry: Entry): Promise<KeySet> => {
    entry.fetching ??= (async () => {
      const answer = await fetch(url, {
        headers: { accept: 'application/json' },
        timeoutMs: 5_000,
        maxBytes: 512_000,
      });
      if (answer.status !== 200) throw new Error(`keys answered ${answer.status}`);
      const now = clock().getTime();
      const set: KeySet = {
        keys: readKeys(answer.text),
        fetchedAt: now,
        freshUntil: now + lifeOf(answer.headers['cache-control']),
      };
      entry.set = set;
      return set;
    })().finally(() => {
      entry.fetching = null;
    });
    return entry.fetching;
  };

  const mayRefetch = (entry: Entry): boolean => {
    const now = clock().getTime();
    const refilled = Math.floor((now - entry.missesAt) / MISS_REFILL_MS);
    if (refilled > 0) {
      entry.misses = Math.max(0, entry.misses - refilled);
      entry.missesAt = now;
    }
    if (entry.misses >= MISS_BURST) return false;
    entry.misses += 1;
    return true;
  };

  const silent = (cause: unknown) =>
    refusal('platform-silent', 'the keys of the platform cannot be read', { cause });

  const current = async (url: string, entry: Entry): Promise<KeySet> => {
    const now = clock().getTime();
    const { set } = entry;
    if (set !== null && set.freshUntil > now) return set;
    try {
      return await load(url, entry);
    } catch (error) {
      const isBelieved =
        set !== null && now < Math.min(set.freshUntil + GRACE_MS, set.fetchedAt + MAX_LIFE_MS);
      if (isBelieved) return set;
      throw silent(error);
    }
  };

  return {
    async find(url, kid) {
      const entry = entryOf(url);
      const before = entry.set;
      let set = await current(url, entry);
      if (!set.keys.has(kid) && set === before && (entry.fetching !== null || mayRefetch(entry))) {
        // Only where the set was cached: a set read just now has said already that it has no such key.
        set = await load(url, entry).catch(() => set);
      }
      const key = set.keys.get(kid) ?? null;
      if (key === null) throw refusal('bad-signature', 'no key of the platform has this kid');
      return key;
    },
    async refresh(url) {
      const set = await load(url, entryOf(url));
      return [...set.keys.keys()];
    },
  };
}
