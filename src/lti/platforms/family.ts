import type { FamilyName, ScoreOutcome, ScoreToSend } from '../ports.js';

/** Custom values of a launch that were resolved (CORE-15). */
export type Custom = Readonly<Record<string, string>>;

/** What a platform tells about the assignment through custom values. */
export interface CustomHints {
  readonly title: string | null;
  readonly descriptionHtml: string | null;
  readonly pointsPossible: number | null;
  readonly dueAt: Date | null;
  readonly availableAt: Date | null;
  readonly lockAt: Date | null;
  readonly platformAssignmentId: string | null;
  readonly isPublished: boolean | null;
}

/** A service's answer that was not a success. */
export interface ServiceRefusal {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/**
 * Everything in which platforms differ and that touches Trellis: small questions, each resting on
 * the fact named beside it. No other file asks which platform it talks to.
 */
export interface Family {
  readonly name: FamilyName;

  /** Whether an assistant's roles are the assisting sub-role and Instructor (canvas 2.5). */
  readonly assistantsAreListedAsInstructors: boolean;

  /** Custom variables asked for at registration: our name → the platform's variable. */
  readonly customVariables: Readonly<Record<string, string>>;

  /** Members of the family's own in the tool configuration of a dynamic registration. */
  readonly registrationExtensions: Readonly<Record<string, unknown>>;

  /** The assignment, from custom values. */
  hints(custom: Custom): CustomHints;

  /** Section and group ids of the person who launches, their zone, and whether somebody acts as them. */
  person(custom: Custom): {
    readonly sectionIds: readonly string[];
    readonly groupIds: readonly string[];
    readonly timeZone: string | null;
    /** Who acts as this person; theirs or null where nobody does (CORE-19). */
    readonly actingUserId: string | null;
    readonly mentorOf: readonly string[];
  };

  /** Whether the resource link stands for something of its own, not for the course (canvas 2.4). */
  isOwnResource(resourceLinkId: string, contextId: string | null): boolean;

  /** Whether launches from course areas come without resource_link by design (schoology 3). */
  readonly opensAreasWithoutResource: boolean;

  /** What is wrong with a deployment id that an admin typed; a key of `refusal.deploymentId.*`. */
  deploymentIdProblem(deploymentId: string, clientId: string): 'half-schoology' | null;

  /** Hosts under which the platform's pages frame a tool, beside those of its registration (STORE-15). */
  readonly frameAncestors: readonly string[];

  /** What is wrong with an issuer that an admin typed. */
  issuerProblem(issuer: string): 'trailing-slash' | 'not-the-issuer' | null;

  /** Members of the family's own in a Score. */
  scoreExtensions(score: ScoreToSend, reviewUrl: string | null): Readonly<Record<string, unknown>>;

  /** Whether "handed in, please grade" can be told without harming a grade that stands. */
  canAnnounceHandIn(score: ScoreToSend): boolean;

  /** Whether the platform takes a comment of null or needs a string or nothing at all. */
  readonly sendsBlankComment: boolean;

  /** What a refused score means. */
  readScoreRefusal(refusal: ServiceRefusal): ScoreOutcome;

  /** Whether an answer means "too fast". */
  isRateLimit(refusal: ServiceRefusal): boolean;

  /** `limit` to ask for in rosters; null: none is sent. */
  readonly rosterLimit: number | null;
  /** `limit` to ask for in line items and results; null: none is sent. */
  readonly lineItemLimit: number | null;

  /** Whether only the members who can open a resource link may be asked for. */
  readonly knowsRosterOfLink: boolean;

  /** Reads rosters of LMS groups, where they are read like a course's roster. */
  groupRosterUrl(membershipsUrl: string, groupId: string): string | null;

  /** Points a Deep Linking line item may have: whole numbers only, and at most. */
  readonly deepLinkPoints: { readonly wholeOnly: boolean; readonly most: number | null };

  /** Whether the text of a content item is read as HTML. */
  readonly contentTextIsHtml: boolean;

  /** Whether a due date in a content item is honoured. */
  readonly takesDueDate: boolean;

  /** Members of the family's own in a content item. */
  contentExtensions(item: {
    readonly keepsExistingName: boolean;
  }): Readonly<Record<string, unknown>>;
}

/** A comma list as ids, without blanks. */
export function idList(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '' && id.length <= 255)
    .slice(0, 500);
}

/** A JSON list of texts, such as Canvas's observees; empty when it is none. */
export function jsonList(value: string | undefined): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(value ?? '[]');
    return Array.isArray(parsed)
      ? parsed.filter((id): id is string => typeof id === 'string').slice(0, 500)
      : [];
  } catch {
    return [];
  }
}

/** A number that is finite and at least 0; null otherwise. */
export function pointsOf(value: string | undefined): number | null {
  if (value === undefined || value.trim() === '') return null;
  const points = Number(value);
  return Number.isFinite(points) && points >= 0 ? points : null;
}

/** An instant from ISO 8601 text or UNIX seconds (Schoology); null otherwise. */
export function dateOf(value: string | undefined): Date | null {
  if (value === undefined || value.trim() === '') return null;
  const at = /^\d{9,11}$/.test(value) ? new Date(Number(value) * 1000) : new Date(value);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** The first of several names that has a value. */
export function firstOf(custom: Custom, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = custom[name];
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
