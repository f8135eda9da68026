import type { DeploymentId, RegistrationId } from '../ids.js';
import type { FamilyName } from '../lti/ports.js';
import type { Words } from '../web/words.js';
import type { Deployment } from './deployment.model.js';
import type { Registration } from './registration.model.js';

/** What the console does with registrations; `src/lti/registrations.ts` is the implementation. */
export interface AdminOperations {
  add(
    input: {
      readonly name: string;
      readonly issuer: string;
      readonly clientId: string;
      readonly authorizationEndpoint: string;
      readonly tokenEndpoint: string;
      readonly jwksUri: string;
      readonly family: FamilyName;
      readonly deployments: string[];
    },
    actor: string,
  ): Promise<{ readonly id: RegistrationId }>;
  list(): Promise<readonly Registration[]>;
  get(id: string): Promise<Registration>;
  approve(id: string, actor: string): Promise<Registration>;
  disable(id: string, actor: string): Promise<Registration>;
  enable(id: string, actor: string): Promise<Registration>;
  addDeployment(
    id: string,
    platformDeploymentId: string,
    actor: string,
  ): Promise<{ readonly id: DeploymentId }>;
  listDeployments(id: string): Promise<readonly Deployment[]>;
  listWaiting(): Promise<readonly Deployment[]>;
  approveDeployment(deploymentId: string, actor: string): Promise<void>;
  dismissDeployment(deploymentId: string, actor: string): Promise<void>;
  createInvite(name: string | null, actor: string): Promise<{ readonly url: string }>;
  rotateKeys(actor: string): Promise<{ readonly signsFrom: Date }>;
}

/** Tests every service of a registration, one by one; says what it found in these words. */
export type PlatformCheck = (
  registrationId: string,
  words: Words,
) => Promise<{
  readonly steps: readonly {
    readonly name: string;
    readonly state: 'green' | 'red' | 'grey';
    /** What works, or what is wrong and how to mend it. */
    readonly sentence: string;
  }[];
}>;
