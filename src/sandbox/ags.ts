import express from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { anyJson, handler, json, refuse, send } from './answers.js';
import { bearer, tokenOf } from './bearer.js';
import { acceptProblems, lineItemProblems, mediaType } from './checks.js';
import { columnFor, isRefusal } from './columns.js';
import type { Family } from './families/family.js';
import { createItem } from './line-items.js';
import { entryOf } from './journal.js';
import { MEDIA, SCOPE } from './names.js';
import { pageOf } from './paging.js';
import { asObject, asText } from './read.js';
import { resultsRoute, scoresRoute } from './scores.js';
import type { LineItem } from './state.js';
import { troubles } from './trouble.js';
import { faceOf, findCourse, findLink } from './world.js';
import type { World } from './world.js';

function list(world: World, family: Family): RequestHandler {
  return (req, res) => {
    const entry = entryOf(res);
    const face = faceOf(world, family.name);
    const course = findCourse(face, req.params['course'] ?? '');
    entry.problems.push(...acceptProblems(entry.accept, MEDIA.lineItems));
    if (!family.services.accepts('list', req.get('accept'))) {
      refuse(req, res, family, { status: 400, message: 'Invalid Accept Header' });
      return;
    }
    if (course === null) {
      refuse(req, res, family, { status: 404, message: 'Context not found' });
      return;
    }
    const { now: faults } = world.faults;
    if (faults.courseClosed !== '') {
      refuse(req, res, family, family.services.closed(faults.courseClosed));
      return;
    }
    const { resource_link_id: linkId, resource_id: resourceId, tag } = req.query;
    const clientId = tokenOf(res).clientId;
    const items = face.lineItems.filter(
      (item) =>
        !faults.lineItemsGone &&
        item.courseId === course.id &&
        item.clientId === clientId &&
        (linkId === undefined || resourceLinkIdOf(world, family, item) === linkId) &&
        (resourceId === undefined || item.resourceId === resourceId) &&
        (tag === undefined || item.tag === tag),
    );
    const page = pageOf(world, family, 'list', req, items);
    if (page.link !== null) res.set('Link', page.link);
    json(
      res,
      200,
      MEDIA.lineItems,
      page.items.map((item) => family.services.lineItem(world, item)),
    );
  };
}

function resourceLinkIdOf(world: World, family: Family, item: LineItem): string | null {
  if (item.linkId === null) return null;
  return findLink(faceOf(world, family.name), item.linkId)?.resourceLinkId ?? null;
}

function create(world: World, family: Family): RequestHandler {
  return (req, res) => {
    const entry = entryOf(res);
    const body = asObject(req.body);
    entry.detail = body;
    entry.problems.push(...lineItemProblems(body, entry.contentType));
    const face = faceOf(world, family.name);
    const course = findCourse(face, req.params['course'] ?? '');
    const { courseClosed } = world.faults.now;
    const refusal =
      courseClosed !== ''
        ? family.services.closed(courseClosed)
        : course === null
          ? { status: 404, message: 'Context not found' }
          : !family.services.takes('item', mediaType(entry.contentType))
            ? { status: 400, message: 'Invalid content type' }
            : family.services.beforeCreate(world, face, body);
    if (refusal !== null || course === null) {
      refuse(req, res, family, refusal ?? { status: 404, message: 'Context not found' });
      return;
    }
    const made = createItem(world, family, { course, body, clientId: tokenOf(res).clientId });
    if ('status' in made) {
      refuse(req, res, family, made);
      return;
    }
    json(res, 201, MEDIA.lineItem, made.echo);
  };
}

function change(world: World, family: Family): RequestHandler {
  return (req, res) => {
    const entry = entryOf(res);
    const item = columnFor(world, family, req, tokenOf(res).clientId);
    if (isRefusal(item)) {
      refuse(req, res, family, item);
      return;
    }
    if (req.method === 'GET') {
      entry.problems.push(...acceptProblems(entry.accept, MEDIA.lineItem));
      if (!family.services.accepts('item', req.get('accept'))) {
        refuse(req, res, family, { status: 400, message: 'Invalid Accept Header' });
        return;
      }
      json(res, 200, MEDIA.lineItem, family.services.lineItem(world, item));
      return;
    }
    if (req.method === 'DELETE') {
      remove(world, family, req, res, item);
      return;
    }
    replace(world, family, req, res, item);
  };
}

