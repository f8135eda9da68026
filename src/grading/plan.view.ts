import type { Assignment } from '../assignments/assignment.js';
import type { NextPlan, StepKind } from '../insights/next-steps.js';
import type { Words } from '../web/words.js';
import type { NextStepPlan } from './plan.model.js';

interface Named {
  readonly name: string;
  readonly href: string;
}

export interface PlanView {
  readonly title: string;
  readonly at: string;
  readonly piles: readonly {
    readonly criterion: string;
    readonly piles: readonly { readonly label: string; readonly people: readonly Named[] }[];
  }[];
  readonly steps: readonly {
    readonly label: string;
    readonly hint: string;
    readonly icon: string;
    readonly people: readonly Named[];
  }[];
  readonly conferences: readonly Named[];
  readonly asks: readonly Named[];
  readonly groupsHref: string;
  readonly groupsText: string;
  readonly made: {
    readonly id: string;
    readonly text: string;
    readonly canUndo: boolean;
    readonly count: number;
  } | null;
  readonly done: string;
  readonly hasGrades: boolean;
  readonly mayGrade: boolean;
}

declare module '../web/render.js' {
  interface Views {
    'grading/plan': PlanView;
  }
}

const ICONS: Readonly<Record<StepKind, string>> = {
  'catch-up': 'hand-helping',
  talk: 'messages-square',
  'mini-task': 'puzzle',
  revise: 'repeat',
  'go-on': 'arrow-right',
  'go-further': 'rocket',
};

const KINDS = ['talk', 'mini-task', 'revise', 'go-further', 'go-on', 'catch-up'] as const;

/** What comes next for everybody, to be confirmed with one click. */
export function planView(facts: {
  readonly assignment: Assignment;
  readonly plan: NextPlan;
  readonly nameOf: (membershipId: string) => string;
  readonly made: NextStepPlan | null;
  readonly done: string;
  readonly base: string;
  readonly now: Date;
  readonly mayGrade: boolean;
  readonly words: Words;
}): PlanView {
  const { assignment, plan, words, made } = facts;
  const design = assignment.published ?? assignment.draft;
  const at = `${facts.base}/a/${assignment.id}/grading`;
  const person = (id: string): Named => ({ name: facts.nameOf(id), href: `${at}/${id}?names=1` });
  const pile = (key: string, ids: readonly string[]) => ({
    label: words.t(`grading.plan.pile.${key}`),
    people: ids.map(person),
  });
  return {
    title: design.title,
    at: `${at}/next-steps`,
    piles: plan.piles.map((piles) => ({
      criterion: design.criteria.find((c) => c.id === piles.criterionId)?.text ?? '',
      piles: [
        pile('one-more-pass', piles.oneMorePass),
        pile('ready', piles.ready),
        pile('ready-for-more', piles.readyForMore),
      ],
    })),
    steps: KINDS.map((kind) => ({
      label: words.t(`grading.plan.step.${kind}`),
      hint: words.t(`insights.next.${kind}`),
      icon: ICONS[kind],
      people: plan.steps.filter((step) => step.kind === kind).map((s) => person(s.studentId)),
    })).filter(({ people }) => people.length > 0),
    conferences: plan.conferenceIds.map(person),
    asks: plan.askIds.map(person),
    groupsHref: `${facts.base}/a/${assignment.id}/groups?basis=${plan.nextBasis}`,
    groupsText: words.t(`grading.plan.groups.${plan.nextBasis}`),
    made:
      made === null
        ? null
        : {
            id: made.id,
            text: words.t(made.undoUntil > facts.now ? 'grading.plan.waits' : 'grading.plan.told', {
              when: words.moment(made.undoUntil > facts.now ? made.undoUntil : made.madeAt),
            }),
            canUndo: made.state === 'open' && made.undoUntil > facts.now,
            count: made.messages.length,
          },
    done: facts.done,
    hasGrades: plan.steps.some(({ kind }) => kind !== 'catch-up'),
    mayGrade: facts.mayGrade,
  };
}
