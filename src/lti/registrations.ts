import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Audit } from '../admin/audit.model.js';
import { MAX_WAITING, type Deployment, type Deployments } from '../admin/deployment.model.js';
import type {
  Registration,
  RegistrationFacts,
  Registrations as RegistrationStore,
} from '../admin/registration.model.js';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { DeploymentId, RegistrationId } from '../ids.js';
import type { FetchPolicy } from './guarded-fetch.js';
import type { Invites } from './invite.model.js';
import type { SigningKeys } from './keys.js';
import {
  deploymentIdWords,
  readRegistration,
  type RegistrationInput,
} from './registration-input.js';
import { digestOf } from './seal.js';
import { isDuplicate } from './used-state.model.js';

/** An invitation link works this long. */
export const INVITE_HOURS = 72;

/**
 * What the command line and the admin pages do with registrations. Every change is written to the
 * audit trail with its actor: `operator`, `platform`, or the id of an admin's session.
 */
export interface RegistrationOperations {
  /** Adds a registration or, for the same issuer and client id, updates it; active at once. */
  add(input: RegistrationInput, actor: string): Promise<Registration>;
  list(): Promise<readonly Registration[]>;
  get(id: string): Promise<Registration>;
  find(id: string): Promise<Registration | null>;
  /** Switches off: login, launch and services refuse from now on; data stays (REG-08). */
  disable(id: string, actor: string): Promise<Registration>;
  enable(id: string, actor: string): Promise<Registration>;
  /** Makes a dynamic registration active, with the deployments that wait for it (DYN-09). */
  approve(id: string, actor: string): Promise<Registration>;
  /** Adds a deployment by its platform's id, or approves the one that waits. */
  addDeployment(id: string, platformDeploymentId: string, actor: string): Promise<Deployment>;
  listDeployments(id: string): Promise<readonly Deployment[]>;
  /** Deployments seen in launches that nobody approved yet. */
  listWaiting(): Promise<readonly Deployment[]>;
  approveDeployment(deploymentId: string, actor: string): Promise<void>;
  dismissDeployment(deploymentId: string, actor: string): Promise<void>;
  /** Makes a one-time dynamic registration link. @returns The whole address. */
  createInvite(name: string | null, actor: string): Promise<{ readonly url: string }>;
  /** New signing key with overlap (KEY-02). */
  rotateKeys(actor: string): Promise<{ readonly kid: string; readonly signsFrom: Date }>;
  /** Keeps what a platform answered to a dynamic registration; pending where it is new. */
  addDynamic(
    facts: Omit<RegistrationFacts, 'status' | 'origin' | 'deploymentPolicy'>,
    platformDeploymentId: string | null,
  ): Promise<Registration>;
}

export interface RegistrationDeps {
  readonly registrations: RegistrationStore;
  readonly deployments: Deployments;
  readonly invites: Invites;
  readonly audit: Audit;
  readonly keys: SigningKeys;
  readonly policy: FetchPolicy;
  readonly publicUrl: string;
  readonly clock: () => Date;
  /** Told after every change, so that cached origins are read again. */
  readonly changed: () => void;
  /** Ends what people have open through a registration that is switched off. */
  readonly endSessionsOf: (id: RegistrationId) => Promise<void>;
}

