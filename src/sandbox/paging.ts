import type { Request } from 'express';
import type { Family } from './families/family.js';
import type { World } from './world.js';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Value of the Link header, or null on the last page. */
  readonly link: string | null;
}

/**
 * Cuts a list into the page a request asks for, by the family's page sizes.
 *
 * @param world - The practice LMS and its switches.
 * @param family - The face.
 * @param kind - Which list.
 * @param req - The request, with `limit` and `page` or `from` of an earlier Link header.
 * @param items - The whole list.
 * @returns The page and the link to the next one.
 */
export function pageOf<Item>(
  world: World,
  family: Family,
  kind: 'list' | 'results' | 'members',
  req: Request,
  items: readonly Item[],
): Page<Item> {
  const limit = Number(req.query['limit']);
  const forced = kind === 'members' ? world.faults.now.rosterPageSize : null;
  const asked = Number.isInteger(limit) && limit > 0 ? limit : null;
  const paging = family.services.page(kind, asked);
  const size = forced ?? paging?.size ?? null;
  if (size === null) return { items, link: null };
  const page = Math.max(1, Number(req.query['page']) || 1);
  const from = (page - 1) * size;
  if (from + size >= items.length) return { items: items.slice(from), link: null };
  const { nextLinkTo } = world.faults.now;
  const next = new URL(req.originalUrl, nextLinkTo === '' ? world.publicUrl : nextLinkTo);
  next.searchParams.set('page', String(page + 1));
  if (asked !== null) next.searchParams.set('limit', String(size));
  // Moodle's next address forgets the role filter (moodle.md 6).
  if (family.name === 'moodle') next.searchParams.delete('role');
  const link = paging?.link(next.href) ?? `<${next.href}>; rel="next"`;
  return { items: items.slice(from, from + size), link };
}
