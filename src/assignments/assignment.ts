import type {
  AssignmentId,
  ContextId,
  CriterionId,
  DeploymentId,
  FileId,
  FlexibleGroupId,
  GoalId,
  MembershipId,
  OptionId,
  ResourceLinkId,
  TierId,
} from '../ids.js';

/** What students should know or be able to do; the same for every tier and choice. */
export interface LearningGoal {
  readonly id: GoalId;
  readonly text: string;
  /** Free standard code such as `MS-LS2-1`; empty: none. */
  readonly code: string;
}

export interface CriterionLevel {
  readonly points: number;
  readonly label: string;
  readonly description: string;
}

/** One line of the one rubric. */
export interface SuccessCriterion {
  readonly id: CriterionId;
  readonly text: string;
  readonly goalIds: readonly GoalId[];
  readonly kind: 'levels' | 'single-point';
  /** Most points to get here. */
  readonly points: number;
  /** For `levels`: highest first; empty for `single-point`. */
  readonly levels: readonly CriterionLevel[];
  /** The anchor of the severity meter: worded identically in every tier. */
  readonly isAnchor: boolean;
}

export interface Material {
  readonly id: string;
  readonly kind: 'link' | 'file' | 'text';
  readonly title: string;
  /** For `link`; http(s) only. */
  readonly url: string | null;
  readonly fileId: FileId | null;
  /** For `text`: sanitized HTML. */
  readonly html: string | null;
  /** A frame that a move brought and the teacher still has to fill. */
  readonly isFrame?: boolean;
}

export interface Step {
  readonly id: string;
  readonly text: string;
  /** A target, never a lock. */
  readonly targetAt: Date | null;
}

/** One route to the same goals. Students never see name or kind. */
export interface Tier {
  readonly id: TierId;
  readonly kind: 'base' | 'support' | 'stretch';
  /** The teacher's name for it. */
  readonly name: string;
  /** Sanitized HTML. */
  readonly instructionsHtml: string;
  readonly materials: readonly Material[];
  readonly steps: readonly Step[];
  /** Minutes it should take. */
  readonly minutes: number;
  /** How many products a student hands in. */
  readonly products: number;
  readonly goalIds: readonly GoalId[];
  readonly criterionIds: readonly CriterionId[];
  /** Ids of the moves taken, in order. */
  readonly moveIds: readonly string[];
}

/** Forms in which work can be handed in. */
export const PRODUCT_FORMS = [
  'text',
  'link',
  'file',
  'photo',
  'audio',
  'video',
  'drawing',
  'paper',
] as const;
export type ProductForm = (typeof PRODUCT_FORMS)[number];

export interface SubmissionOption {
  readonly id: OptionId;
  readonly title: string;
  readonly form: ProductForm;
  readonly instructionsHtml: string;
  readonly criterionIds: readonly CriterionId[];
  readonly minutes: number | null;
  readonly materials: readonly Material[];
  /** Only for these tiers; empty: for all. */
  readonly tierIds: readonly TierId[];
  /** null: no limit. */
  readonly places: number | null;
  /** Column of a menu (`one-per-course`), row-major cell of a 3×3 by position; RAFT part otherwise. */
  readonly course: string | null;
  /** For the rule `points-worth`. */
  readonly worth: number;
  /** Only for this student: an approved idea of theirs. */
  readonly onlyFor: MembershipId | null;
}

export type BoardRule =
  | { readonly kind: 'pick'; readonly count: number }
  | { readonly kind: 'three-in-a-row' }
  | { readonly kind: 'one-per-course' }
  | { readonly kind: 'points-worth'; readonly points: number };

export interface ChoiceBoard {
  readonly template: 'menu' | 'grid' | 'raft' | 'either-or';
  readonly rule: BoardRule;
  readonly options: readonly SubmissionOption[];
  readonly allowsOwnIdea: boolean;
  /** The pair that novices see first; empty: the first two. */
  readonly startHereIds: readonly OptionId[];
  /** Until then a student may switch without asking; null: until hand-in. */
  readonly switchUntil: Date | null;
}

/** A date that differs for a tier, a group or a student. */
export interface DateRule {
  readonly scope: 'tier' | 'group' | 'learner';
  readonly tierId: TierId | null;
  readonly groupId: FlexibleGroupId | null;
  readonly membershipId: MembershipId | null;
  readonly dueAt: Date;
}

export interface DesignSettings {
  readonly neutralLabels: 'hidden' | 'shapes' | 'plants' | 'rivers';
  readonly allowsTakeBack: boolean;
  readonly allowsResubmit: boolean;
  readonly allowsTierRequests: boolean;
  readonly allowsExtraCredit: boolean;
  readonly peerFeedback: boolean;
  /** Group members hand in one shared piece. */
  readonly groupHandIn: boolean;
  readonly gradesNameless: boolean;
  readonly asksSelfAssessment: boolean;
}

