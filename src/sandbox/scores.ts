import type { Request, Response } from 'express';
import { json, refuse, send } from './answers.js';
import { columnFor, isRefusal } from './columns.js';
import { tokenOf } from './bearer.js';
import { acceptProblems, mediaType, scoreProblems } from './checks.js';
import type { Family } from './families/family.js';
import { entryOf } from './journal.js';
import { MEDIA } from './names.js';
import { pageOf } from './paging.js';
import { asObject, asText } from './read.js';
import { cellOf, faceOf } from './world.js';
import type { World } from './world.js';

/**
 * Takes a posted score (AGS 3.4).
 *
 * @param world - The practice LMS.
 * @param family - The face, whose rules decide what becomes of it.
 * @returns The handler.
 */
export function scoresRoute(world: World, family: Family) {
  return (req: Request, res: Response): void => {
    const entry = entryOf(res);
    const body = asObject(req.body);
    entry.detail = body;
    const face = faceOf(world, family.name);
    const item = columnFor(world, family, req, tokenOf(res).clientId);
    const userId =
      asText(body['userId']) ?? (typeof body['userId'] === 'number' ? `${body['userId']}` : '');
    const person = world.people.bySubject(family.name, userId);
    const enrolled = person !== null && world.people.isEnrolled(person) ? person : null;
    const last =
      isRefusal(item) || person === null
        ? null
        : (face.grades[item.id]?.[person.key]?.timestamp ?? null);
    entry.problems.push(
      ...scoreProblems(body, entry.contentType, {
        lastTimestamp: last,
        now: world.now().getTime(),
        personRole: enrolled?.role ?? null,
      }),
    );
    if (isRefusal(item)) {
      refuse(req, res, family, item);
      return;
    }
    if (!family.services.takes('score', mediaType(entry.contentType))) {
      refuse(req, res, family, { status: 400, message: 'Invalid content type' });
      return;
    }
    const outcome = family.services.score({
      world,
      face,
      item,
      link: face.links.find((link) => link.id === item.linkId) ?? null,
      body,
      person: enrolled,
      grade: enrolled === null ? null : cellOf(face, item.id, enrolled.key),
      now: world.now(),
    });
    if (!outcome.ok) {
      refuse(req, res, family, outcome.refusal);
      return;
    }
    world.save();
    if (outcome.body === null) send(res, { status: outcome.status, type: '', body: '' });
    else json(res, outcome.status, 'application/json; charset=utf-8', outcome.body);
  };
}

/**
 * Answers the results of a column (AGS 3.3).
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns The handler.
 */
export function resultsRoute(world: World, family: Family) {
  return (req: Request, res: Response): void => {
    const entry = entryOf(res);
    entry.problems.push(...acceptProblems(entry.accept, MEDIA.results));
    const item = columnFor(world, family, req, tokenOf(res).clientId);
    if (isRefusal(item)) {
      refuse(req, res, family, item);
      return;
    }
    if (!family.services.accepts('results', req.get('accept'))) {
      refuse(req, res, family, { status: 400, message: 'Invalid Accept Header' });
      return;
    }
    // Moodle stumbles over limit together with type_id (moodle.md 5.3).
    if (family.name === 'moodle' && req.query['limit'] !== undefined) {
      entry.problems.push('Moodle cannot page results: limit breaks the request.');
      send(res, { status: 404, type: 'text/html', body: '<!doctype html><title>Error</title>' });
      return;
    }
    const wanted = req.query['user_id'];
    const results = Object.entries(faceOf(world, family.name).grades[item.id] ?? {}).flatMap(
      ([key, grade]) => {
        const person = world.people.find(key);
        const result = person === null ? null : family.services.result(world, item, person, grade);
        return result === null || (wanted !== undefined && result['userId'] !== wanted)
          ? []
          : [result];
      },
    );
    const page = pageOf(world, family, 'results', req, results);
    if (page.link !== null) res.set('Link', page.link);
    json(res, 200, MEDIA.results, page.items);
  };
}
