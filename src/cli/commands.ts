import { parseArgs } from 'node:util';
import type { Lti } from '../lti/lti.js';

/** Wrong words on the command line: told to the person, exit status 2. */
export class UsageError extends Error {}

export interface CommandResult {
  /** Printed with `--json`, alone on standard output. */
  readonly json: object;
  /** Printed without. */
  readonly text: string;
  /** A finished command whose answer is "no", such as a failed check. */
  readonly isFailure?: boolean;
}

/** What commands need of a running or stopped Trellis. */
export interface CommandDeps {
  readonly lti: Lti;
  /** Makes a one-time link to the admin console. */
  readonly adminLink: () => Promise<string>;
}

const usage = `Usage: trellis <command> [--json]

  serve [--sandbox]
  registration add --name N --issuer URL --client-id ID --authorization-endpoint URL
                   --token-endpoint URL --jwks-uri URL [--audience A]
                   [--family canvas|moodle|schoology|other] [--deployment ID …]
  registration list | registration disable ID | registration enable ID
  deployment add ID DEPLOYMENT_ID | deployment list ID
  invite create [--name N]
  admin-link
  check [ID]`;

interface Words {
  readonly positionals: readonly string[];
  readonly values: Readonly<
    Record<string, string | boolean | readonly (string | boolean)[] | undefined>
  >;
}

function read(args: readonly string[]): Words {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        name: { type: 'string' },
        issuer: { type: 'string' },
        'client-id': { type: 'string' },
        'authorization-endpoint': { type: 'string' },
        'token-endpoint': { type: 'string' },
        'jwks-uri': { type: 'string' },
        audience: { type: 'string' },
        family: { type: 'string' },
        deployment: { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'wrong words');
  }
}

function text(words: Words, name: string): string {
  const value = words.values[name];
  if (typeof value !== 'string' || value.trim() === '')
    throw new UsageError(`--${name} is missing`);
  return value;
}

function family(words: Words): 'canvas' | 'moodle' | 'schoology' | 'other' | null {
  const value = words.values['family'];
  if (value === undefined) return null;
  if (value === 'canvas' || value === 'moodle' || value === 'schoology' || value === 'other')
    return value;
  throw new UsageError('--family is one of canvas, moodle, schoology, other');
}

function one(words: Words, index: number, what: string): string {
  const value = words.positionals[index];
  if (value === undefined) throw new UsageError(`${what} is missing`);
  return value;
}

const ACTOR = 'operator';

async function registration(words: Words, { lti }: CommandDeps): Promise<CommandResult> {
  const { registrations } = lti;
  switch (words.positionals[1]) {
    case 'add': {
      const deployments = words.values['deployment'];
      const made = await registrations.add(
        {
          name: text(words, 'name'),
          issuer: text(words, 'issuer'),
          clientId: text(words, 'client-id'),
          authorizationEndpoint: text(words, 'authorization-endpoint'),
          tokenEndpoint: text(words, 'token-endpoint'),
          jwksUri: text(words, 'jwks-uri'),
          audience: words.values['audience'] === undefined ? null : text(words, 'audience'),
          family: family(words),
          deployments: Array.isArray(deployments) ? deployments.map(String) : [],
        },
        ACTOR,
      );
      return { json: { id: made.id }, text: `Registration ${made.id} is active.` };
    }
    case 'list': {
      const all = await registrations.list();
      const rows = all.map(({ id, name, issuer, clientId, family: kind, status }) => ({
        id,
        name,
        issuer,
        clientId,
        family: kind,
        status,
      }));
      return {
        json: { registrations: rows },
        text:
          rows.length === 0
            ? 'No registrations yet.'
            : rows
                .map(
                  (r) =>
                    `${r.id}  ${r.status.padEnd(9)} ${r.family.padEnd(10)} ${r.name}  ${r.issuer}  ${r.clientId}`,
                )
                .join('\n'),
      };
    }
    case 'disable': {
      const done = await registrations.disable(one(words, 2, 'the id'), ACTOR);
      return {
        json: { id: done.id, status: done.status },
        text: `Registration ${done.id} is off; its data is kept.`,
      };
    }
    case 'enable': {
      const done = await registrations.enable(one(words, 2, 'the id'), ACTOR);
      return {
        json: { id: done.id, status: done.status },
        text: `Registration ${done.id} is active.`,
      };
    }
    default:
      throw new UsageError('registration: add, list, disable ID or enable ID');
  }
}

async function deployment(words: Words, { lti }: CommandDeps): Promise<CommandResult> {
  const { registrations } = lti;
  switch (words.positionals[1]) {
    case 'add': {
      const made = await registrations.addDeployment(
        one(words, 2, 'the registration’s id'),
        one(words, 3, 'the deployment id'),
        ACTOR,
      );
      return {
        json: { id: made.id, deploymentId: made.platformId },
        text: `Deployment ${made.platformId} may launch.`,
      };
    }
    case 'list': {
      const rows = (
        await registrations.listDeployments(one(words, 2, 'the registration’s id'))
      ).map(({ id, platformId, status }) => ({ id, deploymentId: platformId, status }));
      return {
        json: { deployments: rows },
        text:
          rows.length === 0
            ? 'No deployments yet.'
            : rows.map((r) => `${r.id}  ${r.status.padEnd(9)} ${r.deploymentId}`).join('\n'),
      };
    }
    default:
      throw new UsageError('deployment: add ID DEPLOYMENT_ID or list ID');
  }
}

async function check(words: Words, { lti }: CommandDeps): Promise<CommandResult> {
  const named = words.positionals[1];
  const ids =
    named === undefined
      ? (await lti.registrations.list()).filter((r) => r.status === 'active').map((r) => r.id)
      : [named];
  const reports = [];
  for (const id of ids) reports.push(await lti.check(id));
  const isFailure = reports.some((report) => report.steps.some((step) => step.state === 'red'));
  return {
    json: { checks: reports },
    text:
      reports.length === 0
        ? 'No active registration to check.'
        : reports
            .map((r) =>
              [
                r.name,
                ...r.steps.map(
                  (s) =>
                    `  ${s.state === 'green' ? '✓' : s.state === 'red' ? '✗' : '–'} ${s.name}: ${s.sentence}`,
                ),
              ].join('\n'),
            )
            .join('\n\n'),
    isFailure,
  };
}

/**
 * Runs one command of the command line (interface.md, "Commands").
 *
 * @param args - Words after `trellis`, without `serve`.
 * @throws UsageError for wrong words; TrellisError where a value or the store refuses.
 */
export async function runCommand(
  args: readonly string[],
  deps: () => Promise<CommandDeps>,
): Promise<CommandResult> {
  const words = read(args);
  switch (words.positionals[0]) {
    case 'registration':
      return registration(words, await deps());
    case 'deployment':
      return deployment(words, await deps());
    case 'invite': {
      if (words.positionals[1] !== 'create') throw new UsageError('invite: create [--name N]');
      const name = words.values['name'];
      const { url } = await (
        await deps()
      ).lti.registrations.createInvite(typeof name === 'string' ? name : null, ACTOR);
      return {
        json: { url },
        text: `Give this link to the administrator of the platform; it works once:\n${url}`,
      };
    }
    case 'admin-link': {
      const url = await (await deps()).adminLink();
      return { json: { url }, text: `Opens the admin console once, within 15 minutes:\n${url}` };
    }
    case 'check':
      return check(words, await deps());
    case undefined:
      throw new UsageError(usage);
    default:
      throw new UsageError(`There is no command "${words.positionals[0]}".\n\n${usage}`);
  }
}
