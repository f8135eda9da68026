import { MEDIA } from './names.js';
import { asObject, asText } from './read.js';

const ACTIVITY = ['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'];
const GRADING = ['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'];
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const SCORE_MEMBERS = [
  'userId',
  'scoreGiven',
  'scoreMaximum',
  'comment',
  'timestamp',
  'activityProgress',
  'gradingProgress',
  'submission',
  'scoringUserId',
];
const ITEM_MEMBERS = [
  'id',
  'label',
  'scoreMaximum',
  'resourceId',
  'tag',
  'resourceLinkId',
  'startDateTime',
  'endDateTime',
  'gradesReleased',
  'submissionReview',
];

/**
 * The media type of a content-type header, without its parameters.
 *
 * @param header - The header, if there is one.
 * @returns The type in lower case; empty when there is none.
 */
export function mediaType(header: string | null | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * Judges an Accept header as a certification tester does.
 *
 * @param accept - The header as sent.
 * @param wanted - The media type the specification names.
 * @returns What is wrong, in plain words.
 */
export function acceptProblems(accept: string | null, wanted: string): string[] {
  if (accept === wanted) return [];
  if (accept === null || accept === '')
    return [`The Accept header is missing; it must be ${wanted}.`];
  if (accept.trim() === '*/*') return [`The Accept header is */*; it must be ${wanted}.`];
  return [`The Accept header is ${accept}; it must be exactly ${wanted}.`];
}

/**
 * Judges a Content-Type header.
 *
 * @param header - The header as sent.
 * @param wanted - The media type the specification names.
 * @returns What is wrong, in plain words.
 */
export function contentTypeProblems(header: string | null, wanted: string): string[] {
  const sent = mediaType(header);
  return sent === wanted ? [] : [`The content type is ${sent || 'missing'}; it must be ${wanted}.`];
}

function unknownMembers(body: Record<string, unknown>, known: readonly string[]): string[] {
  return Object.keys(body)
    .filter((name) => !known.includes(name) && !/^https?:\/\//.test(name))
    .map(
      (name) => `${name} is no member of the specification; an extension is named by a full URL.`,
    );
}

function decimals(value: number): number {
  return (/\.(\d+)$/.exec(String(value))?.[1] ?? '').length;
}

function numberProblems(body: Record<string, unknown>): string[] {
  const problems: string[] = [];
  const { scoreGiven, scoreMaximum } = body;
  if (scoreGiven === null) problems.push('scoreGiven is null; leave it out instead.');
  if (scoreGiven !== undefined && scoreGiven !== null) {
    if (typeof scoreGiven !== 'number') problems.push('scoreGiven is not a number.');
    else {
      if (scoreGiven < 0) problems.push('scoreGiven is below zero.');
      if (decimals(scoreGiven) > 4) problems.push('scoreGiven has more than four decimals.');
    }
    if (scoreMaximum === undefined || scoreMaximum === null) {
      problems.push('scoreGiven comes without scoreMaximum.');
    }
  }
  if (scoreMaximum !== undefined) {
    if (typeof scoreMaximum !== 'number') problems.push('scoreMaximum is not a number.');
    else if (scoreMaximum <= 0) problems.push('scoreMaximum is not above zero.');
  }
  return problems;
}

function instantProblems(name: string, value: unknown): string[] {
  if (value === undefined) return [];
  const text = asText(value);
  return text !== null && INSTANT.test(text) && !Number.isNaN(Date.parse(text))
    ? []
    : [`${name} is no ISO 8601 time with a zone.`];
}

function timeProblems(body: Record<string, unknown>, facts: ScoreFacts): string[] {
  const problems: string[] = [];
  const stamp = asText(body['timestamp']);
  if (stamp === null) return ['timestamp is missing.'];
  const wrong = instantProblems('timestamp', stamp);
  if (wrong.length > 0) return wrong;
  if (!/\.\d+/.test(stamp)) problems.push('timestamp has no fraction of a second.');
  if (facts.lastTimestamp !== null && Date.parse(stamp) <= Date.parse(facts.lastTimestamp)) {
    problems.push(
      `timestamp ${stamp} is not later than the last one taken for this student (${facts.lastTimestamp}).`,
    );
  }
  if (Date.parse(stamp) > facts.now + 60_000) problems.push('timestamp lies in the future.');
  const submission = asObject(body['submission']);
  problems.push(
    ...instantProblems('submission.startedAt', submission['startedAt']),
    ...instantProblems('submission.submittedAt', submission['submittedAt']),
  );
  const started = Date.parse(asText(submission['startedAt']) ?? '');
  const submitted = Date.parse(asText(submission['submittedAt']) ?? '');
  if (submitted < started) problems.push('submission.submittedAt is before submission.startedAt.');
  return problems;
}

/** What a score is judged against. */
export interface ScoreFacts {
  readonly lastTimestamp: string | null;
  readonly now: number;
  /** Role of the person the score is for, or null when there is nobody with that id. */
  readonly personRole: string | null;
}

/**
 * Judges a score (AGS 3.4; conformance rows AGS-20 to AGS-36).
 *
 * @param body - The parsed body.
 * @param contentType - Its content type.
 * @param facts - Who it is for and what was sent before.
 * @returns What is wrong, in plain words.
 */
export function scoreProblems(
  body: Record<string, unknown>,
  contentType: string | null,
  facts: ScoreFacts,
): string[] {
  const problems = contentTypeProblems(contentType, MEDIA.score);
  if (typeof body['userId'] !== 'string' || body['userId'] === '') {
    problems.push('userId is missing or no text.');
  } else if (facts.personRole === null) {
    problems.push('userId belongs to nobody in this course.');
  } else if (facts.personRole !== 'student') {
    problems.push(`userId is a ${facts.personRole}, and only students are graded.`);
  }
  if (!ACTIVITY.includes(String(body['activityProgress']))) {
    problems.push('activityProgress is missing or no word of the specification.');
  }
  if (!GRADING.includes(String(body['gradingProgress']))) {
    problems.push('gradingProgress is missing or no word of the specification.');
  }
  problems.push(...numberProblems(body), ...timeProblems(body, facts));
  for (const name of ['comment', 'scoringUserId']) {
    if (name in body && typeof body[name] !== 'string') {
      problems.push(
        `${name} is ${body[name] === null ? 'null' : 'no text'}; leave it out or send text.`,
      );
    }
  }
  return [...problems, ...unknownMembers(body, SCORE_MEMBERS)];
}

/**
 * Judges a line item that is created or replaced (AGS 3.2).
 *
 * @param body - The parsed body.
 * @param contentType - Its content type.
 * @returns What is wrong, in plain words.
 */
export function lineItemProblems(
  body: Record<string, unknown>,
  contentType: string | null,
): string[] {
  const problems = contentTypeProblems(contentType, MEDIA.lineItem);
  const { label, scoreMaximum } = body;
  if (typeof label !== 'string' || label.trim() === '') problems.push('label is missing or blank.');
  if (typeof scoreMaximum !== 'number' || !(scoreMaximum > 0)) {
    problems.push('scoreMaximum is missing or not above zero.');
  }
  for (const name of ['resourceId', 'tag', 'resourceLinkId']) {
    if (body[name] !== undefined && typeof body[name] !== 'string') {
      problems.push(`${name} is no text.`);
    }
  }
  problems.push(
    ...instantProblems('startDateTime', body['startDateTime']),
    ...instantProblems('endDateTime', body['endDateTime']),
  );
  return [...problems, ...unknownMembers(body, ITEM_MEMBERS)];
}

/** What an assertion is judged against. */
export interface AssertionContext {
  readonly clientId: string | null;
  readonly tokenUrl: string;
  /** Seconds since 1970. */
  readonly now: number;
  readonly seenBefore: boolean;
}

/**
 * Judges a client assertion (LTI security framework 4.1.2; rows TOK-01 to TOK-03).
 *
 * @param header - Its protected header.
 * @param claims - Its payload.
 * @param context - The registration and the token address.
 * @returns What is wrong, in plain words.
 */
export function assertionProblems(
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
  context: AssertionContext,
): string[] {
  const { clientId, tokenUrl, now } = context;
  const problems: string[] = [];
  if (header['alg'] !== 'RS256') problems.push('The assertion is not signed with RS256.');
  if (typeof header['kid'] !== 'string') problems.push('The assertion has no kid in its header.');
  if (clientId === null) problems.push('sub of the assertion is no client id known here.');
  if (claims['iss'] !== claims['sub']) problems.push('iss of the assertion is not the client id.');
  const audience = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']];
  if (!audience.includes(tokenUrl)) {
    problems.push(
      `aud of the assertion is ${JSON.stringify(claims['aud'])}; it must be ${tokenUrl}.`,
    );
  }
  const { iat, exp, jti } = claims;
  if (typeof iat !== 'number') problems.push('iat of the assertion is missing.');
  else if (iat > now + 5) problems.push('iat of the assertion lies in the future.');
  if (typeof exp !== 'number') problems.push('exp of the assertion is missing.');
  else if (exp <= now) problems.push('The assertion has expired.');
  else if (exp > now + 3600) problems.push('The assertion is valid for more than an hour.');
  if (typeof jti !== 'string' || jti === '') problems.push('jti of the assertion is missing.');
  else if (context.seenBefore) problems.push('jti of the assertion was used before.');
  return problems;
}

/**
 * Judges an authorization request (LTI security framework 5.1.1; row LOGIN-10).
 *
 * @param query - Its parameters.
 * @param seen - Whether nonce and state were used before.
 * @returns What is wrong, in plain words.
 */
export function authorizationProblems(
  query: Record<string, string>,
  seen: { nonce: boolean; state: boolean },
): string[] {
  const problems: string[] = [];
  const fixed: Record<string, string> = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
  };
  for (const [name, value] of Object.entries(fixed)) {
    if (query[name] !== value) {
      problems.push(`${name} is ${query[name] ?? 'missing'}; it must be ${value}.`);
    }
  }
  for (const name of ['client_id', 'redirect_uri', 'login_hint', 'nonce', 'state']) {
    if ((query[name] ?? '') === '') problems.push(`${name} is missing.`);
  }
  for (const name of ['nonce', 'state'] as const) {
    const value = query[name] ?? '';
    if (value !== '' && value.length < 22) problems.push(`${name} is shorter than 128 bits.`);
    if (seen[name]) problems.push(`${name} was used before.`);
  }
  return problems;
}
