import type { MembershipId } from '../ids.js';
import type { Words } from '../web/words.js';
import type { ClassList } from './class-list.js';
import type { Reason } from './group-reasons.js';
import type { Rule } from './group-request.js';
import type { GroupingOrder } from './grouping.js';

/** Names as a list in the reader's language: "Ana, Ben and Chloé". */
export function listNames(names: readonly string[], words: Words): string {
  return new Intl.ListFormat(words.locale, { type: 'conjunction' }).format(names);
}

/** The name of somebody, also of one who left or was erased. */
export function nameIn(people: ClassList, id: string, words: Words): string {
  return people.byId.get(id as MembershipId)?.name ?? words.t('groups.somebody');
}

function sayReason(reason: Reason, words: Words): string {
  const key = `groups.reason.${reason.kind}`;
  switch (reason.kind) {
    case 'interest':
      return words.t(reason.holders === reason.of ? `${key}-all` : key, {
        interest: reason.interest,
        count: reason.holders,
        of: reason.of,
      });
    case 'wishesMet':
      return words.t(reason.met === reason.of ? `${key}-all` : key, {
        count: reason.met,
        of: reason.of,
      });
    case 'traitTogether':
    case 'onlyHolder':
      return words.t(key, { mark: reason.trait, count: reason.holders });
    case 'repeats':
      return words.t(key, { count: reason.pairs });
    default:
      return words.t(key);
  }
}

/** One sentence on why a group is as it is; for teachers only. */
export function sayReasons(reasons: readonly Reason[], words: Words): string {
  const said = reasons.map((reason) => sayReason(reason, words));
  const [first = '', ...rest] = said;
  const sentence = [first.charAt(0).toLocaleUpperCase(words.locale) + first.slice(1), ...rest];
  return reasons.length === 0 ? '' : `${sentence.join('; ')}.`;
}

/** A rule of a clash in the teacher's words, with names. */
export function sayRule(
  rule: Rule,
  size: GroupingOrder['size'],
  people: ClassList,
  words: Words,
): string {
  switch (rule.rule) {
    case 'size.min':
      return words.t('groups.conflict.size-min', { count: size.min });
    case 'size.max':
      return words.t('groups.conflict.size-max', { count: size.max });
    case 'apart':
    case 'together':
      return words.t(`groups.conflict.${rule.rule}`, {
        names: listNames(
          rule.ids.map((id) => nameIn(people, id, words)),
          words,
        ),
      });
  }
}
