import { expect } from 'vitest';
import { Visitor, type Page } from '../../support/visitor.js';
import type { Family, LaunchOrder, World } from '../../support/world.js';

export const L = 'https://purl.imsglobal.org/spec/lti/claim/';
export const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim/';
export const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
export const INSTITUTION = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person';

export type TokenChange = NonNullable<Parameters<World['login']>[2]>;

/** What a test changes about a launch that would be good. */
export interface Attempt {
  readonly family?: Family;
  readonly as?: string;
  readonly order?: Partial<LaunchOrder>;
  /** Changes of the token, made before it is signed. */
  readonly change?: TokenChange;
  /** Changes of the form that the browser posts. */
  readonly fields?: Record<string, string>;
  readonly visitor?: Visitor;
}

/** A launch order of the first assignment of a face. */
export function anOrder(world: World, { family = 'canvas', as = 'teacher-1', order }: Attempt) {
  const [link] = world.sandbox.linksOf(family);
  return { family, as, link: link?.id ?? '', ...order } as LaunchOrder;
}

/** Ids of the sessions whose cookies a visitor holds. */
export function sessionsOf(world: World, visitor: Visitor): readonly string[] {
  const names = [...visitor.cookies(new URL(world.url).host).keys()];
  return names.filter((name) => /^__Host-trellis-[0-9a-z]{26}$/.test(name));
}

/** Makes a launch, changed as asked, and says where it ended. */
export async function attempt(
  world: World,
  tried: Attempt = {},
): Promise<{ page: Page; visitor: Visitor; action: string; fields: Record<string, string> }> {
  const visitor = tried.visitor ?? new Visitor();
  const { action, fields } = await world.login(anOrder(world, tried), visitor, tried.change);
  const posted = { ...fields, ...tried.fields };
  const page = await visitor.open(action, { method: 'POST', fields: posted });
  return { page, visitor, action, fields: posted };
}

/** Expects a refusal page: 4xx, its stable code, a reference, no session, nothing that was posted. */
export function expectRefused(
  world: World,
  {
    page,
    visitor,
    fields,
  }: Pick<Awaited<ReturnType<typeof attempt>>, 'page' | 'visitor' | 'fields'>,
  code: string | readonly string[],
): void {
  expect([page.status, page.page, page.code]).toEqual([
    expect.toSatisfy((status: number) => status >= 400 && status < 500),
    'refusal',
    typeof code === 'string' ? code : expect.toSatisfy((one: string) => code.includes(one)),
  ]);
  expect(sessionsOf(world, visitor)).toEqual([]);
  expect(page.html.querySelector('[data-error-reference]')?.text.length).toBeGreaterThan(5);
  const token = fields['id_token'] ?? '';
  if (token.length > 20) expect(page.text).not.toContain(token.slice(0, 40));
  expect(page.text).not.toMatch(/\bat .*\.(js|ts):\d+/);
}

/** Expects that the launch opened a page of a session with this role. */
export function expectOpened(
  world: World,
  { page, visitor }: Pick<Awaited<ReturnType<typeof attempt>>, 'page' | 'visitor'>,
  role: string,
): void {
  expect([page.page === 'refusal' ? page.code : 'opened', page.role]).toEqual(['opened', role]);
  expect(new URL(page.url).pathname).toMatch(/^\/s\/[0-9a-z]{26}\//);
  expect(sessionsOf(world, visitor)).toHaveLength(1);
}
