import type {
  AssignmentId,
  ContextId,
  CriterionId,
  FileId,
  MembershipId,
  OptionId,
  ResourceLinkId,
  SubmissionId,
  TierId,
} from '../ids.js';

/** A file as a piece of work refers to it. */
export interface WorkFile {
  readonly fileId: FileId;
  readonly name: string;
  /** Media type found in the content, never the claimed one. */
  readonly mediaType: string;
  readonly bytes: number;
}

/** What a student made for one option. */
export interface Work {
  /** Sanitized HTML; empty: none. */
  readonly html: string;
  readonly linkUrl: string;
  readonly files: readonly WorkFile[];
  /** Length of the text in characters without markup. */
  readonly characters: number;
}

/** The work on one option while it is being made; switching keeps every draft. */
export interface Draft {
  readonly optionId: OptionId;
  readonly work: Work;
  /** Rises with each save; a save from an older one shows both. */
  readonly version: number;
  readonly savedAt: Date;
  /** The page (tab) that saved last, and its count of saves: an answer that got lost is no conflict. */
  readonly writer: { readonly id: string; readonly step: number };
}

export interface SelfRating {
  readonly criterionId: CriterionId;
  /** Share of the criterion's points, 0–1, as the student sees it; null: not rated. */
  readonly share: number | null;
  readonly note: string;
}

/** One attempt, kept beside the later ones. */
export interface HandIn {
  readonly attempt: number;
  readonly at: Date;
  readonly isLate: boolean;
  /** Due date in force at that time and the rule that gave it. */
  readonly dueAt: Date | null;
  readonly works: readonly {
    readonly optionId: OptionId;
    readonly optionTitle: string;
    readonly work: Work;
  }[];
  readonly selfRatings: readonly SelfRating[];
  readonly reflections: readonly { readonly prompt: string; readonly text: string }[];
  /** Everybody the shared piece belongs to; only the student where the work is their own. */
  readonly memberIds: readonly MembershipId[];
  /** Logged by a teacher for work on paper or spoken. */
  readonly loggedBy: MembershipId | null;
}

export type SubmissionState =
  'not-started' | 'choosing' | 'working' | 'handed-in' | 'taken-back' | 'returned';

/** One student's way through one assignment: a single document, guarded by version. */
export interface Submission {
  readonly id: SubmissionId;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly membershipId: MembershipId;
  /** The link this student launched from: it knows their section's column. */
  readonly resourceLinkId: ResourceLinkId | null;
  readonly version: number;
  readonly state: SubmissionState;
  readonly chosenIds: readonly OptionId[];
  readonly drafts: readonly Draft[];
  readonly handIns: readonly HandIn[];
  readonly doneStepIds: readonly string[];
  /** Self ratings before handing in. */
  readonly selfRatings: readonly SelfRating[];
  /** Answers to the reflection prompts before handing in. */
  readonly reflections: readonly { readonly prompt: string; readonly text: string }[];
  /** Options with few places that the student would like, best first. */
  readonly wishes: readonly OptionId[];
  /** Asked to see every choice instead of the pair to start with. */
  readonly showsAll: boolean;
  /** A tier request of the student, until a teacher answers. */
  readonly request: {
    readonly kind: 'stretch' | 'simpler';
    readonly at: Date;
    readonly answer: 'open' | 'yes' | 'no';
    readonly answeredAt: Date | null;
  } | null;
  /** Tier worked on when last opened, for the teacher's pages only. */
  readonly tierId: TierId | null;
  /** Revision of the design last seen; a newer one is announced. */
  readonly seenRevision: number;
  readonly openedAt: Date;
  readonly changedAt: Date;
}

/** Empty work. */
export const noWork: Work = { html: '', linkUrl: '', files: [], characters: 0 };

/** Whether anything was made. */
export function isEmptyWork(work: Work): boolean {
  return work.characters === 0 && work.linkUrl === '' && work.files.length === 0;
}

/** After handing in, nothing is chosen or changed before it is taken back or returned to work on. */
export function isClosed(submission: Pick<Submission, 'state'>): boolean {
  return submission.state === 'handed-in' || submission.state === 'returned';
}
