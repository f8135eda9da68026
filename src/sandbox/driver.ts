import { copyCourse } from './courses.js';
import { attachToExisting, saveItem } from './content-items.js';
import { takeDeepLink } from './deep-linking.js';
import { readDeveloperKey } from './developer-key.js';
import { families } from './families/all.js';
import { baseOf } from './families/family.js';
import { startLaunch } from './launches.js';
import { authorize } from './oidc.js';
import { overrideCell } from './override.js';
import { subjectOf } from './people.js';
import type { Person } from './people.js';
import { startRegistration } from './registration.js';
import { FAMILIES } from './state.js';
import type { FamilyName, LineItem, Registration } from './state.js';
import type { DeepLinkSaved, LinkFacts, PlatformFacts, Surface, UserFacts } from './surface.js';
import { cellOf, faceOf, findItem, findLink } from './world.js';
import type { World } from './world.js';

function facts(world: World, family: FamilyName): PlatformFacts {
  const base = baseOf(world, family);
  const { paths, label } = families[family];
  const registration = faceOf(world, family).registrations[0];
  return {
    family,
    name: `Practice ${label}`,
    issuer: base,
    clientId: registration?.clientId ?? '',
    deploymentIds: registration?.deploymentIds ?? [],
    authorizationEndpoint: base + paths.authorize,
    tokenEndpoint: base + paths.token,
    jwksUri: base + paths.jwks,
  };
}

function familyOf(world: World, url: URL): FamilyName {
  const name = FAMILIES.find((family) => url.pathname.startsWith(`/${family}/`));
  if (name === undefined || url.origin !== new URL(world.publicUrl).origin) {
    throw new Error(`${url.origin}${url.pathname} is no address of the practice LMS`);
  }
  return name;
}

/**
 * The programmatic face of a practice LMS.
 *
 * @param world - The practice LMS.
 * @param first - The face that is meant when none is named.
 * @param reseed - Puts a new state in place.
 * @returns The surface.
 */
