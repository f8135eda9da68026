import type { JWK } from 'jose';

/** The faces the practice LMS can wear. */
export const FAMILIES = ['canvas', 'moodle', 'schoology'] as const;
export type FamilyName = (typeof FAMILIES)[number];

/** A course of one face. `origin` lists the context ids it was copied from, nearest first. */
export interface Course {
  id: string;
  contextId: string;
  label: string;
  title: string;
  origin: string[];
}

/** Something in a course that opens a tool (or, when native, only shows one on its page). */
export interface Link {
  id: string;
  courseId: string;
  resourceLinkId: string;
  title: string;
  /** HTML, as typed in the LMS. */
  description: string;
  /** Target of the launch; null means the registration's own target. */
  url: string | null;
  custom: Record<string, string>;
  kind: 'assignment' | 'native' | 'material';
  /** The gradebook column of the assignment; null for ungraded materials. */
  lineItemId: string | null;
  published: boolean;
  dueAt: string | null;
  unlockAt: string | null;
  lockAt: string | null;
  /** Resource link ids it was copied from, nearest first. */
  origin: string[];
  newTab: boolean;
  deepLinked: boolean;
}

/** A gradebook column. `clientId` is null for a column no tool may see. */
export interface LineItem {
  id: string;
  courseId: string;
  label: string;
  scoreMaximum: number;
  resourceId: string | null;
  tag: string | null;
  linkId: string | null;
  clientId: string | null;
  /** Made by the LMS together with its link, not by the tool through the service. */
  coupled: boolean;
  /** Canvas: an added line item on an assignment that shows no column. */
  extra: boolean;
  startDateTime: string | null;
  endDateTime: string | null;
  submissionType: Record<string, unknown> | null;
  submissionReview: Record<string, unknown> | null;
}

/** One change of one cell of the gradebook. */
export interface GradeChange {
  at: string;
  by: 'tool' | 'teacher';
  score: number | null;
  comment: string;
  note: string;
}

/** One cell of the gradebook. Scores are on the scale of the column. */
export interface Grade {
  score: number | null;
  comment: string;
  comments: string[];
  attempts: number;
  submittedAt: string | null;
  late: boolean;
  /** The last timestamp the platform took from a tool. */
  timestamp: string | null;
  gradingProgress: string | null;
  activityProgress: string | null;
  needsGrading: boolean;
  overridden: boolean;
  missing: boolean;
  byTool: boolean;
  reviewUrl: string | null;
  history: GradeChange[];
}

/** A tool as one face knows it. */
export interface Registration {
  clientId: string;
  deploymentIds: string[];
  name: string;
  loginUrl: string;
  redirectUris: string[];
  targetLinkUri: string;
  jwksUrl: string;
  scopes: string[];
  custom: Record<string, string>;
  deepLinkUrl: string | null;
  reviewUrl: string | null;
  status: 'active' | 'pending' | 'off';
  source: 'preset' | 'dynamic';
}

/** Everything one face keeps. */
export interface Face {
  registrations: Registration[];
  courses: Course[];
  links: Link[];
  lineItems: LineItem[];
  /** Cells by line item id, then by the key of a person. */
  grades: Record<string, Record<string, Grade>>;
  /** Canvas notice handlers by notice type. */
  noticeHandlers: Record<string, string>;
  serial: number;
}

/** A signing key as it stands in the file. */
export interface StoredKey {
  kid: string;
  privateJwk: JWK;
  publicJwk: JWK;
}

/** The whole state of the practice LMS, as it stands in its file. */
export interface State {
  version: 1;
  students: number;
  /** Keys of people who left the course. */
  left: string[];
  keys: StoredKey[];
  faces: Record<FamilyName, Face>;
}

/**
 * Makes an empty gradebook cell.
 *
 * @returns A cell without score, comment or attempt.
 */
export function emptyGrade(): Grade {
  return {
    score: null,
    comment: '',
    comments: [],
    attempts: 0,
    submittedAt: null,
    late: false,
    timestamp: null,
    gradingProgress: null,
    activityProgress: null,
    needsGrading: false,
    overridden: false,
    missing: false,
    byTool: false,
    reviewUrl: null,
    history: [],
  };
}
