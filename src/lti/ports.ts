import type { ContextId, DeploymentId, RegistrationId } from '../ids.js';

/**
 * What features know of LTI. `app.ts` hands them the implementations of `src/lti/`; nothing else of
 * that folder is visible to a feature.
 */

export type FamilyName = 'canvas' | 'moodle' | 'schoology' | 'other';

/** Who somebody is in this context; the strongest membership role counts (conformance section 6). */
export type Role =
  'instructor' | 'assistant' | 'designer' | 'learner' | 'mentor' | 'administrator' | 'guest';

export interface LaunchUser {
  /** The platform's id of the person, unique within the registration. */
  readonly sub: string;
  readonly role: Role;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly email: string | null;
  /** Preview or test student: kept out of rosters, groups, averages and grade pushes. */
  readonly isTestUser: boolean;
  /** Somebody else acts as this person: nothing is written in their name. */
  readonly isImpersonated: boolean;
  /** Platform ids of the students a mentor may read about; empty without the Mentor role. */
  readonly mentorOf: readonly string[];
  /** BCP 47, such as `es-MX`; null when not told. */
  readonly locale: string | null;
  /** IANA zone, such as `America/Chicago`; null when not told. */
  readonly timeZone: string | null;
  /** Platform section and group ids of this person where told. */
  readonly sectionIds: readonly string[];
  readonly groupIds: readonly string[];
}

export interface LaunchContext {
  readonly id: string;
  readonly label: string | null;
  readonly title: string | null;
  /** Ids of the contexts this one was copied from, nearest first. */
  readonly history: readonly string[];
}

/** What the platform says about the assignment that was opened; everything may be missing. */
export interface AssignmentHints {
  readonly title: string | null;
  /** As the platform sent it: not yet sanitized. */
  readonly descriptionHtml: string | null;
  readonly pointsPossible: number | null;
  readonly dueAt: Date | null;
  readonly availableAt: Date | null;
  readonly lockAt: Date | null;
  /** The platform's own id of the assignment (Canvas `Assignment.lti.id`), where told. */
  readonly platformAssignmentId: string | null;
  readonly isPublished: boolean | null;
}

export interface GradeService {
  readonly scopes: readonly string[];
  readonly lineItemsUrl: string | null;
  /** The one column of the opened link; null when absent or blank. */
  readonly lineItemUrl: string | null;
}

export interface DeepLinkingSettings {
  readonly returnUrl: string;
  readonly acceptsResourceLink: boolean;
  readonly acceptsMultiple: boolean;
  /** null: no promise either way. */
  readonly acceptsLineItem: boolean | null;
  readonly acceptsTargets: readonly string[];
  readonly autoCreate: boolean;
  readonly title: string | null;
  readonly text: string | null;
  /** Echoed exactly, only if sent. */
  readonly data: string | null;
}

/** A launch whose every check passed. */
export interface Launch {
  readonly message: 'resource-link' | 'deep-linking' | 'submission-review';
  readonly registrationId: RegistrationId;
  /** Our id of the deployment: the tenant. */
  readonly deploymentId: DeploymentId;
  readonly family: FamilyName;
  readonly user: LaunchUser;
  /** null: a launch from outside any course. */
  readonly context: LaunchContext | null;
  /** null when the launch names no resource (navigation placements, area launches, deep linking). */
  readonly resourceLink: {
    readonly id: string;
    readonly title: string | null;
    readonly description: string | null;
    /** Ids of the links this one was copied from, nearest first. */
    readonly history: readonly string[];
  } | null;
  readonly assignment: AssignmentHints;
  /** Only resolved values: a literal `$Variable` is left out. */
  readonly custom: Readonly<Record<string, string>>;
  /** Path and query of the signed target_link_uri, on our own origin. */
  readonly targetPath: string;
  readonly grades: GradeService | null;
  readonly membershipsUrl: string | null;
  readonly groupsUrl: string | null;
  /** Where the platform takes an address for its notices; null: it sends none, or knows ours. */
  readonly noticesUrl: string | null;
  readonly deepLinking: DeepLinkingSettings | null;
  /** Submission review: whose work; null when the platform named nobody. */
  readonly reviewOf: string | null;
  /** Vendor placement name such as `assignment_view`, `course_navigation`; null when not told. */
  readonly placement: string | null;
  readonly returnUrl: string | null;
  readonly documentTarget: 'iframe' | 'window' | 'frame';
}

/** A course that a platform says it made from others (LtiContextCopyNotice). */
export interface CourseCopy {
  readonly deploymentId: DeploymentId;
  /** The platform's id of the new course. */
  readonly contextId: string;
  /** The platform's ids of the courses it was copied from. */
  readonly origins: readonly string[];
}

/** Where a service call goes: the tenant and the course it is about. */
export interface ServiceTarget {
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId;
}

export interface LineItem {
  readonly url: string;
  readonly label: string;
  readonly pointsPossible: number;
  readonly resourceId: string | null;
  readonly tag: string | null;
  readonly resourceLinkId: string | null;
}