/** What a teacher edits and publishes as one. */
export interface TaskDesign {
  readonly title: string;
  readonly subject: string;
  /** BCP 47 primary tag of the task's own language. */
  readonly language: string;
  readonly pointsPossible: number;
  readonly dueAt: Date | null;
  readonly goals: readonly LearningGoal[];
  readonly criteria: readonly SuccessCriterion[];
  /** One to three; exactly one is the base. */
  readonly tiers: readonly Tier[];
  readonly board: ChoiceBoard;
  readonly dates: readonly DateRule[];
  readonly settings: DesignSettings;
}

/** Which tier one student works on and why; a student without one works on the base tier. */
export interface Placement {
  readonly membershipId: MembershipId;
  readonly tierId: TierId;
  readonly because: 'learner' | 'group';
  readonly groupId: FlexibleGroupId | null;
  readonly byMembershipId: MembershipId;
  readonly at: Date;
  readonly reason: string;
  /** What the evidence suggested at that time; null: not enough yet. */
  readonly suggestedTierId: TierId | null;
}

export interface Assignment {
  readonly id: AssignmentId;
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId;
  /** Rises with each write; a stale one is refused. */
  readonly version: number;
  readonly draft: TaskDesign;
  /** What students see; null: not published. */
  readonly published: TaskDesign | null;
  readonly publishedAt: Date | null;
  /** Counts publications; students are told when it rises while they work. */
  readonly revision: number;
  readonly placements: readonly Placement[];
  /** The grouping in force for this assignment. */
  readonly groupingId: string | null;
  readonly resourceLinkIds: readonly ResourceLinkId[];
  /** Where a copy came from, until a teacher has confirmed it once. */
  readonly copiedFrom: { readonly assignmentId: AssignmentId; readonly confirmed: boolean } | null;
  /** True: hand-in and grades stay with the platform; Trellis shows routes and choices only. */
  readonly isNative: boolean;
  readonly createdBy: MembershipId;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * The base tier of a design.
 *
 * @throws Error when a design has none: every design is made with one and cannot lose it.
 */
export function baseTier(design: TaskDesign): Tier {
  const tier = design.tiers.find((t) => t.kind === 'base');
  if (tier === undefined) throw new Error('a design without a base tier');
  return tier;
}

/** Default settings of a new design. */
export const defaultSettings: DesignSettings = {
  neutralLabels: 'hidden',
  allowsTakeBack: true,
  allowsResubmit: true,
  allowsTierRequests: true,
  allowsExtraCredit: false,
  peerFeedback: false,
  groupHandIn: false,
  gradesNameless: true,
  asksSelfAssessment: true,
};

/**
 * A first design from what the platform said about its assignment: one base tier with the task as
 * it stands there, hand-in as text, link or file.
 *
 * @param source - Title, sanitized description, points and due date as sent; missing ones get defaults.
 * @param newId - Gives ids for the parts.
 * @param words - Titles of the three ways to hand in.
 */
export function firstDesign(
  source: {
    readonly title: string;
    readonly descriptionHtml: string;
    readonly pointsPossible: number | null;
    readonly dueAt: Date | null;
    readonly language: string;
  },
  newId: () => string,
  words: {
    readonly text: string;
    readonly link: string;
    readonly file: string;
    readonly base: string;
  },
): TaskDesign {
  const option = (form: 'text' | 'link' | 'file', title: string): SubmissionOption => ({
    id: newId() as OptionId,
    title,
    form,
    instructionsHtml: '',
    criterionIds: [],
    minutes: null,
    materials: [],
    tierIds: [],
    places: null,
    course: null,
    worth: 1,
    onlyFor: null,
  });
  return {
    title: source.title,
    subject: '',
    language: source.language,
    pointsPossible: source.pointsPossible ?? 100,
    dueAt: source.dueAt,
    goals: [],
    criteria: [],
    tiers: [
      {
        id: newId() as TierId,
        kind: 'base',
        name: words.base,
        instructionsHtml: source.descriptionHtml,
        materials: [],
        steps: [],
        minutes: 45,
        products: 1,
        goalIds: [],
        criterionIds: [],
        moveIds: [],
      },
    ],
    board: {
      template: 'menu',
      rule: { kind: 'pick', count: 1 },
      options: [option('text', words.text), option('link', words.link), option('file', words.file)],
      allowsOwnIdea: true,
      startHereIds: [],
      switchUntil: null,
    },
    dates: [],
    settings: defaultSettings,
  };
}
