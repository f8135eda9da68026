import type { Registration, Registrations } from '../admin/registration.model.js';
import { familyOf } from './platforms/of.js';

const KEPT_MS = 1_000;

/** Origins whose pages may frame Trellis because of a registration; only text that CSP can hold. */
export function originsOf(registration: Registration): readonly string[] {
  const urls = [registration.issuer, registration.authorizationEndpoint, ...registration.origins];
  const own = urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
  return [...own, ...familyOf(registration.family).frameAncestors].filter((origin) =>
    /^https?:\/\/[a-z0-9.*:[\]-]+$/i.test(origin),
  );
}

/**
 * The origins of all active registrations, read again after a second or a change: what another
 * process changes counts here at once too.
 */
export function createFrameAncestors(
  registrations: Registrations,
  clock: () => Date,
): { list(): Promise<readonly string[]>; changed: () => void } {
  let kept: { origins: readonly string[]; until: number } | null = null;
  let reading: Promise<readonly string[]> | null = null;
  const read = async (): Promise<readonly string[]> => {
    const active = (await registrations.list()).filter(({ status }) => status === 'active');
    const origins = [...new Set(active.flatMap(originsOf))].sort();
    kept = { origins, until: clock().getTime() + KEPT_MS };
    return origins;
  };
  return {
    list() {
      if (kept !== null && kept.until > clock().getTime()) return Promise.resolve(kept.origins);
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
    changed() {
      kept = null;
    },
  };
}