/** Makes the operations on registrations. */
export function createRegistrationOperations(deps: RegistrationDeps): RegistrationOperations {
  const { registrations, deployments, audit, clock } = deps;

  const note = async (actor: string, action: string, subject: string, detail: string) => {
    await audit.append({ at: clock(), actor, action, subject, detail });
    deps.changed();
  };

  const get = async (id: string): Promise<Registration> => {
    const found = await registrations.find(id);
    if (found === null) throw new TrellisError('NOT_FOUND', 'no such registration');
    return found;
  };

  const setStatus = async (
    id: string,
    status: Registration['status'],
    action: string,
    actor: string,
  ): Promise<Registration> => {
    const before = await get(id);
    const after = await registrations.update(before.id, { status }, clock());
    await note(actor, action, id, `${before.status} → ${status}`);
    return after ?? before;
  };

  const putDeployment = async (
    registrationId: RegistrationId,
    platformId: string,
    how: Deployment['how'],
  ): Promise<Deployment> => {
    const known = await deployments.findByPlatformId(registrationId, platformId);
    if (known !== null) {
      if (known.status === 'active') return known;
      await deployments.activate(known.id, 'approved');
      return { ...known, status: 'active', how: 'approved' };
    }
    const deployment: Deployment = {
      id: newId() as DeploymentId,
      registrationId,
      platformId,
      status: 'active',
      how,
      createdAt: clock(),
    };
    try {
      await deployments.create(deployment);
      return deployment;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return putDeployment(registrationId, platformId, how);
    }
  };

  const put = async (facts: RegistrationFacts): Promise<{ one: Registration; isNew: boolean }> => {
    const known = await registrations.findByClient(facts.issuer, facts.clientId);
    if (known !== null) {
      const { status, origin, deploymentPolicy, ...rest } = facts;
      // A platform that registers again updates itself; only an operator makes it active.
      const more = origin === 'operator' ? { status, origin, deploymentPolicy } : {};
      const one = await registrations.update(known.id, { ...rest, ...more }, clock());
      return { one: one ?? known, isNew: false };
    }
    const now = clock();
    const one: Registration = {
      id: newId() as RegistrationId,
      ...facts,
      origins: [],
      createdAt: now,
      updatedAt: now,
    };
    try {
      await registrations.create(one);
      return { one, isNew: true };
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return put(facts);
    }
  };

  return {
    async add(input, actor) {
      const { facts, deployments: named } = readRegistration(input, deps.policy);
      const known = await registrations.findByClient(facts.issuer, facts.clientId);
      const hasDeployments = known !== null && (await deployments.list(known.id)).length > 0;
      const { one, isNew } = await put({
        ...facts,
        status: 'active',
        origin: 'operator',
        deploymentPolicy: named.length > 0 || hasDeployments ? 'listed' : 'first-launch',
        product: known?.product ?? null,
      });
      for (const platformId of named) await putDeployment(one.id, platformId, 'listed');
      const host = new URL(one.authorizationEndpoint).host;
      await note(actor, isNew ? 'registration.added' : 'registration.updated', one.id, host);
      return one;
    },
    list: () => registrations.list(),
    get,
    find: (id) => registrations.find(id),
    async disable(id, actor) {
      const after = await setStatus(id, 'disabled', 'registration.disabled', actor);
      await deps.endSessionsOf(after.id);
      return after;
    },
    enable: (id, actor) => setStatus(id, 'active', 'registration.enabled', actor),
    approve: (id, actor) => setStatus(id, 'active', 'registration.approved', actor),
    async addDeployment(id, platformId, actor) {
      const { id: registrationId, family, clientId } = await get(id);
      const trimmed = platformId.trim();
      const problem =
        trimmed === '' || trimmed.length > 255
          ? 'A deployment id has 1 to 255 characters'
          : deploymentIdWords(family, trimmed, clientId);
      if (problem !== null) {
        throw new TrellisError('INVALID_INPUT', 'deployment refused', {
          fields: { deployment: problem },
        });
      }
      const deployment = await putDeployment(registrationId, trimmed, 'listed');
      await registrations.update(registrationId, { deploymentPolicy: 'listed' }, clock());
      await note(actor, 'deployment.added', deployment.id, id);
      return deployment;
    },
    async listDeployments(id) {
      return deployments.list((await get(id)).id);
    },
    listWaiting: () => deployments.listWaiting(),
    async approveDeployment(deploymentId, actor) {
      const found = await deployments.find(deploymentId);
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such deployment');
      await deployments.activate(found.id, 'approved');
      await note(actor, 'deployment.approved', deploymentId, found.registrationId);
    },
    async dismissDeployment(deploymentId, actor) {
      await deployments.dismiss(deploymentId as DeploymentId);
      await note(actor, 'deployment.dismissed', deploymentId, '');
    },
    async createInvite(name, actor) {
      const token = randomBytes(32).toString('base64url');
      const now = clock();
      const _id = digestOf(token);
      const expiresAt = new Date(now.getTime() + INVITE_HOURS * 3_600_000);
      await deps.invites.create({ _id, name, createdAt: now, expiresAt });
      await note(actor, 'invite.created', _id.slice(0, 8), name ?? '');
      return { url: `${deps.publicUrl}/lti/register?invite=${token}` };
    },
    async rotateKeys(actor) {
      const rotated = await deps.keys.rotate();
      await note(actor, 'keys.rotated', rotated.kid, rotated.signsFrom.toISOString());
      return rotated;
    },
    async addDynamic(facts, platformDeploymentId) {
      const { one, isNew } = await put({
        ...facts,
        status: 'pending',
        origin: 'dynamic',
        deploymentPolicy: platformDeploymentId === null ? 'first-launch' : 'listed',
      });
      if (platformDeploymentId !== null) {
        await putDeployment(one.id, platformDeploymentId, 'registered');
      }
      const host = new URL(one.authorizationEndpoint).host;
      await note('platform', isNew ? 'registration.asked' : 'registration.updated', one.id, host);
      return one;
    },
  };
}

/**
 * The tenant a launch belongs to (REG-02 to REG-04).
 *
 * A registration without any deployment takes the first one that launches with a good signature: an
 * operator who named none has no tenant yet whose data could be shown, Moodle has exactly one and
 * does not show it to teachers, and Canvas makes a new one for each install. From then on, and where
 * the operator named deployments, an unknown one waits until an admin approves it.
 *
 * @returns The active deployment, or null when it waits.
 */
export async function resolveDeployment(
  deps: Pick<RegistrationDeps, 'registrations' | 'deployments' | 'audit' | 'clock'>,
  registration: Registration,
  platformId: string,
): Promise<Deployment | null> {
  const { deployments, clock } = deps;
  const known = await deployments.findByPlatformId(registration.id, platformId);
  if (known !== null) return known.status === 'active' ? known : null;
  const isFirst = registration.deploymentPolicy === 'first-launch';
  const binds = isFirst && (await deps.registrations.takeFirstLaunch(registration.id, clock()));
  if (isFirst && !binds) {
    // Another launch was first at this very moment, most likely of the same deployment.
    await delay(100);
    return resolveDeployment(deps, { ...registration, deploymentPolicy: 'listed' }, platformId);
  }
  if (!binds && (await deployments.countWaiting(registration.id)) >= MAX_WAITING) return null;
  const deployment: Deployment = {
    id: newId() as DeploymentId,
    registrationId: registration.id,
    platformId,
    status: binds ? 'active' : 'waiting',
    how: binds ? 'first-launch' : 'seen',
    createdAt: clock(),
  };
  try {
    await deployments.create(deployment);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    // Somebody wrote the same deployment at this moment; who may bind it makes it active.
    const written = await deployments.findByPlatformId(registration.id, platformId);
    if (written === null || !binds) return written?.status === 'active' ? written : null;
    await deployments.activate(written.id, 'first-launch');
    return { ...written, status: 'active', how: 'first-launch' };
  }
  await deps.audit.append({
    at: clock(),
    actor: 'platform',
    action: binds ? 'deployment.bound' : 'deployment.waiting',
    subject: deployment.id,
    detail: registration.id,
  });
  return binds ? deployment : null;
}
