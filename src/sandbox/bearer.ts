import type { Request, RequestHandler, Response } from 'express';
import { refuse } from './answers.js';
import type { Family } from './families/family.js';
import { entryOf } from './journal.js';
import type { AccessToken, World } from './world.js';

const tokens = new WeakMap<Response, AccessToken>();

/**
 * The token a service request came with.
 *
 * @param res - The response of a route behind `bearer`.
 * @returns The token.
 * @throws Error when the route has no bearer middleware.
 */
export function tokenOf(res: Response): AccessToken {
  const token = tokens.get(res);
  if (token === undefined) throw new Error('This route asks for no token');
  return token;
}

/**
 * Middleware that asks for an access token with one of some scopes.
 *
 * @param world - The practice LMS and its switches.
 * @param family - The face.
 * @param scopes - Scopes of which one is needed.
 * @returns The middleware; a request without a good token is refused as the platform does.
 */
export function bearer(world: World, family: Family, scopes: readonly string[]): RequestHandler {
  return (req, res, next) => {
    const reason = check(world, family, req, res, scopes);
    if (reason === null) {
      next();
      return;
    }
    if (reason.problem) entryOf(res).problems.push(reason.message);
    res.set('WWW-Authenticate', 'Bearer realm="practice"');
    refuse(req, res, family, { status: 401, message: reason.message, shape: 'type' });
  };
}

function check(
  world: World,
  family: Family,
  req: Request,
  res: Response,
  scopes: readonly string[],
): { message: string; problem: boolean } | null {
  const header = req.get('authorization') ?? '';
  if (req.query['access_token'] !== undefined) {
    entryOf(res).problems.push('The access token stands in the address.');
  }
  const value = /^Bearer (\S+)$/.exec(header)?.[1];
  if (value === undefined) return { message: 'Missing access token', problem: true };
  const token = world.tokens.get(value);
  if (token?.family !== family.name) {
    return { message: 'Invalid access token: it was not given out here', problem: true };
  }
  const { now: faults } = world.faults;
  if (faults.tokensExpired || token.expiresAt <= world.now().getTime()) {
    return { message: 'Access token expired', problem: false };
  }
  if (faults.keyOff) return { message: 'Unknown or inactive Developer Key', problem: false };
  if (faults.toolUninstalled) {
    return {
      message: 'Access Token not linked to a Tool associated with this Context',
      problem: false,
    };
  }
  if (!scopes.some((scope) => token.scopes.includes(scope))) {
    return {
      message: `Insufficient permissions: the token needs the scope ${scopes.join(' or ')}`,
      problem: true,
    };
  }
  tokens.set(res, token);
  return null;
}
