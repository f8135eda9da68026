import type { MembershipId } from '../ids.js';
import type { Words } from '../web/words.js';

/** Classmates a student may name. */
export const MOST_WISHES = 3;

/** Who may be named: the first name, or the neutral label of somebody without a name. */
export interface Classmate {
  readonly id: MembershipId;
  readonly name: string;
}

interface Member {
  readonly _id: MembershipId;
  readonly name: string | null;
  readonly givenName: string | null;
  readonly number: number;
}

export interface MyWishesView {
  readonly title: string;
  readonly href: string;
  readonly backHref: string;
  readonly isDone: boolean;
  readonly error: string;
  readonly places: readonly {
    readonly number: number;
    readonly label: string;
    readonly options: readonly {
      readonly value: string;
      readonly label: string;
      readonly selected: boolean;
    }[];
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'groups/my-wishes': MyWishesView;
  }
}

/**
 * The classmates of a student by first names only; those who share one are told apart by number.
 *
 * @param learners - Students of the class.
 * @param self - Left out.
 */
export function classmates(
  learners: readonly Member[],
  self: MembershipId,
  words: Words,
): readonly Classmate[] {
  const first = learners
    .filter((learner) => learner._id !== self)
    .map((learner) => {
      const given = learner.givenName?.trim() ?? '';
      const name = given === '' ? (learner.name?.trim().split(/\s+/)[0] ?? '') : given;
      const label = words.t('groups.student', { number: learner.number });
      return { id: learner._id, number: learner.number, name: name === '' ? label : name };
    });
  const times = new Map<string, number>();
  for (const { name } of first) times.set(name, (times.get(name) ?? 0) + 1);
  return first
    .map(({ id, name, number }) => ({
      id,
      name: (times.get(name) ?? 0) > 1 ? `${name} (${number})` : name,
    }))
    .sort((a, b) => a.name.localeCompare(b.name, words.locale));
}

/** The picker: three places, each empty or one classmate; nobody else's wishes are in it. */
export function myWishesView(
  title: string,
  base: string,
  mates: readonly Classmate[],
  own: readonly string[],
  words: Words,
  extra: { readonly isDone?: boolean; readonly error?: string } = {},
): MyWishesView {
  return {
    title,
    href: `${base}/partners`,
    backHref: `${base}/task`,
    isDone: extra.isDone ?? false,
    error: extra.error ?? '',
    places: Array.from({ length: MOST_WISHES }, (_, i) => ({
      number: i + 1,
      label: words.t('groups.my-wishes.place', { number: i + 1 }),
      options: [
        { value: '', label: words.t('groups.my-wishes.nobody'), selected: (own[i] ?? '') === '' },
        ...mates.map(({ id, name }) => ({ value: id, label: name, selected: own[i] === id })),
      ],
    })),
  };
}
