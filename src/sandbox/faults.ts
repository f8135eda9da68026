import { z } from 'zod';

const flag = z.boolean().default(false);

export const TROUBLES = [
  '500',
  '503',
  '403-rate',
  '429',
  '429-retry-after',
  'slow',
  'hang',
  'drop',
  'lost',
  'garbage',
  'html',
  'redirect',
] as const;

export const SERVICES = ['token', 'lineitems', 'scores', 'results', 'roster', 'notices'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Everything that can be made to go wrong; the defaults are a school on a good day. */
export const faultsSchema = z.strictObject({
  /** The course is over or not begun: every grade call answers so. Canvas has both answers. */
  courseClosed: z.enum(['', '404', '422']).default(''),
  unpublished: flag,
  /** Keys of students the assignment is not assigned to. */
  notAssigned: z.array(z.string()).default([]),
  gradingPeriodClosed: flag,
  moderated: flag,
  attemptsExhausted: flag,
  testStudentAccepted: flag,
  lineItemsGone: flag,
  /** Scopes an admin took away: out of the launch claims, refused by the token endpoint. */
  scopesRemoved: z.array(z.string()).default([]),
  toolUninstalled: flag,
  keyOff: flag,
  /** Moodle: the column is locked. */
  gradeLocked: flag,
  /** Which troubles service requests meet; with several, the dice choose. */
  trouble: z.array(z.enum(TROUBLES)).default([]),
  /** Which services meet them; empty means all. */
  troubleOn: z.array(z.enum(SERVICES)).default([]),
  troubleProbability: z.number().min(0).max(1).default(1),
  /** How many more requests meet trouble; null means no end. */
  troubleNext: z.number().int().nonnegative().nullable().default(null),
  seed: z.number().int().default(1),
  slowMs: z.number().int().nonnegative().default(2000),
  retryAfterSeconds: z.number().int().nonnegative().default(2),
  /** Where the trouble `redirect` sends service calls. */
  redirectTo: z.string().default('http://elsewhere.invalid/stolen'),
  /** Canvas's leaky bucket, counted for real: 600 high water, 10 a second, 50 for each call under way. */
  bucket: flag,
  rosterRefused: flag,
  rosterPageSize: z.number().int().positive().nullable().default(null),
  /** Makes the roster's next link point to another host. */
  nextLinkTo: z.string().default(''),
  /** Key of a person whose two accounts were merged: another id in copied courses only. */
  mergedUser: z.string().default(''),
  anonymousVisitor: flag,
  literalCustom: flag,
  privacy: z.enum(['public', 'name_only', 'email_only', 'anonymous']).default('public'),
  jwks: z.enum(['', 'down', 'slow', 'huge', 'garbage', 'empty', 'redirect']).default(''),
  tokensExpired: flag,
  tokenSeconds: z.number().int().positive().default(3600),
  /** The platform's clock against the true one. */
  clockSkewSeconds: z.number().int().default(0),
  /** How old the claims are when they arrive (Canvas: up to 300). */
  claimsAgeSeconds: z.number().int().nonnegative().default(0),
  idTokenExpired: flag,
  loginRequired: flag,
  launchNoLongerValid: flag,
  loginSlowMs: z.number().int().nonnegative().default(0),
  noStorageTarget: flag,
  noStorageFrame: flag,
  noPostMessage: flag,
  mentorWithoutScope: flag,
  contextOmitted: flag,
  titleOmitted: flag,
  speedGraderCourseLink: flag,
  editLaunchAsResource: flag,
  noRosterClaim: flag,
  noGradeClaim: flag,
  /** Moodle: `lineitem` arrives as an empty text. */
  emptyLineItem: flag,
  /** Moodle's setting for the grade service: none, grade sync, grade sync and columns. */
  moodleAgs: z.union([z.literal(0), z.literal(1), z.literal(2)]).default(2),
  /** Moodle: grades above the maximum are kept. */
  moodleOverMaximum: flag,
});

export type FaultSettings = z.infer<typeof faultsSchema>;

/** The switches as they stand, and the seeded dice that go with them. */
export class Faults {
  now: FaultSettings = faultsSchema.parse({});
  #dice = dice(1);

  /**
   * Changes some switches and keeps the others.
   *
   * @param change - The switches to change; checked, so a misspelt one is refused.
   * @returns All switches.
   * @throws ZodError when a switch is unknown or its value is of the wrong kind.
   */
  set(change: Partial<FaultSettings>): FaultSettings {
    this.now = faultsSchema.parse({ ...this.now, ...change });
    if (change.seed !== undefined || change.trouble !== undefined) this.#dice = dice(this.now.seed);
    return this.now;
  }

  /** Puts every switch back. */
  clear(): void {
    this.now = faultsSchema.parse({});
    this.#dice = dice(1);
  }

  /**
   * Draws whether a service request meets trouble, and which.
   *
   * @param service - The service asked.
   * @returns The trouble, or null. Counts down `troubleNext`.
   */
  draw(service: ServiceName): (typeof TROUBLES)[number] | null {
    const { trouble, troubleOn, troubleNext, troubleProbability } = this.now;
    if (trouble.length === 0 || troubleNext === 0) return null;
    if (troubleOn.length > 0 && !troubleOn.includes(service)) return null;
    if (this.#dice() >= troubleProbability) return null;
    if (troubleNext !== null) this.now = { ...this.now, troubleNext: troubleNext - 1 };
    return trouble[Math.floor(this.#dice() * trouble.length)] ?? null;
  }
}

/** Mulberry32: small, seeded, good enough to spread faults. */
function dice(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
