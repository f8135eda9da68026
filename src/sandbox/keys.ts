import { randomUUID } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { JWK } from 'jose';
import type { StoredKey } from './state.js';

/** How to sign other than properly, for tests of a tool's checks. */
export interface SignOptions {
  /** Extra or changed header members; undefined removes one. */
  header?: Record<string, unknown>;
  /** Another private key than the platform's (a JWK), or a secret for HS algorithms. */
  key?: JWK | Uint8Array;
  kid?: string | undefined;
  alg?: string;
}

/**
 * Makes a 2048-bit RSA key.
 *
 * @returns The key in the form the store keeps and `createSandbox` takes.
 */
export async function makeKey(): Promise<StoredKey> {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const kid = `${new Date().toISOString().replace(/\.\d+/, '')}_${randomUUID()}`;
  const publicJwk = { ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateJwk: await exportJWK(pair.privateKey), publicJwk };
}

/** The platform's signing keys; the last one signs, all are published. */
export class KeyRing {
  /** @param keys - Keys in the order they were made; at least one. */
  constructor(public keys: StoredKey[]) {}

  /** The key that signs now. */
  get current(): StoredKey {
    const key = this.keys.at(-1);
    if (key === undefined) throw new Error('The practice LMS has no signing key');
    return key;
  }

  /**
   * The public half, as the JWKS address answers it.
   *
   * @returns A JSON Web Key Set without private members.
   */
  jwks(): { keys: JWK[] } {
    return { keys: this.keys.map((key) => key.publicJwk) };
  }

  /**
   * Signs with a new key from now on.
   *
   * @param options - `drop` takes the old keys out of the published set.
   */
  async rotate(options: { drop?: boolean } = {}): Promise<void> {
    const key = await makeKey();
    this.keys = options.drop === true ? [key] : [...this.keys, key];
  }

  /**
   * Signs claims exactly as given.
   *
   * @param claims - The payload; members that are undefined are left out.
   * @param options - Deviations: other header, key, kid or algorithm. `none` leaves the token
   *   unsigned, HS256 without a key uses the public key as the secret (the classic confusion).
   * @returns A compact JWT.
   */
  async sign(claims: Record<string, unknown>, options: SignOptions = {}): Promise<string> {
    const alg = options.alg ?? 'RS256';
    const kid = 'kid' in options ? options.kid : this.current.kid;
    const header = { typ: 'JWT', alg, kid, ...options.header };
    const clean = JSON.parse(JSON.stringify(claims)) as Record<string, unknown>;
    const cleanHeader = JSON.parse(JSON.stringify(header)) as Record<string, unknown>;
    if (alg === 'none') return `${encode(cleanHeader)}.${encode(clean)}.`;
    const key =
      options.key instanceof Uint8Array
        ? options.key
        : alg.startsWith('HS')
          ? new TextEncoder().encode(await this.publicPem())
          : await importJWK(options.key ?? this.current.privateJwk, alg);
    return new SignJWT(clean).setProtectedHeader({ ...cleanHeader, alg }).sign(key);
  }

  /**
   * The current public key in PEM form.
   *
   * @returns SPKI text.
   */
  async publicPem(): Promise<string> {
    const key = await importJWK(this.current.publicJwk, 'RS256', { extractable: true });
    if (key instanceof Uint8Array) throw new Error('The signing key is no RSA key');
    return exportSPKI(key);
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
