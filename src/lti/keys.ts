import { createPrivateKey, generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { SignJWT, type JWTPayload } from 'jose';
import { TrellisError } from '../errors.js';
import type { ToolKey, ToolKeys } from '../admin/tool-key.model.js';
import type { Seals } from './seal.js';

const generate = promisify(generateKeyPair);

/** Platforms may keep our JWKS this long; the header says so. */
export const JWKS_MAX_AGE_S = 3600;
/** A new key signs only after every cache can have seen it (KEY-02). */
const OVERLAP_BEFORE_MS = JWKS_MAX_AGE_S * 1000 + 5 * 60_000;
/** An old public key stays after its last signature, which lives five minutes; caches get a day. */
const OVERLAP_AFTER_MS = OVERLAP_BEFORE_MS + 24 * 3_600_000;
const RELOAD_MS = 60_000;

export interface SigningKeys {
  /** The public key set (KEY-01). Makes the first key where there is none. */
  jwks(): Promise<{ readonly keys: readonly Readonly<Record<string, unknown>>[] }>;
  /** Signs claims with the present key; RS256 with its kid. */
  sign(claims: JWTPayload): Promise<string>;
  /** Adds a key; it signs after the overlap. @returns Its kid and when it begins to sign. */
  rotate(): Promise<{ readonly kid: string; readonly signsFrom: Date }>;
}

/**
 * Our signing keys: one set for all registrations, private halves sealed in the store.
 *
 * @throws TrellisError STORE_AWAY with reason `key-unreadable` where a stored key was changed or
 *   SECRET is another than the one it was sealed with: nothing is signed then (THR-18).
 */
export function createSigningKeys(model: ToolKeys, seals: Seals, clock: () => Date): SigningKeys {
  let loaded: { keys: readonly ToolKey[]; until: number } | null = null;
  let opened: { kid: string; key: KeyObject } | null = null;

  const make = async (signsFrom: Date): Promise<ToolKey> => {
    const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
    const kid = randomUUID();
    const { kty, n, e } = publicKey.export({ format: 'jwk' });
    const key: ToolKey = {
      _id: kid,
      // Moodle fetches the set on every token request unless `alg` is published.
      publicJwk: { kty, n, e, kid, alg: 'RS256', use: 'sig' },
      sealedPrivate: seals.seal(
        'tool-key',
        privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ),
      createdAt: clock(),
      signsFrom,
      publishedUntil: null,
    };
    await model.create(key);
    return key;
  };

  let loading: Promise<readonly ToolKey[]> | null = null;
  const load = (): Promise<readonly ToolKey[]> => {
    const now = clock().getTime();
    if (loaded !== null && loaded.until > now) return Promise.resolve(loaded.keys);
    loading ??= (async () => {
      let keys = await model.list();
      if (keys.length === 0) {
        // Two processes may both come here at first start: both keys are published and both sign.
        await make(clock());
        keys = await model.list();
      }
      loaded = { keys, until: clock().getTime() + RELOAD_MS };
      return keys;
    })().finally(() => {
      loading = null;
    });
    return loading;
  };

  const open = (stored: ToolKey): KeyObject => {
    if (opened?.kid === stored._id) return opened.key;
    const pem = seals.unseal('tool-key', stored.sealedPrivate);
    if (pem === null) {
      throw new TrellisError(
        'STORE_AWAY',
        'a signing key cannot be opened: changed, or another SECRET',
        {
          reason: 'key-unreadable',
        },
      );
    }
    const key = createPrivateKey(pem);
    opened = { kid: stored._id, key };
    return key;
  };

  return {
    async jwks() {
      const now = clock();
      const keys = (await load()).filter(
        ({ publishedUntil }) => publishedUntil === null || publishedUntil > now,
      );
      return { keys: keys.map(({ publicJwk }) => publicJwk) };
    },
    async sign(claims) {
      const now = clock();
      const keys = await load();
      const present = keys.filter(({ signsFrom }) => signsFrom <= now).at(-1) ?? keys[0];
      if (present === undefined) throw new TrellisError('STORE_AWAY', 'no signing key');
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: present._id, typ: 'JWT' })
        .sign(open(present));
    },
    async rotate() {
      const now = clock();
      await load();
      const signsFrom = new Date(now.getTime() + OVERLAP_BEFORE_MS);
      const { _id } = await make(signsFrom);
      await model.retireOthers(_id, new Date(now.getTime() + OVERLAP_AFTER_MS));
      loaded = null;
      return { kid: _id, signsFrom };
    },
  };
}