/** A Score on its way (AGS 3.4); the family adds its extensions. */
export interface ScoreToSend {
  readonly sub: string;
  readonly pointsGiven: number | null;
  readonly pointsPossible: number;
  readonly comment: string | null;
  readonly activityProgress: 'Initialized' | 'Submitted' | 'Completed';
  readonly gradingProgress: 'FullyGraded' | 'PendingManual' | 'NotReady';
  /** Strictly later than every stamp sent before for this (line item, user). */
  readonly stampedAt: Date;
  readonly submittedAt: Date | null;
  readonly scoringSub: string | null;
  /** True for the first score after a hand-in, false for a regrade. */
  readonly isNewSubmission: boolean;
  /** Address under `/lti/launch` that shows the piece in the platform's grader; null: none. */
  readonly reviewPath: string | null;
}

/**
 * What came of sending a score.
 *
 * `accepted`; `superseded` (the platform holds a newer one: nothing to do); `retry` (try again no
 * sooner than `retryAfterMs`, null: the caller's own backoff); `parked` (not before something is
 * mended; `reason` is a stable key with words in the catalogue, `passback.reason.<reason>`);
 * `refused` (never for this student).
 */
export type ScoreOutcome =
  | { readonly outcome: 'accepted' | 'superseded' }
  | { readonly outcome: 'retry'; readonly reason: string; readonly retryAfterMs: number | null }
  | { readonly outcome: 'parked' | 'refused'; readonly reason: string; readonly detail: string };

export interface PlatformResult {
  readonly sub: string;
  readonly score: number | null;
  readonly maximum: number;
  readonly comment: string | null;
}

export interface RosterMember {
  readonly sub: string;
  readonly role: Role;
  readonly isActive: boolean;
  readonly isTestUser: boolean;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly email: string | null;
  readonly sectionIds: readonly string[];
  readonly groupIds: readonly string[];
}

/** Service calls throw `TrellisError('PLATFORM_REFUSED', …, { reason })` when they cannot be done. */
export interface PlatformServices {
  /**
   * Reads the class list page by page. A read that ends without an exception was complete.
   *
   * @param membershipsUrl - As the newest launch of the course gave it.
   * @param resourceLinkId - The platform's link id, to read only those assigned to it, or null.
   */
  roster(
    target: ServiceTarget,
    membershipsUrl: string,
    resourceLinkId: string | null,
  ): AsyncIterable<readonly RosterMember[]>;

  /** All line items of ours in the course that match. */
  findLineItems(
    target: ServiceTarget,
    service: GradeService,
    filter: {
      readonly resourceId?: string;
      readonly tag?: string;
      readonly resourceLinkId?: string;
    },
  ): Promise<readonly LineItem[]>;

  /** Creates a line item; callers look for one first. */
  createLineItem(
    target: ServiceTarget,
    service: GradeService,
    item: {
      readonly label: string;
      readonly pointsPossible: number;
      readonly resourceId: string;
      readonly tag: string;
      readonly resourceLinkId?: string;
    },
  ): Promise<LineItem>;

  getLineItem(target: ServiceTarget, service: GradeService, url: string): Promise<LineItem | null>;

  postScore(
    target: ServiceTarget,
    service: GradeService,
    lineItemUrl: string,
    score: ScoreToSend,
  ): Promise<ScoreOutcome>;

  /** Results the platform holds: of one user, or of all. */
  results(
    target: ServiceTarget,
    service: GradeService,
    lineItemUrl: string,
    sub: string | null,
  ): Promise<readonly PlatformResult[]>;

  /** Course groups, where the platform offers them; null where it does not. */
  groups(
    target: ServiceTarget,
    groupsUrl: string | null,
    groupIds: readonly string[],
  ): Promise<
    | readonly { readonly id: string; readonly name: string; readonly subs: readonly string[] }[]
    | null
  >;
}

export interface ContentItem {
  readonly title: string;
  /** Plain text or simple HTML, as the family prefers it; null: none. */
  readonly text: string | null;
  /** Path on our origin, such as `/lti/launch`. */
  readonly path: string;
  readonly custom: Readonly<Record<string, string>>;
  readonly lineItem: {
    readonly label: string;
    readonly pointsPossible: number;
    readonly resourceId: string;
    readonly tag: string;
  } | null;
  readonly dueAt: Date | null;
  readonly keepsExistingName: boolean;
}

export interface DeepLinkingAnswers {
  /**
   * Signs a Deep Linking response (DL 2.0) for the form that the browser posts to the platform.
   *
   * @param launchSettings - Settings kept on our server since the launch; never from the browser.
   * @returns The address to post to and the signed `JWT` field.
   */
  sign(
    deploymentId: DeploymentId,
    settings: DeepLinkingSettings,
    items: readonly ContentItem[],
    message: { readonly text: string | null; readonly error: string | null },
  ): Promise<{ readonly returnUrl: string; readonly jwt: string }>;
}
