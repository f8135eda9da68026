import type { MembershipId } from '../ids.js';
import { classOrder, displayName } from '../launch/display-name.js';

/** Somebody of the course as teachers' pages name them. */
export interface Person {
  readonly id: MembershipId;
  /** Tells apart people of the same name. */
  readonly name: string;
  readonly initials: string;
  readonly hasLeft: boolean;
  readonly joinedAt: Date;
}

interface Member {
  readonly _id: MembershipId;
  readonly role: string;
  readonly status: 'active' | 'left';
  readonly isTestUser: boolean;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly number: number;
  readonly joinedAt: Date;
}

export interface ClassList {
  /** Students of the class as it is now, in class order; test students are not in it. */
  readonly learners: readonly Person[];
  /** Everybody ever seen in the course. */
  readonly byId: ReadonlyMap<MembershipId, Person>;
}

/** First letters of the first and last word. */
function initialsOf(name: string): string {
  const words = name.split(/[\s-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const letter = (word: string | undefined): string => /[\p{L}\p{N}]/u.exec(word ?? '')?.[0] ?? '';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return (letter(words[0]) + letter(last)).toLocaleUpperCase();
}

/**
 * Names everybody of a course for its teachers.
 *
 * @param members - As the store has them.
 * @param neutral - The label of somebody without a name, such as "Student 14".
 */
export function classList(
  members: readonly Member[],
  neutral: (number: number) => string,
): ClassList {
  const times = new Map<string, number>();
  const named = [...members].sort(classOrder).map((member) => {
    const name = displayName(member, neutral);
    if (member.role === 'learner') times.set(name, (times.get(name) ?? 0) + 1);
    return { member, name };
  });
  const people = named.map(({ member, name }) => ({
    member,
    person: {
      id: member._id,
      name: (times.get(name) ?? 0) > 1 ? `${name} (${member.number})` : name,
      initials: initialsOf(name),
      hasLeft: member.status === 'left',
      joinedAt: member.joinedAt,
    },
  }));
  return {
    learners: people
      .filter(({ member }) => member.role === 'learner' && member.status === 'active')
      .filter(({ member }) => !member.isTestUser)
      .map(({ person }) => person),
    byId: new Map(people.map(({ person }) => [person.id, person])),
  };
}

/** What finding typed names came to. */
export interface FoundNames {
  readonly ids: readonly MembershipId[];
  /** Names that fit nobody, or more than one, as typed. */
  readonly unknown: readonly string[];
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLocaleLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/**
 * Makes a search for students by name: a whole name, "Family, Given", or a part that fits only one.
 * Case, accents and signs do not matter.
 *
 * @param learners - The class; read once, so that thousands of names are found fast.
 * @returns Name as typed → the student; null: nobody, or more than one.
 */
export function nameFinder(learners: readonly Person[]): (typed: string) => MembershipId | null {
  const known = learners.map((person) => ({ id: person.id, name: plain(person.name) }));
  const only = (found: typeof known): MembershipId | null =>
    found.length === 1 ? (found[0]?.id ?? null) : null;
  return (typed) => {
    const wanted = plain(typed);
    if (wanted === '') return null;
    const turned = plain(typed.split(',').reverse().join(' '));
    const whole = known.filter(({ name }) => name === wanted || name === turned);
    if (whole.length > 0) return only(whole);
    return only(known.filter(({ name }) => ` ${name}`.includes(` ${wanted}`)));
  };
}

/** Finds the students somebody typed; what fits nobody or several is given back as typed. */
export function findNames(names: readonly string[], learners: readonly Person[]): FoundNames {
  const find = nameFinder(learners);
  const ids: MembershipId[] = [];
  const unknown: string[] = [];
  for (const typed of names) {
    const id = find(typed);
    if (id !== null) ids.push(id);
    else if (typed.trim() !== '') unknown.push(typed.trim());
  }
  return { ids, unknown };
}
