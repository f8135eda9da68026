import { z } from 'zod';
import type { RegistrationFacts } from '../admin/registration.model.js';
import { TrellisError } from '../errors.js';
import { problemOfUrl, type FetchPolicy } from './guarded-fetch.js';
import { familyOf, guessFamily } from './platforms/of.js';

const url = z.string().trim().max(2000);

/** A registration as an operator types it; `family` is guessed from the issuer where it is not said. */
export const registrationSchema = z.strictObject({
  name: z.string().trim().min(1, 'Give it a name, such as the school’s').max(200),
  issuer: url,
  clientId: z.string().trim().min(1, 'The client id is missing').max(255),
  authorizationEndpoint: url,
  tokenEndpoint: url,
  jwksUri: url,
  audience: z.string().trim().min(1).max(2000).nullable().default(null),
  family: z.enum(['canvas', 'moodle', 'schoology', 'other']).nullable().default(null),
  deployments: z.array(z.string().trim().min(1).max(255)).max(1000).default([]),
});

export type RegistrationInput = z.input<typeof registrationSchema>;

const URL_PROBLEMS = {
  'not-a-url': 'This is not a web address; it has to begin with https://',
  'not-https': 'This has to begin with https://, not http://',
  'blocked-address': 'This address is inside a private network, where Trellis does not call',
} as const;

/** What is wrong with an issuer; it is kept exactly as typed (REG-07). */
function issuerWords(issuer: string, policy: FetchPolicy): string | null {
  const problem = problemOfUrl(issuer, policy);
  if (problem !== null) return URL_PROBLEMS[problem];
  const { search, hash } = new URL(issuer);
  return search !== '' || hash !== '' || issuer.includes('?') || issuer.includes('#')
    ? 'An issuer has nothing after ? or #'
    : null;
}

const ISSUER_PROBLEMS = {
  'trailing-slash': 'This platform’s issuer has no slash at its end; take it away',
  'not-the-issuer':
    'This is an address of the platform, not its issuer; Canvas’s is https://canvas.instructure.com, Schoology’s https://schoology.schoology.com',
} as const;

/** What is wrong with a deployment id, in words; null when nothing is. */
export function deploymentIdWords(
  family: RegistrationFacts['family'],
  deploymentId: string,
  clientId: string,
): string | null {
  const problem = familyOf(family).deploymentIdProblem(deploymentId, clientId);
  return problem === null
    ? null
    : `This is half of Schoology’s deployment id. Copy the whole text behind Configure, such as ${clientId}-${deploymentId === clientId ? '1380426679' : deploymentId}`;
}

/**
 * Checks what an operator or admin typed (REG-06, REG-07, KEY-08).
 *
 * @returns The facts of the registration and the deployments named.
 * @throws TrellisError INVALID_INPUT with a sentence per field.
 */
export function readRegistration(
  input: unknown,
  policy: FetchPolicy,
): {
  readonly facts: Pick<
    RegistrationFacts,
    | 'name'
    | 'issuer'
    | 'clientId'
    | 'authorizationEndpoint'
    | 'tokenEndpoint'
    | 'jwksUri'
    | 'audience'
    | 'family'
  >;
  readonly deployments: readonly string[];
} {
  const parsed = registrationSchema.safeParse(input);
  const fields: Record<string, string> = {};
  if (!parsed.success) {
    for (const issue of parsed.error.issues) fields[issue.path.join('.')] ??= issue.message;
    throw new TrellisError('INVALID_INPUT', 'registration refused', { fields });
  }
  const { deployments, ...typed } = parsed.data;
  const family = typed.family ?? guessFamily(typed.issuer, null);
  const issuerProblem = issuerWords(typed.issuer, policy);
  const finer = familyOf(family).issuerProblem(typed.issuer);
  if (issuerProblem !== null) fields['issuer'] = issuerProblem;
  else if (finer !== null) fields['issuer'] = ISSUER_PROBLEMS[finer];
  for (const name of ['authorizationEndpoint', 'tokenEndpoint', 'jwksUri'] as const) {
    const problem = problemOfUrl(typed[name], policy);
    if (problem !== null) fields[name] = URL_PROBLEMS[problem];
  }
  for (const deployment of deployments) {
    const problem = deploymentIdWords(family, deployment, typed.clientId);
    if (problem !== null) fields['deployments'] = problem;
  }
  if (Object.keys(fields).length > 0) {
    throw new TrellisError('INVALID_INPUT', 'registration refused', { fields });
  }
  return { facts: { ...typed, family }, deployments };
}
