import type { Membership } from '../launch/membership.model.js';
import { classOrder, displayName } from '../launch/display-name.js';
import type { Words } from '../web/words.js';
import {
  EXTRA_DAYS,
  STEPS_AT_A_TIME,
  hasSupports,
  noSupports,
  type LearnerSupports,
} from './supports.js';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

export interface PersonRow {
  readonly name: string;
  readonly initials: string;
  readonly tone: number;
  readonly href: string | null;
  readonly roleText: string;
  readonly joinedText: string;
  readonly hasOpened: boolean;
  /** What the student gets in every task; staff only. */
  readonly supports: readonly string[];
}

export interface PeopleView {
  readonly staff: readonly PersonRow[];
  readonly students: readonly PersonRow[];
  readonly countText: string;
  readonly saved: string | null;
}

export interface PersonView {
  readonly name: string;
  readonly initials: string;
  readonly tone: number;
  readonly href: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly error: Readonly<Record<string, string>>;
  readonly days: readonly Option[];
  readonly steps: readonly Option[];
  readonly largePrint: boolean;
  readonly readAloud: boolean;
  readonly note: string;
}

declare module '../web/render.js' {
  interface Views {
    'assignments/people': PeopleView;
    'assignments/person': PersonView;
  }
}

/** Up to two letters for a round picture. */
export function initialsOf(name: string): string {
  const parts = name.split(/\s+/).filter((part) => part !== '');
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : undefined];
  return letters
    .map((part) => Array.from(part ?? '')[0] ?? '')
    .join('')
    .toUpperCase();
}

const toneOf = (person: Membership): number => (person.number % 6) + 1;

/** A student's supports in words, for staff. */
export function supportsText(supports: LearnerSupports, words: Words): readonly string[] {
  return [
    supports.extraDays > 0 ? words.t('tiers.supports.days', { count: supports.extraDays }) : '',
    supports.largePrint ? words.t('tiers.supports.large') : '',
    supports.readAloud ? words.t('tiers.supports.aloud') : '',
    supports.stepsAtATime === null
      ? ''
      : words.t('tiers.supports.steps', { count: supports.stepsAtATime }),
  ].filter((text) => text !== '');
}

/** The course's people, students in class order. */
export function peopleView(
  people: readonly Membership[],
  supports: readonly LearnerSupports[],
  page: { readonly base: string; readonly words: Words; readonly saved: string | null },
): PeopleView {
  const { words } = page;
  const bySupport = new Map(supports.map((one) => [one.membershipId, one]));
  const neutral = (number: number) => words.t('tiers.student', { number });
  const row = (person: Membership): PersonRow => {
    const name = displayName(person, neutral);
    const own = bySupport.get(person._id) ?? noSupports(person._id);
    return {
      name,
      initials: initialsOf(name),
      tone: toneOf(person),
      href: person.role === 'learner' ? `${page.base}/course/people/${person._id}` : null,
      roleText: words.t(`tiers.people.role-${person.role}`),
      joinedText: words.day(person.joinedAt),
      hasOpened: person.firstLaunchAt !== null,
      supports: hasSupports(own) ? supportsText(own, words) : [],
    };
  };
  const here = people.filter((p) => p.status === 'active' && !p.isTestUser);
  const students = here.filter((p) => p.role === 'learner').sort(classOrder);
  const staff = here
    .filter((p) => ['instructor', 'assistant', 'designer'].includes(p.role))
    .sort(classOrder);
  return {
    staff: staff.map(row),
    students: students.map(row),
    countText: words.t('assignments.count.students', { count: students.length }),
    saved: page.saved,
  };
}

/** The form of one student's supports. */
export function personView(
  person: Membership,
  supports: LearnerSupports,
  page: {
    readonly base: string;
    readonly words: Words;
    readonly errors: Readonly<Record<string, string>>;
  },
): PersonView {
  const { words } = page;
  const name = displayName(person, (number) => words.t('tiers.student', { number }));
  const known = EXTRA_DAYS as readonly number[];
  const days = known.includes(supports.extraDays)
    ? known
    : [...known, supports.extraDays].sort((a, b) => a - b);
  return {
    name,
    initials: initialsOf(name),
    tone: toneOf(person),
    href: `${page.base}/course/people/${person._id}`,
    errors: Object.entries(page.errors).map(([field, message]) => ({ field, message })),
    error: page.errors,
    days: days.map((count) => ({
      value: String(count),
      label:
        count === 0 ? words.t('tiers.supports.no-days') : words.t('tiers.supports.days', { count }),
      selected: count === supports.extraDays,
    })),
    steps: [
      {
        value: '0',
        label: words.t('tiers.supports.all-steps'),
        selected: supports.stepsAtATime === null,
      },
      ...STEPS_AT_A_TIME.map((count) => ({
        value: String(count),
        label: words.t('tiers.supports.steps', { count }),
        selected: supports.stepsAtATime === count,
      })),
    ],
    largePrint: supports.largePrint,
    readAloud: supports.readAloud,
    note: supports.note,
  };
}
