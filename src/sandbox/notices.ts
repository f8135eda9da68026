import { randomUUID } from 'node:crypto';
import express from 'express';
import { anyJson, handler, json, refuse } from './answers.js';
import { bearer } from './bearer.js';
import { baseOf } from './families/family.js';
import type { Family } from './families/family.js';
import { entryOf } from './journal.js';
import { CLAIM, COURSE_OFFERING, SCOPE } from './names.js';
import { asObject, asText } from './read.js';
import type { Course } from './state.js';
import { troubles } from './trouble.js';
import { faceOf, findRegistration } from './world.js';
import type { World } from './world.js';

const TYPES = ['LtiHelloWorldNotice', 'LtiContextCopyNotice'];

/**
 * Canvas's Platform Notification Service: a tool leaves one address for each type of notice.
 *
 * @param world - The practice LMS.
 * @param family - The Canvas face.
 * @returns A router.
 */
export function noticesRouter(world: World, family: Family): express.Router {
  const router = express.Router();
  const path = '/api/lti/notice-handlers/:deployment';
  const before = [
    world.journal.note(family.name, 'notices'),
    troubles(world, 'notices'),
    bearer(world, family, [SCOPE.notices]),
  ];
  const answer = () => ({
    client_id: findRegistration(faceOf(world, family.name), null)?.clientId ?? '',
    notice_handlers: TYPES.map((type) => ({
      notice_type: type,
      handler: faceOf(world, family.name).noticeHandlers[type] ?? '',
    })),
  });
  router.get(path, ...before, (_req, res) => json(res, 200, 'application/json', answer()));
  router.put(
    path,
    ...before,
    ...anyJson,
    handler(async (req, res) => {
      const body = asObject(req.body);
      entryOf(res).detail = body;
      const type = asText(body['notice_type']) ?? '';
      const address = asText(body['handler']) ?? '';
      const tool = new URL(world.toolUrl).host;
      if (!TYPES.includes(type)) {
        refuse(req, res, family, { status: 400, message: `Unknown notice_type ${type}` });
        return;
      }
      if (address !== '' && !(URL.canParse(address) && new URL(address).host === tool)) {
        refuse(req, res, family, { status: 400, message: 'handler is not on the tool domain' });
        return;
      }
      faceOf(world, family.name).noticeHandlers[type] = address;
      world.save();
      if (type === 'LtiHelloWorldNotice' && address !== '') await deliver(world, type, {});
      json(res, 200, 'application/json', answer());
    }),
  );
  return router;
}

/**
 * Tells the tool that a course was copied, if it asked to be told.
 *
 * @param world - The practice LMS.
 * @param source - The course copied.
 * @param copy - The new one.
 */
export async function sendCopyNotice(world: World, source: Course, copy: Course): Promise<void> {
  await deliver(world, 'LtiContextCopyNotice', {
    [`${CLAIM}context`]: {
      id: copy.contextId,
      label: copy.label,
      title: copy.title,
      type: [COURSE_OFFERING],
    },
    [`${CLAIM}origin_contexts`]: [source.contextId],
  });
}

/** Posts one notice; Canvas never tries again. */
async function deliver(world: World, type: string, extra: Record<string, unknown>): Promise<void> {
  const face = faceOf(world, 'canvas');
  const address = face.noticeHandlers[type] ?? '';
  const registration = findRegistration(face, null);
  if (address === '' || registration === null) return;
  const now = Math.floor(world.now().getTime() / 1000);
  const id = randomUUID();
  const jwt = await world.keys.sign({
    iss: baseOf(world, 'canvas'),
    aud: registration.clientId,
    azp: registration.clientId,
    iat: now,
    exp: now + 3600,
    nonce: randomUUID(),
    [`${CLAIM}version`]: '1.3.0',
    [`${CLAIM}deployment_id`]: registration.deploymentIds[0],
    [`${CLAIM}notice`]: { id, timestamp: world.now().toISOString(), type },
    ...extra,
  });
  const entry = world.journal.add('canvas', 'notices', { method: 'POST', path: address });
  entry.detail = { notice: type };
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ notices: [{ jwt }] }),
      signal: AbortSignal.timeout(5000),
      redirect: 'manual',
    });
    entry.status = answer.status;
    if (!answer.ok) entry.problems.push(`The notice was answered with ${answer.status}.`);
  } catch (error) {
    entry.problems.push(`The notice could not be delivered: ${(error as Error).message}.`);
  }
}