function replace(world: World, family: Family, req: Request, res: Response, item: LineItem): void {
  const entry = entryOf(res);
  const body = asObject(req.body);
  entry.detail = body;
  entry.problems.push(...lineItemProblems(body, entry.contentType));
  const own = resourceLinkIdOf(world, family, item);
  if (own !== null && body['resourceLinkId'] !== own) {
    entry.problems.push('A replaced line item must keep its resourceLinkId.');
  }
  const refusal = family.services.takes('item', mediaType(entry.contentType))
    ? family.services.update(world, item, body)
    : { status: 400, message: 'Invalid content type' };
  if (refusal !== null) {
    refuse(req, res, family, refusal);
    return;
  }
  applyUpdate(world, family, item, body);
  world.save();
  json(res, 200, MEDIA.lineItem, family.services.lineItem(world, item));
}

/** What all platforms take from a PUT; members that are missing stay, unless the family said otherwise. */
function applyUpdate(
  world: World,
  family: Family,
  item: LineItem,
  body: Record<string, unknown>,
): void {
  const maximum = Number(body['scoreMaximum']);
  if (Number.isFinite(maximum) && maximum > 0 && maximum !== item.scoreMaximum) {
    item.scoreMaximum = maximum;
  }
  item.label = asText(body['label']) ?? item.label;
  item.resourceId = asText(body['resourceId']) ?? item.resourceId;
  item.tag = asText(body['tag']) ?? item.tag;
  item.startDateTime = asText(body['startDateTime']) ?? item.startDateTime;
  item.endDateTime = asText(body['endDateTime']) ?? item.endDateTime;
  const link = item.linkId === null ? null : findLink(faceOf(world, family.name), item.linkId);
  // On Canvas the column of an assignment IS the assignment, so it is renamed with it.
  if (family.name === 'canvas' && link !== null && !item.extra) {
    link.title = item.label;
    link.dueAt = item.endDateTime;
    link.unlockAt = item.startDateTime;
  }
}

function remove(world: World, family: Family, req: Request, res: Response, item: LineItem): void {
  const face = faceOf(world, family.name);
  if (item.coupled) {
    entryOf(res).problems.push("The tool deletes a column it did not make: pupils' grades go.");
  }
  const refusal = family.services.remove(world, item);
  if (refusal !== null) {
    refuse(req, res, family, refusal);
    return;
  }
  face.lineItems = face.lineItems.filter((other) => other !== item);
  for (const link of face.links) if (link.lineItemId === item.id) link.lineItemId = null;
  face.grades = Object.fromEntries(Object.entries(face.grades).filter(([id]) => id !== item.id));
  world.save();
  send(res, { status: 204, type: '', body: '' });
}

/**
 * The Assignment and Grade Services of one face.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns A router for the family's paths.
 */
export function agsRouter(world: World, family: Family): express.Router {
  const router = express.Router();
  const { lineItems, lineItem, scores, results } = family.paths;
  const note = (kind: 'lineitems' | 'scores' | 'results'): RequestHandler[] => [
    world.journal.note(family.name, kind),
    troubles(world, kind),
  ];
  const reading = bearer(world, family, [SCOPE.lineItem, SCOPE.lineItemReadonly]);
  const writing = bearer(world, family, [SCOPE.lineItem]);
  router.get(lineItems, ...note('lineitems'), reading, list(world, family));
  router.post(lineItems, ...note('lineitems'), writing, ...anyJson, create(world, family));
  router.get(lineItem, ...note('lineitems'), reading, change(world, family));
  router.put(lineItem, ...note('lineitems'), writing, ...anyJson, change(world, family));
  router.delete(lineItem, ...note('lineitems'), writing, change(world, family));
  router.post(
    scores,
    ...note('scores'),
    bearer(world, family, [SCOPE.score]),
    ...anyJson,
    handler(scoresRoute(world, family)),
  );
  router.get(
    results,
    ...note('results'),
    bearer(world, family, [SCOPE.result]),
    handler(resultsRoute(world, family)),
  );
  for (const [path, kind] of [
    [lineItems, 'lineitems'],
    [lineItem, 'lineitems'],
    [scores, 'scores'],
    [results, 'results'],
  ] as const) {
    router.all(path, world.journal.note(family.name, kind), wrongMethod);
  }
  return router;
}

function wrongMethod(req: Request, res: Response): void {
  entryOf(res).problems.push(`${req.method} is no method of this address.`);
  res.status(405).end();
}
