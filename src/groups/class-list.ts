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
 * Finds the students somebody typed: whole names, "Family, Given", or a beginning that fits only one.
 *
 * @param names - As typed, one each; case, accents and signs do not matter.
 * @param learners - The class.
 */
export function findNames(names: readonly string[], learners: readonly Person[]): FoundNames {
  const known = learners.map((person) => ({ person, plain: plain(person.name) }));
  const ids: MembershipId[] = [];
  const unknown: string[] = [];
  for (const typed of names) {
    const wanted = plain(typed);
    if (wanted === '') continue;
    const turned = plain(typed.split(',').reverse().join(' '));
    const whole = known.filter((k) => k.plain === wanted || k.plain === turned);
    const begun = known.filter(
      (k) => k.plain.startsWith(wanted) || ` ${k.plain}`.includes(` ${wanted}`),
    );
    const found = whole.length > 0 ? whole : begun;
    const [only] = found;
    if (found.length === 1 && only !== undefined) ids.push(only.person.id);
    else unknown.push(typed.trim());
  }
  return { ids, unknown };
}
