import type { ClassList } from '../groups/class-list.js';
import { nameIn } from '../groups/say-groups.view.js';
import type { Words } from '../web/words.js';
import { MOBILITY_DEFAULTS, type Mobility, type MobilityAction } from './mobility.js';

interface PartView {
  readonly label: string;
  /** 0–100; more is always better here. */
  readonly value: number;
  readonly text: string;
  readonly weight: string;
}

export interface MobilityView {
  readonly isMeasured: boolean;
  readonly text: string;
  readonly index: number;
  readonly verdict: string;
  readonly parts: readonly PartView[];
  readonly flags: readonly {
    readonly id: string;
    readonly name: string;
    readonly text: string;
    readonly actions: readonly {
      readonly label: string;
      readonly href: string;
      readonly icon: string;
    }[];
  }[];
}

const ICONS: Readonly<Record<MobilityAction, string>> = {
  'try-stretch': 'arrow-up-right',
  'check-again': 'ticket-check',
  'mixed-next': 'shuffle',
  'keep-with-reason': 'bookmark',
};

/** Where an action beside a name leads: the page that does it, at that student. */
function hrefOf(action: MobilityAction, assignmentHref: string, studentId: string): string {
  switch (action) {
    case 'mixed-next':
      return `${assignmentHref}/groups`;
    case 'check-again':
      return `${assignmentHref}/tickets`;
    default:
      return `${assignmentHref}/placements#row-${studentId}`;
  }
}

/**
 * The mobility meter with its parts, and something to do beside each name.
 *
 * @param assignmentHref - The newest assignment of the course, where actions are done; null: none.
 */
export function mobilityView(
  measured: Mobility,
  people: ClassList,
  assignmentHref: string | null,
  words: Words,
): MobilityView {
  if (measured.state === 'too-early')
    return {
      isMeasured: false,
      text: words.t('insights.mobility.too-early', {
        activities: measured.activities,
        needed: measured.needed,
      }),
      index: 0,
      verdict: '',
      parts: [],
      flags: [],
    };
  const { parts, index } = measured;
  const { weights } = MOBILITY_DEFAULTS;
  const part = (key: keyof typeof parts, isGood: boolean, weight: number): PartView => ({
    label: words.t(`insights.mobility.${key}`),
    value: Math.round(100 * (isGood ? parts[key] : 1 - parts[key])),
    text: `${words.number(Math.round(100 * parts[key]))} %`,
    weight: words.t('evidence.mobility.weight', { weight: words.number(Math.round(100 * weight)) }),
  });
  return {
    isMeasured: true,
    text: words.t('evidence.mobility.measured', { count: measured.activities }),
    index: Math.round(index),
    verdict: words.t(
      `evidence.mobility.${index >= 75 ? 'flexible' : index >= 45 ? 'between' : 'fixed'}`,
    ),
    parts: [
      part('peers', true, weights.peers),
      part('bases', true, weights.bases),
      part('stuck', false, weights.moving),
      part('below', false, weights.fair),
    ],
    flags: measured.flags.map((flag) => ({
      id: flag.studentId,
      name: nameIn(people, flag.studentId, words),
      text: words.t(`evidence.mobility.run-${flag.level}`, { count: flag.run }),
      actions:
        assignmentHref === null
          ? []
          : flag.actions.map((action) => ({
              label: words.t(`insights.action.${action}`),
              href: hrefOf(action, assignmentHref, flag.studentId),
              icon: ICONS[action],
            })),
    })),
  };
}
