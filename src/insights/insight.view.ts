import type { Words } from '../web/words.js';
import type { GoalChange } from './did-it-help.js';
import type { CourseGoal } from './goal-key.js';
import type { MobilityView } from './mobility.view.js';

interface HelpRow {
  readonly goal: string;
  readonly text: string;
  readonly before: string;
  readonly after: string;
  readonly icon: string;
}

export interface InsightView {
  readonly title: string;
  readonly mobility: MobilityView;
  readonly mobilityHref: string;
  readonly help: {
    readonly text: string;
    readonly rows: readonly HelpRow[];
  };
  /** Parts of other features on this page, already rendered. */
  readonly more: readonly string[];
}

export interface MobilityPage {
  readonly mobility: MobilityView;
  readonly groupsHref: string | null;
}

declare module '../web/render.js' {
  interface Views {
    'insights/insight': InsightView;
    'insights/mobility': MobilityPage;
  }
}

const ICONS: Readonly<Record<GoalChange['verdict'], string>> = {
  'too-few': 'hourglass',
  rose: 'trending-up',
  'no-clear-change': 'minus',
  fell: 'trending-down',
};

/** Before and after a grouping, one line per goal of the assignment. */
export function helpRows(
  changes: readonly GoalChange[],
  goals: readonly CourseGoal[],
  words: Words,
): readonly HelpRow[] {
  const number = (value: number | null): string => (value === null ? '' : words.number(value));
  return changes.map((change) => ({
    goal: goals.find((goal) => goal.key === change.goalId)?.text ?? change.goalId,
    text: words.t(`insights.help.${change.verdict}`, {
      students: change.students,
      change: number(change.change === null ? null : Math.abs(change.change)),
      from: number(change.from),
      to: number(change.to),
    }),
    before: number(change.before),
    after: number(change.after),
    icon: ICONS[change.verdict],
  }));
}
