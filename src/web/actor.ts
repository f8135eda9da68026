import type { Request, Response } from 'express';
import { TrellisError } from '../errors.js';
import type {
  AssignmentId,
  ContextId,
  DeploymentId,
  MembershipId,
  RegistrationId,
  ResourceLinkId,
  SessionId,
} from '../ids.js';
import type { AssistantRights } from '../launch/permissions.js';
import type { DeepLinkingSettings, Role } from '../lti/ports.js';
import type { Words } from './words.js';

/** Who asks, as the launch said: made by the session, read by every handler. */
export interface Actor {
  readonly sessionId: SessionId;
  /** Path prefix of all pages of this session: `/s/<sessionId>`; no secret in it. */
  readonly base: string;
  readonly csrf: string;
  /** The secret itself, only where the browser keeps no cookie and pages must carry it. */
  readonly headerToken: string | null;
  readonly registrationId: RegistrationId;
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId;
  readonly contextTitle: string;
  readonly membershipId: MembershipId;
  readonly sub: string;
  readonly role: Role;
  readonly assistants: AssistantRights;
  readonly isTestUser: boolean;
  readonly isImpersonated: boolean;
  readonly mentorOf: readonly string[];
  readonly resourceLinkId: ResourceLinkId | null;
  readonly assignmentId: AssignmentId | null;
  readonly deepLinking: DeepLinkingSettings | null;
  readonly reviewOf: string | null;
  readonly placement: string | null;
  readonly returnUrl: string | null;
  readonly words: Words;
}

const actors = new WeakMap<Response, Actor>();

/** Remembers who asks, for the rest of this request. */
export function setActor(res: Response, actor: Actor): void {
  actors.set(res, actor);
}

/**
 * Who asks.
 *
 * @throws TrellisError SESSION_ENDED when the request has no session.
 */
export function actorOf(res: Response): Actor {
  const actor = actors.get(res);
  if (actor === undefined) throw new TrellisError('SESSION_ENDED', 'no session on this request');
  return actor;
}

/** Who asks, or null outside a session (refusals, health). */
export function findActor(res: Response): Actor | null {
  return actors.get(res) ?? null;
}

/** One path parameter as a string; routes name only parameters that exist. */
export function param(req: Request, name: string): string {
  const value = req.params[name];
  if (value === undefined || value === '')
    throw new TrellisError('NOT_FOUND', `no ${name} in path`);
  return value;
}
