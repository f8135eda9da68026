import type { RequestHandler } from 'express';
import { TrellisError } from '../errors.js';
import { may, type Permission } from '../launch/permissions.js';
import { actorOf } from './actor.js';

/** Lets a request pass only if its person has the permission in this course. */
export function allow(permission: Permission): RequestHandler {
  return (_req, res, next) => {
    const actor = actorOf(res);
    if (may(actor.role, permission, actor.assistants)) next();
    else next(new TrellisError('NOT_ALLOWED', `${actor.role} may not ${permission}`));
  };
}
