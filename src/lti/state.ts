import { randomBytes } from 'node:crypto';
import type { RegistrationId } from '../ids.js';
import type { Seals } from './seal.js';

/** A login that was begun here lives this long; Canvas gives its own half of it five minutes. */
export const LOGIN_TTL_MS = 10 * 60_000;

/** What a `state` says of the login it belongs to. */
export interface LoginState {
  /** Names the cookie and the storage key of this login; not secret. */
  readonly key: string;
  readonly registrationId: RegistrationId;
  readonly issuedAt: Date;
  /** Frame that keeps values for us (`lti_storage_target`), null when none was offered. */
  readonly storageFrame: string | null;
}

/**
 * The record of a login that only its own browser holds: in a partitioned cookie, or in the
 * platform's storage. Possessing it is the proof that launch and login met in one browser (SEC
 * 5.1.1 step 4; LOGIN-12, AUTH-16 to AUTH-20).
 */
export interface LoginRecord {
  /** Deployment named at login; the launch has to agree (AUTH-23). */
  readonly deploymentId: string | null;
  /** target_link_uri of the login. */
  readonly target: string;
}

/**
 * Begins a login: makes `state` and `nonce` together.
 *
 * The state holds 256 random bits and the facts of the login, authenticated; the nonce is a
 * pseudo-random function of the state, of 256 bits as well. So each nonce belongs to exactly one
 * state, nobody can predict either, every process can check both, and logins that are never
 * finished leave nothing behind (LOGIN-12, LOGIN-14). Only the use of a state is written down.
 */
export function beginLogin(
  seals: Seals,
  login: {
    readonly registrationId: RegistrationId;
    readonly storageFrame: string | null;
    readonly record: LoginRecord;
  },
  now: Date,
): { readonly state: string; readonly nonce: string; readonly key: string; record: string } {
  const random = randomBytes(32).toString('base64url');
  const frame =
    login.storageFrame === null ? '' : Buffer.from(login.storageFrame).toString('base64url');
  const body = [now.getTime().toString(36), login.registrationId, frame, random].join('.');
  const state = `${body}.${seals.mac('state', body)}`;
  const payload = Buffer.from(
    JSON.stringify([login.record.deploymentId, login.record.target]),
  ).toString('base64url');
  return {
    state,
    nonce: nonceOf(seals, state),
    key: random.slice(0, 16),
    record: `${payload}.${seals.mac('binding', `${state} ${payload}`)}`,
  };
}

/** The nonce that belongs to a state (AUTH-16). */
export function nonceOf(seals: Seals, state: string): string {
  return seals.mac('nonce', state);
}

/**
 * Reads a state that came back.
 *
 * @returns What it says, or why it is worth nothing: not one of ours, or too old.
 */
export function readState(
  seals: Seals,
  state: string,
  now: Date,
): LoginState | 'unknown' | 'expired' {
  const cut = state.lastIndexOf('.');
  const body = state.slice(0, Math.max(cut, 0));
  if (state.length > 1000 || !seals.isMac('state', body, state.slice(cut + 1))) return 'unknown';
  const [issued = '', registrationId = '', frame = '', random = ''] = body.split('.');
  const issuedAt = new Date(Number.parseInt(issued, 36));
  if (now.getTime() - issuedAt.getTime() > LOGIN_TTL_MS) return 'expired';
  return {
    key: random.slice(0, 16),
    registrationId: registrationId as RegistrationId,
    issuedAt,
    storageFrame: frame === '' ? null : Buffer.from(frame, 'base64url').toString(),
  };
}

/** Reads the record of a login; null unless it was made for exactly this state. */
export function readRecord(seals: Seals, state: string, record: string): LoginRecord | null {
  const cut = record.lastIndexOf('.');
  const payload = record.slice(0, Math.max(cut, 0));
  if (!seals.isMac('binding', `${state} ${payload}`, record.slice(cut + 1))) return null;
  const [deploymentId, target] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
    string | null,
    string,
  ];
  return { deploymentId, target };
}

/** Name of the cookie that binds a login to its browser (STORE-01). */
export function stateCookieName(key: string): string {
  return `__Host-trellis-state-${key}`;
}

const LANDED = 'landed.';

/** What the login's cookie holds after its launch: where it led, for a reload of the post (AUTH-22). */
export function landedValue(seals: Seals, state: string, path: string): string {
  const payload = Buffer.from(path).toString('base64url');
  return `${LANDED}${payload}.${seals.mac('landed', `${state} ${payload}`)}`;
}

/** The page a launch led to in this browser; null when the cookie does not say so. */
export function readLanded(seals: Seals, state: string, cookie: string): string | null {
  if (!cookie.startsWith(LANDED)) return null;
  const [payload = '', mac = ''] = cookie.slice(LANDED.length).split('.');
  if (!seals.isMac('landed', `${state} ${payload}`, mac)) return null;
  return Buffer.from(payload, 'base64url').toString();
}
