import type { FamilyName } from '../ports.js';
import { canvas } from './canvas.js';
import type { Family } from './family.js';
import { moodle } from './moodle.js';
import { other } from './other.js';
import { schoology } from './schoology.js';

const FAMILIES: Readonly<Record<FamilyName, Family>> = { canvas, moodle, schoology, other };

/** The rules of a family of platforms. */
export function familyOf(name: FamilyName): Family {
  return FAMILIES[name];
}

/**
 * The family a platform belongs to, where an admin did not say.
 *
 * @param productFamily - `product_family_code` of the platform, where it told.
 */
export function guessFamily(issuer: string, productFamily: string | null): FamilyName {
  const product = (productFamily ?? '').toLowerCase();
  const named = (['canvas', 'moodle', 'schoology'] as const).find((name) => product.includes(name));
  if (named !== undefined) return named;
  const host = URL.canParse(issuer) ? new URL(issuer).hostname : '';
  if (host.endsWith('.schoology.com')) return 'schoology';
  if (host.endsWith('.instructure.com')) return 'canvas';
  return 'other';
}