export function makeSurface(world: World, first: FamilyName, reseed: () => void): Surface {
  const personOf = (family: FamilyName, user: string): Person => {
    const person = world.people.find(user) ?? world.people.bySubject(family, user);
    if (person === null) throw new Error(`The practice LMS has nobody called ${user}`);
    return person;
  };
  const columnOf = (family: FamilyName, linkId: string): LineItem => {
    const face = faceOf(world, family);
    const item = findItem(face, findLink(face, linkId)?.lineItemId ?? linkId);
    if (item === null) throw new Error(`There is no column for ${linkId} on ${family}`);
    return item;
  };
  const usersOf = (family: FamilyName): UserFacts[] =>
    world.people.all.map((person) => ({ ...person, sub: subjectOf(family, person) }));
  const linksOf = (family: FamilyName): LinkFacts[] => {
    const face = faceOf(world, family);
    return face.links.map((link) => ({ ...link, lineItem: findItem(face, link.lineItemId) }));
  };
  return {
    get platform() {
      return facts(world, first);
    },
    get platforms() {
      return {
        canvas: facts(world, 'canvas'),
        moodle: facts(world, 'moodle'),
        schoology: facts(world, 'schoology'),
      };
    },
    faults: {
      set: (change) => world.faults.set(change),
      get: () => world.faults.now,
      clear: () => {
        world.faults.clear();
      },
    },
    get users() {
      return usersOf(first);
    },
    get links() {
      return linksOf(first);
    },
    usersOf,
    linksOf,
    registrationsOf: (family) => faceOf(world, family).registrations,
    coursesOf: (family) => faceOf(world, family).courses,
    startLaunch: (order) => startLaunch(world, families[order.family ?? first], order),
    async authorize(authorizationUrl, change) {
      const url = new URL(authorizationUrl);
      const family = familyOf(world, url);
      const entry = world.journal.add(family, 'authorization', { path: url.pathname });
      if (url.pathname !== `/${family}${families[family].paths.authorize}`) {
        entry.problems.push('This is not the authorization endpoint.');
      }
      const query = Object.fromEntries(url.searchParams);
      return authorize(world, families[family], query, entry, change);
    },
    sign: (claims, options) => world.keys.sign(claims, options),
    grade(linkId, user, family = first) {
      const item = columnOf(family, linkId);
      return faceOf(world, family).grades[item.id]?.[personOf(family, user).key] ?? null;
    },
    override(linkId, user, change, family = first) {
      const item = columnOf(family, linkId);
      const grade = cellOf(faceOf(world, family), item.id, personOf(family, user).key);
      overrideCell(world, grade, change);
      return grade;
    },
    lineItems: (family = first) => faceOf(world, family).lineItems,
    requests: (kind) =>
      world.journal.entries.filter((entry) => kind === undefined || entry.kind === kind),
    clearRequests: () => {
      world.journal.clear();
    },
    addStudents(count) {
      world.state.students += count;
      world.save();
    },
    setEnrolled(key, enrolled) {
      world.people.get(key);
      const others = world.state.left.filter((left) => left !== key);
      world.state.left = enrolled ? others : [...others, key];
      world.save();
    },
    async rotateKeys(options) {
      await world.keys.rotate(options);
      world.save();
    },
    copyCourse: (family = first, courseId) => copyCourse(world, family, courseId),
    takeDeepLink: (returnUrl, jwt) => takeAndSave(world, returnUrl, jwt),
    startRegistration: (toolAddress, family = first) =>
      startRegistration(world, families[family], toolAddress),
    readDeveloperKey: (url = `${world.toolUrl}/lti/canvas.json`) => readDeveloperKey(world, url),
    setRegistration(clientId, status, family = first) {
      for (const registration of faceOf(world, family).registrations) {
        if (registration.clientId === clientId) registration.status = status;
      }
      world.save();
    },
    addDeployment(deploymentId, family = first) {
      faceOf(world, family).registrations[0]?.deploymentIds.push(deploymentId);
      world.save();
    },
    setCustom(custom, family = first) {
      const registration = faceOf(world, family).registrations[0];
      if (registration !== undefined) registration.custom = custom;
      world.save();
    },
    setLink(linkId, change, family = first) {
      const link = findLink(faceOf(world, family), linkId);
      if (link === null) throw new Error(`There is no link ${linkId} on ${family}`);
      Object.assign(link, change);
      world.save();
      return link;
    },
    setToolJwks(keys) {
      world.toolJwks = keys;
    },
    setToolUrl(url) {
      for (const family of FAMILIES) {
        for (const r of faceOf(world, family).registrations) moveTool(r, world.toolUrl, url);
      }
      world.toolUrl = url;
    },
    reset() {
      reseed();
      world.faults.clear();
      world.journal.clear();
      for (const map of [world.tickets, world.tokens, world.deepLinks]) map.clear();
      world.save();
    },
  };
}

function moveTool(registration: Registration, from: string, to: string): void {
  const move = (url: string): string => (url.startsWith(from) ? to + url.slice(from.length) : url);
  registration.loginUrl = move(registration.loginUrl);
  registration.redirectUris = registration.redirectUris.map(move);
  registration.targetLinkUri = move(registration.targetLinkUri);
  registration.jwksUrl = move(registration.jwksUrl);
  if (registration.deepLinkUrl !== null) registration.deepLinkUrl = move(registration.deepLinkUrl);
}

async function takeAndSave(world: World, returnUrl: string, jwt: string): Promise<DeepLinkSaved> {
  const url = new URL(returnUrl);
  const family = familyOf(world, url);
  const entry = world.journal.add(family, 'deep-linking', { method: 'POST', path: url.pathname });
  const key = url.searchParams.get('data') ?? url.searchParams.get('id');
  const outcome = await takeDeepLink(world, families[family], { jwt, key }, entry);
  if (!outcome.ok) {
    entry.status = outcome.status;
    return { ok: false, status: outcome.status, why: outcome.why, items: [], links: [] };
  }
  entry.status = 200;
  const { ticket } = outcome.pending;
  const links = outcome.items.flatMap((item) => {
    const link = ticket.editing
      ? attachToExisting(world, ticket, item)
      : saveItem(world, ticket, item);
    return link === null ? [] : [link];
  });
  return { ok: true, status: 200, why: outcome.error, items: outcome.items, links };
}
